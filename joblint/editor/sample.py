"""Make the value that completion writes after a key: the fields that are always needed, with holes for values."""

import json
import re
from collections.abc import Callable, Sequence

from joblint.editor import choices, offer
from joblint.editor.draft import OPEN, Data, hole
from joblint.editor.place import Step, is_struct
from joblint.kube.minors.meaning import describe
from joblint.manifests.yaml.scalar import resolve
from joblint.rule.settings import Settings

Names = Callable[[Step], Sequence[str]]  # the names around a field that it may refer to
_MOST = 6  # values that a hole offers
_DEEPEST = 10
_TEXTS = {
    "Container.image": "busybox:1.36",
    "Container.name": "main",
    "ContainerPort.containerPort": "8080",
    "CronJobSpec.schedule": "0 3 * * *",
    "CronJobSpec.timeZone": "Etc/UTC",
    "EmptyDirVolumeSource.sizeLimit": "1Gi",
    "HostAlias.ip": "127.0.0.1",
    "HostPathVolumeSource.path": "/data",
    "NFSVolumeSource.path": "/data",
    "ObjectMeta.finalizers": "example.com/finalizer",
    "PodFailurePolicyOnExitCodesRequirement.values": "1",
    "SuccessPolicyRule.succeededIndexes": "0",
    "VolumeMount.mountPath": "/data",
}
_QUOTED = ("CronJobSpec.schedule", "SuccessPolicyRule.succeededIndexes")
_OTHERS = {"int32": "1", "int64": "1", "quantity": "1Gi", "time": "2026-01-31T12:00:00Z"}
_EMPTY = ("EmptyDirVolumeSource",)  # usually written without fields
_RESOURCES = {"cpu": hole("500m"), "memory": hole("256Mi")}
_MAPS = {
    "PodSpec.overhead": _RESOURCES,
    "ResourceRequirements.limits": _RESOURCES,
    "ResourceRequirements.requests": _RESOURCES,
    "VolumeResourceRequirements.requests": {"storage": hole("1Gi")},
}
_NAME = re.compile(r"[\w.-]+")


def sample(type_: str, steps: Sequence[Step], settings: Settings, names: Names = lambda _: (), depth: int = 0) -> Data:
    """Return a value of a type at the end of some steps, as data with holes (draft.py)."""
    if type_.startswith("[]"):
        return [sample(type_[2:], (*steps, Step(type_, 0)), settings, names, depth)]
    if type_.startswith("{}"):
        return _MAPS.get(f"{steps[-1].owner}.{steps[-1].name}", {hole("key"): hole("value")})
    if not is_struct(type_):
        return _scalar(type_, steps, settings, names)
    if type_ in _EMPTY:
        return {}
    here = offer.fields(type_, steps, settings) if depth < _DEEPEST else {}
    data = {
        name: sample(here[name], (*steps, Step(type_, name)), settings, names, depth + 1)
        for name in offer.required(type_)
        if name in here
    }
    return data or OPEN


def _scalar(type_: str, steps: Sequence[Step], settings: Settings, names: Names) -> Data:
    step = next(step for step in reversed(steps) if isinstance(step.name, str))
    values = [value for value in choices.values(type_, steps, settings) if value != choices.FAIL_INDEX]
    if 0 < len(values) <= _MOST:
        quoted = type_ == "string" and not all(isinstance(resolve(value), str) for value in values)
        written = _choice(step, values, settings)
        return f'"{written}"' if quoted else written
    around = [name for name in names(step) if _NAME.fullmatch(name) and isinstance(resolve(name), str)][:_MOST]
    if around:
        return hole(choices=tuple(around)) if len(around) > 1 else hole(around[0])
    owner = step.owner.removeprefix("v1beta1.")
    text = _TEXTS.get(f"{owner}.{step.name}", "")
    if f"{owner}.{step.name}" in _QUOTED:
        return f'"{hole(text)}"'
    return hole(text or _default(step, settings) or _OTHERS.get(type_) or _kebab(str(step.name)))


def _kebab(name: str) -> str:
    """Return a field's name in a spelling that is valid for an object."""
    return re.sub(r"(?<=[a-z0-9])[A-Z]+", lambda found: "-" + found[0], name).lower()


def _choice(step: Step, values: list[str], settings: Settings) -> str:
    """Return a choice of values, the default last."""
    if len(values) == 1 or step.name == "kind":
        return hole(values[0])
    default = _default(step, settings)
    ordered = [value for value in values if value != default] + [value for value in values if value == default]
    return hole(choices=tuple(ordered))


def _default(step: Step, settings: Settings) -> str:
    described = describe(step.owner, str(step.name), settings.minors)
    if described is None or described.default is None:
        return ""
    value = described.default.value
    return value if isinstance(value, str) else json.dumps(value)
