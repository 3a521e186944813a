"""Containers: names, images, pull and message policies, restart and resize policies.

Source: pkg/apis/core/validation/validation.go, validateContainers, validateInitContainers, validateContainerCommon.
"""

from typing import TYPE_CHECKING

from joblint.kube.names.names import dns_label
from joblint.rule.cure.cure import leaving_out, writing
from joblint.rule.registry import rule
from joblint.rule.report import (
    Report,
    Reports,
    duplicate,
    forbidden,
    invalid,
    not_supported,
    required,
    too_long,
    too_many,
)
from joblint.rule.value import Value
from joblint.server.parts import JOB, KINDS, lacking
from joblint.server.pod import restart
from joblint.server.pod.common import (
    CONTAINERS,
    EPHEMERAL,
    INIT,
    choice,
    expect,
    is_sidecar,
    need,
    one_of,
    pod_of,
    quoted,
    role,
)
from joblint.server.pod.ephemeral import own_path

if TYPE_CHECKING:
    from joblint.rule.context import Context

PULL_POLICIES = ("Always", "IfNotPresent", "Never")
MESSAGE_POLICIES = ("File", "FallbackToLogsOnError")
RESTART_POLICIES = ("Always", "Never", "OnFailure")
RULE_ACTIONS = ("Restart", "RestartAllContainers")
MAX_RESTART_RULES, MAX_EXIT_CODES = 20, 255
RESIZED, RESIZE_POLICIES = ("cpu", "memory"), ("NotRequired", "RestartContainer")


@rule("no-containers", on=KINDS)
def some_container(root: Value, ctx: "Context") -> Reports:
    above = ("spec",) if root.type == JOB else ("spec", "jobTemplate", "spec")
    way = (*above, "template", "spec", "containers")
    value = root.at(*way)
    if value is None or not value.elements():
        yield lacking(root, *way, message="a Pod needs at least 1 container in `containers`")


@rule("invalid-container-name", on=CONTAINERS)
def container_name(container: Value, ctx: "Context") -> Reports:
    yield from need(container, "name")
    for report in expect(container, "name", dns_label):
        from joblint.kube.names.cure import suggest_dns_label

        meant = suggest_dns_label(container.text("name"))
        yield report.cure_by(writing(container.data["name"], meant), safe=False) if meant else report


@rule("invalid-container-name", on="PodSpec")
def unique_names(spec: Value, ctx: "Context") -> Reports:
    seen: dict[str, Value] = {}
    for name in ("containers", INIT, EPHEMERAL):
        for container in spec.items(name):
            yield from _unique(container, seen, ctx)


def _unique(container: Value, seen: dict[str, Value], ctx: "Context") -> Reports:
    """Report a repeated name. Two containers without a name are equal, except two init containers from 1.25."""
    value = None if container.opaque else container.get("name")
    if container.opaque or (value is not None and value.opaque):
        return
    name = str(value.scalar()) if value is not None else ""
    if not name and role(container) == EPHEMERAL and not ctx.facts.since(25):
        return
    other = seen.setdefault(name, container)
    if other is container or (not name and role(container) == role(other) == INIT and ctx.facts.since(25)):
        return
    message = f"another container is already named {quoted(name)}" if name else "another container also has no `name`"
    place = value if value is not None else container
    yield duplicate(place, message, first=other.get("name") or other, field=f"{own_path(container)}.name")


@rule("missing-image", on=CONTAINERS)
def image(container: Value, ctx: "Context") -> Reports:
    yield from need(container, "image")


@rule("invalid-container-setting", on=CONTAINERS)
def pull_policy(container: Value, ctx: "Context") -> Reports:
    yield from choice(container, "imagePullPolicy", PULL_POLICIES)


@rule("invalid-container-setting", on=CONTAINERS)
def termination_message_policy(container: Value, ctx: "Context") -> Reports:
    for report in choice(container, "terminationMessagePolicy", MESSAGE_POLICIES):
        if not ctx.facts.since(25):
            report.reason = "FieldValueInvalid"
        yield report


# -- restart policies of containers, from 1.28


@rule("invalid-container-restart-policy", on="Container")
def container_restart_policy(container: Value, ctx: "Context") -> Reports:
    """Check the policy, as validateContainerRestartPolicy and validateInitContainerRestartPolicy do."""
    policy, rules = container.get("restartPolicy"), container.get("restartPolicyRules")
    if policy is None and rules is None:
        return
    if not ctx.facts.enabled("ContainerRestartRules"):
        if policy is not None:
            yield from _before_restart_rules(container, policy)
    elif policy is None:
        if container.items("restartPolicyRules") and (role(container) != INIT or ctx.facts.since(35)):
            message = "`restartPolicy` is required when `restartPolicyRules` is set"
            yield required(container, "restartPolicy", message, because=rules)
    else:
        yield from one_of(policy, RESTART_POLICIES)


def _before_restart_rules(container: Value, policy: Value) -> Reports:
    if role(container) != INIT:
        message, operations = restart.to_pod(pod_of(container))
        yield forbidden(policy, restart.forbidden_text(container, policy)).cure(message, *operations)
    elif policy.scalar() != "Always":
        message = f"before 1.35, an init container's `restartPolicy` must be `Always`, not {quoted(policy.scalar())}"
        yield _of_init_container(not_supported(policy, message), policy)


