"""The check of a template: only findings that hold in every output that has their lines.

A template is judged as it is written under a few conditions (template/variants.py, bases). What is found there counts
only if it is found under all other conditions, too, wherever its lines are written at all: what another branch or an
absent line puts right is not reported.
"""

import re
from collections.abc import Callable, Mapping
from typing import Protocol

from joblint.engine.findings import Maker
from joblint.engine.findings import minors_of as minors_in
from joblint.engine.template_findings import Key, Lines, hangs_on_version, key_of, of_versions, presentable
from joblint.manifests.document import Document, split
from joblint.manifests.languages import HELM
from joblint.manifests.template import UNKNOWN, UNRENDERED
from joblint.manifests.template.blame import may_be_inserted
from joblint.manifests.template.blocks import block
from joblint.manifests.template.capabilities import minors_of
from joblint.manifests.template.dialect import dialect_of
from joblint.manifests.template.variants import Template, Truth, Variant
from joblint.manifests.yaml.tree import Problem
from joblint.rule.finding import Finding
from joblint.rule.settings import Settings, Skipped

_MAX_TRIED = 200  # ways of writing one template that are judged
_OF_TWO = "duplicate-"  # rules about two lines: one must be there whenever the other one is


class Running(Protocol):
    """What a template needs of a run (engine/run.py)."""

    settings: Settings
    make: Maker
    targets: int
    findings: list[Finding]
    skipped: list[Skipped]
    judged: int
    cron_jobs: int

    def document(self, document: Document) -> None:
        """Judge the objects of one document."""


def why_unread(document: Document, problem: Problem) -> str:
    """Return why a document that a template writes and that is not YAML is left alone; empty if it is wrong."""
    if problem.oversize:
        return ""
    source = document.source
    unsure = dialect_of(source.language).unsure
    if not (unsure and re.search(unsure, source.text)) and not may_be_inserted(document.text, problem):
        return ""
    return f"{UNKNOWN if source.language == HELM else UNRENDERED}: {problem.message}"


class TemplateJudge:
    """The check of one template, or of one `define` in it."""

    def __init__(self, run: Running, lines: Lines, template: Template) -> None:
        self.run, self.lines, self.template = run, lines, template
        self.known: dict[tuple[str, int], dict[Key, Finding]] = {}  # by what is written, and for which minors
        self.variants: dict[frozenset[str], Variant] = {}  # by the atoms that are true
        self.skipped: dict[Skipped, None] = {}
        self.judged = self.cron_jobs = 0

    def judge(self, wanted: Callable[[Key, Finding], bool] = lambda key, finding: True) -> dict[Key, Finding]:
        """Return what is found in the bases and is wanted, as far as nothing speaks against it."""
        sure, decided = dict[Key, Finding](), dict[Key, set[str]]()
        bases = list(self.template.bases())
        told = set[int]()  # the insertions whose text is known, as far as they are written in what was judged
        for truth in bases:
            if self.template.known:
                written = {at for at in self.template.known if self.lines.shows(self.variant(truth), at, at + 1)}
                if written <= told:
                    continue
                told |= written
            for key, finding in self.findings(truth).items():
                known = decided.setdefault(key, set())
                if known.issuperset(finding.kube_versions) or not wanted(key, finding):
                    continue
                left = self.lasting(key, finding, truth, bases) - known
                known.update(finding.kube_versions)
                if left:
                    sure[key] = of_versions(finding, left.union(sure[key].kube_versions if key in sure else ()))
        return sure

    def tell(self, sure: Mapping[Key, Finding]) -> None:
        """Add findings to those of the run, with what else was heard on the way."""
        run = self.run
        run.findings.extend(presentable(finding, self.lines) for finding in sure.values())
        run.judged, run.cron_jobs = run.judged + self.judged, run.cron_jobs + self.cron_jobs
        run.skipped += [one for one in self.skipped if one.what or not self.judged]

    def variant(self, truth: Truth) -> Variant:
        """Return what is written if the atoms are as `truth` says."""
        key = frozenset(atom for atom, value in truth.items() if value)
        found = self.variants.get(key)
        if found is None:
            found = self.variants[key] = self.template.variant(truth)
        return found

    def findings(self, truth: Truth) -> dict[Key, Finding]:
        """Return what is found in what is written if the atoms are as `truth` says."""
        minors = self.run.targets & minors_of(truth)
        if not minors:
            return {}
        variant = self.variant(truth)
        known = self.known.get((variant.text, minors))
        if known is None:
            known = self.known[variant.text, minors] = self._found(variant, minors)
        return known

    def _found(self, variant: Variant, minors: int) -> dict[Key, Finding]:
        run, targets = self.run, self.run.targets
        before, skipped, run.findings = run.findings, len(run.skipped), []
        judged, cron_jobs = run.judged, run.cron_jobs
        run.targets = run.make.targets = minors
        run.judged = run.cron_jobs = 0
        try:
            written = block(variant)
            for index, document in enumerate(split(self.lines.source, written.text, written)):
                document.index = index
                run.document(document)
        finally:
            found, run.findings = run.findings, before
            run.targets = run.make.targets = targets
            mine, run.judged, run.cron_jobs = (run.judged, run.cron_jobs), judged, cron_jobs
        if mine[0] > self.judged:
            self.judged, self.cron_jobs = mine
        self.skipped.update(dict.fromkeys(run.skipped[skipped:]))
        del run.skipped[skipped:]
        by_key: dict[Key, Finding] = {}
        for one in found:
            if not hangs_on_version(one, self.lines, self.template, minors_in(minors)):
                same = by_key.get(key_of(one), one)  # some versions say it in other words
                by_key[key_of(one)] = of_versions(one, {*one.kube_versions, *same.kube_versions})
        return by_key

    def lasting(self, key: Key, finding: Finding, truth: Truth, bases: list[Truth]) -> set[str]:
        """Return the versions for which a finding is in every output that has its lines, as far as these are tried."""
        left = set(finding.kube_versions)
        spans = [*self.lines.spans(finding)]
        minors = self.run.targets & minors_of(truth)
        for other in self.template.others(truth, bases):
            shared = minors & minors_of(other)
            if not shared:  # of these minors it says nothing
                continue
            variant = self.variant(other)
            shown = [self.lines.shows(variant, *span) for span in spans]
            if key[0].startswith(_OF_TWO) and any(shown) and not all(shown) and self._is_unbound(spans, bases):
                return set()
            if not all(shown):
                continue
            if (variant.text, shared) not in self.known and len(self.known) >= _MAX_TRIED:
                return set()
            there = self.findings(other).get(key)
            left -= {*minors_in(shared)} - {*(there.kube_versions if there is not None else ())}
            if not left:
                break
        return left

    def _is_unbound(self, spans: list[tuple[int, int]], bases: list[Truth]) -> bool:
        """Return whether of some lines the first is written without the second somewhere, and the other way round."""
        alone: set[int] = set()
        for one in bases:
            for other in (one, *self.template.others(one, bases)):
                shown = [number for number, span in enumerate(spans) if self.lines.shows(self.variant(other), *span)]
                if len(shown) == 1:
                    alone.update(shown)
                    if len(alone) > 1:
                        return True
        return False
