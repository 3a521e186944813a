"""The report for people: each finding with its line of the file and carets below the place."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from joblint.finding import Finding
from joblint.report import Run, by_file, limited
from joblint.report.concise import label, place
from joblint.report.visible import cells, visible
from joblint.source import Source

WIDTH = 100  # columns, where nobody says how wide the terminal is
_NARROWEST = 40
_CUT = "..."
_CODES = {"error": "1;31", "warning": "1;33", "info": "1;36", "path": "1", "frame": "34", "related": "36", "good": "32"}

Paint = Callable[[str, str], str]  # takes a text and the name of its colour


def plain(text: str, _: str) -> str:
    """A Paint without colours."""
    return text


def ansi(text: str, name: str) -> str:
    """A Paint for terminals."""
    return f"\x1b[{_CODES[name]}m{text}\x1b[0m" if text else text


class Mark(NamedTuple):
    """A place to point at: lines and columns as a finding's, what is said of it, and its colour."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str
    colour: str
    primary: bool


def report(run: Run, paint: Paint = plain, width: int = WIDTH) -> Iterator[str]:
    """The findings file by file, a blank line after each."""
    for findings in by_file(run.findings).values():
        yield "".join(_finding(finding, run, paint, width) for finding in findings)


def _finding(finding: Finding, run: Run, paint: Paint, width: int) -> str:
    severity = finding.severity
    lines = [f"{paint(place(finding), 'path')}: {paint(label(finding), severity)} {visible(finding.message)}"]
    source = run.sources.get(finding.path)
    marks = [Mark(*finding[5:9], "", severity, True)]
    here = [related for related in finding.related if related.path == finding.path]
    marks += [Mark(*related[2:6], visible(related.message), "related", False) for related in here]
    gutter = max(len(str(mark.line)) for mark in marks)
    if source is not None:
        lines += Frame(source, paint, gutter, width).draw(marks)
    for related in finding.related:
        if related.path != finding.path:
            lines += _elsewhere(related.path, Mark(*related[2:6], visible(related.message), "related", False), run, paint, width)
    lines += [f"{' ' * gutter} {paint('=', 'frame')} {note}" for note in _notes(finding, run)]
    return "\n".join(lines) + "\n\n"


def _elsewhere(path: str, mark: Mark, run: Run, paint: Paint, width: int) -> list[str]:
    """A related place in another file."""
    gutter = len(str(mark.line))
    source = run.sources.get(path)
    head = f"{' ' * gutter} {paint('-->', 'frame')} {visible(path)}:{mark.line}:{mark.column}"
    if source is None:
        return [f"{head}: {mark.text}"]
    return [head, *Frame(source, paint, gutter, width).draw([mark])]


def _notes(finding: Finding, run: Run) -> Iterator[str]:
    held = limited(finding, run.minors)
    if held:
        yield f"{finding.effect} on {held}"
    if finding.fix is not None:
        yield f"fix: {visible(finding.fix.message)}"


class Frame:
    """Draws lines of one file, with carets below the places."""

    def __init__(self, source: Source, paint: Paint, gutter: int, width: int) -> None:
        self.source, self.paint, self.gutter = source, paint, gutter
        self.room = max(_NARROWEST, width) - gutter - 3

    def draw(self, marks: Sequence[Mark]) -> list[str]:
        """The lines that the marks are on, in the order of the file."""
        drawn = [self._row("")]
        last = 0
        for line in sorted({mark.line for mark in marks}):
            if last and line == last + 2:
                drawn.append(self._row(self._cut(line - 1, 0)[0], line - 1))
            elif last and line > last + 1:
                drawn.append(self.paint(_CUT, "frame"))
            drawn += self._line(line, [mark for mark in marks if mark.line == line])
            last = line
        return drawn

    def _row(self, text: str, line: int | None = None) -> str:
        head = f"{'' if line is None else line:>{self.gutter}} |"
        return f"{self.paint(head, 'frame')} {text}".rstrip(" ") if text else self.paint(head, "frame")

    def _line(self, line: int, marks: Sequence[Mark]) -> list[str]:
        text, widths, first = self._cut(line, marks[0].column - 1)
        drawn = [self._row(text, line)]
        for mark in marks:
            end = mark.end_column - 1 if mark.end_line == mark.line else first + len(widths)
            start = max(0, min(mark.column - 1 - first + 1, len(widths) - 1))
            stop = max(start + 1, min(end - first + 1, len(widths) - 1))
            runs = max(1, sum(widths[start:stop]))
            below = ("^" if mark.primary else "-") * runs + (f" {mark.text}" if mark.text else "")
            drawn.append(self._row(" " * sum(widths[:start]) + self.paint(below, mark.colour)))
        return drawn
