"""A Job's spec by itself: its numbers, modes and policies that need no other field, and the restartPolicy it wants.

Source: pkg/apis/batch/validation/validation.go, validateJobSpec; a CronJob's template is held to the same.
"""

from typing import TYPE_CHECKING

from joblint.kube import names
from joblint.rule import Reports, invalid, not_supported, required, rule, too_long
from joblint.server.jobs import CRONJOB_SPEC, INDEXED, KINDS, NON_INDEXED, lacking
from joblint.value import Value

if TYPE_CHECKING:
    from joblint.context import Context

_JOB_NUMBERS = (
    "parallelism",
    "completions",
    "activeDeadlineSeconds",
    "backoffLimit",
    "ttlSecondsAfterFinished",
    "backoffLimitPerIndex",
    "maxFailedIndexes",
)
_CRONJOB_NUMBERS = ("startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit")
_NEVER, _ON_FAILURE, _ALWAYS = "Never", "OnFailure", "Always"
_FAILED, _TERMINATING_OR_FAILED = "Failed", "TerminatingOrFailed"
_MAX_MANAGED_BY = 63


@rule("negative-number", on=("JobSpec", *CRONJOB_SPEC))
def negative_numbers(spec: Value, _: "Context") -> Reports:
    for name in _JOB_NUMBERS if spec.type == "JobSpec" else _CRONJOB_NUMBERS:
        value = spec.get(name)
        if value is not None and not value.opaque and value.data < 0:
            yield invalid(value, f"`{name}` must be 0 or more, not {value.data}")


@rule("invalid-completion-mode", on="JobSpec")
def mode(spec: Value, _: "Context") -> Reports:
    value = spec.get("completionMode")
    if value is not None and (text := value.scalar()) not in (INDEXED, NON_INDEXED):
        yield not_supported(value, f"`{names.short(text)}` is no completion mode: it is {NON_INDEXED} or {INDEXED}")


@rule("unfit-restart-policy", on=KINDS)
def restart_policy(root: Value, _: "Context") -> Reports:
    above = ("spec",) if root.type == "Job" else ("spec", "jobTemplate", "spec")
    way = (*above, "template", "spec", "restartPolicy")
    value, want = root.at(*way), f"{_NEVER} or {_ON_FAILURE}"
    policy = "" if value is None else value.scalar()
    if policy in ("", _ALWAYS):
        why = "a Job's Pods come to an end" if policy else f"`restartPolicy` is {_ALWAYS} where nothing else is written"
        report = lacking(root, *way, message=f"{why}: a Job needs `restartPolicy: {_NEVER}` or `{_ON_FAILURE}`")
        report.node = value.node if value is not None and policy else report.node
        yield report
    elif value is not None and policy not in (_NEVER, _ON_FAILURE):
        yield not_supported(value, f"`{names.short(policy)}` is no restartPolicy for a Job: it is {want}")
    elif value is not None and policy != _NEVER and root.at(*above, "podFailurePolicy") is not None:
        yield invalid(value, f"with `podFailurePolicy` the restartPolicy must be {_NEVER}")


@rule("invalid-pod-replacement-policy", on="JobSpec")
def pod_replacement_policy(spec: Value, _: "Context") -> Reports:
    value = spec.get("podReplacementPolicy")
    if value is None:
        return
    text = value.scalar()
    if spec.has("podFailurePolicy"):
        if text != _FAILED:
            yield not_supported(value, f"with `podFailurePolicy` the podReplacementPolicy must be {_FAILED}")
    elif text not in (_FAILED, _TERMINATING_OR_FAILED):
        known = f"it is {_TERMINATING_OR_FAILED} or {_FAILED}"
        yield not_supported(value, f"`{names.short(text)}` is no podReplacementPolicy: {known}")


@rule("invalid-managed-by", on="JobSpec")
def managed_by(spec: Value, _: "Context") -> Reports:
    value = spec.get("managedBy")
    if value is None:
        return
    text = value.scalar()
    if not text:
        yield required(spec, "managedBy", "`managedBy` is empty: leave it out for the Job controller of Kubernetes")
        return
    if wrong := names.domain_prefixed_path(text):
        yield invalid(value, f"`{names.short(text)}` {wrong}")
    if names.size(text) > _MAX_MANAGED_BY:
        yield too_long(value, f"`managedBy` {names.too_long(text, _MAX_MANAGED_BY)}")
