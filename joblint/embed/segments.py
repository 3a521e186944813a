"""Where each character of an embedded document stands in the file around it, and how an edit gets back there.

Offsets count code points. The *inner* text is what Kubernetes would read; the *outer* text is the Markdown or shell file.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple


class Segments(NamedTuple):
    """An immutable map from the offsets of an inner text to those of the outer text.

    It is made of runs: `lengths[i]` characters from `starts[i]` of the inner text on stand in a row from `outers[i]` of the
    outer text on. Between two runs the outer text has what the inner one has not: a line's prefix, a backslash. A gap
    between inner offsets is what the outer text has not: the blanks that are left of a tab. A run may be empty: it only
    says where the content of a line begins.

    `head` is where the outer line of the first inner line begins. `prefix` goes before every new line. `newline` ends it.
    `escapes` are the characters that want a backslash. A line that begins with one of `stops` would end the document, and
    one that begins with one of `bare` would lose it. `frozen` are the inner spans that a shell fills in. `closed`: the
    outer text goes on after the last line break. `base` is the offset in `text` that counts as inner offset 0.
    """

    text: str
    starts: tuple[int, ...]
    outers: tuple[int, ...]
    lengths: tuple[int, ...]
    head: int = 0
    prefix: str = ""
    newline: str = "\n"
    escapes: str = ""
    stops: tuple[str, ...] = ()
    bare: str = ""
    frozen: tuple[tuple[int, int], ...] = ()
    closed: bool = False
    base: int = 0

    @classmethod
    def identity(cls, text: str, newline: str = "\n") -> "Segments":
        """The map of a plain document: the outer text is the inner text."""
        return cls(text, (0,), (0,), (len(text),), newline=newline)

    def shift(self, base: int) -> "Segments":
        """The map of the part of the inner text that begins at `base`: its offset 0 is `base` here."""
        return self._replace(base=self.base + base)

    def outer(self, offset: int) -> int:
        """The outer offset of the character at an inner offset; the end of the text is its end there. O(log n)."""
        return self._outer(self.base + offset)

    def outer_span(self, start: int, end: int) -> tuple[int, int]:
        """The outer span of an inner span: from its first character to behind its last one."""
        begin = self.outer(start)
        return begin, max(begin, self.outer(end - 1) + 1) if end > start else begin

    def edit(self, start: int, end: int, text: str) -> tuple[int, int, str] | None:
        """What to write where in the outer text, so that `text` replaces the inner span.

        `text` has plain `\\n` line breaks. An embedded document keeps its last line break. None where the change cannot be
        written there: a place that has no counterpart, part of what a shell fills in, a line that would end the document.
        """
        start, end = self.base + start, self.base + end
        if not 0 <= start <= end <= len(self.text):
            return None
        text = text.replace("\r\n", "\n")
        if not self._writable(start, end, text):
            return None
        return self._write(start, end, text)

    def _outer(self, at: int) -> int:
        run = max(bisect_right(self.starts, at) - 1, 0)
        return self.outers[run] + max(0, min(at - self.starts[run], self.lengths[run]))

    def _real(self, at: int) -> bool:
        """Whether the character at an inner offset stands in the outer text."""
        run = bisect_right(self.starts, at) - 1
        return run >= 0 and at - self.starts[run] < self.lengths[run]

    def _behind(self, at: int) -> int:
        """The outer offset behind the character before an inner offset, where the line's prefix or a backslash begins."""
        return self._outer(at - 1) + 1 if at else self.head

    def _content(self, at: int) -> int:
        """The outer offset behind the prefix of the line that begins at an inner offset."""
        run = bisect_left(self.starts, at)
        return self.outers[run] if run < len(self.starts) and self.starts[run] == at else self._outer(at)

    def _begins_line(self, at: int) -> bool:
        return at == 0 or self.text[at - 1] == "\n"

    def _writable(self, start: int, end: int, text: str) -> bool:
        ends = {start, end - 1} if end > start else {start - 1} if start else set()
        if not all(self._real(at) for at in ends if at < len(self.text)):
            return False
        if self.escapes and start and self.text[start - 1] == "\\":
            return False  # a lone backslash would bind to what comes now
        return not self._thaws(start, end, text) and not self._breaks_out(start, end, text)

    def _thaws(self, start: int, end: int, text: str) -> bool:
        """Whether an edit would change what a shell fills in, other than by taking the whole of it away."""
        first = bisect_left(self.frozen, (start, 0))
        for a, b in self.frozen[max(first - 1, 0) :]:
            if a >= end and a > start:
                break
            if start <= a and b <= end:
                if any(character in text for character in self.escapes):
                    return True
            elif a < end and b > start or a < start < b or b == start and self.text[b - 1] not in "})`]":
                return True
        return False

    def _breaks_out(self, start: int, end: int, text: str) -> bool:
        """Whether a changed line would end the document, or lose its first character."""
        if not (self.stops or self.bare):
            return False
        first = self.text.rfind("\n", 0, start) + 1
        last = self.text.find("\n", end)
        lines = (self.text[first:start] + text + self.text[end : len(self.text) if last < 0 else last]).split("\n")
        return any(line.lstrip().startswith(self.stops) or line[:1] in self.bare and line for line in lines)

    def _write(self, start: int, end: int, text: str) -> tuple[int, int, str]:
        at_start, at_end = self._begins_line(start), self._begins_line(end)
        lines = at_start and at_end and (text.endswith("\n") or not text and end > start)
        begin, lead = self._begin(start, lines, text)
        finish = begin if end == start else self._behind(end)
        joins = end > start and at_end and end < len(self.text) and not text.endswith("\n") and not lines
        if joins:
            finish = self._content(end)
        if end == start and lead and not lines:
            finish = self._content(start)
        written = lead + self._written(text, keeps_prefix=not (at_end and (end > start or lines)))
        if self.closed and end == len(self.text) and not written.endswith("\n") and (text or not at_start):
            written += self.newline
        return begin, finish, written

    def _begin(self, start: int, lines: bool, text: str) -> tuple[int, str]:
        """The outer offset where an edit begins, and the prefix that must be written there."""
        if not self._begins_line(start):
            return self._behind(start), ""
        behind = self._behind(start)
        if lines:
            return behind, self.prefix if text else ""
        content = self._content(start)
        return (content, "") if content - behind >= len(self.prefix) or not text else (behind, self.prefix)

    def _written(self, text: str, keeps_prefix: bool) -> str:
        """A text as the outer language wants it: escaped, and each line behind the first with its prefix."""
        lines = [self._escaped(line) for line in text.split("\n")]
        blank = self.prefix.rstrip()
        last = len(lines) - 1
        for number in range(1, len(lines)):
            if lines[number] or number == last and keeps_prefix:
                lines[number] = self.prefix + lines[number]
            elif number < last:
                lines[number] = blank
        return self.newline.join(lines)

    def _escaped(self, line: str) -> str:
        if not any(character in line for character in self.escapes):
            return line
        following = [*line[1:], "\n"]
        special = self.escapes + "\n"
        return "".join(
            "\\" + character if character in self.escapes and (character != "\\" or after in special) else character
            for character, after in zip(line, following, strict=True)
        )


