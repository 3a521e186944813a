"""Affinity to nodes and pods, and the selectors in it.

Source: pkg/apis/core/validation/validation.go, validateAffinity, ValidateNodeSelectorRequirement,
validatePodAffinityTerm; apimachinery pkg/apis/meta/v1/validation, ValidateLabelSelector.
"""

from typing import TYPE_CHECKING

from joblint.kube.names.names import dns_label, dns_subdomain, label_value, qualified_name, short
from joblint.rule.registry import rule
from joblint.rule.report import Reports, forbidden, invalid, required
from joblint.rule.value import Value
from joblint.server.job.selector import label_selector
from joblint.server.pod.common import meant_as, out_of_range, quoted, words
from joblint.server.pod.scheduling import label_keys
from joblint.server.pod.volumes import leading

if TYPE_CHECKING:
    from joblint.rule.context import Context

WEIGHTS = range(1, 101)
SET_OPERATORS, BARE_OPERATORS, ORDER_OPERATORS = ("In", "NotIn"), ("Exists", "DoesNotExist"), ("Gt", "Lt")
NODE_NAME = "metadata.name"
# Selectors below these are the pod's; a Job's own one and a trust bundle's are checked elsewhere.
TERM, SPREAD, CLAIM = "PodAffinityTerm", "TopologySpreadConstraint", "PersistentVolumeClaimSpec"


def _operator(requirement: Value, allowed: tuple[str, ...]) -> Reports:
    """Report an operator that is not allowed, which the server calls invalid."""
    if requirement.text("operator") not in allowed:
        value = requirement.get("operator")
        text = f"`operator` must be {words(allowed)}, not {quoted(requirement.text('operator'))}"
        report = invalid(value or requirement, text, field=requirement.child_path("operator"))
        yield meant_as(report, value, allowed) if value is not None else report


def _values(requirement: Value) -> Reports:
    """Report values that do not fit the operator."""
    operator, count = requirement.text("operator"), len(requirement.items("values"))
    if operator in SET_OPERATORS and not count:
        yield required(
            requirement, "values", f"`operator: {operator}` requires `values`", because=requirement.get("operator")
        )
    elif operator in BARE_OPERATORS and count:
        yield forbidden(requirement.data["values"], f"`values` must not be set when `operator` is `{operator}`")


def _key(requirement: Value) -> Reports:
    if wrong := qualified_name(requirement.text("key")):
        place = requirement.get("key") or requirement
        text = f"the label {quoted(requirement.text('key'))} {wrong}"
        yield invalid(place, text, field=requirement.child_path("key"))


def _label_values(requirement: Value) -> Reports:
    for value in requirement.items("values"):
        if wrong := label_value(value.scalar()):
            yield invalid(value, f"the value {quoted(value.scalar())} {wrong}")


# -- nodes


@rule("invalid-node-selector", on="NodeSelector")
def node_selector_terms(selector: Value, ctx: "Context") -> Reports:
    if not selector.items("nodeSelectorTerms"):
        yield required(selector, "nodeSelectorTerms", "a node selector needs at least 1 entry in `nodeSelectorTerms`")


@rule("invalid-node-selector", on="NodeSelectorRequirement")
def node_requirement(requirement: Value, ctx: "Context") -> Reports:
    if requirement.parent is None or requirement.parent.step != "matchExpressions":
        return
    yield from _operator(requirement, (*SET_OPERATORS, *BARE_OPERATORS, *ORDER_OPERATORS))
    yield from _values(requirement)
    yield from _key(requirement)
    operator = requirement.text("operator")
    if operator in ORDER_OPERATORS and len(requirement.items("values")) != 1:
        text = f"`operator: {operator}` requires exactly 1 entry in `values`"
        yield required(requirement, "values", text, because=requirement.get("operator"))


@rule("invalid-node-selector", on="NodeSelectorRequirement")
def node_label_values(requirement: Value, ctx: "Context") -> Reports:
    """Check label values, from 1.33; those of a preferred term may be anything."""
    expressions = requirement.parent is not None and requirement.parent.step == "matchExpressions"
    if not expressions or requirement.up("PreferredSchedulingTerm") is not None:
        return
    if any(label_value(v.scalar()) for v in requirement.items("values")) and ctx.facts.since(33):
        yield from _label_values(requirement)


