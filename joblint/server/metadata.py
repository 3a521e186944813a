"""An object's own metadata: names, namespace, finalizers, owners, managed fields.

Sources: apimachinery pkg/api/validation/objectmeta.go (ValidateObjectMetaAccessor), pkg/apis/core/validation
(ValidateObjectMeta). Of the metadata in a CronJob's `jobTemplate` the server checks nothing, of that in the pod
template only labels and annotations: see labels.py. What becomes of a name further on is in pod_names.py.
"""

from typing import TYPE_CHECKING

from joblint.kube import names
from joblint.rule import Report, Reports, invalid, not_supported, required, rule, too_long
from joblint.server.jobs import KINDS, lacking, name_value, object_name
from joblint.value import Value

if TYPE_CHECKING:
    from joblint.context import Context

_ORPHAN, _FOREGROUND = "orphan", "foregroundDeletion"
_STANDARD_FINALIZERS = ("kubernetes", _ORPHAN, _FOREGROUND)
_BANNED = (("Event", "v1"), ("Event", "/v1"))
_OPERATIONS = ("Apply", "Update")
_MAX_MANAGER, _MAX_SUBRESOURCE = 128, 256


@rule("invalid-name", on=KINDS)
def name(root: Value, _: "Context") -> Reports:
    written, value = object_name(root), name_value(root)
    if value is None or not written:
        yield lacking(root, "metadata", "name", message="an object needs `metadata.name` or `metadata.generateName`")
    elif wrong := names.dns_subdomain(written):
        yield invalid(value, f"the name `{names.short(value.scalar())}` {wrong}", field="metadata.name")


@rule("invalid-name", on=KINDS)
def generate_name(root: Value, _: "Context") -> Reports:
    prefix = root.at("metadata", "generateName")
    if prefix is not None and (text := prefix.scalar()) and (wrong := names.dns_subdomain(_masked(text))):
        yield invalid(prefix, f"the name prefix `{names.short(text)}` {wrong}")


def _masked(prefix: str) -> str:
    """A prefix may end in one `-`. (The server cuts two characters off here, and so do we.)"""
    return prefix[:-2] + "a" if len(prefix) > 1 and prefix.endswith("-") else prefix


@rule("invalid-name", on=KINDS)
def namespace(root: Value, _: "Context") -> Reports:
    value = root.at("metadata", "namespace")
    if value is not None and (text := value.scalar()) and (wrong := names.dns_label(text)):
        yield invalid(value, f"the namespace `{names.short(text)}` {wrong}")


@rule("negative-number", on=KINDS)
def generation(root: Value, ctx: "Context") -> Reports:
    value = root.at("metadata", "generation")
    if value is not None and value.scalar() < 0 and not ctx.facts.since(22):  # from then on the server sets it first
        yield invalid(value, "`generation` must not be negative")


@rule("invalid-finalizer", on=KINDS)
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
        yield invalid(value, f"the finalizer `{shown}` needs a domain before it, as in `example.com/{shown}`")


@rule("invalid-finalizer", on=KINDS)
def both_finalizers(root: Value, _: "Context") -> Reports:
    listed = root.at("metadata", "finalizers")
    if listed is not None and {_ORPHAN, _FOREGROUND} <= {v.scalar() for v in listed.elements()}:
        yield invalid(listed, f"`{_ORPHAN}` and `{_FOREGROUND}` exclude each other")


@rule("invalid-owner-reference", on="OwnerReference")
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
        message = f"`{names.short(text)}` is no API version: it is written as `batch/v1` or `v1`"
        yield _of_owner(invalid(version, message), ctx)


@rule("invalid-owner-reference", on="OwnerReference")
def banned_owner(reference: Value, ctx: "Context") -> Reports:
    if (reference.text("kind"), reference.text("apiVersion")) in _BANNED and _of_object(reference, ctx):
        yield _of_owner(invalid(reference, "an Event cannot own another object"), ctx)


@rule("invalid-owner-reference", on=KINDS)
def controllers(root: Value, ctx: "Context") -> Reports:
    listed = root.at("metadata", "ownerReferences")
    before = False
    for value in [] if listed is None else listed.elements():
        if not value.flag("controller"):
            continue
        if before:
            message = "only one owner can be the controller; another one is above"
            yield invalid(value.data["controller"], message, field="metadata.ownerReferences")
        # Up to 1.25 one without a name does not count as the first.
        before = before or ctx.facts.since(26) or bool(value.text("name"))


def _of_object(value: Value, ctx: "Context") -> bool:
    """Whether a value stands in the object's own metadata."""
    metadata = value.up("ObjectMeta")
    return metadata is not None and metadata.parent is ctx.root


def _of_owner(report: Report, ctx: "Context") -> Report:
    """Up to 1.36 the path has no index, and what is missing is Invalid."""
    if not ctx.facts.since(37):
        head, _, tail = report.field.partition("[")
        report.field, report.reason = head + tail.partition("]")[2], "FieldValueInvalid"
    return report


def _group_version(text: str) -> bool:
    group, slash, version = text.partition("/")
    return "/" not in version and bool(version if slash else group)


@rule("invalid-managed-fields", on="ManagedFieldsEntry")
def managed_operation(entry: Value, ctx: "Context") -> Reports:
    operation = entry.text("operation")
    if operation in _OPERATIONS or not _of_object(entry, ctx):
        return
    if not operation:
        report = required(entry, "operation", "a managed field needs an `operation`")
    else:
        message = f"`{names.short(operation)}` is no operation: it is Apply or Update"
        report = not_supported(entry.data["operation"], message)
    if not ctx.facts.since(37):
        report.reason = "FieldValueInvalid"
    yield report


@rule("invalid-managed-fields", on="ManagedFieldsEntry")
def managed_texts(entry: Value, ctx: "Context") -> Reports:
    if not _of_object(entry, ctx):
        return
    kind, manager, subresource = (entry.get(f) for f in ("fieldsType", "manager", "subresource"))
    if kind is not None and not kind.opaque and kind.data not in ("", "FieldsV1"):
        yield invalid(kind, "`fieldsType` must be FieldsV1")
    if manager is not None and not manager.opaque:
        if names.size(manager.data) > _MAX_MANAGER:
            yield too_long(manager, f"`manager` {names.too_long(manager.data, _MAX_MANAGER)}")
        if not manager.data.isprintable():
            yield invalid(manager, "`manager` has a character that cannot be printed")
    if subresource is not None and not subresource.opaque and names.size(subresource.data) > _MAX_SUBRESOURCE:
        yield too_long(subresource, f"`subresource` {names.too_long(subresource.data, _MAX_SUBRESOURCE)}")
