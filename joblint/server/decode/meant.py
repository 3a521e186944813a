"""What the author meant by a field that its struct does not have.

These are tried in order, each with its fix: another minor's field, the same name in another case, another tool's word
for it, a field of another level, a typo. Only loaded when there is something to fix.
"""

from typing import NamedTuple

from joblint.kube.minors.minor import MINORS, Facts
from joblint.manifests.yaml.tree import Entry, Mapping, Node, Sequence, target
from joblint.rule.cure.cure import Move, Operation, renaming, to_place
from joblint.rule.value import Value
from joblint.server.pod import restart

# How far two names may differ: letters that are wrong, missing, too many or swapped.
_LONGEST = 60  # characters of a name worth comparing
_BETA = "v1beta1."

# Other names of a field, from Docker, Compose, other schedulers and Deployments.
_WORDS = {
    "Container": {
        "cmd": "command",
        "entrypoint": "command",
        "arguments": "args",
        "environment": "env",
        "mounts": "volumeMounts",
        "workdir": "workingDir",
    },
    "ContainerPort": {"port": "containerPort", "targetPort": "containerPort"},
    "CronJobSpec": {"cron": "schedule", "crontab": "schedule", "tz": "timeZone"},
    "EnvVar": {"key": "name"},
    "JobSpec": {
        "maxRetries": "backoffLimit",
        "replicas": "parallelism",
        "retries": "backoffLimit",
        "timeout": "activeDeadlineSeconds",
        "timeoutSeconds": "activeDeadlineSeconds",
        "ttl": "ttlSecondsAfterFinished",
    },
    "Volume": {"pvc": "persistentVolumeClaim"},
    "VolumeMount": {"path": "mountPath", "volume": "name"},
}

_NAMES = {
    "Job": "a Job",
    "CronJob": "a CronJob",
    "JobSpec": "a Job's spec",
    "CronJobSpec": "a CronJob's spec",
    "JobTemplateSpec": "`jobTemplate`",
    "PodTemplateSpec": "the pod template",
    "PodSpec": "the pod spec",
    "Container": "a container",
    "ObjectMeta": "`metadata`",
    "Volume": "a volume",
    "EnvVar": "an environment variable",
    "ContainerPort": "a container's port",
    "VolumeMount": "a volume mount",
}

# The path down in every Job: a field that is found below is reported with the path where it belongs.
_DOWN = {
    "CronJob": ("spec", "CronJobSpec"),
    "CronJobSpec": ("jobTemplate", "JobTemplateSpec"),
    "JobTemplateSpec": ("spec", "JobSpec"),
    "Job": ("spec", "JobSpec"),
    "JobSpec": ("template", "PodTemplateSpec"),
    "PodTemplateSpec": ("spec", "PodSpec"),
    "PodSpec": ("containers[0]", "Container"),
}
_META, _META_TYPE = "metadata", "ObjectMeta"


def struct_name(value: Value) -> str:
    """Return a struct's name for a message: a JobSpec is "a Job's spec", others are named after their field."""
    if name := _name(value.type):
        return name
    if isinstance(value.step, int) and value.parent is not None:
        return f"`{value.parent.step}[{value.step}]`"
    return f"`{value.step}`"


def _name(type_: str) -> str:
    return _NAMES.get(type_.removeprefix(_BETA), "")


def _the(name: str) -> str:
    """Return a struct's name with "the" if there is only one in the object: "the Job's spec", but "a container"."""
    return f"the {name[2:]}" if name.startswith(("a Job", "a CronJob")) else name


def _target(value: Value) -> str:
    """Return where a field of a struct further up is to be moved."""
    return "next to `spec`" if value.parent is None else f"to {_the(struct_name(value))}"


_RENAMED = {"Handler": "LifecycleHandler"}  # structs by what later minors call them


class FieldGuess(NamedTuple):
    """What the author meant, in words; and the fix, in words and as operations, if it is clear.

    `safe`: nothing else can have been meant.
    """

    text: str
    cure: str = ""
    operations: tuple[Operation, ...] = ()
    safe: bool = True


