"""Where a pod may run: tolerations, node selectors, gates, spread.

Source: pkg/apis/core/validation/validation.go, ValidateTolerations, validateTopologySpreadConstraints,
validateSchedulingGates, validateReadinessGates; apimachinery pkg/apis/meta/v1/validation, ValidateLabels.
"""

import re
from typing import TYPE_CHECKING

from joblint.kube.names.names import label_value, qualified_name, short
from joblint.rule.registry import rule
from joblint.rule.report import Reports, duplicate, forbidden, invalid, not_supported, required
from joblint.rule.value import Value
from joblint.server.pod.common import called, choice, expect, need, one_of, quoted, words

if TYPE_CHECKING:
    from joblint.rule.context import Context

OPERATORS, COMPARISONS = ("Exists", "Equal"), ("Lt", "Gt")
EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
UNSATISFIABLE = ("DoNotSchedule", "ScheduleAnyway")
NODE_POLICIES = ("Honor", "Ignore")
INT64 = range(-(1 << 63), 1 << 63)
_DIGITS = len(str(INT64.start))


# -- tolerations


@rule("invalid-toleration", on="Toleration")
def toleration(entry: Value, ctx: "Context") -> Reports:
    yield from expect(entry, "key", qualified_name)
    operator, effect = entry.text("operator"), entry.text("effect")
    if not entry.text("key") and operator != OPERATORS[0]:
        text = f"a toleration needs a `key`, or `operator: {OPERATORS[0]}` to tolerate all taints"
        yield invalid(entry.get("operator") or entry, text, field=entry.child_path("operator"))
    if entry.has("tolerationSeconds") and effect != EFFECTS[-1]:
        text = f"`tolerationSeconds` is only allowed with `effect: {EFFECTS[-1]}`"
        yield invalid(entry.get("effect") or entry.data["tolerationSeconds"], text, field=entry.child_path("effect"))
    yield from choice(entry, "effect", EFFECTS)


@rule("invalid-toleration", on="Toleration")
def toleration_value(entry: Value, ctx: "Context") -> Reports:
    """Check the value of a toleration; the server reports a wrong value at the operator."""
    operator, value = entry.text("operator"), entry.text("value")
    field = entry.child_path("operator")
    if operator == OPERATORS[0] and value:
        text = f"`value` must not be set when `operator` is `{OPERATORS[0]}`"
        yield invalid(entry.data["value"], text, field=field)
    elif operator in ("", OPERATORS[1]) and (wrong := label_value(value)):
        yield invalid(entry.data["value"], f"`value: {short(value)}` {wrong}", field=field)
    elif operator in COMPARISONS:
        yield from _comparison(entry, ctx)
    elif operator and operator not in OPERATORS:
        yield from one_of(entry.data["operator"], OPERATORS)


def _comparison(entry: Value, ctx: "Context") -> Reports:
    """Check an operator that compares numbers, from 1.35 with a gate."""
    if not ctx.facts.enabled("TaintTolerationComparisonOperators"):
        yield from one_of(entry.data["operator"], OPERATORS)
        return
    text = entry.text("value")
    whole = re.fullmatch(r"0|-?[1-9][0-9]*", text, re.ASCII)
    if not whole or len(text) > _DIGITS or int(text) not in INT64:
        place = entry.get("value") or entry
        yield invalid(
            place,
            f"`value` must be a whole number when `operator` is `{entry.text('operator')}`, not {quoted(text)}",
            field=entry.child_path("value"),
        )


# -- node selector and gates


@rule("invalid-node-selector", on="PodSpec")
def node_selector(spec: Value, ctx: "Context") -> Reports:
    if not spec.has("nodeSelector"):
        return
    field = spec.child_path("nodeSelector")
    for key, value in spec.entries("nodeSelector").items():
        if wrong := qualified_name(key):
            yield invalid(value, f"the label {quoted(key)} {wrong}", field=field)
        elif not value.opaque and (wrong := label_value(value.scalar())):
            yield invalid(value, f"the value {quoted(value.scalar())} of the label {quoted(key)} {wrong}", field=field)


@rule("invalid-pod-setting", on="PodReadinessGate")
def readiness_gate(gate: Value, ctx: "Context") -> Reports:
    if wrong := qualified_name(gate.text("conditionType")):
        value = gate.get("conditionType") or gate
        named = (
            f"`conditionType: {short(gate.text('conditionType'))}`" if gate.text("conditionType") else "`conditionType`"
        )
        yield invalid(value, f"{named} {wrong}", field=gate.child_path("conditionType"))


@rule("invalid-pod-setting", on="PodSchedulingGate")
def scheduling_gate(gate: Value, ctx: "Context") -> Reports:
    name = gate.text("name")
    if not name and not ctx.facts.since(27):
        yield required(gate, "name", "a scheduling gate needs a `name`", field=gate.path)
    elif (wrong := qualified_name(name)) and ctx.facts.since(27):
        yield invalid(gate.get("name") or gate, f"the scheduling gate {called(gate)} {wrong}", field=gate.path)


@rule("invalid-pod-setting", on="PodSpec")
def unique_gates(spec: Value, ctx: "Context") -> Reports:
    if not spec.has("schedulingGates"):
        return
    seen: set[str] = set()
    for gate in spec.items("schedulingGates"):
        name = gate.text("name")
        if name in seen:
            yield duplicate(
                gate.get("name") or gate, f"the scheduling gate {called(gate)} is listed twice", field=gate.path
            )
        seen.add(name)


