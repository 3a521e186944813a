"""Values that are used in several places, because they have an anchor."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from joblint.manifests.document import Document
from joblint.manifests.yaml.tree import Alias, Mapping, Node, Sequence, target
from joblint.rule.cure.cure import (
    Add,
    Cut,
    Delete,
    Insert,
    Move,
    MoveItem,
    Operation,
    Put,
    Quote,
    Rename,
    Restyle,
    Write,
)
from joblint.rule.cure.edit.text import Impossible


class Shared(NamedTuple):
    """The places of the targets of a document's aliases, as joined spans and as starts, and of the aliases."""

    spans: list[tuple[int, int]]
    anchored: list[int]
    aliases: list[int]

    def holds(self, at: int) -> bool:
        """Return whether a place is in the target of an alias."""
        index = bisect_right(self.spans, (at, at + 1)) - 1
        around = self.spans[max(index, 0) : index + 2]
        return any(start <= at < end for start, end in around)


def check_aliases(document: Document, operations: tuple[Operation, ...]) -> None:
    """Check that no operation changes a value that an alias also uses elsewhere. Raises Impossible.

    It must not remove an anchor that has an alias either, or move an alias, perhaps to a place before its anchor.
    """
    if document.root is None:
        return
    shared = document.once(_shared)
    for operation in operations:
        start, end = _taken(operation)
        moved = [] if isinstance(operation, Delete) else shared.aliases
        inside = any(map(shared.holds, _places(operation)))
        if inside or _any_between(shared.anchored, start, end) or _any_between(moved, start, end):
            raise Impossible


def _any_between(places: list[int], start: int, end: int) -> bool:
    return bisect_left(places, start) < bisect_left(places, end) if start < end else False


def _shared(root: Node) -> Shared:
    aliases: list[Node] = []
    todo = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, Alias):
            aliases.append(node)
        elif isinstance(node, Mapping):
            todo.extend(part for entry in node.entries for part in (entry.key, entry.value))
        elif isinstance(node, Sequence):
            todo.extend(node.items)
    anchored = {id(node): node for node in map(target, aliases)}.values()
    spans: list[tuple[int, int]] = []
    for start, end in sorted((node.start, node.end) for node in anchored):
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((start, end))
    return Shared(spans, sorted(node.start for node in anchored), sorted(node.start for node in aliases))


def _taken(operation: Operation) -> tuple[int, int]:
    """Return the span that an operation removes from its place."""
    if isinstance(operation, Cut):
        return operation.item.start, operation.owner.end
    if isinstance(operation, (Delete, MoveItem)):
        item = operation.item
    elif isinstance(operation, Move):
        item = operation.key
    else:
        return 0, 0
    values = [entry.value.end for entry in getattr(operation.owner, "entries", ()) if entry.key is item]
    return item.start, max(item.end, *values) if values else item.end


def _below(node: Node, names: tuple[str, ...]) -> Iterator[int]:
    """Yield where a mapping starts, and where the values at `names` below it start."""
    yield node.start
    for name in names:
        inner = next((entry.value for entry in getattr(node, "entries", ()) if entry.name == name), None)
        if inner is None:
            return
        node = inner
        yield node.start


def _places(operation: Operation) -> tuple[int, ...]:
    """Return the places at which an operation changes the text."""
    if isinstance(operation, Write):
        return (operation.start,)
    if isinstance(operation, Rename):
        return (operation.key.start,)
    if isinstance(operation, (Insert, Cut)):
        return (operation.owner.start,)
    if isinstance(operation, (Quote, Put, Restyle)):
        return (operation.node.start,)
    if isinstance(operation, Add):
        return tuple(_below(operation.owner, operation.names))
    if isinstance(operation, Delete):
        return (operation.item.start,)
    if isinstance(operation, MoveItem):
        return (operation.item.start, *_below(operation.to, (operation.name,)))
    assert isinstance(operation, Move)
    return (operation.key.start, *_below(operation.to, operation.names))
