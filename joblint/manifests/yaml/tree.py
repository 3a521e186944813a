"""A document as a tree of nodes that know their span (made by parse.py).

A node's `start` and `end` are offsets (code points) into the text of its document, end exclusive. Nodes are never
changed after `parse` has returned them. An alias is a separate node that points at its target, so that both places are
known.
"""

from collections.abc import Iterator

from joblint.manifests.yaml.scalar import type_value

MAX_BYTES = 3 * 1024 * 1024  # staging/src/k8s.io/apiserver/pkg/server/config.go, MaxRequestBodyBytes, all minors
MAX_NODES = MAX_BYTES // 2  # a value and the comma after it need at least two bytes
QUOTE_IT = "put it in quotes"  # the hint for a value that YAML reads as something else


class Problem(Exception):
    """Why a document cannot be parsed: `message`, `offset` in the document's text, and a `hint` on how to fix it.

    `opened` is the start of what is not closed; `oversize` says that the document is too large to be sent, not that it
    is malformed. `unquoted` is the span of a value that could be parsed in double quotes.
    """

    unquoted: tuple[int, int] | None = None

    def __init__(self, message: str, offset: int, hint: str = "", oversize: bool = False, opened: int = -1) -> None:
        super().__init__(message)
        self.message, self.offset, self.hint, self.oversize, self.opened = message, offset, hint, oversize, opened


class Node:
    """A value in the text."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end


class Scalar(Node):
    """A scalar: `value` as Kubernetes' reader types it, `text` its content, `style` plain ``""`` or ``' " | >``."""

    __slots__ = ("style", "text", "value")

    def __init__(self, start: int, end: int, value: type_value, text: str, style: str) -> None:
        self.start, self.end, self.value, self.text, self.style = start, end, value, text, style


class Mapping(Node):
    """A mapping: its entries as written, including duplicates and merge keys; `flow` if it is written in braces."""

    __slots__ = ("entries", "flow")

    def __init__(self, start: int, end: int, flow: bool) -> None:
        self.start, self.end, self.flow = start, end, flow
        self.entries: list[Entry] = []


class Sequence(Node):
    """A sequence and its items; `flow` if it is written in brackets."""

    __slots__ = ("flow", "items")

    def __init__(self, start: int, end: int, flow: bool) -> None:
        self.start, self.end, self.flow = start, end, flow
        self.items: list[Node] = []


class Alias(Node):
    """An alias (`*name`) at the place of its use; `target` is the node with the anchor."""

    __slots__ = ("target",)

    def __init__(self, start: int, end: int, target: Node) -> None:
        self.start, self.end, self.target = start, end, target


class Entry:
    """One `key: value` of a mapping; `name` is the key as written in JSON, `merge` marks a merge key (`<<`)."""

    __slots__ = ("key", "merge", "name", "value")

    def __init__(self, name: str, key: Node, value: Node, merge: bool) -> None:
        self.name, self.key, self.value, self.merge = name, key, value, merge


def target(node: Node) -> Node:
    """Return the node itself, or the target of an alias."""
    while isinstance(node, Alias):
        node = node.target
    return node


def merged(mapping: Mapping) -> Iterator[tuple[Entry, Node | None]]:
    """Yield the entries in the order in which Kubernetes' reader sets them, with merge keys resolved.

    Of several entries with one name, the last takes precedence. Each comes with the merge value (usually an alias) that
    it came through, None for an entry of the mapping itself. Raises Problem if merges result in more than MAX_NODES.
    """
    budget = [MAX_NODES]
    yield from _merged(mapping, None, budget)


def _merged(mapping: Mapping, via: Node | None, budget: list[int]) -> Iterator[tuple[Entry, Node | None]]:
    for entry in mapping.entries:
        budget[0] -= 1
        if budget[0] < 0:
            raise Problem("merge keys result in too many entries", mapping.start, oversize=True)
        if not entry.merge:
            yield entry, via
            continue
        node = target(entry.value)
        # A list is walked backwards, because the first of its mappings takes precedence.
        parts = reversed(node.items) if isinstance(node, Sequence) else (entry.value,)
        for part in parts:
            inner = target(part)
            if isinstance(inner, Mapping):
                yield from _merged(inner, via or part, budget)


def json_size(root: Node, limit: int = MAX_BYTES) -> int:
    """Return the size in bytes of the compact JSON of `root`, aliases expanded; counting stops soon after `limit`."""
    sizes: dict[int, int] = {}
    stack: list[tuple[Node, bool]] = [(root, False)]
    while stack:
        node, ready = stack.pop()
        if id(node) in sizes:
            continue
        children = _children(node)
        if not ready and children:
            stack.append((node, True))
            stack.extend((c, False) for c in children)
        else:
            sizes[id(node)] = min(_own_size(node) + sum(sizes[id(c)] for c in children), limit + 1)
    return sizes[id(root)]


def _children(node: Node) -> list[Node]:
    if isinstance(node, Alias):
        return [node.target]
    if isinstance(node, Sequence):
        return node.items
    return [e.value for e in node.entries] if isinstance(node, Mapping) else []


def _own_size(node: Node) -> int:
    if isinstance(node, Scalar):
        return len(node.text.encode("utf-8", "surrogatepass")) + (2 if isinstance(node.value, str) else 0)
    if isinstance(node, Sequence):
        return 2 + max(0, len(node.items) - 1)
    return (
        2 + sum(len(e.name.encode("utf-8", "surrogatepass")) + 4 for e in node.entries)
        if isinstance(node, Mapping)
        else 0
    )
