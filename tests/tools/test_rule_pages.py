"""docs/rules/: made from the cards, and current; every link in it leads somewhere."""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.test_cards import CARDS
from tools.rules import make

PAGES = ROOT / "docs" / "rules"
_LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)")
_FENCED = re.compile(r"^(`{3,}).*?^\1$", re.MULTILINE | re.DOTALL)


def anchors(path: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", _FENCED.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


def test_the_pages_are_current() -> None:
    assert make.differing(make.generated_files()) == [], "run tools/rules/make.py"


def test_every_rule_is_in_the_index_under_its_group() -> None:
    sections = re.split(r"^## ", (PAGES / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    row = re.compile(r"^\| \[`(.+?)`", re.MULTILINE)
    listed = {(name, section.split("\n")[0]) for section in sections for name in row.findall(section)}
    assert listed == {(path.stem, path.parent.name) for path in (ROOT / "rules").glob("*/*.yaml")}


@pytest.mark.parametrize("name", ["README", *CARDS])
def test_links_lead_somewhere(name: str) -> None:
    page = PAGES / f"{name}.md"
    for target, anchor in _LINK.findall(_FENCED.sub("", page.read_text(encoding="utf-8"))):
        there = page.parent / target if target else page
        assert there.is_file()
        assert not anchor or anchor in anchors(there)
