"""Layers of values, each overriding the one before: the values in force in the end, and the Settings made from them.

The layers are the defaults, the configuration and its sections in their order, the environment, the command line.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from joblint.kube.minors.versions import parse_versions, requested
from joblint.project.config.keys import ADD, KEYS, NAMED, OFF, RULES, VALUES
from joblint.project.config.read import Given
from joblint.rule import cards as rules
from joblint.rule.finding import EFFECTS
from joblint.rule.flaw import Flaw
from joblint.rule.own import OWN
from joblint.rule.settings import Settings

Layer = Sequence[Given]
_SELECTION = ("select", "extend-select", "ignore")


def defaults() -> Layer:
    """Return the layer of the default values."""
    return [Given(key.name, value, "default") for key in KEYS.values() for value in key.default]


def in_force(layers: Iterable[Layer]) -> list[Given]:
    """Return the values in force once all layers are merged, by key."""
    found: dict[str, list[Given]] = {name: [] for name in KEYS}
    for layer in layers:
        given = _by_key(layer)
        if "select" in given:  # starts a new selection
            found |= {name: [] for name in _SELECTION}
            found["severity"] = [one for one in found["severity"] if one.value != OFF]
        for name, values in given.items():
            merge, before = KEYS[name].merge, found[name]
            names = {one.name for one in values}
            if merge == NAMED:
                before = [one for one in before if one.name not in names]
            found[name] = before + values if merge in (ADD, NAMED) else values
    return [one for values in found.values() for one in values]


def asked(layers: Sequence[Layer]) -> Sequence[int]:
    """Return the minors that some layers ask for, including those that are newer than joblint knows."""
    given = _by_key(in_force(layers)).get("kube-version", ())
    words = [str(one.value) for one in given if one.value is not None]
    return requested(words) if words else ()


class Unfit(ValueError):
    """Raised for feature gates that the API server would not start with, and for values that cannot be read.

    `given` is the value of the configuration that causes it.
    """

    def __init__(self, given: Given, message: str) -> None:
        super().__init__(message)
        self.given = given


def blame(error: Unfit) -> Flaw:
    """Return the mistake at the place in the configuration that causes it."""
    given = error.given
    return Flaw(given.origin.rpartition(":")[0], given.line, given.column, f"`{given.key}`: {error}")


def settings(layers: Sequence[Layer]) -> Settings:
    """Return the settings that some layers result in. Raises Unfit."""
    given = _by_key(in_force(layers))
    minors = parse_versions([str(one.value) for one in given["kube-version"] if one.value is not None])
    gates = _gates(layers, given.get("feature-gates", []), minors)
    chosen, severities = _selection(layers)
    if OWN:
        from joblint.checks.own import home

        homes = {home(str(one.value)) for one in given.get(RULES, ()) if one.value is not None}
        chosen = rules.of_homes(chosen, homes)
    return Settings(
        minors,
        gates,
        lambda name, effect: (name, effect) in chosen,
        severities=severities,
        field_validation=str(given["field-validation"][-1].value),
        options=_options(given.get("options", ())),
        require_reason=any(one.value is True for one in given.get("require-reason", ())),
        namespace=str(given["namespace"][-1].value),
        given=_values(given.get(VALUES, ())),
    )


def _values(given: Sequence[Given]) -> tuple[Any, ...]:
    """Return the layers of the files with values for charts, the highest first. Raises Unfit."""
    found = []
    for one in reversed(given):
        if one.value is not None:
            from joblint.project.given import layer_of_file
            from joblint.project.render.contained import RenderError

            try:
                found.append(layer_of_file(str(one.value)))
            except RenderError as error:
                raise Unfit(one, f"{one.value}: {error}") from None
    return tuple(found)


def _options(given: Iterable[Given]) -> dict[tuple[str, str], int]:
    """Return the options of rules, by rule and option."""
    found = {}
    for one in given:
        rule, _, option = one.name.partition(".")
        found[rule, option] = int(one.value or 0)
    return found


def _gates(layers: Sequence[Layer], given: Sequence[Given], minors: tuple[int, ...]) -> dict[str, bool]:
    """Return the feature gates in force, without those set for other versions than a later layer names.

    Raises Unfit.
    """
    if not given:
        return {}
    from joblint.kube.minors.gates import GateError, check

    versions = max(at for at, layer in enumerate(layers) if any(one.key == "kube-version" for one in layer))
    earlier = [one for layer in layers[:versions] for one in layer]
    gates: dict[str, bool] = {}
    for one in given:
        try:
            check(minors, {one.name: bool(one.value)})
        except GateError as error:
            # On its own it may lack another gate that it depends on; that is checked below, with all of them.
            if str(error).startswith(f"feature gate {one.name} "):
                if one in earlier:
                    continue
                raise Unfit(one, str(error)) from None
        gates[one.name] = bool(one.value)
    try:
        check(minors, gates)
    except GateError as error:
        raise Unfit(given[-1], str(error)) from None
    return gates


def _selection(layers: Sequence[Layer]) -> tuple[set[tuple[str, str]], dict[tuple[str, str], str]]:
    """Return the selected (rule, effect) pairs, and the severities that differ from their effect's.

    What a layer turns off with the severity `off`, the same or a later layer turns on again with another severity.
    """
    chosen: set[tuple[str, str]] = set()
    silenced: set[tuple[str, str]] = set()
    severities = rules.own_severities()
    for layer in layers:
        given = _by_key(layer)
        if "select" in given:
            chosen, silenced = _named(given, "select"), set()
        chosen |= _named(given, "extend-select")
        for one in sorted(given.get("severity", ()), key=_breadth):
            about = rules.pairs([one.name])
            if one.value == OFF:
                silenced |= chosen & about
                chosen -= about
            else:
                chosen |= silenced & about
                severities.update(dict.fromkeys(about, str(one.value)))
        chosen -= _named(given, "ignore")
    return chosen, severities


def _named(given: dict[str, list[Given]], key: str) -> set[tuple[str, str]]:
    return rules.pairs(str(one.value) for one in given.get(key, ()) if one.value is not None)


def _breadth(given: Given) -> int:
    """Return the sort key that applies effects first, then groups, then rules: the most specific takes precedence."""
    if given.name == "all":
        return 0
    groups = {card.group for card in rules.cards().values()}
    return 1 if given.name in EFFECTS else 2 if given.name in groups else 3


def _by_key(layer: Iterable[Given]) -> dict[str, list[Given]]:
    found: dict[str, list[Given]] = {}
    for one in layer:
        found.setdefault(one.key, []).append(one)
    return found
