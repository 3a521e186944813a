"""An object's own metadata: names, namespace, finalizers, owners, managed fields.

Sources: apimachinery pkg/api/validation/objectmeta.go (ValidateObjectMetaAccessor), pkg/apis/core/validation
(ValidateObjectMeta). The server does not check the metadata in a CronJob's `jobTemplate`; in the pod template, it only
checks labels and annotations: see labels.py. What is made from a name is in pod_names.py.
"""

import re
from typing import TYPE_CHECKING

from joblint.kube.names import names
from joblint.rule.cure.cure import leaving_out, writing
from joblint.rule.registry import CREATE, rule
from joblint.rule.report import Report, Reports, forbidden, invalid, not_supported, required, too_long, warned
from joblint.rule.value import Value
from joblint.server.parts import JOB, KINDS, lacking, name_value, object_name

if TYPE_CHECKING:
    from joblint.rule.context import Context

_ORPHAN, _FOREGROUND = "orphan", "foregroundDeletion"
_STANDARD_FINALIZERS = ("kubernetes", _ORPHAN, _FOREGROUND)
_OF_OWNER = ("apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion")
_BANNED = (("Event", "v1"), ("Event", "/v1"))
_OPERATIONS = ("Apply", "Update")
_MAX_MANAGER, _MAX_SUBRESOURCE = 128, 256
_MAX_VERSION = (1 << 64) - 1  # a larger number is not a version to the storage, and is accepted


@rule("invalid-name", on=KINDS, verb=CREATE)
def name(root: Value, _: "Context") -> Reports:
    written, value = object_name(root), name_value(root)
    if value is None or not written:
        yield lacking(root, "metadata", "name", message="an object needs `metadata.name` or `metadata.generateName`")
    elif wrong := names.dns_subdomain(written):
        text = names.short(value.scalar())
        generated = f"a name with the prefix `{text}` is not a valid DNS subdomain"
        message = f"the name `{text}` {wrong}" if written == value.data else generated
        yield _renamed(invalid(value, message, field="metadata.name"), value)


def _renamed(report: Report, value: Value) -> Report:
    """Return the report with its fix, which is never safe: others may refer to the object by its name."""
    from joblint.kube.names.cure import suggest_dns_subdomain

    meant = suggest_dns_subdomain(value.scalar()) if value.step == "name" else None
    return report.cure_by(writing(value, meant), safe=False) if meant else report


@rule("invalid-name", on=KINDS)
def generate_name(root: Value, ctx: "Context") -> Reports:
    prefix = root.at("metadata", "generateName")
    if ctx.live is not None and (ctx.kind != JOB or ctx.facts.since(37)) and not _splits_a_path(prefix):
        return  # on an update, the server does not check more
    if prefix is not None and (text := prefix.scalar()) and (wrong := names.dns_subdomain(_masked(text))):
        why = names.dns_subdomain(text.removesuffix("-")) or wrong
        yield invalid(prefix, f"`generateName: {names.short(text)}` {why}")


def _splits_a_path(prefix: Value | None) -> bool:
    return prefix is not None and any(letter in prefix.scalar() for letter in "/%")


def _masked(prefix: str) -> str:
    """Return a prefix with a letter for the `-` at its end. (Like the server, this replaces two characters.)"""
    return prefix[:-2] + "a" if len(prefix) > 1 and prefix.endswith("-") else prefix


@rule("invalid-name", on=KINDS)
def namespace(root: Value, _: "Context") -> Reports:
    value = root.at("metadata", "namespace")
    if value is not None and (text := value.scalar()) and (wrong := names.dns_label(text)):
        yield invalid(value, f"the namespace `{names.short(text)}` {wrong}")


@rule("negative-number", on=KINDS, verb=CREATE)
def generation(root: Value, ctx: "Context") -> Reports:
    value = root.at("metadata", "generation")
    if value is not None and value.scalar() < 0 and not ctx.facts.since(22):  # from then on, the server sets it itself
        yield invalid(value, f"`generation` must be 0 or more, not {value.data}")


@rule("invalid-metadata", on=KINDS, verb=CREATE)
def resource_version(root: Value, _: "Context") -> Reports:
    """Report a version, which the storage refuses without a cause: apiserver pkg/storage/etcd3/store.go, Create."""
    value = root.at("metadata", "resourceVersion")
    text = value.scalar().lstrip("0") if value is not None else ""
    if value is not None and re.fullmatch("[0-9]{1,20}", text) and int(text) <= _MAX_VERSION:
        message = "`resourceVersion` must not be set on a new object: remove it"
        yield forbidden(value, message).cure_by(leaving_out(value))


@rule("invalid-metadata", on=KINDS)
def cluster_name(root: Value, ctx: "Context") -> Reports:
    """Warn of `clusterName`, which 1.23 ignores silently and 1.25 lacks (apiserver pkg/registry/rest/create.go)."""
    value = root.at("metadata", "clusterName")
    if value is not None and value.scalar() and ctx.facts.since(24):
        yield warned(value, "`clusterName` is ignored, and was removed in 1.25: remove this field")


@rule("invalid-metadata", on=KINDS)
def finalizers(root: Value, _: "Context") -> Reports:
    listed = root.at("metadata", "finalizers")
    for value in [] if listed is None else listed.elements():
        yield from _finalizer(value)


