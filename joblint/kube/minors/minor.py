"""What one minor of Kubernetes knows: types and their fields, feature gates, served versions.

A mask is an int with one bit a minor: bit i is the i-th of MINORS. Every question that the minor decides narrows
`Facts.same`, the minors that would have given the same answers to all questions so far; those can share a run.
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
    """A gate that has the server remove a field on create while it is off (features.yaml).

    under: only below one of these kinds or "Type.field"; empty: wherever the type stands.
    value, except_: only that value, any value but that; takes: what goes with it: "element" (the nearest list element),
    "parents" (those that are left empty), or nothing.
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
    """The mask of one minor. Raises ValueError on a minor that joblint does not know."""
    if not OLDEST <= minor <= NEWEST:
        raise ValueError(f"Kubernetes 1.{minor} is not one of 1.{OLDEST} to 1.{NEWEST}")
    return 1 << (minor - OLDEST)


def minors(mask: int) -> tuple[int, ...]:
    """The minors of a mask, oldest first."""
    return tuple(minor for minor in MINORS if mask >> (minor - OLDEST) & 1)


def served_minors(api_version: str, kind: str) -> int:
    """The minors that serve such objects."""
    return _data().served.get(f"{api_version} {kind}", 0)


def minors_with(type_: str, name: str) -> int:
    """The minors that know a field of a struct, whatever its type is there."""
    mask = 0
    for other in _data().types.get(type_, {}).get(name, [])[1::2]:
        mask |= other
    return mask


def type_names() -> tuple[str, ...]:
    """The structs of all minors, sorted."""
    return tuple(sorted(_data().types))


def field_names(type_: str) -> tuple[str, ...]:
    """The fields that a struct has in any minor, sorted."""
    return tuple(sorted(_data().types.get(type_, {})))


def field_types(type_: str, name: str) -> tuple[str, ...]:
    """The type expressions that a field of a struct has, in any minor."""
    return tuple(_data().types.get(type_, {}).get(name, [])[::2])


def owners(name: str) -> tuple[str, ...]:
    """The structs that have a field of that name in any minor, sorted."""
    data = _data()
    if not data.owners:
        found: dict[str, list[str]] = {}
        for type_, fields in sorted(data.types.items()):
            for field in fields:
                found.setdefault(field, []).append(type_)
        data.owners = {field: tuple(types) for field, types in found.items()}
    return data.owners.get(name, ())


def guards(type_: str, name: str) -> tuple[Guard, ...]:
    """The gates that guard a field, in any minor: ask Facts.disabled() of each."""
    return guarded(type_).get(name, ())


def guarded(type_: str) -> Mapping[str, tuple[Guard, ...]]:
    """The guarded fields of a struct, in any minor, each with its gates."""
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
    """The stages of a gate as in features.yaml: version, stage, default, lockToDefault; each holds until the next."""
    found = _data().gates.get(gate)
    return list(found["stages"]) if found else []


def gate_masks(gate: str) -> Mapping[str, int] | None:
    """The minors of a gate, whether it reaches a Job or not (MASKS); None where no minor knows it."""
    data = _data()
    if gate in data.others:
        return dict(zip(MASKS, data.others[gate], strict=True))
    return data.gates.get(gate)


def gate_names(mask: int) -> list[str]:
    """The gates that some minor of the mask knows, sorted."""
    data = _data()
    known = MASKS.index("known")
    found = [name for name, masks in data.others.items() if masks[known] & mask]
    return sorted([*found, *(name for name, gate in data.gates.items() if gate["known"] & mask)])


def dependencies() -> Mapping[str, Mapping[str, int]]:
    """Gate -> the gates that must be on where it is on, each with the minors that demand so."""
    return _data().dependencies


