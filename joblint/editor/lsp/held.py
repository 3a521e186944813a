"""What was found stays while a document cannot be read, for the lines that are as they were, and moves with them.

The author is typing: the document does not parse now, and so nothing new is known of it but that. What was found when
it last could be read still holds where the lines of the finding have not been changed since; a finding whose own lines
were touched is let go, until the document can be read again. A fix is not kept: nobody can tell what it would do now.
"""

from collections.abc import Iterable, Sequence

from joblint.editor.lsp.texts import Change
from joblint.rule.finding import Finding, Related


def moved(findings: Iterable[Finding], change: Change) -> list[Finding]:
    """The findings that stand on lines that a change left as they were, with their places after it."""
    if not change.gone and not change.come:
        return list(findings)
    return [new for finding in findings if (new := _moved(finding, change)) is not None]


def _moved(finding: Finding, change: Change) -> Finding | None:
    by = _shift(finding, change)
    if by is None:
        return None
    if by == 0 and not finding.related:
        return finding
    related = tuple(new for place in finding.related if (new := _moved_place(place, finding.path, change)) is not None)
    return finding._replace(line=finding.line + by, end_line=finding.end_line + by, related=related)


def _moved_place(place: Related, path: str, change: Change) -> Related | None:
    by = _shift(place, change) if place.path == path else 0
    return None if by is None else place._replace(line=place.line + by, end_line=place.end_line + by)


def _shift(place: Finding | Related, change: Change) -> int | None:
    """By how many lines a change moves a place; None where it changed its lines."""
    first, last = place.line - 1, place.end_line - 1
    if last < change.first:
        return 0
    if first >= change.first + change.gone:
        return change.come - change.gone
    return None


def still(held: Iterable[Finding], broken: Sequence[tuple[int, int]], found: Iterable[Finding]) -> list[Finding]:
    """Those held findings that stand in one of the broken documents, given by their first and last lines, from 1.

    What is found anew at the same place is not said twice.
    """
    said = {(finding.rule, finding.line, finding.column, finding.field) for finding in found}
    return [
        finding._replace(fix=None)
        for finding in held
        if any(first <= finding.line and finding.end_line <= last for first, last in broken)
        and (finding.rule, finding.line, finding.column, finding.field) not in said
    ]
