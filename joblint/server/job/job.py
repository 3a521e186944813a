"""A Job's spec by itself: its numbers, its modes and policies that need no other field, and its Pods' restartPolicy.

Source: pkg/apis/batch/validation/validation.go, validateJobSpec; the same applies to a CronJob's template.
"""

from typing import TYPE_CHECKING

from joblint.kube.names import names
from joblint.rule.cure.cure import leaving_out, writing
from joblint.rule.registry import rule
from joblint.rule.report import Report, Reports, invalid, not_supported, required, too_long
from joblint.rule.value import Value
from joblint.server.parts import CRONJOB_SPEC, INDEXED, KINDS, NON_INDEXED, lacking
from joblint.server.pod import restart
from joblint.server.pod.common import choice, one_of
from joblint.server.pod.restart import ALWAYS, NEVER, ON_FAILURE

if TYPE_CHECKING:
    from joblint.rule.context import Context

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
_USE = f"use `{NEVER}` or `{ON_FAILURE}`"
_FAILED, _TERMINATING_OR_FAILED = "Failed", "TerminatingOrFailed"
_MAX_MANAGED_BY = 63


@rule("negative-number", on=("JobSpec", *CRONJOB_SPEC))
def negative_numbers(spec: Value, _: "Context") -> Reports:
    for name in _JOB_NUMBERS if spec.type == "JobSpec" else _CRONJOB_NUMBERS:
        value = spec.get(name)
        if value is not None and not value.opaque and value.data < 0:
            yield invalid(value, f"`{name}` must be 0 or more, not {value.data}")


@rule("invalid-job-setting", on="JobSpec")
def mode(spec: Value, _: "Context") -> Reports:
    yield from choice(spec, "completionMode", (NON_INDEXED, INDEXED), default=False)


@rule("unfit-restart-policy", on=KINDS)
def restart_policy(root: Value, _: "Context") -> Reports:
    above = ("spec",) if root.type == "Job" else ("spec", "jobTemplate", "spec")
    way = (*above, "template", "spec", restart.NAME)
    value = root.at(*way)
    policy = "" if value is None else value.scalar()
    if value is None or not policy:
        yield _no_policy(root, way)
    elif policy == ALWAYS:
        yield _always(root, way, value)
    elif policy not in restart.OF_JOBS:
        for report in one_of(value, restart.OF_JOBS):
            yield _as_always(report, root, way, value) if policy.lower() == ALWAYS.lower() else report
    elif policy != NEVER and root.at(*above, "podFailurePolicy") is not None:
        report = invalid(value, f"`restartPolicy` must be `{NEVER}` when `podFailurePolicy` is set")
        yield report.cure_by(writing(value, NEVER))


def _no_policy(root: Value, way: tuple[str, ...]) -> Report:
    """Return the report of a missing policy. One on a container is often meant for the pod.

    It is looked for in what is written, as the server may have dropped it.
    """
    spec, pod = root.at(*way[:-3]), root.at(*way[:-1])
    own = [] if pod is None else restart.of_containers(pod.node)
    message = f"`{way[-1]}` must be set in a Job's pod spec, because the default `{ALWAYS}` is not allowed; {_USE}"
    if own:
        message = f"a container's own `{way[-1]}` does not replace the Pod's: next to `containers`, {_USE}"
    report = lacking(root, *way, message=message)
    report.related += tuple((entry.key, f"this `{way[-1]}` only applies to the container") for _, entry in own)
    if spec is None or pod is None:
        return report
    message, operations = restart.to_pod(pod)
    if operations:
        return report.cure(message, *operations)
    policy, sure = restart.fit(spec, pod, NEVER)
    message, operations = restart.missing(pod, policy)
    return report.cure(message, *operations, safe=sure and not own)


def _always(root: Value, way: tuple[str, ...], value: Value) -> Report:
    report = lacking(
        root, *way, message=f"`{way[-1]}: {ALWAYS}` is not allowed in a Job, because such Pods never end: {_USE}"
    )
    report.node = value.node
    return _as_always(report, root, way, value)


def _as_always(report: Report, root: Value, way: tuple[str, ...], value: Value) -> Report:
    """Return the report of Always, in any case, with its fix: OnFailure is similar, but Never may be intended."""
    spec, pod = root.at(*way[:-3]), value.parent
    if spec is None or pod is None:
        return report
    policy, sure = restart.fit(spec, pod, ON_FAILURE)
    return report.cure_by(writing(value, policy), safe=sure)


@rule("invalid-job-setting", on="JobSpec")
def pod_replacement_policy(spec: Value, _: "Context") -> Reports:
    value = spec.get("podReplacementPolicy")
    if value is None:
        return
    if not spec.has("podFailurePolicy"):
        yield from one_of(value, (_TERMINATING_OR_FAILED, _FAILED))
    elif value.scalar() != _FAILED:
        report = not_supported(value, f"`podReplacementPolicy` must be `{_FAILED}` when `podFailurePolicy` is set")
        yield report.cure_by(writing(value, _FAILED), safe=value.data.lower() == _FAILED.lower())


@rule("invalid-job-setting", on="JobSpec")
def managed_by(spec: Value, _: "Context") -> Reports:
    value = spec.get("managedBy")
    if value is None:
        return
    text = value.scalar()
    if not text:
        message = "`managedBy` must not be empty: to use Kubernetes' own Job controller, remove the field"
        yield required(spec, "managedBy", message).cure_by(leaving_out(value))
        return
    if wrong := names.domain_prefixed_path(text):
        yield invalid(value, f"`managedBy: {names.short(text)}` {wrong}")
    if names.size(text) > _MAX_MANAGED_BY:
        yield too_long(value, f"`managedBy` {names.too_long(text, _MAX_MANAGED_BY)}")
