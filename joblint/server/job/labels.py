"""Labels and annotations of the object and of its pod template, and the labels that the server adds itself.

Sources: apimachinery pkg/apis/meta/v1/validation (ValidateLabels) and pkg/api/validation/objectmeta.go
(ValidateAnnotations), pkg/apis/core/validation (ValidatePodTemplateSpec, ValidateHasLabel),
pkg/registry/batch/job/strategy.go (generateSelector), pkg/apis/batch/v1/defaults.go (SetDefaults_Job).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from joblint.kube.names import names
from joblint.rule.cure.cure import leaving_none_out
from joblint.rule.registry import CREATE, rule
from joblint.rule.report import Reports, invalid, too_long
from joblint.rule.value import Value
from joblint.server.parts import JOB, KINDS, object_name

if TYPE_CHECKING:
    from joblint.rule.context import Context

LEGACY_JOB_NAME, JOB_NAME = "job-name", "batch.kubernetes.io/job-name"
LEGACY_CONTROLLER_UID, CONTROLLER_UID = "controller-uid", "batch.kubernetes.io/controller-uid"
MAX_ANNOTATIONS = 256 << 10
_TRACKING = "batch.kubernetes.io/job-tracking"
_TEMPLATE = "PodTemplateSpec"


def set_to(key: str) -> str:
    """Return what the server sets one of its labels to, as messages name it."""
    return "UID" if key in (CONTROLLER_UID, LEGACY_CONTROLLER_UID) else "name"


def generated(ctx: "Context") -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the labels that a Job's Pods get from the server: those with the Job's name, and those with its uid."""
    if ctx.facts.since(27):
        return (LEGACY_JOB_NAME, JOB_NAME), (LEGACY_CONTROLLER_UID, CONTROLLER_UID)
    return (LEGACY_JOB_NAME,), (LEGACY_CONTROLLER_UID,)


@rule("invalid-label", on=(*KINDS, _TEMPLATE))
def labels(owner: Value, ctx: "Context") -> Reports:
    for field in _fields(owner, "labels", ctx):
        copied = owner.type == _TEMPLATE and field != owner.child_path("labels")
        why = " (the Job, which has no labels, gets those of its pod template)" if copied else ""
        for key, value in _entries(owner, "labels"):
            yield from _label(key, value, field, why)


def _label(key: str, value: Value, field: str, why: str) -> Reports:
    shown = names.short(key)
    if (wrong := names.qualified_name(key)) and value.key is not None:
        report = invalid(value, f"the label `{shown}` {wrong}{why}", field=field)
        report.node = value.key
        yield report
    if not value.opaque and (wrong := names.label_value(value.data)):
        text = f"the value `{names.short(value.data)}` of the label `{shown}` {wrong}{why}"
        yield invalid(value, text, field=field)


def _entries(owner: Value, name: str) -> list[tuple[str, Value]]:
    entries = owner.at("metadata", name)
    return [] if entries is None else list(entries.scalar().items())


def _fields(owner: Value, name: str, ctx: "Context") -> Iterator[str]:
    """Yield the paths under which the server checks a map of some metadata.

    A Job without labels gets those of its pod template, so they are checked twice.
    """
    if owner.type != _TEMPLATE:
        yield f"metadata.{name}"
        return
    yield owner.child_path(name)
    if name == "labels" and ctx.kind == JOB and not _entries(ctx.root, name):
        yield f"metadata.{name}"


@rule("invalid-annotation", on=(*KINDS, _TEMPLATE))
def annotations(owner: Value, ctx: "Context") -> Reports:
    for field in _fields(owner, "annotations", ctx):
        for key, value in _entries(owner, "annotations"):
            if (wrong := names.annotation_key(key)) and value.key is not None:
                report = invalid(value, f"the annotation `{names.short(key)}` {wrong}", field=field)
                report.node = value.key
                yield report


@rule("invalid-annotation", on=(*KINDS, _TEMPLATE))
def annotations_size(owner: Value, ctx: "Context") -> Reports:
    listed = owner.at("metadata", "annotations")
    if listed is None:
        return
    total = sum(names.size(key) + names.size(value.scalar()) for key, value in listed.scalar().items())
    total += _tracking(listed, owner, ctx) if total > MAX_ANNOTATIONS // 2 else 0
    if total > MAX_ANNOTATIONS:
        field = next(_fields(owner, "annotations", ctx))
        message = f"`annotations` can have at most {MAX_ANNOTATIONS} bytes of keys and values, not {total}"
        yield too_long(listed, message, field=field)


def _tracking(listed: Value, owner: Value, ctx: "Context") -> int:
    """Return the bytes that the annotation job-tracking adds: from 1.22 to 1.27, the server sets or removes it."""
    if owner is not ctx.root or ctx.kind != JOB or ctx.facts.since(28) or not ctx.facts.since(22):
        return 0
    written = listed.data.get(_TRACKING)
    before = len(_TRACKING) + names.size(written.scalar()) if written is not None else 0
    return (len(_TRACKING) if ctx.facts.enabled("JobTrackingWithFinalizers") else 0) - before


@rule("handwritten-job-label", on=JOB, verb=CREATE)
def job_labels(root: Value, ctx: "Context") -> Reports:
    """Report labels in the pod template that the server sets itself, if they have another value."""
    written = root.at("spec", "template", "metadata", "labels")
    if written is None or root.data["spec"].flag("manualSelector"):
        return
    by_name, by_uid = generated(ctx)
    for key in (k for k in (*by_name, *by_uid) if k in written.scalar()):
        value = written.data[key]
        if key in by_uid:
            message = f"the server sets `{key}` to the Job's UID: remove this label"
            yield invalid(value, message).cure_by(leaving_none_out(value))
        elif not value.opaque and value.data != (name := object_name(root)):
            shown = f", `{names.short(name)}`" if name else ""
            why = f"the server sets `{key}` to the Job's name{shown}"
            yield invalid(value, f"{why}: remove this label, or rename it").cure_by(leaving_none_out(value))
