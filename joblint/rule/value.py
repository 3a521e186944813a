"""A manifest's values as Kubernetes decodes them; each knows its node, its type and its path.

A check reads values through the typed accessors (`text`, `integer`, `flag`, `items`, `get`). If a value is opaque (a
shell or a template fills it in later, or it has the wrong type, which is already reported), they raise `Opaque`, and
the engine silently ends that check. So no check judges what it cannot see, and none needs to handle that.
"""

from collections.abc import Iterator
from typing import Any, Final, NoReturn

from joblint.manifests.yaml.tree import Node


class Opaque(Exception):
    """A check has read a value that the file does not show."""


class _Hidden:
    __slots__ = ()

    def __getitem__(self, name: str | int) -> NoReturn:
        raise Opaque


HIDDEN: Final = _Hidden()


class OpenDict(dict[str, "Value"]):
    """The entries of a struct or map that may have others, which the file does not show.

    Whoever asks for one that is not there, or for all of them, gets to know those that are there, and then Opaque.
    """

    def get(self, name: str, default: Any = None) -> Any:
        """An entry. Raises Opaque where it is not there to be seen."""
        if name not in self:
            raise Opaque
        return dict.get(self, name)

    def __getitem__(self, name: str) -> "Value":
        if not dict.__contains__(self, name):
            raise Opaque
        return dict.__getitem__(self, name)

    def __contains__(self, name: object) -> bool:
        if dict.__contains__(self, name):
            return True
        raise Opaque

    def __iter__(self) -> "Iterator[str]":
        yield from dict.__iter__(self)
        raise Opaque

    def items(self) -> Any:
        """The entries that are there, and then Opaque."""
        yield from dict.items(self)
        raise Opaque

    def keys(self) -> Any:
        """The names that are there, and then Opaque."""
        return iter(self)

    def values(self) -> Any:
        """The values that are there, and then Opaque."""
        yield from dict.values(self)
        raise Opaque

    def copy(self) -> "OpenDict":
        """Another one with the same entries."""
        return OpenDict(dict.items(self))

    def __or__(self, other: Any) -> Any:
        return OpenDict(dict.__or__(self, other))

    def __ror__(self, other: Any) -> Any:
        return OpenDict(dict.__ror__(self, other))

    def __len__(self) -> int:
        raise Opaque

    def __bool__(self) -> bool:
        if any(True for _ in dict.keys(self)):
            return True
        raise Opaque


class OpenList(list["Value"]):
    """The elements of a list that may have others, which the file does not show. See OpenDict."""

    def __iter__(self) -> "Iterator[Value]":
        yield from list.__iter__(self)
        raise Opaque

    def __getitem__(self, at: Any) -> Any:
        found = list.__getitem__(self, at)
        if not isinstance(at, slice):
            if at < 0:  # the last one that is there need not be the last one
                raise Opaque
            return found
        whole = at.stop is None or at.stop < 0 or at.stop > list.__len__(self)
        return OpenList(found) if whole else found

    def __add__(self, other: Any) -> Any:
        return OpenList(list.__add__(self, other))

    def __radd__(self, other: Any) -> Any:
        return OpenList(list.__add__(other, self))

    def __contains__(self, value: object) -> bool:
        if list.__contains__(self, value):
            return True
        raise Opaque

    def __reversed__(self) -> "Iterator[Value]":
        raise Opaque

    def __len__(self) -> int:
        raise Opaque

    def __bool__(self) -> bool:
        for _ in list.__iter__(self):
            return True
        raise Opaque


