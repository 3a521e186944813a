"""The engine: sources and settings in, findings out. No I/O, no clock, no globals but the tables of rules and facts."""

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
        self.facts = {m: Facts(m, settings.gates) for m in settings.minors}
        self.targets = sum(1 << MINORS.index(m) for m in settings.minors)
        self.findings: list[Finding] = []
        self.skipped: list[Skipped] = []
        self.judged = 0

    def result(self) -> Result:
        """Judge all sources, in order."""
        for source in self.corpus.sources:
            self.source(source)
        return Result(self.findings, self.judged, self.skipped)

    def source(self, source: Source) -> None:
        """Judge one file of the corpus; its findings are added in the order of its lines."""
        start = len(self.findings)
        for document in self.corpus.documents(source):
            self.document(document)
        self.findings[start:] = sorted(self.findings[start:], key=lambda f: (f.line, f.column, f.rule, f.field))

    def document(self, document: Document) -> None:
        """Judge the objects of one document, or say why it cannot be read."""
        if not document.speaks_of_jobs:
            return
        found = self.corpus.manifests(document)
        if document.problem is not None and not (document.block and document.block.guess):
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
                if not self.settings.wants(name, report.effect) or (counts is not None and not counts(report)):
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
            place = (*source.position(flaw.start), *source.position(flaw.end))
            found = Finding(
                name, effect, self.severity(name, effect), flaw.message, source.path, *place,
                kube_versions=_minors(self.targets),
            )  # fmt: skip
            if found not in self.findings:  # several Jobs may stand in one heredoc
                self.findings.append(found)

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
            about, report.field, report.reason, related, minors, _fix(document, report),
        )  # fmt: skip

    def severity(self, name: str, effect: str) -> str:
        """How grave a finding is: what the settings say, else what its effect says."""
        return self.settings.severities.get(name) or SEVERITY[effect]

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


def _fix(document: Document, report: Report) -> Fix | None:
    """What would cure a report, as edits of its file; None where it is not known or cannot be written there."""
    if report.remedy is None:
        return None
    from joblint import edit

    return edit.fix(document, report.remedy)


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
