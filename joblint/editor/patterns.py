"""The patterns of Jobs that people write again and again, as data with holes (draft.py).

Each is offered where all of its fields are: in the target minors, with their gates on, none of them there yet.
"""

from typing import NamedTuple

from joblint.editor.draft import Data, hole

MANIFEST, KEYS, ELEMENT = "manifest", "keys", "element"
_CHOICE = hole(choices=("Never", "OnFailure"))
_COMMAND = ["sh", "-c", hole("echo hello")]


class Pattern(NamedTuple):
    """A pattern: its name, what it is for, what it is (a whole MANIFEST, KEYS of a struct, an ELEMENT of a list).

    `type` is that of the object, of the struct that gets the keys, or of the element. `below`: only below this field.
    `needs`: what must stand beside it: a path and a value; where it begins with "?", it may also be absent.
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
        "Job", "Runs one Pod until it has succeeded, with up to three retries.", MANIFEST, "Job",
        _job("hello", {"backoffLimit": hole("3")}, _pod()),
    ),
    Pattern(
        "Job with fixed completions", "Runs Pods until so many have succeeded, a few at a time. They are all alike.",
        MANIFEST, "Job",
        _job("batch", {"completions": hole("10"), "parallelism": hole("3"), "backoffLimit": hole("6")}, _pod()),
    ),
    Pattern(
        "Indexed Job", "Each Pod has a number, from 0, in JOB_COMPLETION_INDEX, and does its own part of the work.",
        MANIFEST, "Job",
        _job("indexed", _INDEXED, _pod(command=["sh", "-c", hole("printenv JOB_COMPLETION_INDEX")])),
    ),
    Pattern(
        "Work queue Job", "Pods take work from a queue until it is empty; the first success tells that all is done.",
        MANIFEST, "Job",
        _job("queue", {"parallelism": hole("3"), "backoffLimit": hole("6")}, _pod()),
    ),
    Pattern("CronJob", "Creates a Job whenever its schedule says so.", MANIFEST, "CronJob", _CRONJOB),
    Pattern(
        "Indexed", "Makes this an Indexed Job: each Pod has a number of its own, in JOB_COMPLETION_INDEX.",
        KEYS, "JobSpec", _INDEXED,
    ),
    Pattern(
        "podFailurePolicy: fail at once, ignore disruptions",
        "Ends the Job at an exit code that no retry can mend, and does not count Pods that a node drain evicts. "
        "Needs `restartPolicy: Never`.",
        KEYS, "JobSpec", {"podFailurePolicy": {"rules": [_FAIL_AT_ONCE, _DISRUPTED]}},
        needs=("?template.spec.restartPolicy", "Never"),
    ),
    Pattern(
        "successPolicy: one index decides",
        "The Job has succeeded as soon as this index has. Needs `completionMode: Indexed`.",
        KEYS, "JobSpec", {"successPolicy": {"rules": [{"succeededIndexes": f'"{hole("0")}"'}]}},
        needs=("completionMode", "Indexed"),
    ),
    Pattern(
        "initContainers: native sidecar",
        "A container that runs beside the others and does not keep the Job from ending.",
        KEYS, "PodSpec", {"initContainers": [_SIDECAR]},
    ),
    Pattern(
        "native sidecar", "A container that runs beside the others and does not keep the Job from ending.",
        ELEMENT, "Container", _SIDECAR, "PodSpec.initContainers",
    ),
)  # fmt: skip
