"""Text of others for a terminal: nothing in it may move the cursor, change a colour, or read otherwise than it runs."""

import re
from functools import cache

_TAB = 4
# What a terminal takes for a command, what turns the direction of writing around, what is no character at all.
_UNSAFE = (
    "[\\x00-\\x1f\\x7f-\\x9f\\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    r"""`text` in one line, with each unsafe character as `\n`, `\x1b`, `\u202e`, a byte that is no text as `\xff`."""
    return text if text.isascii() and text.isprintable() else _unsafe().sub(_escape, text)


@cache
def _unsafe() -> re.Pattern[str]:
    return re.compile(_UNSAFE)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # how Python carries a byte of a file name that is no text
        return f"\\x{code - 0xDC00:02x}"
    return repr(character)[1:-1]


def cells(text: str) -> list[tuple[str, int]]:
    """Each character as it is shown, and how many columns of a terminal that takes."""
    found, column = [], 0
    for character in text:
        if character == "\t":
            width = _TAB - column % _TAB
            shown = " " * width
        elif character.isascii() and character.isprintable():
            shown, width = character, 1
        else:
            shown = visible(character)
            width = _width(character) if shown == character else len(shown)
        column += width
        found.append((shown, width))
    return found


@cache
def _width(character: str) -> int:
    import unicodedata

    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
