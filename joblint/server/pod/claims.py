"""Templates of claims in ephemeral volumes.

Source: pkg/apis/core/validation/validation.go, ValidatePersistentVolumeClaimTemplate and
ValidatePersistentVolumeClaimSpec.
"""

from typing import TYPE_CHECKING

from joblint.kube.names.names import dns_label, dns_subdomain, label_value, qualified_name, size
from joblint.rule.registry import rule
from joblint.rule.report import Reports, forbidden, invalid, not_supported, required, too_long
from joblint.rule.value import Value
from joblint.server.pod.certificates import MAX_ANNOTATIONS
from joblint.server.pod.common import choice, expect, meant_as, need, quoted, words
from joblint.server.pod.volumes import leading

if TYPE_CHECKING:
    from joblint.rule.context import Context

ONE_POD = "ReadWriteOncePod"
ACCESS_MODES = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", ONE_POD)
VOLUME_MODES = ("Block", "Filesystem")
STORAGE = "storage"
CLAIM = "PersistentVolumeClaim"
# Everything else of ObjectMeta is refused; the server derives the names from Go's, so `uid` becomes `uID`.
TEMPLATE_META = ("annotations", "labels")
MISNOMERS = {"uid": "uID"}
NEVER_ZERO = ("ownerReferences", "finalizers", "managedFields", "deletionGracePeriodSeconds")


@rule("invalid-volume", on="EphemeralVolumeSource")
def claim_template(source: Value, ctx: "Context") -> Reports:
    if leading(source) and not source.has("volumeClaimTemplate"):
        yield required(source, "volumeClaimTemplate", "`ephemeral` needs `volumeClaimTemplate`")


@rule("invalid-volume", on="PersistentVolumeClaimTemplate")
def template_meta(template: Value, ctx: "Context") -> Reports:
    meta = template.get("metadata")
    if meta is None or not leading(template):
        return
    for name, value in meta.scalar().items():
        if name not in TEMPLATE_META and (name in NEVER_ZERO or value.opaque or value.data not in ("", 0)):
            message = f"`{name}` is not allowed: a claim template's `metadata` can only have {words(TEMPLATE_META)}"
            yield forbidden(value, message, field=meta.child_path(_misnomer(name, ctx)))


def _misnomer(name: str, ctx: "Context") -> str:
    """Return the server's name of a field; 1.24 has renamed clusterName, and later minors do not have it."""
    if name == "clusterName" and ctx.facts.since(24):
        return "zZZ_DeprecatedClusterName"
    return MISNOMERS.get(name, name)


@rule("invalid-volume", on="PersistentVolumeClaimTemplate")
def template_labels(template: Value, ctx: "Context") -> Reports:
    meta = template.get("metadata")
    if meta is None or not leading(template):
        return
    for key, value in meta.entries("labels").items():
        wrong = qualified_name(key) or label_value(value.scalar())
        if wrong:
            yield invalid(
                value, f"the label {quoted(f'{key}: {value.scalar()}')} {wrong}", field=meta.child_path("labels")
            )
    annotations = meta.entries("annotations")
    for key, value in annotations.items():
        if wrong := qualified_name(key.lower()):
            yield invalid(value, f"the annotation {quoted(key)} {wrong}", field=meta.child_path("annotations"))
    if sum(size(key) + size(str(value.scalar())) for key, value in annotations.items()) > MAX_ANNOTATIONS:
        yield too_long(meta.data["annotations"], f"`annotations` can have at most {MAX_ANNOTATIONS} bytes")


@rule("invalid-volume", on="PersistentVolumeClaimTemplate")
def template_spec(template: Value, ctx: "Context") -> Reports:
    """Report a template without `spec`, which lacks the fields that are required in it."""
    if leading(template) and not template.has("spec"):
        text = "a claim needs a `spec` with `accessModes` and `resources.requests.storage`"
        yield required(template, "spec", text, field=template.child_path("spec.accessModes"))
        yield required(template, "spec", text, field=template.child_path(f"spec.resources[{STORAGE}]"))


@rule("invalid-volume", on="PersistentVolumeClaimSpec")
def access_modes(spec: Value, ctx: "Context") -> Reports:
    if not leading(spec):
        return
    yield from need(spec, "accessModes")
    modes = spec.items("accessModes")
    for mode in modes:
        if mode.scalar() not in ACCESS_MODES or (
            mode.scalar() == ONE_POD and not ctx.facts.enabled("ReadWriteOncePod")
        ):
            text = f"an access mode must be {words(ACCESS_MODES)}, not {quoted(mode.scalar())}"
            report = not_supported(mode, text, field=spec.child_path("accessModes"))
            yield meant_as(report, mode, ACCESS_MODES) if mode.scalar() not in ACCESS_MODES else report
    written = {mode.scalar() for mode in modes}
    if ONE_POD in written and len(written & set(ACCESS_MODES)) > 1 and ctx.facts.since(22):
        yield forbidden(spec.data["accessModes"], f"`{ONE_POD}` cannot be combined with other access modes")


@rule("invalid-volume", on="PersistentVolumeClaimSpec")
def storage_request(spec: Value, ctx: "Context") -> Reports:
    if not leading(spec):
        return
    field = f"{spec.child_path('resources')}[{STORAGE}]"
    resources = spec.get("resources")
    storage = resources.entries("requests").get(STORAGE) if resources is not None else None
    if storage is None:
        yield required(spec, "resources", "a claim needs `resources.requests.storage`", field=field)
    elif storage.scalar().sign <= 0:
        yield invalid(storage, "a claim's `storage` must be greater than 0", field=field)


@rule("invalid-volume", on="PersistentVolumeClaimSpec")
def claim_classes(spec: Value, ctx: "Context") -> Reports:
    if leading(spec):
        yield from expect(spec, "storageClassName", dns_subdomain)
        yield from choice(spec, "volumeMode", VOLUME_MODES, default=False)
        name = spec.text("volumeAttributesClassName")
        if name and dns_subdomain(name) and ctx.facts.enabled("VolumeAttributesClass"):
            yield from expect(spec, "volumeAttributesClassName", dns_subdomain)


@rule("invalid-volume", on=("TypedLocalObjectReference", "TypedObjectReference"))
def data_source(source: Value, ctx: "Context") -> Reports:
    if not leading(source):
        return
    yield from need(source, "name", "kind")
    group = source.text("apiGroup")
    if not group and source.text("kind") != CLAIM:
        yield invalid(source, f"without `apiGroup`, `kind` must be `{CLAIM}`")
    elif group and dns_subdomain(group) and ctx.facts.since(29):
        yield from expect(source, "apiGroup", dns_subdomain)
    yield from expect(source, "namespace", dns_label)


@rule("invalid-volume", on="PersistentVolumeClaimSpec")
def equal_sources(spec: Value, ctx: "Context") -> Reports:
    """Check that `dataSource` and `dataSourceRef` are equal; the server reports it at the spec."""
    source, other = spec.get("dataSource"), spec.get("dataSourceRef")
    if source is None or other is None or not leading(spec):
        return
    if other.text("namespace"):
        yield invalid(source, "`dataSource` must not be set when `dataSourceRef` has a namespace", field=spec.path)
    elif any(source.text(name) != other.text(name) for name in ("kind", "name")) or _group(source) != _group(other):
        yield invalid(source, "`dataSource` and `dataSourceRef` must be equal", field=spec.path)


def _group(source: Value) -> str | None:
    """Return a source's API group, None if it is absent: an empty group is not the same."""
    return source.text("apiGroup") if source.has("apiGroup") else None
