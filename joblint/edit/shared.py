"""Values that stand in several places: behind an anchor."""

from collections.abc import Iterator

from joblint.cure import Add, Cut, Delete, Insert, Move, MoveItem, Operation, Put, Quote, Rename, Restyle, Write
from joblint.edit.text import Impossible
from joblint.tree import Alias, Mapping, Node, Sequence, target


def check(root: Node | None, operations: tuple[Operation, ...]) -> None:
    """Raises Impossible where an operation would change a value that is used elsewhere too, through an alias.

    Also where it would take an anchor away from its alias, or move an alias, perhaps to before its anchor.
    """
    if root is None:
        return
    aliases = _aliases(root)
    anchored = [target(alias) for alias in aliases]
    for operation in operations:
        places, (start, end) = _places(operation), _taken(operation)
        moved = [] if isinstance(operation, Delete) else aliases
        inside = any(node.start <= at < node.end for at in places for node in anchored)
        if inside or any(start <= node.start < end for node in (*anchored, *moved)):
            raise Impossible


def _aliases(root: Node) -> list[Alias]:
    found, todo = [], [root]
    while todo:
        node = todo.pop()
        if isinstance(node, Alias):
            found.append(node)
        elif isinstance(node, Mapping):
            todo.extend(part for entry in node.entries for part in (entry.key, entry.value))
        elif isinstance(node, Sequence):
            todo.extend(node.items)
    return found


def _taken(operation: Operation) -> tuple[int, int]:
    """What an operation takes out of its place."""
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
    """Where a mapping begins, and those that names lead to."""
    yield node.start
    for name in names:
        inner = next((entry.value for entry in getattr(node, "entries", ()) if entry.name == name), None)
        if inner is None:
            return
        node = inner
        yield node.start


def _places(operation: Operation) -> tuple[int, ...]:
    """Where an operation changes the text."""
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
