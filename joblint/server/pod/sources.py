"""Sources of volumes on hosts and clusters: hostPath, NFS, ConfigMaps, Secrets, images and others of a few fields.

Source: pkg/apis/core/validation/validation.go, validateVolumeSource and the function of each source.
"""

from typing import TYPE_CHECKING

from joblint.kube.names import MAX_LABEL
from joblint.kube.names.names import dns_label, dns_subdomain, short, size
from joblint.kube.names.names import too_long as too_long_text
from joblint.kube.names.words import IDS, backsteps, local_path
from joblint.rule.registry import rule
from joblint.rule.report import Reports, forbidden, invalid, required, too_long
from joblint.rule.value import Value
from joblint.server.pod.common import choice, expect, file_mode, match, need, quoted, within
from joblint.server.pod.containers import PULL_POLICIES
from joblint.server.pod.volumes import leading

if TYPE_CHECKING:
    from joblint.rule.context import Context

# The fields that a source must have. A projection is also a source.
REQUIRED = {
    "AWSElasticBlockStoreVolumeSource": ("volumeID",),
    "AzureDiskVolumeSource": ("diskName", "diskURI"),
    "AzureFileVolumeSource": ("secretName", "shareName"),
    "CephFSVolumeSource": ("monitors",),
    "CinderVolumeSource": ("volumeID",),
    "ConfigMapProjection": ("name",),
    "ConfigMapVolumeSource": ("name",),
    "FlexVolumeSource": ("driver",),
    "GCEPersistentDiskVolumeSource": ("pdName",),
    "GitRepoVolumeSource": ("repository",),
    "GlusterfsVolumeSource": ("endpoints", "path"),
    "HostPathVolumeSource": ("path",),
    "ISCSIVolumeSource": ("targetPortal", "iqn"),
    "NFSVolumeSource": ("server", "path"),
    "PersistentVolumeClaimVolumeSource": ("claimName",),
    "PhotonPersistentDiskVolumeSource": ("pdID",),
    "PortworxVolumeSource": ("volumeID",),
    "QuobyteVolumeSource": ("registry", "volume"),
    "RBDVolumeSource": ("monitors", "image"),
    "ScaleIOVolumeSource": ("gateway", "system", "volumeName"),
    "SecretProjection": ("name",),
    "SecretVolumeSource": ("secretName",),
    "StorageOSVolumeSource": ("volumeName",),
    "VsphereVirtualDiskVolumeSource": ("volumePath",),
}
WITH_MODE = ("ConfigMapVolumeSource", "DownwardAPIVolumeSource", "ProjectedVolumeSource", "SecretVolumeSource")
PARTITIONS = range(256)
HOST_PATH_TYPES = (
    "", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice",
)  # fmt: skip
EMPTY_DIR_MODES = range(0o2000)


def path_of(source: Value) -> str:
    """Return the server's path of a source; that of gcePersistentDisk is irregular."""
    if source.type == "GCEPersistentDiskVolumeSource" and source.parent is not None:
        return source.parent.child_path("persistentDisk")
    return source.path


@rule("invalid-volume", on=tuple(REQUIRED))
def required_fields(source: Value, ctx: "Context") -> Reports:
    if leading(source):
        yield from need(source, *REQUIRED[source.type], at=path_of(source))


@rule("invalid-volume", on=("AWSElasticBlockStoreVolumeSource", "GCEPersistentDiskVolumeSource"))
def partition(source: Value, ctx: "Context") -> Reports:
    if leading(source):
        yield from within(source, "partition", PARTITIONS, field=f"{path_of(source)}.partition")


@rule("invalid-volume", on=("CinderVolumeSource", "StorageOSVolumeSource"))
def secret_name(source: Value, ctx: "Context") -> Reports:
    secret = source.get("secretRef")
    if secret is not None and leading(source):
        yield from need(secret, "name")


