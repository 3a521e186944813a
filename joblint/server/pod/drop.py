"""What the gates of a pod template take with them, and how old servers see ephemeral containers.

Source: pkg/api/pod/util.go, dropImageVolumes; pkg/apis/core/validation/validation.go, validateEphemeralContainers of
1.23 and 1.24.
"""

from collections.abc import Iterator

from joblint.facts import Facts
from joblint.server.pod.common import containers
from joblint.server.pod.ephemeral import ListedAlone
from joblint.value import Opaque, Value

Gone = list[tuple[Value, str]]


def mounts_of(gone: Gone) -> Iterator[tuple[Value, str]]:
    """The mounts of the volumes that are gone, each with the gate that has taken its volume."""
    names: dict[int, dict[str, str]] = {}
    specs: dict[int, Value] = {}
    for value, gate in gone:
        spec = value.up("PodSpec") if value.type == "Volume" else None
        if spec is not None:
            specs[id(spec)] = spec
            names.setdefault(id(spec), {})[_name(value)] = gate
    for key, spec in specs.items():
        for mount in _mounts(spec):
            gate_of_volume = names[key].get(_name(mount))
            if gate_of_volume is not None:
                yield mount, gate_of_volume


def _mounts(spec: Value) -> Iterator[Value]:
    try:
        for container in containers(spec):
            yield from container.items("volumeMounts")
    except Opaque:
        return


def _name(value: Value) -> str:
    """A volume's or mount's name; one that is hidden is like no other."""
    try:
        return value.text("name")
    except Opaque:
        return f"\0{id(value)}"


def settle(by_type: dict[str, list[Value]], gone: Gone, facts: Facts) -> None:
    """Have no check look at elements of lists that are gone, and at ephemeral containers only as the minor does."""
    elements = [value for value, _ in gone if isinstance(value.step, int)]
    ephemeral = by_type.get("EphemeralContainer", [])
    if ephemeral and not facts.since(25):
        for container in ephemeral:
            if _name(container):
                container.__class__ = ListedAlone
            else:
                elements.append(container)
    if elements:
        forgotten = {id(part) for element in elements for part in element.walk()}
        for type_, values in by_type.items():
            by_type[type_] = [value for value in values if id(value) not in forgotten]
