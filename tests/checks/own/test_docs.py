"""docs/own-rules.md: its examples do what it says. What it prints is held by tests/test_console.py."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.checks.own.conftest import Program
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "own-rules.md").read_text(encoding="utf-8")
FILES = re.findall(r"```yaml\n# (\S+)\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture(autouse=True)
def _files(tmp_path: Path) -> None:
    for name, content in FILES:
        if not name.startswith("."):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(content, encoding="utf-8")


def test_there_are_examples() -> None:
    assert len(FILES) == 5


def test_the_configuration(joblint: Callable[..., Program], tmp_path: Path) -> None:
    (tmp_path / ".joblint.yaml").write_text(dict(FILES)[".joblint.yaml"])
    assert joblint("rules", "test").lines == ["2 rules, 4 examples: all passed"]