@rule("invalid-volume", on="EmptyDirVolumeSource")
def empty_dir(source: Value, ctx: "Context") -> Reports:
    limit = source.get("sizeLimit")
    if limit is not None and limit.scalar().sign < 0:
        yield forbidden(limit, f"`sizeLimit` must be 0 or more, not {quoted(limit.scalar().text)}")


@rule("invalid-file-mode", on="EmptyDirVolumeSource")
def empty_dir_mode(source: Value, ctx: "Context") -> Reports:
    yield from within(source, "mode", EMPTY_DIR_MODES)


@rule("invalid-volume", on="HostPathVolumeSource")
def host_path(source: Value, ctx: "Context") -> Reports:
    if leading(source) and source.text("path"):
        yield from expect(source, "path", backsteps)
        yield from choice(source, "type", HOST_PATH_TYPES)


@rule("invalid-volume", on="GitRepoVolumeSource")
def git_repo(source: Value, ctx: "Context") -> Reports:
    if leading(source):
        yield from expect(source, "directory", local_path)


@rule("invalid-volume", on="NFSVolumeSource")
def nfs(source: Value, ctx: "Context") -> Reports:
    path = source.get("path")
    if leading(source) and not source.text("path").startswith("/"):
        message = "the `path` in `nfs` must start with `/`"
        yield invalid(path if path is not None else source, message, field=source.child_path("path"))


@rule("invalid-volume", on="StorageOSVolumeSource")
def storage_os(source: Value, ctx: "Context") -> Reports:
    if leading(source):
        yield from expect(source, "volumeName", dns_label)
        yield from expect(source, "volumeNamespace", dns_label)


@rule("invalid-volume", on="CSIVolumeSource")
def csi_driver(source: Value, ctx: "Context") -> Reports:
    """Check the driver's name (validateCSIVolumeSource); up to 1.34, an empty name is refused twice."""
    if not leading(source):
        return
    driver = source.get("driver")
    name = source.text("driver")
    if driver is None or not name:
        yield required(source, "driver", "`csi` needs a `driver`")
        if not ctx.facts.since(35):
            yield invalid(source, "`csi` needs a `driver`", field=source.child_path("driver"))
        return
    if size(name) > MAX_LABEL:
        yield too_long(driver, f"`driver: {short(name)}` {too_long_text(name, MAX_LABEL)}")
    yield from match(driver, lambda text: dns_subdomain(text.lower()))


@rule("invalid-volume", on="CSIVolumeSource")
def csi_secret(source: Value, ctx: "Context") -> Reports:
    secret = source.get("nodePublishSecretRef")
    if secret is None or not leading(source):
        return
    if not secret.text("name"):
        space = "" if ctx.facts.since(24) else " "
        yield from need(secret, "name", at=f"{source.path}.nodePublishSecretRef{space}")
    else:
        yield from expect(secret, "name", dns_subdomain, field=source.child_path("name"))


@rule("invalid-volume", on="ImageVolumeSource")
def image_volume(source: Value, ctx: "Context") -> Reports:
    if leading(source):
        if not source.text("reference") and ctx.facts.since(37):
            yield from need(source, "reference")
        yield from choice(source, "pullPolicy", PULL_POLICIES)


# -- files in ConfigMaps, Secrets, downward API and projections


@rule("invalid-file-mode", on=WITH_MODE)
def default_mode(source: Value, ctx: "Context") -> Reports:
    if leading(source):
        yield from file_mode(source, "defaultMode", ctx)
        yield from within(source, "defaultUser", IDS)


@rule("invalid-volume", on="KeyToPath")
def item(entry: Value, ctx: "Context") -> Reports:
    if leading(entry):
        yield from need(entry, "key", "path")
        yield from expect(entry, "path", lambda text: local_path(text, reserved=True))


@rule("invalid-file-mode", on="KeyToPath")
def item_mode(entry: Value, ctx: "Context") -> Reports:
    if leading(entry):
        yield from file_mode(entry, "mode", ctx)
        yield from within(entry, "user", IDS)
