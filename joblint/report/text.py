"""The report for people: each finding with its line of the file and carets below the place."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from joblint.finding import Finding, Related
from joblint.report import Paint, Run, by_file, limited
from joblint.report.concise import label, place
from joblint.report.visible import cells, visible
from joblint.source import Source

WIDTH = 100  # columns, where nobody says how wide the terminal is
_NARROWEST = 40
_CUT = "..."


class Mark(NamedTuple):
    """A place to point at: lines and columns as a finding's, what is said of it, and its colour."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str
    colour: str
    primary: bool


def report(run: Run, paint: Paint, width: int = WIDTH) -> Iterator[str]:
    """The findings file by file, a blank line after each."""
    for findings in by_file(run.findings).values():
        yield "".join(_finding(finding, run, paint, width) for finding in findings)


def _finding(finding: Finding, run: Run, paint: Paint, width: int) -> str:
    severity = finding.severity
    lines = [f"{paint(place(finding), 'path')}: {paint(label(finding), severity)} {visible(finding.message)}"]
    source = run.sources.get(finding.path)
    marks = [_mark(finding, "", severity, True)]
    marks += [_mark(other, other.message, "related", False) for other in finding.related if other.path == finding.path]
    gutter = max(len(str(mark.line)) for mark in marks)
    if source is not None:
        lines += Frame(source, paint, gutter, width).draw(marks)
    for other in finding.related:
        if other.path != finding.path:
            lines += _elsewhere(other, run, paint, width)
    lines += [f"{' ' * gutter} {paint('=', 'frame')} {note}" for note in _notes(finding, run)]
    return "\n".join(lines) + "\n\n"


def _mark(place: Finding | Related, text: str, colour: str, primary: bool) -> Mark:
    return Mark(place.line, place.column, place.end_line, place.end_column, visible(text), colour, primary)


def _elsewhere(other: Related, run: Run, paint: Paint, width: int) -> list[str]:
    """A related place in another file."""
    gutter = len(str(other.line))
    source = run.sources.get(other.path)
    head = f"{' ' * gutter} {paint('-->', 'frame')} {visible(other.path)}:{other.line}:{other.column}"
    if source is None:
        return [f"{head}: {visible(other.message)}"]
    return [head, *Frame(source, paint, gutter, width).draw([_mark(other, other.message, "related", True)])]


def _notes(finding: Finding, run: Run) -> Iterator[str]:
    held = limited(finding, run.asked(finding.path))
    if held:
        yield f"{finding.effect} on {held}"
    if finding.fix is not None:
        yield f"{'fix' if finding.fix.safe else 'unsafe fix'}: {visible(finding.fix.message)}"


class Frame:
    """Draws lines of one file, with carets below the places."""

    def __init__(self, source: Source, paint: Paint, gutter: int, width: int) -> None:
        self.source, self.paint, self.gutter = source, paint, gutter
        self.room = max(_NARROWEST, width) - gutter - len(" | ^")  # a caret may stand behind the last character

    def draw(self, marks: Sequence[Mark]) -> list[str]:
        """The lines that the marks are on, in the order of the file."""
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
            below = ("^" if mark.primary else "-") * max(1, stop - start) + (f" {mark.text}" if mark.text else "")
            drawn.append(self._row(" " * start + self.paint(below, mark.colour)))
        return drawn


class Window:
    """The part of a line around a place that has room on the screen; `text` is how it is shown."""

    def __init__(self, source: Source, line: int, focus: int, room: int) -> None:
        """`focus` is the place, in code points from the start of the line."""
        begin, end = _line(source, line)
        first, pieces = 0, cells(source.text[begin : min(end, begin + room + 1)])
        if begin + len(pieces) < end or sum(width for _, width in pieces) > room:
            if sum(width for _, width in pieces[:focus]) > room * 2 // 3:
                first = max(0, focus - room // 3)
                pieces = cells(source.text[begin + first : min(end, begin + first + room + 1)])
            room -= len(_CUT) * 2
        self.first = first
        self.text = _CUT if first else ""
        self.columns = [len(self.text)]
        for shown, width in pieces:
            if self.columns[-1] + width > room + len(_CUT):
                break
            self.columns.append(self.columns[-1] + width)
            self.text += shown
        if begin + first + len(self.columns) - 1 < end:
            self.text += _CUT

    def at(self, offset: int) -> int:
        """The column of the screen, from 0, of a place in the line; -1 is the end of the line."""
        last = len(self.columns) - 1
        return self.columns[last if offset < 0 else max(0, min(offset - self.first, last))]


def _line(source: Source, line: int) -> tuple[int, int]:
    """Where a line starts and ends, without its line ending."""
    lines, text = source.lines, source.text
    begin = lines[line - 1]
    end = lines[line] if line < len(lines) else len(text)
    while end > begin and text[end - 1] in "\r\n":
        end -= 1
    return begin, end
