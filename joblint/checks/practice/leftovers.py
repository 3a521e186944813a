"""Checks for what has no effect in a manifest: the server's own fields, unused volumes, `suspend`.

Sources: apiserver pkg/registry/rest/create.go (BeforeCreate) and pkg/registry/batch/*/strategy.go (PrepareForCreate):
the server overwrites these fields; pkg/kubelet/volumemanager/populator/desired_state_of_world_populator.go;
pkg/controller/cronjob/cronjob_controllerv2.go (syncCronJob) and utils.go (mostRecentScheduleTime).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from joblint.checks.delivery import kueue
from joblint.kube.names.names import short
from joblint.manifests.yaml.tree import Mapping, Node
from joblint.rule.cure.cure import Delete, leaving_out, writing
from joblint.rule.registry import author_rule
from joblint.rule.report import Reports, advice
from joblint.rule.value import Value
from joblint.server.parts import CRONJOB, CRONJOB_SPEC, JOB, annotations_of, in_job, labels_and_annotations

if TYPE_CHECKING:
    from joblint.rule.context import Context

# resourceVersion is not one of them: an object with it is rejected (invalid-metadata).
_SERVERS = frozenset(("creationTimestamp", "generation", "managedFields", "selfLink", "uid"))
_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_STATUS = "status"
_QUEUES = (kueue.PREFIX, "volcano.sh/", "jobset.sigs.k8s.io/")  # they suspend Jobs and start them
_METADATA = (
    ("metadata",), ("spec", "template", "metadata"), ("spec", "jobTemplate", "metadata"),
    ("spec", "jobTemplate", "spec", "template", "metadata"),
)  # fmt: skip
# Volumes of containers that a webhook adds.
_OF_INJECTED = ("istio", "gke-gcsfuse", "linkerd", "vault", "dapr")


@author_rule("exported-object", on=(JOB, *CRONJOB))
def exported_object(root: Value, _: "Context") -> Reports:
    """Report what `kubectl get -o yaml` and `kubectl create --dry-run=client -o yaml` add to what was written."""
    for name, path, delete in _written_by_server(root):
        setter = "kubectl apply" if name == _APPLIED else "the API server"
        message = (
            "has no effect in a template" if "emplate." in path else f"is set by {setter} and ignored in a manifest"
        )
        report = advice(
            root, f"`{name}` {message}; remove the {'annotation' if name == _APPLIED else 'field'}", field=path
        )
        report.node = delete.item
        yield report.cure(f"remove `{name}`", delete)


def _written_by_server(root: Value) -> Iterator[tuple[str, str, Delete]]:
    """Yield the name, the path and the removal of each field that the server writes."""
    for way in _METADATA:
        owner, key, node = _below(root.node, way)
        if not isinstance(node, Mapping):
            continue
        names = [entry.name for entry in node.entries]
        path = ".".join(way)
        if len(way) > 1 and owner is not None and key is not None and names and _SERVERS.issuperset(names):
            yield names[0], path, Delete(owner, key)  # nothing else would be left of it
            continue
        for entry in node.entries:
            if entry.name in _SERVERS:
                yield entry.name, f"{path}.{entry.name}", Delete(node, entry.key)
            elif entry.name == "annotations" and isinstance(entry.value, Mapping):
                yield from _annotation(node, entry.key, entry.value, path)
    if isinstance(root.node, Mapping):
        for entry in root.node.entries:
            if entry.name == _STATUS:
                yield _STATUS, _STATUS, Delete(root.node, entry.key)


def _annotation(owner: Mapping, key: Node, annotations: Mapping, path: str) -> Iterator[tuple[str, str, Delete]]:
    """Yield the name, the path and the removal of the annotation that `kubectl apply` writes for itself."""
    for entry in annotations.entries:
        if entry.name == _APPLIED:
            single = len(annotations.entries) == 1
            delete = Delete(owner, key) if single else Delete(annotations, entry.key)
            yield _APPLIED, f"{path}.annotations[{_APPLIED}]", delete


def _below(node: Node, way: tuple[str, ...]) -> tuple[Node | None, Node | None, Node | None]:
    """Return the node at a path below another one, with the mapping that it is in and its key."""
    owner = key = None
    current: Node | None = node
    for name in way:
        entry = next((e for e in current.entries if e.name == name), None) if isinstance(current, Mapping) else None
        if entry is None:
            return None, None, None
        owner, key, current = current, entry.key, entry.value
    return owner, key, current


@author_rule("unmounted-volume", on="PodSpec")
def unmounted_volume(pod: Value, _: "Context") -> Reports:
    """Report a volume that no container mounts: the kubelet ignores it."""
    volumes = pod.items("volumes")
    if not volumes or not pod.items("containers"):
        return
    used = {*_used(pod)}
    annotations = _annotation_texts(pod)
    for volume in volumes:
        name = volume.text("name")
        if not name or name in used or name.startswith(_OF_INJECTED) or any(name in text for text in annotations):
            continue
        what = pod.data["volumes"] if len(volumes) == 1 else volume
        report = advice(volume, f"no container mounts volume `{short(name)}`")
        yield report.cure_by(leaving_out(what), safe=False)


def _used(pod: Value) -> Iterator[str]:
    for group in ("containers", "initContainers", "ephemeralContainers"):
        for container in pod.items(group):
            for use in (*container.items("volumeMounts"), *container.items("volumeDevices")):
                yield use.text("name")
            for variable in container.items("env"):
                source = variable.at("valueFrom", "fileKeyRef")
                if source is not None:
                    yield source.text("volumeName")


def _annotation_texts(pod: Value) -> list[str]:
    """Return the values of the Pod's annotations: those for webhooks may mention volumes."""
    return [str(value.scalar()) for value in annotations_of(pod.parent).values()]


@author_rule("left-suspended", on=CRONJOB_SPEC)
def suspended_cronjob(spec: Value, _: "Context") -> Reports:
    """Report a suspended CronJob whose schedule would start runs."""
    value = spec.get("suspend")
    if value is None or not value.scalar() or not _is_due(spec.text("schedule")):
        return
    deadline = spec.integer("startingDeadlineSeconds")
    late = "" if deadline is None else f", unless that run is more than {deadline} s late"
    message = f"`suspend: true` prevents all runs; after `suspend: false`, the last missed run starts immediately{late}"
    yield advice(value, message).cure_by(writing(value, False), safe=False)


def _is_due(schedule: str) -> bool:
    """Return whether a schedule ever fires; one that cannot be read may be meant to."""
    from joblint.kube.cron import parse as cron
    from joblint.kube.cron.clock import ever_fires

    try:
        return ever_fires(cron.parse(schedule))
    except cron.ScheduleError:
        return True


@author_rule("left-suspended", on="JobSpec")
def suspended_job(spec: Value, _: "Context") -> Reports:
    """Report a suspended Job, which has no Pods, unless a queue such as Kueue starts it."""
    value = spec.get("suspend")
    if value is None or not value.scalar() or spec.has("managedBy") or _queued(spec):
        return
    what = "this Job has" if in_job(spec) else "the Jobs of this CronJob have"
    message = f"{what} no Pods until `suspend` is set to `false`"
    yield advice(value, message).cure_by(writing(value, False), safe=False)


def _queued(spec: Value) -> bool:
    ignored = {key for key in annotations_of(spec.parent) if key in kueue.LABELS}
    return any(key.startswith(_QUEUES) and key not in ignored for key in labels_and_annotations(spec.parent))
