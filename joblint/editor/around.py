"""Find what is around a place: the pod's containers and volumes, and the objects that a manifest may name."""

from collections.abc import Iterator, Sequence

from joblint.editor.place import Place, Step
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.document import Manifest, field
from joblint.manifests.template import is_open
from joblint.manifests.yaml.tree import Entry, Mapping, Node, Scalar, target
from joblint.manifests.yaml.tree import Sequence as List

CONTAINERS, INIT, VOLUMES = "containers", "initContainers", "volumes"
# The fields in which a Job names another object: type and field -> kind.
REFERENCES = {
    ("ConfigMapEnvSource", "name"): "ConfigMap",
    ("ConfigMapKeySelector", "name"): "ConfigMap",
    ("ConfigMapProjection", "name"): "ConfigMap",
    ("ConfigMapVolumeSource", "name"): "ConfigMap",
    ("PersistentVolumeClaimVolumeSource", "claimName"): "PersistentVolumeClaim",
    ("PodSpec", "serviceAccountName"): "ServiceAccount",
    ("PodSpec", "serviceAccount"): "ServiceAccount",
    ("SecretEnvSource", "name"): "Secret",
    ("SecretKeySelector", "name"): "Secret",
    ("SecretProjection", "name"): "Secret",
    ("SecretVolumeSource", "secretName"): "Secret",
}
KINDS = frozenset(REFERENCES.values())
_SELECTORS = {"ConfigMapKeySelector": "ConfigMap", "SecretKeySelector": "Secret"}
_SOURCES = {
    "ConfigMapProjection": "ConfigMap",
    "ConfigMapVolumeSource": "ConfigMap",
    "SecretProjection": "Secret",
    "SecretVolumeSource": "Secret",
}
_DATA = ("data", "stringData", "binaryData")
_MOST = 1000  # objects or keys that are offered
# Fields with the name of a container, and of a volume.
OF_CONTAINERS = frozenset(
    {("PodFailurePolicyOnExitCodesRequirement", "containerName"), ("ResourceFieldSelector", "containerName")}
)
OF_VOLUMES = frozenset({("VolumeMount", "name"), ("VolumeDevice", "name"), ("FileKeySelector", "volumeName")})


def kind_of_use(steps: Sequence[Step]) -> str:
    """Return the kind of the object that the field at the end of some steps names; empty if it names none."""
    step = next((step for step in reversed(steps) if isinstance(step.name, str)), None)
    if step is None:
        return ""
    if (step.owner, step.name) == ("LocalObjectReference", "name"):
        return "Secret" if Step("PodSpec", "imagePullSecrets") in steps else ""
    return REFERENCES.get((step.owner, str(step.name)), "")


def node_at(manifest: Manifest, steps: Sequence[Step]) -> Node | None:
    """Return the node at the end of some steps."""
    node: Node | None = manifest.node
    for step in steps:
        if isinstance(step.name, str):
            node = field(node, step.name)
        elif isinstance(node, List) and step.name < len(node.items):
            node = target(node.items[step.name])
        else:
            return None
    return node


def owner_node(place: Place, type_: str) -> Node | None:
    """Return the nearest node of a type around a place."""
    for index in range(len(place.steps) - 1, -1, -1):
        if place.steps[index].owner == type_:
            return node_at(place.manifest, place.steps[:index])
    return None


def pod_spec(place: Place) -> Node | None:
    """Return the pod spec around a place, or that of the Job around it (for its podFailurePolicy)."""
    node = owner_node(place, "PodSpec")
    if node is not None:
        return node
    return field(field(owner_node(place, "JobSpec"), "template"), "spec")


def named(owner: Node | None, *lists: str) -> Iterator[tuple[str, Scalar, Mapping]]:
    """Yield the elements of lists that have a name: the name, its node, and the element."""
    for name in lists:
        items = field(owner, name)
        for item in items.items if isinstance(items, List) else ():
            element = target(item)
            node = field(element, "name")
            if isinstance(element, Mapping) and isinstance(node, Scalar) and isinstance(node.value, str):
                yield node.value, node, element


def objects(corpus: Corpus, kind: str) -> Iterator[Manifest]:
    """Yield the objects of a kind in all sources. Only texts that contain the kind are parsed."""
    for source in (*corpus.sources, *corpus.others):
        if kind not in source.text:
            continue
        for document in corpus.documents(source):
            if kind in document.text:
                yield from (found for found in corpus.manifests(document) if found.kind == kind)


def object_names(place: Place, corpus: Corpus, kind: str) -> list[str]:
    """Return the sorted names of the objects of a kind that may be in the namespace of the place's object."""
    here = place.manifest.text("metadata", "namespace")
    found: set[str] = set()
    for manifest in objects(corpus, kind):
        there = manifest.text("metadata", "namespace")
        name = manifest.text("metadata", "name")
        if name and not is_open(name) and (not here or not there or here == there):
            found.add(name)
        if len(found) >= _MOST:
            break
    return sorted(found)


def keys_of(place: Place, corpus: Corpus) -> list[str]:
    """Return the keys of the ConfigMap or Secret that the `key` at a place refers to, in the order of its text."""
    manifest = referred(place, corpus)
    if manifest is None:
        return []
    return [entry.name for entry, _ in zip(data_of(manifest), range(_MOST), strict=False)]


def data_of(manifest: Manifest) -> Iterator[Entry]:
    """Yield the entries of a ConfigMap or Secret."""
    for name in _DATA:
        node = manifest.field(name)
        if isinstance(node, Mapping):
            yield from node.entries


def referred(place: Place, corpus: Corpus) -> Manifest | None:
    """Return the ConfigMap or Secret that the `key` at a place refers to."""
    step = place.field
    if step is None or step.name != "key":
        return None
    if step.owner in _SELECTORS:
        kind, owner = _SELECTORS[step.owner], owner_node(place, step.owner)
        name = _text(field(owner, "name"))
    elif step.owner == "KeyToPath":
        type_ = next((s.owner for s in reversed(place.steps) if s.owner in _SOURCES), "")
        kind, owner = _SOURCES.get(type_, ""), owner_node(place, type_)
        name = _text(field(owner, "secretName") or field(owner, "name"))
    else:
        return None
    return corpus.find(kind, name, place.document) if kind and name else None


def _text(node: Node | None) -> str:
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""


def accepts_volume(type_: str, source: str) -> bool:
    """Check whether a use accepts a volume of a source: a VolumeDevice needs a claim, a FileKeySelector an emptyDir."""
    if type_ == "VolumeDevice":
        return source in ("persistentVolumeClaim", "ephemeral")
    return type_ != "FileKeySelector" or source == "emptyDir"
