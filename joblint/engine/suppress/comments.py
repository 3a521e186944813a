"""The parser of comments for joblint: `# joblint: ignore[...] reason`, and the comments of prose.

Those are HTML comments in Markdown, and `.. joblint: ignore[...] reason` in reStructuredText.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from joblint.engine.suppress.layout import MARK
from joblint.manifests.languages import LANGUAGES
from joblint.manifests.source import Source

_HTML, _HTML_END = "<!--", "-->"
# The comments of templates, by their marks: what they begin with, and how they end.
_IN_TEMPLATES = {
    "{{/*": (re.compile(r"\{\{(?:-[ \t])?/\*\Z"), "*/"),
    "{#": (re.compile(r"\{#[-+]?\Z"), "#}"),
    "<%#": (re.compile(r"<%#\Z"), "%>"),
}
_DOTS = ".."
# These are limited, so that a hostile line with many marks is still read in linear time.
NEAR, _REASON = 100, 500
_DIRECTIVE = re.compile(
    r"[ \t]{0,100}(?P<verb>[\w-]{0,40})[ \t]{0,100}(?P<names>\[[^\]\[#\r\n]{0,4000}\])?[ \t]{0,100}:?"
)


class Comment(NamedTuple):
    """A comment: its span, and its parts. `verb` is the word before the names.

    `special` is the mark of a comment in HTML, a template or reStructuredText, empty for one of YAML. `told` is the
    offset of `reason`.
    """

    special: str
    start: int
    end: int
    verb: str
    names: str | None
    reason: str
    told: int

    @property
    def prose(self) -> bool:
        """Return whether it is a comment of the prose around manifests."""
        return self.special in (_HTML, _DOTS)


def comments(source: Source) -> Iterator[Comment]:
    """Yield all comments for joblint, in order, including those of prose."""
    marks = LANGUAGES[source.language].comments
    text, at = source.text, source.text.find(MARK)
    while at >= 0:
        after = text.find(MARK, at + len(MARK))
        found = _comment(text, at, after if after >= 0 else len(text), marks)
        if found is not None:
            yield found
        at = after


def _comment(text: str, at: int, limit: int, marks: tuple[str, ...]) -> Comment | None:
    """Return the comment with `joblint:` at an offset, or None. The next such word is at `limit`.

    `marks` are those at which a comment can begin in the language of the text.
    """
    before = text[max(at - NEAR, 0) : at].rstrip(" \t")
    start = at - (min(at, NEAR) - len(before))
    html = _HTML in marks and before.endswith(_HTML)
    mark = next((mark for mark in marks if mark in _IN_TEMPLATES), "")
    opens, closes = _IN_TEMPLATES[mark] if mark else (None, "")
    action = opens.search(before) if opens else None
    dots = _DOTS in marks and before.endswith(_DOTS) and start < at
    number = len(before) - len(before.rstrip("#"))
    if html:
        start -= len(_HTML)
    elif action is not None:
        start -= len(action[0])
    elif dots:
        start -= len(_DOTS)
    elif "#!" in marks and before.endswith("#!"):
        start -= 2
    elif number and (start == number or text[start - number - 1].isspace()):
        start -= number
    else:
        return None
    said = _DIRECTIVE.match(text, at + len(MARK), limit)
    assert said is not None
    end = min(_line_end(text, said.end()), limit)
    if html or action is not None:
        special, close = (_HTML, _HTML_END) if html else (mark, closes)
        closed = text.find(close, said.end(), end)
        if closed < 0:
            return None
        told = text[said.end() : closed]
        if special == "{#":
            told = told.removesuffix("-")
        return Comment(special, start, closed + len(close), said["verb"], said["names"], told, said.end())
    reason = text[said.end() : end].rstrip(" \t\r")
    if end == limit < len(text):  # another comment follows on the line
        reason = reason.removesuffix(_HTML).removesuffix(_DOTS if _DOTS in marks else "").rstrip("# \t")
    return Comment(
        _DOTS if dots else "", start, said.end() + len(reason), said["verb"], said["names"], reason, said.end()
    )


def _line_end(text: str, at: int) -> int:
    """Return the end of the line, or of the longest possible reason."""
    ends = (text.find(mark, at, at + _REASON) for mark in "\n\r")
    return min((end for end in ends if end >= 0), default=min(at + _REASON, len(text)))
