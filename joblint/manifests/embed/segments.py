"""Where each character of an embedded document is in the file around it, and how an edit is written back there.

Offsets count code points. The *inner* text is what Kubernetes would read;
the *outer* text is the Markdown, reStructuredText or shell file.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple


class Segments(NamedTuple):
    """An immutable map from the offsets of an inner text to those of the outer text.

    It consists of runs: the `lengths[i]` characters at `starts[i]` of the inner text are at `outers[i]` of the outer
    text. Between two runs is text that only the outer text has: a line's prefix, a backslash. A gap between inner
    offsets is text that only the inner text has: the blanks that are left of a tab. A run may be empty: it only says
    where the content of a line starts.

    `head` is where the outer line of the first inner line starts. `prefix` is written before every new line, `newline`
    after it. `escapes` are the characters that need a backslash. A line that starts with one of `stops` would end the
    document, and one that starts with one of `bare` would lose that character. `frozen` are the inner spans that a
    shell expands. `closed`: the outer text continues after the last line break. `base` is the offset in `text` that
    counts as inner offset 0.
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
        """Return the map of a plain document: the outer text is the inner text."""
        return cls(text, (0,), (0,), (len(text),), newline=newline)

    def shift(self, base: int) -> "Segments":
        """Return the map of the part of the inner text that starts at `base`: its offset 0 is `base` here."""
        return self._replace(base=self.base + base)

    def outer(self, offset: int) -> int:
        """Return the outer offset of the character at an inner offset, or of the end of the text. O(log n)."""
        return self._outer(self.base + offset)

    def outer_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the outer span of an inner span: from its first character to the end of its last one."""
        begin = self.outer(start)
        return begin, max(begin, self.outer(end - 1) + 1) if end > start else begin

    def edit(self, start: int, end: int, text: str) -> tuple[int, int, str] | None:
        """Return the edit of the outer text (start, end, text) that replaces the inner span by `text`.

        `text` has plain line feeds. An embedded document keeps its last line break. None if the change cannot be
        written there: the place has no counterpart, it is part of what a shell expands, or a line would end the
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
        """Return an edit that starts or ends inside a line."""
        at_end = self._begins_line(end)
        begin, behind = self._content(start), self._behind(start)
        lead = ""
        if not self._begins_line(start):
            begin = behind
        elif (text or not at_end) and begin - behind < len(self.prefix):  # a blank line may lack its prefix
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
        """Return whether the character at an inner offset is in the outer text."""
        run = bisect_right(self.starts, at) - 1
        return run >= 0 and at - self.starts[run] < self.lengths[run]

    def _behind(self, at: int) -> int:
        """Return the outer offset after the character before an inner offset: where a prefix or backslash starts."""
        return self._outer(at - 1) + 1 if at else self.head

    def _content(self, at: int) -> int:
        """Return the outer offset after the prefix of the line that starts at an inner offset."""
        run = bisect_left(self.starts, at)
        return self.outers[run] if run < len(self.starts) and self.starts[run] == at else self._outer(at)

    def _begins_line(self, at: int) -> bool:
        return at == 0 or self.text[at - 1] == "\n"

    def _writable(self, start: int, end: int) -> bool:
        """Return whether both ends have a counterpart, and the character before the edit does not escape its start."""
        edges = (start, end - 1) if end > start else (start - 1, start)
        if not all(self._real(at) for at in edges if 0 <= at < len(self.text)):
            return False
        return not (self.escapes and start and self.text[start - 1] in "\\$")

    def _thaws(self, start: int, end: int, text: str) -> bool:
        """Return whether an edit would change what a shell expands, other than by removing all of it."""
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
        """Return whether a changed line would end the document, or lose its first character."""
        if not (self.stops or self.bare):
            return False
        first = self.text.rfind("\n", 0, start) + 1
        last = self.text.find("\n", end)
        lines = (self.text[first:start] + text + self.text[end : len(self.text) if last < 0 else last]).split("\n")
        return any(line.lstrip().startswith(self.stops) or (line and line[0] in self.bare) for line in lines)

    def _line(self, line: str) -> str:
        """Return a whole line as it must be in the outer text, without its line break."""
        return self.prefix + self._escaped(line) if line else self.prefix.rstrip()

    def _lines(self, text: str, rest_follows: bool) -> str:
        """Return lines for the outer text; the first has its prefix already, and the rest of a line may follow them."""
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
    """Collects the runs of a map, from the start to the end of an outer text."""

    __slots__ = ("length", "lengths", "outers", "parts", "source", "starts")

    def __init__(self, source: str) -> None:
        self.source = source
        self.length = 0
        self.parts: list[str] = []
        self.starts: list[int] = []
        self.outers: list[int] = []
        self.lengths: list[int] = []

    def mark(self, at: int) -> None:
        """Add an empty run: the inner text continues at this outer offset."""
        self.starts.append(self.length)
        self.outers.append(at)
        self.lengths.append(0)

    def add(self, start: int, end: int) -> None:
        """Add an outer span that is inner text."""
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
        """Add blanks that are not in the outer text: they are what is left of the tab at an outer offset."""
        self.mark(tab)
        self.parts.append(" " * count)
        self.length += count

    def build(self, head: int, prefix: str, newline: str, stop: str) -> Segments:
        """Return the map of a document that ends at a line that starts with `stop`; see `Segments` for the rest."""
        if not self.starts:
            self.mark(head)
        text = "".join(self.parts)
        runs = tuple(self.starts), tuple(self.outers), tuple(self.lengths)
        stops = (stop,) if stop else ()
        return Segments(text, *runs, head, prefix, newline, stops=stops, closed=text.endswith("\n"))


def plain_breaks(text: str) -> str:
    """Return a text with plain line feeds and without a byte order mark, in which all offsets stay the same."""
    if text.startswith("\ufeff"):
        text = "\n" + text[1:]
    return text.replace("\r\n", " \n").replace("\r", "\n") if "\r" in text else text


def newline_at(text: str, at: int) -> str:
    """Return the line break that ends at an offset, with its carriage return."""
    if at < 0:
        return "\n"
    return "\r\n" if text[at - 1 : at + 1] == "\r\n" else text[at : at + 1] or "\n"


def compose(inner: Segments, outer: Segments) -> Segments:
    """Return the map of a document in a document: `inner` maps to the text of `outer`, the result to the file."""
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
    """Yield the runs of `inner`, split where the runs of `outer` are."""
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
