"""Differences between two objects, as the server's semantic equality sees them.

Quantities are equal by value. Empty lists and maps count as absent, and so do zeros that Go cannot tell from absent
values (zero.py). Source: apimachinery pkg/api/equality/semantic.go, third_party/forked/golang/reflect/deep_equal.go.
"""

from collections.abc import Iterator
from typing import NamedTuple

from joblint.rule.value import Value
from joblint.server.update.zero import is_zero, parts


class FieldChange(NamedTuple):
    """One difference between two objects: the value on either side, None if it is absent.

    `owner` is what holds it, or lacks it, on the new side.
    """

    old: Value | None
    new: Value | None
    owner: Value
    path: str


class Freedom(NamedTuple):
    """Differences that are allowed: `paths` of values, and `parts`, paths of structs that may be empty or absent."""

    paths: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()


NONE = Freedom()


def changes(
    old: Value | None, new: Value | None, owner: Value, step: str | int, free: Freedom = NONE
) -> Iterator[FieldChange]:
    """Yield the places below two values where they certainly differ, in the order of the new side.

    `step` leads from `owner` to the values. What is opaque on one side is not compared.
    """
    return _changes(old, new, owner, step, owner.child_path(step), free)


def _changes(
    old: Value | None, new: Value | None, owner: Value, step: str | int, path: str, free: Freedom
) -> Iterator[FieldChange]:
    old = None if old is None or is_zero(old) else old
    new = None if new is None or is_zero(new) else new
    if old is new is None or path in free.paths:
        return
    if (old is not None and old.opaque) or (new is not None and new.opaque):
        return
    some = new or old
    assert some is not None
    if old is None or new is None:
        always = step in parts(owner.type) or path in free.parts
        if not isinstance(some.data, dict) or not always:
            yield FieldChange(old, new, owner, path)
            return
    if isinstance(some.data, dict):
        befores, afters = ({} if side is None else side.data for side in (old, new))
        inner = owner if new is None else new
        for name in dict.fromkeys((*afters, *befores)):
            below = f"{path}[{name}]" if some.type[0] == "{" else f"{path}.{name}"
            yield from _changes(befores.get(name), afters.get(name), inner, name, below, free)
    elif old is not None and new is not None and isinstance(new.data, list):
        yield from _items(old, new, path, free)
    elif old is not None and new is not None and old.data != new.data:
        yield FieldChange(old, new, owner, path)


def _items(old: Value, new: Value, path: str, free: Freedom) -> Iterator[FieldChange]:
    """Yield the changes of a list; if its length has changed, the first element that was added or removed."""
    if len(old.data) == len(new.data):
        for i, (before, after) in enumerate(zip(old.data, new.data, strict=True)):
            yield from _changes(before, after, new, i, f"{path}[{i}]", free)
        return
    short = min(len(old.data), len(new.data))
    same = next((i for i in range(short) if any(_changes(old.data[i], new.data[i], new, i, "", NONE))), short)
    before = old.data[same] if len(old.data) > len(new.data) else None
    after = None if before is not None else new.data[same]
    yield FieldChange(before, after, new, f"{path}[{same}]")
