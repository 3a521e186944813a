"""What a field means, in joblint's own words: for an editor's hover and completion, and for a reference page.

Nothing that checks a manifest imports this: the texts are in a separate file (joblint/_fields.json), which is read when
first needed.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from joblint.kube.minors.bundle import fields
from joblint.kube.minors.minor import (
    ALL,
    MINORS,
    Facts,
    Guard,
    bit,
    field_names,
    gate_history,
    gate_masks,
    guards,
    minors_with,
    type_names,
)
from joblint.kube.minors.minor import minors as minors_of

ITSELF = "."  # the field name of the type itself
# Singular and plural of the types of Kubernetes' own decoder that are not structs.
_WORDS = {
    "boolean": ("true or false", "booleans"),
    "int32": ("whole number", "whole numbers"),
    "int64": ("whole number", "whole numbers"),
    "intOrString": ("whole number or string", "whole numbers or strings"),
    "quantity": ("quantity, such as 500m or 1Gi", "quantities, such as 500m or 1Gi"),
    "raw": ("anything", "anything"),
    "string": ("string", "strings"),
    "time": ("time, such as 2026-01-31T12:00:00Z", "times"),
}


class Default(NamedTuple):
    """What the server fills in if the field is absent. note: words that qualify it, or empty."""

    value: Any
    note: str = ""


class Choice(NamedTuple):
    """One value of an enum, and what it does."""

    value: str
    text: str


class Gated(NamedTuple):
    """A gate that makes the server remove the field while it is off, in one minor that has the gate.

    stage: Alpha, Beta, GA or Deprecated. on: by default. only: the place or the value that it applies to, in words;
    empty if it applies to all of them.
    """

    gate: str
    minor: int
    stage: str
    on: bool
    only: str = ""


class Description(NamedTuple):
    """A field, or a type, as some minors have it.

    type: in words, as in the newest of those minors that has the field, otherwise in the newest minor that has it.
    values: of an enum, those that at least one of the minors has; empty for any other field.
    known: all minors that have the field, not only those that were asked about; oldest first.
    """

    text: str
    type: str
    default: Default | None
    values: tuple[Choice, ...]
    known: tuple[int, ...]
    gates: tuple[Gated, ...]

    @property
    def since(self) -> int | None:
        """Return the minor that introduced the field; None if the oldest that joblint supports has it."""
        return None if bit(self.known[0]) & 1 else self.known[0]

    @property
    def until(self) -> int | None:
        """Return the last minor that has the field; None if the newest has it."""
        return None if bit(self.known[-1]) << 1 > ALL else self.known[-1]


def describe(type_name: str, field: str | None, minors: Iterable[int]) -> Description | None:
    """Return what a field of a struct means in these minors; if the field is None, what the struct is for.

    None if no minor has such a field. A field that only other minors have is described as it is there.
    Raises ValueError for a minor that joblint does not support.
    """
    asked = 0
    for minor in minors:
        asked |= bit(minor)
    known = minors_with(type_name, field) if field else _minors_of(type_name)
    entry = fields()["types"].get(type_name, {}).get(field or ITSELF)
    if not known or entry is None:
        return None
    here = minors_of(known & asked or known)
    expression = Facts(here[-1]).field(type_name, field) if field else None
    return Description(
        entry["text"],
        in_words(expression) if expression else type_name,
        Default(entry["default"], entry.get("note", "")) if "default" in entry else None,
        tuple(_choices(entry, type_name, field, here)) if field else (),
        minors_of(known),
        tuple(_gates(type_name, field, here)) if field else (),
    )


def in_words(expression: str) -> str:
    """Return a type expression in words: "list of Container", "map of strings to quantities, such as 500m or 1Gi"."""
    if expression.startswith("[]"):
        return f"list of {_several(expression[2:])}"
    if expression.startswith("{}"):
        return f"map of strings to {_several(expression[2:])}"
    return _WORDS.get(expression, (expression,))[0]


def _several(expression: str) -> str:
    return _WORDS[expression][1] if expression in _WORDS else in_words(expression)


def _minors_of(type_name: str) -> int:
    """Return the minors that have a struct: those with one of its fields, or else with a field of that type."""
    mask = 0
    for name in field_names(type_name):
        mask |= minors_with(type_name, name)
    return mask or sum(bit(minor) for minor in MINORS if _is_used(type_name, Facts(minor)))


def _is_used(type_name: str, facts: Facts) -> bool:
    fields_of_all = (facts.struct(name).values() for name in type_names())
    return any(expression == type_name for fields_of_one in fields_of_all for expression, _ in fields_of_one)


def _choices(entry: dict[str, Any], type_name: str, field: str, minors: Collection[int]) -> Iterator[Choice]:
    """Yield the values that one of the minors has: by the schema or, if it has no list, by the entry's `since`."""
    listed: set[str] = set()
    for minor in minors:
        listed.update(Facts(minor).enum(type_name, field))
    since = entry.get("since", {})
    for value, text in entry.get("values", {}).items():
        if value in listed if listed else since.get(value, 0) <= max(minors):
            yield Choice(value, text)


def _gates(type_name: str, field: str, minors: Collection[int]) -> Iterator[Gated]:
    for guard in guards(type_name, field):
        masks = gate_masks(guard.gate) or {}
        for minor in minors:
            if bit(minor) & masks["known"]:
                yield Gated(guard.gate, minor, _stage(guard.gate, minor), bool(bit(minor) & masks["on"]), _only(guard))


def _stage(gate: str, minor: int) -> str:
    stages = (entry["stage"] for entry in gate_history(gate) if int(entry["version"].partition(".")[2]) <= minor)
    return str(list(stages)[-1])


def _only(guard: Guard) -> str:
    """Return where a guard applies, in words: "in a Job, for `FailIndex`", "in `PodSpec.containers`"."""
    places = [f"`{place}`" if "." in place else f"a {place}" for place in guard.under]
    parts = [f"in {' and '.join(places)}"] if places else []
    if guard.value is not None:
        parts.append(f"for `{guard.value}`" if guard.value else "if it is empty")
    if guard.except_ is not None:
        parts.append(f"for all but `{guard.except_}`")
    return ", ".join(parts)
