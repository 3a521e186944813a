"""A field that its struct does not have: what was meant?

Another minor's field, another level's, a typo or the wrong case, in this order. The message tells which.
"""

from typing import TYPE_CHECKING

from joblint.facts import MINORS
from joblint.rule import Report
from joblint.tree import Entry
from joblint.value import Value

if TYPE_CHECKING:
    from joblint.server.decode import Decoder

# How far two names may differ: letters that are wrong, missing, too many or swapped.
_CLOSE = 0.8


def unknown_field(parent: Value, entry: Entry, decoder: "Decoder") -> Report:
    """The report for a field that `parent` does not know in the minor at hand."""
    facts, name = decoder.facts, entry.name
    facts.unknown(parent.type, name)
    what = called(parent.type)
    meant = (
        _other_minor(parent, name, decoder)
        or _other_case(parent, name, decoder)
        or _other_level(parent, name, decoder)
        or _typo(parent, name, decoder)
    )
    message = f"{what} has no field `{name}`" + (f": {meant}" if meant else "")
    return Report("rejected", message, entry.key, field=parent.child_path(name), reason="UnknownField")


def called(type_: str) -> str:
    """A type as people speak of it: `JobSpec` is the Job's spec."""
    return _NAMES.get(type_.removeprefix("v1beta1."), type_)


_NAMES = {
    "Job": "a Job",
    "CronJob": "a CronJob",
    "JobSpec": "a Job's spec",
    "CronJobSpec": "a CronJob's spec",
    "JobTemplateSpec": "`jobTemplate`",
    "PodTemplateSpec": "the pod template",
    "PodSpec": "the pod's spec",
    "Container": "a container",
    "ObjectMeta": "`metadata`",
    "Volume": "a volume",
    "EnvVar": "an environment variable",
    "ContainerPort": "a container's port",
    "VolumeMount": "a volume mount",
}


def _other_minor(parent: Value, name: str, decoder: "Decoder") -> str:
    mask = decoder.facts.minors_with(parent.type, name)
    if not mask:
        return ""
    minors = [m for i, m in enumerate(MINORS) if mask >> i & 1]
    if minors[-1] == MINORS[-1]:
        return f"it exists since 1.{minors[0]}"
    return f"it existed up to 1.{minors[-1]}"


def _other_case(parent: Value, name: str, decoder: "Decoder") -> str:
    plain = _plain(name)
    for field in decoder.facts.struct(parent.type):
        if _plain(field) == plain:
            return f"did you mean `{field}`?"
    return ""


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _other_level(parent: Value, name: str, decoder: "Decoder") -> str:
    """A field of an ancestor, of a child, or of a neighbour that stands in this object."""
    levels, value = 0, parent.parent
    while value is not None:
        levels += value.data.__class__ is dict and not value.type.startswith(("{", "["))
        if not value.type.startswith(("{", "[")) and name in decoder.facts.struct(value.type):
            return f"it belongs to {called(value.type)}, {_count(levels)} up (`{value.child_path(name)}`)"
        value = value.parent
    below = _below(parent, name, decoder)
    return f"it belongs to {called(below[0])}, below (`{below[1]}`)" if below else ""


def _count(levels: int) -> str:
    words = ("", "one level", "two levels", "three levels", "four levels", "five levels", "six levels")
    return words[levels] if levels < len(words) else f"{levels} levels"


# The way down that every Job takes, so that a field found below is named by the place it belongs to.
_DOWN = {
    "CronJob": ("spec", "CronJobSpec"),
    "CronJobSpec": ("jobTemplate", "JobTemplateSpec"),
    "JobTemplateSpec": ("spec", "JobSpec"),
    "Job": ("spec", "JobSpec"),
    "JobSpec": ("template", "PodTemplateSpec"),
    "PodTemplateSpec": ("spec", "PodSpec"),
    "PodSpec": ("containers[0]", "Container"),
}


def _below(parent: Value, name: str, decoder: "Decoder") -> tuple[str, str] | None:
    beta = "v1beta1." if parent.type.startswith("v1beta1.") else ""
    type_, path = parent.type.removeprefix("v1beta1."), parent.path
    while type_ in _DOWN:
        step, type_ = _DOWN[type_]
        path = f"{path}.{step}" if path else step
        full = beta + type_ if beta and type_ in ("CronJobSpec", "JobTemplateSpec") else type_
        if name in decoder.facts.struct(full):
            return full, f"{path}.{name}"
        if type_ in ("PodTemplateSpec", "JobTemplateSpec") and name in ("labels", "annotations"):
            return "ObjectMeta", f"{path}.metadata.{name}"
    return None


def _typo(parent: Value, name: str, decoder: "Decoder") -> str:
    if len(name) > 60:
        return ""
    from difflib import get_close_matches

    close = get_close_matches(name, decoder.facts.struct(parent.type), 1, _CLOSE)
    return f"did you mean `{close[0]}`?" if close else ""
