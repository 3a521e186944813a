"""Mounts of volumes and block devices.

Source: pkg/apis/core/validation/validation.go, ValidateVolumeMounts, ValidateVolumeDevices, validateFileKeyRefVolumes.
"""

from typing import TYPE_CHECKING

from joblint.kube.names.names import short
from joblint.kube.names.words import backsteps, local_path
from joblint.rule.cure.cure import leaving_out, writing
from joblint.rule.registry import rule
from joblint.rule.report import Report, Reports, duplicate, forbidden, invalid, not_found, not_supported
from joblint.rule.value import Value
from joblint.server.pod.common import (
    CONTAINERS,
    called,
    choice,
    container_of,
    containers,
    expect,
    meant_as,
    need,
    quoted,
    words,
)
from joblint.server.pod.ephemeral import looked_into
from joblint.server.pod.volumes import Volumes, source

if TYPE_CHECKING:
    from joblint.rule.context import Context

PROPAGATIONS = ("None", "HostToContainer", "Bidirectional")
READ_ONLY = ("Disabled", "IfPossible", "Enabled")
BIND_OPTIONS = ("nodev", "noexec", "nosuid")
USERS = ("volumeMounts", "volumeDevices", "env")


def _in_list(value: Value, name: str) -> str:
    """Return the server's path of a field of a mount, if it leaves out the index."""
    return f"{value.parent.path}.{name}" if value.parent is not None else name


# -- mounts by themselves


@rule("invalid-mount", on="VolumeMount")
def mount(entry: Value, ctx: "Context") -> Reports:
    yield from need(entry, "name", "mountPath")


@rule("invalid-mount", on="VolumeMount")
def sub_path(entry: Value, ctx: "Context") -> Reports:
    yield from expect(entry, "subPath", local_path, field=_in_list(entry, "subPath"))
    yield from expect(entry, "subPathExpr", local_path, field=_in_list(entry, "subPathExpr"))
    if entry.text("subPath") and entry.text("subPathExpr"):
        yield invalid(entry.data["subPathExpr"], "a mount must not have both `subPath` and `subPathExpr`")


@rule("invalid-mount", on="VolumeMount")
def propagation(entry: Value, ctx: "Context") -> Reports:
    value = entry.get("mountPropagation")
    if value is None:
        return
    field = _in_list(entry, "mountPropagation")
    yield from choice(entry, "mountPropagation", PROPAGATIONS, default=False, field=field)
    security = container_of(entry).get("securityContext")
    if value.scalar() == PROPAGATIONS[2] and not (security is not None and security.flag("privileged")):
        yield forbidden(
            value, f"`mountPropagation: {PROPAGATIONS[2]}` is only allowed in a privileged container", field=field
        )


@rule("invalid-mount", on="VolumeMount")
def recursive_read_only(entry: Value, ctx: "Context") -> Reports:
    value = entry.get("recursiveReadOnly")
    if value is None or value.scalar() == READ_ONLY[0]:
        return
    field = _in_list(entry, "recursiveReadOnly")
    if value.scalar() not in READ_ONLY:
        yield from choice(entry, "recursiveReadOnly", READ_ONLY, default=False, field=field)
        return
    if not entry.flag("readOnly"):
        yield forbidden(value, "`recursiveReadOnly` needs `readOnly: true`", field=field)
    if entry.has("mountPropagation") and entry.text("mountPropagation") != PROPAGATIONS[0]:
        yield forbidden(value, "`recursiveReadOnly` is only allowed with `mountPropagation: None`", field=field)


@rule("invalid-mount", on="VolumeMount")
def bind_options(entry: Value, ctx: "Context") -> Reports:
    if not entry.has("bindMountOptions"):
        return
    seen: set[str] = set()
    for option in entry.items("bindMountOptions"):
        if option.scalar() not in BIND_OPTIONS:
            message = f"a mount option must be {words(BIND_OPTIONS)}, not {quoted(option.scalar())}"
            yield meant_as(not_supported(option, message), option, BIND_OPTIONS)
        if option.scalar() in seen:
            yield duplicate(option, f"{quoted(option.scalar())} is listed twice in `bindMountOptions`").cure(
                *leaving_out(option)
            )
        seen.add(option.scalar())


# -- mounts and devices of one container


@rule("invalid-mount", on=CONTAINERS)
def unique_mount_paths(container: Value, ctx: "Context") -> Reports:
    if not container.has("volumeMounts"):
        return
    seen: dict[str, Value] = {}
    for entry in container.items("volumeMounts"):
        path = entry.text("mountPath")
        if path in seen:
            place, field = entry.get("mountPath") or entry, entry.child_path("mountPath")
            report = invalid(place, f"`mountPath: {short(path)}` is already used by another volume mount", field=field)
            report.related = ((seen[path].node, "first here"),)
            yield report
        else:
            seen[path] = entry


@rule("invalid-mount", on=CONTAINERS)
def unique_devices(container: Value, ctx: "Context") -> Reports:
    if not container.has("volumeDevices"):
        return
    names: set[str] = set()
    paths: set[str] = set()
    for device in container.items("volumeDevices"):
        name, path = device.text("name"), device.text("devicePath")
        if name in names:
            yield invalid(device.data["name"], f"the volume {quoted(name)} is listed twice in `volumeDevices`")
        if path in paths:
            place, field = device.get("devicePath") or device, device.child_path("devicePath")
            yield invalid(place, f"`devicePath: {short(path)}` is already used by another device", field=field)
        names |= {name} - {""}
        paths |= set() if backsteps(path) else {path}


