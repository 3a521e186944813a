"""Nodes to typed values, as the API server's strict decoder reads them: unknown and duplicate fields, wrong types.

What it finds is yielded as reports; the values that come back hold only what a check may judge (value.py).
Sources: sigs.k8s.io/json (case-sensitive, strict), apimachinery pkg/runtime/serializer/json, pkg/api/resource (a
quantity that does not parse does not decode), pkg/util/intstr; null is the zero value everywhere.
"""

import re
from typing import Any

from joblint.facts import Facts
from joblint.kube.gotext import SPACE
from joblint.kube.quantity import QuantityError
from joblint.kube.quantity import parse as parse_quantity
from joblint.rule import Report
from joblint.server.unknown import unknown_field
from joblint.tree import Entry, Mapping, Node, Scalar, Sequence, merged, target
from joblint.value import HIDDEN, Value

MAX_FOUND = 100  # of an object; the server lists no more either: sigs.k8s.io/json, kubernetes_patch.go, saveStrictError
INT_RANGES = {"int32": (-(1 << 31), (1 << 31) - 1), "int64": (-(1 << 63), (1 << 63) - 1)}
# Text that is handed on as it is, where `${X}` is the container's own affair.
FREE_TEXT = frozenset(("command", "args", "value", "annotations"))
_SHELL_HOLE = re.compile(r"\$\{|\$[A-Z_]{2}")
# What Go's time package takes for RFC 3339: one digit of the hour will do, and a comma before the fraction.
_TIME = (
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01]?[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.,][0-9]+)?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-4]):(?:[0-5][0-9]|60))"
)


