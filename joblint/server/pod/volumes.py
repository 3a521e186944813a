"""Volumes: names, and which of them a mount can mean.

Source: pkg/apis/core/validation/validation.go, ValidateVolumes, validateVolumeSource.
"""

from functools import cache
from typing import TYPE_CHECKING

from joblint.kube.names import MAX_LABEL
from joblint.kube.names.names import dns_label
from joblint.rule.registry import REGISTRY, Check, rule
from joblint.rule.report import Reports, duplicate, forbidden, required
from joblint.rule.value import Opaque, Value
from joblint.server.pod.common import expect, need, quoted

if TYPE_CHECKING:
    from joblint.rule.context import Context

# In the order in which the server looks: the first that is set is the volume's source, any other is one too many.
SOURCES = (
    "emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi",
    "glusterfs", "flocker", "persistentVolumeClaim", "rbd", "cinder", "cephfs", "quobyte", "downwardAPI", "fc",
    "flexVolume", "configMap", "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk",
    "storageos", "projected", "scaleIO", "csi", "ephemeral", "image",
)  # fmt: skip
_COMPARED = 100  # names of volumes that a wrong one is held against
# What the server calls one that is too many, where that is not the field's name.
MISNOMERS = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}


class Emptied(Value):
    """A volume whose source is gone with its gate: no emptyDir takes its place, for defaults come first."""

    __slots__ = ()


def source(volume: Value) -> str:
    """The name of a volume's source; an emptyDir by default (SetDefaults_Volume)."""
    return next((name for name in SOURCES if volume.has(name)), "" if isinstance(volume, Emptied) else SOURCES[0])


def leading(value: Value) -> bool:
    """Whether a value stands in its volume's source, not in one that is too many: those are not looked into."""
    while value.parent is not None and value.parent.type != "Volume":
        value = value.parent
    return value.parent is not None and source(value.parent) == value.step


class Volumes:
    """The volumes of a pod that the server would keep: a faulty one cannot be mounted, nor be the first of a name."""

    def __init__(self, spec: Value, ctx: "Context") -> None:
        """Raises Opaque where a volume's name is hidden."""
        self._ctx = ctx
        self._named: dict[str, list[Value]] = {}
        self._kept: dict[str, Value | None] = {}
        for volume in spec.items("volumes"):
            self._named.setdefault(volume.text("name"), []).append(volume)

    def find(self, name: str) -> Value | None:
        """The volume of that name that the server keeps."""
        if name not in self._kept:
            self._kept[name] = next((v for v in self._named.get(name, ()) if not faulty(v, self._ctx)), None)
        return self._kept[name]

    def last(self, name: str) -> Value | None:
        """The last volume that is written with that name, faulty or not."""
        found = self._named.get(name)
        return found[-1] if found else None

    def nearest(self, name: str) -> str:
        """The volume that is called almost so; empty where there is none."""
        from difflib import get_close_matches

        near = get_close_matches(name[:MAX_LABEL], [n for n in self._named if len(n) <= MAX_LABEL][:_COMPARED], 1)
        return near[0] if near else ""

    def repeated(self) -> Reports:
        """Report every volume after the first that the server keeps of a name."""
        for name, volumes in self._named.items():
            first = self.find(name) if len(volumes) > 1 else None
            if first is not None:
                for volume in volumes[volumes.index(first) + 1 :]:
                    yield duplicate(
                        volume.data["name"], f"another volume is called {quoted(name)} already", first=first
                    )


def faulty(volume: Value, ctx: "Context") -> bool:
    """Whether the server refuses something in a volume. What is hidden is taken to be right."""
    return any(_refused(part, check, ctx) for part in volume.walk() for check in _checks().get(part.type, ()))


@cache
def _checks() -> dict[str, list[Check]]:
    found: dict[str, list[Check]] = {}
    for entry in REGISTRY:
        if entry.check.__module__.startswith(__package__):
            found.setdefault(entry.type, []).append(entry.check)
    return found


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
    found = [name for name in SOURCES if volume.has(name)]
    for name in found[1:]:
        field = volume.child_path(MISNOMERS.get(name, name))
        yield forbidden(volume.data[name], f"a volume has one source; this is a `{found[0]}` already", field=field)
    if not found and isinstance(volume, Emptied):
        yield required(volume, "", "the volume has no source: the one that is written is dropped", field=volume.path)