class Builder:
    """Collects the runs of a map, from the front to the back of an outer text."""

    __slots__ = ("length", "lengths", "outers", "parts", "source", "starts")

    def __init__(self, source: str) -> None:
        self.source = source
        self.length = 0
        self.parts: list[str] = []
        self.starts: list[int] = []
        self.outers: list[int] = []
        self.lengths: list[int] = []

    def mark(self, at: int) -> None:
        """An empty run: the inner text goes on at this outer offset."""
        self.starts.append(self.length)
        self.outers.append(at)
        self.lengths.append(0)

    def add(self, start: int, end: int) -> None:
        """An outer span that is inner text."""
        if not self.outers or self.outers[-1] + self.lengths[-1] != start or self.starts[-1] + self.lengths[-1] != self.length:
            self.mark(start)
        self.parts.append(self.source[start:end])
        self.lengths[-1] += end - start
        self.length += end - start

    def blanks(self, count: int, at: int) -> None:
        """Blanks that the outer text has not: they are what is left of the tab at an outer offset."""
        self.mark(at)
        self.parts.append(" " * count)
        self.length += count

    def build(self) -> Segments:
        """The map, without what an edit needs to know."""
        if not self.starts:
            self.mark(0)
        return Segments("".join(self.parts), tuple(self.starts), tuple(self.outers), tuple(self.lengths))


def compose(inner: Segments, outer: Segments) -> Segments:
    """The map of a document in a document: `inner` leads into the text of `outer`, the result into the file."""
    runs = list(_cut(inner, outer))
    starts, outers, lengths = zip(*runs, strict=True)
    return inner._replace(
        starts=starts,
        outers=outers,
        lengths=lengths,
        head=outer._behind(inner.head),
        prefix=outer.prefix + inner.prefix,
        newline=outer.newline,
        escapes=inner.escapes + outer.escapes,
        stops=inner.stops + outer.stops,
        bare=inner.bare + outer.bare,
    )


def _cut(inner: Segments, outer: Segments) -> Iterator[tuple[int, int, int]]:
    """The runs of `inner`, cut where the runs of `outer` are."""
    for at, middle, length in zip(inner.starts, inner.outers, inner.lengths, strict=True):
        if not length:
            yield at, outer._content(middle), 0
            continue
        run, end = max(bisect_right(outer.starts, middle) - 1, 0), middle + length
        place = middle
        while place < end:
            offset = place - outer.starts[run]
            taken = min(outer.lengths[run] - offset, end - place)
            if taken > 0 or outer.lengths[run] == 0:
                yield at + place - middle, outer.outers[run] + offset if taken > 0 else outer.outers[run], max(taken, 0)
            run += 1
            place = outer.starts[run] if run < len(outer.starts) else end
