"""The YAML parser: builds a tree of nodes from libyaml's events.

libyaml's peculiarities are handled here: the end of a block collection is at the next token (it is moved back to the
end of its last child), and time is quadratic in flow depth (`MAX_DEPTH` stops that while events are read). libyaml's
own depth limit, added in 0.2.6, is never reported, so that the answers do not depend on the release of libyaml. If
libyaml and Kubernetes' own reader differ (`{a: x:}`, `\\/`, `?` in brackets), Kubernetes' reader is followed.
"""

import re
from collections.abc import Callable
from itertools import islice
from typing import Any

from joblint.manifests.source import BOM
from joblint.manifests.yaml.keys import key_text
from joblint.manifests.yaml.scalar import BadTag, resolve
from joblint.manifests.yaml.tree import (
    MAX_BYTES,
    MAX_NODES,
    Alias,
    Entry,
    Mapping,
    Node,
    Problem,
    Scalar,
    Sequence,
    target,
)

MAX_DEPTH = 500  # a Job needs about 20; only `managedFields` can nest at will
_TOO_DEEP = "maximum nesting depth"  # libyaml from 0.2.6 on
_BRACKETS = r"[\[\]{}]"
_STARTS = ("MappingStartEvent", "SequenceStartEvent")
_ENDS = ("MappingEndEvent", "SequenceEndEvent")
_COLONS = 16
_MERGE = "tag:yaml.org,2002:merge"
_PRIVATE = (range(0xE000, 0xF900), range(0xF0000, 0xFFFFE))  # characters that replace others


def parse(text: str, json: bool | None = None) -> Node | None:
    """Return the root of the one document in `text`; None if it is empty (only comments).

    What follows the document's end (`...`) is ignored, as in Kubernetes. `json`: whether the text is JSON, which has
    escapes that YAML does not have; None: it is JSON if it starts with a brace.
    Raises Problem if the document cannot be parsed.
    """
    if json is None:
        json = text.lstrip().startswith("{")
    marks = _Marks(text)
    readable = text.replace(BOM, marks.bom) if BOM in text else text
    if json and "\\u" in text:
        readable = _join_surrogates(readable, marks.fill)
    for _ in range(_COLONS):
        try:
            return _Builder(text, readable, json, marks).build()
        except Problem:
            raise
        except Exception as raised:  # yaml's errors, and its UnicodeEncodeError for lone surrogates
            error = _first_error(raised, readable, lambda head: _Builder(text, head, json, marks).build())
            offset = _stray_colon(error)
            if offset is None:
                from joblint.manifests.yaml.problems import explain

                raise explain(error, text) from None
            readable = readable[:offset] + marks.colon + readable[offset + 1 :]
    raise Problem("too many values that end in `:` inside brackets", readable.index(marks.colon), "put them in quotes")


class _Marks:
    """Characters that are not in a text, to replace those that libyaml reads differently from Kubernetes' reader.

    They replace a colon that libyaml rejects, a gap, and U+FEFF, which is an ordinary character to Kubernetes' reader.
    """

    __slots__ = ("_found", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._found: tuple[str, str, str] | None = None

    @property
    def all(self) -> tuple[str, str, str]:
        """Return all three; they are chosen once, when first needed."""
        if self._found is None:
            used = set(self.text)
            free = [*islice((chr(c) for private in _PRIVATE for c in private if chr(c) not in used), 3)]
            if len(free) < 3:
                raise Problem("too many different private-use characters", 0)
            self._found = (free[0], free[1], free[2])
        return self._found

    @property
    def colon(self) -> str:
        return self.all[0]

    @property
    def fill(self) -> str:
        return self.all[1]

    @property
    def bom(self) -> str:
        return self.all[2]

    def restored(self, text: str) -> str:
        """Return a text of the document as it was written."""
        colon, fill, bom = self.all
        return text.replace(colon, ":").replace(fill, "").replace(bom, BOM)


def _join_surrogates(text: str, fill: str) -> str:
    """Replace JSON's pairs of escapes for one character (`\\ud83d\\ude00`) by libyaml's form, of the same length."""

    def join(pair: re.Match[str]) -> str:
        code = 0x10000 + (int(pair[1], 16) - 0xD800 << 10) + int(pair[2], 16) - 0xDC00
        return f"\\U{code:08x}{fill * 2}"

    return re.sub(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})", join, text)


def _stray_colon(error: Exception) -> int | None:
    """Return where libyaml rejects a colon as in `{a: x:}`, which Kubernetes' reader reads as the text `x:`."""
    mark = getattr(error, "problem_mark", None)
    return mark.index if mark is not None and "unexpected ':'" in str(getattr(error, "problem", "")) else None


def _first_error(error: Exception, readable: str, build: Callable[[str], object]) -> Exception:
    """Return the error to report for one of libyaml's, whose scanner reads up to 1,024 characters past the last event.

    From 0.2.6 on the scanner stops at depth 1,000. So the text is parsed again up to the first bracket that is too
    deep: an earlier error takes precedence. Raises Problem if `MAX_DEPTH` is exceeded there.
    """
    mark = getattr(error, "problem_mark", None)
    if mark is None or readable.count("[", 0, mark.index) + readable.count("{", 0, mark.index) <= MAX_DEPTH:
        return error
    offset = _find_too_deep(readable, mark.index)
    if offset is None:
        if _TOO_DEEP in str(getattr(error, "problem", "")):
            raise _nested(mark.index)
        return error
    try:
        build(readable[: offset + 1])
    except Problem:
        raise
    except Exception as earlier:
        place = getattr(earlier, "problem_mark", None)
        if place is not None and place.index < offset:
            return earlier
    raise _nested(offset)


