"""Whether fixes do harm: a finding that is new, or one that should be gone and is still there.

All that hands out edits asks here first: `joblint fix` and the editor (by fix.py), reports and the Python API (by
verify.py).
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from joblint.engine.findings import seen_from
from joblint.manifests.document import Document, documents
from joblint.manifests.source import Source
from joblint.rule.finding import USED_HERE, Finding, Related

UNREADABLE = "unreadable-document"
# What a finding is about: (document, object), (document,), or () for the file.
Scope = tuple[int, ...]
_Kind = tuple[Scope, str, str, str, str]


class Found(NamedTuple):
    """A text, what was found in it, and where its documents begin.

    Findings in scripts of other files are left out: a script that several files use is reported once, whichever of them
    is judged, and its lines are not those of this text.
    """

    source: Source
    findings: list[Finding]
    starts: list[int]

    @classmethod
    def of(cls, source: Source, findings: list[Finding], known: Sequence[Document] | None = None) -> "Found":
        """The findings of a text; `known` are its documents, if somebody has them."""
        starts = [one.outer(0) for one in (documents(source) if known is None else known)]
        return cls(source, [one for one in findings if seen_from(one, source.path) is one], starts)

    def scope(self, finding: Finding) -> Scope:
        """The object that a finding is about, or the document that it is in; () outside of all documents."""
        document = self._document(finding)
        if document < 0:
            return ()
        return (
            (document,) if finding.object is None or self.is_in_script(finding) else (document, finding.object.document)
        )

    def is_in_script(self, finding: Finding) -> bool:
        """Whether a finding is in another document than its object: in a script, which several objects may use."""
        document = self._document(finding)
        uses = (one for one in finding.related if one.message == USED_HERE)
        return any(one.path != self.source.path or self._document(one) != document for one in uses)

    def _document(self, place: Finding | Related) -> int:
        return bisect_right(self.starts, self.source.offset(place.line, place.column)) - 1


def harms(
    before: Found, after: Found, fixed: Iterable[Finding], curable: Callable[[Finding], bool] | None = None
) -> dict[Scope, Finding]:
    """What is wrong after the fixes of the findings `fixed` were applied: a finding for each scope that has one.

    A finding is new if there are more of its kind than before, in any minor. The findings `fixed` must be gone. A
    finding that is `curable` is no harm. What is found in a document that could not be read before is not new.
    """
    fixed = list(fixed)
    if len(before.starts) != len(after.starts):
        return {(): next((one for one in after.findings if one not in before.findings), fixed[0])}
    blind = {before.scope(one)[:1] for one in fixed if one.rule == UNREADABLE}
    counts = Counter(kind for one in before.findings for kind in _kinds(one, before.scope(one)))
    # Those that are to be gone are counted out, so that one that is still there counts as new.
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
    """What makes a finding the same one after an edit, for each minor: its object, and a field without indexes."""
    field = finding.field
    if "[" in field:
        field = "[".join(part.partition("]")[2] if "]" in part else part for part in field.split("["))
        field = field.replace(".initContainers[", ".containers[")  # a fix may move one
    return [(scope, finding.rule, finding.effect, field, minor) for minor in finding.kube_versions or ("",)]


def within(scope: Scope, outer: Scope) -> bool:
    """Whether a scope is `outer` or lies in it."""
    return scope[: len(outer)] == outer


def suspects(scopes: Sequence[Scope], harmed: Iterable[Scope]) -> dict[Scope, Scope]:
    """Whom each harm may come from, of changes in these scopes: the harmed scope, or the next wider one with a change.

    The wider of two such scopes takes in the narrower one. Given are the scopes found, by the harmed ones.
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
