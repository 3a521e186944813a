"""YAML to a tree of nodes that know their span, from libyaml's events.

A node's `start` and `end` are offsets (code points) into the text of its document, end exclusive. Nodes are never
changed once `parse` has returned them. An alias is a node of its own that points at its target, so a walk sees both
places.

libyaml's traps are dealt with here: the end of a block collection lies at the next token (it is moved back to the end
of its last child), and time is quadratic in flow depth (`MAX_DEPTH` stops it while the events come).
"""

import re
from collections.abc import Iterator
from typing import Any

from joblint.scalar import BadTag, key_text, resolve, type_value

MAX_DEPTH = 500  # a Job needs about 20; only `managedFields` can nest at will
MAX_BYTES = 3 * 1024 * 1024  # staging/src/k8s.io/apiserver/pkg/server/config.go, MaxRequestBodyBytes, all minors
MAX_NODES = MAX_BYTES // 2  # a value and the comma after it take two bytes at the least
_COLONS = 16
_COLON, _FILL = "\uf8ff", "\uf8fe"  # private characters: a colon that libyaml refuses, and one that fills a gap


class Problem(Exception):
    """Why a document cannot be read: `message`, `offset` in the document's text, and a `hint` where the cause is known.

    `opened` is where the thing starts that has no end; `oversize` says that the document is too large to be sent, not
    that it is malformed.
    """

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
    """A mapping: its entries as written, duplicates, merge keys and all; `flow` where it is written in braces."""

    __slots__ = ("entries", "flow")

    def __init__(self, start: int, end: int, flow: bool) -> None:
        self.start, self.end, self.flow = start, end, flow
        self.entries: list[Entry] = []


class Sequence(Node):
    """A sequence and its items; `flow` where it is written in brackets."""

    __slots__ = ("flow", "items")

    def __init__(self, start: int, end: int, flow: bool) -> None:
        self.start, self.end, self.flow = start, end, flow
        self.items: list[Node] = []


class Alias(Node):
    """`*name`: the place of the use; `target` is the node behind the anchor."""

    __slots__ = ("target",)

    def __init__(self, start: int, end: int, target: Node) -> None:
        self.start, self.end, self.target = start, end, target


class Entry:
    """One `key: value` of a mapping; `name` is the key as it stands in JSON, `merge` marks a merge key (`<<`)."""

    __slots__ = ("key", "merge", "name", "value")

    def __init__(self, name: str, key: Node, value: Node, merge: bool) -> None:
        self.name, self.key, self.value, self.merge = name, key, value, merge


def target(node: Node) -> Node:
    """The node itself, or what an alias stands for."""
    while isinstance(node, Alias):
        node = node.target
    return node


def parse(text: str) -> Node | None:
    """The root of the one document in `text`; None where it holds none (nothing but comments).

    What follows the document's end (`...`) is not read, as Kubernetes does not read it either.
    Raises Problem where the document cannot be read.
    """
    from joblint.problems import explain

    readable = _join_surrogates(text) if "\\u" in text and text.lstrip().startswith("{") else text
    for _ in range(_COLONS):
        try:
            return _Builder(text, readable).build()
        except Problem:
            raise
        except Exception as error:  # yaml's errors, and its UnicodeEncodeError for lone surrogates
            offset = _stray_colon(error)
            if offset is None:
                raise explain(error, text) from None
            readable = readable[:offset] + _COLON + readable[offset + 1 :]
    raise Problem("too many values that end in `:` inside brackets", readable.index(_COLON), "put them in quotes")


def _join_surrogates(text: str) -> str:
    """JSON's pairs of escapes for one character (`\\ud83d\\ude00`) as libyaml takes them, of the same length."""

    def join(pair: re.Match[str]) -> str:
        code = 0x10000 + (int(pair[1], 16) - 0xD800 << 10) + int(pair[2], 16) - 0xDC00
        return f"\\U{code:08x}{_FILL * 2}"

    return re.sub(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})", join, text)


def _stray_colon(error: Exception) -> int | None:
    """Where libyaml stumbles over `{a: x:}`, which Kubernetes' reader takes for the text `x:`."""
    mark = getattr(error, "problem_mark", None)
    return mark.index if mark is not None and "unexpected ':'" in str(getattr(error, "problem", "")) else None


