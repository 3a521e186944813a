"""What one minor version of Kubernetes has: types and their fields, feature gates, served versions.

A mask is an int with one bit per minor: bit i is the i-th of MINORS. Every question whose answer depends on the minor
narrows `Facts.same`, the minors that would have given the same answers to all questions so far; those can share a run.
Importing this module reads no file; the first question reads the bundle.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from joblint.kube.minors import MASKS

OLDEST, NEWEST = 21, 37  # a new minor: see conformance/README.md
MINORS = tuple(range(OLDEST, NEWEST + 1))
ALL = (1 << len(MINORS)) - 1
ALL_ALPHA, ALL_BETA = "AllAlpha", "AllBeta"

Field = tuple[str, int]


class Guard(NamedTuple):
    """A gate that makes the server remove a field on create while it is off (features.yaml).

    under: only below one of these kinds or "Type.field"; empty: wherever the type is used.
    value, except_: only that value, any value but that; takes: what is removed with it: "element" (the nearest list
    element), "parents" (those that are left empty), or nothing.
    """

    gate: str
    under: tuple[str, ...] = ()
    value: object = None
    except_: str | None = None
    takes: str | None = None


class _Data:
    """The bundle's facts, and what has been derived from them so far."""

    def __init__(self) -> None:
        from joblint.kube.minors.bundle import load

        bundle = load()
        self.types: dict[str, dict[str, list[Any]]] = bundle["types"]
        self.served: dict[str, int] = bundle["served"]
        self.enums: dict[str, list[Any]] = bundle["enums"]
        self.lists: dict[str, list[Any]] = bundle["lists"]
        self.gates: dict[str, dict[str, Any]] = bundle["gates"]
        self.others: dict[str, list[int]] = bundle["others"]
        self.dependencies: dict[str, dict[str, int]] = bundle["dependencies"]
        self.structs: dict[int, dict[str, dict[str, Field]]] = {minor: {} for minor in MINORS}
        self.owners: dict[str, tuple[str, ...]] = {}
        self.guards: dict[str, dict[str, tuple[Guard, ...]]] = {}


_loaded: list[_Data] = []


def _data() -> _Data:
    if not _loaded:
        _loaded.append(_Data())
    return _loaded[0]


def bit(minor: int) -> int:
    """Return the mask of one minor. Raises ValueError for a minor that joblint does not support."""
    if not OLDEST <= minor <= NEWEST:
        raise ValueError(f"Kubernetes 1.{minor} is not one of 1.{OLDEST} to 1.{NEWEST}")
    return 1 << (minor - OLDEST)


def minors(mask: int) -> tuple[int, ...]:
    """Return the minors of a mask, oldest first."""
    return tuple(minor for minor in MINORS if mask >> (minor - OLDEST) & 1)


def served_minors(api_version: str, kind: str) -> int:
    """Return the mask of the minors that serve such objects."""
    return _data().served.get(f"{api_version} {kind}", 0)


def minors_with(type_: str, name: str) -> int:
    """Return the mask of the minors that have a field of a struct, whatever its type is there."""
    mask = 0
    for other in _data().types.get(type_, {}).get(name, [])[1::2]:
        mask |= other
    return mask


def type_names() -> tuple[str, ...]:
    """Return the structs of all minors, sorted."""
    return tuple(sorted(_data().types))


def field_names(type_: str) -> tuple[str, ...]:
    """Return the fields that a struct has in any minor, sorted."""
    return tuple(sorted(_data().types.get(type_, {})))


def field_types(type_: str, name: str) -> tuple[str, ...]:
    """Return the type expressions that a field of a struct has in any minor."""
    return tuple(_data().types.get(type_, {}).get(name, [])[::2])


def owners(name: str) -> tuple[str, ...]:
    """Return the structs that have a field of that name in any minor, sorted."""
    data = _data()
    if not data.owners:
        types_by_field: dict[str, list[str]] = {}
        for type_, fields in sorted(data.types.items()):
            for field in fields:
                types_by_field.setdefault(field, []).append(type_)
        data.owners = {field: tuple(types) for field, types in types_by_field.items()}
    return data.owners.get(name, ())


