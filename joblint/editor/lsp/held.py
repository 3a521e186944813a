"""Keep findings while a document does not parse, on the lines that have not changed, and move them with these lines.

The author is typing: the document does not parse now, so nothing else is known about it. A finding from when it last
parsed is still valid if its lines have not been changed since. If they have, the finding is dropped until the document
parses again. A fix is not kept, because its effect would be unknown.
"""

from collections.abc import Iterable, Sequence

from joblint.editor.lsp.texts import LineChange
from joblint.rule.finding import Finding, Related


def moved(findings: Iterable[Finding], change: LineChange) -> list[Finding]:
    """Return the findings on lines that a change did not touch, at their places after it."""
    if not change.gone and not change.come:
        return list(findings)
    return [new for finding in findings if (new := _moved(finding, change)) is not None]


def _moved(finding: Finding, change: LineChange) -> Finding | None:
    by = _shift(finding, change)
    if by is None:
        return None
    if by == 0 and not finding.related:
        return finding
    related = tuple(new for place in finding.related if (new := _moved_place(place, finding.path, change)) is not None)
    return finding._replace(line=finding.line + by, end_line=finding.end_line + by, related=related)


def _moved_place(place: Related, path: str, change: LineChange) -> Related | None:
    by = _shift(place, change) if place.path == path else 0
    return None if by is None else place._replace(line=place.line + by, end_line=place.end_line + by)


def _shift(place: Finding | Related, change: LineChange) -> int | None:
    """Return by how many lines a change moves a place; None if it changed the place's own lines."""
    first, last = place.line - 1, place.end_line - 1
    if last < change.first:
        return 0
    if first >= change.first + change.gone:
        return change.come - change.gone
    return None


def still(held: Iterable[Finding], broken: Sequence[tuple[int, int]], found: Iterable[Finding]) -> list[Finding]:
    """Return the held findings in the broken documents, which are given by their first and last lines, from 1.

    What was found again at the same place is left out.
    """
    said = {(finding.rule, finding.line, finding.column, finding.field) for finding in found}
    return [
        finding._replace(fix=None)
        for finding in held
        if any(first <= finding.line and finding.end_line <= last for first, last in broken)
        and (finding.rule, finding.line, finding.column, finding.field) not in said
    ]
