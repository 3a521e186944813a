"""Check that what Kueue reads from a Job's labels is in them.

Source: sigs.k8s.io/kueue pkg/controller/jobframework/interface.go. QueueNameForObject reads the label; up to 0.14 it
fell back to an annotation of the same name, which was deprecated, and from 0.15 on it does not. The priority class and
the maximum execution time have always been labels. The Job's controller (pkg/controller/jobs/job) watches Jobs, which
have the metadata of a CronJob's `jobTemplate`. A label on the Pod template is for Pods that are queued individually.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from joblint.checks.reading.place import mentions
from joblint.kube.names.names import label_value
from joblint.manifests.yaml.tree import Mapping
from joblint.rule.cure.cure import Move, moving
from joblint.rule.registry import author_rule
from joblint.rule.report import Reports, mistake
from joblint.rule.value import Value
from joblint.server.parts import JOB, KINDS, templates

if TYPE_CHECKING:
    from joblint.rule.context import Context

PREFIX = "kueue.x-k8s.io/"
_QUEUE = f"{PREFIX}queue-name"
LABELS = (_QUEUE, f"{PREFIX}priority-class", f"{PREFIX}max-exec-time-seconds")
_LABELS, _ANNOTATIONS = "labels", "annotations"


@author_rule("misplaced-kueue-label", on=KINDS)
def misplaced_kueue_label(root: Value, ctx: "Context") -> Reports:
    """Report a queue's name as an annotation or on a CronJob: the Job is not queued then."""
    if not mentions(ctx, PREFIX):
        return
    of_jobs, pods = templates(root)
    job = root if of_jobs is None else of_jobs
    if root.type != JOB and of_jobs is None:
        return
    for key in LABELS:
        if key in _entries(job, _LABELS):
            continue
        value = next(_elsewhere(root, job, pods, key), None)
        if value is None:
            continue
        report = mistake(value, _message(value, key, job, root))
        if not value.opaque and label_value(str(value.data)) is None:
            report.cure_by(_to_labels(value, job), safe=False)
        yield report


def _elsewhere(root: Value, job: Value, pods: Value | None, key: str) -> Iterator[Value]:
    """Yield the values of a key in places that Kueue does not read, the nearest to the right place first."""
    places = [(job, _ANNOTATIONS), (pods, _ANNOTATIONS)]
    if job is not root:
        places[1:1] = [(root, _LABELS), (root, _ANNOTATIONS)]
    for owner, group in places:
        value = _entries(owner, group).get(key)
        if value is not None and (value.opaque or value.data):
            yield value


def _entries(owner: Value | None, group: str) -> dict[str, Value]:
    metadata = None if owner is None else owner.get("metadata")
    return {} if metadata is None else metadata.entries(group)


def _message(value: Value, key: str, job: Value, root: Value) -> str:
    where = job.child_path("metadata.labels")
    if value.parent is not None and value.parent.path == root.child_path("metadata.labels"):
        return f"Kueue ignores `{key}` on a CronJob: move it to `{where}`"
    since = " (Kueue 0.15 and later ignore the annotation)" if key == _QUEUE else ""
    return f"`{key}` must be a label, not an annotation{since}: move it to `{where}`"


def _to_labels(value: Value, job: Value) -> tuple[str, Move]:
    """Return the move of an entry, with all of its group if the group would be left empty."""
    group = value.parent
    alone = group is not None and isinstance(group.node, Mapping) and len(group.node.entries) == 1
    if group is not None and alone and group.step == _LABELS and not _entries(job, _LABELS):
        return moving(group, job, "metadata", _LABELS)
    return moving(value, job, "metadata", _LABELS, str(value.step))
