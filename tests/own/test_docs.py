"""docs/own-rules.md: its examples do what it says."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.own.conftest import Program

TEXT = (ROOT / "docs" / "own-rules.md").read_text(encoding="utf-8")
FILES = re.findall(r"```yaml\n# (\S+)\n(.*?)```", TEXT, re.DOTALL)
CALLS = [
    (shlex.split(command)[1:], said.splitlines())
    for block in re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL)
    for command, said in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n?)*)", block, re.MULTILINE)
]


@pytest.fixture(autouse=True)
def _files(tmp_path: Path) -> None:
    for name, content in FILES:
        if not name.startswith("."):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(content, encoding="utf-8")


def test_there_are_examples() -> None:
    assert len(FILES) == 5
    assert len(CALLS) == 6


@pytest.mark.parametrize(("words", "said"), CALLS, ids=[" ".join(words) for words, _ in CALLS])
def test_an_example(joblint: Callable[..., Program], words: list[str], said: list[str]) -> None:
    lines = joblint(*words).lines
    if said[-1] == "...":
        said, lines = said[:-1], lines[: len(said) - 1]
    assert lines == said


def test_the_configuration(joblint: Callable[..., Program], tmp_path: Path) -> None:
    (tmp_path / ".joblint.yaml").write_text(dict(FILES)[".joblint.yaml"])
    assert joblint("rules", "test").lines == ["2 rules, 4 examples: all as they say"]
