"""Snippets: the text of a place in a file and of the lines around it, for readers who do not have the file.

Snippets that people cannot read are left out: very long ones, as in JSON without line breaks. So are those that would
make a report with very many findings too large.
"""

from typing import Any

from joblint.manifests.source import Source
from joblint.report.visible import visible

_AROUND = 2  # lines before a place, and after it
_PLACE, _LINES = 1_000, 2_000  # characters of a place, and of the lines around it, at most
_ALL = 4_000_000  # characters of all snippets of a report, at most
_END = "---"  # the end of a document: the next or previous one may be a Secret

Json = dict[str, Any]
Place = tuple[int, int, int, int]  # line, column, end line, end column


class Snippets:
    """The snippets of one report, whose total size is limited."""

    def __init__(self) -> None:
        self.left = _ALL

    def region(self, place: Place, source: Source | None) -> Json:
        """Return a region with its text."""
        line, column, end_line, end_column = place
        region: Json = {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
        if source is not None and source.offset(end_line, 1) - source.offset(line, 1) <= _PLACE:
            text = self.taken(source, source.offset(line, column), source.offset(end_line, end_column), _PLACE)
            if text:
                region["snippet"] = {"text": text}
        return region

    def context(self, place: Place, source: Source | None) -> Json | None:
        """Return the lines around a place in its document, or None if they are too long."""
        if source is None:
            return None
        first, last = place[0], max(place[0], place[2])
        last = min(last, len(source.lines))
        if not 1 <= first <= last:
            return None
        for around in range(_AROUND, -1, -1):
            begin, end = _reach(source, first, -around), _reach(source, last, around)
            text = self.taken(source, _start(source, begin), _start(source, end + 1), _LINES)
            if text:
                return {"startLine": begin, "endLine": end, "snippet": {"text": text}}
        return None

    def taken(self, source: Source, start: int, end: int, most: int) -> str:
        """Return a text, visible except for line breaks and tabs, or an empty one if it is too long."""
        if not 0 < end - start <= min(most, self.left):
            return ""
        self.left -= end - start
        lines = source.text[start:end].replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
        return "\n".join("\t".join(map(visible, line.split("\t"))) for line in lines)


def _reach(source: Source, line: int, far: int) -> int:
    """Return the line that is `far` lines away, or the last one before that in the same document and file."""
    step = 1 if far > 0 else -1
    for _ in range(abs(far)):
        beyond = line + step
        if not 1 <= beyond <= len(source.lines):
            break
        start = _start(source, beyond)
        if source.text.startswith(_END, start) or start == len(source.text):
            break
        line = beyond
    return line


def _start(source: Source, line: int) -> int:
    """Return the start of a line; after the last line, the end of the file."""
    return source.lines[line - 1] if line <= len(source.lines) else len(source.text)
