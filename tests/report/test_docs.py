"""docs/reports.md has every format, and no option that is not there; tests/test_console.py runs its examples."""

import re

from click.testing import CliRunner

from joblint.cli.check import command
from joblint.report import FORMATS
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "reports.md").read_text()


def test_every_format_is_told() -> None:
    assert set(FORMATS) == set(re.findall(r"^## (\w+)$", PAGE, re.MULTILINE)) - {"Counts"}
    known = CliRunner().invoke(command, "--help").output
    assert [word for word in re.findall(r"(?<![\w-])--[a-z][a-z-]*", PAGE) if word not in known] == []
