"""Fixes applied in rounds: what conflicts waits, and what would bring in a new finding is undone.

Pure: texts and a function that judges them go in, the new texts and what became of each fix come out. The number of
times that a text is judged does not grow with the number of its fixes.
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
# How often a text is judged in search of the fixes that do harm: as many characters, but at least so many times.
_SEARCHED, _SEARCHES, _MOST_SEARCHES = 10_000_000, 24, 1_000


class Undone(NamedTuple):
    """A finding whose fix was taken back, and the finding that it would have brought in, or not have cured."""

    finding: Finding
    brought: Finding


class Fixed(NamedTuple):
    """The text after all rounds, the findings that were cured, those whose fix was undone, and what is left to say.

    `resolved` are the findings that are gone as well, though no fix of theirs was applied.
    """

    text: str
    cured: list[Finding]
    undone: list[Undone]
    remaining: list[Finding]
    resolved: Sequence[Finding] = ()


# Work on a file that gives texts, takes what is found in each, and returns its result.
Steps = Generator[Source, list[Finding], T]


def fix_source(source: Source, judge: Judge, unsafe: bool = False) -> Fixed:
    """Apply the safe fixes (and with `unsafe` the others) of what `judge` finds in one file, until none is left.

    `judge` must say the same of the same text, and give fixes that were not tried yet (`Settings.verify` is off): some
    of them are right only together. The path and the language are those of `source` throughout.
    """
    return finish(fixing(source, judge(source), unsafe), judge)


def fixing(source: Source, findings: list[Finding], unsafe: bool = False) -> Steps[Fixed]:
    """The same as steps: `findings` are those of `source`, and each text that is given is to be judged."""
    before = Found.of(source, findings)
    # What a wrong type or name hid may come to light, where there is a fix for that, too.
    hopeful = _Rounds(before, unsafe, hopeful=True)
    fixed = yield from hopeful.all()
    if fixed.cured and harms(before, Found.of(source.changed(fixed.text), fixed.remaining), fixed.cured):
        fixed = yield from _Rounds(before, unsafe, hopeful=False).all()
    return fixed


def finish(steps: Steps[T], judge: Judge) -> T:
    """Take all steps on one file, and give the result."""
    try:
        text = next(steps)
        while True:
            text = steps.send(judge(text))
    except StopIteration as end:
        result: T = end.value
        return result


def finish_all(work: Iterable[tuple[str, Steps[T]]], judge: Judges) -> dict[str, T | Exception]:
    """Take the steps on several files at the same time: `judge` is given a text of each that is not done yet.

    The results are by path. What goes wrong with a file, or what `judge` gives in the place of findings, is its result.
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
    """What was found in a text, and what becomes of its fixes.

    `hopeful`: a round may bring in what the next can cure.
    """

    def __init__(self, before: Found, unsafe: bool, hopeful: bool) -> None:
        self.before, self.unsafe, self.hopeful = before, unsafe, hopeful
        self.refused: dict[_Identity, Undone] = {}
        self.untried: set[_Identity] = set()
        size = len(before.source.text)
        self.searches = min(max(_SEARCHES, _SEARCHED // max(size, 1)), _MOST_SEARCHES)

    def all(self) -> Steps[Fixed]:
        """One round after the other."""
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
            # Not what one round brings in and the next cures.
            cured += [same.pop() for one in accepted if (same := first.get(_identity(one, found)))]
            found = after
        undone = [Undone(was.get(identity, one.finding), one.brought) for identity, one in self.refused.items()]
        return Fixed(found.source.text, cured, undone, found.findings, self.resolved(found, cured))

    def resolved(self, after: Found, cured: Sequence[Finding]) -> list[Finding]:
        """Return what else is gone, by rule: a field may have another path now, and a message other words."""
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
        """Whether a finding has a fix that is asked for."""
        return finding.fix is not None and (self.unsafe or finding.fix.safe)

    def is_out(self, identity: _Identity) -> bool:
        """Whether the fix of a finding is not to be tried again."""
        return identity in self.refused or identity in self.untried

    def harms(self, before: Found, after: Found, fixed: Sequence[Finding]) -> dict[Scope, Finding]:
        """What fixes applied together have done, by the scopes that have come to harm."""
        return harms(before, after, fixed, self.curable if self.hopeful else None)


class _Round:
    """Fixes for one text, which are tried together.

    Where there is harm, half of those that may have done it wait: in all objects at the same time, so that many
    objects need no more steps than one.
    """

    def __init__(self, rounds: _Rounds, found: Found, chosen: list[Finding]) -> None:
        self.rounds, self.found = rounds, found
        self.scopes = {id(finding): found.scope(finding) for finding in chosen}
        self.accepted: list[Finding] = []
        self.testing = chosen
        self.waiting: dict[Scope, list[list[Finding]]] = {}
        self.after = found

    def all(self) -> Steps[tuple[Found, list[Finding]]]:
        """The text with all fixes that do no harm, and their findings; these are none where all do."""
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
        """Have half of those fixes wait that may have done harm; one that is alone is refused."""
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
            # One fix may cure several findings: they stay together.
            fixes = list(dict.fromkeys(one.fix for one in group))
            if len(fixes) > 1:
                half = set(fixes[: len(fixes) // 2])
                kept += [one for one in group if one.fix in half]
                self.waiting.setdefault(scope, []).append([one for one in group if one.fix not in half])
            elif not any(within(self.scopes[id(one)], scope) for one in self.accepted):
                for one in group:
                    self.rounds.refused[_identity(one, self.found)] = Undone(one, brought[scope])
            # Else it does harm only together with others: the next round tries it with what is then found.
        self.testing = kept

    def give_up(self, findings: Iterable[Finding]) -> None:
        """Leave fixes that could not all be tried."""
        self.rounds.untried.update(_identity(one, self.found) for one in findings)


def _identity(finding: Finding, found: Found) -> _Identity:
    return finding.rule, finding.field, finding.message, found.scope(finding)


def apart(findings: Iterable[Finding]) -> list[Finding]:
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
