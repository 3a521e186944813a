"""Decide which fields to offer at a place: only those that every target minor accepts, and no feature gate drops.

joblint never offers what it would then report: a field that one of the target minors does not have, or that the server
drops there because its feature gate is off, is not offered at all.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache

from joblint.editor.place import Step
from joblint.editor.words import BETA
from joblint.kube.minors.bundle import resource
from joblint.kube.minors.minor import NEWEST, Facts, Field, guards
from joblint.rule.settings import Settings
from joblint.server.pod.probes import HOOKS

# Fields that the server sets, or rejects or ignores in a Job, and old names of fields that have a new one.
_NEVER: dict[str, Collection[str]] = {
    "Job": ("status",),
    "CronJob": ("status",),
    "ObjectMeta": (
        "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generation", "managedFields",
        "ownerReferences", "resourceVersion", "selfLink", "uid",
    ),
    "PodSpec": ("ephemeralContainers", "serviceAccount"),
}  # fmt: skip
_OF_TEMPLATES = frozenset(("labels", "annotations", "finalizers"))  # the metadata that has an effect in a template
_TEMPLATES = ("PodTemplateSpec", "JobTemplateSpec", "PersistentVolumeClaimTemplate")
# In addition to the required fields of the schemas: fields that almost always have to be set.
_WANTED: dict[str, tuple[str, ...]] = {
    "ConfigMapEnvSource": ("name",),
    "ConfigMapKeySelector": ("name", "key"),
    "ContainerRestartRule": ("action", "exitCodes"),
    "EnvFromSource": ("configMapRef",),
    "EnvVar": ("name", "value"),
    "ExecAction": ("command",),
    "LabelSelectorRequirement": ("key", "operator", "values"),
    "LocalObjectReference": ("name",),
    "NodeSelectorRequirement": ("key", "operator", "values"),
    "ObjectMeta": ("name",),
    "PodFailurePolicy": ("rules",),
    "PodFailurePolicyOnPodConditionsPattern": ("type", "status"),
    "PodFailurePolicyRule": ("action", "onExitCodes"),
    "ProjectedVolumeSource": ("sources",),
    "SecretEnvSource": ("name",),
    "SecretKeySelector": ("name", "key"),
    "SuccessPolicyRule": ("succeededIndexes",),
}
_FIRST = ("name", "key", "type", "action", "operator", "restartPolicy", "schedule")  # in this order, before the others
# Fields that exclude each other: if one is set, the others are not offered.
_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")
_BUT_NAME = ("name",)
_ONE_OF: dict[str, tuple[str, ...]] = {
    "EnvFromSource": ("configMapRef", "secretRef"),
    "EnvVar": ("value", "valueFrom"),
    "Handler": _HANDLERS,
    "LifecycleHandler": _HANDLERS,
    "PodFailurePolicyRule": ("onExitCodes", "onPodConditions"),
    "Probe": _HANDLERS,
}
# Fields that the server rejects with some values of another field; None means that it is not set.
_NOT_BESIDE: dict[tuple[str, str], tuple[str, frozenset[str | None]]] = {
    ("LabelSelectorRequirement", "values"): ("operator", frozenset(("Exists", "DoesNotExist"))),
    ("NodeSelectorRequirement", "values"): ("operator", frozenset(("Exists", "DoesNotExist"))),
    ("Toleration", "tolerationSeconds"): ("effect", frozenset((None, "NoSchedule", "PreferNoSchedule"))),
    ("Toleration", "value"): ("operator", frozenset(("Exists",))),
}
_ALL_OF_THEM = ("EnvVarSource", "VolumeProjection")


def fields(type_: str, steps: Sequence[Step], settings: Settings) -> dict[str, str]:
    """Return the fields that a struct at the end of some steps may have: name -> type expression, sorted."""
    found: dict[str, str] = {}
    for index, facts in enumerate(_facts(settings)):
        here = {
            name: expression
            for name, (expression, _) in _struct(facts, type_).items()
            if not dropped(facts, (*steps, Step(type_, name))) and not _refused(facts, (*steps, Step(type_, name)))
        }
        found = here if index == 0 else {name: here[name] for name in found if name in here}
    never = _NEVER.get(type_.removeprefix(BETA), ())
    names = sorted(name for name in found if name not in never and _fits(type_, name, steps))
    return {name: found[name] for name in names}


def _struct(facts: Facts, type_: str) -> dict[str, Field]:
    """Return the fields of a struct; in a minor without batch/v1beta1, its structs have those of batch/v1."""
    return facts.struct(type_) or facts.struct(type_.removeprefix(BETA))


def _facts(settings: Settings) -> list[Facts]:
    return [Facts(minor, settings.gates) for minor in reversed(settings.minors)]


def _fits(type_: str, name: str, steps: Sequence[Step]) -> bool:
    if type_ == "ObjectMeta" and steps and steps[-1].owner.removeprefix(BETA) in _TEMPLATES:
        return name in _OF_TEMPLATES
    return True


def _refused(facts: Facts, steps: Sequence[Step]) -> bool:
    """Check whether the server rejects a known field there.

    It does for the selector of a CronJob's Job and, until 1.34, the restartPolicy of containers other than init ones.
    """
    owner, name = steps[-1]
    if owner == "JobSpec":
        return name in ("manualSelector", "selector") and not under(steps, "Job")
    if owner != "Container" or name not in ("restartPolicy", "restartPolicyRules"):
        return False
    return not under(steps, "PodSpec.initContainers") and not facts.enabled("ContainerRestartRules")


def dropped(facts: Facts, steps: Sequence[Step], value: str | None = None) -> bool:
    """Check whether the server drops a field, or this value of it, because a feature gate is off."""
    for guard in guards(steps[-1].owner, str(steps[-1].name)):
        if guard.under and not any(under(steps, place) for place in guard.under):
            continue
        if guard.value is not None and value != guard.value:
            continue
        if guard.except_ is not None and value in (None, guard.except_):
            continue
        if facts.disabled(guard.gate):
            return True
    return False


def under(steps: Iterable[Step], place: str) -> bool:
    """Check whether steps lead through a type (`Job`) or a field of it (`PodSpec.containers`)."""
    type_, _, name = place.partition(".")
    return any(step.owner == type_ and name in ("", step.name) for step in steps)


def left(type_: str, names: Iterable[str], present: Mapping[str, str], steps: Sequence[Step]) -> list[str]:
    """Return the names that may still be added if the fields in `present` (name -> text) are already there."""
    group = _group(type_, names)
    taken = any(name in group for name in present)
    return [
        name
        for name in names
        if name not in present and not (taken and name in group) and not _out_of_place(type_, name, present, steps)
    ]


def _out_of_place(type_: str, name: str, present: Mapping[str, str], steps: Sequence[Step]) -> bool:
    other, values = _NOT_BESIDE.get((type_, name), ("", frozenset()))
    if other and present.get(other) in values:
        return True
    of_init = type_ == "Container" and name in HOOKS and under(steps, "PodSpec.initContainers")
    return of_init and present.get("restartPolicy") != "Always"


def _group(type_: str, names: Iterable[str]) -> frozenset[str]:
    if type_ == "Volume":
        return frozenset(names) - frozenset(_BUT_NAME)
    return frozenset(names if type_ in _ALL_OF_THEM else _ONE_OF.get(type_, ()))


def required(type_: str) -> tuple[str, ...]:
    """Return the fields that a new value of a struct gets, in their usual order."""
    return _in_order({*_schemas().get(type_.removeprefix(BETA), ()), *_WANTED.get(type_, ())})


def demanded(type_: str) -> frozenset[str]:
    """Return the fields of a struct that the server requires."""
    return frozenset(_schemas().get(type_.removeprefix(BETA), ()))


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)))


@cache
def _schemas() -> Mapping[str, Sequence[str]]:
    """Return struct -> its required fields, from our schema of the newest minor: they are the same in all minors."""
    with open(resource("schemas", f"v1.{NEWEST}.json"), "rb") as file:
        definitions = json.loads(file.read())["$defs"]
    return {name: schema["required"] for name, schema in definitions.items() if schema.get("required")}