class Facts:
    """What one minor knows, with a user's feature gates. Every question that the minor decides narrows `same`."""

    __slots__ = ("_bit", "_data", "_on", "_structs", "gates", "minor", "same")

    def __init__(self, minor: int, gates: Mapping[str, bool] | None = None) -> None:
        """gates: what the user has set; without effect where the minor does not know or has locked it (gates.check)."""
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
        """Forget what was asked."""
        self.same = ALL

    def struct(self, type_: str) -> dict[str, Field]:
        """Field name -> (type expression, mask of the minors that know it with this type), of a struct in this minor.

        Does not narrow: who looks a field up narrows by its mask (`facts.same &= mask`), or asks unknown().
        Empty where this minor has no such struct. Not to be changed.
        """
        found = self._structs.get(type_)
        if found is None:
            found = self._structs[type_] = dict(self._fields(type_))
        return found

    def _fields(self, type_: str) -> Iterator[tuple[str, Field]]:
        for name, pairs in self._data.types.get(type_, {}).items():
            for expression, mask in zip(pairs[::2], pairs[1::2], strict=True):
                if mask & self._bit:
                    yield name, (expression, mask)

    def field(self, type_: str, name: str) -> str | None:
        """The type expression of a field in this minor, None where this minor has no such field."""
        found = self.struct(type_).get(name)
        if found is None:
            self.unknown(type_, name)
            return None
        self.same &= found[1]
        return found[0]

    def unknown(self, type_: str, name: str) -> int:
        """For a field that this minor lacks: the minors that have it (0: none has)."""
        mask = minors_with(type_, name)
        self.same &= ALL & ~mask
        return mask

    def enabled(self, gate: str) -> bool:
        """Whether the feature is on: by the user's word, else by the minor's default.

        Where the minor has removed the gate, its last default; where it does not know it yet, False.
        Raises KeyError on a gate that features.yaml does not describe.
        """
        mask = self._on.get(gate)
        if mask is None:
            mask = self._on[gate] = enabled(self._data.gates[gate], gate, self.gates)
        return self._ask(mask)

    def disabled(self, gate: str) -> bool:
        """Whether this minor knows the gate, and it is off: then the fields that it guards are dropped."""
        return self.known(gate) and not self.enabled(gate)

    def by_default(self, gate: str) -> bool:
        """Whether the feature is on unless a user says otherwise. Raises KeyError as enabled() does."""
        return self._ask(self._data.gates[gate]["on"])

    def known(self, gate: str) -> bool:
        """Whether this minor knows the gate. Raises KeyError on a gate that features.yaml does not describe."""
        return self._ask(self._data.gates[gate]["known"])

    def turned_on(self, gate: str) -> bool:
        """Whether a user's feature gates turn a gate on that is off by default. False for a gate that does not exist.

        For gates that reach no field of a Job, which features.yaml does not describe: these are off unless asked for.
        """
        masks = gate_masks(gate)
        return masks is not None and self._ask(enabled(masks, gate, self.gates) & ~masks["on"])

    def since(self, minor: int) -> bool:
        """Whether this minor is that one or a newer one."""
        return self._ask(ALL & -bit(minor))

    def served(self, api_version: str, kind: str) -> bool:
        """Whether this minor serves such objects: Job, CronJob and their lists, in any version of batch."""
        return self._ask(served_minors(api_version, kind))

    def enum(self, type_: str, name: str) -> tuple[str, ...]:
        """The values that Kubernetes documents for a field (in a list: an element), sorted; or none.

        For hints only: the server's own lists differ from some of them. Documented since 1.24; before, as in 1.24.
        """
        found = self._pick(self._data.enums.get(f"{type_}.{name}", []))
        return tuple(found or ())

    def list_keys(self, type_: str, name: str) -> tuple[str, ...]:
        """The fields that tell a list's elements apart: the key of a strategic merge, else those of an apply; or ()."""
        found = self._pick(self._data.lists.get(f"{type_}.{name}", [])) or {}
        merge = found.get("x-kubernetes-patch-merge-key")
        return (merge,) if merge else tuple(found.get("x-kubernetes-list-map-keys", ()))

    def patch_strategy(self, type_: str, name: str) -> frozenset[str]:
        """How a strategic merge treats a field: "merge", "replace", "retainKeys"; empty: it is replaced."""
        found = self._pick(self._data.lists.get(f"{type_}.{name}", [])) or {}
        return frozenset(filter(None, found.get("x-kubernetes-patch-strategy", "").split(",")))

    def _ask(self, mask: int) -> bool:
        """Whether this minor is in the mask."""
        if mask & self._bit:
            self.same &= mask
            return True
        self.same &= ALL & ~mask
        return False

    def _pick(self, pairs: list[Any]) -> Any:
        """The value whose mask has this minor."""
        for value, mask in zip(pairs[::2], pairs[1::2], strict=True):
            if self._ask(mask):
                return value
        return None


def enabled(gate: Mapping[str, Any], name: str, gates: Mapping[str, bool]) -> int:
    """The minors in which a gate of these masks is on. A gate's own word goes before AllAlpha and AllBeta."""
    mask: int = gate["on"]
    free: int = gate["known"] & ~gate["locked"]
    named = {ALL_ALPHA: free & gate["alpha"], ALL_BETA: free & gate["beta"]}
    for key, whom in [(name, free)] if name in gates else named.items():
        if key in gates:
            mask = mask | whom if gates[key] else mask & ~whom
    return mask
