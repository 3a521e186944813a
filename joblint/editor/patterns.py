"""Common patterns of Jobs, as data with holes (draft.py).

A pattern is offered if all of its fields could be: the target minors have them, their gates are on, and none is there
yet.
"""

from typing import NamedTuple

from joblint.editor.draft import Data, hole

MANIFEST, KEYS, ELEMENT = "manifest", "keys", "element"
_CHOICE = hole(choices=("Never", "OnFailure"))
_COMMAND = ["sh", "-c", hole("echo hello")]


class Pattern(NamedTuple):
    """A pattern: its name, its description, and what it is: a whole MANIFEST, KEYS of a struct, an ELEMENT of a list.

    `type` is that of the object, of the struct that gets the keys, or of the element. `below`: only below this field.
    `needs`: a path next to it and the value it must have; if the path begins with "?", the field may also be missing.
    """

    name: str
    text: str
    what: str
    type: str
    data: Data
    below: str = ""
    needs: tuple[str, str] | None = None


def _container(**more: Data) -> Data:
    return {"name": hole("main"), "image": hole("busybox:1.36"), "command": _COMMAND, **more}


def _pod(restart: Data = _CHOICE, **more: Data) -> Data:
    return {"spec": {"restartPolicy": restart, "containers": [_container(**more)]}}


def _job(name: str, spec: Data, template: Data) -> Data:
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": hole(name)},
        "spec": {**spec, "template": template},
    }


_CRONJOB = {
    "apiVersion": "batch/v1",
    "kind": "CronJob",
    "metadata": {"name": hole("nightly")},
    "spec": {
        "schedule": f'"{hole("0 3 * * *")}"',
        "concurrencyPolicy": hole(choices=("Forbid", "Replace", "Allow")),
        "jobTemplate": {"spec": {"backoffLimit": hole("3"), "template": _pod()}},
    },
}
_INDEXED = {"completionMode": "Indexed", "completions": hole("5"), "parallelism": hole("2")}
_SIDECAR = {"name": hole("sidecar"), "image": hole("busybox:1.36"), "restartPolicy": "Always"}
_FAIL_AT_ONCE = {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [hole("42")]}}
_DISRUPTED = {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}

PATTERNS = (
    Pattern(
        "Job", "Runs one Pod until it succeeds, with up to 3 retries.", MANIFEST, "Job",
        _job("hello", {"backoffLimit": hole("3")}, _pod()),
    ),
    Pattern(
        "Job with fixed completions", "Runs identical Pods, a few at a time, until a fixed number have succeeded.",
        MANIFEST, "Job",
        _job("batch", {"completions": hole("10"), "parallelism": hole("3"), "backoffLimit": hole("6")}, _pod()),
    ),
    Pattern(
        "Indexed Job", "Each Pod gets a number, from 0, in JOB_COMPLETION_INDEX, and does its own part of the work.",
        MANIFEST, "Job",
        _job("indexed", _INDEXED, _pod(command=["sh", "-c", hole("printenv JOB_COMPLETION_INDEX")])),
    ),
    Pattern(
        "Work queue Job", "Pods take work from a queue until it is empty; the first success means that all is done.",
        MANIFEST, "Job",
        _job("queue", {"parallelism": hole("3"), "backoffLimit": hole("6")}, _pod()),
    ),
    Pattern("CronJob", "Creates Jobs on a schedule.", MANIFEST, "CronJob", _CRONJOB),
    Pattern(
        "Indexed", "Makes this an Indexed Job: each Pod gets its own number, in JOB_COMPLETION_INDEX.",
        KEYS, "JobSpec", _INDEXED,
    ),
    Pattern(
        "podFailurePolicy: fail at once, ignore disruptions",
        "Fails the Job at once on an exit code that retries cannot fix, and does not count Pods that a node drain "
        "evicts. Requires `restartPolicy: Never`.",
        KEYS, "JobSpec", {"podFailurePolicy": {"rules": [_FAIL_AT_ONCE, _DISRUPTED]}},
        needs=("?template.spec.restartPolicy", "Never"),
    ),
    Pattern(
        "successPolicy: one index decides",
        "The Job succeeds as soon as this index succeeds. Requires `completionMode: Indexed`.",
        KEYS, "JobSpec", {"successPolicy": {"rules": [{"succeededIndexes": f'"{hole("0")}"'}]}},
        needs=("completionMode", "Indexed"),
    ),
    Pattern(
        "initContainers: native sidecar",
        "A container that runs next to the others and does not keep the Job from ending.",
        KEYS, "PodSpec", {"initContainers": [_SIDECAR]},
    ),
    Pattern(
        "native sidecar", "A container that runs next to the others and does not keep the Job from ending.",
        ELEMENT, "Container", _SIDECAR, "PodSpec.initContainers",
    ),
)  # fmt: skip
