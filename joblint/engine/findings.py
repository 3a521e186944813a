"""Findings, made from the reports of rules: with a place in the file, a severity by the settings, and a fix."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping

from joblint.kube.minors.minor import MINORS, Facts
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.document import Document
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import QUOTE_IT, Node, Problem, Scalar, target
from joblint.rule.cure.cure import Add, Cure, Data, Move, Rename
from joblint.rule.finding import SEVERITY, Edit, Finding, Fix, Object, Related
from joblint.rule.report import Report
from joblint.rule.settings import Settings

MAX_WRITTEN = 4 << 20  # characters that the fixes of a document may write: several fixes may move a large part each
_USED_HERE = "used here"


class Maker:
    """The maker of one run's findings. `written` counts the characters that fixes of the current document write."""

    def __init__(self, settings: Settings, corpus: Corpus, facts: Mapping[int, Facts], targets: int) -> None:
        """Take the facts about the target minors, and a mask of these minors."""
        self.settings, self.corpus, self.facts, self.targets = settings, corpus, facts, targets
        self.written = 0
        self.scripts: set[tuple[str, str, int, int]] = set()  # rules and places of findings in scripts of other objects

    def mistake(self, source: Source, name: str, message: str, start: int, end: int) -> Finding:
        """Return the finding for a mistake outside of all objects, at a span of the file."""
        severity, minors = self.severity(name, "mistake"), minors_of(self.targets)
        origin = self.origin(source, start)
        return Finding(
            name,
            "mistake",
            severity,
            message,
            source.path,
            *source.span(start, end),
            kube_versions=minors,
            origin=origin,
        )

    def origin(self, source: Source, offset: int) -> str:
        """Return the template that a place was rendered from, or an empty text if it was not rendered."""
        if source.rendered is None:
            return ""
        found = self.corpus.documents(source)
        return found[max(0, bisect_right(found, offset, key=lambda document: document.base) - 1)].origin

    def unreadable(self, document: Document, problem: Problem) -> Finding:
        """Return the finding for a document that cannot be read."""
        if problem.oversize:
            name, report = "oversized-object", Report("rejected", problem.message, (0, 0), reason="Malformed")
        else:
            message = f"{problem.message}: {problem.hint}" if problem.hint else problem.message
            at = max(-document.base, min(problem.offset, len(document.text)))
            name, report = "unreadable-document", Report("rejected", message, (at, at + 1), reason="Malformed")
            if problem.opened >= 0:
                report.related = ((Node(problem.opened, problem.opened + 1), "this is never closed"),)
        found = self.finding(document, name, report, self.targets, None)
        return found if problem.unquoted is None else found._replace(fix=self.quotes(document, *problem.unquoted))

    def quotes(self, document: Document, start: int, end: int) -> Fix | None:
        """Return the fix that puts quotes around a part of a document's text, or None if it cannot be written."""
        filled_in = document.block is not None and not {"$", "`"}.isdisjoint(document.text[start:end])
        if document.source.rendered is not None or filled_in:
            return None
        places = sorted((document.outer(start), document.outer(end - 1) + 1)) if self.settings.edits else ()
        return Fix(True, QUOTE_IT, tuple(Edit(place, place, '"') for place in places))

    def finding(self, document: Document, name: str, report: Report, mask: int, about: Object | None) -> Finding:
        """Return the finding for a report, at its place in the file."""
        severity = self.severity(name, report.effect)
        where: Document = document
        node: Node | tuple[int, int] = report.node
        places = [(document, node, text) for node, text in report.related]
        uses: list[Node] = []  # where what is at the finding's place is used
        used = report.value.used if report.value is not None else None
        if used is not None:
            uses.append(used)
            places.append((document, used, _USED_HERE))
        if report.script is not None:
            there = report.script[0]
            if there.source is document.source or report.remedy is None:
                where, node = report.script[:2]
                uses.append(use := Node(*span(report.node)))
                places.insert(0, (document, use, _USED_HERE))
                self.scripts.add((name, there.source.path, *_place(where, span(node))[:2]))
            else:  # a fix must be in the finding's own file
                places.append(report.script)
        related = tuple(
            Related(text, other.source.path, *_place(other, span(one)), any(one is use for use in uses))
            for other, one, text in (*places, *report.elsewhere)
        )
        minors = minors_of(mask)
        return Finding(
            name, report.effect, severity, _shown(report.message), where.source.path, *_place(where, span(node)),
            about, report.field, report.reason, related, minors, self.fix(document, report), where.origin,
        )  # fmt: skip

    def fix(self, document: Document, report: Report) -> Fix | None:
        """Return the fix of a report as edits of its file, or None if there is none or it cannot be written."""
        remedy = report.remedy
        if remedy is None or document.source.rendered is not None:  # rendered output is not a file
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
        """Return the severity of a finding: the one in the settings, or that of its effect."""
        return self.settings.severities.get((name, effect)) or SEVERITY[effect]


