"""Sources of volumes on network or cloud storage that have their own grammar.

Source: pkg/apis/core/validation/validation.go, validateISCSIVolumeSource, validateFCVolumeSource, validateAzureDisk,
validateQuobyteVolumeSource, validateFlockerVolumeSource, validateFlexVolumeSource.
"""

import re
from typing import TYPE_CHECKING

from joblint.kube.names.names import short, size
from joblint.rule.registry import rule
from joblint.rule.report import Reports, invalid, not_supported, required
from joblint.rule.value import Value
from joblint.server.pod.common import choice, expect, quoted, within
from joblint.server.pod.sources import PARTITIONS
from joblint.server.pod.volumes import leading

if TYPE_CHECKING:
    from joblint.rule.context import Context

LUNS = PARTITIONS
MAX_INITIATOR = 64
MAX_TENANT = 64
# If the text starts with a key, the pattern must be found in it. Kubernetes does not anchor the first one.
ISCSI_NAMES = {
    "iqn": r"iqn\.\d{4}-\d{2}\.([a-zA-Z0-9.-]+)(:[^,;*&$|\s]+)\Z",
    "eui": r"\Aeui.[a-zA-Z0-9]{16}\Z",
    "naa": r"\Anaa.[a-zA-Z0-9]{32}\Z",
}
RESERVED = (".kubernetes.io", ".k8s.io")
CACHING_MODES, DISK_KINDS = ("None", "ReadOnly", "ReadWrite"), ("Shared", "Dedicated", "Managed")
DISK_URIS = {"Managed": "/subscriptions/", "Shared": "https://", "Dedicated": "https://"}


def iscsi_name(text: str) -> str | None:
    """Return what is wrong with `text` as the name of an iSCSI node, None if nothing is."""
    pattern = ISCSI_NAMES.get(text[:3])
    if pattern is None:
        return "is not a valid iSCSI name: it must start with iqn, eui or naa"
    return (
        None
        if re.search(pattern, text, re.ASCII)
        else "is not a valid iSCSI name, such as iqn.2026-01.org.example:disk"
    )


@rule("invalid-volume", on="ISCSIVolumeSource")
def iscsi(source: Value, ctx: "Context") -> Reports:
    if leading(source):
        yield from expect(source, "iqn", iscsi_name)
        yield from within(source, "lun", LUNS)
        secret = source.flag("chapAuthDiscovery") or source.flag("chapAuthSession")
        if secret and not source.has("secretRef"):
            yield required(source, "secretRef", "`secretRef` is required with `chapAuthDiscovery` or `chapAuthSession`")


@rule("invalid-volume", on="ISCSIVolumeSource")
def iscsi_initiator(source: Value, ctx: "Context") -> Reports:
    name = source.get("initiatorName")
    if name is not None and leading(source) and (wrong := iscsi_name(name.scalar())):
        yield invalid(
            name, f"`initiatorName: {short(name.scalar())}` {wrong}", field=source.child_path("initiatorname")
        )


@rule("invalid-volume", on="ISCSIVolumeSource")
def iscsi_length(source: Value, ctx: "Context") -> Reports:
    volume = source.parent
    if volume is None or not source.has("initiatorName"):
        return
    length = size(f"{volume.text('name')}:{source.text('targetPortal')}")
    if length > MAX_INITIATOR:
        why = f"with `initiatorName`, the volume name and `targetPortal` have {length} characters together"
        message = f"{why}; at most {MAX_INITIATOR} are allowed"
        yield invalid(volume.get("name") or source, message, field=volume.child_path("name"))


@rule("invalid-volume", on="FCVolumeSource")
def fibre_channel(source: Value, ctx: "Context") -> Reports:
    if not leading(source):
        return
    names, wwids = source.items("targetWWNs"), source.items("wwids")
    if not names and not wwids:
        yield required(source, "targetWWNs", "`fc` needs `targetWWNs` or `wwids`")
    elif names and wwids:
        yield invalid(source.data["targetWWNs"], "`fc` must not have both `targetWWNs` and `wwids`")
    if names and not source.has("lun"):
        yield required(source, "lun", "`lun` is required when `targetWWNs` is set", because=source.get("targetWWNs"))
    elif names:
        yield from within(source, "lun", LUNS)


@rule("invalid-volume", on="AzureDiskVolumeSource")
def azure_disk(source: Value, ctx: "Context") -> Reports:
    if not leading(source):
        return
    yield from choice(source, "cachingMode", CACHING_MODES, default=False)
    yield from choice(source, "kind", DISK_KINDS, default=False)
    kind = source.text("kind", DISK_KINDS[0])
    uri = source.get("diskURI")
    start = DISK_URIS.get(kind, "https://")
    if not source.text("diskURI").startswith(start):
        message = f"`diskURI` must start with `{start}` when `kind` is `{kind}`"
        yield not_supported(uri if uri is not None else source, message, field=source.child_path("diskURI"))


@rule("invalid-volume", on="FlockerVolumeSource")
def flocker(source: Value, ctx: "Context") -> Reports:
    if not leading(source):
        return
    name, uuid = source.text("datasetName"), source.text("datasetUUID")
    if not name and not uuid:
        yield required(source, "datasetName", "`flocker` needs `datasetName` or `datasetUUID`", field=source.path)
    elif name and uuid:
        yield invalid(source, "`flocker` must not have both `datasetName` and `datasetUUID`")
    if "/" in name:
        yield invalid(source.data["datasetName"], "`datasetName` must not contain `/`")


@rule("invalid-volume", on="QuobyteVolumeSource")
def quobyte(source: Value, ctx: "Context") -> Reports:
    registry = source.get("registry")
    if registry is None or not registry.scalar() or not leading(source):
        return
    if size(source.text("tenant")) > MAX_TENANT:
        yield required(source, "tenant", f"`tenant` can have at most {MAX_TENANT} characters")
    elif not all(_is_host_port(pair) for pair in registry.scalar().split(",")):
        yield invalid(registry, "`registry` must be a comma-separated list of host:port pairs")


def _is_host_port(text: str) -> bool:
    """Return whether a text is a host and port, like net.SplitHostPort of Go's library."""
    host, colon, port = text.rpartition(":")
    if not colon or "]" in port or "[" in port:
        return False
    if host.startswith("["):
        return host.endswith("]") and "[" not in host[1:] and "]" not in host[1:-1]
    return not set(":[]") & set(host)


@rule("invalid-volume", on="FlexVolumeSource")
def flex_options(source: Value, ctx: "Context") -> Reports:
    if not leading(source):
        return
    for name, value in source.entries("options").items():
        if f".{name.partition('/')[0].lower()}".endswith(RESERVED):
            yield invalid(
                value, f"the option {quoted(name)} has a domain that is reserved for Kubernetes: use another domain"
            )
