"""A Job's `scheduling`: how its Pods are scheduled as a group. Since 1.37, with the gate WorkloadWithJob.

Sources: pkg/apis/batch/v1/zz_generated.validations.go, pkg/apis/scheduling/v1alpha3/zz_generated.validations.go,
pkg/apis/batch/validation/validation.go (validateGangMinCount, validateJobScheduling), component-helpers
scheduling/schedulingv1/workloadbuilder/validate.go.
"""

from typing import TYPE_CHECKING

from joblint.kube.names import names
from joblint.rule.registry import rule
from joblint.rule.report import Reports, duplicate, invalid, required, too_many
from joblint.rule.value import Value
from joblint.server.parts import parallelism

if TYPE_CHECKING:
    from joblint.rule.context import Context

RULE = "invalid-scheduling"
MAX_CLAIMS, MAX_TOPOLOGY = 4, 1
_UNIONS = {
    "WorkloadPodGroupSchedulingPolicy": ("basic", "gang"),
    "WorkloadPodGroupDisruptionMode": ("single", "all"),
    "WorkloadPodGroupResourceClaim": ("resourceClaimName", "resourceClaimTemplateName"),
}


@rule(RULE, on=tuple(_UNIONS))
def union(value: Value, _: "Context") -> Reports:
    members = _UNIONS[value.type]
    if _in_job(value) and sum(value.has(member) for member in members) != 1:
        yield invalid(value, f"exactly one of `{members[0]}` and `{members[1]}` must be set")


@rule(RULE, on="WorkloadPodGroupGangSchedulingPolicy")
def gang(policy: Value, _: "Context") -> Reports:
    value, spec = policy.get("minCount"), policy.up("JobSpec")
    if value is None or spec is None:
        return
    if value.scalar() < 1:
        yield invalid(value, f"`minCount` must be 1 or more, not {value.data}")
    at_once = parallelism(spec)
    most = 1 if at_once is None else at_once
    if value.data > most:
        yield invalid(value, f"`minCount` must be at most {most} (the `parallelism`), not {value.data}")


@rule(RULE, on="JobSchedulingConfiguration")
def disruption(scheduling: Value, _: "Context") -> Reports:
    policy, mode = scheduling.get("schedulingPolicy"), scheduling.get("disruptionMode")
    if mode is None or mode.has("single") or not mode.has("all"):
        return
    if policy is None or policy.has("basic") or not policy.has("gang"):  # basic is the default
        yield invalid(mode, "`disruptionMode.all` requires `schedulingPolicy.gang`")


@rule(RULE, on="WorkloadPodGroupSchedulingConstraints")
def topology(constraints: Value, _: "Context") -> Reports:
    listed = constraints.items("topology") if _in_job(constraints) else []
    if len(listed) > MAX_TOPOLOGY:
        yield too_many(
            constraints.data["topology"], f"`topology` can have at most {MAX_TOPOLOGY} constraint, not {len(listed)}"
        )
        return
    for constraint in listed:
        if not (key := constraint.text("key")):
            yield required(constraint, "key", "a topology constraint needs a `key`, the name of a node label")
        elif wrong := names.qualified_name(key):
            yield invalid(constraint.data["key"], f"the label `{names.short(key)}` {wrong}")


@rule(RULE, on="JobSchedulingConfiguration")
def claims(scheduling: Value, _: "Context") -> Reports:
    listed = scheduling.items("resourceClaims")
    if len(listed) > MAX_CLAIMS:
        yield too_many(
            scheduling.data["resourceClaims"],
            f"`resourceClaims` can have at most {MAX_CLAIMS} claims, not {len(listed)}",
        )
        return
    seen: dict[str, Value] = {}
    for claim in listed:
        name = claim.text("name")
        if name in seen:
            yield duplicate(claim, f"another resource claim is already named `{names.short(name)}`", first=seen[name])
        seen.setdefault(name, claim)
        yield from _claim(claim, name)


def _claim(claim: Value, name: str) -> Reports:
    if not name:
        yield required(claim, "name", "a resource claim needs a `name`")
    elif wrong := names.dns_label(name):
        yield invalid(claim.data["name"], f"the resource claim name `{names.short(name)}` {wrong}")
    for field in _UNIONS["WorkloadPodGroupResourceClaim"]:
        value = claim.get(field)
        if value is not None and (wrong := names.dns_subdomain(value.scalar())):
            yield invalid(value, f"`{field}: {names.short(value.data)}` {wrong}")


def _in_job(value: Value) -> bool:
    """Return whether the server checks the list that contains the value, if there is one."""
    listed = value.parent
    return listed is None or not isinstance(listed.data, list) or len(listed.data) <= MAX_CLAIMS
