"""Bytes to text, offsets to lines: joblint/manifests/source.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.manifests.source import NotText, Source, decode

TEXTS = st.text(alphabet=st.sampled_from("ab\n\r\té漢😀\u0085\u2028"), max_size=60)


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]
)
def test_byte_order_marks_are_no_part_of_the_text(encoding: str) -> None:
    mark = "" if encoding in ("utf-8-sig", "utf-16", "utf-32") else "\ufeff"
    assert decode((mark + "kind: Jób 😀\n").encode(encoding)) == "kind: Jób 😀\n"


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"\xff", 1, 1),
        (b"a: b\nc: \xe9t\xe9\n", 2, 4),
        ("é😀".encode() + b"\x80", 1, 3),
        (b"\xef\xbb\xbfa\n\xc3", 2, 1),
        ("\ufeffab".encode("utf-16-le") + b"\x00\xd8", 1, 3),
    ],
)
def test_bytes_that_are_no_text_are_named_with_their_place(data: bytes, line: int, column: int) -> None:
    with pytest.raises(NotText) as caught:
        decode(data)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_a_line_ends_as_in_editors() -> None:
    source = Source("x", "a\r\nb\rc\n\nd")
    assert [source.line_text(n) for n in range(1, 6)] == ["a", "b", "c", "", "d"]
    assert [source.position(i) for i in range(9)] == [
        (1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (3, 1), (3, 2), (4, 1), (5, 1),
    ]  # fmt: skip


@given(TEXTS)
def test_lines_are_those_of_universal_newlines(text: str) -> None:
    source = Source("x", text)
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    assert [source.line_text(n + 1) for n in range(len(source.lines))] == plain.split("\n")


@given(TEXTS, st.data())
def test_position_and_offset_undo_each_other(text: str, data: st.DataObject) -> None:
    source = Source("x", text)
    offset = data.draw(st.integers(0, len(text)))
    line, column = source.position(offset)
    assert source.offset(line, column) == offset
    assert source.lines[line - 1] <= offset


@given(TEXTS, st.data())
def test_utf16_counts_units(text: str, data: st.DataObject) -> None:
    source = Source("x", text)
    offset = data.draw(st.integers(0, len(text)))
    line, character = source.utf16(offset)
    before = text[source.lines[line] : offset]
    assert character == sum(2 if ord(c) > 0xFFFF else 1 for c in before)


def test_offsets_beyond_a_line_are_cut_to_it() -> None:
    source = Source("x", "ab\ncd")
    assert source.offset(1, 99) == 3
    assert source.offset(9, 1) == 5
