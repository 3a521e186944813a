"""A Job's spec by itself: its numbers, modes and policies that need no other field, and the restartPolicy it wants.

Source: pkg/apis/batch/validation/validation.go, validateJobSpec; a CronJob's template is held to the same.
"""

from typing import TYPE_CHECKING

from joblint.kube import names
from joblint.rule import Report, Reports, invalid, not_supported, required, rule, too_long
from joblint.server.jobs import CRONJOB_SPEC, INDEXED, KINDS, NON_INDEXED, lacking
from joblint.server.pod.common import choice, one_of
from joblint.tree import Node
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


@rule("invalid-job-setting", on="JobSpec")
def mode(spec: Value, _: "Context") -> Reports:
    yield from choice(spec, "completionMode", (NON_INDEXED, INDEXED), default=False)


@rule("unfit-restart-policy", on=KINDS)
def restart_policy(root: Value, _: "Context") -> Reports:
    above = ("spec",) if root.type == "Job" else ("spec", "jobTemplate", "spec")
    way = (*above, "template", "spec", "restartPolicy")
    value = root.at(*way)
    policy = "" if value is None else value.scalar()
    if policy in ("", _ALWAYS):
        yield _always(root, way, value)
    elif value is not None and policy not in (_NEVER, _ON_FAILURE):
        yield from one_of(value, (_NEVER, _ON_FAILURE))
    elif value is not None and policy != _NEVER and root.at(*above, "podFailurePolicy") is not None:
        yield invalid(value, f"with `podFailurePolicy` the restartPolicy must be {_NEVER}")


def _always(root: Value, way: tuple[str, ...], value: Value | None) -> Report:
    """No restartPolicy, or Always. One on a container is often meant for the pod."""
    need = f"a Job needs `restartPolicy: {_NEVER}` or `{_ON_FAILURE}`"
    if value is not None and value.scalar():
        report = lacking(root, *way, message=f"Pods with `{_ALWAYS}` never come to an end: {need}")
        report.node = value.node
        return report
    pod, name = root.at(*way[:-1]), way[-1]
    own = () if pod is None else _of_containers(pod, name)
    why = f"; it stands beside `containers`, and a container's own `{name}` is another thing" if own else ""
    report = lacking(root, *way, message=f"without a `{name}` the pod's is {_ALWAYS}: {need}{why}")
    report.related += tuple((key, "this one is the container's own") for key in own)
    return report


def _of_containers(pod: Value, name: str) -> tuple[Node, ...]:
    """The keys of a field in the containers as they are written: the server may have dropped it, or not know it."""
    listed = pod.data.get("containers")
    items = () if listed is None or listed.opaque else listed.data
    return tuple(entry.key for c in items for entry in getattr(c.node, "entries", ()) if entry.name == name)


@rule("invalid-job-setting", on="JobSpec")
def pod_replacement_policy(spec: Value, _: "Context") -> Reports:
    value = spec.get("podReplacementPolicy")
    if value is None:
        return
    if not spec.has("podFailurePolicy"):
        yield from one_of(value, (_TERMINATING_OR_FAILED, _FAILED))
    elif value.scalar() != _FAILED:
        yield not_supported(value, f"with `podFailurePolicy` the podReplacementPolicy must be {_FAILED}")


@rule("invalid-job-setting", on="JobSpec")
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
