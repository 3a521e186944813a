"""The values that are allowed at a place, if there is a list of them: enums, booleans, and usual values."""

from collections.abc import Iterator, Sequence

from joblint.editor.offer import dropped, under
from joblint.editor.place import Step
from joblint.kube.minors.minor import Facts
from joblint.manifests.kinds import CURRENT
from joblint.rule.settings import Settings

FAIL_INDEX = "FailIndex"  # of a podFailurePolicy: needs backoffLimitPerIndex
_TRUE_FALSE = ("true", "false")
# The values that the server accepts if Kubernetes documents no list, or one that differs from that for a Job.
_VALUES: dict[str, tuple[str, ...]] = {
    "AppArmorProfile.type": ("RuntimeDefault", "Localhost", "Unconfined"),
    "ContainerResizePolicy.restartPolicy": ("NotRequired", "RestartContainer"),
    "ContainerResizePolicy.resourceName": ("cpu", "memory"),
    "ContainerRestartRuleOnExitCodes.operator": ("In", "NotIn"),
    "CronJob.apiVersion": (CURRENT,),
    "CronJob.kind": ("CronJob", "Job"),
    "CronJobSpec.concurrencyPolicy": ("Allow", "Forbid", "Replace"),
    "EmptyDirVolumeSource.medium": ("Memory",),
    "Job.apiVersion": (CURRENT,),
    "Job.kind": ("Job", "CronJob"),
    "JobSpec.managedBy": ("kueue.x-k8s.io/multikueue",),
    "LabelSelectorRequirement.operator": ("In", "NotIn", "Exists", "DoesNotExist"),
    "NodeSelectorRequirement.operator": ("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"),
    "PodFailurePolicyOnPodConditionsPattern.status": ("True", "False", "Unknown"),
    "PodFailurePolicyOnPodConditionsPattern.type": ("DisruptionTarget",),
    "PodOS.name": ("linux", "windows"),
    "PodSpec.restartPolicy": ("Never", "OnFailure"),
    "SeccompProfile.type": ("RuntimeDefault", "Localhost", "Unconfined"),
    "VolumeMount.mountPropagation": ("HostToContainer", "None", "Bidirectional"),
    "VolumeMount.recursiveReadOnly": ("Disabled", "IfPossible", "Enabled"),
}
_KEYS = {
    "ResourceRequirements.limits": ("cpu", "memory", "ephemeral-storage"),
    "ResourceRequirements.requests": ("cpu", "memory", "ephemeral-storage"),
    "VolumeResourceRequirements.requests": ("storage",),
    "PodSpec.nodeSelector": ("kubernetes.io/arch", "kubernetes.io/hostname", "kubernetes.io/os"),
}
_SINCE = {"status.hostIPs": 29}
_SCHEDULES = ("0 * * * *", "*/15 * * * *", "0 3 * * *", "0 3 * * 1-5", "0 3 * * 1", "0 0 1 * *")


def values(type_: str, steps: Sequence[Step], settings: Settings) -> list[str]:
    """Return the values of a field of this type at the end of some steps; empty if other values are also allowed."""
    step = next((step for step in reversed(steps) if isinstance(step.name, str)), None)
    if step is None:
        return []
    if type_ == "boolean":
        return list(_TRUE_FALSE)
    owner, name = step.owner.removeprefix("v1beta1."), str(step.name)
    found = _VALUES.get(f"{owner}.{name}") or tuple(_known(owner, name, steps, settings))
    path = steps[: steps.index(step) + 1]
    facts = [Facts(minor, settings.gates) for minor in settings.minors]
    return [value for value in found if not any(dropped(one, path, value) for one in facts)]


def _known(owner: str, name: str, steps: Sequence[Step], settings: Settings) -> Iterator[str]:
    facts = [Facts(minor, settings.gates) for minor in settings.minors]
    if (owner, name) == ("Container", "restartPolicy"):
        all_of_them = all(one.enabled("ContainerRestartRules") for one in facts)
        if under(steps, "PodSpec.initContainers") or all_of_them:
            yield "Always"
        if all_of_them:
            yield from ("Never", "OnFailure")
    elif (owner, name) == ("ObjectFieldSelector", "fieldPath"):
        yield from _field_paths(steps, settings)
    elif (owner, name) == ("ResourceFieldSelector", "resource"):
        from joblint.server.pod.env import RESOURCES

        yield from RESOURCES
    elif (owner, name) == ("PodSecurityContext", "seLinuxChangePolicy"):
        yield "Recursive"
        if all(one.enabled("SELinuxMount") for one in facts):
            yield "MountOption"
    elif (owner, name) == ("ContainerRestartRule", "action"):
        from joblint.server.pod.containers import RULE_ACTIONS

        every = all(one.enabled("RestartAllContainersOnContainerExits") for one in facts)
        yield from RULE_ACTIONS if every else RULE_ACTIONS[:1]
    elif (owner, name) == ("CronJobSpec", "timeZone"):
        from joblint.kube.cron.timezone import names

        yield from sorted(names() - {"Factory", "localtime"})
    else:
        lists = [one.enum(owner, name) for one in facts]
        yield from (value for value in lists[-1] if all(value in other for other in lists))


def _field_paths(steps: Sequence[Step], settings: Settings) -> Iterator[str]:
    from joblint.checks.reading.index_reads import INDEX_PATH
    from joblint.server.pod.env import FILE_FIELDS, VARIABLE_FIELDS

    if not under(steps, "EnvVar"):
        yield from FILE_FIELDS
        return
    for path in VARIABLE_FIELDS:
        if min(settings.minors) >= _SINCE.get(path, 0):
            yield path
    yield INDEX_PATH


def schedules() -> Sequence[str]:
    """Return common schedules of CronJobs."""
    return _SCHEDULES


def keys(steps: Sequence[Step]) -> Sequence[str]:
    """Return the usual keys of a map."""
    return _KEYS.get(f"{steps[-1].owner}.{steps[-1].name}", ()) if steps else ()
