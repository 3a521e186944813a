"""Volumes: names, and which of them a mount refers to.

Source: pkg/apis/core/validation/validation.go, ValidateVolumes, validateVolumeSource.
"""

from functools import cache
from typing import TYPE_CHECKING

from joblint.kube.names.names import dns_label
from joblint.rule.registry import REGISTRY, Check, rule
from joblint.rule.report import Reports, duplicate, forbidden, required
from joblint.rule.value import Opaque, Value
from joblint.server.pod.common import expect, need, quoted

if TYPE_CHECKING:
    from joblint.rule.context import Context

# In the server's order: the first one that is set is the volume's source, any other is redundant.
SOURCES = (
    "emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi",
    "glusterfs", "flocker", "persistentVolumeClaim", "rbd", "cinder", "cephfs", "quobyte", "downwardAPI", "fc",
    "flexVolume", "configMap", "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk",
    "storageos", "projected", "scaleIO", "csi", "ephemeral", "image",
)  # fmt: skip
_COMPARED = 100  # names of volumes that an unknown one is compared with
# What the server calls a redundant source, if that is not the field's name.
MISNOMERS = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}


class Emptied(Value):
    """A volume whose source was removed by its gate; it does not become an emptyDir, as defaults come first."""

    __slots__ = ()


def source(volume: Value) -> str:
    """Return the name of a volume's source, emptyDir by default (SetDefaults_Volume)."""
    return next((name for name in SOURCES if volume.has(name)), "" if isinstance(volume, Emptied) else SOURCES[0])


def leading(value: Value) -> bool:
    """Return whether a value is in its volume's source, not in a redundant one, which is not checked."""
    while value.parent is not None and value.parent.type != "Volume":
        value = value.parent
    return value.parent is not None and source(value.parent) == value.step


class Volumes:
    """The volumes of a pod that the server keeps: faulty ones cannot be mounted, nor be the first with their name."""

    def __init__(self, spec: Value, ctx: "Context") -> None:
        """Group the volumes by name. Raises Opaque if a volume's name is hidden."""
        self._ctx = ctx
        self._named: dict[str, list[Value]] = {}
        self._kept: dict[str, Value | None] = {}
        for volume in spec.items("volumes"):
            self._named.setdefault(volume.text("name"), []).append(volume)

    def find(self, name: str) -> Value | None:
        """Return the volume with that name that the server keeps."""
        if name not in self._kept:
            self._kept[name] = next((v for v in self._named.get(name, ()) if not faulty(v, self._ctx)), None)
        return self._kept[name]

    def last(self, name: str) -> Value | None:
        """Return the last volume with that name, faulty or not."""
        named = self._named.get(name)
        return named[-1] if named else None

    def nearest(self, name: str) -> str:
        """Return the name of the volume with the most similar name; empty if there is none."""
        from joblint.kube.nearest import nearest

        return nearest(name, [*self._named][:_COMPARED])

    def repeated(self) -> Reports:
        """Report every volume after the first one with its name that the server keeps."""
        for name, volumes in self._named.items():
            first = self.find(name) if len(volumes) > 1 else None
            if first is not None:
                for volume in volumes[volumes.index(first) + 1 :]:
                    yield duplicate(volume.data["name"], f"another volume is already named {quoted(name)}", first=first)


def faulty(volume: Value, ctx: "Context") -> bool:
    """Return whether the server refuses something in a volume. What is hidden counts as valid."""
    return any(_refused(part, check, ctx) for part in volume.walk() for check in _checks().get(part.type, ()))


@cache
def _checks() -> dict[str, list[Check]]:
    by_type: dict[str, list[Check]] = {}
    for entry in REGISTRY:
        if not (entry.verb or entry.of_author):
            by_type.setdefault(entry.type, []).append(entry.check)
    return by_type


def _refused(part: Value, check: Check, ctx: "Context") -> bool:
    try:
        return any(report.effect == "rejected" for report in check(part, ctx))
    except Opaque:
        return False


@rule("invalid-volume", on="Volume")
def volume_name(volume: Value, ctx: "Context") -> Reports:
    yield from need(volume, "name")
    yield from expect(volume, "name", dns_label)


@rule("invalid-volume", on="PodSpec")
def unique_volume_names(spec: Value, ctx: "Context") -> Reports:
    if spec.has("volumes"):
        yield from Volumes(spec, ctx).repeated()


@rule("invalid-volume", on="Volume")
def one_source(volume: Value, ctx: "Context") -> Reports:
    set_sources = [name for name in SOURCES if volume.has(name)]
    for name in set_sources[1:]:
        field = volume.child_path(MISNOMERS.get(name, name))
        yield forbidden(
            volume.data[name], f"a volume can only have 1 source; it already has `{set_sources[0]}`", field=field
        )
    if not set_sources and isinstance(volume, Emptied):
        yield required(volume, "", "the volume has no source, because its only source is dropped", field=volume.path)
