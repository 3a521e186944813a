"""The report for people: what is wrong and where, the line of the file with carets below the place, and the fix."""

from collections.abc import Iterator

from joblint.manifests.source import Source
from joblint.report import Look, Run, by_file, limited
from joblint.report.concise import place
from joblint.report.frame import Frame, Mark
from joblint.report.visible import inert, visible
from joblint.report.wrap import columns, wrap
from joblint.rule.finding import Finding, Related

_WIDEST = 120  # columns of prose: longer rows are hard to read
_NARROW = 20  # columns next to a label that are too few for a message
_INDENT = "  "


def report(run: Run, look: Look) -> Iterator[str]:
    """Yield the findings file by file, with a blank line after each."""
    draw = _Findings(run, look)
    for findings in by_file(run.findings).values():
        yield "".join("\n".join(draw.finding(finding)) + "\n\n" for finding in findings)


class _Findings:
    """The rows of the findings of a run."""

    def __init__(self, run: Run, look: Look) -> None:
        self.run, self.paint, self.width, self.link = run, *look
        self.prose = min(self.width, _WIDEST)

    def finding(self, finding: Finding) -> Iterator[str]:
        """Yield the rows of a finding."""
        marks = [_mark(finding, "", finding.severity, True)]
        related = finding.related
        marks += [_mark(other, other.message, "related", False) for other in related if other.path == finding.path]
        gutter = max(len(str(mark.line)) for mark in marks)
        yield from self.head(finding)
        yield self.arrow(gutter, place(finding))
        source = self.run.sources.get(finding.path)
        if source is not None:
            yield from Frame(source, self.paint, gutter, self.width).draw(marks)
        for other in related:
            if other.path != finding.path:
                yield from self.elsewhere(other)
        for note in _notes(finding, self.run):
            yield from self.note(gutter, note)

    def head(self, finding: Finding) -> Iterator[str]:
        """Yield the rows of `error[rule]: message`."""
        severity, rule = finding.severity, finding.rule
        room = self.prose - columns(f"{severity}[{rule}]: ")
        first, *others = wrap(visible(finding.message), self.prose - len(_INDENT), room if room >= _NARROW else 0)
        label = self.paint(f"{severity}[{self.link(rule)}]", severity)
        yield f"{label}: {self.paint(first, 'message')}" if first else f"{label}:"
        for row in others:  # without colours, a row may begin with a command for a CI runner
            yield _INDENT + self.paint(inert(row), "message")

    def arrow(self, gutter: int, where: str) -> str:
        """Return the row `--> path:line:col`, which is never wrapped: terminals and editors make it a link."""
        return f"{' ' * gutter}{self.paint('-->', 'frame')} {where}"

    def elsewhere(self, other: Related) -> Iterator[str]:
        """Yield the rows of a related place in another file."""
        gutter = len(str(other.line))
        source: Source | None = self.run.sources.get(other.path)
        named = visible(other.path)
        if source is not None and source.rendered is not None:
            where = self.arrow(gutter, f"{named} (rendered, line {other.line} of the output)")
        else:
            where = self.arrow(gutter, f"{named}:{other.line}:{other.column}")
        if source is None:
            yield f"{where}: {visible(other.message)}"
            return
        yield where
        yield from Frame(source, self.paint, gutter, self.width).draw([_mark(other, other.message, "related", True)])

    def note(self, gutter: int, text: str) -> Iterator[str]:
        """Yield the rows of `= text`, below the frame."""
        indent = " " * (gutter + len(" = "))
        first, *others = wrap(text, self.prose - len(indent))
        yield f"{' ' * gutter} {self.paint('=', 'frame')} {first}"
        yield from (indent + row for row in others)


def _mark(place: Finding | Related, text: str, colour: str, primary: bool) -> Mark:
    return Mark(place.line, place.column, place.end_line, place.end_column, visible(text), colour, primary)


def _notes(finding: Finding, run: Run) -> Iterator[str]:
    held = limited(finding, run.asked(finding.path))
    if held:
        yield f"{finding.effect} on {held}"
    if finding.fix is not None:
        yield f"{'fix' if finding.fix.safe else 'unsafe fix'}: {visible(finding.fix.message)}"
