"""A file's text and its lines: from bytes to text, and from offsets to lines and columns.

Everything in joblint counts in offsets: code points from the start of `Source.text`. Only this module knows lines.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, MutableSequence, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from joblint.manifests.origin import Rendered

BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)

BOM = "\ufeff"

_LARGE = 1 << 24  # characters


class NotText(ValueError):
    """Bytes that are not text: `reason`, and `line` and `column` (from 1) of the first invalid byte."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(reason)
        self.reason, self.line, self.column = reason, line, column


def decode(data: bytes) -> str:
    """Return the text of `data`: UTF-8, or UTF-16 or UTF-32 after a byte order mark, which is not part of the text.

    Raises NotText if the bytes are not valid in that encoding.
    """
    for mark, encoding in BOMS:
        if data.startswith(mark):
            text = _decode(data[len(mark) :], encoding)
            return BOM + text if text.startswith(BOM) else text  # Source removes one
    return _decode(data, "utf-8")


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        good = Source("", data[: error.start].decode(encoding))
        line, column = good.position(len(good.text))
        byte = f"byte 0x{data[error.start]:02x} is not {encoding.upper()}"
        raise NotText(byte, line, column) from None


class Source:
    """One file: its path as the user named it, its text (without a byte order mark), and its language.

    `counterpart`: for an older version of a file, the file's current path; by default, `path`.
    `rendered`: the text is the output of helm or kustomize, and `rendered` knows its templates; it is never fixed.
    """

    __slots__ = ("_lines", "counterpart", "language", "path", "rendered", "text", "unread", "values")

    def __init__(
        self,
        path: str,
        text: str,
        language: str = "yaml",
        counterpart: str = "",
        rendered: "Rendered | None" = None,
    ) -> None:
        self.path, self.counterpart, self.rendered = path, counterpart or path, rendered
        self.text = text.removeprefix(BOM)
        self.language = language
        self._lines: Sequence[int] | None = None
        self.values: ChartValues | None = None  # of a template of a chart: the files with the chart's values
        self.unread: dict[str, int] = {}  # why a limit left something out, and the first offset where it did

    def changed(self, text: str) -> "Source":
        """Return the same file with another text."""
        made = Source(self.path, text, self.language)
        made.values = self.values
        return made

    @property
    def lines(self) -> Sequence[int]:
        r"""Return the offset of each line's start; a line ends with `\n`, `\r\n` or a lone `\r`, as in editors."""
        if self._lines is None:
            self._lines = _line_starts(self.text)
        return self._lines

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line and column of an offset, both from 1, the column in code points."""
        lines = self.lines
        line = bisect_right(lines, offset)
        return line, offset - lines[line - 1] + 1

    def span(self, start: int, end: int) -> tuple[int, int, int, int]:
        """Return the line and column of two offsets, each from 1."""
        return *self.position(start), *self.position(end)

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a line and column, both from 1; a place beyond the line or the text is cut to it."""
        lines = self.lines
        if line > len(lines):
            return len(self.text)
        end = lines[line] if line < len(lines) else len(self.text)
        return min(lines[line - 1] + column - 1, end)

    def line_text(self, line: int) -> str:
        """Return the text of a line (counted from 1), without its line ending."""
        lines = self.lines
        end = lines[line] if line < len(lines) else len(self.text)
        return self.text[lines[line - 1] : end].rstrip("\r\n")

    def utf16(self, offset: int) -> tuple[int, int]:
        """Return the line and character of an offset, from 0, in UTF-16 units, as in the language server protocol."""
        line, column = self.position(offset)
        start = offset - column + 1
        return line - 1, len(self.text[start:offset].encode("utf-16-le", "surrogatepass")) // 2


class ChartValues(NamedTuple):
    """The files with the values of a chart.

    `own` are the values.yaml of the charts that it is a part of, outermost first, and last its own; None for one that
    has none. `names` are the names of the inner charts in the ones around them. `tests` are those of `ci/`, `schema` is
    its values.schema.json. `imports`: the parts of the chart set some of its values.
    """

    own: tuple[Source | None, ...]
    names: tuple[str, ...] = ()
    tests: tuple[Source, ...] = ()
    schema: Source | None = None
    imports: bool = False

    def sources(self) -> Iterator[Source]:
        """Yield all files."""
        yield from (one for one in (*self.own, *self.tests, self.schema) if one is not None)


def indent_of(line: str) -> int:
    """Return the number of blanks at the start of a line."""
    return len(line) - len(line.lstrip(" "))


def _line_starts(text: str) -> Sequence[int]:
    starts: MutableSequence[int] = [0]
    lines: Iterable[str] = text.split("\n") if len(text) < _LARGE else _one_by_one(text)
    if len(text) >= _LARGE:  # a list would take ten times the memory of the text
        from array import array

        starts = array("q", starts)
    at = 0
    for line in lines:
        at += len(line) + 1
        if "\r" in line:
            starts.extend(_carriage_returns(line, at))
        starts.append(at)
    if starts.pop() == at and text.endswith("\r"):  # no `\n` follows this one, though one was assumed
        starts.append(len(text))
    return starts


def _one_by_one(text: str) -> Iterator[str]:
    at = 0
    while (end := text.find("\n", at)) >= 0:
        yield text[at:end]
        at = end + 1
    yield text[at:]


def _carriage_returns(line: str, end: int) -> list[int]:
    r"""Return the starts of the lines after each lone `\r` inside `line`, whose `\n` is right before `end`."""
    start = end - len(line) - 1
    return [start + i + 1 for i, c in enumerate(line) if c == "\r" and i + 1 < len(line)]
