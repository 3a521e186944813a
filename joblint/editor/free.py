"""Find what could be written at an offset: a key of which type, a value of which field, an element of which list.

The column of the first word on a line decides what it belongs to, whatever is below; after a key or in brackets the
tree does. Nothing can be written inside comments and scalars of several lines.
"""

import re
from collections.abc import Sequence as Items

from joblint.editor.brackets import inside
from joblint.editor.brackets import place as brackets
from joblint.editor.place import (
    ITEM,
    KEY,
    VALUE,
    Base,
    Place,
    Step,
    base,
    child_type,
    entry_before,
    is_struct,
    last_before,
)
from joblint.manifests.document import Document
from joblint.manifests.yaml.tree import Entry, Mapping, Node, Scalar, Sequence

_HEAD = r"[ ]*(?P<dashes>(?:-[ ]+)*)(?P<word>[\"']?[\w./-]*)\Z"
_TAIL = r"[\w./-]*[\"']?"
_LONGEST = 400  # characters of a line before the cursor that are read


def free(document: Document, offset: int, minors: Items[int]) -> Place | None:
    """Return the place for something new at an offset of the document; None if there is none in a Job or CronJob."""
    found = base(document, offset)
    if found is None:
        return None
    return Search(document, offset, minors, found).place()


class Search:
    """The search for one place: `line` is where the cursor's line begins, `word` where the word at the cursor begins.

    `dash` is the offset of a dash before the word, -1 if there is none; `first`: nothing else is before the word on its
    line.
    """

    def __init__(self, document: Document, offset: int, minors: Items[int], found: Base) -> None:
        self.document, self.text, self.offset, self.minors, self.base = document, document.text, offset, minors, found
        self.line = self.text.rfind("\n", 0, offset) + 1
        head = re.match(_HEAD, self.text[self.line : offset]) if offset - self.line <= _LONGEST else None
        self.first = head is not None
        self.word = self.line + head.start("word") if head else offset
        self.dash = self.line + head.start("dashes") if head and head["dashes"] else -1
        if head and head["dashes"].count("-") > 1:  # a list in a list: Kubernetes has no such type
            self.first = False
        tail = re.compile(_TAIL).match(self.text, offset)
        self.word_end = tail.end() if tail else offset

    def column(self, at: int) -> int:
        """Return the column of an offset, from 0."""
        return at - (self.text.rfind("\n", 0, at) + 1)

    def place(self) -> Place | None:
        """Return the place, found by walking down from the object."""
        node: Node = self.base.node
        type_, steps = self.base.type, self.base.steps
        if self.first and self.in_scalar(node):
            return None
        while True:
            if getattr(node, "flow", False):
                return brackets(self, node, type_, steps)
            if isinstance(node, Mapping):
                found = self.below_mapping(node, type_, steps) if self.first else self.after_key(node, type_, steps)
            elif isinstance(node, Sequence):
                found = self.below_list(node, type_, steps)
            else:
                return None
            if found is None or isinstance(found, Place):
                return found
            node, type_, steps = found

    def in_scalar(self, node: Node) -> bool:
        """Check whether the cursor is inside a scalar that began on a line above."""
        while isinstance(node, (Mapping, Sequence)):
            inner = self._nearest(node)
            if inner is None or not inner.start <= self.offset <= inner.end or getattr(inner, "flow", False):
                return False
            node = inner
        if not isinstance(node, Scalar) or node.start >= self.line:
            return False
        return self.offset <= node.start + len(self.text[node.start : node.end].rstrip())

    def _nearest(self, node: Mapping | Sequence) -> Node | None:
        if isinstance(node, Sequence):
            return last_before(node.items, self.offset)
        entry = entry_before(node, self.offset)
        return entry.value if entry else None

    # -- the first word of a line: its column decides

    def below_mapping(
        self, node: Mapping, type_: str, steps: tuple[Step, ...]
    ) -> Place | tuple[Node, str, tuple[Step, ...]] | None:
        """Return the place of a key in a block mapping, or the value to continue in."""
        start = self.word if self.dash < 0 else self.dash
        column, own = start - self.line, self.column(node.entries[0].key.start)
        if self.dash < 0 and column == own:
            return self.key(type_, steps, node)
        entry = entry_before(node, self.line - 1)
        if column < own or entry is None:
            return None
        below = (*steps, Step(type_, entry.name))
        value, inner = entry.value, child_type(type_, entry.name, self.minors)
        if not isinstance(value, Scalar):
            return value, inner, below
        if value.start < value.end and value.start < self.line:
            return None
        return self.new(inner, below, column > own, entry)

    def below_list(
        self, node: Sequence, type_: str, steps: tuple[Step, ...]
    ) -> Place | tuple[Node, str, tuple[Step, ...]] | None:
        """Return the place of an element in a block list, or the element to continue in."""
        own, inner = self.column(node.start), type_[2:]
        if not type_.startswith("[]"):
            return None
        if self.first and self.dash >= 0 and self.dash - self.line == own:
            below = (*steps, Step(type_, sum(item.start < self.dash for item in node.items)))
            return self.element(inner, below, next((item for item in node.items if item.start >= self.dash), None))
        start = self.word if self.dash < 0 else self.dash
        if self.first and start - self.line == own:
            return self.made(ITEM, inner, steps, owner=node, column=own)
        item = last_before(node.items, self.line - 1 if self.first else self.offset)
        if item is None or (self.first and start - self.line < own):
            return None
        below = (*steps, Step(type_, node.items.index(item)))
        if not isinstance(item, Scalar):
            return item, inner, below
        if not self.first:
            return self.scalar(inner, below, None, item)
        empty = item.start == item.end or item.start >= self.line
        return self.new(inner, below, True, None) if empty else None

    def new(self, type_: str, steps: tuple[Step, ...], deeper: bool, entry: Entry | None) -> Place | None:
        """Return the place for a missing value on its own line; `deeper`: it is indented further than its key."""
        if not type_:
            return None
        if type_.startswith("[]"):
            if self.dash >= 0:
                return self.element(type_[2:], (*steps, Step(type_, 0)), None)
            return self.made(ITEM, type_[2:], steps, column=self.word - self.line) if deeper else None
        if self.dash >= 0 or not deeper:
            return None
        if is_struct(type_) or type_.startswith("{}"):
            return self.key(type_, steps, None)
        return self.made(VALUE, type_, steps, entry=entry)

    def element(self, type_: str, steps: tuple[Step, ...], node: Node | None) -> Place | None:
        """Return the place after a dash; `node` is what is already there."""
        if is_struct(type_):
            return self.key(type_, steps, node)
        return self.made(VALUE, type_, steps, node=node) if type_ and type_[0] not in "[{" else None

    def key(self, type_: str, steps: tuple[Step, ...], node: Node | None) -> Place | None:
        """Return the place of a key in a block mapping."""
        owner = node if isinstance(node, Mapping) and not node.flow else None
        entry = entry_before(owner, self.word) if owner else None
        if entry is not None and not entry.key.start <= self.word <= entry.key.end:
            entry = None
        if entry is None and self.text[self.word_end : self._line_end()].strip()[:1] not in ("", "#"):
            return None
        return self.made(KEY, type_, steps, owner=owner, entry=entry, column=self.word - self.line)

    def _line_end(self) -> int:
        end = self.text.find("\n", self.offset)
        return len(self.text) if end < 0 else end

    def made(
        self,
        what: str,
        type_: str,
        steps: tuple[Step, ...],
        *,
        owner: Node | None = None,
        entry: Entry | None = None,
        node: Node | None = None,
        column: int = 0,
        flow: bool = False,
        span: tuple[int, int] | None = None,
    ) -> Place:
        """Return a place with the word at the cursor, or with `span`."""
        start, end = span or (self.word, self.word_end)
        manifest = self.base.manifest
        return Place(self.document, manifest, steps, type_, what, start, end, owner, entry, node, column, flow)

    # -- after a key

    def after_key(
        self, node: Mapping, type_: str, steps: tuple[Step, ...]
    ) -> Place | tuple[Node, str, tuple[Step, ...]] | None:
        """Return the place of a value after its key on the cursor's line, or the value to continue in."""
        entry = entry_before(node, self.offset)
        if entry is None or self.offset <= entry.key.end:
            return None
        below, inner = (*steps, Step(type_, entry.name)), child_type(type_, entry.name, self.minors)
        value = entry.value
        if isinstance(value, (Mapping, Sequence)):
            there = value.start <= self.offset and (not value.flow or inside(self.text, value, self.offset))
            return (value, inner, below) if there else None
        if entry.key.start < self.line or ":" not in self.text[entry.key.end : self.offset]:
            return None
        return self.scalar(inner, below, entry, value) if isinstance(value, Scalar) else None

    def scalar(self, type_: str, steps: tuple[Step, ...], entry: Entry | None, node: Scalar) -> Place | None:
        """Return the place of a scalar on the cursor's line, or the place for one if it is missing."""
        if not type_:
            return None
        there = node.start < node.end and node.start < self._line_end()
        if there and not (self.line <= node.start <= self.offset <= node.end and node.style not in ("|", ">")):
            return None
        if not there and "#" in self.text[entry.key.end if entry else self.line : self.offset]:
            return None
        span = (node.start, node.end) if there else (self.offset, self.offset)
        if there and "\n" in self.text[node.start : node.end]:
            return None
        return self.made(VALUE, type_, steps, entry=entry, node=node if there else None, span=span)
