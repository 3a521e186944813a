"""The check of a template: only findings that hold in every output that has their lines.

A template is checked with its output under a few conditions (template/variants.py, bases). A finding counts only if it
is also found under each condition that differs in one point, if that output has its lines at all: a mistake that
another branch or a missing line corrects is not reported.
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
    """The part of a run that is used here (joblint/engine/run.py)."""

    targets: int
    judged: int
    cron_jobs: int
    findings: list[Finding]
    skipped: list[Skipped]

    def document(self, document: Document) -> None:
        """Check the objects of one document."""


def judge_template(run: Run, source: Source) -> None:
    """Check the output of a template, and add the findings to the run. A template that cannot be read is left alone."""
    try:
        found = templates(source.text)
    except Problem:
        return
    for template in found:
        _Judge(run, source, template).judge()


class _Judge:
    """The check of one template, or of one `define` in it."""

    def __init__(self, run: Run, source: Source, template: Template) -> None:
        self.run, self.source, self.template = run, source, template
        self.known: dict[tuple[str, int], dict[_Key, Finding]] = {}  # by what is written, and for which minors
        self.tried = 0

    def judge(self) -> None:
        """Check the bases, and for each finding the conditions under which it may not hold."""
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
        """Return the findings in the output for the values of the atoms in `truth`."""
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
        """Return whether a finding is in every output that has its lines and differs in one condition."""
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
