"""What the gates of a pod template take with them, and how old servers see ephemeral containers.

Source: pkg/api/pod/util.go, dropImageVolumes; pkg/apis/core/validation/validation.go, validateEphemeralContainers of
1.23 and 1.24.
"""

from collections.abc import Iterator

from joblint.facts import Facts
from joblint.server.pod.common import containers
from joblint.server.pod.ephemeral import ListedAlone
from joblint.value import HIDDEN, Opaque, Value

Gone = list[tuple[Value, str]]


def mounts_of(gone: Gone) -> Iterator[tuple[Value, str]]:
    """The mounts of the volumes that are gone, each with the gate that has taken its volume."""
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


def _mounts(spec: Value) -> Iterator[Value]:
    try:
        for container in containers(spec):
            yield from container.items("volumeMounts")
    except Opaque:
        return


def _name(value: Value) -> str | None:
    """A volume's or container's name, None where it is hidden."""
    try:
        return value.text("name")
    except Opaque:
        return None


def settle(by_type: dict[str, list[Value]], gone: Gone, facts: Facts) -> None:
    """Have no check look at elements of lists that are gone, and at ephemeral containers only as the minor does.

    Where a volume is gone whose name is hidden, nobody knows which mounts have gone with it.
    """
    elements = [value for value, _ in gone if isinstance(value.step, int)]
    for value in elements:
        spec = value.up("PodSpec")
        if value.type == "Volume" and spec is not None and _name(value) is None and value.parent is not None:
            spec.data["volumes"], value.parent.data = value.parent, HIDDEN
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