def _of_init_container(report: Report, policy: Value) -> Report:
    """Return the report with its fix: the pod's policy applies to init containers, so the same one is redundant."""
    pod = pod_of(policy)
    if policy.scalar() and pod.shown(restart.NAME) == policy.scalar():
        return report.cure_by(leaving_out(policy))
    return report.cure_by(writing(policy, restart.ALWAYS)) if policy.scalar().lower() == "always" else report


@rule("invalid-container-restart-policy", on="Container")
def restart_rules(container: Value, ctx: "Context") -> Reports:
    rules = container.get("restartPolicyRules")
    if rules is None or not _judges_rules(container, ctx):
        return
    if is_sidecar(container) and not ctx.facts.enabled("RestartAllContainersOnContainerExits"):
        if rules.elements():
            yield forbidden(
                rules, "`restartPolicyRules` is not allowed in an init container with `restartPolicy: Always`"
            )
        return
    yield from _at_most(rules, MAX_RESTART_RULES, ctx)


def _judges_rules(container: Value, ctx: "Context") -> bool:
    if role(container) == INIT and not container.has("restartPolicy"):
        return False
    return ctx.facts.enabled("ContainerRestartRules")


def _at_most(values: Value, limit: int, ctx: "Context") -> Reports:
    count = len(values.elements())
    if count > limit:
        report = too_many if ctx.facts.since(36) else too_long
        yield report(values, f"`{values.step}` can have at most {limit} entries, not {count}")


@rule("invalid-container-restart-policy", on="ContainerRestartRule")
def restart_rule(entry: Value, ctx: "Context") -> Reports:
    container = entry.up("Container")
    if container is None or not _judges_rules(container, ctx):
        return
    all_containers = ctx.facts.enabled("RestartAllContainersOnContainerExits")
    if is_sidecar(container) and not all_containers:
        return
    yield from _action(entry, RULE_ACTIONS if all_containers else RULE_ACTIONS[:1])
    codes = entry.get("exitCodes")
    if codes is None:
        yield required(entry, "exitCodes", "a restart rule needs `exitCodes`")
        return
    yield from _operator(codes)
    values = codes.get("values")
    if values is not None:
        yield from _at_most(values, MAX_EXIT_CODES, ctx)


def _action(entry: Value, allowed: tuple[str, ...]) -> Reports:
    if entry.has("action"):
        yield from choice(entry, "action", allowed, default=False)
    else:
        yield not_supported(
            entry, f"a restart rule needs an `action`: `{allowed[0]}`", field=entry.child_path("action")
        )


def _operator(codes: Value) -> Reports:
    if codes.has("operator"):
        yield from choice(codes, "operator", ("In", "NotIn"), default=False)
    else:
        yield not_supported(
            codes, "`exitCodes` needs an `operator`: `In` or `NotIn`", field=codes.child_path("operator")
        )


# -- resize policies, from 1.27


@rule("invalid-container-setting", on=CONTAINERS)
def resize_policy(container: Value, ctx: "Context") -> Reports:
    policies = container.get("resizePolicy")
    if policies is None:
        return
    seen: set[str] = set()
    for policy in policies.elements():
        name = policy.text("resourceName")
        if name in seen:
            yield duplicate(policy, f"`resizePolicy` has 2 entries for {quoted(name)}; remove one of the two")
        seen.add(name)


@rule("invalid-container-setting", on="ContainerResizePolicy")
def resize_policy_values(policy: Value, ctx: "Context") -> Reports:
    """Check the values of a resize policy; the server reports each at the list (validateResizePolicy)."""
    field = policy.parent.path if policy.parent is not None else ""
    for name, allowed in (("resourceName", RESIZED), ("restartPolicy", RESIZE_POLICIES)):
        if not policy.text(name):
            yield required(policy, name, f"a resize policy needs `{name}`", field=field)
        else:
            yield from choice(policy, name, allowed, field=field)


@rule("invalid-container-setting", on="ContainerResizePolicy")
def resize_without_restart(policy: Value, ctx: "Context") -> Reports:
    spec = policy.up("PodSpec")
    if spec is None or spec.text("restartPolicy") != "Never" or policy.text("restartPolicy") == "NotRequired":
        return
    if ctx.facts.since(29) and policy.parent is not None:
        place = policy.get("restartPolicy") or policy
        message = "`restartPolicy` in `resizePolicy` must be `NotRequired` if the Pod has `restartPolicy: Never`"
        yield invalid(place, message, field=policy.parent.path)


@rule("invalid-container-setting", on="Container")
def resize_of_init_container(container: Value, ctx: "Context") -> Reports:
    policies = container.get("resizePolicy")
    if policies is None or role(container) != INIT or not policies.elements():
        return
    if not ctx.facts.since(33):
        yield invalid(policies, "`resizePolicy` is not allowed in an init container before 1.33")
    elif not is_sidecar(container) and ctx.facts.since(36):
        for policy in policies.elements():
            value = policy.get("restartPolicy")
            if value is not None and value.scalar() == "RestartContainer":
                message = "`RestartContainer` is only allowed in an init container with `restartPolicy: Always`"
                yield invalid(value, message)
