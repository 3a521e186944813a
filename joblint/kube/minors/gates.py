"""Feature gates that a user sets: which are rejected, and why a gate is off. Imported only if one matters.

The rules are those of the server's own flag: component-base featuregate/feature_gate.go, Set and its dependencies.
"""

from collections.abc import Iterable, Iterator, Mapping

from joblint.kube.minors.minor import (
    ALL,
    ALL_ALPHA,
    ALL_BETA,
    bit,
    dependencies,
    enabled,
    gate_masks,
    gate_names,
)
from joblint.kube.minors.minor import minors as minors_of

_TOLD = 3  # dependencies that a message lists


class GateError(ValueError):
    """The API server would not start with these feature gates."""


def check(minors: Iterable[int], gates: Mapping[str, bool]) -> None:
    """Check that gates can be set to these values. Raises GateError.

    With one minor, it is an error if its API server would not start with them. With several, a gate is set in those
    that allow it, because most gates exist only for a few minors; it is an error if none does, or if in one of them a
    gate is on without another that it depends on.
    """
    targets = 0
    for minor in minors:
        targets |= bit(minor)
    for name, value in gates.items():
        if not isinstance(value, bool):
            raise GateError(f"feature gate {name} must be true or false, not {value!r}")
        if name not in (ALL_ALPHA, ALL_BETA):
            _settable(name, value, targets)
    _dependencies(targets, gates)


def _settable(name: str, value: bool, targets: int) -> None:
    gate = gate_masks(name) or {}
    known = gate.get("known", 0) & targets
    if not known:
        raise GateError(f"feature gate {name} does not exist in Kubernetes {span(targets)}{_hint(name, gate, targets)}")
    if not known & ~_locked(gate, not value):
        default = str(not value).lower()
        raise GateError(f"feature gate {name} is locked to {default} in Kubernetes {span(known)}")


def _locked(gate: Mapping[str, int], value: bool) -> int:
    """Return the minors in which a gate is locked to a value."""
    return gate["locked"] & (gate["on"] if value else ~gate["on"])


def _hint(name: str, gate: Mapping[str, int], targets: int) -> str:
    """Return in which minors the gate exists, or a similar gate: if possible, one that exists in the targets."""
    if gate:
        return f" ({_known(gate, targets)})"
    from joblint.kube.nearest import nearest

    for mask in (targets, ALL):
        meant = nearest(name, gate_names(mask))
        if meant:
            where = "" if mask == targets else f" ({_known(gate_masks(meant) or {}, targets)})"
            return f"; did you mean {meant}?{where}"
    return ""


def _known(gate: Mapping[str, int], targets: int) -> str:
    """Return in which minors a gate exists, for one that does not exist in the targets."""
    known = gate["known"]
    later = ALL >> known.bit_length() << known.bit_length()
    good = f", and is always {'on' if gate['on'] & later else 'off'} after that" if targets & later == targets else ""
    return f"it exists in {span(known)}{good}"


def _dependencies(targets: int, gates: Mapping[str, bool]) -> None:
    """Check that no gate is on without one that it depends on, from 1.35 on. Raises GateError."""
    lacking = [(mask & targets, gate, other) for gate, other, mask in _lacking(gates) if mask & targets]
    if lacking:
        where = 0
        for mask, _, _ in lacking:
            where |= mask
        told = "; ".join(f"{gate} needs {other}" for _, gate, other in lacking[:_TOLD])
        more = f"; and {len(lacking) - _TOLD} more" if len(lacking) > _TOLD else ""
        cures = dict.fromkeys(f"{gate}=false" if other in gates else f"{other}=true" for _, gate, other in lacking)
        what = f"in Kubernetes {span(where)} feature gates are on, but others that they need are off"
        raise GateError(f"{what}: {told}{more}; also set {','.join(cures)}")


def _lacking(gates: Mapping[str, bool]) -> Iterator[tuple[str, str, int]]:
    """Yield (gate, one that it depends on, the minors in which the first is on and the other is off)."""
    for gate, others in dependencies().items():
        for other, minors in others.items():
            mask = minors & _on(gate, gates) & ~_on(other, gates)
            if mask:
                yield gate, other, mask


def _on(name: str, gates: Mapping[str, bool]) -> int:
    return enabled(gate_masks(name) or {}, name, gates)


def off(name: str, *, by_hand: bool) -> str:
    """Return why a gate that guards a field is off, by the user or by default, and how to turn it on.

    The text is the same for every minor in which it is off in that way: a finding for several has that of the newest.
    """
    if by_hand:
        return f"feature gate {name} is turned off by `--feature-gates`"
    masks = gate_masks(name) or {}
    known, on = masks["known"], masks["on"] & masks["known"]
    if on:
        when = f"before 1.{minors_of(on)[0]}"
    elif known & bit(minors_of(ALL)[-1]):
        when = f"up to 1.{minors_of(ALL)[-1]}"
    else:
        when = f"and was removed after 1.{minors_of(known)[-1]}"
    needed = (other for other, mask in dependencies().get(name, {}).items() if mask & ~_on(other, {}))
    cure = ",".join(f"{gate}=true" for gate in (name, *needed))
    return (
        f"feature gate {name} is off by default {when}; "
        f"if your cluster enables the gate, run joblint with `--feature-gates {cure}`"
    )


def span(mask: int) -> str:
    """Return minors in words: "1.25", "1.25 to 1.32", "1.23 and 1.25 to 1.27"."""
    runs: list[list[int]] = []
    for minor in minors_of(mask):
        if runs and minor == runs[-1][-1] + 1:
            runs[-1].append(minor)
        else:
            runs.append([minor])
    return " and ".join(f"1.{run[0]}" + (f" to 1.{run[-1]}" if run[1:] else "") for run in runs)
