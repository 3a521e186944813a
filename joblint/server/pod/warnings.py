"""What the server warns about: deprecated labels, annotations and volumes, selectors that match nothing, and others.

Source: pkg/api/pod/warnings.go, from 1.22; pkg/api/node/util.go; pkg/api/persistentvolumeclaim/util.go.
"""

from typing import TYPE_CHECKING

from joblint.kube.names.names import label_value, short
from joblint.rule.cure.cure import leaving_out, renaming, writing
from joblint.rule.registry import rule
from joblint.rule.report import Report, Reports, place, warned
from joblint.rule.value import Value
from joblint.server.parts import annotations_of
from joblint.server.pod.annotations import LOCALHOST, SECCOMP_CONTAINER, SECCOMP_POD, TYPES
from joblint.server.pod.common import containers, quoted, with_value
from joblint.server.pod.drop import APP_ARMOR

if TYPE_CHECKING:
    from joblint.rule.context import Context

NODE_LABELS = {
    "beta.kubernetes.io/arch": "kubernetes.io/arch",
    "beta.kubernetes.io/os": "kubernetes.io/os",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
}
NODE_LABELS_FROM_31 = {
    "app.kubernetes.io/created-by": "",
    "scheduler.alpha.kubernetes.io/preferAvoidPods": "a taint",
    "node-role.kubernetes.io/master": "node-role.kubernetes.io/control-plane",
}
ANNOTATIONS = {
    "scheduler.alpha.kubernetes.io/critical-pod": "priorityClassName",
    "security.alpha.kubernetes.io/sysctls": "securityContext.sysctls",
    "security.alpha.kubernetes.io/unsafe-sysctls": "securityContext.sysctls",
}
# The source of a volume, the first minor that warns about it, and what is wrong with it.
VOLUMES = {
    "photonPersistentDisk": (22, "has not worked since 1.16"),
    "gitRepo": (22, "is deprecated, and off by default since 1.33: clone into an emptyDir in an init container"),
    "scaleIO": (22, "has not worked since 1.22"),
    "flocker": (22, "has not worked since 1.25"),
    "storageos": (22, "has not worked since 1.25"),
    "quobyte": (22, "has not worked since 1.25"),
    "glusterfs": (25, "has not worked since 1.26"),
    "cephfs": (28, "has not worked since 1.31: use its CSI driver"),
    "rbd": (28, "has not worked since 1.31: use its CSI driver"),
}
MISNOMERS = {"storageos": "storageOS"}


# -- nodes


def _deprecated_label(value: Value, key: str, ctx: "Context") -> Reports:
    known = key in NODE_LABELS or (key in NODE_LABELS_FROM_31 and ctx.facts.since(31))
    if known and ctx.facts.since(22):
        instead = NODE_LABELS.get(key) or NODE_LABELS_FROM_31.get(key)
        cure = f"; use {instead if ' ' in instead else f'`{instead}`'}" if instead else ""
        report = warned(value, f"the node label {quoted(key)} is deprecated{cure}")
        yield _with_label(report, value, key, NODE_LABELS[key]) if key in NODE_LABELS else report


def _with_label(report: Report, value: Value, key: str, instead: str) -> Report:
    """Return the report with its fix: the new label, which nodes have since 1.17, as a key or as a field's value."""
    if value.data == key:
        return report.cure_by(writing(value, instead))
    taken = value.parent is not None and instead in value.parent.data
    return report if value.key is None or taken else report.cure_by(renaming(value.key, key, instead))


@rule("deprecated-node-label", on="PodSpec")
def node_selector(spec: Value, ctx: "Context") -> Reports:
    for key, value in spec.entries("nodeSelector").items() if spec.has("nodeSelector") else ():
        yield from _deprecated_label(value, key, ctx)


@rule("deprecated-node-label", on="NodeSelectorRequirement")
def node_affinity(requirement: Value, ctx: "Context") -> Reports:
    if requirement.parent is not None and requirement.parent.step == "matchExpressions" and requirement.has("key"):
        yield from _deprecated_label(requirement.data["key"], requirement.text("key"), ctx)


@rule("deprecated-node-label", on="TopologySpreadConstraint")
def spread(constraint: Value, ctx: "Context") -> Reports:
    if constraint.has("topologyKey"):
        yield from _deprecated_label(constraint.data["topologyKey"], constraint.text("topologyKey"), ctx)


@rule("invalid-node-selector", on="NodeSelectorRequirement")
def preferred_values(requirement: Value, ctx: "Context") -> Reports:
    """Warn of values that no label can have, from 1.33."""
    if requirement.parent is None or requirement.parent.step != "matchExpressions":
        return
    if requirement.up("PreferredSchedulingTerm") is None:
        return
    for value in requirement.items("values"):
        if (wrong := label_value(value.scalar())) and ctx.facts.since(33):
            yield warned(value, f"the value {quoted(value.scalar())} {wrong}, so it does not match any node")


# -- selectors that match nothing, from 1.28


@rule("null-label-selector", on=("PodAffinityTerm", "TopologySpreadConstraint"))
def no_selector(owner: Value, ctx: "Context") -> Reports:
    if not owner.has("labelSelector") and ctx.facts.since(28):
        yield _absent(owner, "labelSelector", "`labelSelector` is not set, so no Pod matches")


@rule("null-label-selector", on="WeightedPodAffinityTerm")
def no_term(owner: Value, ctx: "Context") -> Reports:
    if not owner.has("podAffinityTerm") and ctx.facts.since(28):
        yield _absent(owner, "podAffinityTerm.labelSelector", "`podAffinityTerm` is not set, so no Pod matches")


