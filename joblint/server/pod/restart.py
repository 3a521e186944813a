"""What the author meant by a restartPolicy that is in the wrong place, or not valid in a Job."""

from joblint.manifests.yaml.tree import Entry, Mapping, Node, Scalar, Sequence, target
from joblint.rule.cure.cure import Add, Delete, Move, Operation, Put, to_place
from joblint.rule.value import Value

NAME = "restartPolicy"
NEVER, ON_FAILURE, ALWAYS = "Never", "OnFailure", "Always"
OF_JOBS = (NEVER, ON_FAILURE)

_MOST = 100  # containers that are searched, for each of them
_SIDECARS = "an init container that is a sidecar has it from 1.28 on (by default from 1.29)"
_OWN = "a container can have its own `restartPolicy` from 1.35"
_BEFORE = "before 1.35, only init containers can have their own `restartPolicy`"
Cured = tuple[str, tuple[Operation, ...]]
_NONE: Cured = ("", ())


def of_containers(pod: Node | None) -> list[tuple[Mapping, Entry]]:
    """Return the own policy of each ordinary container of a pod's spec, as it is written."""
    listed = _entry(pod, "containers")
    sequence = target(listed.value) if listed is not None else None
    few = isinstance(sequence, Sequence) and len(sequence.items) <= _MOST
    items = [target(item) for item in sequence.items] if few and isinstance(sequence, Sequence) else []
    return [(item, e) for item in items if isinstance(item, Mapping) for e in item.entries if e.name == NAME]


def sidecar_hint(container: Value, policy: Node) -> str:
    """Return what a sidecar's `Always` needs, for minors without this field; empty for another policy."""
    if not _is_always(policy):
        return ""
    if container.parent is not None and container.parent.step == "initContainers":
        return _SIDECARS
    if _is_only_container(container):
        return ""
    return f"{_SIDECARS}; for a sidecar, use an init container with `{NAME}: {ALWAYS}`"


def own_hint(policy: Node) -> str:
    """Return since when an ordinary container can have its own policy, for minors without this field."""
    return _OWN if isinstance(policy, Scalar) and policy.text in OF_JOBS else ""


def forbidden_text(container: Value, policy: Value) -> str:
    """Return the message for a policy of an ordinary container, if only init containers can have one."""
    if _is_always(policy.node) and not _is_only_container(container):
        return f"{_BEFORE}: for a sidecar (by default from 1.29), move this container to `initContainers`"
    return f"{_BEFORE}: set the Pod's `restartPolicy` next to `containers`"


def _is_always(policy: Node) -> bool:
    return isinstance(policy, Scalar) and policy.text.lower() == ALWAYS.lower()


def _is_only_container(container: Value) -> bool:
    """Return whether a container is the only one of its list: then it is not a sidecar."""
    listed = target(container.parent.node) if container.parent is not None else None
    return not isinstance(listed, Sequence) or len(listed.items) == 1


def to_pod(pod: Value) -> Cured:
    """Return the fix that moves the containers' policies to the pod's spec, if all are equal and it has no other."""
    own = of_containers(pod.node)
    words = {entry.value.text if isinstance(entry.value, Scalar) else "" for _, entry in own}
    word = words.pop() if len(words) == 1 else ""
    if word not in OF_JOBS:
        return _NONE
    (owner, entry), *others = own
    there = _entry(pod.node, NAME)
    if there is None:
        first: Operation = Move(owner, entry.key, pod.node, (NAME,))
        message = to_place(pod.child_path(NAME))
    elif isinstance(there.value, Scalar) and there.value.text == word:
        first, message = Delete(owner, entry.key), f"remove `{NAME}`, because the Pod's is the same"
    else:
        return _NONE
    return message, (first, *(Delete(owner, entry.key) for owner, entry in others))


def missing(pod: Value, word: str) -> Cured:
    """Return the fix that writes the pod's own policy, which is absent or empty."""
    there = _entry(pod.node, NAME)
    write: Operation = Add(pod.node, (NAME,), word) if there is None else Put(there.value, word)
    return f"add `{NAME}: {word}`", (write,)


def fit(spec: Value, pod: Value, otherwise: str) -> tuple[str, bool]:
    """Return the policy that fits the rest of a Job's spec, as far as it is shown, and whether no other one fits.

    `otherwise` is returned if both fit: then it is the author's choice.
    """
    if spec.has("podFailurePolicy") or spec.has("backoffLimitPerIndex"):
        return NEVER, True
    containers = pod.shown("containers") or ()
    return ON_FAILURE if any(container.shown("resizePolicy") for container in containers) else otherwise, False


def _entry(node: Node | None, name: str) -> Entry | None:
    return next((e for e in getattr(node, "entries", ()) if e.name == name), None)
