"""The position in the document of each character of a scalar's content, for every style of scalar.

The content differs from the document by quotes, escapes, indentation, and line breaks that folding turns into spaces.
The walk here is that of libyaml's scanner.c (yaml_parser_scan_plain_scalar, _scan_flow_scalar and _scan_block_scalar).
Its result is compared with the scalar's content, so a position is exact or there is none.
"""

from bisect import bisect_right

from joblint.manifests.yaml.tree import Scalar

_BREAKS = "\r\n\x85\u2028\u2029"
_KEPT_BREAKS = "\u2028\u2029"  # the others become line feeds
_BLANKS = " \t"
_HEX = {"x": 2, "u": 4, "U": 8}
_MEANS = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip


class Content:
    """The map of one scalar: `span` turns offsets in its content into a span of the document's text.

    It consists of runs: the content from `starts[i]` on is contiguous in the document, from `sources[i]` to `ends[i]`.
    A run of one character may be wider in the document (`\\n`, a folded line break).
    """

    __slots__ = ("ends", "exact", "scalar", "sources", "starts")

    def __init__(self, text: str, scalar: Scalar) -> None:
        """Build the map; `text` is that of the document with the scalar."""
        self.scalar = scalar
        self.starts: list[int] = []
        self.sources: list[int] = []
        self.ends: list[int] = []
        writer = _Writer(text, self)
        try:
            _walk(writer, scalar)
            self.exact = "".join(writer.parts) == scalar.text
        except (IndexError, ValueError):
            self.exact = False

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the document's span of content[start:end]; that of the whole scalar if the map is not exact."""
        if not self.exact or not self.starts:
            return self.scalar.start, self.scalar.end
        first, last = self._at(start), self._at(max(start, end - 1))
        return first[0], max(first[0], last[1] if end > start else first[0])

    def _at(self, offset: int) -> tuple[int, int]:
        """Return the span of one character."""
        run = bisect_right(self.starts, offset) - 1
        at = self.sources[run] + offset - self.starts[run]
        length = (self.starts[run + 1] if run + 1 < len(self.starts) else len(self.scalar.text)) - self.starts[run]
        return at, self.ends[run] if offset - self.starts[run] >= length - 1 else at + 1


class _Writer:
    """Collects the content as it is read, and the source of each piece."""

    __slots__ = ("content", "length", "parts", "text")

    def __init__(self, text: str, content: Content) -> None:
        self.text, self.content = text, content
        self.parts: list[str] = []
        self.length = 0

    def put(self, piece: str, start: int, end: int) -> None:
        """Add a piece of content that is at text[start:end]."""
        if not piece:
            return
        self.parts.append(piece)
        self.content.starts.append(self.length)
        self.content.sources.append(start)
        self.content.ends.append(end)
        self.length += len(piece)

    def copy(self, start: int, end: int) -> None:
        """Add text that is content unchanged."""
        self.put(self.text[start:end], start, end)

    def breaks(self, line_breaks: list[tuple[int, int]]) -> None:
        """Add line breaks that are content, one by one."""
        for start, end in line_breaks:
            self.put(_line_break(self.text, start), start, end)


def _line_break(text: str, at: int) -> str:
    return text[at] if text[at] in _KEPT_BREAKS else "\n"


def _after_break(text: str, at: int) -> int:
    return at + 2 if text.startswith("\r\n", at) else at + 1


def _walk(writer: _Writer, scalar: Scalar) -> None:
    text, style = writer.text, scalar.style
    at = _behind_properties(text, scalar.start, scalar.end)
    if style and style in "|>":
        _block(writer, at, scalar)
    elif style:
        _flow(writer, at + 1, scalar.end - 1, style)
    else:
        _flow(writer, at, scalar.end, "")


def _behind_properties(text: str, at: int, end: int) -> int:
    """Return the position after an anchor and a tag, which come before the scalar itself."""
    while at < end and text[at] in "&!":
        while at < end and text[at] not in _BLANKS and text[at] not in _BREAKS:
            at += 1
        while at < end and (text[at] in _BLANKS or text[at] in _BREAKS or text[at] == "#"):
            at = _line_end(text, at, end) if text[at] == "#" else at + 1
    return at


def _line_end(text: str, at: int, end: int) -> int:
    while at < end and text[at] not in _BREAKS:
        at += 1
    return at


# -- plain, and in quotes