def guess_field(parent: Value, entry: Entry, facts: Facts) -> FieldGuess:
    """Return what the author probably meant by a field that `parent` lacks; the text is empty if that is unknown."""
    name = entry.name
    if newer := _other_minor(parent, name, facts):
        above = _above(parent, entry, facts)
        if above is None:
            return FieldGuess(newer)
        if name == restart.NAME and parent.type == "Container":
            return _restart_policy(parent, entry, above.text, newer)
        return FieldGuess(f"{above.text}; in {struct_name(parent)}, {newer}")
    return (
        _other_case(parent, entry, facts)
        or _other_word(parent, entry)
        or _above(parent, entry, facts)
        or _metadata(parent, entry, facts)
        or _below(parent, entry, facts)
        or _typo(parent, entry, facts)
        or _other_case_elsewhere(parent, entry, facts)
        or FieldGuess("")
    )


def _restart_policy(container: Value, entry: Entry, above: str, newer: str) -> FieldGuess:
    """Return what was meant by a container's own policy, if containers have none: a sidecar's, or the Pod's."""
    policy = target(entry.value)
    if hint := restart.sidecar_hint(container, policy):
        return FieldGuess(hint)
    own = restart.own_hint(policy) or f"in {struct_name(container)}, {newer}"
    return FieldGuess(f"{above}; {own}", *_to_pod(container))


def _renamed(parent: Value, entry: Entry, name: str, safe: bool = True) -> FieldGuess:
    """Return another name for the field, with a fix unless that name is also there."""
    text = f"did you mean `{name}`?"
    if any(other.name == name for other in getattr(parent.node, "entries", ())):
        return FieldGuess(text)
    message, rename = renaming(entry.key, entry.name, name)
    return FieldGuess(text, message, (rename,), safe)


def _moved(text: str, parent: Value, entry: Entry, to: Value, *names: str) -> FieldGuess:
    """Return another place for the field, `names` below the struct `to`."""
    where = to_place(".".join(filter(None, (to.path, *names))))
    return FieldGuess(text, where, (Move(parent.node, entry.key, to.node, names),))


def _other_minor(parent: Value, name: str, facts: Facts) -> str:
    minors = _minors(parent.type, name, facts)
    if not minors:
        return ""
    return f"it was added in 1.{minors[0]}" if minors[-1] == MINORS[-1] else f"it only exists up to 1.{minors[-1]}"


def _minors(type_: str, name: str, facts: Facts) -> list[int]:
    mask = facts.minors_with(_RENAMED.get(type_, type_), name)
    return [m for i, m in enumerate(MINORS) if mask >> i & 1]


def _other_case(parent: Value, entry: Entry, facts: Facts) -> FieldGuess | None:
    plain = _plain(entry.name)
    for field in facts.struct(parent.type):
        if _plain(field) == plain:
            return _renamed(parent, entry, field)
    return None


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _other_word(parent: Value, entry: Entry) -> FieldGuess | None:
    word = _WORDS.get(parent.type.removeprefix(_BETA), {}).get(entry.name, "")
    return _renamed(parent, entry, word, safe=False) if word else None


def _typo(parent: Value, entry: Entry, facts: Facts) -> FieldGuess | None:
    if len(entry.name) > _LONGEST:
        return None
    from joblint.kube.nearest import SURE, as_written, nearest

    meant = nearest(entry.name, facts.struct(parent.type), cutoff=SURE, folded=as_written)
    return _renamed(parent, entry, meant) if meant else None


# -- other levels


def _other_case_elsewhere(parent: Value, entry: Entry, facts: Facts) -> FieldGuess | None:
    """Return the field of another level whose name only differs in case, without a fix: both name and level change."""
    plain = _plain(entry.name)
    for type_ in ("JobSpec", "PodSpec", "CronJobSpec", "Container"):
        name = next((field for field in facts.struct(type_) if _plain(field) == plain), "")
        right = Entry(name, entry.key, entry.value, entry.merge)
        if name and (guess := _above(parent, right, facts) or _below(parent, right, facts)):
            return FieldGuess(f"rename it to `{name}`, and {guess.text}")
    return None


