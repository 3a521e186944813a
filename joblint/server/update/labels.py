"""The selector and the labels that the server has given a Job: they are made once, and must not be removed.

Source: pkg/apis/batch/validation/validation.go (validateGeneratedSelector, to 1.36 also on updates; ValidateJobSpec),
pkg/apis/core/validation (ValidateHasLabel), pkg/registry/batch/job/strategy.go (validationOptionsForJob).
"""

from typing import TYPE_CHECKING

from joblint.kube.names import names
from joblint.rule.registry import UPDATE, rule
from joblint.rule.report import Reports, invalid, required
from joblint.rule.value import Value
from joblint.server.job.labels import CONTROLLER_UID, JOB_NAME, LEGACY_CONTROLLER_UID, LEGACY_JOB_NAME, set_to
from joblint.server.job.selector import matches
from joblint.server.parts import JOB

if TYPE_CHECKING:
    from joblint.rule.context import Context


def _expected(root: Value, ctx: "Context") -> dict[str, str]:
    """Return the labels that Pods of a Job with a generated selector must have; none if the server does not check."""
    spec = root.data["spec"]
    if ctx.live is None or ctx.facts.since(37) or spec.flag("manualSelector") or not spec.has("selector"):
        return {}
    metadata = root.data["metadata"]
    by_name, by_uid = metadata.text("name"), metadata.text("uid") or ctx.live.data["metadata"].text("uid")
    expected = {LEGACY_CONTROLLER_UID: by_uid, LEGACY_JOB_NAME: by_name}
    had = ctx.live.data["spec"].data["template"].data["metadata"].entries("labels")
    if JOB_NAME in had and CONTROLLER_UID in had and ctx.facts.since(27):
        expected |= {CONTROLLER_UID: by_uid, JOB_NAME: by_name}
    return expected


def _labels(root: Value) -> tuple[Value, dict[str, Value]]:
    """Return the metadata of the pod template, and its labels."""
    metadata: Value = root.data["spec"].data["template"].data["metadata"]
    return metadata, metadata.entries("labels")


@rule("handwritten-job-label", on=JOB, verb=UPDATE)
def job_labels(root: Value, ctx: "Context") -> Reports:
    metadata, labels = _labels(root)
    for key, value in _expected(root, ctx).items():
        field = f"{metadata.child_path('labels')}[{key}]"
        if key not in labels:
            message = f"the label `{key}` was set by the server and must not be removed: leave it out of both manifests"
            yield required(metadata.data.get("labels", metadata), key, message, field=field)
        elif not labels[key].opaque and labels[key].data != value:
            why = f"the server has set the label `{key}` to the Job's {set_to(key)}, so its value cannot be"
            told = names.short(labels[key].data)
            yield invalid(labels[key], f"{why} `{told}`; leave the label out of both manifests", field=field)


@rule("handwritten-selector", on=JOB, verb=UPDATE)
def not_generated(root: Value, ctx: "Context") -> Reports:
    expected = _expected(root, ctx)
    if expected and matches(selector := root.data["spec"].data["selector"], expected.get) is False:
        message = "the server has generated the Job's selector, and it cannot be changed: remove `selector`"
        yield invalid(selector, message)


@rule("handwritten-selector", on=JOB, verb=UPDATE)
def unmatched(root: Value, ctx: "Context") -> Reports:
    spec = root.data["spec"]
    metadata, labels = _labels(root)
    selector = spec.get("selector")
    if selector is None:
        yield required(spec, "selector", "a Job's `selector` must not be removed")

    def label(key: str) -> str | None:
        return str(labels[key].scalar()) if key in labels else None

    if selector is None or matches(selector, label) is False:
        message = "`selector` does not match the labels in the pod template"
        where = metadata.data.get("labels", metadata)
        yield invalid(where, message, field=metadata.child_path("labels"))
