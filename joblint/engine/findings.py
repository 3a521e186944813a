"""Findings, made of reports: at their place in the file, as grave as the settings say, with what would cure them."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping

from joblint.kube.minors.minor import MINORS, Facts
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.document import Document
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import QUOTE_IT, Node, Problem, Scalar, target
from joblint.rule.cure.cure import Add, Cure, Move, Rename
from joblint.rule.finding import SEVERITY, USED_HERE, Edit, Finding, Fix, Object, Related
from joblint.rule.report import Report
from joblint.rule.settings import Settings

MAX_WRITTEN = 4 << 20  # characters that the fixes of a document may write: one may move much, and another one again


class Maker:
    """Makes the findings of one run. `written` counts what the fixes of the document at hand write."""

    def __init__(self, settings: Settings, corpus: Corpus, facts: Mapping[int, Facts], targets: int) -> None:
        """`facts` are those of the target minors, `targets` a mask of them."""
        self.settings, self.corpus, self.facts, self.targets = settings, corpus, facts, targets
        self.written = 0
        self.scripts: set[tuple[str, str, int, int]] = set()  # rules and places of findings in scripts from elsewhere

    def mistake(self, source: Source, name: str, message: str, start: int, end: int) -> Finding:
        """A mistake that is in no object, at a span of the file."""
        place = (*source.position(start), *source.position(end))
        severity, minors = self.severity(name, "mistake"), minors_of(self.targets)
        origin = self.origin(source, start)
        return Finding(name, "mistake", severity, message, source.path, *place, kube_versions=minors, origin=origin)

    def origin(self, source: Source, offset: int) -> str:
        """The template that a place was rendered from; empty in a file that a person wrote."""
        if source.rendered is None:
            return ""
        found = self.corpus.documents(source)
        return found[max(0, bisect_right(found, offset, key=lambda document: document.base) - 1)].origin

    def unreadable(self, document: Document, problem: Problem) -> Finding:
        """The finding for a document that cannot be read."""
        if problem.oversize:
            name, report = "oversized-object", Report("rejected", problem.message, (0, 0), reason="Malformed")
        else:
            message = f"{problem.message}: {problem.hint}" if problem.hint else problem.message
            at = max(-document.base, min(problem.offset, len(document.text)))
            name, report = "unreadable-document", Report("rejected", message, (at, at + 1), reason="Malformed")
            if problem.opened >= 0:
                report.related = ((Node(problem.opened, problem.opened + 1), "what begins here has no end"),)
        found = self.finding(document, name, report, self.targets, None)
        return found if problem.unquoted is None else found._replace(fix=self.quotes(document, *problem.unquoted))

    def quotes(self, document: Document, start: int, end: int) -> Fix | None:
        """The fix that puts quotes around a part of a document's text."""
        filled_in = document.block is not None and not {"$", "`"}.isdisjoint(document.text[start:end])
        if document.source.rendered is not None or filled_in:
            return None
        places = sorted((document.outer(start), document.outer(end - 1) + 1)) if self.settings.edits else ()
        return Fix(True, QUOTE_IT, tuple(Edit(place, place, '"') for place in places))

    def finding(self, document: Document, name: str, report: Report, mask: int, about: Object | None) -> Finding:
        """A report at its place in the file."""
        severity = self.severity(name, report.effect)
        where: Document = document
        node: Node | tuple[int, int] = report.node
        places = [(document, node, text) for node, text in report.related]
        used = report.value.used if report.value is not None else None
        if used is not None:
            places.append((document, used, USED_HERE))
        if report.script is not None:
            there = report.script[0]
            if there.source is document.source or report.remedy is None:
                where, node = report.script[:2]
                places.insert(0, (document, Node(*span(report.node)), USED_HERE))
                self.scripts.add((name, there.source.path, *_place(where, span(node))[:2]))
            else:  # a fix is written into the finding's own file
                places.append(report.script)
        related = tuple(
            Related(text, other.source.path, *_place(other, span(one)))
            for other, one, text in (*places, *report.elsewhere)
        )
        minors = minors_of(mask)
        return Finding(
            name, report.effect, severity, report.message, where.source.path, *_place(where, span(node)),
            about, report.field, report.reason, related, minors, self.fix(document, report), where.origin,
        )  # fmt: skip

    def fix(self, document: Document, report: Report) -> Fix | None:
        """What would cure a report, as edits of its file; None where it is not known or cannot be written there."""
        remedy = report.remedy
        if remedy is None or document.source.rendered is not None:  # what was rendered is nobody's file
            return None
        if remedy.where is not None and not all(map(remedy.where, self.facts.values())):
            return None
        if not self.settings.edits:
            return Fix(remedy.safe, remedy.message, ())
        if self.written > MAX_WRITTEN:
            return None
        from joblint.rule.cure import edit

        found = edit.fix(document, remedy)
        self.written += sum(len(one.text) for one in found.edits) if found is not None else 0
        return found

    def severity(self, name: str, effect: str) -> str:
        """How grave a finding is: what the settings say, else what its effect says."""
        return self.settings.severities.get((name, effect)) or SEVERITY[effect]


