"""Safe output of others' texts: they cannot move the cursor, change colours, or look different from what runs."""

import re
from collections.abc import Callable
from functools import cache

_TAB = 4
# Characters that are commands to a terminal, that change the direction of writing, or that are not characters at all.
_UNSAFE = (
    "[\\x00-\\x1f\\x7f-\\x9f\\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
# Commands to CI runners anywhere in a line, and at its start; the group is the character to escape. Both runners of
# Microsoft search by the rules of the current culture, which skip invisible characters.
_ANYWHERE = r"#[^\x20-\x7f\n]*+(#)(?=[^\s#\[]*+\[)|section(_)(?=(?:start|end):)"
_AT_START = r"(?m)^[^\x21-\x7f\n]*+(:)(?=[^\x20-\x7f\n]*+:)"


def visible(text: str) -> str:
    r"""Return `text` in one line, safe to print in the middle of one.

    Each unsafe character is written as `\n`, `\x1b`, `\u202e`, and a byte that is not text as `\xff`. Commands that a
    CI runner executes anywhere in a line are broken up, `##[group]` as `#\x23[group]`: those of the runners of GitHub,
    Azure (actions/runner, src/Runner.Common/ActionCommand.cs) and TeamCity, and the section marks of GitLab.
    """
    if not (text.isascii() and text.isprintable()):
        text = _compiled(_UNSAFE).sub(_escape, text)
    return _compiled(_ANYWHERE).sub(_broken, text) if _suspicious(text) else text


def inert(text: str) -> str:
    r"""Return whole lines, in which commands to CI runners are broken up.

    GitHub's runner also executes `::command::` at the start of a line, after white space: `\x3a:command::`.
    """
    if "::" in text or not text.isascii():
        text = _compiled(_AT_START).sub(_broken, text)
    return _compiled(_ANYWHERE).sub(_broken, text) if _suspicious(text) else text


def inert_json(text: str) -> str:
    r"""Return a JSON document, in which the same commands are broken up by `\u` escapes that change no value."""
    return _compiled(_ANYWHERE).sub(_broken_json, text) if _suspicious(text) else text


def _suspicious(text: str) -> bool:
    return not text.isascii() or "##" in text or "section_" in text


def _broken(match: re.Match[str]) -> str:
    return _with(match, lambda character: f"\\x{ord(character):02x}")


def _broken_json(match: re.Match[str]) -> str:
    return _with(match, lambda character: f"\\u{ord(character):04x}")


def _with(match: re.Match[str], escape: Callable[[str], str]) -> str:
    """Return the match with its group, one character, escaped."""
    at = match.start(match.lastindex or 0) - match.start()
    return match[0][:at] + escape(match[0][at]) + match[0][at + 1 :]


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # how Python represents a byte of a file name that is not text
        return f"\\x{code - 0xDC00:02x}"
    return repr(character)[1:-1]


def cells(text: str) -> list[tuple[str, int]]:
    """Return each character as it is shown, with its width in columns of a terminal."""
    found, column = [], 0
    broken: set[int] = set()
    if _suspicious(text):
        broken = {match.start(match.lastindex or 0) for match in _compiled(_ANYWHERE).finditer(text)}
    for at, character in enumerate(text):
        if character == "\t":
            width = _TAB - column % _TAB
            shown = " " * width
        elif at in broken:
            shown = f"\\x{ord(character):02x}"
            width = len(shown)
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
