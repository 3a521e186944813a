"""Lines and columns of joblint, and positions of the protocol."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from joblint.editor.lsp.positions import UTF8, UTF16, UTF32, Positions, column, width
from joblint.editor.lsp.texts import split
from joblint.manifests.source import Source

LINE = "\té漢😀x"
TEXTS = st.text(st.sampled_from("ab: \t\r\né漢😀\u2028\x85\x0c\ufeff"), max_size=40)
ENCODINGS = st.sampled_from([UTF8, UTF16, UTF32])


@pytest.mark.parametrize(
    ("encoding", "starts"), [(UTF8, [0, 1, 3, 6, 10, 11]), (UTF16, [0, 1, 2, 3, 5, 6]), (UTF32, [0, 1, 2, 3, 4, 5])]
)
def test_each_encoding_has_its_units(encoding: str, starts: list[int]) -> None:
    assert [width(LINE[:at], encoding) for at in range(6)] == starts
    assert [column(LINE, units, encoding) for units in starts] == [0, 1, 2, 3, 4, 5]


def test_a_unit_inside_a_character_is_at_its_beginning() -> None:
    assert column("😀x", 1, UTF16) == 0
    assert column("漢x", 2, UTF8) == 0


def test_what_lies_behind_a_line_is_its_end() -> None:
    positions = Positions(split("ab\r\ncd"), UTF16)
    assert positions.at(1, 4) == types.Position(0, 2)
    assert positions.offset(Source("x", "ab\r\ncd"), types.Position(0, 99)) == 2
    assert positions.offset(Source("x", "ab\r\ncd"), types.Position(99, 0)) == 6


@given(TEXTS)
def test_lines_are_those_of_a_source(text: str) -> None:
    lines = split(text)
    assert "".join(lines) == text
    starts = [sum(map(len, lines[:number])) for number in range(len(lines))]
    whole = Source("x", "x" + text).lines  # the mark at the very beginning is none of a source's
    assert [max(start - 1, 0) for start in whole][: len(starts)] == starts


@given(TEXTS, ENCODINGS, st.data())
def test_a_position_leads_back_to_its_place(text: str, encoding: str, data: st.DataObject) -> None:
    source, positions = Source("x", text), Positions(split(text), encoding)
    offset = data.draw(st.integers(0, len(source.text)))
    line, column_ = source.position(offset)
    position = positions.at(line, column_)
    assert position.line == line - 1
    back = positions.offset(source, position)
    assert back == offset or set(source.text[back:offset]) <= set("\r\n")
