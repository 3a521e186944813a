"""The engine: sources and settings in, findings out. No I/O, no clock, no globals but the tables of rules and facts."""

from bisect import bisect_right
from collections.abc import Sequence

from joblint.corpus import Corpus
from joblint.document import Document, Manifest
from joblint.facts import MINORS, Facts
from joblint.finding import SEVERITY, Finding, Fix, Object, Related
from joblint.rule import Report
from joblint.server import identity
from joblint.settings import Counts, Result, Settings, Skipped, holds_for_a_part
from joblint.source import Source
from joblint.tree import Node, Problem, Scalar
from joblint.verdict import Judge

MAX_CURES = 100  # of a document, for each takes a look at all of it; the next round of fixes brings the others


def lint_sources(
    sources: Sequence[Source],
    settings: Settings,
    others: Sequence[Source] = (),
    old: Sequence[Source] | None = None,
) -> list[Finding]:
    """Judge every Job and CronJob in `sources` together, and give the findings in their order.

    `others` are looked into only where a Job refers to what is there. `old` are the manifests that the objects on the
    server were created from: what stands in them too is judged as an update, as `kubectl apply` makes it.
    """
    return Run(settings, Corpus(sources, others, old)).result().findings


class Run:
    """One run over a corpus."""

    def __init__(self, settings: Settings, corpus: Corpus) -> None:
        self.settings, self.corpus = settings, corpus
        self.judge = _judge(settings, corpus)
        self.judge.options = settings.options
        self.facts = {m: Facts(m, settings.gates) for m in settings.minors}
        self.targets = sum(1 << MINORS.index(m) for m in settings.minors)
        self.findings: list[Finding] = []
        self.skipped: list[Skipped] = []
        self.suppressed: list[tuple[Finding, str]] = []
        self.judged = 0
        self.cures = 0  # of the document at hand
        # Of the file at hand: documents with an object that is left alone, and rules that found what does not count.
        self.left: set[int] = set()
        self.passed_over: set[str] = set()

    def result(self) -> Result:
        """Judge all sources, in order."""
        for source in self.corpus.sources:
            self.source(source)
        return Result(self.findings, self.judged, self.skipped, self.suppressed)

    def source(self, source: Source) -> None:
        """Judge one file of the corpus; its findings are added in the order of its lines."""
        start, judged = len(self.findings), set()
        self.left.clear()
        self.passed_over.clear()
        for document in self.corpus.documents(source):
            before = self.judged
            self.document(document)
            if self.judged > before:
                judged.add(document.index)
        if self.settings.suppress and "joblint" in source.text:
            self.suppress(source, start, judged)
        self.findings[start:] = sorted(self.findings[start:], key=_place_of)

    def suppress(self, source: Source, start: int, judged: set[int]) -> None:
        """Set aside what the author of a file lets stand, and say which suppressions are wrong or of no use.

        The file's findings are those from `start` on; `judged` are the documents with an object that was judged.
        """
        from joblint.settle import Scope, settle

        documents = self.corpus.documents(source)
        found = sorted(self.findings[start:], key=_place_of)
        scope = Scope(self.settings.wants, judged, self.left, self.passed_over, self.corpus.old is not None)
        self.findings[start:], hidden = settle(source, documents, self.corpus.manifests, found, scope, self.mistake)
        self.suppressed += hidden
        for document in documents:
            self.corpus.forget(document)

    def document(self, document: Document) -> None:
        """Judge the objects of one document, or say why it cannot be read."""
        self.cures = 0
        if not document.speaks_of_jobs:
            return
        found = self.corpus.manifests(document)
        if document.problem is not None and not (document.block and document.block.guess):
            self.left.add(document.index)
            why = self.settings.unreadable(document) if self.settings.unreadable else ""
            if why:
                self.skipped.append(Skipped(document.source.path, self.line(document, 0), "", why))
            else:
                self.unreadable(document, document.problem)
        for manifest in found:
            kind = identity.kind_of(manifest)
            if kind:
                self.manifest(manifest, kind)
                self.flaws(document)
            elif manifest.kind or manifest.api_version:
                kindred = "is no Job or CronJob of Kubernetes"
                self.skip(manifest, kindred if manifest.api_version else "is no object: it has no `apiVersion`")
            elif document.block is not None:
                self.fragment(manifest)
        if all(identity.kind_of(manifest) for manifest in found):
            self.corpus.forget(document)  # nobody refers to a Job

    def manifest(self, manifest: Manifest, kind: str) -> None:
        """Judge one object, unless it is to be left alone."""
        why = self.settings.leave_alone(manifest) if self.settings.leave_alone else ""
        if why:
            self.left.add(manifest.document.index)
            self.skip(manifest, why)
            return
        self.judged += 1
        self.minors(manifest, kind, self.settings.counts(manifest) if self.settings.counts else None)

    def fragment(self, manifest: Manifest) -> None:
        """A part of an object that a text shows alone (`spec:`, `completions: 10`)."""
        from joblint.server.fragment import whole

        found = whole(manifest)
        if found is not None:
            self.minors(found, found.kind, holds_for_a_part)

    def minors(self, manifest: Manifest, kind: str, counts: Counts | None) -> None:
        """Judge one object on all target minors; those whose answers are the same share a run."""
        merged: dict[tuple[str, str, str, str, tuple[tuple[int, int], ...]], tuple[str, Report, int]] = {}
        todo = self.targets
        while todo:
            bit = 1 << (todo.bit_length() - 1)
            facts = self.facts[MINORS[bit.bit_length() - 1]]
            facts.reset()
            for name, report in self.judge.verdict(manifest, kind, facts):
                if not self.settings.wants(name, report.effect):
                    continue
                if counts is not None and not counts(report):
                    self.passed_over.add(name)
                    continue
                spans = tuple(_span(node) for node in (report.node, *(node for node, _ in report.related)))
                # A field may have had several gates: the message names the one that drops it.
                cause = report.reason or (report.message if report.effect == "dropped" else "")
                key = (name, report.effect, report.field, cause, spans)
                mask = merged[key][2] if key in merged else 0
                merged[key] = (name, merged[key][1] if key in merged else report, mask | bit)
            # Everybody whose answers would have been the same has the same findings.
            same = (facts.same | bit) & todo
            for key, (name, report, mask) in merged.items():
                if mask & bit:
                    merged[key] = (name, report, mask | same)
            todo &= ~same
        about = _object(manifest, kind)
        self.findings.extend(self.finding(manifest.document, *found, about) for found in merged.values())

    def flaws(self, document: Document) -> None:
        """What is wrong with the heredoc that a Job stands in."""
        name, effect = "unclosed-heredoc", "mistake"
        if document.block is None or not self.settings.wants(name, effect):
            return
        source = document.source
        for flaw in document.block.flaws:
            found = self.mistake(source, name, flaw.message, flaw.start, flaw.end)
            if found not in self.findings:  # several Jobs may stand in one heredoc
                self.findings.append(found)

    def mistake(self, source: Source, name: str, message: str, start: int, end: int) -> Finding:
        """A mistake that is in no object, at a span of the file."""
        place = (*source.position(start), *source.position(end))
        severity, minors = self.severity(name, "mistake"), _minors(self.targets)
        origin = self.origin(source, start)
        return Finding(name, "mistake", severity, message, source.path, *place, kube_versions=minors, origin=origin)

    def origin(self, source: Source, offset: int) -> str:
        """The template that a place was rendered from; empty in a file that a person wrote."""
        if source.rendered is None:
            return ""
        found = self.corpus.documents(source)
        return found[max(0, bisect_right(found, offset, key=lambda document: document.base) - 1)].origin

    def unreadable(self, document: Document, problem: Problem) -> None:
        """The finding for a document that cannot be read."""
        if problem.oversize:
            name, report = "oversized-object", Report("rejected", problem.message, (0, 0), reason="Malformed")
        else:
            message = f"{problem.message}: {problem.hint}" if problem.hint else problem.message
            at = max(-document.base, min(problem.offset, len(document.text)))
            name, report = "unreadable-document", Report("rejected", message, (at, at + 1), reason="Malformed")
            if problem.opened >= 0:
                report.related = ((Node(problem.opened, problem.opened + 1), "what begins here has no end"),)
        if self.settings.wants(name, "rejected"):
            self.findings.append(self.finding(document, name, report, self.targets, None))

    def finding(self, document: Document, name: str, report: Report, mask: int, about: Object | None) -> Finding:
        """A report at its place in the file."""
        severity = self.severity(name, report.effect)
        places = [(document, node, text) for node, text in report.related]
        used = report.value.used if report.value is not None else None
        if used is not None:
            places.append((document, used, "used here"))
        related = tuple(
            Related(text, where.source.path, *_place(where, _span(node)))
            for where, node, text in (*places, *report.elsewhere)
        )
        minors = _minors(mask)
        return Finding(
            name, report.effect, severity, report.message, document.source.path, *_place(document, _span(report.node)),
            about, report.field, report.reason, related, minors, self.fix(document, report), document.origin,
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
        self.cures += 1
        if self.cures > MAX_CURES:
            return None
        from joblint import edit

        return edit.fix(document, remedy)

    def severity(self, name: str, effect: str) -> str:
        """How grave a finding is: what the settings say, else what its effect says."""
        return self.settings.severities.get((name, effect)) or SEVERITY[effect]

    def skip(self, manifest: Manifest, why: str) -> None:
        """Note that an object was left alone."""
        line = self.line(manifest.document, manifest.node.start)
        self.skipped.append(Skipped(manifest.document.source.path, line, manifest.what, why))

    def line(self, document: Document, offset: int) -> int:
        """The line of the file that an offset of a document lies on."""
        return document.source.position(document.outer(offset))[0]


def _judge(settings: Settings, corpus: Corpus) -> Judge:
    """Who says what the server says: of objects that are created, or applied over old ones."""
    if corpus.old is None:
        return Judge(settings.wants, settings.field_validation, corpus)
    from joblint.server.update import Applier

    return Applier(settings.wants, settings.field_validation, corpus)


def _place_of(finding: Finding) -> tuple[int, int, str, str]:
    """By what the findings of a file are sorted."""
    return finding.line, finding.column, finding.rule, finding.field


def _minors(mask: int) -> tuple[str, ...]:
    return tuple(f"1.{m}" for i, m in enumerate(MINORS) if mask >> i & 1)


def _object(manifest: Manifest, kind: str) -> Object:
    name = manifest.text("metadata", "name") or manifest.text("metadata", "generateName")
    return Object(manifest.api_version, kind, manifest.text("metadata", "namespace"), name, manifest.index)


def _span(node: Node | tuple[int, int]) -> tuple[int, int]:
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
