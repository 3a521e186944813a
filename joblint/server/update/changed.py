"""What differs between two objects, as the server's semantic equality sees it.

Quantities are equal by value, empty lists and maps are absent ones, and a zero is one too where Go cannot tell
(zero.py). Source: apimachinery pkg/api/equality/semantic.go, third_party/forked/golang/reflect/deep_equal.go.
"""

from collections.abc import Iterator
from typing import NamedTuple

from joblint.rule.value import Value
from joblint.server.update.zero import is_zero, parts


class Change(NamedTuple):
    """One place where two objects differ: the value on either side, None where there is none.

    `owner` is what holds it, or lacks it, on the new side.
    """

    old: Value | None
    new: Value | None
    owner: Value
    path: str


class Freedom(NamedTuple):
    """What may differ: `paths` of values, and `parts`, paths of structs whose absence is the same as an empty one."""

    paths: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()


NONE = Freedom()


def changes(
    old: Value | None, new: Value | None, owner: Value, step: str | int, free: Freedom = NONE
) -> Iterator[Change]:
    """The places below two values in which these differ for certain, in the order of the new side.

    `step` is where the values stand in `owner`. What is opaque on one side says nothing.
    """
    return _changes(old, new, owner, step, owner.child_path(step), free)


def _changes(
    old: Value | None, new: Value | None, owner: Value, step: str | int, path: str, free: Freedom
) -> Iterator[Change]:
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
            yield Change(old, new, owner, path)
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
        yield Change(old, new, owner, path)


def _items(old: Value, new: Value, path: str, free: Freedom) -> Iterator[Change]:
    """The changes of a list; where its length is another one, what has come or gone."""
    if len(old.data) == len(new.data):
        for i, (before, after) in enumerate(zip(old.data, new.data, strict=True)):
            yield from _changes(before, after, new, i, f"{path}[{i}]", free)
        return
    short = min(len(old.data), len(new.data))
    same = next((i for i in range(short) if any(_changes(old.data[i], new.data[i], new, i, "", NONE))), short)
    before = old.data[same] if len(old.data) > len(new.data) else None
    after = None if before is not None else new.data[same]
    yield Change(before, after, new, f"{path}[{same}]")
