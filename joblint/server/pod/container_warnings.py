"""What the server warns about in containers: repeated variables and ports, fractions of bytes, overlapping paths.

Source: pkg/api/pod/warnings.go, from 1.22; pkg/api/persistentvolumeclaim/util.go, from 1.26.
"""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from joblint.rule.cure.cure import Operation, leaving_out, writing
from joblint.rule.registry import rule
from joblint.rule.report import Report, Reports, mistake, warned
from joblint.rule.value import Value
from joblint.server.pod.common import CONTAINERS, containers, quoted, with_value
from joblint.server.pod.ports import host_port, protocol
from joblint.server.pod.resources import in_container

if TYPE_CHECKING:
    from joblint.rule.context import Context

_MAX_BETWEEN = 100  # variables that are searched for a reference to one
_SHORT = 15  # digits of a number of bytes that a message shows
BYTES = ("memory", "ephemeral-storage")


# -- variables


@rule("duplicate-env", on=CONTAINERS)
def variables(container: Value, ctx: "Context") -> Reports:
    """Report repeated variables, of which the last one counts.

    From 1.28, the server accepts one that refers to the other; 1.21 does not warn.
    """
    if not container.has("env"):
        return
    first: dict[str, Value] = {}
    last: dict[str, Value] = {}
    for variable in container.items("env"):
        name = variable.text("name")
        if name not in first:
            first[name] = last[name] = variable
            continue
        what = f"{quoted(name)} is set twice" if name else "two variables have no name"
        message = f"{what}, and only the last value is used; remove the other"
        value, field = variable.get("name") or variable, variable.child_path("name")
        if ctx.facts.since(28):
            report = warned(value, message, field=variable.path) if _hides(variable, name) else None
        elif ctx.facts.since(22):
            report = warned(value, message, field=field)
        else:
            report = mistake(value, f"{message}; Kubernetes before 1.22 does not warn", field=field)
        if report is not None:
            report.related = ((first[name].node, "first here"),)
            yield _without(last[name], variable, report)
        last[name] = variable


def _without(before: Value, variable: Value, report: Report) -> Report:
    """Return the report with the fix that removes the earlier variable, unless another one refers to it."""
    listed, reference = variable.parent, f"$({variable.text('name')})"
    assert listed is not None
    between = listed.data[int(before.step) + 1 : int(variable.step) + 1]
    if len(between) > _MAX_BETWEEN or any(reference in (other.shown("value") or "") for other in between):
        return report
    same = before.data.keys() == variable.data.keys() == {"name", "value"}
    same = same and before.shown("value") == variable.shown("value") is not None
    return report.cure("remove the earlier value", leaving_out(before)[1], safe=same)


def _hides(variable: Value, name: str) -> bool:
    reference, text = f"$({name})", variable.text("value")
    return variable.has("valueFrom") or text == reference or reference not in text


# -- ports, from 1.28


@rule("duplicate-port", on="PodSpec")
def ports(spec: Value, ctx: "Context") -> Reports:
    listed: dict[tuple[int, str], dict[int, set[str]]] = {}
    for port in _ports(spec):
        number, host, address = port.integer("containerPort") or 0, host_port(port, ctx), port.text("hostIP")
        others = listed.setdefault((number, protocol(port)), {})
        if address and not host and ctx.facts.since(28):
            yield warned(port, "`hostIP` has no effect without `hostPort`")
        elif _clash(host, address, others) and ctx.facts.since(28):
            yield warned(port, f"{protocol(port)} port {number} is listed twice")
        others.setdefault(host, set()).add(address)


def _clash(host: int, address: str, others: dict[int, set[str]]) -> bool:
    """Return whether a host port and address conflict with others: the addresses of the same port by host port."""
    if others and (host == 0 or 0 in others):
        return True
    addresses = others.get(host, set())
    return address in addresses or "" in addresses or (address == "" and bool(addresses))


def _ports(spec: Value) -> Iterator[Value]:
    for container in containers(spec):
        if container.has("ports"):
            yield from container.items("ports")


