"""Values that stand in several places: behind an anchor."""

from joblint.cure import Add, Delete, Move, Operation, Put, Quote, Rename, Write
from joblint.edit.text import Impossible
from joblint.tree import Alias, Mapping, Node, Sequence, target


def check(root: Node | None, operations: tuple[Operation, ...]) -> None:
    """Raises Impossible where an operation would change a value that is used elsewhere too, through an alias."""
    spans = [(node.start, node.end) for node in _aliased(root)] if root is not None else []
    if any(a <= at < b for operation in operations for at in _places(operation) for a, b in spans):
        raise Impossible


def _aliased(root: Node) -> list[Node]:
    """The nodes that an alias leads to."""
    found, todo = [], [root]
    while todo:
        node = todo.pop()
        if isinstance(node, Alias):
            found.append(target(node))
        elif isinstance(node, Mapping):
            todo.extend(entry.value for entry in node.entries)
        elif isinstance(node, Sequence):
            todo.extend(node.items)
    return found


def _places(operation: Operation) -> tuple[int, ...]:
    """Where an operation changes the text."""
    if isinstance(operation, Write):
        return (operation.start,)
    if isinstance(operation, Rename):
        return (operation.key.start,)
    if isinstance(operation, (Quote, Put)):
        return (operation.node.start,)
    if isinstance(operation, Add):
        return (operation.owner.start,)
    if isinstance(operation, Delete):
        return (operation.item.start,)
    assert isinstance(operation, Move)
    return operation.key.start, operation.to.start
