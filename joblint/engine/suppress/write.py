"""The writing of comments that suppress findings into a file.

A comment is written at the end of the finding's line; above it if a scalar continues after the line; and for a script
in a block scalar at the first line of the scalar. If a comment already applies to that line, it gets the new names.
JSON has no comments, and a `\\` at the end of a line in a heredoc must remain the last character.

There is no I/O: the new text is made from a text and its findings.
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
from joblint.manifests.source import Source, indent_of
from joblint.manifests.yaml.tree import Alias, Mapping, Node, Scalar
from joblint.manifests.yaml.tree import Sequence as Items
from joblint.rule.cure import edit
from joblint.rule.cure.edit.text import Impossible, Patch, line_end, line_start
from joblint.rule.finding import Edit, Finding, Fix, identity

_ROUNDS = 3


class Added(NamedTuple):
    """The new text, the findings that it suppresses, and those for which no comment is possible."""

    text: str
    done: list[Finding]
    impossible: list[Finding]


class Tail(NamedTuple):
    """The part of a comment after the names: the last day on which it is valid, and the reason. Both may be empty."""

    until: str = ""
    reason: str = ""

    def text(self, bare: bool = True) -> str:
        """Return the text to write, without the reason if the comment has one."""
        dated = f" {expiry.WORD} {self.until}" if self.until else ""
        return dated + (f" {self.reason}" if self.reason and bare else "")


NO_TAIL = Tail()


class CommentPlace(NamedTuple):
    """The place of a comment: its span in a document of the file, and the text before and after the names.

    `words` are names that were there and are written again.
    """

    document: int
    start: int
    end: int
    before: str
    after: str
    words: tuple[str, ...] = ()


def add(source: Source, findings: Iterable[Finding], judge: Judge, tail: Tail = NO_TAIL) -> Added:
    """Write comments that suppress findings of a file, which `judge` returns for it.

    Findings about suppressions are not suppressed. A comment that would change a value of a document, or would have no
    effect, is not written.
    """
    return finish(adding(source, findings, tail), judge)


def adding(source: Source, findings: Iterable[Finding], tail: Tail = NO_TAIL) -> Steps[Added]:
    """Do the same in steps: each yielded text must be checked."""
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
        stuck = {identity(finding) for finding in (yield after)}
        good = [f for f, place in plan.chosen if place.document not in changed and identity(f) not in stuck]
        if len(good) == len(plan.chosen):
            return Added(after.text, good, _without(wanted, good))
        left = good
    return Added(source.text, [], wanted)


class _Plan:
    """The comments for one text. `chosen` are the findings for which there is a place, each with its place."""

    def __init__(self, source: Source, tail: Tail) -> None:
        self.source, self.tail = source, tail
        self.layout = Layout(source, documents(source), lambda document: manifests(document, document.index))
        self.there: dict[int, Suppression] = {}  # existing ones, by the line that they apply to
        for suppression in suppressions(self.layout):
            scope, line, _ = suppression.key
            if scope == LINE and not suppression.fault:
                self.there.setdefault(line, suppression)
        self.places: dict[CommentPlace, set[str]] = {}
        self.chosen: list[tuple[Finding, CommentPlace]] = []

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

    def candidates(self, finding: Finding, document: Document, index: int) -> Iterator[CommentPlace | None]:
        """Yield the possible places of a comment for a finding, the best first."""
        lines = dict.fromkeys((finding.line, self.layout.head(finding.line)))
        for line in lines:
            there = self.there.get(line)
            if there is not None and not set(there.words).isdisjoint(names(finding.rule, finding.effect)):
                yield self.in_place_of(there, document, index)
            elif there is not None and there.until == self.tail.until and not (there.bare and self.tail.reason):
                yield self.into_comment(there, document, index)
            else:
                yield self.at_line_end(line, document, index)
                yield self.on_line_above(line, document, index)

    def into_comment(self, there: Suppression, document: Document, index: int) -> CommentPlace | None:
        """Return the place after the names of an existing comment."""
        closing = self.source.text.find("]", there.start, there.end)
        if closing < 0 or there.document != document.index:
            return None
        at = _inner(document, closing)
        return CommentPlace(index, at, at, ", ", "")

    def in_place_of(self, there: Suppression, document: Document, index: int) -> CommentPlace | None:
        """Return the place of a comment that names the finding but has no effect: it expired, or gives no reason."""
        opening = self.source.text.find("[", there.start, there.dated)
        if opening < 0 or there.document != document.index:
            return None
        start, end = _inner(document, opening + 1), _inner(document, there.dated)
        return CommentPlace(index, start, end, "", "]" + self.tail.text(there.bare), there.words)

    def at_line_end(self, line: int, document: Document, index: int) -> CommentPlace | None:
        """Return the place at the end of a line, unless a scalar continues there that is not a block scalar's head."""
        text, start = document.text, _inner(document, self.source.offset(line, 1))
        end = start + len(text[start : line_end(text, start)].rstrip("\r\n"))
        outer = document.outer(end) if end < len(text) else len(self.source.text)
        scalar = self.layout.scalar(outer)
        if scalar is not None and scalar.start < outer:
            head = not scalar.quoted and self.source.text[scalar.start] in "|>"
            if not head or self.source.position(scalar.start)[0] != line:
                return None
        return CommentPlace(index, end, end, "  # joblint: ignore[", "]" + self.tail.text())

    def on_line_above(self, line: int, document: Document, index: int) -> CommentPlace | None:
        """Return the place for a new line above a line, if that is not inside a scalar."""
        if self.layout.head(line) != line:
            return None
        text, start = document.text, _inner(document, self.source.offset(line, 1))
        start = line_start(text, start)
        indent = " " * indent_of(text[start : line_end(text, start)])
        return CommentPlace(index, start, start, f"{indent}# joblint: ignore[", f"]{self.tail.text()}\n")

    def edit(self, place: CommentPlace, names: str) -> Edit | None:
        """Return a comment as an edit of the file, or None if the file around the document does not allow it."""
        document = self.layout.documents[place.document]
        try:
            return edit.outer(document, Patch(place.start, place.end, f"{place.before}{names}{place.after}"))
        except Impossible:
            return None

    def text(self) -> str:
        """Return the text with all comments."""
        edits = [self.edit(place, ", ".join(sorted(rules))) for place, rules in self.places.items()]
        return apply(self.source.text, [Fix(True, "", tuple(sorted(one for one in edits if one is not None)))])


def _inner(document: Document, outer: int) -> int:
    """Return the offset in a document of the first character at or after an offset of the file."""
    if document.block is None:
        return max(0, min(outer - document.base, len(document.text)))
    return bisect_left(range(len(document.text)), outer, key=document.outer)


def _without(findings: list[Finding], others: list[Finding]) -> list[Finding]:
    gone = {id(finding) for finding in others}
    return [finding for finding in findings if id(finding) not in gone]


def _changed(before: Source, after: Source) -> set[int]:
    """Return the indexes of documents whose values have changed, or all if the number of documents has changed."""
    old, new = documents(before), documents(after)
    if len(old) != len(new):
        return set(range(len(old)))
    return {i for i, (one, other) in enumerate(zip(old, new, strict=True)) if _values(one) != _values(other)}


def _values(document: Document) -> Sequence[object]:
    """Return all values of a document in order, without their places, or the text if it cannot be read."""
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