def seen_from(finding: Finding, path: str) -> Finding:
    """A finding in a script of another file as it is shown in the file that uses the script."""
    use = next((one for one in finding.related if one.path == path and one.message == USED_HERE), None)
    if finding.path == path or use is None:
        return finding
    place = finding.line, finding.column, finding.end_line, finding.end_column
    there = Related("in this script", finding.path, *place)
    related = (there, *(one for one in finding.related if one is not use))
    return finding._replace(
        path=path, line=use.line, column=use.column, end_line=use.end_line, end_column=use.end_column, related=related
    )


def written_first(reports: Iterable[Report]) -> None:
    """A field that is missing, and that another report of the object brings there from elsewhere, has the same cure.

    What the author wrote counts, not what a cure would make up.
    """
    adding: list[tuple[Report, Add]] = []
    bringing: list[tuple[Cure, Move | Rename]] = []
    for report in reports:
        for operation in report.remedy.operations if report.remedy is not None else ():
            if isinstance(operation, Add):
                adding.append((report, operation))
            elif isinstance(operation, (Move, Rename)) and report.remedy is not None:
                bringing.append((report.remedy, operation))
    for report, add in adding if bringing else ():
        node, names = _deepest(add.owner, add.names)
        keys = {id(entry.key) for entry in getattr(node, "entries", ()) if not _is_empty(entry.value)}
        for cure, operation in bringing:
            if _leads_to(operation, node, names, keys):
                report.remedy = cure
                break


def _leads_to(operation: Move | Rename, node: Node, names: tuple[str, ...], keys: set[int]) -> bool:
    """Whether an operation brings a field to `names` below a node, whose own keys are `keys`."""
    if isinstance(operation, Rename):
        return names == (operation.name,) and id(operation.key) in keys
    moved = [entry for entry in getattr(operation.owner, "entries", ()) if entry.key is operation.key]
    full = not any(_is_empty(entry.value) for entry in moved)
    return full and (node, names) == _deepest(operation.to, operation.names)


def _is_empty(value: Node) -> bool:
    """Whether a value is as good as none."""
    return isinstance(value, Scalar) and (value.value is None or not value.text)


def _deepest(node: Node, names: tuple[str, ...]) -> tuple[Node, tuple[str, ...]]:
    """The last node that is there on the way down, and the names that are left."""
    node = target(node)
    while names:
        entry = next((e for e in getattr(node, "entries", ()) if e.name == names[0]), None)
        if entry is None:
            break
        node, names = target(entry.value), names[1:]
    return node, names


def minors_of(mask: int) -> tuple[str, ...]:
    """The minors of a mask, as words."""
    return tuple(f"1.{m}" for i, m in enumerate(MINORS) if mask >> i & 1)


def span(node: Node | tuple[int, int]) -> tuple[int, int]:
    """What of a node is pointed at: of a block scalar its head."""
    if isinstance(node, tuple):
        return node
    return (
        (node.start, node.end)
        if not isinstance(node, Scalar) or node.style not in "|>" or not node.style
        else (node.start, node.start + 1)
    )


def _place(document: Document, span: tuple[int, int]) -> tuple[int, int, int, int]:
    source = document.source
    start = document.outer(span[0])
    end = max(start, document.outer(max(span[0], span[1] - 1)) + 1) if span[1] > span[0] else start
    return *source.position(start), *source.position(end)
