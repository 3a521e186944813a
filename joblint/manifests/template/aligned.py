"""The lines of helm's output that are the same in two outputs, without and with marks (marks.py), and their marks.

Only the output without marks is read as manifests; of the other one only the marks count. Where the two are not alike,
lines have no origin. Pure: texts in, origins out.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest
from typing import NamedTuple

from joblint.manifests.template.marks import unmarked

SEPARATOR, _SOURCE = "---", "# Source: "


class Origin(NamedTuple):
    """The origin of a line of the output: a template, the spot of the mark that follows, and the one before (or -1).

    `marked`: the mark is at the end of this line. Otherwise, the line was inserted.
    """

    template: int
    spot: int
    before: int
    marked: bool


def origins(plain: str, marked: str) -> list[Origin | None]:
    """Return the origin of each line of an output, given the output with marks."""
    lines = plain.split("\n")
    bare: list[str] = []
    marks: list[tuple[int, int] | None] = []
    for line in marked.split("\n"):
        text, found = unmarked(line)
        bare.append(text)
        marks.append(found)
    made: list[Origin | None] = [None] * len(lines)
    for here, there, last_line in _pairs(lines, bare):
        before, begun = (-1, -1), here[0]
        for at, other in zip(range(*here), range(*there), strict=True):
            mark = marks[other]
            if mark is None:
                continue
            last = before[1] if before[0] == mark[0] else -1
            for number in range(begun, at + 1):
                made[number] = Origin(*mark, last, number == at)
            before, begun = mark, at + 1
        final = next((found for found in marks[there[1] : last_line] if found is not None), None)
        if final is not None:
            last = before[1] if before[0] == final[0] else -1
            made[begun : here[1]] = [Origin(*final, last, False)] * (here[1] - begun)
    return made


_Lines = tuple[int, int]  # a span of lines


def _pairs(lines: Sequence[str], bare: Sequence[str]) -> Iterator[tuple[_Lines, _Lines, int]]:
    """Yield the spans of the documents of two outputs that are the same, line by line, and the end of the second one.

    A single line may be different: a checksum of another template, or a random value. Helm removes blank lines at the
    end of a document, but not if they have a mark: these are after the span of the second one.
    """
    if lines == bare:
        yield from ((one, two, two[1]) for one, two in zip(_documents(lines), _documents(bare), strict=True))
        return
    ours, theirs = _by_source(lines), _by_source(bare)
    for name, spans in ours.items():
        others = theirs.get(name, [])
        if len(spans) == len(others):
            alike = zip(spans, others, strict=True)
            yield from ((one[:2], two[:2], two[2]) for one, two in alike if one[1] - one[0] == two[1] - two[0])


def _by_source(lines: Sequence[str]) -> dict[str, list[tuple[int, int, int]]]:
    """Return the spans of the documents that have any text, without blank lines around it, by the template they name.

    The third number is the end of the document.
    """
    found: dict[str, list[tuple[int, int, int]]] = {}
    for start, end in _documents(lines):
        written = [at for at in range(start + 2, end) if lines[at].strip()]
        if written:
            found.setdefault(lines[start + 1], []).append((written[0], written[-1] + 1, end))
    return found


def _documents(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return the spans of the lines of documents, each with its separator and the comment that names its template."""
    starts = [
        at
        for at, (line, following) in enumerate(pairwise(lines))
        if line == SEPARATOR and following.startswith(_SOURCE)
    ]
    return [(start, end or len(lines)) for start, end in zip_longest(starts, starts[1:])]