def _shown(message: str) -> str:
    """Return a message as it is reported: a quoted text that is empty is visible."""
    return re.sub(r"(?<![^\s(])``(?=[\s,;:.)]|$)", '`""`', message) if "``" in message else message


def seen_from(finding: Finding, path: str) -> Finding:
    """Return a finding in a script of another file as it is shown in the file that uses the script."""
    use = next((one for one in finding.related if one.path == path and one.is_use), None)
    if finding.path == path or use is None:
        return finding
    place = finding.line, finding.column, finding.end_line, finding.end_column
    there = Related("in this script", finding.path, *place)
    related = (there, *(one for one in finding.related if one is not use))
    return finding._replace(
        path=path, line=use.line, column=use.column, end_line=use.end_line, end_column=use.end_column, related=related
    )


def written_first(reports: Iterable[Report]) -> None:
    """Replace the fix that adds a missing field by the fix of another report that moves the field there.

    The value that the author wrote takes precedence over an invented one.
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
        keys = {id(entry.key) for entry in getattr(node, "entries", ()) if _replaces(entry.value, add.data)}
        for cure, operation in bringing:
            if _leads_to(operation, node, names, keys, add.data):
                report.remedy = cure
                break


def _leads_to(operation: Move | Rename, node: Node, names: tuple[str, ...], keys: set[int], data: Data) -> bool:
    """Return whether an operation brings a field to `names` below a node with the keys `keys`, in place of `data`."""
    if isinstance(operation, Rename):
        return names == (operation.name,) and id(operation.key) in keys
    moved = [entry for entry in getattr(operation.owner, "entries", ()) if entry.key is operation.key]
    there = (node, names) == _deepest(operation.to, operation.names)
    return there and all(_replaces(entry.value, data) for entry in moved)


def _replaces(value: Node, data: Data) -> bool:
    """Return whether a written value can be in the place of `data`: it is not empty, and has the same type."""
    value = target(value)
    if not isinstance(value, Scalar):
        return isinstance(data, (dict, list))
    return bool(value.text) and type(value.value) is type(data)


def _deepest(node: Node, names: tuple[str, ...]) -> tuple[Node, tuple[str, ...]]:
    """Return the last node that exists on a path, and the rest of the path."""
    node = target(node)
    while names:
        entry = next((e for e in getattr(node, "entries", ()) if e.name == names[0]), None)
        if entry is None:
            break
        node, names = target(entry.value), names[1:]
    return node, names


def minors_of(mask: int) -> tuple[str, ...]:
    """Return the minors of a mask, as words."""
    return tuple(f"1.{m}" for i, m in enumerate(MINORS) if mask >> i & 1)


def span(node: Node | tuple[int, int]) -> tuple[int, int]:
    """Return the span of a node that a finding points at: of a block scalar only its first character."""
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
    return source.span(start, end)