def _flow(writer: _Writer, at: int, end: int, quote: str) -> None:
    """Read a scalar whose line breaks are folded: plain, or in `quote`."""
    text = writer.text
    special = {"": "", "'": "'", '"': "\\"}[quote]
    while at < end:
        stop = at
        while stop < end and text[stop] not in _BLANKS and text[stop] not in _BREAKS and text[stop] != special:
            stop += 1
        writer.copy(at, stop)
        at, joined = stop, False
        if at < end and special and text[at] == special:
            at, joined = _escape(writer, at, quote)
            if not joined:
                continue
        at = _white(writer, at, end, joined)


def _escape(writer: _Writer, at: int, quote: str) -> tuple[int, bool]:
    """Return the position after an escape, and whether it escapes a line break."""
    text = writer.text
    sign = text[at + 1]
    if quote == "'":
        writer.put("'", at, at + 2)
        return at + 2, False
    if sign in _BREAKS:
        return _after_break(text, at + 1), True
    width = _HEX.get(sign, 0)
    piece = chr(int(text[at + 2 : at + 2 + width], 16)) if width else _MEANS.get(sign, sign)
    writer.put(piece, at, at + 2 + width)
    return at + 2 + width, False


def _white(writer: _Writer, at: int, end: int, joined: bool) -> int:
    """Read white space: kept within a line, folded between two lines. `joined`: a line break was escaped before."""
    text, start = writer.text, at
    breaks: list[tuple[int, int]] = []
    while at < end and (text[at] in _BLANKS or text[at] in _BREAKS):
        after = at + 1
        if text[at] in _BREAKS:
            after = _after_break(text, at)
            breaks.append((at, after))
        at = after
    if not breaks and not joined:
        writer.copy(start, at)
    elif joined:
        writer.breaks(breaks)
    else:
        _fold(writer, breaks)
    return at


def _fold(writer: _Writer, breaks: list[tuple[int, int]]) -> None:
    """Fold line breaks: one becomes a space, of several the first is dropped; those that are not line feeds stay."""
    (start, end), rest = breaks[0], breaks[1:]
    if _line_break(writer.text, start) != "\n":
        writer.breaks(breaks)
    elif rest:
        writer.breaks(rest)
    else:
        writer.put(" ", start, end)


# -- block scalars


def _block(writer: _Writer, at: int, scalar: Scalar) -> None:
    text, end = writer.text, scalar.end
    stop = _line_end(text, at, end)
    header = text[at:stop].partition("#")[0]
    at = _after_break(text, stop)
    chomping = next((sign for sign in header if sign in "+-"), "")
    indent = _indent(text, at, end, scalar.text)
    leading: list[tuple[int, int]] = []
    at, trailing = _blank_lines(text, at, end, indent)
    blank_before = False
    while at < end:
        blank = text[at] in _BLANKS
        if leading and scalar.style == ">" and _line_break(text, leading[0][0]) == "\n" and not (blank_before or blank):
            if not trailing:
                writer.put(" ", *leading[0])
        else:
            writer.breaks(leading)
        writer.breaks(trailing)
        blank_before, stop = blank, _line_end(text, at, end)
        writer.copy(at, stop)
        leading = [(stop, _after_break(text, stop))] if stop < end else []
        at, trailing = _blank_lines(text, leading[0][1], end, indent) if leading else (end, [])
    writer.breaks(leading if chomping != "-" else [])
    writer.breaks(trailing if chomping == "+" else [])


def _blank_lines(text: str, at: int, end: int, indent: int) -> tuple[int, list[tuple[int, int]]]:
    """Return the start of the next line's content (`end` after the block), and the breaks of the blank lines before."""
    breaks: list[tuple[int, int]] = []
    while at < end:
        column = 0
        while at < end and text[at] == " " and column < indent:
            at, column = at + 1, column + 1
        if at >= end or text[at] not in _BREAKS:
            return (at if column == indent else end), breaks
        breaks.append((at, _after_break(text, at)))
        at = breaks[-1][1]
    return end, breaks


def _indent(text: str, at: int, end: int, content: str) -> int:
    """Return the block's indentation: how much deeper its first line that is not blank is than in the content."""
    depth = 0
    while at < end and (text[at] == " " or text[at] in _BREAKS):
        depth = depth + 1 if text[at] == " " else 0
        at += 1
    first = len(content) - len(content.lstrip(" " + _BREAKS))
    return depth - (first - max(content.rfind(sign, 0, first) for sign in _BREAKS) - 1)
