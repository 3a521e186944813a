"""Lines of a file for a terminal, with carets below the places of a finding."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from joblint.manifests.source import Source
from joblint.report import Paint
from joblint.report.visible import cells
from joblint.report.wrap import columns, wrap

_NARROWEST = 24  # columns; a row of a narrower terminal would have room only for the cuts
_CUT = "..."
_FEWEST = 24  # columns that a text next to a caret needs; with fewer it is moved to the left
_SEARCHED = 4  # code points that are looked at for each column of a row: some have no width


class Mark(NamedTuple):
    """A place to point at: lines and columns as in a finding, its label, and its colour."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str
    colour: str
    primary: bool


class Frame:
    """A drawing of lines of one file, with carets below some places."""

    def __init__(self, source: Source, paint: Paint, gutter: int, width: int) -> None:
        self.source, self.paint, self.gutter = source, paint, gutter
        self.room = max(_NARROWEST, width) - gutter - len(" | ^")  # a caret may be after the last character

    def draw(self, marks: Sequence[Mark]) -> list[str]:
        """Return the rows of the lines with marks, in the order of the file."""
        drawn = [self._row("")]
        last = 0
        for line in sorted({mark.line for mark in marks}):
            if last and line == last + 2:
                drawn.append(self._row(Window(self.source, line - 1, 0, self.room).text, line - 1))
            elif last and line > last + 2:
                drawn.append(self.paint(_CUT, "frame"))
            drawn += self._line(line, [mark for mark in marks if mark.line == line])
            last = line
        return drawn

    def _row(self, text: str, line: int | None = None) -> str:
        head = self.paint(f"{'' if line is None else line:>{self.gutter}} |", "frame")
        return f"{head} {text}" if text else head

    def _line(self, line: int, marks: Sequence[Mark]) -> list[str]:
        window = Window(self.source, line, marks[0].column - 1, self.room)
        drawn = [self._row(window.text, line)]
        for mark in marks:
            start = window.at(mark.column - 1)
            stop = window.at(mark.end_column - 1) if mark.end_line == mark.line else window.at(-1)
            below = ("^" if mark.primary else "-") * max(1, stop - start)
            drawn += [
                self._row(" " * indent + self.paint(row, mark.colour))
                for indent, row in self._below(mark, start, below)
            ]
        return drawn

    def _below(self, mark: Mark, start: int, carets: str) -> Iterator[tuple[int, str]]:
        """Yield the rows below a line, each with its indent: the carets, and the label next to them or below them."""
        if not mark.text or start + len(carets) + columns(mark.text) <= self.room:
            yield start, f"{carets} {mark.text}" if mark.text else carets
            return
        yield start, carets
        indent = start if self.room - start >= _FEWEST else max(0, min(start, self.room - _FEWEST))
        for row in wrap(mark.text, self.room + 1 - indent):
            yield indent, row


class Window:
    """The part of a line around a place that fits the screen. `text` is how it is shown."""

    def __init__(self, source: Source, line: int, focus: int, room: int) -> None:
        """Take the place `focus`, in code points from the start of the line."""
        begin, end = _line(source, line)
        most = room * _SEARCHED
        self.first, pieces = 0, cells(source.text[begin : min(end, begin + most)])
        if begin + len(pieces) < end or sum(width for _, width in pieces) > room:
            before = cells(source.text[begin + max(0, focus - most) : min(end, begin + focus)])
            if focus > most or sum(width for _, width in before) > room * 2 // 3:
                rest = cells(source.text[begin + focus : min(end, begin + focus + most)])
                whole = (
                    begin + focus + len(rest) == end
                )  # a short rest of the line leaves more room for the part before
                room_before = room - len(_CUT) * 2 - sum(width for _, width in rest) if whole else 0
                self.first = max(0, focus - _fitting(before, max(room // 3, room_before)))
                pieces = cells(source.text[begin + self.first : min(end, begin + self.first + 2 * most)])
            room -= len(_CUT) * 2
        self.text = _CUT if self.first else ""
        self.columns = [len(self.text)]
        for shown, width in pieces:
            if self.columns[-1] + width > room + len(_CUT):
                break
            self.columns.append(self.columns[-1] + width)
            self.text += shown
        if begin + self.first + len(self.columns) - 1 < end:
            self.text += _CUT

    def at(self, offset: int) -> int:
        """Return the column of the screen, from 0, of a place in the line; -1 is the end of the line."""
        last = len(self.columns) - 1
        return self.columns[last if offset < 0 else max(0, min(offset - self.first, last))]


def _fitting(pieces: Sequence[tuple[str, int]], room: int) -> int:
    """Return how many of the last pieces fit."""
    number = 0
    for _, width in reversed(pieces):
        room -= width
        if room < 0:
            break
        number += 1
    return number


def _line(source: Source, line: int) -> tuple[int, int]:
    """Return the start and end of a line, without its line ending."""
    lines, text = source.lines, source.text
    begin = lines[line - 1]
    end = lines[line] if line < len(lines) else len(text)
    while end > begin and text[end - 1] in "\r\n":
        end -= 1
    return begin, end
