"""Fields that the server removes because their feature gate is off in the minor.

Which gate guards which field is in schemas/features.yaml, from pkg/registry/batch/{job,cronjob}/strategy.go
(PrepareForCreate) and pkg/api/pod/util.go (dropDisabledFields) of every minor.
"""

from collections.abc import Callable, Iterator

from joblint.kube.minors.minor import OLDEST, Facts, Guard, guarded
from joblint.rule.report import Report, dropped
from joblint.rule.value import Value
from joblint.server.pod.drop import annotations, mounts_of, settle

# The structs that a gate removes if it leaves them empty, and the gates that only do so from some minor.
_SHELLS = ("Lifecycle", "LifecycleHandler")
_SHELLS_SINCE = {"PodLifecycleSleepAction": 30}
# The only gate whose code stops at the first source of a volume that is set, in this order.
_FIRST_SOURCE_ONLY = "AtomicWriteVolumeUserFields"
_SOURCES = {
    "Volume": ("secret", "configMap", "downwardAPI", "projected"),
    "VolumeProjection": (
        "secret",
        "downwardAPI",
        "configMap",
        "serviceAccountToken",
        "clusterTrustBundle",
        "podCertificate",
    ),
}
# The guarded fields that are strings, not pointers to strings.
_STRINGS = ("subPath", "subPathExpr")
# A list that is written even if it is empty.
_KEPT = "rules"


def drop(
    by_type: dict[str, list[Value]], facts: Facts, kept: Callable[[Guard], bool] | None = None
) -> Iterator[tuple[str, Report]]:
    """Remove the guarded fields, and report those that the author wrote, at the highest level that is removed.

    `kept` says which guards are ignored.
    """
    gone: list[tuple[Value, str]] = []
    for type_, values in by_type.items():
        for name, guards in guarded(type_).items():
            if kept is not None:
                guards = tuple(guard for guard in guards if not kept(guard))
            for value in values:
                if value.shows(name):
                    gone.extend(_field(value.data[name], guards, facts))
    gone.extend(mounts_of(gone))
    for template in by_type.get("PodTemplateSpec", ()):
        for gate, value in annotations(template, facts):
            if gate:
                gone.append((value, gate))
            else:
                message = f"`{value.step}` is dropped: move the init containers to `initContainers` in the pod spec"
                yield "invalid-pod-annotation", dropped(value, message)
    if gone:
        yield from _reports(gone, facts)
    settle(by_type, gone, facts)


def _field(child: Value, guards: tuple[Guard, ...], facts: Facts) -> Iterator[tuple[Value, str]]:
    for guard in guards:
        if _applies(guard, child, facts):
            taken = _taken(guard, child, facts)
            _remove(taken)
            if not empty(taken):
                yield taken, guard.gate
            return


def _reports(gone: list[tuple[Value, str]], facts: Facts) -> Iterator[tuple[str, Report]]:
    removed = {id(value) for value, _ in gone}
    highest = [(value, gate) for value, gate in gone if not any(id(above) in removed for above in _ancestors(value))]
    lists = {id(value.parent): value.parent for value, _ in highest if value.parent and isinstance(value.step, int)}
    for owner in lists.values():
        owner.data = type(owner.data)(one for one in list.__iter__(owner.data) if id(one) not in removed)
    reports: dict[int, Report] = {}
    for value, gate in highest:
        listed = value.parent if isinstance(value.step, int) else None
        whole = value if listed is None or listed.data or listed.step == _KEPT else listed
        reports.setdefault(id(whole), _report(whole, gate, facts))
    for owner in lists.values():
        _close(owner)
    yield from (("gated-field", report) for report in reports.values())


def _report(value: Value, gate: str, facts: Facts) -> Report:
    name = f"{value.parent.step}[{value.step}]" if value.parent and isinstance(value.step, int) else value.step
    return dropped(value, f"`{name}` is dropped: {_why(gate, facts)}")


def _close(owner: Value) -> None:
    """Number the remaining elements of a list as the server does, and remove the list if it is empty."""
    for index, value in enumerate(list.__iter__(owner.data)):
        value.step = index
    if not owner.data and owner.step != _KEPT and owner.parent is not None:
        owner.parent.data.pop(owner.step, None)


def _ancestors(value: Value) -> Iterator[Value]:
    above = value.parent
    while above is not None:
        yield above
        above = above.parent


def _applies(guard: Guard, child: Value, facts: Facts) -> bool:
    if guard.under and not any(_below(child, place) for place in guard.under):
        return False
    if guard.value is not None and child.data != guard.value:
        return False
    if guard.except_ is not None and (child.opaque or child.data == guard.except_):
        return False
    if guard.gate == _FIRST_SOURCE_ONLY and not _of_first_source(child):
        return False
    if child.type in _SHELLS and not facts.since(_SHELLS_SINCE.get(guard.gate, OLDEST)):
        return False
    return facts.disabled(guard.gate)


def _below(child: Value, place: str) -> bool:
    """Return whether a value is below a kind (`Job`) or a field of a struct (`PodSpec.containers`)."""
    type_, _, field = place.partition(".")
    value: Value | None = child
    while value is not None and value.parent is not None:
        if value.parent.type == type_ and field in ("", value.step):
            return True
        value = value.parent
    return False


def _of_first_source(child: Value) -> bool:
    below = child
    for above in _ancestors(child):
        if above.type in _SOURCES:
            first = next((source for source in _SOURCES[above.type] if above.has(source)), below.step)
            if first != below.step:
                return False
        below = above
    return True


def _taken(guard: Guard, child: Value, facts: Facts) -> Value:
    """Return the highest value to remove: the field, its list element, or the structs that would be empty."""
    if guard.takes == "element":
        return next((value for value in _ancestors(child) if isinstance(value.step, int)), child)
    taken = child
    if guard.takes == "parents" and facts.since(_SHELLS_SINCE.get(guard.gate, OLDEST)):
        while taken.parent is not None and taken.parent.type in _SHELLS and len(taken.parent.data) == 1:
            taken = taken.parent
    return taken


def _remove(gone: Value) -> None:
    """Remove a field from its struct. Elements are removed from their list at the end, all at once."""
    if gone.parent is not None and isinstance(gone.parent.data, dict):
        gone.parent.data.pop(gone.step, None)


def empty(value: Value) -> bool:
    """Return whether Kubernetes would not write the value: an empty list or map, or an empty plain string."""
    return not value.data and (value.type[0] in "[{" or value.step in _STRINGS)


def _why(gate: str, facts: Facts) -> str:
    from joblint.kube.minors.gates import off

    return off(gate, by_hand=facts.by_default(gate))