class Decoder:
    """Decodes one object for one minor.

    `found` holds (rule, Report) pairs, `by_type` every struct value by its type; `replaced` says whether some of them
    are no part of the object, because a key was set twice.
    """

    __slots__ = ("by_type", "facts", "found", "holes", "replaced", "text")

    def __init__(self, facts: Facts, text: str, holes: tuple[tuple[int, int], ...] = ()) -> None:
        self.facts, self.text, self.holes = facts, text, holes
        self.found: list[tuple[str, Report]] = []
        self.by_type: dict[str, list[Value]] = {}
        self.replaced = False

    def decode(self, node: Node, type_: str) -> Value:
        """The value of the object whose node this is."""
        return self._struct(node, type_, None, None, "")

    # -- by kind of type

    def _value(self, raw: Node, type_: str, key: Node | None, parent: Value, step: str | int) -> Value:
        node = target(raw)
        first = type_[0]
        if first == "[":
            value = self._list(node, type_, key, parent, step)
        elif first == "{":
            value = self._map(node, type_, key, parent, step)
        elif "A" <= first <= "Z" or first == "v":
            value = self._struct(node, type_, key, parent, step)
        else:
            value = self._scalar(node, type_, key, parent, step)
        if raw is not node:
            value.use = raw
        return value

    def _struct(self, node: Node, type_: str, key: Node | None, parent: Value | None, step: str | int) -> Value:
        value = Value(type_, node, key, parent, step, {})
        self.by_type.setdefault(type_, []).append(value)
        if not isinstance(node, Mapping):
            self._other_kind(value, "a mapping")
            return value
        facts = self.facts
        fields, data = facts.struct(type_), value.data
        seen: dict[str, Entry] = {}
        for entry, via in merged(node):
            name = entry.name
            known = fields.get(name)
            if name in seen:
                self._duplicate(value, entry, seen[name])
            elif known is None:
                self._unknown(value, entry)
            seen[name] = entry
            if known is None:
                continue
            facts.same &= known[1]
            if _is_null(entry.value):
                data.pop(name, None)
                continue
            child = data[name] = self._value(entry.value, known[0], entry.key, value, name)
            child.use = child.use or via
        return value

    def _map(self, node: Node, type_: str, key: Node | None, parent: Value, step: str | int) -> Value:
        value = Value(type_, node, key, parent, step, {})
        if not isinstance(node, Mapping):
            self._other_kind(value, "a mapping")
            return value
        inner = type_[2:]
        seen: dict[str, Entry] = {}
        for entry, via in merged(node):
            if entry.name in seen:
                self._duplicate(value, entry, seen[entry.name])
            seen[entry.name] = entry
            child = value.data[entry.name] = self._value(entry.value, inner, entry.key, value, entry.name)
            child.use = child.use or via
        return value

    def _list(self, node: Node, type_: str, key: Node | None, parent: Value, step: str | int) -> Value:
        value = Value(type_, node, key, parent, step, [])
        if not isinstance(node, Sequence):
            self._other_kind(value, "a list")
            return value
        inner = type_[2:]
        value.data = [self._value(item, inner, None, value, i) for i, item in enumerate(node.items)]
        return value

    def _scalar(self, node: Node, type_: str, key: Node | None, parent: Value, step: str | int) -> Value:
        value = Value(type_, node, key, parent, step, None)
        if type_ == "raw":
            value.data = HIDDEN
        elif not isinstance(node, Scalar):
            value.data = HIDDEN
            what = "a mapping" if isinstance(node, Mapping) else "a list"
            self._wrong(value, f"{_called(value)} must be {ARTICLES[type_]}, not {what}")
        elif self._is_hole(node, value):
            value.data = HIDDEN
        elif node.value is None:
            value.data = ZEROS[type_]
        else:
            self._convert(value, node)
        return value

    # -- scalars

    def _convert(self, value: Value, node: Scalar) -> None:
        type_, raw = value.type, node.value
        if type_ == "string":
            good = isinstance(raw, str)
        elif type_ == "boolean":
            good = isinstance(raw, bool)
        elif type_ in INT_RANGES:
            raw, good = _integer(raw, type_)
        elif type_ == "quantity" and not isinstance(raw, bool):
            self._quantity(value, node)
            return
        else:
            good = _other_scalar(type_, raw)
        value.data = raw if good else HIDDEN
        if not good:
            self._wrong(value, _wrong_scalar(value, node))

    def _quantity(self, value: Value, node: Scalar) -> None:
        raw = node.value
        text = raw.strip(SPACE) if isinstance(raw, str) else _json_number(raw)
        try:
            value.data = parse_quantity(text)
        except QuantityError as error:
            value.data = HIDDEN
            self._wrong(value, f"{_called(value)} is no quantity: {error}", "invalid-quantity")

    def _is_hole(self, node: Scalar, value: Value) -> bool:
        """Whether something else than Kubernetes fills the value in later."""
        text = node.text
        filled = ("{{" in text and not node.style) or ("$" in text and _SHELL_HOLE.search(text) is not None)
        if filled and not _free_text(value):
            return True
        return any(start < node.end and node.start < end for start, end in self.holes)

    # -- what is wrong

    def _wrong(self, value: Value, message: str, rule: str = "wrong-type") -> None:
        if len(self.found) >= MAX_FOUND:
            return
        report = Report("rejected", message, value.node, field=value.path, reason="Malformed", value=value)
        if not isinstance(value.node, Scalar) and value.key is not None:
            report.node = value.key
        self.found.append((rule, report))

    def _other_kind(self, value: Value, wanted: str) -> None:
        """A struct, map or list that is written as something else; a null one is empty."""
        node = value.node
        empty = isinstance(node, Scalar) and node.value is None
        if empty and value.type[0] != "[":
            return
        value.data = [] if empty else HIDDEN
        if empty or (isinstance(node, Scalar) and self._is_hole(node, value)):
            return
        if isinstance(node, Sequence):
            found = "a list"
        elif isinstance(node, Mapping):
            found = "a mapping"
        else:
            found = f"`{_short(getattr(node, 'text', ''))}`"
        self._wrong(value, f"{_called(value)} must be {wanted}, not {found}")

    def _unknown(self, parent: Value, entry: Entry) -> None:
        if len(self.found) < MAX_FOUND:
            self.found.append(("unknown-field", unknown_field(parent, entry, self)))

    def _duplicate(self, parent: Value, entry: Entry, first: Entry) -> None:
        if len(self.found) >= MAX_FOUND:
            return
        self.replaced = True
        message = f"`{entry.name}` is already set in this mapping; the API server refuses the second one"
        if entry.name in ("apiVersion", "kind") and parent.parent is None:
            message += ": is a line `---` missing between two objects?"
        # Kubernetes' reader names the line of the second value.
        node = target(entry.value)
        report = Report("rejected", message, node, field=parent.child_path(entry.name), reason="DuplicateField")
        report.related = ((first.key, "first set here"),)
        self.found.append(("duplicate-key", report))


