"""What the server warns of in containers: variables and ports told twice, fractions of bytes, paths within others.

Source: pkg/api/pod/warnings.go, from 1.22; pkg/api/persistentvolumeclaim/util.go, from 1.26.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from joblint.rule import Reports, mistake, rule, warned
from joblint.server.pod.common import CONTAINERS, containers, quoted
from joblint.server.pod.ports import host_port, protocol
from joblint.server.pod.resources import in_container
from joblint.value import Value

if TYPE_CHECKING:
    from joblint.engine import Context

BYTES = ("memory", "ephemeral-storage")


# -- variables


@rule("duplicate-env", on=CONTAINERS)
def variables(container: Value, ctx: "Context") -> Reports:
    """The last one counts. From 1.28 the server takes one that builds upon the other for meant; 1.21 warns of none."""
    if not container.has("env"):
        return
    first: dict[str, Value] = {}
    for variable in container.items("env"):
        name = variable.text("name")
        if name not in first:
            first[name] = variable
            continue
        message = f"{quoted(name)} is set already; this one hides the other"
        value = variable.get("name")
        if value is None:
            continue
        if ctx.facts.since(28):
            report = warned(value, message, field=variable.path) if _hides(variable, name) else None
        else:
            report = warned(value, message) if ctx.facts.since(22) else mistake(value, message)
        if report is not None:
            report.related = ((first[name].node, "first here"),)
            yield report


def _hides(variable: Value, name: str) -> bool:
    reference, text = f"$({name})", variable.text("value")
    return variable.has("valueFrom") or text == reference or reference not in text


# -- ports, from 1.28


@rule("duplicate-port-definition", on="PodSpec")
def ports(spec: Value, ctx: "Context") -> Reports:
    seen: dict[tuple[int, str], set[tuple[str, int]]] = {}
    for port in _ports(spec):
        host, address = host_port(port, ctx), port.text("hostIP")
        others = seen.setdefault((port.integer("containerPort") or 0, protocol(port)), set())
        if address and not host and ctx.facts.since(28):
            yield warned(port, "`hostIP` does nothing without `hostPort`")
        elif others and _clash(host, address, others) and ctx.facts.since(28):
            yield warned(port, f"the {protocol(port)} port {port.integer('containerPort')} is told already")
        others.update(((address, host), ("", -host - 1) if address else ("*", -host - 1)))


def _clash(host: int, address: str, others: set[tuple[str, int]]) -> bool:
    """Whether one of the others is this port, too; `others` also tell which host ports they have with and without address."""
    if (address, host) in others or not host:
        return True
    no_host = any((mark, -1) in others for mark in ("", "*"))
    return no_host or (("*" if address else "", -host - 1) in others)


def _ports(spec: Value) -> Iterator[Value]:
    for container in containers(spec):
        if container.has("ports"):
            yield from container.items("ports")


@rule("duplicate-port-definition", on="PodSpec")
def port_names(spec: Value, ctx: "Context") -> Reports:
    """From 1.33, over all containers."""
    seen: dict[str, Value] = {}
    for port in _ports(spec):
        name = port.text("name")
        if name and name in seen:
            if ctx.facts.since(33):
                report = warned(port, f"another port is called {quoted(name)}; who asks by name gets that one")
                report.related = ((seen[name].node, "first here"),)
                yield report
        else:
            seen[name] = port


# -- fractions of bytes


def _fraction(value: Value) -> Reports:
    quantity = value.scalar()
    if not quantity.is_integer():
        yield warned(
            value, f"{quoted(quantity.text)} is not a whole number of bytes; `m` is a thousandth, `M` a million"
        )


@rule("fractional-bytes", on=("ResourceRequirements", "VolumeResourceRequirements"))
def fractions(requirements: Value, ctx: "Context") -> Reports:
    parent = requirements.parent
    claim = parent is not None and parent.type == "PersistentVolumeClaimSpec"
    if not claim and not in_container(requirements):
        return
    for name in ("limits", "requests"):
        found = requirements.entries(name)
        for key in ("storage",) if claim else BYTES:
            value = found.get(key)
            for report in _fraction(value) if value is not None and not value.opaque else ():
                if ctx.facts.since(26 if claim else 22):
                    yield report


@rule("fractional-bytes", on="PodSpec")
def overhead(spec: Value, ctx: "Context") -> Reports:
    for key, value in spec.entries("overhead").items() if spec.has("overhead") else ():
        for report in _fraction(value) if key in BYTES and not value.opaque else ():
            if ctx.facts.since(22):
                yield report


# -- paths of files in volumes, from 1.32


@rule("overlapping-volume-paths", on=("ConfigMapVolumeSource", "SecretVolumeSource", "DownwardAPIVolumeSource"))
def items(source: Value, ctx: "Context") -> Reports:
    if source.has("items"):
        yield from _overlaps(_item_paths(source), ctx)


@rule("overlapping-volume-paths", on="ProjectedVolumeSource")
def sources(volume: Value, ctx: "Context") -> Reports:
    yield from _overlaps([path for source in volume.items("sources") for path in _source_paths(source)], ctx)


@rule("overlapping-volume-paths", on="VolumeProjection")
def empty_source(source: Value, ctx: "Context") -> Reports:
    if not source.scalar() and ctx.facts.since(32):
        yield warned(source, "this source of a projected volume is empty")


def _item_paths(owner: Value) -> list[Value]:
    found = (item.get("path") for item in owner.items("items"))
    return [path for path in found if path is not None]


def _source_paths(source: Value) -> list[Value]:
    """The first of these counts."""
    for name in ("configMap", "secret", "downwardAPI"):
        inner = source.get(name)
        if inner is not None and inner.has("items"):
            return _item_paths(inner)
    for name, fields in (
        ("serviceAccountToken", ("path",)),
        ("clusterTrustBundle", ("path",)),
        ("podCertificate", ("certificateChainPath", "keyPath", "credentialBundlePath")),
    ):
        inner = source.get(name)
        if inner is not None:
            return [path for field in fields if (path := inner.get(field)) is not None]
    return []


def _overlaps(paths: list[Value], ctx: "Context") -> Reports:
    """Report each path that is another's, or lies above or below one."""
    seen: set[str] = set()
    above: set[str] = set()
    for value in paths:
        path = str(value.scalar()).rstrip("/")
        parents = [path[:i] for i, c in enumerate(path) if c == "/"][:_MAX_DEPTH]
        if path and (path in seen or path in above or not seen.isdisjoint(parents)) and ctx.facts.since(32):
            yield warned(value, f"{quoted(path)} overlaps another path of the volume")
        if path:
            seen.add(path)
            above.update(parents)


_MAX_DEPTH = 100  # of a path; a longer one costs the square of its length
