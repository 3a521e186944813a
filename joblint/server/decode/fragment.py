"""Parts of a Job that a tutorial shows on their own: `spec:` without the rest, or just `completions: 10`."""

from joblint.kube.minors.minor import field_names
from joblint.manifests.document import Manifest
from joblint.manifests.relevance import OWN_FIELDS
from joblint.manifests.yaml.tree import Entry, Mapping, Node, target


def whole(manifest: Manifest) -> Manifest | None:
    """Return the object that the part belongs to, with the part's own nodes; None if it is not clearly part of a Job.

    Every key must be a field of the spec: nothing is guessed.
    """
    spec = _spec(manifest.node)
    if spec is None:
        return None
    names = {e.name for e in spec.entries}
    for kind, own in OWN_FIELDS.items():
        if names & own and names <= set(field_names(f"{kind}Spec")):
            node = Mapping(spec.start, spec.end, spec.flow)
            node.entries.append(Entry("spec", Node(spec.start, spec.start), spec, False))
            return Manifest(manifest.document, node, manifest.index, "", kind)
    return None


def _spec(node: Mapping) -> Mapping | None:
    names = [e.name for e in node.entries]
    if names not in (["spec"], ["metadata", "spec"]):
        return node
    inner = target(node.entries[-1].value)
    return inner if isinstance(inner, Mapping) else None
