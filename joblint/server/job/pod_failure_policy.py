"""A Job's podFailurePolicy.

Source: pkg/apis/batch/validation/validation.go, validatePodFailurePolicy and what it calls (since 1.25).
"""

from itertools import pairwise
from typing import TYPE_CHECKING

from joblint.kube.names import names
from joblint.manifests.yaml.tree import Node
from joblint.rule.cure.cure import Operation, Put, adding, leaving_out, writing
from joblint.rule.registry import rule
from joblint.rule.report import Reports, duplicate, invalid, not_supported, required, too_many
from joblint.rule.value import Value
from joblint.server.parts import absent
from joblint.server.pod.common import one_of, words

if TYPE_CHECKING:
    from joblint.rule.context import Context

MAX_RULES = MAX_PATTERNS = 20
MAX_EXIT_CODES = 255
_LOOKED_AT = 1000  # values that are reported one by one, of a list that is far too long
_NAMED = 5  # containers that a message lists
_FAIL_INDEX = "FailIndex"
_ACTIONS = ("Count", "FailJob", "Ignore")
_IN, _NOT_IN = "In", "NotIn"
_STATUSES = ("True", "False", "Unknown")


@rule("invalid-pod-failure-policy", on="PodFailurePolicy")
def number_of_rules(policy: Value, _: "Context") -> Reports:
    if (count := len(policy.items("rules"))) > MAX_RULES:
        yield too_many(policy.data["rules"], f"`podFailurePolicy` can have at most {MAX_RULES} rules, not {count}")


@rule("invalid-pod-failure-policy", on="PodFailurePolicyRule")
def number_of_patterns(policy_rule: Value, _: "Context") -> Reports:
    if (count := len(policy_rule.items("onPodConditions"))) > MAX_PATTERNS:
        message = f"`onPodConditions` can have at most {MAX_PATTERNS} entries, not {count}"
        yield too_many(policy_rule.data["onPodConditions"], message)


@rule("invalid-pod-failure-policy", on="PodFailurePolicyOnExitCodesRequirement")
def number_of_exit_codes(requirement: Value, _: "Context") -> Reports:
    if (count := len(requirement.items("values"))) > MAX_EXIT_CODES:
        yield too_many(
            requirement.data["values"], f"`onExitCodes` can have at most {MAX_EXIT_CODES} values, not {count}"
        )


@rule("invalid-pod-failure-policy", on="PodFailurePolicyRule")
def action(policy_rule: Value, ctx: "Context") -> Reports:
    text = policy_rule.text("action")
    if not text:
        known = (*_ACTIONS, _FAIL_INDEX) if ctx.facts.since(28) else _ACTIONS
        yield required(policy_rule, "action", f"a `podFailurePolicy` rule needs an `action`: {words(known)}")
    elif text == _FAIL_INDEX and ctx.facts.since(28):
        spec = policy_rule.up("JobSpec")
        if spec is not None and not spec.has("backoffLimitPerIndex"):
            message = f"`action: {_FAIL_INDEX}` needs `backoffLimitPerIndex` in the Job's spec"
            yield invalid(policy_rule.data["action"], message)
    elif text not in _ACTIONS:
        value = policy_rule.data["action"]
        if text == _FAIL_INDEX:
            yield not_supported(value, f"`action: {_FAIL_INDEX}` requires Kubernetes 1.28 or later")
        else:
            yield from one_of(value, (*_ACTIONS, _FAIL_INDEX))


@rule("invalid-pod-failure-policy", on="PodFailurePolicyRule")
def one_condition(policy_rule: Value, _: "Context") -> Reports:
    codes, patterns = policy_rule.get("onExitCodes"), policy_rule.items("onPodConditions")
    if codes is not None and patterns:
        yield invalid(policy_rule, "a rule must not have both `onExitCodes` and `onPodConditions`: write 2 rules")
    elif codes is None and not patterns:
        yield invalid(policy_rule, "a `podFailurePolicy` rule needs `onExitCodes` or `onPodConditions`")


@rule("invalid-pod-failure-policy", on="PodFailurePolicyOnPodConditionsPattern")
def condition_type(pattern: Value, _: "Context") -> Reports:
    text = pattern.text("type")
    if not text:
        yield absent(pattern, "type", "an entry of `onPodConditions` needs a `type`, such as `DisruptionTarget`")
    elif wrong := names.qualified_name(text):
        yield invalid(pattern.data["type"], f"the condition type `{names.short(text)}` {wrong}")