class Value:
    """One decoded value.

    `type` is the type expression (`JobSpec`, `[]Container`, `int32`; see kube/minors). `data` is a dict of Values
    (struct or map: only what is known, not null, and not dropped), a list of Values, or a Python scalar; HIDDEN if it
    is opaque. `node` is where the value is written, `key` the key's node (None in a list and at the root), `use` the
    alias or merge key through which it came, if any.
    """

    __slots__ = ("data", "key", "node", "parent", "step", "type", "use")

    def __init__(
        self, type_: str, node: Node, key: Node | None, parent: "Value | None", step: str | int, data: Any
    ) -> None:
        self.type, self.node, self.key, self.parent, self.step, self.data = type_, node, key, parent, step, data
        self.use: Node | None = None

    # -- its place

    @property
    def path(self) -> str:
        """Return the API server's path of this value: `spec.template.spec.containers[0].image`."""
        if self.parent is None:
            return ""
        return self.parent.child_path(self.step)

    def child_path(self, step: str | int) -> str:
        """Return the path of a child, present or not."""
        above = self.path
        if isinstance(step, int) or self.type.startswith("{}"):
            return f"{above}[{step}]"
        return f"{above}.{step}" if above else step

    def up(self, type_: str) -> "Value | None":
        """Return the nearest ancestor of a type; None if there is none."""
        value = self.parent
        while value is not None and value.type != type_:
            value = value.parent
        return value

    @property
    def used(self) -> Node | None:
        """Return the alias or merge key through which this value or its nearest ancestor with one came, or None."""
        value: Value | None = self
        while value is not None and value.use is None:
            value = value.parent
        return value.use if value is not None else None

    @property
    def opaque(self) -> bool:
        """Return whether the file does not show what it is."""
        return self.data is HIDDEN

    # -- its data

    def has(self, name: str) -> bool:
        """Return whether a field is set: written, not null, not unknown, not dropped; an opaque field counts.

        Raises Opaque if this value itself is opaque.
        """
        data = self.data
        if data is HIDDEN:
            raise Opaque
        return isinstance(data, dict) and name in data

    def shows(self, name: str) -> bool:
        """Return whether the manifest shows a field. Raises nothing."""
        return isinstance(self.data, dict) and dict.__contains__(self.data, name)

    def get(self, name: str) -> "Value | None":
        """Return a field's Value; None if it is absent. Raises Opaque if this value is opaque or may have it."""
        data = self.data
        if data is HIDDEN:
            raise Opaque
        child: Value | None = data.get(name) if isinstance(data, dict) else None
        return child

    def at(self, *names: str) -> "Value | None":
        """Return the Value at a path of fields; None if one of them is absent. Raises Opaque."""
        value: Value | None = self
        for name in names:
            if value is None:
                return None
            value = value.get(name)
        return value

    def scalar(self) -> Any:
        """Return the Python value of this scalar. Raises Opaque."""
        if self.data is HIDDEN:
            raise Opaque
        return self.data

    def text(self, name: str, default: str = "") -> str:
        """Return a string field; `default` if it is absent. Raises Opaque."""
        child = self.get(name)
        return default if child is None else str(child.scalar())

    def integer(self, name: str) -> int | None:
        """Return an integer field; None if it is absent. Raises Opaque."""
        child = self.get(name)
        return None if child is None else int(child.scalar())

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a boolean field; `default` if it is absent. Raises Opaque."""
        child = self.get(name)
        return default if child is None else bool(child.scalar())

    def items(self, name: str) -> "list[Value]":
        """Return the elements of a list field; empty if it is absent. Raises Opaque."""
        child = self.get(name)
        return [] if child is None else child.elements()

    def elements(self) -> "list[Value]":
        """Return the elements of this list. Raises Opaque."""
        found: list[Value] = self.scalar()
        return found

    def entries(self, name: str) -> "dict[str, Value]":
        """Return the entries of a map field; empty if it is absent. Raises Opaque."""
        child = self.get(name)
        return {} if child is None else child.scalar().copy()

    def shown(self, name: str) -> Any:
        """The data of a field; None where it is absent, or where the file does not show it. Raises nothing."""
        child = dict.get(self.data, name) if isinstance(self.data, dict) else None
        return None if child is None or child.data is HIDDEN else child.data

    def strings(self, name: str) -> list[str]:
        """Return the elements of a list of strings; empty if it is absent. Raises Opaque."""
        return [str(i.scalar()) for i in self.items(name)]

    def walk(self) -> "Iterator[Value]":
        """Yield this value and all values below it, in the order of the file; an opaque value has none below it."""
        stack = [self]
        while stack:
            value = stack.pop()
            yield value
            if isinstance(value.data, dict):
                stack.extend(reversed(dict.values(value.data)))
            elif isinstance(value.data, list):
                stack.extend([*list.__iter__(value.data)][::-1])
