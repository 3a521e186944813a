"""The pod's own settings: names of what it refers to, deadline, priority, the host's namespaces.

Source: pkg/apis/core/validation/validation.go, ValidatePodSpec, validateHostUsers, validateSchedulingGroup;
pkg/apis/core/v1/zz_generated.validations.go (1.37).
"""

from typing import TYPE_CHECKING

from joblint.kube.names.names import dns_subdomain, qualified_name, short
from joblint.rule.registry import rule
from joblint.rule.report import Reports, duplicate, forbidden, invalid, required, too_many
from joblint.rule.value import Value
from joblint.server.decode.scalars import value_name
from joblint.server.pod.common import (
    choice,
    containers,
    expect,
    match,
    need,
    out_of_range,
    quoted,
    within,
    words,
)
from joblint.server.pod.volumes import source

if TYPE_CHECKING:
    from joblint.rule.context import Context

REFERENCES = ("serviceAccountName", "nodeName", "priorityClassName")
DEADLINES = range(1, 1 << 31)
PREEMPTION = ("PreemptLowerPriority", "Never")
HOST_ACCESS = ("hostNetwork", "HostPID", "HostIPC")  # as the server spells them
IDMAPPED = ("emptyDir", "secret", "downwardAPI", "configMap", "projected")
MAX_RESPONDERS = 10
RESPONDER_PRIORITIES = range(1000, 100_001)
RESERVED = (".k8s.io", ".kubernetes.io")


@rule("invalid-pod-setting", on="PodSpec")
def references(spec: Value, ctx: "Context") -> Reports:
    for name in REFERENCES:
        yield from expect(spec, name, dns_subdomain)
    runtime_class = spec.get("runtimeClassName")
    if runtime_class is not None:
        yield from match(runtime_class, dns_subdomain)


@rule("invalid-pod-setting", on="PodSpec")
def service_account(spec: Value, ctx: "Context") -> Reports:
    """Check the old name of the field, which is read if the new one is absent."""
    old = spec.get("serviceAccount")
    if old is not None and old.scalar() and not spec.text("serviceAccountName"):
        yield from match(old, dns_subdomain, field=spec.child_path("serviceAccountName"))


@rule("invalid-pod-setting", on="PodSpec")
def deadline(spec: Value, ctx: "Context") -> Reports:
    yield from within(spec, "activeDeadlineSeconds", DEADLINES)


@rule("invalid-pod-setting", on="PodSpec")
def preemption_policy(spec: Value, ctx: "Context") -> Reports:
    value = spec.get("preemptionPolicy")
    if value is not None and not value.scalar():
        yield required(spec, "preemptionPolicy", "`preemptionPolicy` must not be empty")
    yield from choice(spec, "preemptionPolicy", PREEMPTION)


# -- the host's namespaces


@rule("host-namespace-conflict", on="PodSpec")
def process_namespace(spec: Value, ctx: "Context") -> Reports:
    value = spec.get("shareProcessNamespace")
    if value is not None and value.scalar() and spec.flag("hostPID"):
        name = "shareProcessNamespace" if ctx.facts.since(37) else "securityContext.shareProcessNamespace"
        text = "`shareProcessNamespace` cannot be combined with `hostPID`"
        yield invalid(value, text, field=spec.child_path(name))


@rule("host-namespace-conflict", on="PodSpec")
def user_namespace(spec: Value, ctx: "Context") -> Reports:
    """Report what cannot be combined with `hostUsers: false` (validateHostUsers, from 1.25)."""
    own = spec.get("hostUsers")
    if own is None or own.scalar():
        return
    for spelt in HOST_ACCESS:
        name = f"h{spelt[1:]}"
        if spec.flag(name) and not (name == "hostNetwork" and ctx.facts.enabled("UserNamespacesHostNetworkSupport")):
            text = f"`hostUsers: false` cannot be combined with `{name}`"
            yield forbidden(spec.data[name], text, field=spec.child_path(spelt))
    if not ctx.facts.since(28):
        for volume in spec.items("volumes"):
            if source(volume) not in IDMAPPED and not any(map(volume.has, IDMAPPED)):
                yield forbidden(volume, f"before 1.28, `hostUsers: false` only allows {words(IDMAPPED)} volumes")


@rule("host-namespace-conflict", on="PodSpec")
def devices_in_user_namespace(spec: Value, ctx: "Context") -> Reports:
    if not spec.has("hostUsers") or spec.flag("hostUsers"):
        return
    for container in containers(spec):
        if container.has("volumeDevices") and container.items("volumeDevices") and ctx.facts.since(34):
            text = "`hostUsers: false` cannot be combined with `volumeDevices`"
            yield forbidden(container.data["volumeDevices"], text)


# -- workloads and evictions, with gates that are off by default


@rule("invalid-pod-setting", on="PodSchedulingGroup")
def scheduling_group(group: Value, ctx: "Context") -> Reports:
    name = group.get("podGroupName")
    if name is None:
        yield invalid(group, "`podGroupName` is required in `schedulingGroup`", field=group.child_path("podGroupName"))
    else:
        yield from match(name, dns_subdomain)
    if group.parent is not None and group.parent.has("evictionResponders") and group.parent.items("evictionResponders"):
        yield forbidden(group, "`schedulingGroup` cannot be combined with `evictionResponders`")


@rule("invalid-pod-setting", on="WorkloadReference")
def workload(reference: Value, ctx: "Context") -> Reports:
    for name in ("name", "podGroup"):
        if wrong := dns_subdomain(reference.text(name)):
            value = reference.get(name) or reference
            message = (
                f"`{name}: {short(reference.text(name))}` {wrong}" if reference.text(name) else f"`{name}` {wrong}"
            )
            yield invalid(value, message, field=reference.child_path(name))
    yield from expect(reference, "podGroupReplicaKey", dns_subdomain)


@rule("invalid-pod-setting", on="PodSpec")
def eviction_responders(spec: Value, ctx: "Context") -> Reports:
    listed = spec.get("evictionResponders")
    if listed is None:
        return
    if len(listed.elements()) > MAX_RESPONDERS:
        yield too_many(
            listed, f"`evictionResponders` can have at most {MAX_RESPONDERS} entries, not {len(listed.elements())}"
        )
        return
    seen: set[str] = set()
    for responder in listed.elements():
        if responder.text("name") in seen:
            yield duplicate(responder, f"{value_name(responder)} has the same name as another entry")
        seen.add(responder.text("name"))


@rule("invalid-pod-setting", on="EvictionResponder")
def eviction_responder(responder: Value, ctx: "Context") -> Reports:
    if responder.parent is None or len(responder.parent.elements()) > MAX_RESPONDERS:
        return
    yield from need(responder, "name")
    yield from expect(responder, "name", _responder_name)
    priority = responder.get("priority")
    if priority is None:
        yield required(responder, "priority", "an eviction responder needs a `priority`")
    elif priority.scalar() not in RESPONDER_PRIORITIES:
        yield out_of_range(priority, RESPONDER_PRIORITIES)


def _responder_name(text: str) -> str | None:
    if wrong := qualified_name(text):
        return wrong
    domain, slash, _ = text.partition("/")
    if not slash:
        return "must have a domain and `/` before its name, such as example.com/name"
    return (
        f"is in {quoted(domain)}, a domain that is reserved for Kubernetes" if f".{domain}".endswith(RESERVED) else None
    )