class _Builder:
    """Turns libyaml's events into nodes, without recursion."""

    __slots__ = ("anchors", "count", "escapes", "open", "parser", "pending", "root", "text")

    def __init__(self, text: str, readable: str) -> None:
        from yaml.cyaml import CParser  # type: ignore[attr-defined]

        self.text = text
        self.parser = CParser(readable)
        self.escapes = "\\/" in text and not text.lstrip().startswith("{")
        self.anchors: dict[str, Node | None] = {}
        self.open: list[tuple[Mapping | Sequence, Node | None, str | None]] = []
        self.pending: Node | None = None  # a key that waits for its value
        self.root: Node | None = None
        self.count = 0

    def build(self) -> Node | None:
        get_event = self.parser.get_event
        while (event := get_event()) is not None:
            name = type(event).__name__
            if name == "ScalarEvent":
                self._add(self._scalar(event), event)
            elif name == "MappingStartEvent" or name == "SequenceStartEvent":
                self._start(event, Mapping if name == "MappingStartEvent" else Sequence)
            elif name == "MappingEndEvent" or name == "SequenceEndEvent":
                self._end(event)
            elif name == "AliasEvent":
                self._add(self._alias(event), event)
            elif name == "DocumentStartEvent":
                self._check_version(event)
            elif name == "DocumentEndEvent":
                break
        return self.root

    def _scalar(self, event: Any) -> Scalar:
        text: str = event.value
        start, end = event.start_mark.index, event.end_mark.index
        tag: str | None = event.tag
        if _COLON in text or _FILL in text:
            text = text.replace(_COLON, ":").replace(_FILL, "")
        if not event.style:
            self._check_plain(text, start)
        elif self.escapes and event.style == '"' and "\\/" in self.text[start:end].replace("\\\\", ""):
            raise Problem("found unknown escape character `\\/`", start, "write `/` alone")
        try:
            value = resolve(text, tag) if event.implicit[0] or tag else text
        except BadTag as error:
            raise Problem(str(error), start) from None
        if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
            raise Problem(f"`{text}` is a number that JSON cannot hold", start, "quote it if it is meant as text")
        return Scalar(start, end, value, text, event.style or "")

    def _check_plain(self, text: str, start: int) -> None:
        if "?" in text and self.open and self.open[-1][0].flow:
            raise Problem("`?` inside brackets ends a plain value for Kubernetes' reader", start, "put it in quotes")

    def _alias(self, event: Any) -> Alias:
        start, end = event.start_mark.index, event.end_mark.index
        if event.anchor not in self.anchors:
            raise Problem(f"the alias `*{event.anchor}` has no anchor `&{event.anchor}` before it", start)
        node = self.anchors[event.anchor]
        if node is None:
            raise Problem(f"the anchor `&{event.anchor}` contains itself", start)
        return Alias(start, end, node)

    def _start(self, event: Any, kind: type[Mapping] | type[Sequence]) -> None:
        start = event.start_mark.index
        if len(self.open) >= MAX_DEPTH:
            raise Problem(f"nested more than {MAX_DEPTH} levels deep", start)
        node = kind(start, event.end_mark.index, event.flow_style)
        if event.anchor:
            self.anchors[event.anchor] = None
        self.open.append((node, self.pending, event.anchor))
        self.pending = None

    def _end(self, event: Any) -> None:
        node, pending, anchor = self.open.pop()
        if node.flow:
            node.end = event.end_mark.index
        elif isinstance(node, Mapping):
            node.end = node.entries[-1].value.end if node.entries else node.start
        else:
            node.end = max(node.end, node.items[-1].end) if node.items else node.end
        self.pending = pending
        if anchor:
            self.anchors[anchor] = node
        self._put(node)

    def _add(self, node: Node, event: Any) -> None:
        if event.anchor and not isinstance(node, Alias):
            self.anchors[event.anchor] = node
        self._put(node)

    def _put(self, node: Node) -> None:
        self.count += 1
        if self.count > MAX_NODES:
            raise Problem(f"more than the {MAX_BYTES} bytes that the API server reads", 0, oversize=True)
        if not self.open:
            self.root = node
            return
        parent = self.open[-1][0]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif self.pending is None:
            self.pending = node
        else:
            key, self.pending = self.pending, None
            parent.entries.append(self._entry(key, node))

    def _entry(self, key: Node, value: Node) -> Entry:
        scalar = target(key)
        if not isinstance(scalar, Scalar):
            hint = "`{{` outside quotes is a mapping to YAML; quote it" if self.text.startswith("{", key.start) else ""
            raise Problem("a mapping's key must be a scalar", key.start, hint)
        name = key_text(scalar.value)
        if name is None:
            raise Problem(f"`{scalar.text or '~'}` cannot be a key: it is no string", key.start, "quote it")
        merge = name == "<<" and scalar is key and scalar.style == ""
        if merge:
            _check_merge(value)
        return Entry(name, key, value, merge)

    def _check_version(self, event: Any) -> None:
        if event.version and event.version != (1, 1):
            written = ".".join(map(str, event.version))
            raise Problem(f"Kubernetes reads YAML 1.1 only, and refuses `%YAML {written}`", event.start_mark.index)


def _check_merge(value: Node) -> None:
    node = target(value)
    items = [target(i) for i in node.items] if isinstance(node, Sequence) and node is value else [node]
    if not all(isinstance(i, Mapping) for i in items):
        raise Problem("`<<` takes a mapping or a list of mappings", value.start)


def merged(mapping: Mapping) -> Iterator[tuple[Entry, Node | None]]:
    """The entries in the order in which Kubernetes' reader sets them, merge keys resolved; a later one wins.

    With each the merge value (an alias, as a rule) through which it came, None for an entry of the mapping itself.
    Bounded by MAX_NODES: raises Problem where merges multiply beyond it.
    """
    budget = [MAX_NODES]
    yield from _merged(mapping, None, budget)


def _merged(mapping: Mapping, via: Node | None, budget: list[int]) -> Iterator[tuple[Entry, Node | None]]:
    for entry in mapping.entries:
        budget[0] -= 1
        if budget[0] < 0:
            raise Problem("merge keys that multiply without end", mapping.start, oversize=True)
        if not entry.merge:
            yield entry, via
            continue
        node = target(entry.value)
        # A list is walked backwards: of its mappings the earlier one wins.
        parts = reversed(node.items) if isinstance(node, Sequence) else (entry.value,)
        for part in parts:
            inner = target(part)
            if isinstance(inner, Mapping):
                yield from _merged(inner, via or part, budget)


def json_size(root: Node, limit: int = MAX_BYTES) -> int:
    """Bytes of the compact JSON of `root`, aliases expanded; counting stops soon after `limit`."""
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