def _absent(owner: Value, name: str, message: str) -> Report:
    return Report("warned", message, place(owner), field=owner.child_path(name), value=owner)


# -- annotations


@rule("invalid-pod-annotation", on="PodTemplateSpec")
def annotations(template: Value, ctx: "Context") -> Reports:
    for key, value in annotations_of(template).items():
        if key in ANNOTATIONS and ctx.facts.since(22):
            yield warned(value, f"the annotation {quoted(key)} has no effect; use `{ANNOTATIONS[key]}`")


@rule("invalid-pod-annotation", on="PodTemplateSpec")
def seccomp_annotations(template: Value, ctx: "Context") -> Reports:
    written = annotations_of(template)
    spec = template.get("spec")
    if spec is None or not any(key == SECCOMP_POD or key.startswith(SECCOMP_CONTAINER) for key in written):
        return
    owners = [(spec, SECCOMP_POD), *((c, f"{SECCOMP_CONTAINER}{c.text('name')}") for c in containers(spec))]
    for owner, key in owners:
        if key in written and owner.at("securityContext", "seccompProfile") is None and ctx.facts.since(22):
            yield warned(
                written[key],
                f"the annotation {quoted(key)} has no effect from 1.27; use `securityContext.seccompProfile`",
            )


@rule("invalid-pod-annotation", on="PodTemplateSpec")
def app_armor_annotations(template: Value, ctx: "Context") -> Reports:
    """Warn of annotations without a field, from 1.30; from 1.34, a field of the pod must be equal to count."""
    written = annotations_of(template)
    spec = template.get("spec")
    if spec is None or not any(key.startswith(APP_ARMOR) for key in written):
        return
    whole = spec.at("securityContext", "appArmorProfile")
    for container in containers(spec):
        value = written.get(f"{APP_ARMOR}{container.text('name')}")
        if value is None or container.at("securityContext", "appArmorProfile") is not None:
            continue
        if whole is not None and (not ctx.facts.since(34) or _same_profile(whole, str(value.scalar()))):
            continue
        if ctx.facts.enabled("AppArmorFields"):
            yield warned(
                value, f"the annotation {quoted(value.step)} is deprecated; use `securityContext.appArmorProfile`"
            )


def _same_profile(profile: Value, text: str) -> bool:
    """Return whether a profile and an annotation are equal: ApparmorFieldForAnnotation in pkg/api/pod/util.go."""
    kind, path = profile.text("type"), profile.text("localhostProfile")
    if kind == "Localhost":
        return bool(path) and text == f"{LOCALHOST}{path}"
    return kind in TYPES and text == TYPES[kind] and not profile.has("localhostProfile")


# -- volumes


@rule("deprecated-volume", on="Volume")
def volumes(volume: Value, ctx: "Context") -> Reports:
    for name, (since, text) in VOLUMES.items():
        if volume.has(name) and ctx.facts.since(since):
            yield warned(
                volume.data[name], f"a `{name}` volume {text}", field=volume.child_path(MISNOMERS.get(name, name))
            )


# -- the rest


@rule("invalid-pod-setting", on="PodSpec")
def grace_period(spec: Value, ctx: "Context") -> Reports:
    value = spec.get("terminationGracePeriodSeconds")
    if value is not None and value.scalar() < 0 and ctx.facts.since(27):
        yield warned(value, f"`terminationGracePeriodSeconds: {value.scalar()}` is treated as 1; use 0 or more")


@rule("repeated-entry", on="PodSpec")
def host_aliases(spec: Value, ctx: "Context") -> Reports:
    if spec.has("hostAliases"):
        yield from _repeated(spec.items("hostAliases"), "ip", ctx)


@rule("repeated-entry", on="PodSpec")
def pull_secrets(spec: Value, ctx: "Context") -> Reports:
    if not spec.has("imagePullSecrets"):
        return
    secrets = spec.items("imagePullSecrets")
    yield from _repeated(secrets, "name", ctx)
    for secret in secrets:
        if not secret.text("name") and ctx.facts.since(22):
            yield _absent(secret, "name", "an entry of `imagePullSecrets` without `name` has no effect")


def _repeated(entries: list[Value], name: str, ctx: "Context") -> Reports:
    seen: set[str] = set()
    for entry in entries:
        text = entry.text(name)
        if text in seen and ctx.facts.since(22):
            value = entry.get(name)
            message = f"`{name}: {short(text)}` is listed twice"
            if name == "ip":
                message += "; put all of its `hostnames` in 1 entry"
            report = warned(value, message) if value is not None else _absent(entry, name, message)
            yield report.cure_by(leaving_out(entry)) if entry.data.keys() == {name} else report
        seen.add(text)


@rule("invalid-dns", on="PodDNSConfig")
def nameservers(config: Value, ctx: "Context") -> Reports:
    for server in config.items("nameservers") if config.has("nameservers") else ():
        yield from _unusual(server, ctx)


@rule("invalid-dns", on="HostAlias")
def alias_address(alias: Value, ctx: "Context") -> Reports:
    value = alias.get("ip")
    if value is not None:
        yield from _unusual(value, ctx)


def _unusual(value: Value, ctx: "Context") -> Reports:
    """Warn of an IP address that others may read differently (GetWarningsForIP, from 1.33)."""
    from joblint.kube.names.ip import ip, warning

    text = value.scalar()
    wrong = warning(text)
    if wrong and ctx.facts.since(33):
        refused = "; from 1.36, such an address is refused in new objects" if ip(text, strict=True) else ""
        yield warned(value, f"{with_value(value, text)} {wrong}{refused}")