@rule("duplicate-port", on="PodSpec")
def port_names(spec: Value, ctx: "Context") -> Reports:
    """Report repeated port names over all containers, from 1.33."""
    seen: dict[str, Value] = {}
    for port in _ports(spec):
        name = port.text("name")
        if name and name in seen:
            if ctx.facts.since(33):
                report = warned(
                    port, f"another port is already named {quoted(name)}, and a lookup by name returns only that port"
                )
                report.related = ((seen[name].node, "first here"),)
                yield report
        else:
            seen[name] = port


# -- fractions of bytes


def _fraction(value: Value) -> Reports:
    quantity = value.scalar()
    if not quantity.is_integer():
        yield warned(value, f"{with_value(value, quantity.text)} {_why_not_whole(quantity.text)}").cure(
            *_in_millions(value, quantity.text), safe=False
        )


def _why_not_whole(text: str) -> str:
    digits = text.removesuffix("m")
    if digits == text or not digits.isascii() or not digits.isdecimal() or len(digits) > _SHORT:
        return "is not a whole number of bytes: use a whole number, or a unit such as `Mi`"
    bytes_ = f"{int(digits) // 1000}.{int(digits) % 1000:03}".rstrip("0")
    return f"means {bytes_} bytes; did you mean `{digits}M` or `{digits}Mi`?"


def _in_millions(value: Value, text: str) -> tuple[str, *tuple[Operation, ...]]:
    """Return the fix that writes 512M for `512m` of memory."""
    return writing(value, f"{text[:-1]}M") if text.endswith("m") else ("",)


@rule("fractional-bytes", on=("ResourceRequirements", "VolumeResourceRequirements"))
def fractions(requirements: Value, ctx: "Context") -> Reports:
    parent = requirements.parent
    claim = parent is not None and parent.type == "PersistentVolumeClaimSpec"
    if not claim and not in_container(requirements):
        return
    for name in ("limits", "requests"):
        quantities = requirements.entries(name)
        for key in ("storage",) if claim else BYTES:
            value = quantities.get(key)
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
    paths: list[Value] = []
    before: list[Value] = []
    for source in volume.items("sources"):
        source_paths = _source_paths(source)
        if source_paths is None and before and source.scalar() and ctx.facts.since(32) and not ctx.facts.since(34):
            yield warned(
                source, f"1.32 and 1.33 check the previous source twice, because `sources[{source.step}]` has no paths"
            )
        before = before if source_paths is None else source_paths
        paths += source_paths or ()
    yield from _overlaps(paths, ctx)


@rule("overlapping-volume-paths", on="VolumeProjection")
def empty_source(source: Value, ctx: "Context") -> Reports:
    if not source.scalar() and ctx.facts.since(32):
        yield warned(source, f"`sources[{source.step}]` is empty: set a source, or remove this entry")


def _item_paths(owner: Value) -> list[Value]:
    paths = (item.get("path") for item in owner.items("items"))
    return [path for path in paths if path is not None]


def _source_paths(source: Value) -> list[Value] | None:
    """Return the paths of the first kind of source that is set; None if none is."""
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
    return None


def _overlaps(paths: list[Value], ctx: "Context") -> Reports:
    """Report each path that is equal to another, or above or below it."""
    seen: set[str] = set()
    above: dict[str, str] = {}
    for value in paths:
        path = str(value.scalar()).rstrip("/")
        parents = [path[:i] for i in islice((i for i, c in enumerate(path) if c == "/"), _MAX_DEPTH)]
        other = path if path in seen else above.get(path) or next((p for p in parents if p in seen), "")
        if path and other and ctx.facts.since(32):
            both = f"paths {quoted(other)} and {quoted(path)} overlap"
            yield warned(value, f"volume {both}" if other != path else f"volume path {quoted(path)} is listed twice")
        if path:
            seen.add(path)
            above.update(dict.fromkeys(parents, path))


_MAX_DEPTH = 100  # of a path; a longer one costs the square of its length
