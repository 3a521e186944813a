"""The Kubernetes objects among users' rules: what each is for, and the fields that policies and bindings have.

Source: api admissionregistration/v1/types.go, 1.30 to 1.37.
"""

from joblint.checks.own.flaw import Wrong, flaw
from joblint.checks.own.nodes import Objects, entries, struct, text_of
from joblint.kube.nearest import did_you_mean
from joblint.manifests.document import Document
from joblint.manifests.yaml.tree import Mapping, Node, Scalar, Sequence, target
from joblint.rule.flaw import Flaw

POLICY, BINDING = "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"
API_GROUP = "admissionregistration.k8s.io/"
_LIST = "List"
_MATCH = {"namespaceSelector", "objectSelector", "resourceRules", "excludeResourceRules", "matchPolicy"}
_RULE = {"resourceNames", "operations", "apiGroups", "apiVersions", "resources", "scope"}
_SELECTOR = {"matchLabels", "matchExpressions"}
_TOP = {"apiVersion", "kind", "metadata", "spec", "status"}
_EXPRESSION = {"name", "expression"}
# The fields below each place; the items of a list are checked.
_FIELDS: dict[str, dict[str, set[str]]] = {
    POLICY: {
        "": _TOP,
        "spec": {
            "paramKind", "matchConstraints", "validations", "failurePolicy", "auditAnnotations", "matchConditions",
            "variables",
        },
        "spec.paramKind": {"apiVersion", "kind"},
        "spec.matchConstraints": _MATCH,
        "spec.matchConstraints.resourceRules": _RULE,
        "spec.matchConstraints.excludeResourceRules": _RULE,
        "spec.matchConstraints.namespaceSelector": _SELECTOR,
        "spec.matchConstraints.objectSelector": _SELECTOR,
        "spec.validations": {"expression", "message", "reason", "messageExpression"},
        "spec.matchConditions": _EXPRESSION,
        "spec.variables": _EXPRESSION,
        "spec.auditAnnotations": {"key", "valueExpression"},
    },
    BINDING: {
        "": _TOP,
        "spec": {"policyName", "paramRef", "matchResources", "validationActions"},
        "spec.paramRef": {"name", "namespace", "selector", "parameterNotFoundAction"},
        "spec.matchResources": _MATCH,
        "spec.matchResources.resourceRules": _RULE,
        "spec.matchResources.excludeResourceRules": _RULE,
        "spec.matchResources.namespaceSelector": _SELECTOR,
        "spec.matchResources.objectSelector": _SELECTOR,
    },
}  # fmt: skip


def check_keys(root: Mapping) -> None:
    """Check that a policy or binding only has known fields, and a known version. Raises Wrong."""
    kind, version = text_of(root, "kind"), text_of(root, "apiVersion")
    if not version.startswith(API_GROUP):
        node = entries(root).get("apiVersion", root)
        raise Wrong(node, f"the `apiVersion` of a {kind} must be {API_GROUP}v1")
    for place, known in _FIELDS[kind].items():
        nodes: list[Node] = [root]
        for step in place.split(".") if place else ():
            inner = [struct(node, step).get(step) for node in nodes if isinstance(node, Mapping)]
            nodes = [one for node in inner if node is not None for one in _each(node)]
        for node in nodes:
            for entry in node.entries if isinstance(node, Mapping) else ():
                if entry.name not in known:
                    where = f"`{place}`" if place else f"a {kind}"
                    raise Wrong(entry.key, f"{where} has no field `{entry.name}`{did_you_mean(entry.name, known)}")


def _each(node: Node) -> list[Node]:
    return [target(item) for item in node.items] if isinstance(node, Sequence) else [node]


def flattened(document: Document, root: Mapping) -> Objects:
    """Return an object, or the items of a List, as `kubectl get -o yaml` writes them."""
    items = entries(root).get("items") if text_of(root, "kind").endswith(_LIST) else None
    if not isinstance(items, Sequence):
        return [(document, root)]
    return [(document, one) for item in items.items if isinstance(one := target(item), Mapping)]


def check_objects(objects: Objects, flaws: list[Flaw]) -> list[tuple[Document, Node, str]]:
    """Add what is probably misspelt among some objects to `flaws`; return the other objects that are not used."""
    idle = []
    policies = {_name(root) for _, root in objects if text_of(root, "kind") == POLICY}
    wanted = {_params(root) for _, root in objects if text_of(root, "kind") == POLICY}
    for document, root in objects:
        kind = text_of(root, "kind")
        try:
            if kind == BINDING:
                check_keys(root)
                why, node = _no_policy(root, policies)
            elif kind == POLICY or (text_of(root, "apiVersion"), kind) in wanted:
                continue
            else:
                why, node = _unknown(kind), entries(root).get("kind", root)
        except Wrong as wrong:
            flaws.append(flaw(document, wrong.node, wrong.message, wrong.offset))
            continue
        if "did you mean" in why or not kind:
            flaws.append(flaw(document, node, why))
        elif why:
            idle.append((document, node, why))
    return idle


def _unknown(kind: str) -> str:
    if not kind:
        return "the document is neither a card (without `apiVersion`) nor a Kubernetes object (with `kind`)"
    meant = did_you_mean(kind, (POLICY, BINDING)) if not kind.startswith("Mutating") else ""
    return f"`{kind}` is neither a card nor a {POLICY}, and no policy uses it{meant}"


def _no_policy(root: Mapping, policies: set[str]) -> tuple[str, Node]:
    spec = struct(entries(root).get("spec"), "spec")
    node = spec.get("policyName")
    name = node.text if isinstance(node, Scalar) else ""
    if not name or node is None:
        raise Wrong(root, "`spec.policyName` is required in a binding")
    if name in policies:
        return "", root
    return f"policy `{name}` of the binding is not in any file{did_you_mean(name, policies)}", node


def _name(root: Mapping) -> str:
    metadata = entries(root).get("metadata")
    return text_of(metadata, "name") if isinstance(metadata, Mapping) else ""


def _params(root: Mapping) -> tuple[str, str]:
    spec = entries(root).get("spec")
    kind = entries(spec).get("paramKind") if isinstance(spec, Mapping) else None
    return (text_of(kind, "apiVersion"), text_of(kind, "kind")) if isinstance(kind, Mapping) else ("", "")
