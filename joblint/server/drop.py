"""Fields that the server removes because their feature gate is off in that minor.

Which gate guards which field is in schemas/features.yaml, from pkg/registry/batch/{job,cronjob}/strategy.go
(dropDisabledFields) and pkg/api/pod/util.go (dropDisabledFields) of every minor.
"""

from collections.abc import Iterator

from joblint.facts import Facts, Guard, guarded
from joblint.rule import Report, dropped
from joblint.value import Value


def drop(by_type: dict[str, list[Value]], facts: Facts) -> Iterator[tuple[str, Report]]:
    """Take the guarded fields out of the values, and report each that the author wrote."""
    for type_, values in by_type.items():
        for name, guards in guarded(type_).items():
            for value in values:
                if value.has(name):
                    yield from _field(value, name, guards, facts)


def _field(owner: Value, name: str, guards: tuple[Guard, ...], facts: Facts) -> Iterator[tuple[str, Report]]:
    child: Value = owner.data[name]
    for guard in guards:
        if _applies(guard, child, facts):
            gone = _gone(guard, child)
            _remove(gone)
            if not empty(gone):
                yield "gated-field", dropped(gone, f"`{gone.step}` is dropped: {_why(guard.gate, facts)}")
            return


def _applies(guard: Guard, child: Value, facts: Facts) -> bool:
    if guard.under and not any(_below(child, place) for place in guard.under):
        return False
    if guard.value is not None and child.data != guard.value:
        return False
    if guard.except_ is not None and child.data == guard.except_:
        return False
    return facts.disabled(guard.gate)


def _below(child: Value, place: str) -> bool:
    """Whether a value stands below a kind (`Job`) or a field of a struct (`PodSpec.containers`)."""
    type_, _, field = place.partition(".")
    value: Value | None = child
    while value is not None and value.parent is not None:
        if value.parent.type == type_ and field in ("", value.step):
            return True
        value = value.parent
    return False


def _gone(guard: Guard, child: Value) -> Value:
    """The highest value that goes: the field, or the list element or the empty parents that go with it."""
    gone = child
    if guard.takes == "element":
        while gone.parent is not None and not isinstance(gone.step, int):
            gone = gone.parent
        return gone if isinstance(gone.step, int) else child
    if guard.takes == "parents":
        while gone.parent is not None and gone.parent.data == {gone.step: gone} and gone.parent.parent is not None:
            gone = gone.parent
    return gone


def _remove(gone: Value) -> None:
    parent = gone.parent
    if parent is None:
        return
    if isinstance(parent.data, list):
        parent.data.remove(gone)
    else:
        parent.data.pop(gone.step, None)


def empty(value: Value) -> bool:
    """Whether Kubernetes would not write the value at all: lists and maps are `omitempty`, the rest are pointers."""
    return value.type[0] in "[{" and not value.data


def _why(gate: str, facts: Facts) -> str:
    first = facts.on_since(gate)
    since = f"by default before 1.{first}" if first else "by default in every minor so far"
    return f"the feature gate {gate} is off {since}"
