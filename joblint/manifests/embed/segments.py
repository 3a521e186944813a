"""Where each character of an embedded document stands in the file around it, and how an edit gets back there.

Offsets count code points. The *inner* text is what Kubernetes would read;
the *outer* text is the Markdown or shell file.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple


class Segments(NamedTuple):
    """An immutable map from the offsets of an inner text to those of the outer text.

    It is made of runs: `lengths[i]` characters from `starts[i]` of the inner text on stand in a row from `outers[i]` of
    the outer text on. Between two runs the outer text has what the inner one has not: a line's prefix, a backslash. A
    gap between inner offsets is what the outer text has not: the blanks that are left of a tab. A run may be empty: it
    only says where the content of a line begins.

    `head` is where the outer line of the first inner line begins. `prefix` goes before every new line, `newline` ends
    it. `escapes` are the characters that want a backslash. A line that begins with one of `stops` would end the
    document, and one that begins with one of `bare` would lose it. `frozen` are the inner spans that a shell fills in.
    `closed`: the outer text goes on after the last line break. `base` is the offset in `text` that counts as inner
    offset 0.
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

        `text` has plain line feeds. An embedded document keeps its last line break. None where the change cannot be
        written there: a place that has no counterpart, part of what a shell fills in, a line that would end the
        document.
        """
        start, end = self.base + start, self.base + end
        if not 0 <= start <= end <= len(self.text):
            return None
        text = text.replace("\r\n", "\n")
        if not self._writable(start, end) or self._thaws(start, end, text) or self._breaks_out(start, end, text):
            return None
        whole = self._begins_line(start) and self._begins_line(end) and (text.endswith("\n") or not text)
        if whole and (text or end > start):
            lines = (self._line(line) + self.newline for line in text.split("\n")[:-1])
            return self._behind(start), self._behind(end), "".join(lines)
        return self._edit_inside(start, end, text)

    def _edit_inside(self, start: int, end: int, text: str) -> tuple[int, int, str]:
        """An edit that begins or ends in a line."""
        at_end = self._begins_line(end)
        begin, behind = self._content(start), self._behind(start)
        lead = ""
        if not self._begins_line(start):
            begin = behind
        elif text and begin - behind < len(self.prefix):  # a blank line may stand without its prefix
            lead = self.prefix
        finish = begin if end == start else self._behind(end)
        if end > start and at_end and end < len(self.text) and not text.endswith("\n"):
            finish = self._content(end)  # the line that follows is joined to this one
        written = lead + self._lines(text, rest_follows=not at_end)
        if self.closed and end == len(self.text) and (text or end > start) and not written.endswith("\n"):
            written += self.newline
        return behind if lead else begin, finish, written

    def _outer(self, at: int) -> int:
        run = max(bisect_right(self.starts, at) - 1, 0)
        return self.outers[run] + max(0, min(at - self.starts[run], self.lengths[run]))

    def _real(self, at: int) -> bool:
        """Whether the character at an inner offset stands in the outer text."""
        run = bisect_right(self.starts, at) - 1
        return run >= 0 and at - self.starts[run] < self.lengths[run]

    def _behind(self, at: int) -> int:
        """The outer offset behind the character before an inner offset: there a line's prefix or a backslash begins."""
        return self._outer(at - 1) + 1 if at else self.head

    def _content(self, at: int) -> int:
        """The outer offset behind the prefix of the line that begins at an inner offset."""
        run = bisect_left(self.starts, at)
        return self.outers[run] if run < len(self.starts) and self.starts[run] == at else self._outer(at)

    def _begins_line(self, at: int) -> bool:
        return at == 0 or self.text[at - 1] == "\n"

    def _writable(self, start: int, end: int) -> bool:
        """Whether both ends have a counterpart, and what stays before the edit does not bind to it."""
        edges = (start, end - 1) if end > start else (start - 1, start)
        if not all(self._real(at) for at in edges if 0 <= at < len(self.text)):
            return False
        return not (self.escapes and start and self.text[start - 1] in "\\$")

    def _thaws(self, start: int, end: int, text: str) -> bool:
        """Whether an edit would change what a shell fills in, other than by taking the whole of it away."""
        first = max(bisect_left(self.frozen, (start, 0)) - 1, 0)
        for a, b in self.frozen[first:]:
            if a > end:
                break
            if start <= a < b <= end:
                if any(character in text for character in self.escapes):
                    return True
            elif (a < end and start < b) or (b == start and self.text[b - 1] not in "})`]"):
                return True
        return False

    def _breaks_out(self, start: int, end: int, text: str) -> bool:
        """Whether a changed line would end the document, or lose its first character."""
        if not (self.stops or self.bare):
            return False
        first = self.text.rfind("\n", 0, start) + 1
        last = self.text.find("\n", end)
        lines = (self.text[first:start] + text + self.text[end : len(self.text) if last < 0 else last]).split("\n")
        return any(line.lstrip().startswith(self.stops) or (line and line[0] in self.bare) for line in lines)

    def _line(self, line: str) -> str:
        """A whole line as the outer text wants it, without its line break."""
        return self.prefix + self._escaped(line) if line else self.prefix.rstrip()

    def _lines(self, text: str, rest_follows: bool) -> str:
        """Some lines of which the first has its prefix already; behind the last one the rest of a line may follow."""
        first, *others = text.split("\n")
        lines = [self._escaped(first), *map(self._line, others)]
        if others and not others[-1]:
            lines[-1] = self.prefix if rest_follows else ""
        return self.newline.join(lines)

    def _escaped(self, line: str) -> str:
        if not any(character in line for character in self.escapes):
            return line
        special = self.escapes + "\n"
        return "".join(
            "\\" + character if character in self.escapes and (character != "\\" or after in special) else character
            for character, after in zip(line, line[1:] + "\n", strict=True)
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
        if start >= end:
            return
        last = len(self.starts) - 1
        in_row = last >= 0 and self.outers[last] + self.lengths[last] == start
        if not in_row or self.starts[last] + self.lengths[last] != self.length:
            self.mark(start)
        self.parts.append(self.source[start:end])
        self.lengths[-1] += end - start
        self.length += end - start

    def blanks(self, count: int, tab: int) -> None:
        """Blanks that the outer text has not: they are what is left of the tab at an outer offset."""
        self.mark(tab)
        self.parts.append(" " * count)
        self.length += count

    def build(self, head: int, prefix: str, newline: str, stop: str) -> Segments:
        """The map of a document that ends at a line that begins with `stop`; the rest is as `Segments` has it."""
        if not self.starts:
            self.mark(head)
        text = "".join(self.parts)
        runs = tuple(self.starts), tuple(self.outers), tuple(self.lengths)
        stops = (stop,) if stop else ()
        return Segments(text, *runs, head, prefix, newline, stops=stops, closed=text.endswith("\n"))


def compose(inner: Segments, outer: Segments) -> Segments:
    """The map of a document in a document: `inner` leads into the text of `outer`, the result into the file."""
    starts, outers, lengths = zip(*_cut(inner, outer), strict=True)
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
        run, place, end = bisect_right(outer.starts, middle) - 1, middle, middle + length
        while place < end:
            offset = place - outer.starts[run]
            taken = min(outer.lengths[run] - offset, end - place)
            if taken > 0 or not outer.lengths[run]:
                yield at + place - middle, outer.outers[run] + min(offset, outer.lengths[run]), max(taken, 0)
            run += 1
            place = outer.starts[run] if run < len(outer.starts) else end