def _above(parent: Value, entry: Entry, facts: Facts) -> FieldGuess | None:
    """Return the field of a struct above this one that was meant."""
    name, levels, value = entry.name, 0, parent.parent
    while value is not None:
        if not value.type.startswith(("{", "[")):
            levels += value.data.__class__ is dict
            if minors := _minors(value.type, name, facts):
                text = f"move it {_count(levels)} up, {_target(value)} (`{value.child_path(name)}`)"
                if name not in facts.struct(value.type):
                    where = "next to `spec`" if value.parent is None else f"in {_the(struct_name(value))}"
                    return FieldGuess(f"it belongs {where} (`{value.child_path(name)}`), from 1.{minors[0]} on")
                return _moved(text, parent, entry, value, name)
        value = value.parent
    return None


def _to_pod(container: Value) -> restart.Cured:
    pod = container.up("PodSpec") if container.type == "Container" else None
    in_list = container.parent is not None and container.parent.step == "containers"
    return restart.to_pod(pod) if pod is not None and in_list else ("", ())


def _count(levels: int) -> str:
    return f"{levels} level{'' if levels == 1 else 's'}"


def _metadata(parent: Value, entry: Entry, facts: Facts) -> FieldGuess | None:
    """Return the field of the nearest `metadata`, of this struct or one above, for `labels` and similar fields."""
    name = entry.name
    if parent.type.removeprefix(_BETA) not in (*_DOWN, "Container") or name not in facts.struct(_META_TYPE):
        return None
    levels, value = 0, parent
    while _META not in facts.struct(value.type):
        if value.parent is None:
            return None
        value = value.parent
        levels += value.type[0] not in "[{"
    where = f"{_count(levels)} up" if levels else "down"
    text = f"move it {where}, to {_the(struct_name(value))}'s `{_META}` (`{value.child_path(_META)}.{name}`)"
    return _moved(text, parent, entry, value, _META, name)


def _below(parent: Value, entry: Entry, facts: Facts) -> FieldGuess | None:
    """Return the field of a struct below this one that was meant, on the path down to the container."""
    name = entry.name
    beta = _BETA if parent.type.startswith(_BETA) else ""
    type_, path, steps = parent.type.removeprefix(_BETA), parent.path, []
    while type_ in _DOWN:
        step, type_ = _DOWN[type_]
        path = f"{path}.{step}" if path else step
        steps.append(step)
        full = beta + type_ if beta and type_ in ("CronJobSpec", "JobTemplateSpec") else type_
        if name in facts.struct(full):
            text = f"{_down(parent.node, steps)} {_the(_name(full))} (`{path}.{name}`)"
            if "[" in step:
                only = _only_container(parent.node, steps)
                if only is None:  # which container?
                    return FieldGuess(text)
                return FieldGuess(text, to_place(f"{path}.{name}"), (Move(parent.node, entry.key, only, (name,)),))
            return _moved(text, parent, entry, parent, *steps, name)
    return None


def _only_container(node: Node | None, steps: list[str]) -> Mapping | None:
    """Return the container at the end of the path down, if the pod has no other one."""
    for step in steps:
        entries = getattr(node, "entries", ())
        if any(entry.name == "initContainers" for entry in entries):
            return None
        node = next((target(e.value) for e in entries if e.name == step.partition("[")[0]), None)
    only = target(node.items[0]) if isinstance(node, Sequence) and len(node.items) == 1 else None
    return only if isinstance(only, Mapping) else None


def _down(node: Node | None, steps: list[str]) -> str:
    """Return how to get down a path, of which some levels may be missing, in words that its end follows."""
    lacking = []
    for step in steps:
        entry = next((e for e in getattr(node, "entries", ()) if e.name == step.partition("[")[0]), None)
        node = None if entry is None else target(entry.value)
        if entry is None:
            lacking.append(f"`{step.partition('[')[0]}:`")
    return f"add {' and '.join(lacking)} and indent it below, to be in" if lacking else "move it down, to"
