"""The run of the engine, from sources and settings to findings. It has no I/O, no clock, and no mutable globals."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from joblint.engine.findings import Maker, span, written_first
from joblint.engine.load import load_rules
from joblint.kube.minors.minor import MINORS, Facts
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.document import Document, Manifest
from joblint.manifests.kinds import kind_of
from joblint.manifests.languages import TEMPLATES
from joblint.manifests.relevance import resembles_job
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import Problem, Scalar
from joblint.rule.finding import Finding, Object
from joblint.rule.own import OWN
from joblint.rule.report import Report
from joblint.rule.settings import Counts, Result, Settings, Skipped, holds_for_a_part
from joblint.server.verdict import Judge

if TYPE_CHECKING:
    from joblint.engine.suppress.settle import Settler

_IDENTITY = ("apiVersion", "kind")
_Spans = tuple[tuple[int, int], ...]
_Found = tuple[str, Report, int]  # the rule, its report, the minors as a mask
_Merged = dict[tuple[str, str, str, _Spans, str, str], _Found]  # by rule, effect, text, places, field and cause


class Run:
    """One run over a corpus."""

    def __init__(self, settings: Settings, corpus: Corpus) -> None:
        self.settings, self.corpus = settings, corpus
        self.judge = _judge(settings, corpus)
        self.judge.options, self.judge.namespace = settings.options, settings.namespace
        self.facts = {m: Facts(m, settings.gates) for m in settings.minors}
        self.targets = sum(1 << MINORS.index(m) for m in settings.minors)
        self.findings: list[Finding] = []
        self.skipped: list[Skipped] = []
        self.unread: list[Skipped] = []
        self.suppressed: list[tuple[Finding, str]] = []
        self.judged = self.cron_jobs = 0  # objects; of these, CronJobs
        self.told: set[tuple[str, str, int, int, str]] = set()  # reported findings in scripts
        # The suppressions of other files, by path: their comments hide findings in scripts.
        self.settlers: dict[str, Settler | None] = {}
        self.make = Maker(settings, corpus, self.facts, self.targets)
        # For the current file: documents with an object that is not checked, and rules with reports that do not count.
        self.left: set[int] = set()
        self.passed_over: set[str] = set()
        self.spans: list[tuple[Source, int, int]] = []  # files, each with the range of its findings

    def result(self) -> Result:
        """Check all sources in order, and return the result. The fixes are not tried; see joblint.engine.api.judge."""
        for source in self.corpus.sources:
            self.source(source)
        return Result(self.findings, self.judged, self.skipped, self.suppressed, self.unread)

    def source(self, source: Source) -> None:
        """Check one file of the corpus. Its findings are added in the order of its lines."""
        start, judged = len(self.findings), set[int]()
        self.left.clear()
        self.passed_over.clear()
        if source.language in TEMPLATES:
            from joblint.engine.charts import judge_template

            documents = self.corpus.documents(source)
            judge_template(self, source, documents)
            judged.update(document.index for document in documents)
        else:
            for document in self.corpus.documents(source):
                before = self.judged
                self.document(document)
                if self.judged > before:
                    judged.add(document.index)
        self.unread += sorted(
            Skipped(source.path, source.position(at)[0], "", why) for why, at in source.unread.items()
        )
        if self.settings.suppress and "joblint" in source.text:
            self.suppress(source, start, judged)
        self.findings[start:] = sorted(self.once(self.findings[start:], source), key=_place_of)
        if self.settings.edits and self.settings.verify:
            self.spans.append((source, start, len(self.findings)))

    def once(self, found: list[Finding], source: Source) -> Iterator[Finding]:
        """Yield the findings of a file, without those in a shared script that were already reported.

        Findings that are suppressed in the file of the script are moved to the suppressed ones.
        """
        for finding in found:
            key = (finding.rule, finding.path, finding.line, finding.column)
            if key in self.make.scripts:
                reason = self.hidden_there(finding) if finding.path != source.path else None
                if reason is not None:
                    self.suppressed.append((finding, reason))
                    continue
                if finding.fix is None:
                    if (*key, finding.message) in self.told:
                        continue
                    self.told.add((*key, finding.message))
            yield finding

    def hidden_there(self, finding: Finding) -> str | None:
        """Return why a finding in a script of another file is suppressed there, or None if it is not."""
        if not self.settings.suppress:
            return None
        if finding.path not in self.settlers:
            self.settlers[finding.path] = self.settler(finding.path)
        settler = self.settlers[finding.path]
        return None if settler is None else settler.reason(finding)

    def settler(self, path: str) -> "Settler | None":
        """Return the suppressions of a file with a script, or None if it has none."""
        source = self.corpus.source(path)
        if source is None or "joblint" not in source.text:
            return None
        from joblint.engine.suppress.settle import Settler

        documents = self.corpus.documents(source)
        if not documents and source.language in TEMPLATES:
            from joblint.manifests.corpus.charted import written_documents

            documents = written_documents(source)
        return Settler(source, documents, self.corpus.manifests, self.settings, foreign=True)

    def suppress(self, source: Source, start: int, judged: set[int]) -> None:
        """Move suppressed findings of a file aside, and report suppressions that are wrong or unused.

        The file's findings are those from `start` on; `judged` are the documents with an object that was checked.
        """
        from joblint.engine.suppress.settle import Coverage, settle

        documents = self.corpus.documents(source)
        found = sorted(self.findings[start:], key=_place_of)
        scope = Coverage(self.settings.wants, judged, self.left, self.passed_over, self.corpus.old is not None)
        self.findings[start:], hidden = settle(
            source, documents, self.corpus.manifests, found, scope, self.make.mistake, self.settings
        )
        self.suppressed += [(one._replace(fix=None), reason) for one, reason in hidden]  # it must stay
        for document in documents:
            self.corpus.forget(document)

    def document(self, document: Document) -> None:
        """Check the objects of one document, or report why it cannot be read."""
        self.make.written = 0
        if not document.may_hold_job:
            return
        found = self.corpus.manifests(document)
        problem = document.problem
        if problem is not None and _concerns_us(document, problem):
            self.left.add(document.index)
            why = "has a part left out" if document.elided and not problem.oversize else ""
            if document.source.language in TEMPLATES:
                from joblint.engine.templates import why_unread

                why = why_unread(document, problem)
            if not why and self.settings.unreadable:
                why = self.settings.unreadable(document)
            if why:
                self.skipped.append(Skipped(document.source.path, self.line(document, 0), "", why))
            else:
                unread = self.make.unreadable(document, problem)
                if self.settings.wants(unread.rule, unread.effect):
                    self.findings.append(unread)
        for manifest in found:
            kind = kind_of(manifest)
            if kind:
                self.manifest(manifest, kind)
                self.flaws(document)
            elif manifest.kind or manifest.api_version:
                kindred = "is not a Job or CronJob of Kubernetes"
                self.skip(manifest, kindred if manifest.api_version else "is not an object: it has no `apiVersion`")
            elif document.block is not None and document.source.language not in TEMPLATES:
                self.fragment(manifest)
        if all(kind_of(manifest) for manifest in found):
            self.corpus.forget(document)  # no object refers to a Job

    def manifest(self, manifest: Manifest, kind: str) -> None:
        """Check one object, or note why it is left alone."""
        why = self.settings.leave_alone(manifest) if self.settings.leave_alone else ""
        if why:
            self.left.add(manifest.document.index)
            self.skip(manifest, why)
            return
        self.judged += 1
        self.cron_jobs += kind == "CronJob"
        counts = self.settings.counts(manifest) if self.settings.counts else None
        if manifest.document.elided:
            self.left.add(manifest.document.index)
            self.skip(manifest, "has a part left out: checked only for unknown fields, duplicate keys and wrong types")
            counts = _of_the_shown(manifest, counts)
        self.minors(manifest, kind, counts)

    def fragment(self, manifest: Manifest) -> None:
        """Check a part of an object that a text shows without the rest (`spec:`, `completions: 10`)."""
        from joblint.server.decode.fragment import whole

        found = whole(manifest)
        if found is not None:
            self.minors(found, found.kind, _of_the_shown(found, holds_for_a_part))

    def minors(self, manifest: Manifest, kind: str, counts: Counts | None) -> None:
        """Check one object for all target minors. Minors with the same answers share one check."""
        merged: _Merged = {}
        todo = self.targets
        while todo:
            bit = 1 << (todo.bit_length() - 1)
            facts = self.facts[MINORS[bit.bit_length() - 1]]
            facts.reset()
            causes = set()
            for name, report in self.judge.verdict(manifest, kind, facts):
                if not self.settings.wants(name, report.effect):
                    continue
                if counts is not None and not counts(report):
                    self.passed_over.add(name)
                    continue
                from joblint.server.decode.nulls import at_null  # a Job without findings does not need it

                at_null(report, manifest.node)
                spans = tuple(span(node) for node in (report.node, *(node for node, _ in report.related)))
                # If one minor reports a field twice in other words, that counts once; a policy has many validations.
                told = report.message if name in OWN or report.effect == "dropped" else report.reason
                cause = (name, report.effect, spans, report.field, told)
                if cause in causes:
                    continue
                causes.add(cause)
                # A message may be true only for some minors: a different message is a different finding.
                key = (name, report.effect, report.message, spans, report.field, report.reason)
                mask = merged[key][2] if key in merged else 0
                merged[key] = (name, merged[key][1] if key in merged else report, mask | bit)
            # All minors whose answers would have been the same have the same findings.
            same = (facts.same | bit) & todo
            for key, (name, report, mask) in merged.items():
                if mask & bit:
                    merged[key] = (name, report, mask | same)
            todo &= ~same
        about = _object(manifest, kind)
        found = list(merged.values()) if self.settings.each_field else _one_of_each(merged)
        if len(found) > 1:
            written_first(report for _, report, _ in found)
        self.findings.extend(self.make.finding(manifest.document, *one, about) for one in found)

    def flaws(self, document: Document) -> None:
        """Report what is wrong with the heredoc that a Job is in."""
        name, effect = "unclosed-heredoc", "mistake"
        if document.block is None or not self.settings.wants(name, effect):
            return
        source = document.source
        for flaw in document.block.flaws:
            found = self.make.mistake(source, name, flaw.message, flaw.start, flaw.end)
            if found not in self.findings:  # one heredoc may have several Jobs
                self.findings.append(found)

    def skip(self, manifest: Manifest, why: str) -> None:
        """Note that an object was left alone, and why."""
        line = self.line(manifest.document, manifest.node.start)
        self.skipped.append(Skipped(manifest.document.source.path, line, manifest.what, why))

    def line(self, document: Document, offset: int) -> int:
        """Return the line of the file for an offset of a document."""
        return document.source.position(document.outer(offset))[0]


def _one_of_each(merged: _Merged) -> list[_Found]:
    """Return one report for each rule, effect, message and place.

    Minors that name different fields or causes for one mistake share a finding, with the field and cause of the newest.
    If one minor reports a message twice, because two fields share a value through an alias, it names the field.
    """
    if len(merged) < 2:
        return list(merged.values())
    groups: dict[tuple[str, str, str, _Spans], list[_Found]] = {}
    for key, (name, report, mask) in merged.items():
        group = groups.setdefault(key[:4], [])
        for at, (_, first, held) in enumerate(group):
            if not held & mask:
                group[at] = name, first, held | mask
                break
        else:
            group.append((name, report, mask))
    for group in groups.values():
        for _, report, _ in group if len(group) > 1 else ():
            report.message += f" (`{report.field}`)" if report.field else ""
    return [one for group in groups.values() for one in group]


def _judge(settings: Settings, corpus: Corpus) -> Judge:
    """Return what decides as the API server: for objects that are created, or for those applied over old ones."""
    load_rules(corpus.sources if corpus.old is None else None)
    if corpus.old is None:
        return Judge(settings.wants, settings.field_validation, corpus)
    from joblint.server.update import Applier

    return Applier(settings.wants, settings.field_validation, corpus)


def _of_the_shown(manifest: Manifest, counts: Counts | None) -> Counts:
    """Return which reports count for a manifest that is only partly shown: those on the part that is there."""

    def holds(report: Report) -> bool:
        if not holds_for_a_part(report) or (counts is not None and not counts(report)):
            return False
        if report.reason == "FieldValueNotSupported":
            return isinstance(report.node, Scalar) and report.node.text != ""
        return report.field not in _IDENTITY or bool(manifest.api_version and manifest.kind)

    return holds


def _concerns_us(document: Document, problem: Problem) -> bool:
    """Return whether an unreadable document is reported: if it was meant as a document, and looks like a Job."""
    guess = document.block is not None and document.block.guess
    return not guess and (problem.oversize or document.follows or resembles_job(document.text))


def _place_of(finding: Finding) -> tuple[int, int, str, str]:
    """Return the sort key of a finding in its file."""
    return finding.line, finding.column, finding.rule, finding.field


def _object(manifest: Manifest, kind: str) -> Object:
    name = manifest.shown("metadata", "name") or manifest.shown("metadata", "generateName")
    return Object(manifest.shown_version, kind, manifest.shown("metadata", "namespace"), name, manifest.index)
