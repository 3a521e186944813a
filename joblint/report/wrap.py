"""Text wrapped at words for a terminal: columns are counted, not characters."""

import re
from collections.abc import Iterator

from joblint.report.visible import cells

# The spaces before a word, and the word. A text in backquotes is part of a word, with its spaces.
_WORD = re.compile(r"( *)((?:`[^`]*`|[^ ])+)")
_PLAIN = re.compile(r"( *)([^ ]+)")
_WIDEST_CHARACTER = 2
_WHOLE = 2  # a quoted text of several words is not wrapped if it is at most a half (1/2) of the row


def columns(text: str) -> int:
    """Return the width of a text in columns of a terminal."""
    return len(text) if text.isascii() else sum(width for _, width in cells(text))


def wrap(text: str, width: int, first: int | None = None, *, cut: bool = True) -> list[str]:
    """Break a visible text at spaces into rows of at most `width` columns; `first` is the width of the first row.

    A quoted value stays whole if it is short. A word that is wider than a row is broken where the row ends, or with
    `cut=False` has a row of its own that is too wide. There is always at least one row; the first is empty if it has no
    room for a word that fits below it.
    """
    width = max(width, _WIDEST_CHARACTER)
    room = width if first is None else first
    rows: list[str] = []
    row, taken = "", 0
    if room < _WIDEST_CHARACTER:
        rows, room = [""], width
    for space, word in _words(text, width):
        wide = columns(word)
        if row and taken + len(space) + wide > room:
            rows.append(row)
            row, taken, room = "", 0, width
        if row:
            row, taken = row + space, taken + len(space)
        elif not rows and room < wide <= width:
            rows.append("")
            room = width
        while cut and taken + wide > room:
            piece = _head(word, room - taken)
            rows.append(row + piece)
            word = word[len(piece) :]
            row, taken, room, wide = "", 0, width, columns(word)
        row, taken = row + word, taken + wide
    return [*rows, row] if row or not rows else rows


def _words(text: str, width: int) -> Iterator[tuple[str, str]]:
    for match in _WORD.finditer(text):
        if " " in match[2] and columns(match[2]) > width // _WHOLE:
            first, *others = ((m[1], m[2]) for m in _PLAIN.finditer(match[2]))
            yield match[1] + first[0], first[1]
            yield from others
        else:
            yield match[1], match[2]


def _head(word: str, room: int) -> str:
    """Return as much of the start of a word as there is room for, at least one character."""
    taken = number = 0
    for _, width in cells(word):
        if number and taken + width > room:
            break
        taken += width
        number += 1
    return word[:number]