@rule("invalid-mount", on="VolumeDevice")
def device(entry: Value, ctx: "Context") -> Reports:
    yield from need(entry, "name", "devicePath")
    yield from expect(entry, "devicePath", backsteps)


@rule("invalid-mount", on=CONTAINERS)
def mounts_and_devices(container: Value, ctx: "Context") -> Reports:
    """Report volumes and paths that are both mounted and a device."""
    if not container.has("volumeDevices") or not container.has("volumeMounts"):
        return
    mounts = {entry.text("name"): entry.text("mountPath") for entry in container.items("volumeMounts")}
    devices = {entry.text("name"): entry.text("devicePath") for entry in container.items("volumeDevices")}
    yield from _overlaps(container.items("volumeMounts"), "mountPath", devices, "`volumeDevices`")
    yield from _overlaps(container.items("volumeDevices"), "devicePath", mounts, "`volumeMounts`")


def _overlaps(entries: list[Value], path: str, others: dict[str, str], what: str) -> Reports:
    paths = set(others.values())
    for entry in entries:
        for name, taken in (("name", others), (path, paths)):
            if entry.text(name) in taken:
                place = entry.get(name) or entry
                message = f"`{name}: {short(entry.text(name))}` is also in {what}: remove one of the two"
                yield invalid(place, message, field=entry.child_path(name))


# -- mounts and devices against the pod's volumes


@rule("unknown-volume", on="PodSpec")
def mounted_volumes(spec: Value, ctx: "Context") -> Reports:
    """Report mounts and devices of unknown volumes; a volume that the server refuses does not count."""
    users = [c for c in looked_into(spec, ctx) if any(map(c.has, USERS))]
    if not users:
        return
    volumes = Volumes(spec, ctx)
    for container in users:
        for name in USERS[:2]:
            for entry in container.items(name):
                if (
                    not entry.opaque
                    and not entry.data.get("name", entry).opaque
                    and volumes.find(entry.text("name")) is None
                ):
                    yield _unknown(entry, volumes)


def _unknown(entry: Value, volumes: Volumes) -> Report:
    name = entry.text("name")
    place = entry.get("name") or entry
    field = entry.child_path("name")
    if (volume := volumes.last(name)) is not None:
        return not_found(
            place, f"the volume {called(volume)} is invalid, so it cannot be mounted: fix the volume first", field=field
        )
    if not name:
        return not_found(place, "`name` must be the name of one of the Pod's `volumes`", field=field)
    near = volumes.nearest(name)
    why = f"is not in the Pod's `volumes`{f'; did you mean {quoted(near)}?' if near else ''}"
    report = not_found(place, f"the volume {quoted(name)} {why}", field=field)
    return report.cure_by(writing(place, near), safe=False) if near and place is not entry else report


@rule("invalid-mount", on="PodSpec")
def block_volumes(spec: Value, ctx: "Context") -> Reports:
    users = [c for c in looked_into(spec, ctx) if c.has("volumeDevices")]
    volumes = Volumes(spec, ctx) if users else None
    for container in users:
        for entry in container.items("volumeDevices"):
            volume = volumes.find(entry.text("name")) if volumes is not None else None
            if volume is None or volume.has("persistentVolumeClaim"):
                continue
            if not volume.has("ephemeral") or not ctx.facts.since(23):
                kinds = "`persistentVolumeClaim` or `ephemeral`" if ctx.facts.since(23) else "`persistentVolumeClaim`"
                yield invalid(entry.data["name"], f"`volumeDevices` can only use a {kinds} volume")


@rule("invalid-mount", on="PodSpec")
def image_mounts(spec: Value, ctx: "Context") -> Reports:
    """Report mount options of an image, and up to 1.32 paths in it."""
    if not any(not v.opaque and v.has("image") for v in spec.items("volumes")):
        return
    volumes = Volumes(spec, ctx)
    for container in containers(spec):
        for entry in container.items("volumeMounts"):
            volume = volumes.find(entry.text("name"))
            if volume is None or not volume.has("image"):
                continue
            for name in ("subPath", "subPathExpr"):
                if entry.text(name) and not ctx.facts.since(33):
                    yield invalid(entry.data[name], f"`{name}` is not allowed for an image volume before 1.33")
            if entry.has("bindMountOptions") and entry.items("bindMountOptions"):
                yield invalid(entry.data["bindMountOptions"], "`bindMountOptions` is not allowed for an image volume")


@rule("unknown-volume", on="PodSpec")
def files_of_variables(spec: Value, ctx: "Context") -> Reports:
    """Check the volumes of `fileKeyRef`: refused ones count, and the last with a name (validateFileKeyRefVolumes)."""
    variables = [v for c in containers(spec) if not c.opaque and c.has("env") for v in c.items("env")]
    selectors = [s for v in variables if not v.opaque and (s := _file_selector(v)) is not None]
    volumes = Volumes(spec, ctx) if selectors else None
    for selector in selectors:
        name = selector.text("volumeName")
        volume = volumes.last(name) if volumes is not None else None
        place, field = selector.get("volumeName") or selector, selector.child_path("volumeName")
        if volume is None:
            known = "`volumeName` must be the name of one of the Pod's `volumes`"
            why = f"the volume {quoted(name)} is not in the Pod's `volumes`" if name else known
            yield not_found(place, why, field=field)
        elif source(volume) != "emptyDir":
            why = f"`fileKeyRef` requires an `emptyDir` volume, but {called(volume)} has another source"
            yield invalid(place, why, field=field)


def _file_selector(variable: Value) -> Value | None:
    return variable.at("valueFrom", "fileKeyRef") if variable.has("valueFrom") else None
