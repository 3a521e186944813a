"""Open texts, changed range by range."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from joblint.editor.lsp.positions import UTF16, Positions
from joblint.editor.lsp.texts import LineChange, Text, language_of, split
from joblint.manifests.source import Source

LETTERS = "ab \r\n漢😀"
TEXTS = st.text(st.sampled_from(LETTERS), max_size=30)


def partial(text: str, start: tuple[int, int], end: tuple[int, int]) -> types.TextDocumentContentChangePartial:
    return types.TextDocumentContentChangePartial(types.Range(types.Position(*start), types.Position(*end)), text)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), TEXTS), max_size=5))
def test_changes_make_the_text_that_a_client_has(text: str, changes: list[tuple[int, int, str]]) -> None:
    document = Text("file:///x.yaml", "yaml", 1, text)
    for a, b, new in changes:
        start, end = sorted((min(a, len(text)), min(b, len(text))))
        while 0 < start < len(text) and text[start - 1 : start + 1] == "\r\n":
            start -= 1  # no position parts a `\r\n`
        while 0 < end < len(text) and text[end - 1 : end + 1] == "\r\n":
            end += 1
        before, old = Source("x", text), list(document.lines)
        positions = Positions(split(text), UTF16)
        places = [positions.at(*before.position(offset)) for offset in (start, end)]
        change = document.change(types.TextDocumentContentChangePartial(types.Range(*places), new), UTF16)
        text = text[:start] + new + text[end:]
        assert "".join(document.lines) == text
        assert document.lines == split(text)
        assert document.source.text == text
        assert old[: change.first] == document.lines[: change.first]
        assert old[change.first + change.gone :] == document.lines[change.first + change.come :]


def test_a_change_tells_the_lines_that_are_others() -> None:
    document = Text("file:///x.yaml", "yaml", 1, "a\nb\nc\n")
    assert document.change(partial("x", (1, 1), (1, 1)), UTF16) == LineChange(1, 1, 1)
    assert document.change(partial("\n  y", (0, 1), (0, 1)), UTF16) == LineChange(1, 0, 1)
    assert document.change(partial("", (0, 0), (1, 0)), UTF16) == LineChange(0, 1, 0)
    assert document.change(partial("b", (9, 9), (9, 9)), UTF16) == LineChange(3, 0, 1)
    assert document.change(types.TextDocumentContentChangeWholeDocument("  y\nbx\nz\nb"), UTF16) == LineChange(2, 1, 1)
    assert document.source.text == "  y\nbx\nz\nb"


@pytest.mark.parametrize(
    ("identifier", "path", "language"),
    [
        ("yaml", "/x", "yaml"),
        ("yaml.kubernetes", "/x.tpl", "yaml"),
        ("jsonc", "/x", "json"),
        ("markdown", "/x", "markdown"),
        ("shellscript", "/x", "shell"),
        ("restructuredtext", "/x", "rst"),
        ("", "/x.yml", "yaml"),
        ("plaintext", "/x.md", "markdown"),
        ("python", "/x.py", ""),
        ("plaintext", "Untitled-1", ""),
    ],
)
def test_the_language_is_what_the_editor_says(identifier: str, path: str, language: str) -> None:
    assert language_of(identifier, path) == language
