"""Judging a template: what holds in every way of writing it in which the lines are there.

A template is judged as it is written under a few conditions (template/variants.py, bases). What is found there counts
only if it is found, too, under each condition that differs in one thing, wherever its lines are written at all: what
another branch or an absent line puts right is not reported.
"""

from collections.abc import Iterator
from typing import Protocol

from joblint.manifests.document import Document, split
from joblint.manifests.source import Source
from joblint.manifests.template.blocks import block, templates
from joblint.manifests.template.capabilities import minors_of
from joblint.manifests.template.variants import MAX_ATOMS, Template, Truth, Variant
from joblint.manifests.yaml.tree import Problem
from joblint.rule.finding import Finding
from joblint.rule.settings import Skipped

_MAX_TRIED = 200  # ways of writing one template

_Key = tuple[str, str, int, int, int, int, str]  # rule, effect, place, field


class Run(Protocol):
    """What is used of a run (joblint/engine/run.py)."""

    targets: int
    judged: int
    cron_jobs: int
    findings: list[Finding]
    skipped: list[Skipped]

    def document(self, document: Document) -> None:
        """Judge the objects of one document."""


def judge_template(run: Run, source: Source) -> None:
    """Judge what a template writes; the findings are added to the run's. One that cannot be read is left alone."""
    try:
        found = templates(source.text)
    except Problem:
        return
    for template in found:
        _Judge(run, source, template).judge()


class _Judge:
    """Judges one template, or one `define` in it."""

    def __init__(self, run: Run, source: Source, template: Template) -> None:
        self.run, self.source, self.template = run, source, template
        self.known: dict[tuple[str, int], dict[_Key, Finding]] = {}  # by what is written, and for which minors
        self.tried = 0

    def judge(self) -> None:
        """Judge the bases, and what speaks against each finding."""
        sure: dict[_Key, Finding] = {}
        doubted: set[_Key] = set()
        for truth in self.template.bases():
            for key, finding in self.findings(truth).items():
                if key in sure or key in doubted:
                    continue
                if self.holds(key, finding, truth):
                    sure[key] = finding
                else:
                    doubted.add(key)
        self.run.findings.extend(sure.values())

    def findings(self, truth: Truth) -> dict[_Key, Finding]:
        """Return what is found in what is written if the atoms are as `truth` says."""
        run, targets = self.run, self.run.targets
        minors = targets & minors_of(truth)
        if not minors:
            return {}
        variant = self.template.variant(truth)
        known = self.known.get((variant.text, minors))
        if known is None:
            judged, cron_jobs, skipped = run.judged, run.cron_jobs, len(run.skipped)
            before, run.findings = run.findings, []
            run.targets = minors
            try:
                written = block(variant)
                for document in split(self.source, written.text, written):
                    run.document(document)
            finally:
                found, run.findings = run.findings, before
                run.targets = targets
            if self.known:  # the same objects again
                run.judged, run.cron_jobs = judged, cron_jobs
                del run.skipped[skipped:]
            known = self.known[variant.text, minors] = {_key(finding): finding for finding in found}
        return known

    def holds(self, key: _Key, finding: Finding, truth: Truth) -> bool:
        """Return whether a finding is there wherever its lines are, as far as one condition decides."""
        if len(self.template.atoms) > MAX_ATOMS:
            return False
        spans = [*self.spans(finding)]
        for other in self.template.flips(truth):
            if self.tried >= _MAX_TRIED:
                return False
            variant = self.template.variant(other)
            if all(_shows(variant, *span) for span in spans):
                minors = self.run.targets & minors_of(other)
                if minors:
                    self.tried += (variant.text, minors) not in self.known
                    if key not in self.findings(other):
                        return False
        return True

    def spans(self, finding: Finding) -> Iterator[tuple[int, int]]:
        """Yield the spans of the template that a finding is about."""
        source = self.source
        yield source.offset(finding.line, finding.column), source.offset(finding.end_line, finding.end_column)
        for place in finding.related:
            if place.path == source.path:
                yield source.offset(place.line, place.column), source.offset(place.end_line, place.end_column)


def _key(finding: Finding) -> _Key:
    place = (finding.line, finding.column, finding.end_line, finding.end_column)
    return (finding.rule, finding.effect, *place, finding.field)


def _shows(variant: Variant, start: int, end: int) -> bool:
    """Return whether the first and the last character of a span are written."""
    segments = variant.segments
    return all(
        any(outer <= at < outer + length for outer, length in zip(segments.outers, segments.lengths, strict=True))
        for at in {start, max(start, end - 1)}
    )