@rule("invalid-node-selector", on="NodeSelectorRequirement")
def node_field(requirement: Value, ctx: "Context") -> Reports:
    """Check `matchFields`, which only support the node's name (ValidateNodeFieldSelectorRequirement)."""
    if requirement.parent is None or requirement.parent.step != "matchFields":
        return
    yield from _operator(requirement, SET_OPERATORS)
    values = requirement.items("values")
    if requirement.text("operator") in SET_OPERATORS and len(values) != 1:
        text = f"`matchFields` requires exactly 1 entry in `values` with `operator: {requirement.text('operator')}`"
        yield required(requirement, "values", text, because=requirement.get("operator"))
    if requirement.text("key") != NODE_NAME:
        place = requirement.get("key") or requirement
        text = f"`matchFields` only supports `{NODE_NAME}`, not {quoted(requirement.text('key'))}"
        yield invalid(place, text, field=requirement.child_path("key"))
        return
    for value in values:
        if wrong := dns_subdomain(value.scalar()):
            yield invalid(value, f"the value {quoted(value.scalar())} {wrong}")


@rule("invalid-node-selector", on="PreferredSchedulingTerm")
def node_weight(term: Value, ctx: "Context") -> Reports:
    yield from _weight(term)


def _weight(term: Value) -> Reports:
    weight = term.get("weight")
    if weight is None:
        yield invalid(term, "a preferred term needs a `weight` from 1 to 100", field=term.child_path("weight"))
    elif weight.scalar() not in WEIGHTS:
        yield out_of_range(weight, WEIGHTS)


# -- pods


@rule("invalid-pod-affinity", on="WeightedPodAffinityTerm")
def pod_weight(term: Value, ctx: "Context") -> Reports:
    yield from _weight(term)
    if not term.has("podAffinityTerm"):
        yield from _topology_key(term, f"{term.path}.podAffinityTerm")


@rule("invalid-pod-affinity", on="PodAffinityTerm")
def affinity_term(term: Value, ctx: "Context") -> Reports:
    yield from _topology_key(term, term.path)
    for name in term.items("namespaces"):
        if wrong := dns_label(name.scalar()):
            yield invalid(name, f"the namespace {quoted(name.scalar())} {wrong}", field=term.child_path("namespace"))


def _topology_key(term: Value, path: str) -> Reports:
    """Check a topology key; the server refuses an empty one twice."""
    key = term.text("topologyKey") if term.type == "PodAffinityTerm" else ""
    if not key:
        yield required(term, "topologyKey", "an affinity term needs a `topologyKey`", field=f"{path}.topologyKey")
    if wrong := qualified_name(key):
        place = term.get("topologyKey") or term
        yield invalid(place, f"`topologyKey: {short(key)}` {wrong}", field=f"{path}.topologyKey")


@rule("invalid-pod-affinity", on="PodAffinityTerm")
def affinity_label_keys(term: Value, ctx: "Context") -> Reports:
    if term.has("matchLabelKeys") or term.has("mismatchLabelKeys"):
        yield from label_keys(term, ctx)


# -- label selectors


@rule("invalid-selector", on="LabelSelector")
def selector_of_pod(selector: Value, ctx: "Context") -> Reports:
    """Check a selector; its values are checked from 1.26, a spread constraint's selector from 1.27."""
    if not _judged(selector):
        return
    reports = list(label_selector(selector, values=True))
    if reports and not ctx.facts.since(26):
        reports = list(label_selector(selector, values=False))
    if reports and selector.parent is not None and selector.parent.type == SPREAD and not ctx.facts.since(27):
        return
    yield from reports


def _judged(selector: Value) -> bool:
    """Return whether this is a selector of the pod that the server checks."""
    owner = selector.parent
    if owner is None:
        return False
    return owner.type in (TERM, SPREAD) or (owner.type == CLAIM and leading(selector))