ARTICLES = {
    "string": "a string",
    "boolean": "`true` or `false`",
    "int32": "a whole number",
    "int64": "a whole number",
    "number": "a number",
    "quantity": "a quantity",
    "intOrString": "a whole number or a string",
    "time": "a time such as 2024-01-31T12:00:00Z",
    "microTime": "a time such as 2024-01-31T12:00:00Z",
    "bytes": "base64 text",
}
ZEROS: dict[str, Any] = {"string": "", "boolean": False, "int32": 0, "int64": 0, "number": 0}
ZEROS |= dict.fromkeys(("quantity", "intOrString", "time", "microTime", "bytes"), HIDDEN)


def _is_null(raw: Node) -> bool:
    node = target(raw)
    return isinstance(node, Scalar) and node.value is None


def _integer(raw: Any, type_: str) -> tuple[Any, bool]:
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e21:  # JSON writes 1e3 as 1000
        raw = int(raw)
    low, high = INT_RANGES[type_]
    return raw, isinstance(raw, int) and not isinstance(raw, bool) and low <= raw <= high


def _other_scalar(type_: str, raw: Any) -> bool:
    if type_ == "intOrString":
        return isinstance(raw, str) or _integer(raw, "int32")[1]
    if type_ in ("time", "microTime"):
        return isinstance(raw, str) and bool(re.fullmatch(_TIME, raw))
    if type_ == "number":
        return isinstance(raw, (int, float)) and not isinstance(raw, bool)
    return type_ == "bytes" and isinstance(raw, str)


def _json_number(raw: Any) -> str:
    """A number as it stands in the JSON that the server reads."""
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e21:
        return str(int(raw))
    return repr(raw)


def _free_text(value: Value) -> bool:
    at: Value | None = value
    for _ in range(2):
        if at is not None and at.step in FREE_TEXT:
            return True
        at = at.parent if at is not None else None
    return False


def _called(value: Value) -> str:
    """A value's name in a message: its field's, or its list's with the index."""
    if isinstance(value.step, int) and value.parent is not None:
        return f"`{value.parent.step}[{value.step}]`"
    return f"`{value.step}`" if value.step else "the object"


def _short(text: str) -> str:
    text = text.replace("\n", " ")
    return text if len(text) <= 40 else text[:37] + "..."


def _wrong_scalar(value: Value, node: Scalar) -> str:
    called, wanted = _called(value), ARTICLES[value.type]
    raw, text = node.value, _short(node.text)
    if value.type == "string":
        kind = "a boolean" if isinstance(raw, bool) else "a number"
        return f"{called} must be a string, but `{text}` is {kind} to YAML: quote it"
    if isinstance(raw, str) and node.style in ('"', "'"):
        return f"{called} must be {wanted}, not the quoted text `{text}`"
    if value.type in INT_RANGES and isinstance(raw, (int, float)) and not isinstance(raw, bool):
        low, high = INT_RANGES[value.type]
        return f"{called} must be {wanted} from {low} to {high}, not `{text}`"
    return f"{called} must be {wanted}, not `{text}`"
