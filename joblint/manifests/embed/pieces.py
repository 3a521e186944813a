"""Splitting a Markdown text, in linear time, into pieces that can be parsed independently.

A line that is not indented and follows a blank line is not in a list or quote, so a piece can start there. A piece can
also start with an item that follows the items of a list at the margin, and with a fence at the margin, which only
another fence or HTML can hide. Pieces without code are left out, and so are those whose indented code is plainly not a
manifest.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from joblint.manifests.relevance import has_manifest_key

_FENCE = re.compile(r"(?m)^(?P<run>`{3,}(?=[^`\n]*$)|~{3,})(?P<info>[^\n]*)$")
_BEGIN = re.compile(r"(?m)\n(?=`{3,}[^`\n]*$|~{3})|\n[ \t]*\n(?=\S)")
_MARGIN = re.compile(r"\n(?=\S)")
_PLAIN_ITEMS = re.compile(r"(?:[-+*] (?! {3})[^\n`~<\t]*+\n(?=[-+*] ))++")  # items of one line, which have no code
_ITEM = re.compile(r"(?:[-+*]|[0-9]{1,9}[.)])[ \t]")
_RAW_HTML = re.compile(r"(?im)^[ ]{0,3}<(?:!|\?|(?:script|pre|style|textarea)(?:[\s>]|$))")
_HTML_ENDS = (
    (re.compile(r"\s*<!--"), re.compile("-->")),
    (re.compile(r"\s*<\?"), re.compile(r"\?>")),
    (re.compile(r"\s*<!\[CDATA\["), re.compile(r"\]\]>")),
    (re.compile(r"\s*<!"), re.compile(">")),
    (re.compile(r"\s*<"), re.compile(r"(?i)</(?:script|pre|style|textarea)>")),
)


class Piece(NamedTuple):
    """A span of a text that is parsed on its own."""

    start: int
    end: int


class Fence(NamedTuple):
    """A fence at the margin: its `run` and info string, the span of its content, and where the line after it starts."""

    run: str
    info: str
    first: int
    last: int
    end: int


def pieces(text: str, at: int) -> Iterator[Piece | Fence]:
    """Yield the pieces from an offset on that may have code, in order. Lines must end with line feeds."""
    while at < len(text):
        fence = _FENCE.match(text, at)
        if fence:
            first = min(fence.end() + 1, len(text))
            last, end = find_fence_end(text, fence["run"], first)
            yield Fence(fence["run"], fence["info"], first, last, end)
            at = end
            continue
        items = _PLAIN_ITEMS.match(text, at)
        if items:
            at = items.end()
        end = _piece_end(text, at)
        if _may_matter(text[at:end]):
            yield Piece(at, end)
        at = end


def find_fence_end(text: str, run: str, first: int) -> tuple[int, int]:
    """Return where a fence's content, from `first`, ends, and where the line after its closing fence starts."""
    for match in re.compile(rf"(?m)^ {{0,3}}{run}{run[0]}*(?P<tail>[^\n]*)$").finditer(text, first):
        start, end = match.span()
        before = text[text.rfind("\n", 0, max(start - 1, 0)) + 1 : start]
        after = text[end + 1 : (text.find("\n", end + 1) + 1 or len(text) + 1) - 1]
        goes_before = start > first and before.strip() != ""
        if closes(match["tail"].strip(), goes_before, not after.strip()):
            return start, min(end + 1, len(text))
    return len(text), len(text)


def closes(tail: str, goes_before: bool, blank_follows: bool) -> bool:
    """Return whether a line with `tail` after the fence characters closes the fence.

    CommonMark allows no tail. Tutorials write `{{exec}}`, which an opening fence is unlikely to have, and `{copy}` or
    `{: .pub}`, which opening fences also have: with those, it closes if text precedes it and a blank line follows.
    """
    if not tail or (tail.startswith("{{") and tail.endswith("}}")):
        return True
    return tail.startswith("{") and tail.endswith("}") and goes_before and blank_follows


def find_html_end(text: str, at: int) -> int:
    """Return the end of the line in which HTML with its own end tag closes; the end of the text if it never does."""
    ending = next((end for begin, end in _HTML_ENDS if begin.match(text, at)), None)
    match = ending.search(text, at) if ending else None
    return (text.find("\n", match.end()) + 1 or len(text)) if match else len(text)


def _piece_end(text: str, at: int) -> int:
    """Return where the next piece starts."""
    if _ITEM.match(text, at):
        margin = _MARGIN.search(text, at)
        if margin and _ITEM.match(text, margin.end()):
            return margin.end()
    match = _BEGIN.search(text, at)
    return match.end() if match else len(text)


def _may_matter(piece: str) -> bool:
    """Return whether a piece must be read: it may have a fence or a manifest, or start what the next one continues."""
    if "```" in piece or "~~~" in piece or ("<" in piece and _RAW_HTML.search(piece)):
        return True
    return ("    " in piece or "\t" in piece) and ("<<" in piece or has_manifest_key(piece))
