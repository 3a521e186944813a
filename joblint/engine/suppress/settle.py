"""The effect of suppressions: which findings of a file they hide, and which suppressions hide nothing."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from joblint.engine.suppress.layout import Layout
from joblint.engine.suppress.suppressions import BLOCK, FILE, LINE, OBJECT, Key, Suppression, suppressions
from joblint.manifests.document import Document, Manifest
from joblint.manifests.source import Source
from joblint.rule.cards import UnknownSelector, cards, selection
from joblint.rule.finding import Finding
from joblint.rule.own import OWN
from joblint.rule.registry import PUT, REGISTRY, UPDATE
from joblint.rule.settings import Settings

UNUSED, INVALID, EXPIRED = RULES = ("unused-suppression", "invalid-suppression", "expired-suppression")
EFFECT = "mistake"
# Rules whose findings depend on other files, which may not be part of this run.
_ACROSS_FILES = frozenset(
    ("folded-script", "index-read-without-indexed", "misindented-python", "misspelt-variable", "pipeline-hides-failure",
     "swallowed-failure", "unawaited-process")
)  # fmt: skip
_NO_REASON = "this suppression has no effect: add a reason, because `require-reason` is set"
_EXPIRED = "this suppression ended on {}, and {} is reported again: fix the finding, or use a later date"
_SUGGESTED = 20  # unknown words of a file that get a suggestion, which takes a while

Wants = Callable[[str, str], bool]
Mistake = Callable[[Source, str, str, int, int], Finding]  # its arguments: the file, rule, message and span


class Complaint(NamedTuple):
    """A complaint about a suppression: the rule, the message, and the span in the file."""

    rule: str
    message: str
    start: int
    end: int


class Coverage(NamedTuple):
    """The extent to which a file was checked.

    `judged` are the documents with an object that was checked, `left` those with an object that was not, or that cannot
    be read. `passed_over` are the rules with reports that do not count, as in a patch. `wants` returns which rules and
    effects are on. `update`: there are manifests of objects on the server, and less is checked for updates.
    """

    wants: Wants
    judged: set[int]
    left: set[int]
    passed_over: set[str]
    update: bool


def settle(
    source: Source,
    documents: Iterable[Document],
    manifests: Callable[[Document], list[Manifest]],
    found: Iterable[Finding],
    scope: Coverage,
    mistake: Mistake,
    settings: Settings,
) -> tuple[list[Finding], list[tuple[Finding, str]]]:
    """Return the findings of a file that are not hidden, and the hidden ones, each with its reason, which may be empty.

    What is wrong with the suppressions is also reported, if those rules are on; `mistake` makes findings of it.
    """
    settler = Settler(source, documents, manifests, settings)
    standing: list[Finding] = []
    hidden: list[tuple[Finding, str]] = []

    def sort(finding: Finding) -> None:
        reason = settler.reason(finding)
        if reason is None:
            standing.append(finding)
        else:
            hidden.append((finding, reason))

    for finding in found:
        sort(finding)
    # One fix may fix two findings, but what is suppressed must not be changed.
    kept = {finding.fix.edits for finding, _ in hidden if finding.fix is not None and finding.fix.edits}
    if kept:
        standing[:] = [f._replace(fix=None) if f.fix is not None and f.fix.edits in kept else f for f in standing]
    for name, message, start, end in settler.complaints(scope) if scope.judged else ():
        if scope.wants(name, EFFECT):
            sort(mistake(source, name, message, start, end))
    return standing, hidden


class Settler:
    """The suppressions of one file, and which of them were used."""

    def __init__(
        self,
        source: Source,
        documents: Iterable[Document],
        manifests: Callable[[Document], list[Manifest]],
        settings: Settings,
        *,
        foreign: bool = False,
    ) -> None:
        """Take a file. With `foreign`, findings have their place in it, but their objects are in another file."""
        self.source, self.foreign = source, foreign
        self.layout = Layout(source, documents, manifests)
        self.found = suppressions(self.layout)
        self.demanding = settings.require_reason
        today = settings.today() if any(one.until for one in self.found) else ""
        self.reasons: dict[tuple[Key, str], str] = {}
        self.ended: dict[tuple[Key, str], str] = {}  # expired suppressions, and when they ended
        for suppression in self.found:
            for word in () if suppression.fault or self.lacks_reason(suppression) else suppression.words:
                if suppression.until and suppression.until < today:
                    self.ended.setdefault((suppression.key, word), suppression.until)
                else:
                    self.reasons.setdefault((suppression.key, word), suppression.reason)
        self.used: set[tuple[Key, str]] = set()  # of expired ones: those that would hide something

    def lacks_reason(self, suppression: Suppression) -> bool:
        """Return whether a suppression has no effect because it gives no reason."""
        return self.demanding and suppression.bare

    def reason(self, finding: Finding) -> str | None:
        """Return the reason why a finding is hidden, which may be empty, or None if it is not hidden."""
        about = [(key, word) for key in self.keys(finding) for word in names(finding.rule, finding.effect)]
        hidden = [one for one in about if one in self.reasons]
        self.used.update(hidden or (one for one in about if one in self.ended))
        return self.reasons[hidden[0]] if hidden else None

    def keys(self, finding: Finding) -> Iterator[Key]:
        """Yield the keys of suppressions that hide a finding, the nearest first.

        A value that is used through an alias has two places, and so has a script from another object; a suppression at
        either place counts.
        """
        places = [(finding.line, finding.column)] if finding.path == self.source.path else []
        uses = (one for one in finding.related if one.path == self.source.path and one.is_use)
        places += ((one.line, one.column) for one in uses)
        for line, _ in places:
            yield LINE, line, 0
            head = self.layout.head(line)
            if head != line:
                yield LINE, head, 0
        for line, column in places:
            place = self.layout.at(self.source.offset(line, column))
            if place >= 0:
                if finding.object is not None and not self.foreign:
                    yield OBJECT, finding.object.document, self.layout.documents[place].index
                yield BLOCK, self.layout.blocks[place], 0
        yield FILE, 0, 0

    def complaints(self, scope: Coverage) -> Iterator[Complaint]:
        """Yield what is wrong with the suppressions, and which are unused.

        Call this after all findings of a file are settled, and only if an object in the file was checked.
        """
        suggested = 0
        for suppression in self.found:
            span = suppression.start, suppression.end
            if suppression.fault:
                yield Complaint(INVALID, suppression.fault, *span)
                continue
            if self.lacks_reason(suppression):
                yield Complaint(INVALID, _NO_REASON, *span)
                continue
            unused, ended = [], []
            for word in dict.fromkeys(suppression.words):
                unknown = problem(word) if suggested < _SUGGESTED else "" if known(word) else _unknown(word)
                if unknown:
                    suggested += 1
                    yield Complaint(INVALID, unknown, *span)
                elif (suppression.key, word) in self.used and self.is_over(suppression, word):
                    ended.append(f"`{word}`")
                elif self.unused(suppression, word, scope):
                    unused.append(f"`{word}`")
            if ended:
                yield Complaint(EXPIRED, _EXPIRED.format(suppression.until, " and ".join(ended)), *span)
            if unused:
                yield Complaint(
                    UNUSED, f"this suppression has no effect, because {' or '.join(unused)} is not reported here", *span
                )

    def is_over(self, suppression: Suppression, word: str) -> bool:
        """Return whether a word of a suppression no longer has an effect, because its last day has passed."""
        key = (suppression.key, word)
        return key in self.ended and key not in self.reasons

    def unused(self, suppression: Suppression, word: str, scope: Coverage) -> bool:
        """Return whether a word of a suppression hides nothing, in any run with these settings."""
        document = suppression.document
        whole = document in scope.judged and document not in scope.left if document >= 0 else not scope.left
        if (suppression.key, word) in self.used or scope.update or not whole:
            return False
        covered = pairs(word)
        if not all(scope.wants(*pair) for pair in covered):
            return False
        named = {rule for rule, _ in covered}
        return named.isdisjoint((*RULES, *scope.passed_over)) and named.isdisjoint(elsewhere())


def names(rule: str, effect: str) -> tuple[str, ...]:
    """Return the words of a suppression that name a finding, the most specific first."""
    card = cards().get(rule)
    return (rule, *card.aliases, card.group, effect, "all") if card is not None else (rule, effect, "all")


def known(word: str) -> bool:
    """Return whether a word names a rule, a group, an effect, or all of them."""
    return bool(pairs(word))


def problem(word: str) -> str:
    """Return what is wrong with a word that names nothing, or an empty text."""
    if known(word):
        return ""
    try:
        selection([word])
    except UnknownSelector as error:
        return str(error)
    return _unknown(word)


def _unknown(word: str) -> str:
    return f"`{word}` is not a rule, group or effect"


def pairs(word: str) -> frozenset[tuple[str, str]]:
    """Return the (rule, effect) pairs that exist and that a word names."""
    return _table(tuple(OWN)).get(word, frozenset())


@cache
def _table(own: tuple[str, ...]) -> dict[str, frozenset[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for name, card in cards().items():
        for effect in card.effects:
            for word in names(name, effect):
                found.setdefault(word, set()).add((name, effect))
    return {word: frozenset(covered) for word, covered in found.items()}


@cache
def elsewhere() -> frozenset[str]:
    """Return the rules that may have findings in another run: with other files, or of an update."""
    import joblint.server.update  # noqa: F401 (registers its rules)

    return _ACROSS_FILES | {entry.name for entry in REGISTRY if entry.verb in (UPDATE, PUT)}
