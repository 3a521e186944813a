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
# Behind these nothing else of the object was judged: what comes to light with their cure is not brought in by it.
_BLINDING = frozenset(("unreadable-document", "unserved-api-version", "unknown-api-version", "unknown-kind"))


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
    cured: list[Finding] = []
    refused: dict[_Identity, Undone] = {}
    seen = {source.text}
    for _ in range(_MAX_ROUNDS):
        wanted = (f for f in findings if f.fix and (unsafe or f.fix.safe) and _identity(f) not in refused)
        chosen = _apart(wanted)
        if not chosen:
            break
        round_ = _Round(source, findings, judge, refused)
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
    return Fixed(source.text, cured, list(refused.values()), findings)


class _Round(NamedTuple):
    """One text and what was found in it; `refused` takes what turns out to do harm."""

    source: Source
    findings: list[Finding]
    judge: Judge
    refused: dict[_Identity, Undone]

    def attempt(self, chosen: list[Finding]) -> tuple[Source, list[Finding]] | Finding:
        """Apply fixes together: the new text and what is found in it, or a finding that they bring in."""
        text = apply(self.source.text, [f.fix for f in chosen if f.fix])
        after = Source(self.source.path, text, self.source.language)
        found = self.judge(after)
        brought = None if any(f.rule in _BLINDING for f in chosen) else _brought(self.findings, found)
        return brought or (after, found)

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


def _brought(before: list[Finding], after: list[Finding]) -> Finding | None:
    """A finding of a kind that there is more of than before."""
    counts = Counter(_kind(f) for f in before)
    for finding in after:
        counts[_kind(finding)] -= 1
        if counts[_kind(finding)] < 0:
            return finding
    return None


def _kind(finding: Finding) -> tuple[str, str, str]:
    """What makes a finding the same one after an edit: indexes may have moved."""
    field = finding.field
    if "[" in field:
        field = "[".join(part.partition("]")[2] if "]" in part else part for part in field.split("["))
    return finding.rule, finding.effect, field


def _identity(finding: Finding) -> _Identity:
    return finding.rule, finding.field, finding.message, finding.object.name if finding.object else ""


def _apart(findings: Iterable[Finding]) -> list[Finding]:
    """Those findings whose fixes touch no text that another one's touches; the first come first."""
    chosen: list[Finding] = []
    taken: list[Edit] = []  # in order, and apart
    for finding in findings:
        edits = finding.fix.edits if finding.fix else ()
        if edits and all(_clear(edit, taken) for edit in edits):
            chosen.append(finding)
            for edit in edits:
                insort(taken, edit)
    return chosen


def _clear(edit: Edit, taken: list[Edit]) -> bool:
    """Whether an edit neither overlaps nor touches others: two insertions at one place have no order."""
    at = bisect_left(taken, edit)
    return all(edit.end < other.start or other.end < edit.start for other in taken[max(at - 1, 0) : at + 1])


def apply(text: str, fixes: Sequence[Fix]) -> str:
    """A text with fixes applied that touch no text in common."""
    pieces, at = [], 0
    for edit in sorted(edit for fix in fixes for edit in fix.edits):
        pieces += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*pieces, text[at:]])
