"""Convert lines and columns of joblint to positions of the protocol, and back, in any of its three encodings.

joblint counts lines and code points from 1, the protocol counts lines and code units from 0. Both end a line at the
same places: `\\n`, `\\r\\n`, and a lone `\\r`.
"""

from collections.abc import Sequence

from lsprotocol import types

from joblint.manifests.source import Source

UTF8, UTF16, UTF32 = "utf-8", "utf-16", "utf-32"
_MARK = "\ufeff"  # a byte order mark that a client leaves in the text; a Source has none


def width(text: str, encoding: str) -> int:
    """Return how many code units a text has."""
    if encoding == UTF32 or text.isascii():
        return len(text)
    if encoding == UTF8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def column(line: str, units: int, encoding: str) -> int:
    """Return how many whole characters of a line are within its first code units."""
    if encoding == UTF32 or line.isascii():
        return min(units, len(line))
    for at, character in enumerate(line):
        units -= width(character, encoding)
        if units < 0:
            return at
    return len(line)


def bare(line: str) -> str:
    """Return a line without its ending."""
    return line.rstrip("\r\n") if line[-1:] in ("\n", "\r") else line


class Positions:
    """The positions in one text, given as its lines with their endings."""

    __slots__ = ("encoding", "lines", "shift")

    def __init__(self, lines: Sequence[str], encoding: str) -> None:
        self.lines, self.encoding = lines, encoding
        self.shift = 1 if lines and lines[0].startswith(_MARK) else 0

    def line(self, number: int) -> str:
        """Return a line, from 0, without its ending; empty after the last one."""
        return bare(self.lines[number]) if 0 <= number < len(self.lines) else ""

    def at(self, line: int, column_: int) -> types.Position:
        """Return the position of a line and column, both from 1; a column after the line's end is its end."""
        before = self.line(line - 1)[: column_ - 1 + (self.shift if line == 1 else 0)]
        return types.Position(line - 1, width(before, self.encoding))

    def range(self, line: int, column_: int, end_line: int, end_column: int) -> types.Range:
        """Return the range between two places, which are counted like those of findings."""
        return types.Range(self.at(line, column_), self.at(end_line, end_column))

    def span(self, source: Source, start: int, end: int) -> types.Range:
        """Return the range of a span of the source that was made from this text."""
        return self.range(*source.span(start, end))

    def place(self, position: types.Position) -> tuple[int, int]:
        """Return the line and column, both from 1, of a position."""
        before = column(self.line(position.line), position.character, self.encoding)
        return position.line + 1, max(before - (self.shift if position.line == 0 else 0), 0) + 1

    def offset(self, source: Source, position: types.Position) -> int:
        """Return the offset of a position in the source that was made from this text."""
        return source.offset(*self.place(position))