def _find_too_deep(readable: str, end: int) -> int | None:
    """Return where `MAX_DEPTH` is exceeded between libyaml's last event and its error at `end`; None if it is not."""
    start, depth = _read_events(readable)
    for bracket in re.compile(_BRACKETS).finditer(readable, start, end):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > MAX_DEPTH:
            return bracket.start()
    return None


def _read_events(readable: str) -> tuple[int, int]:
    """Return where the last event before libyaml's error ends, and how many collections are open there."""
    from yaml.cyaml import CParser  # type: ignore[attr-defined]

    end = depth = 0
    parser: Any = CParser(readable)
    try:
        while (event := parser.get_event()) is not None:
            name = type(event).__name__
            depth += (name in _STARTS) - (name in _ENDS)
            end = event.end_mark.index
    except Exception:  # this error is already known
        pass
    return end, depth


def _nested(offset: int) -> Problem:
    return Problem(f"the object is nested more than {MAX_DEPTH} levels deep", offset)


def _no_key(text: str, offset: int) -> Problem:
    return Problem(f"`{text}` cannot be a key, because it is not a string", offset, "quote it")


class _Builder:
    """Turns libyaml's events into nodes, without recursion."""

    __slots__ = (
        "anchors", "count", "escapes", "infinite", "marks", "merges", "open", "parser", "pending", "root", "text",
    )  # fmt: skip

    def __init__(self, text: str, readable: str, json: bool, marks: _Marks) -> None:
        from yaml.cyaml import CParser  # type: ignore[attr-defined]

        self.text = text
        self.parser = CParser(readable)
        self.marks = None if readable is text else marks
        self.escapes = "\\/" in text and not json
        self.anchors: dict[str, Node | None] = {}
        self.open: list[tuple[Mapping | Sequence, Node | None, str | None]] = []
        self.merges: set[int] = set()  # the ids of scalars that are merge keys where they are keys
        self.pending: Node | None = None  # a key that waits for its value
        self.infinite = False  # whether there is a number that JSON cannot hold
        self.root: Node | None = None
        self.count = 0

    def build(self) -> Node | None:
        get_event = self.parser.get_event
        while (event := get_event()) is not None:
            name = type(event).__name__
            if name == "ScalarEvent":
                self._add(self._scalar(event), event)
            elif name in _STARTS:
                self._start(event, Mapping if name == "MappingStartEvent" else Sequence)
            elif name in _ENDS:
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
        if self.marks is not None:
            text = self.marks.restored(text)
        if not event.style:
            self._check_plain(text, start)
            if not (text or tag or event.anchor):
                self._check_key()
        elif self.escapes and event.style == '"' and "\\/" in self.text[start:end].replace("\\\\", ""):
            raise Problem("`\\/` is not a valid escape", start, "write `/` without a backslash")
        try:
            value = resolve(text, tag) if event.implicit[0] or tag else text
        except BadTag as error:
            raise Problem(str(error), start) from None
        if isinstance(value, float) and value - value != 0:
            self.infinite = True
        scalar = Scalar(start, end, value, text, event.style or "")
        if text == "<<" and (event.implicit[0] or tag == _MERGE):
            self.merges.add(id(scalar))
        return scalar

    def _check_plain(self, text: str, start: int) -> None:
        if "?" in text and self.open and self.open[-1][0].flow:
            raise Problem("Kubernetes ends an unquoted value inside brackets at `?`", start, "put it in quotes")

    def _check_key(self) -> None:
        """Reject `[? ]` before its end, because libyaml up to 0.2.5 loses the bracket and continues the list."""
        node = self.open[-1][0] if self.open else None
        if not isinstance(node, Mapping) or not node.flow or node.entries or self.pending is not None:
            return
        if self.text.startswith("?", node.start):
            raise _no_key("~", node.end)

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
            raise _nested(start)
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
            message = f"the object is larger than the {MAX_BYTES} bytes that the API server reads"
            raise Problem(message, 0, oversize=True)
        parent = self.open[-1][0] if self.open else None
        if isinstance(parent, Mapping) and self.pending is None:
            self.pending = node
            return
        if self.infinite:
            _check_number(node)
        if parent is None:
            self.root = node
        elif isinstance(parent, Sequence):
            parent.items.append(node)
        elif self.pending is not None:
            key, self.pending = self.pending, None
            parent.entries.append(self._entry(key, node))

    def _entry(self, key: Node, value: Node) -> Entry:
        scalar = target(key)
        if not isinstance(scalar, Scalar):
            if key.start and self.text.startswith("{{", key.start - 1):
                hint = "quote the value, or render the template first"
                raise Problem("YAML reads an unquoted `{{` as a mapping", key.start, hint)
            raise Problem("a mapping's key must be a scalar", key.start)
        name = key_text(scalar.value)
        if name is None:
            raise _no_key(scalar.text or "~", key.start)
        merge = id(key) in self.merges
        if merge:
            _check_merge(value)
        return Entry(name, key, value, merge)

    def _check_version(self, event: Any) -> None:
        if event.version and event.version != (1, 1):
            written = ".".join(map(str, event.version))
            raise Problem(f"Kubernetes only accepts YAML 1.1, not `%YAML {written}`", event.start_mark.index)


def _check_number(value: Node) -> None:
    """Check that a value is not an infinite number or NaN, which JSON only allows as a key. Raises Problem."""
    node = target(value)
    if isinstance(node, Scalar) and isinstance(node.value, float) and node.value - node.value != 0:
        raise Problem(f"JSON cannot represent the number `{node.text}`", value.start, "quote it if it is meant as text")


def _check_merge(value: Node) -> None:
    node = target(value)
    items = [target(i) for i in node.items] if isinstance(node, Sequence) and node is value else [node]
    if not all(isinstance(i, Mapping) for i in items):
        raise Problem("`<<` must be a mapping or a list of mappings", value.start)
