"""Comments that suppress what is found, written into a file.

A comment comes behind the line of the finding; above it where a scalar goes on at the line's end; and for a script in a
block scalar at the line that the scalar begins on. One that counts for that line already gets the new names. JSON has
no comments, and an author's `\\` at the end of a line in a heredoc must stay the last character.

Pure: a text and what is found in it go in, the new text comes out.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from joblint.engine.fix import Judge, Steps, apply, finish
from joblint.engine.suppress import expiry
from joblint.engine.suppress.layout import Layout
from joblint.engine.suppress.settle import RULES, names
from joblint.engine.suppress.suppressions import LINE, Suppression, suppressions
from joblint.manifests.document import Document, documents, manifests
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import Alias, Mapping, Node, Scalar
from joblint.manifests.yaml.tree import Sequence as Items
from joblint.rule.cure import edit
from joblint.rule.cure.edit.text import Impossible, Patch, indent_of, line_end, line_start
from joblint.rule.finding import Edit, Finding, Fix

_ROUNDS = 3
_Identity = tuple[str, str, str, str, int]


class Added(NamedTuple):
    """The new text, the findings that are suppressed in it, and those for which no comment can be written."""

    text: str
    done: list[Finding]
    impossible: list[Finding]


class Tail(NamedTuple):
    """What a comment says behind the names: the last day on which it counts, and why; either may be empty."""

    until: str = ""
    reason: str = ""

    def text(self, bare: bool = True) -> str:
        """As it is written; without the reason where there is one already."""
        dated = f" {expiry.WORD} {self.until}" if self.until else ""
        return dated + (f" {self.reason}" if self.reason and bare else "")


NO_TAIL = Tail()


class Place(NamedTuple):
    """Where a comment comes: its span in a document of the file, and what stands around the names there.

    `words` are names that were there, and are written anew.
    """

    document: int
    start: int
    end: int
    before: str
    after: str
    words: tuple[str, ...] = ()


def add(source: Source, findings: Iterable[Finding], judge: Judge, tail: Tail = NO_TAIL) -> Added:
    """Suppress findings of a file, which `judge` finds in it, by comments.

    What is wrong with suppressions is not suppressed. No value of a document is changed: what would change one, or
    would hide nothing, is not written.
    """
    return finish(adding(source, findings, tail), judge)


def adding(source: Source, findings: Iterable[Finding], tail: Tail = NO_TAIL) -> Steps[Added]:
    """The same as steps: each text that is given is to be judged."""
    wanted = [finding for finding in findings if finding.rule not in RULES]
    left = wanted
    for _ in range(_ROUNDS):
        plan = _Plan(source, tail)
        for finding in left:
            plan.add(finding)
        if not plan.places:
            break
        after = source.changed(plan.text())
        changed = _changed(source, after)
        stuck = {_identity(finding) for finding in (yield after)}
        good = [f for f, place in plan.chosen if place.document not in changed and _identity(f) not in stuck]
        if len(good) == len(plan.chosen):
            return Added(after.text, good, _without(wanted, good))
        left = good
    return Added(source.text, [], wanted)


class _Plan:
    """The comments for one text. `chosen` are the findings that have a place, each with it."""

    def __init__(self, source: Source, tail: Tail) -> None:
        self.source, self.tail = source, tail
        self.layout = Layout(source, documents(source), lambda document: manifests(document, document.index))
        self.there: dict[int, Suppression] = {}  # by the line that they count for
        for suppression in suppressions(self.layout):
            scope, line, _ = suppression.key
            if scope == LINE and not suppression.fault:
                self.there.setdefault(line, suppression)
        self.places: dict[Place, set[str]] = {}
        self.chosen: list[tuple[Finding, Place]] = []

    def add(self, finding: Finding) -> None:
        """Find a place for the comment of a finding, if there is one."""
        index = self.layout.at(self.source.offset(finding.line, finding.column))
        document = self.layout.documents[index] if index >= 0 else None
        if (
            document is None
            or self.source.rendered is not None
            or document.root is None
            or document.text.lstrip()[:1] in ("{", "[")
        ):
            return
        for place in self.candidates(finding, document, index):
            if place is not None and self.edit(place, "x") is not None:
                self.places.setdefault(place, set()).update(place.words or (finding.rule,))
                self.chosen.append((finding, place))
                return

    def candidates(self, finding: Finding, document: Document, index: int) -> Iterator[Place | None]:
        """The places that a comment for a finding could have, the best first."""
        lines = dict.fromkeys((finding.line, self.layout.head(finding.line)))
        for line in lines:
            there = self.there.get(line)
            if there is not None and not set(there.words).isdisjoint(names(finding.rule, finding.effect)):
                yield self.anew(there, document, index)
            elif there is not None and there.until == self.tail.until and not (there.bare and self.tail.reason):
                yield self.among(there, document, index)
            else:
                yield self.behind(line, document, index)
                yield self.above(line, document, index)

    def among(self, there: Suppression, document: Document, index: int) -> Place | None:
        """Behind the names of a comment that is there."""
        closing = self.source.text.find("]", there.start, there.end)
        if closing < 0 or there.document != document.index:
            return None
        at = _inner(document, closing)
        return Place(index, at, at, ", ", "")

    def anew(self, there: Suppression, document: Document, index: int) -> Place | None:
        """In place of a comment that names the finding and hides nothing: it has ended, or gives no reason."""
        opening = self.source.text.find("[", there.start, there.dated)
        if opening < 0 or there.document != document.index:
            return None
        start, end = _inner(document, opening + 1), _inner(document, there.dated)
        return Place(index, start, end, "", "]" + self.tail.text(there.bare), there.words)

    def behind(self, line: int, document: Document, index: int) -> Place | None:
        """At the end of a line, where no scalar goes on there; the head of a block scalar is no part of it."""
        text, start = document.text, _inner(document, self.source.offset(line, 1))
        end = start + len(text[start : line_end(text, start)].rstrip("\r\n"))
        outer = document.outer(end) if end < len(text) else len(self.source.text)
        scalar = self.layout.scalar(outer)
        if scalar is not None and scalar.start < outer:
            head = not scalar.quoted and self.source.text[scalar.start] in "|>"
            if not head or self.source.position(scalar.start)[0] != line:
                return None
        return Place(index, end, end, "  # joblint: ignore[", "]" + self.tail.text())

    def above(self, line: int, document: Document, index: int) -> Place | None:
        """On a line of its own above a line, where no scalar goes on there."""
        if self.layout.head(line) != line:
            return None
        text, start = document.text, _inner(document, self.source.offset(line, 1))
        start = line_start(text, start)
        indent = " " * indent_of(text[start : line_end(text, start)])
        return Place(index, start, start, f"{indent}# joblint: ignore[", f"]{self.tail.text()}\n")

    def edit(self, place: Place, names: str) -> Edit | None:
        """A comment as an edit of the file; None where the file around the document does not let it be written."""
        document = self.layout.documents[place.document]
        try:
            return edit.outer(document, Patch(place.start, place.end, f"{place.before}{names}{place.after}"))
        except Impossible:
            return None

    def text(self) -> str:
        """The text with all comments."""
        edits = [self.edit(place, ", ".join(sorted(rules))) for place, rules in self.places.items()]
        return apply(self.source.text, [Fix(True, "", tuple(sorted(one for one in edits if one is not None)))])


def _inner(document: Document, outer: int) -> int:
    """The offset in a document of the first character that stands at or behind an offset of the file."""
    if document.block is None:
        return max(0, min(outer - document.base, len(document.text)))
    return bisect_left(range(len(document.text)), outer, key=document.outer)


def _identity(finding: Finding) -> _Identity:
    about = finding.object.document if finding.object else -1
    return finding.rule, finding.effect, finding.field, finding.message, about


def _without(findings: list[Finding], others: list[Finding]) -> list[Finding]:
    gone = {id(finding) for finding in others}
    return [finding for finding in findings if id(finding) not in gone]


def _changed(before: Source, after: Source) -> set[int]:
    """The places of the documents whose values are others now; all of them where there are more or fewer."""
    old, new = documents(before), documents(after)
    if len(old) != len(new):
        return set(range(len(old)))
    return {i for i, (one, other) in enumerate(zip(old, new, strict=True)) if _values(one) != _values(other)}


def _values(document: Document) -> Sequence[object]:
    """All that a document holds, in order, without where it stands; the text where it cannot be read."""
    if not document.may_hold_job:
        return ["text", document.text]
    found: list[object] = []
    todo: list[Node | None] = [document.root]
    while todo:
        node = todo.pop()
        if isinstance(node, Scalar):
            found += (node.style, node.text)
        elif isinstance(node, Mapping):
            found.append(len(node.entries))
            todo += [part for entry in node.entries for part in (entry.key, entry.value)]
        elif isinstance(node, Items):
            found.append((len(node.items),))
            todo += node.items
        else:
            found.append(document.text[node.start : node.end] if isinstance(node, Alias) else None)
    document.forget()
    return found