@rule("invalid-pod-failure-policy", on="PodFailurePolicyOnPodConditionsPattern")
def condition_status(pattern: Value, ctx: "Context") -> Reports:
    text = pattern.text("status")
    if text:
        yield from one_of(pattern.data["status"], _STATUSES)
    elif ctx.kind != "Job" and not ctx.facts.since(34):  # a Job's has a default, a CronJob's since 1.34
        report = required(pattern, "status", 'in a CronJob, `onPodConditions` needs a `status`: add `status: "True"`')
        written = pattern.get("status")
        yield report.cure_by(adding(pattern, "status", "True") if written is None else writing(written, "True"))


@rule("invalid-pod-failure-policy", on="PodFailurePolicyOnExitCodesRequirement")
def operator(requirement: Value, _: "Context") -> Reports:
    text = requirement.text("operator")
    if not text:
        yield required(requirement, "operator", f"`onExitCodes` needs an `operator`: `{_IN}` or `{_NOT_IN}`")
    else:
        yield from one_of(requirement.data["operator"], (_IN, _NOT_IN))


@rule("invalid-pod-failure-policy", on="PodFailurePolicyOnExitCodesRequirement")
def exit_codes(requirement: Value, _: "Context") -> Reports:
    values = requirement.items("values")
    if not values:
        yield absent(requirement, "values", "`onExitCodes` needs at least 1 exit code in `values`")
    seen: dict[int, Value] = {}
    for value in values[:_LOOKED_AT]:
        if value.opaque:
            continue
        if value.data in seen:
            report = duplicate(value, f"exit code {value.data} is listed twice", first=seen[value.data])
            yield report.cure_by(leaving_out(value))
        seen.setdefault(value.data, value)


@rule("invalid-pod-failure-policy", on="PodFailurePolicyOnExitCodesRequirement")
def zero(requirement: Value, _: "Context") -> Reports:
    if requirement.text("operator") != _IN:
        return
    for value in requirement.items("values")[:_LOOKED_AT]:
        if not value.opaque and value.data == 0:
            report = invalid(value, "exit code 0 is not a failure, so it must not be listed with `operator: In`")
            yield report.cure_by(leaving_out(value)) if len(requirement.data["values"].data) > 1 else report


@rule("invalid-pod-failure-policy", on="PodFailurePolicyOnExitCodesRequirement")
def order(requirement: Value, ctx: "Context") -> Reports:
    listed = requirement.items("values")
    values = [value.scalar() for value in listed]
    if any(a > b for a, b in pairwise(values)):
        report = invalid(requirement.data["values"], "the exit codes in `values` must be in ascending order")
        yield report.cure("sort them", *_sorted(listed, ctx))


def _sorted(listed: list[Value], ctx: "Context") -> list[Operation]:
    """Return the operations that sort the codes, none if there are comments: they would stay in their places."""
    if len(listed) > MAX_EXIT_CODES or "#" in ctx.text_at(Node(listed[0].node.start, listed[-1].node.end)):
        return []
    wanted = sorted(value.scalar() for value in listed)
    return [Put(value.node, code) for value, code in zip(listed, wanted, strict=True) if value.data != code]


@rule("invalid-pod-failure-policy", on="PodFailurePolicy")
def containers(policy: Value, _: "Context") -> Reports:
    spec = policy.up("JobSpec")
    pod = None if spec is None else spec.at("template", "spec")
    both = () if pod is None else (*pod.items("containers"), *pod.items("initContainers"))
    known = {container.text("name"): None for container in both}
    there = _there(known)
    for policy_rule in policy.items("rules"):
        value = None if policy_rule.opaque else policy_rule.at("onExitCodes", "containerName")
        if value is not None and not value.opaque and value.data not in known:
            yield invalid(value, f"`containerName: {names.short(value.data)}` is not in the pod template; {there}")


def _there(known: dict[str, None]) -> str:
    listed = [f"`{names.short(name)}`" for name in known if name]
    more = ", …" if len(listed) > _NAMED else ""
    return f"its containers are {', '.join(listed[:_NAMED])}{more}" if listed else "it has no containers"