# -- topology spread


@rule("invalid-topology-spread", on="TopologySpreadConstraint")
def spread(constraint: Value, ctx: "Context") -> Reports:
    skew = constraint.get("maxSkew")
    if skew is None or skew.scalar() <= 0:
        place, field = skew if skew is not None else constraint, constraint.child_path("maxSkew")
        yield invalid(place, "`maxSkew` must be greater than 0", field=field)
    yield from need(constraint, "topologyKey")
    if constraint.has("whenUnsatisfiable"):
        yield from choice(constraint, "whenUnsatisfiable", UNSATISFIABLE, default=False)
    else:
        text = f"a spread constraint needs `whenUnsatisfiable`: {words(UNSATISFIABLE)}"
        yield not_supported(constraint, text, field=constraint.child_path("whenUnsatisfiable"))


@rule("invalid-topology-spread", on="TopologySpreadConstraint")
def spread_policies(constraint: Value, ctx: "Context") -> Reports:
    yield from choice(constraint, "nodeAffinityPolicy", NODE_POLICIES, default=False)
    yield from choice(constraint, "nodeTaintsPolicy", NODE_POLICIES, default=False)
    least = constraint.get("minDomains")
    if least is None:
        return
    if least.scalar() <= 0:
        yield invalid(least, "`minDomains` must be greater than 0")
    elif constraint.text("whenUnsatisfiable") != UNSATISFIABLE[0]:
        yield invalid(least, f"`minDomains` is only allowed with `whenUnsatisfiable: {UNSATISFIABLE[0]}`")


@rule("invalid-topology-spread", on="PodSpec")
def repeated_spread(spec: Value, ctx: "Context") -> Reports:
    """Report repeated constraints; the server names all but the last of a kind."""
    if not spec.has("topologySpreadConstraints"):
        return
    last: dict[tuple[str, str], Value] = {}
    for constraint in spec.items("topologySpreadConstraints"):
        kind = (constraint.text("topologyKey"), constraint.text("whenUnsatisfiable"))
        if kind in last:
            field = last[kind].child_path("{topologyKey, whenUnsatisfiable}")
            text = "another constraint has the same `topologyKey` and `whenUnsatisfiable`"
            yield duplicate(last[kind], text, first=constraint, field=field)
        last[kind] = constraint


@rule("invalid-topology-spread", on="TopologySpreadConstraint")
def spread_label_keys(constraint: Value, ctx: "Context") -> Reports:
    """Check `matchLabelKeys`: ValidateMatchLabelKeysInTopologySpread up to 1.33, from 1.34 as in affinity terms."""
    keys = constraint.get("matchLabelKeys")
    if keys is None or not keys.elements():
        return
    if ctx.facts.enabled("MatchLabelKeysInPodTopologySpreadSelectorMerge"):
        yield from label_keys(constraint, ctx)
        return
    selector = constraint.get("labelSelector")
    if selector is None and ctx.facts.since(27):
        yield forbidden(keys, "`matchLabelKeys` needs a `labelSelector`")
    selected = _selected(selector) if selector is not None else set()
    for key in keys.elements():
        if wrong := qualified_name(key.scalar()):
            yield invalid(key, f"the label {quoted(key.scalar())} {wrong}")
        elif key.scalar() in selected:
            yield invalid(key, f"{quoted(key.scalar())} must not be in both `matchLabelKeys` and `labelSelector`")


def _selected(selector: Value) -> set[str]:
    return {*selector.entries("matchLabels"), *(e.text("key") for e in selector.items("matchExpressions"))}


def label_keys(owner: Value, ctx: "Context") -> Reports:
    """Check keys whose values come from the pod itself (ValidateMatchLabelKeysAndMismatchLabelKeys)."""
    selector = owner.get("labelSelector")
    for name in ("matchLabelKeys", "mismatchLabelKeys"):
        keys = owner.get(name)
        if keys is not None and keys.elements():
            yield from _keys(keys, selector)
    if selector is not None and owner.has("matchLabelKeys"):
        yield from _selected_twice(owner, selector)
    both = set(owner.strings("mismatchLabelKeys"))
    for key in owner.items("matchLabelKeys") if both else ():
        if key.scalar() in both:
            yield invalid(key, f"{quoted(key.scalar())} must not be in both `matchLabelKeys` and `mismatchLabelKeys`")


def _keys(keys: Value, selector: Value | None) -> Reports:
    if selector is None:
        yield forbidden(keys, f"`{keys.step}` needs a `labelSelector`")
        return
    for key in keys.elements():
        if wrong := qualified_name(key.scalar()):
            yield invalid(key, f"the label {quoted(key.scalar())} {wrong}")


def _selected_twice(owner: Value, selector: Value) -> Reports:
    """Report a key of `matchLabelKeys` that the selector has twice: in a pod, the server adds it once itself."""
    keys = {key.scalar(): key for key in owner.items("matchLabelKeys")}
    seen = set(selector.entries("matchLabels"))
    for expression in selector.items("matchExpressions"):
        key = expression.text("key")
        if key in keys and key in seen:
            text = f"{quoted(key)} must not be in both `matchLabelKeys` and `labelSelector`"
            yield invalid(keys[key], text, field=f"{owner.path}[{keys[key].step}]")
        seen.add(key)
