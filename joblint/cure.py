"""How a rule says what would cure its finding: operations on nodes, which become edits of the text where one is wanted.

    yield not_supported(policy, "...").cure("write `Never`", Put(policy.node, "Never"))

A cure is only a few tuples, so that a run that fixes nothing pays nothing for it; joblint/edit knows how to write.
"""

from typing import Any, NamedTuple

from joblint.tree import Node

Data = Any  # None, bool, int, str, and lists and dicts of them: what an operation writes anew


class Quote(NamedTuple):
    """Put a scalar in quotes, its text as it stands."""

    node: Node


class Put(NamedTuple):
    """Write `data` in the place of a node; a string keeps the node's quotes."""

    node: Node
    data: Data


class Write(NamedTuple):
    """Replace [start, end) of the document's text, inside a scalar, by `text` as it stands."""

    start: int
    end: int
    text: str


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


Operation = Quote | Put | Write | Rename | Add | Delete | Move


class Cure(NamedTuple):
    """What would cure a finding: `safe` where it is what the author plainly meant, in words, and as operations."""

    safe: bool
    message: str
    operations: tuple[Operation, ...]