def guards(type_: str, name: str) -> tuple[Guard, ...]:
    """Return the gates that guard a field in any minor: call Facts.disabled() for each."""
    return guarded(type_).get(name, ())


def guarded(type_: str) -> Mapping[str, tuple[Guard, ...]]:
    """Return the guarded fields of a struct in any minor, each with its gates."""
    data = _data()
    if not data.guards:
        for gate, content in data.gates.items():
            for guard in content["guards"]:
                owner, field = guard["field"].rsplit(".", 1)
                made = Guard(gate, tuple(guard["under"]), guard.get("value"), guard.get("except"), guard.get("takes"))
                fields = data.guards.setdefault(owner, {})
                fields[field] = (*fields.get(field, ()), made)
    return data.guards.get(type_, {})


def gate_history(gate: str) -> list[dict[str, Any]]:
    """Return a gate's stages as in features.yaml: version, stage, default, lockToDefault; each lasts until the next."""
    content = _data().gates.get(gate)
    return list(content["stages"]) if content else []


def gate_masks(gate: str) -> Mapping[str, int] | None:
    """Return the masks of a gate (see MASKS), whether it affects Jobs or not; None if no minor has it."""
    data = _data()
    if gate in data.others:
        return dict(zip(MASKS, data.others[gate], strict=True))
    return data.gates.get(gate)


def gate_names(mask: int) -> list[str]:
    """Return the gates that exist in at least one minor of the mask, sorted."""
    data = _data()
    known = MASKS.index("known")
    others = [name for name, masks in data.others.items() if masks[known] & mask]
    return sorted([*others, *(name for name, gate in data.gates.items() if gate["known"] & mask)])


def dependencies() -> Mapping[str, Mapping[str, int]]:
    """Return gate -> the gates that must be on if it is on, each with the minors that require it."""
    return _data().dependencies


