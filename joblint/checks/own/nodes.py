"""Nodes of a card or a policy, as plain data and by their keys."""

from typing import Any

from joblint.checks.own.flaw import Wrong
from joblint.kube.names import names
from joblint.manifests.document import Document
from joblint.manifests.yaml.tree import Mapping, Node, Scalar, Sequence, target

Objects = list[tuple[Document, Mapping]]
_MAX_NODES = 1 << 20
_MAX_DEPTH = 100


def entries(mapping: Mapping) -> dict[str, Node]:
    """Return the values of a mapping by their keys, with aliases resolved. Raises Wrong if a key is set twice."""
    values: dict[str, Node] = {}
    for entry in mapping.entries:
        if entry.name in values:
            raise Wrong(entry.key, f"`{entry.name}` is set twice")
        values[entry.name] = target(entry.value)
    return values


def text(node: Node, name: str) -> str:
    """Return the value of a string that is not empty. Raises Wrong."""
    if not isinstance(node, Scalar) or not isinstance(node.value, str) or not node.value.strip():
        raise Wrong(node, f"`{name}` must be {_meant(node) or 'a non-empty string'}")
    return node.value


def _meant(node: Node) -> str:
    """Return how YAML reads a word without quotes that is not a string, such as `n` or `1.30`; else nothing."""
    if not isinstance(node, Scalar) or node.value is None or isinstance(node.value, str):
        return ""
    kind = "a boolean" if isinstance(node.value, bool) else "a number"
    return f"a string, but `{names.short(node.text)}` is {kind} to YAML: quote it"


def struct(node: Node | None, name: str) -> dict[str, Node]:
    """Return the entries of a mapping; none if it is absent or null. Raises Wrong."""
    if node is None or (isinstance(node, Scalar) and node.value is None):
        return {}
    if not isinstance(node, Mapping):
        raise Wrong(node, f"`{name}` must be a mapping")
    return entries(node)


def listed(node: Node | None, name: str) -> list[Node]:
    """Return the items of a list; none if it is absent or null. Raises Wrong."""
    if node is None or (isinstance(node, Scalar) and node.value is None):
        return []
    if not isinstance(node, Sequence):
        raise Wrong(node, f"`{name}` must be a list")
    return [target(item) for item in node.items]


def text_of(root: Mapping, name: str) -> str:
    """Return the text of a scalar below a mapping; empty if there is none."""
    node = next((target(entry.value) for entry in root.entries if entry.name == name), None)
    return node.text if isinstance(node, Scalar) else ""


def plain(node: Node) -> Any:
    """Return a node as plain data, with aliases resolved. Raises Wrong if it is nested without end."""
    return _plain(node, 0, [_MAX_NODES])


def _plain(node: Node, depth: int, room: list[int]) -> Any:
    node = target(node)
    room[0] -= 1
    if depth > _MAX_DEPTH or room[0] < 0:
        raise Wrong(node, "the value is nested too deeply, or is too large")
    if isinstance(node, Mapping):
        return {entry.name: _plain(entry.value, depth + 1, room) for entry in node.entries}
    if isinstance(node, Scalar):
        return node.value
    return [_plain(item, depth + 1, room) for item in node.items] if isinstance(node, Sequence) else None
