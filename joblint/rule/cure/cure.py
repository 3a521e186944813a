"""How a rule describes the fix of its finding: as operations on nodes, which become edits of the text if needed.

    yield not_supported(policy, "...").cure_by(writing(policy, "Never"))

A Cure is only a few tuples, so that it costs nothing in a run that fixes nothing; joblint/rule/cure/edit turns it into
edits.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from joblint.manifests.yaml.tree import Mapping, Node, Scalar

if TYPE_CHECKING:
    from joblint.rule.value import Value

Data = Any  # what an operation writes: None, bool, int, str, and lists and dicts of these


class Octal(int):
    """A file mode, written as an octal number; in JSON, which has no octal numbers, as a decimal one."""


class Quote(NamedTuple):
    """Put a scalar in quotes without changing its text."""

    node: Node


class Put(NamedTuple):
    """Replace a scalar by `data`; a string keeps its quotes."""

    node: Node
    data: Data


class Write(NamedTuple):
    """Replace [start, end) of the document's text, inside a scalar, by `text` without any quoting."""

    start: int
    end: int
    text: str


class Restyle(NamedTuple):
    """Turn a folded block scalar (`>`) into a literal one (`|`), which keeps its lines."""

    node: Node


class Insert(NamedTuple):
    """Add strings to the list `owner` as separate items, before `item` or after it."""

    owner: Node
    item: Node
    data: tuple[str, ...]
    behind: bool = False


class Cut(NamedTuple):
    """Remove an item and all that follow it from the list `owner`. It must not be the first, and none has a comment."""

    owner: Node
    item: Node


class Rename(NamedTuple):
    """Rename a mapping's key."""

    key: Node
    name: str


class Add(NamedTuple):
    """Add a field to the mapping `owner`: after the key `after`, before the key `before`, or at its end.

    `names` is the path from the owner; missing mappings on that path are created.
    """

    owner: Node
    names: tuple[str, ...]
    data: Data
    after: Node | None = None
    before: Node | None = None


class Delete(NamedTuple):
    """Remove an entry (given by its key) from the mapping `owner`, or an item from a list."""

    owner: Node
    item: Node


class Move(NamedTuple):
    """Move an entry of the mapping `owner` as it is written, with its comments, to the path `names`.

    The path starts at the mapping `to`, and its last name is the new key.
    """

    owner: Node
    key: Node
    to: Node
    names: tuple[str, ...]


class MoveItem(NamedTuple):
    """Move a mapping in the list `owner` as it is written, with its comments, to the end of another list.

    That list is `name` in the mapping `to`, and is created if it is missing. The field `field` is added to the item.
    """

    owner: Node
    item: Node
    to: Node
    name: str
    field: str
    data: Data


Operation = Quote | Put | Write | Restyle | Insert | Cut | Rename | Add | Delete | Move | MoveItem


class Cure(NamedTuple):
    """The fix of a finding, in words and as operations; `safe` if it is plainly what the author meant.

    `where`: it is only valid if this is true of every target minor; None: it is always valid.
    """

    safe: bool
    message: str
    operations: tuple[Operation, ...]
    where: Callable[[Any], bool] | None = None  # takes Facts; a name in quotes would cost each run a millisecond


# -- the words and the operations of most fixes


def writing(value: "Value", data: Data) -> tuple[str, Put]:
    """Return the fix that replaces a value by other data."""
    return f"write `{_shown(data)}`", Put(value.node, data)


def writing_octal(value: "Value", digits: str) -> tuple[str, "Operation"]:
    """Return the fix that writes a file mode in octal; JSON has no octal numbers."""
    key, owner = value.key, value.parent
    in_braces = owner is not None and isinstance(owner.node, Mapping) and owner.node.flow
    if in_braces and isinstance(key, Scalar) and key.style == '"':
        return writing(value, int(digits, 8))
    return f"write `0{digits}`", Write(value.node.start, value.node.end, f"0{digits}")


def adding(owner: "Value", name: str, data: Data, *, after: "Value | None" = None) -> tuple[str, Add]:
    """Return the fix that adds a missing field; `name` may be a path below `owner` (`template.spec`)."""
    behind = None if after is None else after.key
    return f"add `{name}: {_shown(data)}`", Add(owner.node, tuple(name.split(".")), data, after=behind)


def leaving_out(value: "Value") -> tuple[str, Delete]:
    """Return the fix that removes a field or element."""
    owner = value.parent
    assert owner is not None
    name = "this entry" if isinstance(value.step, int) else f"`{_shown(value.step)}`"
    return f"remove {name}", Delete(owner.node, value.key or value.node)


def leaving_none_out(value: "Value") -> tuple[str, Delete]:
    """Return the fix that removes a field, and the mappings that would then be empty."""
    whole = value
    while (owner := whole.parent) is not None and owner.key is not None and _is_alone(owner.node):
        whole = owner
    return leaving_out(value)[0], leaving_out(whole)[1]


def _is_alone(node: Node) -> bool:
    return isinstance(node, Mapping) and len(node.entries) == 1


def moving(value: "Value", to: "Value", *names: str) -> tuple[str, Move]:
    """Return the fix that moves a field to the path `names` below the struct `to`."""
    owner = value.parent
    assert owner is not None
    assert value.key is not None
    return to_place(".".join(filter(None, (to.path, *names)))), Move(owner.node, value.key, to.node, names)


def to_place(path: str) -> str:
    """Return the words of a fix that moves a field."""
    return f"move it to `{path}`"


def renaming(key: Node, old: str, new: str) -> tuple[str, Rename]:
    """Return the fix that renames a key."""
    return f"rename `{_shown(old)}` to `{new}`", Rename(key, new)


def _shown(data: Data) -> str:
    from joblint.kube.names.names import short

    if isinstance(data, bool):
        return str(data).lower()
    return short(str(data))
