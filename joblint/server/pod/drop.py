"""What is removed with gated fields of a pod template, old annotations, and ephemeral containers in old servers.

Source: pkg/api/pod/util.go, dropDisabledFields, dropImageVolumes; pkg/apis/core/v1/conversion.go,
dropInitContainerAnnotations (from 1.37 in pkg/api/pod/util.go); pkg/apis/core/validation/validation.go,
validateEphemeralContainers of 1.23 and 1.24.
"""

from collections.abc import Callable, Iterator

from joblint.kube.minors.minor import Facts
from joblint.rule.value import HIDDEN, Opaque, Value
from joblint.server.pod.common import containers
from joblint.server.pod.ephemeral import ListedAlone
from joblint.server.pod.volumes import Emptied

Gone = list[tuple[Value, str]]
APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
PROFILES = "AppArmor"  # the gate of the annotations above, which only a user can turn off
# The annotations for init containers before 1.6.
INIT_CONTAINERS = tuple(
    f"pod.{stage}.kubernetes.io/{name}"
    for stage in ("alpha", "beta")
    for name in ("init-containers", "init-container-statuses")
)


def mounts_of(gone: Gone) -> Iterator[tuple[Value, str]]:
    """Yield the mounts of the removed volumes, each with the gate that removed its volume."""
    names: dict[int, dict[str, str]] = {}
    specs: dict[int, Value] = {}
    for value, gate in gone:
        spec = value.up("PodSpec") if value.type == "Volume" else None
        name = _name(value)
        if spec is not None and name is not None:
            specs[id(spec)] = spec
            names.setdefault(id(spec), {})[name] = gate
    for key, spec in specs.items():
        for mount in _mounts(spec):
            name = _name(mount)
            if name is not None and name in names[key]:
                yield mount, names[key][name]


def annotations(template: Value, facts: Facts) -> Iterator[tuple[str, Value]]:
    """Remove old and gated annotations of a pod template, and yield each with its gate, empty if it has none."""
    for value in _remove_annotations(template, lambda key: key in INIT_CONTAINERS):
        yield "", value
    if _find_annotations(template, _is_profile) and facts.disabled(PROFILES):
        for value in _remove_annotations(template, _is_profile):
            yield PROFILES, value


def _is_profile(key: str) -> bool:
    return key.startswith(APP_ARMOR)


def _find_annotations(template: Value, wanted: Callable[[str], bool]) -> list[Value]:
    """Return some of a template's annotations; none if they are hidden."""
    try:
        listed = template.at("metadata", "annotations")
        return [v for key, v in listed.scalar().items() if wanted(key)] if listed is not None else []
    except Opaque:
        return []


def _remove_annotations(template: Value, wanted: Callable[[str], bool]) -> list[Value]:
    """Remove and return some of a template's annotations, or the whole map if nothing else is in it."""
    taken = _find_annotations(template, wanted)
    owner = taken[0].parent if taken else None
    if owner is None:
        return []
    owner.data = {key: value for key, value in owner.data.items() if not wanted(key)}
    return taken if owner.data else [owner]


def _mounts(spec: Value) -> Iterator[Value]:
    try:
        for container in containers(spec):
            yield from container.items("volumeMounts")
    except Opaque:
        return


def _name(value: Value) -> str | None:
    """Return a volume's or container's name, None if it is hidden."""
    try:
        return value.text("name")
    except Opaque:
        return None


def settle(by_type: dict[str, list[Value]], gone: Gone, facts: Facts) -> None:
    """Hide removed elements of lists from the checks, and prepare ephemeral containers as the minor treats them.

    If a volume with a hidden name is removed, it is unknown which mounts were removed with it. A volume whose source
    is removed has none.
    """
    elements = [value for value, _ in gone if isinstance(value.step, int)]
    for value in elements:
        spec = value.up("PodSpec")
        if value.type == "Volume" and spec is not None and _name(value) is None and value.parent is not None:
            spec.data["volumes"], value.parent.data = value.parent, HIDDEN
    for value, _ in gone:
        if value.parent is not None and value.parent.type == "Volume":
            value.parent.__class__ = Emptied
    ephemeral = by_type.get("EphemeralContainer", [])
    if ephemeral and not facts.since(25):
        for container in ephemeral:
            if _name(container) != "":
                container.__class__ = ListedAlone
            else:
                elements.append(container)
    if elements:
        forgotten = {id(part) for element in elements for part in element.walk()}
        for type_, values in by_type.items():
            by_type[type_] = [value for value in values if id(value) not in forgotten]
