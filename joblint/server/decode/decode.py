"""Decoding of nodes to typed values, as in the API server's strict decoder: unknown and duplicate fields, wrong types.

Its findings are reports; the values that it returns only contain what a check may judge (value.py).
Sources: sigs.k8s.io/json (case-sensitive, strict), apimachinery pkg/runtime/serializer/json, pkg/api/resource (a
quantity that does not parse does not decode), pkg/util/intstr; null is the zero value everywhere. Of equal keys, the
last one counts, and the values of the others are never decoded: sigs.k8s.io/yaml converts the text to JSON first.
"""

import re
from collections.abc import Iterable

from joblint.kube.gotext import SPACE
from joblint.kube.minors.minor import Facts
from joblint.kube.quantity.quantity import QuantityError
from joblint.kube.quantity.quantity import parse as parse_quantity
from joblint.manifests.yaml.tree import Entry, Mapping, Node, Scalar, Sequence, merged, target
from joblint.rule.cure.cure import writing
from joblint.rule.report import Report
from joblint.rule.settings import STRICT
from joblint.rule.value import HIDDEN, OpenDict, OpenList, Value
from joblint.server.decode.scalars import (
    ARTICLES,
    INT_RANGES,
    ZEROS,
    add_fix,
    integer,
    json_number,
    other_scalar,
    short,
    value_name,
    wrong_scalar,
)
from joblint.server.decode.unknown import duplicate_key, effect_of, unknown_field

MAX_REPORTS = 100  # per object, the same limit as the server's: sigs.k8s.io/json, kubernetes_patch.go, saveStrictError
# Text that is passed on unchanged: the container itself handles `${X}` in it.
FREE_TEXT = frozenset(("command", "args", "value", "annotations"))
_SHELL_HOLE = re.compile(r"\$\{|\$[A-Za-z_][A-Za-z0-9_]")  # what envsubst replaces; `$A` is more often a mistake


