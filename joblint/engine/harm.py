"""The harm that fixes do: a new finding, or one that should be gone and still exists.

Edits are checked here before they are given to anyone: for `joblint fix` and the editor by fix.py, for reports and the
Python API by verify.py.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from joblint.engine.findings import seen_from
from joblint.manifests.document import Document, documents
from joblint.manifests.source import Source
from joblint.rule.finding import Finding, Related

UNREADABLE = "unreadable-document"
# The subject of a finding: (document, object), (document,), or () for the file.
Scope = tuple[int, ...]
_Kind = tuple[Scope, str, str, str, str]


class Found(NamedTuple):
    """A text, its findings, and the starts of its documents.

    Findings in scripts of other files are left out: a script that several files use is reported only once, for any of
    these files, and its lines are not those of this text.
    """

    source: Source
    findings: list[Finding]
    starts: list[int]

    @classmethod
    def of(cls, source: Source, findings: list[Finding], known: Sequence[Document] | None = None) -> "Found":
        """Return the record for a text and its findings; `known` are its documents, if they were parsed before."""
        starts = [one.outer(0) for one in (documents(source) if known is None else known)]
        return cls(source, [one for one in findings if seen_from(one, source.path) is one], starts)

    def scope(self, finding: Finding) -> Scope:
        """Return the object of a finding, or the document that it is in, or () outside of all documents."""
        document = self._document(finding)
        if document < 0:
            return ()
        return (
            (document,) if finding.object is None or self.is_in_script(finding) else (document, finding.object.document)
        )

    def is_in_script(self, finding: Finding) -> bool:
        """Return whether a finding is not in the document of its object but in a script, which may be shared."""
        document = self._document(finding)
        uses = (one for one in finding.related if one.is_use)
        return any(one.path != self.source.path or self._document(one) != document for one in uses)

    def _document(self, place: Finding | Related) -> int:
        return bisect_right(self.starts, self.source.offset(place.line, place.column)) - 1


def harms(
    before: Found, after: Found, fixed: Iterable[Finding], curable: Callable[[Finding], bool] | None = None
) -> dict[Scope, Finding]:
    """Return what is wrong after the fixes of the findings `fixed` were applied: one finding for each harmed scope.

    A finding is new if there are more of its kind than before, in any minor. The findings `fixed` must be gone. A
    `curable` finding is not harm. Findings in a document that could not be read before are not new.
    """
    fixed = list(fixed)
    if len(before.starts) != len(after.starts):
        return {(): next((one for one in after.findings if one not in before.findings), fixed[0])}
    blind = {before.scope(one)[:1] for one in fixed if one.rule == UNREADABLE}
    counts = Counter(kind for one in before.findings for kind in _kinds(one, before.scope(one)))
    # Findings that must be gone are subtracted, so that one that still exists counts as new.
    counts.subtract(kind for one in fixed for kind in _kinds(one, before.scope(one)))
    found: dict[Scope, Finding] = {}
    for finding in after.findings:
        scope = after.scope(finding)
        if scope[:1] in blind:
            if finding.rule == UNREADABLE:
                found.setdefault(scope, finding)
            continue
        more = False
        for kind in _kinds(finding, scope):
            counts[kind] -= 1
            more = more or counts[kind] < 0
        if more and scope not in found and not (curable is not None and curable(finding)):
            found[scope] = finding
    return found


def _kinds(finding: Finding, scope: Scope) -> list[_Kind]:
    """Return the identity of a finding for each minor, which an edit does not change: the field has no indexes."""
    field = finding.field
    if "[" in field:
        field = "[".join(part.partition("]")[2] if "]" in part else part for part in field.split("["))
        field = field.replace(".initContainers[", ".containers[")  # a fix may move one
    return [(scope, finding.rule, finding.effect, field, minor) for minor in finding.kube_versions or ("",)]


def within(scope: Scope, outer: Scope) -> bool:
    """Return whether a scope is `outer` or in it."""
    return scope[: len(outer)] == outer


def suspects(scopes: Sequence[Scope], harmed: Iterable[Scope]) -> dict[Scope, Scope]:
    """Return for each harmed scope the scope whose changes may have done it: itself, or the next wider one.

    `scopes` are those with a change. If one of two such scopes is in the other, the wider one is returned for both.
    """
    there = {scope[:length] for scope in scopes for length in range(len(scope) + 1)}
    found: dict[Scope, Scope] = {}
    for scope in harmed:
        wider = scope
        while wider and wider not in there:
            wider = wider[:-1]
        found[scope] = wider
    widest = set(found.values())
    for scope, wide in found.items():
        found[scope] = next(wide[:n] for n in range(len(wide) + 1) if wide[:n] in widest)
    return found
