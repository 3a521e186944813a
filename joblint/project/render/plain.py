"""Turn the nodes of a document into JSON values, as Kubernetes and kustomize read them."""

from collections.abc import Callable, Iterator
from typing import Any

from joblint.manifests.document import split
from joblint.manifests.source import Source
from joblint.manifests.stream import begins_as_json
from joblint.manifests.yaml.parse import parse
from joblint.manifests.yaml.tree import MAX_BYTES, Mapping, Node, Problem, Scalar, Sequence, json_size, merged, target
from joblint.project.render.bounds import refusal
from joblint.project.render.contained import RenderError

_LEVELS = 100  # a kustomization needs about 8

MakeValue = Callable[[Node], Any]  # returns the value to write for a node


class Text:
    """The text of a document: one in a file, or one inside a value.

    Its offsets count from `base` in the source; for a text in a value (`whole` is False) all are reported as `base`.
    """

    def __init__(self, source: Source, text: str, base: int = 0, whole: bool = True) -> None:
        self.source, self.text, self.base, self.whole = source, text, base, whole

    def refuse(self, at: Node | int, message: str) -> RenderError:
        """Return an error with the place of its cause."""
        offset = at if isinstance(at, int) else at.start
        return refusal(self.source, self.offset(offset), message)

    def offset(self, at: int) -> int:
        """Return the offset in the source of an offset in this text."""
        return self.base + at if self.whole else self.base

    def root(self) -> Node | None:
        """Return the root of the first document, the only one read in a kustomization. Raises RenderError."""
        try:
            root = parse(self.text)
        except Problem as problem:
            raise self.refuse(problem.offset, problem.message) from None
        if root is not None and json_size(root) > MAX_BYTES:
            raise self.refuse(0, "its values are too large")
        return None if root is None else target(root)

    def inner(self, node: Node, text: str) -> "list[Text]":
        """Return the documents in a value."""
        return [Text(self.source, one, self.offset(node.start), whole=False) for one, _ in _pieces(self.source, text)]

    # -- values

    def plain(self, node: Node, level: int = 0) -> Any:
        """Return the value of a node as JSON. Raises RenderError if it is nested too deeply."""
        if level > _LEVELS:
            raise self.refuse(node, f"nested more than {_LEVELS} levels deep")
        node = target(node)
        if isinstance(node, Scalar):
            return node.value
        if isinstance(node, Sequence):
            return [self.plain(item, level + 1) for item in node.items]
        assert isinstance(node, Mapping)
        return {entry.name: self.plain(entry.value, level + 1) for entry, _ in merged(node)}

    def changed(self, node: Node, changes: dict[str, MakeValue]) -> Any:
        """Return the value of a mapping, with some values made by `changes`; for any other node, its plain value.

        Field names are compared without case, as in Go's JSON decoder, and returned as they are in `changes`.
        """
        node = target(node)
        if not isinstance(node, Mapping):
            return self.plain(node)
        made = {}
        for entry, _ in merged(node):
            name = named(entry.name, changes)
            change = changes.get(name)
            made[name] = self.plain(entry.value, 1) if change is None else change(entry.value)
        return made

    def each(self, change: MakeValue) -> MakeValue:
        """Return a function that applies `change` to each item of a list, and returns other nodes' plain value."""

        def value(node: Node) -> Any:
            found = target(node)
            return [change(item) for item in found.items] if isinstance(found, Sequence) else self.plain(found)

        return value


def texts(source: Source) -> list[Text]:
    """Return the documents of a file."""
    return [Text(source, text, base) for text, base in _pieces(source, source.text)]


def _pieces(source: Source, text: str) -> Iterator[tuple[str, int]]:
    """Yield all documents of a text, not only those searched for Jobs, with the offset where each begins."""
    for one in split(source, text):
        if one.problem is None or not begins_as_json(text):
            yield one.text, one.base
        else:  # kubectl stops after some JSON objects
            yield from ((more.text, one.base + more.base) for more in split(source, one.text))


def named(name: str, known: dict[str, MakeValue]) -> str:
    """Return a field's name in its known spelling; unchanged if it is unknown."""
    if name in known:
        return name
    folded = name.casefold()
    return next((one for one in known if one.casefold() == folded), name)


def string(node: Node) -> str | None:
    """Return the value of a string; None for any other node."""
    node = target(node)
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else None