class Facts:
    """What one minor has, with a user's feature gates. Questions whose answer depends on the minor narrow `same`."""

    __slots__ = ("_bit", "_data", "_on", "_structs", "gates", "minor", "same")

    def __init__(self, minor: int, gates: Mapping[str, bool] | None = None) -> None:
        """Create the facts of a minor. gates: what the user has set; no effect if unknown or locked (gates.check)."""
        self.minor, self.gates, self.same = minor, dict(gates or {}), ALL
        self._bit, self._data = bit(minor), _data()
        self._structs = self._data.structs[minor]
        self._on: dict[str, int] = {}

    # The same for all minors: these do not narrow.
    served_minors = staticmethod(served_minors)
    minors_with = staticmethod(minors_with)
    field_names = staticmethod(field_names)
    owners = staticmethod(owners)
    guards = staticmethod(guards)
    guarded = staticmethod(guarded)

    def reset(self) -> None:
        """Forget all questions so far."""
        self.same = ALL

    def struct(self, type_: str) -> dict[str, Field]:
        """Return field name -> (type expression, mask of the minors that have it with this type), for a struct.

        It does not narrow: after looking up a field, narrow by its mask (`facts.same &= mask`), or call unknown().
        Empty if this minor has no such struct. Do not modify it.
        """
        fields = self._structs.get(type_)
        if fields is None:
            fields = self._structs[type_] = dict(self._fields(type_))
        return fields

    def _fields(self, type_: str) -> Iterator[tuple[str, Field]]:
        for name, pairs in self._data.types.get(type_, {}).items():
            for expression, mask in zip(pairs[::2], pairs[1::2], strict=True):
                if mask & self._bit:
                    yield name, (expression, mask)

    def field(self, type_: str, name: str) -> str | None:
        """Return the type expression of a field in this minor; None if this minor has no such field."""
        known = self.struct(type_).get(name)
        if known is None:
            self.unknown(type_, name)
            return None
        self.same &= known[1]
        return known[0]

    def unknown(self, type_: str, name: str) -> int:
        """Return the minors that have a field that this minor does not have (0 if none does)."""
        mask = minors_with(type_, name)
        self.same &= ALL & ~mask
        return mask

    def enabled(self, gate: str) -> bool:
        """Return whether the feature is on: as the user has set it, otherwise by the minor's default.

        If the minor has removed the gate, its last default; if the gate does not exist yet, False.
        Raises KeyError for a gate that features.yaml does not describe.
        """
        mask = self._on.get(gate)
        if mask is None:
            mask = self._on[gate] = enabled(self._data.gates[gate], gate, self.gates)
        return self._ask(mask)

    def disabled(self, gate: str) -> bool:
        """Return whether this minor has the gate and it is off: then the fields that it guards are dropped."""
        return self.known(gate) and not self.enabled(gate)

    def by_default(self, gate: str) -> bool:
        """Return whether the feature is on unless a user sets it otherwise. Raises KeyError as enabled() does."""
        return self._ask(self._data.gates[gate]["on"])

    def known(self, gate: str) -> bool:
        """Return whether this minor has the gate. Raises KeyError for a gate that features.yaml does not describe."""
        return self._ask(self._data.gates[gate]["known"])

    def turned_on(self, gate: str) -> bool:
        """Return whether a user's feature gates turn on a gate that is off by default; False for an unknown gate.

        For gates that affect no field of a Job, which features.yaml does not describe: they are off unless set.
        """
        masks = gate_masks(gate)
        return masks is not None and self._ask(enabled(masks, gate, self.gates) & ~masks["on"])

    def since(self, minor: int) -> bool:
        """Return whether this minor is the given one or newer."""
        return self._ask(ALL & -bit(minor))

    def served(self, api_version: str, kind: str) -> bool:
        """Return whether this minor serves such objects: Job, CronJob and their lists, in any version of batch."""
        return self._ask(served_minors(api_version, kind))

    def enum(self, type_: str, name: str) -> tuple[str, ...]:
        """Return the values that Kubernetes documents for a field (for a list: for an element), sorted; may be empty.

        For hints only: some of the server's own lists differ. Documented since 1.24; for older minors, as in 1.24.
        """
        values = self._pick(self._data.enums.get(f"{type_}.{name}", []))
        return tuple(values or ())

    def list_keys(self, type_: str, name: str) -> tuple[str, ...]:
        """Return the fields that identify a list's elements: the key of a strategic merge, or those of an apply."""
        keywords = self._pick(self._data.lists.get(f"{type_}.{name}", [])) or {}
        merge = keywords.get("x-kubernetes-patch-merge-key")
        return (merge,) if merge else tuple(keywords.get("x-kubernetes-list-map-keys", ()))

    def patch_strategy(self, type_: str, name: str) -> frozenset[str]:
        """Return how a strategic merge treats a field: "merge", "replace", "retainKeys"; if empty, it is replaced."""
        keywords = self._pick(self._data.lists.get(f"{type_}.{name}", [])) or {}
        return frozenset(filter(None, keywords.get("x-kubernetes-patch-strategy", "").split(",")))

    def _ask(self, mask: int) -> bool:
        """Return whether this minor is in the mask."""
        if mask & self._bit:
            self.same &= mask
            return True
        self.same &= ALL & ~mask
        return False

    def _pick(self, pairs: list[Any]) -> Any:
        """Return the value whose mask has this minor."""
        for value, mask in zip(pairs[::2], pairs[1::2], strict=True):
            if self._ask(mask):
                return value
        return None


def enabled(gate: Mapping[str, Any], name: str, gates: Mapping[str, bool]) -> int:
    """Return the minors in which a gate with these masks is on. Its own setting overrides AllAlpha and AllBeta."""
    mask: int = gate["on"]
    free: int = gate["known"] & ~gate["locked"]
    named = {ALL_ALPHA: free & gate["alpha"], ALL_BETA: free & gate["beta"]}
    for key, settable in [(name, free)] if name in gates else named.items():
        if key in gates:
            mask = mask | settable if gates[key] else mask & ~settable
    return mask
