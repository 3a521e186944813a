"""From nodes of a document to the values of JSON that Kubernetes' and kustomize's readers make of them."""

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

Change = Callable[[Node], Any]  # makes the value of a node


class Text:
    """A text that is read: a document of a file, or a document in a value of one.

    Its offsets count from `base` in the source; those of a text in a value (`whole` is False) are all told as `base`.
    """

    def __init__(self, source: Source, text: str, base: int = 0, whole: bool = True) -> None:
        self.source, self.text, self.base, self.whole = source, text, base, whole

    def refuse(self, at: Node | int, message: str) -> RenderError:
        """An error that tells where its cause is."""
        offset = at if isinstance(at, int) else at.start
        return refusal(self.source, self.offset(offset), message)

    def offset(self, at: int) -> int:
        """An offset of this text as one of the source."""
        return self.base + at if self.whole else self.base

    def root(self) -> Node | None:
        """The root of the first document, which is all that is read of a kustomization. Raises RenderError."""
        try:
            root = parse(self.text)
        except Problem as problem:
            raise self.refuse(problem.offset, problem.message) from None
        if root is not None and json_size(root) > MAX_BYTES:
            raise self.refuse(0, "its values are too large")
        return None if root is None else target(root)

    def inner(self, node: Node, text: str) -> "list[Text]":
        """The documents of a value."""
        return [Text(self.source, one, self.offset(node.start), whole=False) for one, _ in _pieces(self.source, text)]

    # -- values

    def plain(self, node: Node, level: int = 0) -> Any:
        """The value of a node, as JSON has it. Raises RenderError where it is nested too deeply."""
        if level > _LEVELS:
            raise self.refuse(node, f"nested more than {_LEVELS} levels deep")
        node = target(node)
        if isinstance(node, Scalar):
            return node.value
        if isinstance(node, Sequence):
            return [self.plain(item, level + 1) for item in node.items]
        assert isinstance(node, Mapping)
        return {entry.name: self.plain(entry.value, level + 1) for entry, _ in merged(node)}

    def changed(self, node: Node, changes: dict[str, Change]) -> Any:
        """The value of a mapping, with the values of some fields made by `changes`; of any other node its plain value.

        Field names are compared as Go's JSON decoder does it: in any case. They come out as `changes` has them.
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

    def each(self, change: Change) -> Change:
        """What makes the value of a list, with its items made by `change`; of any other node the plain value."""

        def value(node: Node) -> Any:
            found = target(node)
            return [change(item) for item in found.items] if isinstance(found, Sequence) else self.plain(found)

        return value


def texts(source: Source) -> list[Text]:
    """The documents of a file."""
    return [Text(source, text, base) for text, base in _pieces(source, source.text)]


def _pieces(source: Source, text: str) -> Iterator[tuple[str, int]]:
    """The documents of a text, and where they begin: all of them, not only those that Jobs are looked for in."""
    for one in split(source, text):
        if one.problem is None or not begins_as_json(text):
            yield one.text, one.base
        else:  # kubectl stops after some JSON objects
            yield from ((more.text, one.base + more.base) for more in split(source, one.text))


def named(name: str, known: dict[str, Change]) -> str:
    """A field's name as it is known; itself where it is not."""
    if name in known:
        return name
    folded = name.casefold()
    return next((one for one in known if one.casefold() == folded), name)


def string(node: Node) -> str | None:
    """The value of a string; None for any other node."""
    node = target(node)
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else None
