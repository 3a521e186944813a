"""How a rule says what would cure its finding: operations on nodes, which become edits of the text where one is wanted.

    yield not_supported(policy, "...").cure(*writing(policy, "Never"))

A cure is only a few tuples, so that a run that fixes nothing pays nothing for it; joblint/rule/cure/edit knows how to
write.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from joblint.manifests.yaml.tree import Mapping, Node

if TYPE_CHECKING:
    from joblint.rule.value import Value

Data = Any  # None, bool, int, str, and lists and dicts of them: what an operation writes anew


class Octal(int):
    """A file mode, which is written as an octal number; JSON has none, so there it is decimal."""


class Quote(NamedTuple):
    """Put a scalar in quotes, its text as it stands."""

    node: Node


class Put(NamedTuple):
    """Write `data` in the place of a scalar; a string keeps its quotes."""

    node: Node
    data: Data


class Write(NamedTuple):
    """Replace [start, end) of the document's text, inside a scalar, by `text` as it stands."""

    start: int
    end: int
    text: str


class Restyle(NamedTuple):
    """Write a folded block scalar (`>`) as a literal one (`|`): its lines stay lines."""

    node: Node


class Insert(NamedTuple):
    """Add strings to the list `owner`, each an item of its own: before `item`, or behind it."""

    owner: Node
    item: Node
    data: tuple[str, ...]
    behind: bool = False


class Cut(NamedTuple):
    """Take an item out of the list `owner`, and all that follow it. It is not the first, and none has a comment."""

    owner: Node
    item: Node


class Rename(NamedTuple):
    """Give a mapping's key another name."""

    key: Node
    name: str


class Add(NamedTuple):
    """Add a field to the mapping `owner`: behind the key `after`, before the key `before`, or at its end.

    `names` leads down from the owner; mappings on the way that are not there are made.
    """

    owner: Node
    names: tuple[str, ...]
    data: Data
    after: Node | None = None
    before: Node | None = None


class Delete(NamedTuple):
    """Take an entry (named by its key) out of the mapping `owner`, or an item out of a list."""

    owner: Node
    item: Node


class Move(NamedTuple):
    """Take an entry out of the mapping `owner` as it is written, comments and all, and put it where `names` lead.

    They lead down from the mapping `to`, the last one being the key that it gets there.
    """

    owner: Node
    key: Node
    to: Node
    names: tuple[str, ...]


class MoveItem(NamedTuple):
    """Take a mapping out of the list `owner` as it is written, comments and all, and put it at the end of another.

    That one is `name` in the mapping `to`, which is made if it is not there. The item gets the field `field` with it.
    """

    owner: Node
    item: Node
    to: Node
    name: str
    field: str
    data: Data


Operation = Quote | Put | Write | Restyle | Insert | Cut | Rename | Add | Delete | Move | MoveItem


class Cure(NamedTuple):
    """What would cure a finding: `safe` where it is what the author plainly meant, in words, and as operations.

    `where`: it is one only where this is true of every target minor; None: wherever the finding is made.
    """

    safe: bool
    message: str
    operations: tuple[Operation, ...]
    where: Callable[[Any], bool] | None = None  # takes Facts; a name in quotes would cost each run a millisecond


# -- what most cures are: the words, and the operation


def writing(value: "Value", data: Data) -> tuple[str, Put]:
    """Other data in a value's place."""
    return f"write `{_shown(data)}`", Put(value.node, data)


def adding(owner: "Value", name: str, data: Data, *, after: "Value | None" = None) -> tuple[str, Add]:
    """A field that is not there; `name` may be a path below `owner` (`template.spec`)."""
    behind = None if after is None else after.key
    return f"add `{name}: {_shown(data)}`", Add(owner.node, tuple(name.split(".")), data, after=behind)


def leaving_out(value: "Value") -> tuple[str, Delete]:
    """Without a field or element."""
    owner = value.parent
    assert owner is not None
    name = "it" if isinstance(value.step, int) else f"`{_shown(value.step)}`"
    return f"take {name} out", Delete(owner.node, value.key or value.node)


def leaving_none_out(value: "Value") -> tuple[str, Delete]:
    """Without a field, and without the mappings that it would leave empty."""
    whole = value
    while (owner := whole.parent) is not None and owner.key is not None and _is_alone(owner.node):
        whole = owner
    return leaving_out(value)[0], leaving_out(whole)[1]


def _is_alone(node: Node) -> bool:
    return isinstance(node, Mapping) and len(node.entries) == 1


def moving(value: "Value", to: "Value", *names: str) -> tuple[str, Move]:
    """A field moved, `names` below the struct `to`."""
    owner = value.parent
    assert owner is not None
    assert value.key is not None
    return to_place(".".join(filter(None, (to.path, *names)))), Move(owner.node, value.key, to.node, names)


def to_place(path: str) -> str:
    """What a cure says that moves a field."""
    return f"move it to `{path}`"


def renaming(key: Node, old: str, new: str) -> tuple[str, Rename]:
    """Another name for a key."""
    return f"rename `{_shown(old)}` to `{new}`", Rename(key, new)


def _shown(data: Data) -> str:
    from joblint.kube.names.names import short

    if isinstance(data, bool):
        return str(data).lower()
    return short(str(data))
