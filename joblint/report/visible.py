"""Text of others for a terminal: nothing in it may move the cursor, change a colour, or read otherwise than it runs."""

import re
import unicodedata
from functools import cache

_TAB = 4
# What a terminal takes for a command, what turns the direction of writing around, what is no character at all.
_UNSAFE = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    r"""`text` in one line, with each unsafe character as `\n`, `\x1b`, `\u202e`, a byte that is no text as `\xff`."""
    return text if text.isascii() and text.isprintable() else _UNSAFE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # how Python carries a byte of a file name that is no text
        return f"\\x{code - 0xDC00:02x}"
    return repr(character)[1:-1]


def cells(text: str, column: int = 0) -> list[tuple[str, int]]:
    """Each character as it is shown, and how many columns of a terminal that takes; tabs count from `column`."""
    found = []
    for character in text:
        if character == "\t":
            width = _TAB - column % _TAB
            shown = " " * width
        elif _UNSAFE.match(character):
            shown = visible(character)
            width = len(shown)
        else:
            shown, width = character, _width(character)
        column += width
        found.append((shown, width))
    return found


@cache
def _width(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
