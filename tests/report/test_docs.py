"""The examples of docs/reports.md print what they say."""

import re
import shlex

import pytest
from click.testing import CliRunner

from joblint.cli.check import command
from joblint.report import FORMATS
from tests.cli.program import Program
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "reports.md").read_text()
EXAMPLES = re.findall(r"^```console\n\$ joblint (.*)\n((?:.*\n)*?)```$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("arguments", "printed"), EXAMPLES, ids=[arguments for arguments, _ in EXAMPLES])
def test_example(arguments: str, printed: str, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    out = joblint(*shlex.split(arguments)).out
    begin, cut, _ = printed.partition("...\n")
    assert out[: len(begin)] == begin
    assert bool(cut) == (len(out) > len(begin))


def test_every_format_is_told() -> None:
    assert set(FORMATS) == set(re.findall(r"^## (\w+)$", PAGE, re.MULTILINE)) - {"Counts"}
    assert len(EXAMPLES) == 5
    known = CliRunner().invoke(command, "-h").output
    assert [word for word in re.findall(r"(?<![\w-])--[a-z][a-z-]*", PAGE) if word not in known] == []
