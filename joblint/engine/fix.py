"""Fixes applied in rounds: conflicting fixes wait, and a fix that would cause a new finding is undone.

There is no I/O: from texts and a function that checks them, the new texts and the result of each fix are made. How
often a text is checked does not grow with the number of its fixes.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import NamedTuple, TypeVar

from joblint.engine.harm import Found, Scope, harms, suspects, within
from joblint.manifests.source import Source
from joblint.rule.finding import Edit, Finding, Fix

Judge = Callable[[Source], list[Finding]]
T = TypeVar("T")
Judges = Callable[[Sequence[Source]], Sequence[list[Finding] | Exception]]
_Identity = tuple[str, str, str, Scope]
_MAX_ROUNDS = 50
# How often a text is checked in search of harmful fixes: by a number of characters, within a least and a most.
_SEARCHED, _SEARCHES, _MOST_SEARCHES = 10_000_000, 24, 1_000


class Undone(NamedTuple):
    """A finding whose fix was undone, and the finding that it would have caused or not fixed."""

    finding: Finding
    brought: Finding


class Fixed(NamedTuple):
    """The text after all rounds, the findings that were fixed, those whose fix was undone, and the remaining ones.

    `resolved` are findings that are also gone, although their own fix was not applied.
    """

    text: str
    cured: list[Finding]
    undone: list[Undone]
    remaining: list[Finding]
    resolved: Sequence[Finding] = ()


# Work on a file as a generator: it yields texts, is sent the findings of each, and returns its result.
Steps = Generator[Source, list[Finding], T]


def fix_source(source: Source, judge: Judge, unsafe: bool = False) -> Fixed:
    """Apply the safe fixes (and with `unsafe` all) of the findings of `judge` in one file, until none is left.

    `judge` must return the same for the same text, with fixes that were not tried yet (`Settings.verify` is off):
    some of them are right only together. The path and the language are always those of `source`.
    """
    return finish(fixing(source, judge(source), unsafe), judge)


def fixing(source: Source, findings: list[Finding], unsafe: bool = False) -> Steps[Fixed]:
    """Do the same in steps: `findings` are those of `source`, and each yielded text must be checked."""
    before = Found.of(source, findings)
    # Fixing a wrong type or name may reveal other findings, which is right if these also have a fix.
    hopeful = _Rounds(before, unsafe, hopeful=True)
    fixed = yield from hopeful.all()
    if fixed.cured and harms(before, Found.of(source.changed(fixed.text), fixed.remaining), fixed.cured):
        fixed = yield from _Rounds(before, unsafe, hopeful=False).all()
    return fixed


def finish(steps: Steps[T], judge: Judge) -> T:
    """Take all steps on one file, and return the result."""
    try:
        text = next(steps)
        while True:
            text = steps.send(judge(text))
    except StopIteration as end:
        result: T = end.value
        return result


def finish_all(work: Iterable[tuple[str, Steps[T]]], judge: Judges) -> dict[str, T | Exception]:
    """Take the steps on several files at the same time: `judge` is called with a text of each unfinished file.

    The results are by path. If an exception is raised for a file, or returned by `judge`, it is the file's result.
    """
    done: dict[str, T | Exception] = {}
    going: list[tuple[str, Steps[T], Source]] = []

    def take(path: str, steps: Steps[T], answer: list[Finding] | None) -> None:
        try:
            going.append((path, steps, next(steps) if answer is None else steps.send(answer)))
        except StopIteration as end:
            done[path] = end.value
        except Exception as error:
            done[path] = error

    for path, steps in work:
        take(path, steps, None)
    while going:
        asked = going.copy()
        going.clear()
        answers = judge([source for _, _, source in asked])
        for (path, steps, _), answer in zip(asked, answers, strict=True):
            if isinstance(answer, Exception):
                done[path] = answer
            else:
                take(path, steps, answer)
    return done


class _Rounds:
    """The rounds of fixes for the findings of a text.

    `hopeful`: a round may cause findings that the next round can fix.
    """

    def __init__(self, before: Found, unsafe: bool, hopeful: bool) -> None:
        self.before, self.unsafe, self.hopeful = before, unsafe, hopeful
        self.refused: dict[_Identity, Undone] = {}
        self.untried: set[_Identity] = set()
        size = len(before.source.text)
        self.searches = min(max(_SEARCHES, _SEARCHED // max(size, 1)), _MOST_SEARCHES)

    def all(self) -> Steps[Fixed]:
        """Do one round after the other."""
        found = self.before
        cured: list[Finding] = []
        first: dict[_Identity, list[Finding]] = {}
        for finding in reversed(found.findings):
            first.setdefault(_identity(finding, found), []).append(finding)
        was = {identity: same[-1] for identity, same in first.items()}
        seen = {found.source.text}
        for _ in range(_MAX_ROUNDS):
            chosen = apart(f for f in found.findings if self.curable(f) and not self.is_out(_identity(f, found)))
            if not chosen:
                break
            after, accepted = yield from _Round(self, found, chosen).all()
            if not accepted:
                continue
            if after.source.text in seen:  # fixes that undo each other
                break
            seen.add(after.source.text)
            # Findings that one round causes and the next fixes do not count.
            cured += [same.pop() for one in accepted if (same := first.get(_identity(one, found)))]
            found = after
        undone = [Undone(was.get(identity, one.finding), one.brought) for identity, one in self.refused.items()]
        return Fixed(found.source.text, cured, undone, found.findings, self.resolved(found, cured))

    def resolved(self, after: Found, cured: Sequence[Finding]) -> list[Finding]:
        """Return the other findings that are gone, by rule: the path of a field and the message may have changed."""
        done = {id(finding) for finding in cured}
        others = [finding for finding in self.before.findings if id(finding) not in done]
        gone = Counter(finding.rule for finding in others) - Counter(finding.rule for finding in after.findings)
        there = {_identity(finding, after) for finding in after.findings} if gone else set()
        found: list[Finding] = []
        for finding in sorted(others, key=lambda one: _identity(one, self.before) in there) if gone else ():
            if gone[finding.rule] > 0:
                gone[finding.rule] -= 1
                found.append(finding)
        return found

    def curable(self, finding: Finding) -> bool:
        """Return whether a finding has a fix that may be applied."""
        return finding.fix is not None and (self.unsafe or finding.fix.safe)

    def is_out(self, identity: _Identity) -> bool:
        """Return whether the fix of a finding must not be tried again."""
        return identity in self.refused or identity in self.untried

    def harms(self, before: Found, after: Found, fixed: Sequence[Finding]) -> dict[Scope, Finding]:
        """Return the harm that fixes applied together have done, by scope."""
        return harms(before, after, fixed, self.curable if self.hopeful else None)


class _Round:
    """Fixes for one text, which are tried together.

    If they do harm, half of those that may have done it wait. This is done in all objects at the same time, so that
    many objects need as many steps as one.
    """

    def __init__(self, rounds: _Rounds, found: Found, chosen: list[Finding]) -> None:
        self.rounds, self.found = rounds, found
        self.scopes = {id(finding): found.scope(finding) for finding in chosen}
        self.accepted: list[Finding] = []
        self.testing = chosen
        self.waiting: dict[Scope, list[list[Finding]]] = {}
        self.after = found

    def all(self) -> Steps[tuple[Found, list[Finding]]]:
        """Return the text with all fixes that do no harm, and the findings that they fix."""
        while self.testing:
            tried = [*self.accepted, *self.testing]
            source = self.found.source
            text = apply(source.text, [one.fix for one in tried if one.fix])
            after = source.changed(text)
            now = Found.of(after, (yield after))
            harmed = self.rounds.harms(self.found, now, tried)
            if not harmed:
                self.accepted, self.after, self.testing = tried, now, []
            elif self.rounds.searches > 0:
                self.rounds.searches -= 1
                self.narrow(harmed)
            else:
                groups = [group for groups in self.waiting.values() for group in groups]
                self.give_up([*self.testing, *(one for group in groups for one in group)])
                break
            if not self.testing:
                self.testing = [one for groups in self.waiting.values() if groups for one in groups.pop()]
        return self.after, self.accepted

    def narrow(self, harmed: dict[Scope, Finding]) -> None:
        """Make half of the fixes wait that may have done harm. If there is only one, refuse it."""
        to_blame = suspects([self.scopes[id(one)] for one in self.testing], harmed)
        brought: dict[Scope, Finding] = {}
        for scope, finding in harmed.items():
            brought.setdefault(to_blame[scope], finding)
        groups: dict[Scope, list[Finding]] = {scope: [] for scope in brought}
        kept: list[Finding] = []
        for one in self.testing:
            mine = self.scopes[id(one)]
            blamed = next((mine[:n] for n in range(len(mine) + 1) if mine[:n] in groups), None)
            (kept if blamed is None else groups[blamed]).append(one)
        for scope, group in groups.items():
            # One fix may fix several findings: these stay together.
            fixes = list(dict.fromkeys(one.fix for one in group))
            if len(fixes) > 1:
                half = set(fixes[: len(fixes) // 2])
                kept += [one for one in group if one.fix in half]
                self.waiting.setdefault(scope, []).append([one for one in group if one.fix not in half])
            elif not any(within(self.scopes[id(one)], scope) for one in self.accepted):
                for one in group:
                    self.rounds.refused[_identity(one, self.found)] = Undone(one, brought[scope])
            # Otherwise it does harm only together with others: the next round tries it again.
        self.testing = kept

    def give_up(self, findings: Iterable[Finding]) -> None:
        """Skip fixes that could not all be tried."""
        self.rounds.untried.update(_identity(one, self.found) for one in findings)


def _identity(finding: Finding, found: Found) -> _Identity:
    return finding.rule, finding.field, finding.message, found.scope(finding)


def apart(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings whose fixes do not touch the text of an earlier one's fix.

    One fix may fix several findings.
    """
    chosen: list[Finding] = []
    taken: list[Edit] = []  # in order, and not touching each other
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
    """Return whether an edit does not overlap or touch others: two insertions at one place have no order."""
    at = bisect_left(taken, edit)
    return all(edit.end < other.start or other.end < edit.start for other in taken[max(at - 1, 0) : at + 1])


def apply(text: str, fixes: Sequence[Fix]) -> str:
    """Return a text with fixes applied, which must not touch each other. A fix that is given twice is applied once."""
    pieces, at = [], 0
    for edit in sorted(edit for edits in {fix.edits for fix in fixes} for edit in edits):
        pieces += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*pieces, text[at:]])