class Decoder:
    """A decoder of one object for one minor.

    `reports` are (rule, Report) pairs, `by_type` has every struct value by its type. `field_validation` is what the
    request asks the server to do with unknown and duplicate fields (unknown.py). `template` is the language of the
    template that writes the text, with marks where it inserts something (manifests/template/); empty if none does.
    """

    __slots__ = ("by_type", "facts", "field_validation", "holes", "open", "reports", "template", "text", "unstrict")

    def __init__(
        self,
        facts: Facts,
        text: str,
        holes: tuple[tuple[int, int], ...] = (),
        field_validation: str = STRICT,
        template: str = "",
    ) -> None:
        self.facts, self.text, self.holes, self.field_validation = facts, text, holes, field_validation
        self.reports: list[tuple[str, Report]] = []
        self.by_type: dict[str, list[Value]] = {}
        self.unstrict = 0  # how many of `reports` only a strict reader refuses
        self.template = template
        self.open = template != "" and _has_mark(text)

    def decode(self, node: Node, type_: str) -> Value:
        """Return the value of the object at a node."""
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
        for entry, via in self._entries(node, value):
            name = entry.name
            known = fields.get(name)
            if known is None:
                self._unknown(value, entry)
                continue
            facts.same &= known[1]
            if _is_null(entry.value):
                continue
            child = data[name] = self._value(entry.value, known[0], entry.key, value, name)
            child.use = child.use or via
        if self.open and _has_more(node):
            value.data = OpenDict(data)
        return value

    def _map(self, node: Node, type_: str, key: Node | None, parent: Value, step: str | int) -> Value:
        value = Value(type_, node, key, parent, step, {})
        if not isinstance(node, Mapping):
            self._other_kind(value, "a mapping")
            return value
        inner = type_[2:]
        for entry, via in self._entries(node, value):
            child = value.data[entry.name] = self._value(entry.value, inner, entry.key, value, entry.name)
            child.use = child.use or via
        if self.open and _has_more(node):
            value.data = OpenDict(value.data)
        return value

    def _list(self, node: Node, type_: str, key: Node | None, parent: Value, step: str | int) -> Value:
        value = Value(type_, node, key, parent, step, [])
        if not isinstance(node, Sequence):
            self._other_kind(value, "a list")
            return value
        inner = type_[2:]
        items = [item for item in node.items if not _is_more(item)] if self.open else node.items
        value.data = [self._value(item, inner, None, value, i) for i, item in enumerate(items)]
        if len(items) < len(node.items):
            value.data = OpenList(value.data)
        return value

    def _scalar(self, node: Node, type_: str, key: Node | None, parent: Value, step: str | int) -> Value:
        value = Value(type_, node, key, parent, step, None)
        if type_ == "raw":
            value.data = HIDDEN
        elif not isinstance(node, Scalar):
            value.data = HIDDEN
            what = "a mapping" if isinstance(node, Mapping) else "a list"
            if not (self.open and _begins_open(node)):
                self._wrong(value, f"{value_name(value)} must be {ARTICLES[type_]}, not {what}")
        elif self._is_hole(node, value):
            value.data = HIDDEN
        elif node.value is None:
            value.data = ZEROS[type_]
        else:
            self._convert(value, node)
        return value

    def _entries(self, node: Mapping, value: Value) -> Iterable[tuple[Entry, Node | None]]:
        """Return the entries that count, the last of equal keys, each with the merge value that it came from."""
        entries = list(merged(node))
        if self.open:
            entries = [(entry, via) for entry, via in entries if not _is_unknown(entry)]
        last = {entry.name: (entry, via) for entry, via in entries}
        if len(last) == len(entries):
            return entries
        seen: dict[str, Entry] = {}
        for entry, _ in entries:
            if entry.name in seen:
                self._duplicate(value, entry, seen[entry.name])
            seen[entry.name] = entry
        return last.values()

    # -- scalars

    def _convert(self, value: Value, node: Scalar) -> None:
        type_, raw = value.type, node.value
        if type_ == "string":
            good = isinstance(raw, str)
        elif type_ == "boolean":
            good = isinstance(raw, bool)
        elif type_ in INT_RANGES:
            raw, good = integer(raw, type_)
        elif type_ == "quantity" and not isinstance(raw, bool):
            self._quantity(value, node)
            return
        else:
            good = other_scalar(type_, raw)
        value.data = raw if good else HIDDEN
        if not good:
            self._wrong(value, wrong_scalar(value, node))

    def _quantity(self, value: Value, node: Scalar) -> None:
        raw = node.value
        text = raw.strip(SPACE) if isinstance(raw, str) else json_number(raw)
        try:
            value.data = parse_quantity(text)
        except QuantityError as error:
            value.data = HIDDEN
            report = self._wrong(value, f"{value_name(value)} is not a valid quantity: {error}", "invalid-quantity")
            if report is None:
                return
            from joblint.kube.quantity.cure import cure, sure

            if meant := cure(error.text):
                report.cure_by(writing(value, meant), safe=sure(text, meant))

    def _is_hole(self, node: Scalar, value: Value) -> bool:
        """Return whether something other than Kubernetes fills in the value later."""
        text = node.text
        if self.open and _has_mark(text):
            return True
        filled = ("{{" in text and not node.style) or ("$" in text and _SHELL_HOLE.search(text) is not None)
        if filled and not _free_text(value):
            return True
        if self.template:  # the holes are the marks
            return self.open and _has_mark(self.text[node.start : node.end])
        return any(start < node.end and node.start < end for start, end in self.holes)

    # -- reports

    def _wrong(self, value: Value, message: str, rule: str = "wrong-type") -> Report | None:
        """Add a report and return it; return None if there are already enough."""
        if len(self.reports) - self.unstrict >= MAX_REPORTS:
            return None
        report = Report("rejected", message, value.node, field=value.path, reason="Malformed", value=value)
        if not isinstance(value.node, Scalar):
            report.node = value.key or value.node
        elif rule == "wrong-type" and value.type[0] not in "[{":
            add_fix(report, value, value.node)
        self.reports.append((rule, report))
        return report

    def _other_kind(self, value: Value, wanted: str) -> None:
        """Report a struct, map or list that is written as something else; null counts as empty."""
        node = value.node
        empty = isinstance(node, Scalar) and node.value is None
        if empty and value.type[0] != "[":
            return
        value.data = [] if empty else HIDDEN
        if empty or (isinstance(node, Scalar) and self._is_hole(node, value)) or (self.open and _begins_open(node)):
            return
        if isinstance(node, Sequence):
            actual = "a list"
        elif isinstance(node, Mapping):
            actual = "a mapping"
        else:
            actual = f"`{short(getattr(node, 'text', ''))}`"
        from joblint.server.decode.lists import as_list, list_of

        report = self._wrong(value, f"{value_name(value)} must be {wanted}, not {actual}{as_list(value)}")
        if report is not None and isinstance(node, Scalar):
            list_of(report, value, node)

    def _unknown(self, parent: Value, entry: Entry) -> None:
        if self.unstrict < MAX_REPORTS:
            self._add("unknown-field", unknown_field(parent, entry, self.facts, self.effect()))

    def _duplicate(self, parent: Value, entry: Entry, first: Entry) -> None:
        if self.unstrict >= MAX_REPORTS:
            return
        report = duplicate_key(parent, entry, first, "" if self.template else self.effect(), self.text, self.template)
        self._add("duplicate-key", report)
        known = self.facts.struct(parent.type).get(entry.name) if parent.type[0] != "{" else (parent.type[2:], 0)
        if report.effect != "dropped" and known is not None and not isinstance(target(first.value), Scalar):
            self._replaced(first, known[0], parent)

    def _replaced(self, entry: Entry, type_: str, parent: Value) -> None:
        """Report the duplicate keys inside a value that a later equal key replaces; nothing else in it is decoded."""
        lost = Decoder(self.facts, self.text, self.holes, self.field_validation, self.template)
        lost._value(entry.value, type_, entry.key, parent, entry.name)
        for name, report in lost.reports:
            if report.reason == "DuplicateField" and self.unstrict < MAX_REPORTS:
                self._add(name, report)

    def _add(self, rule: str, report: Report) -> None:
        self.unstrict += 1
        self.reports.append((rule, report))

    def effect(self) -> str:
        """Return the effect of an unknown or duplicate field: "rejected", "warned" or "dropped"."""
        return effect_of(self.field_validation, self.facts)


