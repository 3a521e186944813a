"""The documentation as a whole: its index is complete, and its links and the pages that the code names exist."""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGES = sorted((ROOT / "docs").glob("*.md"))
_LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)")
_FENCED = re.compile(r"^(`{3,}).*?^\1$", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"\bdocs/(?:\w[\w-]*/)*[\w-]+\.md\b")


def prose(path: Path) -> str:
    """Return the text of a page without its code blocks."""
    return _FENCED.sub("", path.read_text(encoding="utf-8"))


def anchors(path: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a page."""
    titles = re.findall(r"^#+ (.*)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


def test_the_index_lists_every_page_once() -> None:
    listed = re.findall(r"^- \[([\w-]+\.md)\]\(\1\): \S", (ROOT / "docs" / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == [page.name for page in PAGES if page.name != "README.md"]


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *PAGES], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in _LINK.findall(prose(page)):
        if not target.startswith("https://"):
            there = page.parent / target if target else page
            assert there.exists(), target
            assert not anchor or anchor in anchors(there), f"{target}#{anchor}"


def test_pages_that_the_code_names_exist() -> None:
    code = [
        path for folder in ("joblint", "tools", "conformance", "benchmarks") for path in (ROOT / folder).rglob("*.py")
    ]
    files = [*code, ROOT / "pyproject.toml", ROOT / "action.yml", *(ROOT / "templates").iterdir()]
    named = {name for path in files for name in _NAMED.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 3
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
