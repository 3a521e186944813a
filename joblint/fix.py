"""Fixes applied in rounds: what conflicts waits, and what would bring in a new finding is undone.

Pure: a text and a function that judges it go in, the new text and what became of each fix come out.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from joblint.finding import Edit, Finding, Fix
from joblint.source import Source

Judge = Callable[[Source], list[Finding]]
_Identity = tuple[str, str, str, str]
_MAX_ROUNDS = 50
UNREADABLE = "unreadable-document"


class Undone(NamedTuple):
    """A finding whose fix was taken back, and the finding that it would have brought in."""

    finding: Finding
    brought: Finding


class Fixed(NamedTuple):
    """The text after all rounds, the findings that were cured, those whose fix was undone, and what is left to say."""

    text: str
    cured: list[Finding]
    undone: list[Undone]
    remaining: list[Finding]


def fix_source(source: Source, judge: Judge, unsafe: bool = False) -> Fixed:
    """Apply the safe fixes (and with `unsafe` the others) of what `judge` finds in one file, until none is left.

    `judge` must say the same of the same text. The path and the language are those of `source` throughout.
    """
    findings = judge(source)
    # What a wrong type or name hid may come to light, where there is a fix for that, too.
    fixed = _Rounds(source, findings, judge, unsafe, True).all()
    if _brought(findings, fixed.remaining) is not None and not _blind(fixed.cured):
        fixed = _Rounds(source, findings, judge, unsafe, False).all()
    return fixed


class _Rounds(NamedTuple):
    """A text and what was found in it; `hopeful`: a round may bring in what the next can cure."""

    source: Source
    findings: list[Finding]
    judge: Judge
    unsafe: bool
    hopeful: bool

    def all(self) -> Fixed:
        """One round after the other."""
        source, findings = self.source, self.findings
        cured: list[Finding] = []
        refused: dict[_Identity, Undone] = {}
        seen = {source.text}
        for _ in range(_MAX_ROUNDS):
            chosen = _apart(f for f in findings if self.curable(f) and _identity(f) not in refused)
            if not chosen:
                break
            round_ = _Round(source, findings, self, refused)
            step = round_.attempt(chosen)
            if isinstance(step, Finding):
                chosen = round_.harmless(chosen)
                step = round_.attempt(chosen)
            if isinstance(step, Finding):  # they do harm only together
                chosen = chosen[:1]
                step = round_.attempt(chosen)
            assert not isinstance(step, Finding)
            if not chosen:
                continue
            if step[0].text in seen:  # fixes that undo each other
                break
            source, findings = step
            seen.add(source.text)
            cured += chosen
        first = {_identity(finding) for finding in self.findings}  # not what one round brings in and the next cures
        cured = [finding for finding in cured if _identity(finding) in first]
        return Fixed(source.text, cured, list(refused.values()), findings)

    def curable(self, finding: Finding) -> bool:
        """Whether a finding has a fix that is asked for."""
        return finding.fix is not None and (self.unsafe or finding.fix.safe)

    def harm(self, before: list[Finding], after: list[Finding]) -> Finding | None:
        """A finding that a step has brought in, None where that is none."""
        return _brought(before, after, self.curable if self.hopeful else None)


class _Round(NamedTuple):
    """One text and what was found in it; `refused` takes what turns out to do harm."""

    source: Source
    findings: list[Finding]
    rounds: _Rounds
    refused: dict[_Identity, Undone]

    def attempt(self, chosen: list[Finding]) -> tuple[Source, list[Finding]] | Finding:
        """Apply fixes together: the new text and what is found in it, or a finding that they bring in."""
        text = apply(self.source.text, [f.fix for f in chosen if f.fix])
        after = Source(self.source.path, text, self.source.language)
        found = self.rounds.judge(after)
        if _blind(chosen):
            return after, found
        return self.rounds.harm(self.findings, found) or (after, found)

    def harmless(self, chosen: list[Finding]) -> list[Finding]:
        """Those whose fixes bring in nothing, by halves."""
        step = self.attempt(chosen)
        if not isinstance(step, Finding):
            return chosen
        if len(chosen) == 1:
            self.refused[_identity(chosen[0])] = Undone(chosen[0], step)
            return []
        middle = len(chosen) // 2
        return self.harmless(chosen[:middle]) + self.harmless(chosen[middle:])


def _blind(cured: list[Finding]) -> bool:
    """Whether a document could not be read before: what comes to light in it was there already."""
    return any(finding.rule == UNREADABLE for finding in cured)


def _brought(
    before: list[Finding], after: list[Finding], curable: Callable[[Finding], bool] | None = None
) -> Finding | None:
    """A finding of a kind that there is more of than before in some minor, but for those that are curable."""
    counts = Counter(kind for f in before for kind in _kinds(f))
    for finding in after:
        more = False
        for kind in _kinds(finding):
            counts[kind] -= 1
            more = more or counts[kind] < 0
        if more and not (curable is not None and curable(finding)):
            return finding
    return None


def _kinds(finding: Finding) -> list[tuple[int, str, str, str, str]]:
    """What makes a finding the same one after an edit, for each minor: its object, and a field without indexes."""
    number = finding.object.document if finding.object else -1
    field = finding.field
    if "[" in field:
        field = "[".join(part.partition("]")[2] if "]" in part else part for part in field.split("["))
        field = field.replace(".initContainers[", ".containers[")  # a fix may move one
    return [(number, finding.rule, finding.effect, field, minor) for minor in finding.kube_versions or ("",)]


def _identity(finding: Finding) -> _Identity:
    return finding.rule, finding.field, finding.message, finding.object.name if finding.object else ""


def _apart(findings: Iterable[Finding]) -> list[Finding]:
    """Those findings whose fixes touch no text that another one's touches; the first come first.

    One fix may cure several findings.
    """
    chosen: list[Finding] = []
    taken: list[Edit] = []  # in order, and apart
    done: set[tuple[Edit, ...]] = set()
    for finding in findings:
        edits = finding.fix.edits if finding.fix else ()
        if edits in done:
            chosen.append(finding)
        elif edits and all(_clear(edit, taken) for edit in edits):
            chosen.append(finding)
            done.add(edits)
            for edit in edits:
                insort(taken, edit)
    return chosen


def _clear(edit: Edit, taken: list[Edit]) -> bool:
    """Whether an edit neither overlaps nor touches others: two insertions at one place have no order."""
    at = bisect_left(taken, edit)
    return all(edit.end < other.start or other.end < edit.start for other in taken[max(at - 1, 0) : at + 1])


def apply(text: str, fixes: Sequence[Fix]) -> str:
    """A text with fixes applied that touch no text in common; one that stands there twice is applied once."""
    pieces, at = [], 0
    for edit in sorted(edit for edits in {fix.edits for fix in fixes} for edit in edits):
        pieces += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*pieces, text[at:]])
