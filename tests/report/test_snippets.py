"""The text of a place and of the lines around it: what the file has, made visible, and never much of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.manifests.source import Source
from joblint.report.snippets import _ALL, _LINES, _PLACE, Snippets
from joblint.report.visible import visible
from tests.report.runs import HOSTILE

TEXT = "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\n"


def context(text: str, line: int, end_line: int = 0) -> tuple[int, int, str] | None:
    found = Snippets().context((line, 1, end_line or line, 2), Source("a.yaml", text))
    return None if found is None else (found["startLine"], found["endLine"], found["snippet"]["text"])


@pytest.mark.parametrize(
    ("line", "end_line", "expected"),
    [
        (1, 1, (1, 3, "a: 1\nb: 2\nc: 3")),
        (3, 3, (1, 5, "a: 1\nb: 2\nc: 3\nd: 4\ne: 5")),
        (3, 4, (1, 6, "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6")),
        (6, 6, (4, 6, "d: 4\ne: 5\nf: 6")),
    ],
)
def test_lines_around(line: int, end_line: int, expected: tuple[int, int, str]) -> None:
    assert context(TEXT, line, end_line) == expected


def test_no_line_of_another_document() -> None:
    """The one before or after may be a Secret."""
    text = "password: x\n---\nkind: Job\nname: a\n---\npassword: y\n"
    assert context(text, 3) == (3, 4, "kind: Job\nname: a")
    assert context(text, 4) == (3, 4, "kind: Job\nname: a")


def test_fewer_lines_where_they_are_long() -> None:
    long = "x" * _LINES
    assert context(f"{long}\na: 1\nb: 2\nc: 3\n", 3) == (2, 4, "a: 1\nb: 2\nc: 3")
    assert context(f"{long}\na: 1\n{long}\n", 2) == (2, 2, "a: 1")
    assert context(f"{long}\n", 1) is None


def test_place() -> None:
    assert Snippets().region((2, 1, 2, 2), Source("a.yaml", TEXT)) == {
        "startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 2, "snippet": {"text": "b"}
    }  # fmt: skip
    long = Source("a.yaml", "x" * (_PLACE + 1))
    assert "snippet" not in Snippets().region((1, 1, 1, _PLACE + 2), long)
    assert "snippet" not in Snippets().region((1, 1, 1, 2), None)
    assert "snippet" not in Snippets().region((1, 1, 1, 1), long)


def test_a_place_in_a_long_line_has_its_text() -> None:
    """JSON without line breaks."""
    text = "x" * 100_000 + "BAD" + "x" * 100_000
    assert Snippets().region((1, 100_001, 1, 100_004), Source("a.json", text))["snippet"] == {"text": "BAD"}


def test_a_report_has_an_end() -> None:
    snippets, source = Snippets(), Source("a.yaml", "a: 1\n" * 300)
    sizes = [
        len(found["snippet"]["text"]) if (found := snippets.context((150, 1, 250, 2), source)) else 0
        for _ in range(_ALL // 400)
    ]
    assert sizes[0] > 500
    assert sizes[-1] == 0
    assert sum(sizes) <= _ALL


@given(
    st.lists(st.one_of(st.sampled_from([*HOSTILE, "\n", "\r", "---", "a: b\n"]), st.text()), max_size=9).map("".join),
    st.integers(1, 9), st.integers(1, 9), st.integers(0, 4), st.integers(1, 9),
)  # fmt: skip
def test_whatever_the_text_holds(text: str, line: int, column: int, lines: int, end: int) -> None:
    source = Source("a.yaml", text)
    line = min(line, len(source.lines))
    last = min(line + lines, len(source.lines))
    place = (line, column, last, end if last > line else column + end)
    region, around = Snippets().region(place, source), Snippets().context(place, source)
    shown = [found["snippet"]["text"] for found in (region, around) if found and "snippet" in found]
    for snippet in shown:
        assert all(visible(part) == part for row in snippet.split("\n") for part in row.split("\t"))
    if around is not None:
        assert 1 <= around["startLine"] <= line <= last <= around["endLine"] <= len(source.lines)
        assert around["endLine"] - around["startLine"] <= last - line + 4
        rows = [source.line_text(number) for number in range(around["startLine"], around["endLine"] + 1)]
        written = "\n".join("\t".join(map(visible, row.split("\t"))) for row in rows)
        assert around["snippet"]["text"] == written.removesuffix("\n") or written.endswith("\n")
    if "snippet" in region:
        there = text[source.offset(line, column) : source.offset(*place[2:])].replace("\r\n", "\n").replace("\r", "\n")
        rows = there.removesuffix("\n").split("\n")
        assert region["snippet"]["text"].split("\n") == ["\t".join(map(visible, row.split("\t"))) for row in rows]