def _has_mark(text: str) -> bool:
    """Return whether a template inserts something into a text."""
    from joblint.manifests.template import is_open

    return is_open(text)


def _is_more(node: Node) -> bool:
    """Whether an item is where a template inserts any number of them."""
    from joblint.manifests.template import MORE

    return isinstance(node, Scalar) and MORE in node.text


def _begins_open(node: Node) -> bool:
    """Whether a template inserts something before all that is in a value: it may make a text of the rest."""
    if isinstance(node, Mapping):
        return bool(node.entries) and _is_unknown(node.entries[0])
    return isinstance(node, Sequence) and bool(node.items) and _is_more(node.items[0])


def _is_unknown(entry: Entry) -> bool:
    """Whether a template writes the name of an entry, or any number of entries in its place."""
    return _has_mark(entry.name)


def _has_more(node: Mapping) -> bool:
    """Whether a mapping may have entries that the template does not show."""
    return any(_is_unknown(entry) for entry in node.entries)


def _is_null(raw: Node) -> bool:
    node = target(raw)
    return isinstance(node, Scalar) and node.value is None


def _free_text(value: Value) -> bool:
    at: Value | None = value
    for _ in range(2):
        if at is not None and at.step in FREE_TEXT:
            return True
        at = at.parent if at is not None else None
    return False
