"""Ports of containers.

Source: pkg/apis/core/validation/validation.go, validateContainerPorts, checkHostPortConflicts,
validatePodHostNetworkDeps (up to 1.27 validateHostNetwork); pkg/apis/core/v1/defaults.go, SetDefaults_PodSpec
(defaultHostNetworkPorts).
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from joblint.kube.names.words import PORTS, port_name
from joblint.rule.registry import rule
from joblint.rule.report import Reports, duplicate, invalid, required
from joblint.rule.value import Value
from joblint.server.pod.common import CONTAINERS, INIT, choice, expect, out_of_range, quoted, role

if TYPE_CHECKING:
    from joblint.rule.context import Context

PROTOCOLS = ("TCP", "UDP", "SCTP")


def protocol(port: Value) -> str:
    """Return the protocol of a port, TCP by default."""
    return port.text("protocol") or PROTOCOLS[0]


def host_port(port: Value, ctx: "Context") -> int:
    """Return the host port, 0 for none. In a pod with hostNetwork, it is the container's by default, up to 1.27."""
    written = port.integer("hostPort") or 0
    spec = port.up("PodSpec")
    if written or spec is None or not spec.flag("hostNetwork") or port.up("EphemeralContainer") is not None:
        return written
    if ctx.facts.since(28) and not ctx.facts.enabled("DefaultHostNetworkHostPortsInPodTemplates"):
        return 0
    return port.integer("containerPort") or 0


@rule("invalid-port", on="ContainerPort")
def port_values(port: Value, ctx: "Context") -> Reports:
    yield from expect(port, "name", port_name)
    yield from choice(port, "protocol", PROTOCOLS)


@rule("invalid-port", on="ContainerPort")
def container_port(port: Value, ctx: "Context") -> Reports:
    value = port.get("containerPort")
    if value is None or not value.scalar():
        yield required(port, "containerPort", "a port needs a `containerPort`")
    elif value.scalar() not in PORTS:
        yield out_of_range(value, PORTS)


@rule("invalid-port", on="ContainerPort")
def host_port_range(port: Value, ctx: "Context") -> Reports:
    number = host_port(port, ctx)
    if number and number not in PORTS:
        value = port.get("hostPort") or port.data["containerPort"]
        yield out_of_range(value, PORTS, field=port.child_path("hostPort"))


@rule("duplicate-port", on=CONTAINERS)
def unique_port_names(container: Value, ctx: "Context") -> Reports:
    if not container.has("ports"):
        return
    seen: dict[str, Value] = {}
    for port in container.items("ports"):
        value = port.get("name")
        if value is None or not value.scalar() or port_name(value.scalar()):
            continue
        if value.scalar() in seen:
            yield duplicate(
                value, f"another port is already named {quoted(value.scalar())}", first=seen[value.scalar()]
            )
        else:
            seen[value.scalar()] = value


@rule("duplicate-port", on="PodSpec")
def unique_host_ports(spec: Value, ctx: "Context") -> Reports:
    """Report host ports that conflict. Init containers run one by one, and the server names each as the first."""
    yield from _conflicts(spec.items("containers"), ctx)
    first = f"{spec.child_path(INIT)}[0]"
    for container in spec.items(INIT):
        yield from _conflicts([container], ctx, first)


@rule("duplicate-port", on="EphemeralContainer")
def unique_host_ports_of_ephemeral(container: Value, ctx: "Context") -> Reports:
    if container.has("ports") and not ctx.facts.since(25):
        yield from _conflicts([container], ctx)


def _conflicts(containers: Iterable[Value], ctx: "Context", at: str | None = None) -> Reports:
    seen: dict[tuple[str, str, int], Value] = {}
    for container in containers:
        if not container.has("ports"):
            continue
        for port in container.items("ports"):
            number = host_port(port, ctx)
            if not number:
                continue
            key = (protocol(port), port.text("hostIP"), number)
            if key not in seen:
                seen[key] = port
                continue
            value = port.get("hostPort") or port.data["containerPort"]
            path = f"{at or container.path}.ports[{port.step}].hostPort"
            message = f"host port {number} is already used by another {key[0]} port in the Pod"
            yield duplicate(value, message, first=seen[key], field=path)


@rule("host-namespace-conflict", on="ContainerPort")
def host_network_port(port: Value, ctx: "Context") -> Reports:
    """Check that the host port is the container port with `hostNetwork` (validatePodHostNetworkDeps).

    Up to 1.27 that is validateHostNetwork, which names the other of the two.
    """
    spec, container = port.up("PodSpec"), port.up("Container")
    if spec is None or not spec.flag("hostNetwork") or container is None or role(container) == INIT:
        return
    host, own = host_port(port, ctx), port.integer("containerPort") or 0
    if host == own or not host:
        return
    name = "hostPort" if ctx.facts.since(28) else "containerPort"
    place = port.get("hostPort") or port
    message = f"with `hostNetwork`, `hostPort` must equal `containerPort` ({own}), not {host}"
    yield invalid(place, message, field=port.child_path(name))