def _finalizer(value: Value) -> Reports:
    if value.opaque:
        return
    text = value.scalar()
    shown = names.short(text)
    if wrong := names.qualified_name(text):
        report = invalid(value, f"the finalizer `{shown}` {wrong}")
        report.field = value.parent.path if value.parent else ""
        yield report
    if "/" not in text and text not in _STANDARD_FINALIZERS:
        yield invalid(value, f"the finalizer `{shown}` must start with a domain, such as `example.com/{shown}`")


@rule("invalid-metadata", on=KINDS)
def both_finalizers(root: Value, _: "Context") -> Reports:
    listed = root.at("metadata", "finalizers")
    if listed is not None and {_ORPHAN, _FOREGROUND} <= {v.scalar() for v in listed.elements()}:
        yield invalid(listed, f"the finalizers `{_ORPHAN}` and `{_FOREGROUND}` cannot be combined")


@rule("invalid-metadata", on="OwnerReference")
def owner(reference: Value, ctx: "Context") -> Reports:
    if not _of_object(reference, ctx):
        return
    for field in ("apiVersion", "kind", "name", "uid"):
        if reference.opaque or (reference.has(field) and reference.data[field].opaque):
            continue
        if not reference.text(field):
            yield _of_owner(required(reference, field, f"an owner reference needs `{field}`"), ctx)
    version = reference.get("apiVersion")
    if version is not None and (text := version.scalar()) and not _group_version(text):
        message = f"`apiVersion: {names.short(text)}` is not valid: use a version such as `batch/v1` or `v1`"
        yield _of_owner(invalid(version, message), ctx)


@rule("invalid-metadata", on="OwnerReference")
def banned_owner(reference: Value, ctx: "Context") -> Reports:
    if (reference.text("kind"), reference.text("apiVersion")) in _BANNED and _of_object(reference, ctx):
        yield _of_owner(invalid(reference, "an Event cannot own another object: remove this owner reference"), ctx)


@rule("repeated-entry", on=KINDS)
def owners(root: Value, _: "Context") -> Reports:
    """Warn of repeated owners, as the request's handler does (apiserver handlers/rest.go, dedupOwnerReferences)."""
    listed = root.at("metadata", "ownerReferences")
    seen: set[tuple[object, ...]] = set()
    for value in [] if listed is None else listed.elements():
        fields = value.scalar() or {}
        same = tuple(fields[field].scalar() if field in fields else None for field in _OF_OWNER)
        if same in seen:
            yield warned(value, "`ownerReferences` has this owner twice, so the server removes the second entry")
        seen.add(same)


@rule("invalid-metadata", on=KINDS)
def controllers(root: Value, ctx: "Context") -> Reports:
    listed = root.at("metadata", "ownerReferences")
    before = False
    for value in [] if listed is None else listed.elements():
        if not value.flag("controller"):
            continue
        if before:
            message = "only 1 owner can have `controller: true`, and an earlier entry already has it"
            yield invalid(value.data["controller"], message, field="metadata.ownerReferences")
        # Up to 1.25, an owner without a name does not count as the first.
        before = before or ctx.facts.since(26) or bool(value.text("name"))


def _of_object(value: Value, ctx: "Context") -> bool:
    """Return whether a value is in the object's own metadata."""
    metadata = value.up("ObjectMeta")
    return metadata is not None and metadata.parent is ctx.root


def _managed(entry: Value, ctx: "Context") -> bool:
    """Return whether the server checks the entry: with the gate off, it removes all entries."""
    return _of_object(entry, ctx) and ctx.facts.enabled("ServerSideApply")


def _of_owner(report: Report, ctx: "Context") -> Report:
    """Return the report as the minor gives it: up to 1.36, the path has no index, and a missing field is Invalid."""
    if not ctx.facts.since(37):
        head, _, tail = report.field.partition("[")
        report.field, report.reason = head + tail.partition("]")[2], "FieldValueInvalid"
    return report


def _group_version(text: str) -> bool:
    group, slash, version = text.partition("/")
    return "/" not in version and bool(version if slash else group)


@rule("invalid-metadata", on="ManagedFieldsEntry")
def managed_operation(entry: Value, ctx: "Context") -> Reports:
    operation = entry.text("operation")
    if operation in _OPERATIONS or not _managed(entry, ctx):
        return
    if not operation:
        report = required(entry, "operation", "an entry of `managedFields` needs an `operation`")
    else:
        message = f"`operation` must be `Apply` or `Update`, not `{names.short(operation)}`"
        report = not_supported(entry.data["operation"], message)
    if not ctx.facts.since(37):
        report.reason = "FieldValueInvalid"
    yield report


@rule("invalid-metadata", on="ManagedFieldsEntry")
def managed_texts(entry: Value, ctx: "Context") -> Reports:
    if not _managed(entry, ctx):
        return
    kind, manager, subresource = (entry.get(f) for f in ("fieldsType", "manager", "subresource"))
    if kind is not None and not kind.opaque and kind.data not in ("", "FieldsV1"):
        yield invalid(kind, "`fieldsType` must be `FieldsV1`")
    if manager is not None and not manager.opaque:
        if names.size(manager.data) > _MAX_MANAGER:
            yield too_long(manager, f"`manager` {names.too_long(manager.data, _MAX_MANAGER)}")
        if not manager.data.isprintable():
            yield invalid(manager, "`manager` must only have printable characters")
    if subresource is not None and not subresource.opaque and names.size(subresource.data) > _MAX_SUBRESOURCE:
        yield too_long(subresource, f"`subresource` {names.too_long(subresource.data, _MAX_SUBRESOURCE)}")
