"""Find the place for something new inside brackets, for free.py: in JSON, or in `{...}` and `[...]` in YAML."""

from collections.abc import Callable
from collections.abc import Sequence as Items
from typing import Protocol

from joblint.editor.place import ITEM, KEY, VALUE, Place, Step, child_type, entry_before, is_struct, last_before
from joblint.manifests.yaml.tree import Mapping, Node, Scalar, Sequence


class Search(Protocol):
    """The search for a place at `offset` in `text`, for some minors (free.py)."""

    text: str
    offset: int
    minors: Items[int]

    @property
    def made(self) -> Callable[..., Place]:
        """Make the place that was found (free.Search.made)."""


def place(search: Search, node: Node, type_: str, steps: tuple[Step, ...]) -> Place | None:
    """Return the place at the search's offset, which is in the collection `node`."""
    while True:
        if isinstance(node, Mapping):
            found = _in_braces(search, node, type_, steps)
        elif isinstance(node, Sequence):
            found = _in_list(search, node, type_, steps)
        else:
            return None
        if found is None or isinstance(found, Place):
            return found
        node, type_, steps = found


def inside(text: str, node: Node, offset: int) -> bool:
    """Check whether an offset is between the brackets of a collection."""
    return node.start < offset and (offset < node.end or (offset == node.end and text[node.end - 1] not in "]}"))


def _in_braces(
    search: Search, node: Mapping, type_: str, steps: tuple[Step, ...]
) -> Place | tuple[Node, str, tuple[Step, ...]] | None:
    text, offset = search.text, search.offset
    entry = entry_before(node, offset)
    if entry is None:
        return _new_key(search, node, type_, steps, node.start + 1)
    if offset <= entry.key.end:
        span = (entry.key.start, entry.key.end)
        if "\n" in text[span[0] : span[1]]:
            return None
        return search.made(KEY, type_, steps, owner=node, entry=entry, flow=True, span=span)
    below, inner = (*steps, Step(type_, entry.name)), child_type(type_, entry.name, search.minors)
    value = entry.value
    if value.start == value.end:
        between = text[entry.key.end : offset]
        if "," in between:
            return _new_key(search, node, type_, steps, offset - len(between.rpartition(",")[2]))
        if ":" not in between or "\n" in between:
            return None
        return search.made(VALUE, inner, below, entry=entry, flow=True, span=(offset, offset))
    if offset < value.start:
        return None
    if isinstance(value, Scalar):
        if offset <= value.end:
            return _value(search, inner, below, value)
    elif inside(text, value, offset):
        return value, inner, below
    return _after_comma(search, value, lambda start: _new_key(search, node, type_, steps, start))


def _in_list(
    search: Search, node: Sequence, type_: str, steps: tuple[Step, ...]
) -> Place | tuple[Node, str, tuple[Step, ...]] | None:
    if not type_.startswith("[]"):
        return None
    offset, inner = search.offset, type_[2:]
    item = last_before(node.items, offset)
    if item is None:
        return _new_item(search, inner, (*steps, Step(type_, 0)), node.start + 1)
    index = node.items.index(item)
    if isinstance(item, Scalar):
        if offset <= item.end:
            return _value(search, inner, (*steps, Step(type_, index)), item)
    elif inside(search.text, item, offset):
        return item, inner, (*steps, Step(type_, index))
    below = (*steps, Step(type_, index + 1))
    return _after_comma(search, item, lambda start: _new_item(search, inner, below, start))


def _value(search: Search, type_: str, steps: tuple[Step, ...], node: Scalar) -> Place | None:
    if is_struct(type_) or type_[:1] in ("", "[", "{") or "\n" in search.text[node.start : node.end]:
        return None
    return search.made(VALUE, type_, steps, node=node, flow=True, span=(node.start, node.end))


def _after_comma(search: Search, before: Node, make: Callable[[int], Place | None]) -> Place | None:
    """Return the place after an entry or element; None if no comma is there, so that no other can follow."""
    comma = search.text.find(",", before.end, search.offset)
    return None if comma < 0 else make(comma + 1)


def _new_key(search: Search, node: Mapping, type_: str, steps: tuple[Step, ...], start: int) -> Place | None:
    if search.text[start : search.offset].strip():
        return None
    return search.made(KEY, type_, steps, owner=node, flow=True, span=(search.offset, search.offset))


def _new_item(search: Search, type_: str, steps: tuple[Step, ...], start: int) -> Place | None:
    if search.text[start : search.offset].strip() or not type_ or type_[0] in "[{":
        return None
    what = ITEM if is_struct(type_) else VALUE
    return search.made(what, type_, steps, flow=True, span=(search.offset, search.offset))
