"""A ValidatingAdmissionPolicy with its bindings and parameters, read from files.

Source: api admissionregistration/v1/types.go, apiserver pkg/admission/plugin/policy/validating, 1.30 (v1) to 1.37.
"""

from typing import Any, NamedTuple

from joblint.document import Document
from joblint.finding import SEVERITIES
from joblint.flaw import Flaw
from joblint.own.card import check_name
from joblint.own.cel import Expression, compile_
from joblint.own.flaw import Wrong, flaw
from joblint.own.nodes import Objects, entries, listed, plain, struct, text
from joblint.own.scope import Scope, is_for_others, read_scope
from joblint.tree import Mapping, Node, Scalar

POLICY, BINDING = "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"
API_GROUP = "admissionregistration.k8s.io/"
KINDS = ("Job", "CronJob")
OBJECT, OLD_OBJECT, REQUEST, PARAMS, COMPOSED = "object", "oldObject", "request", "params", "variables"
_SEVERITIES = {"Deny": "error", "Warn": "warning", "Audit": "info"}


class Validation(NamedTuple):
    """One validation: what must be true, and what is said where it is not."""

    expression: Expression
    message: str
    message_expression: Expression | None
    reason: str


class Binding(NamedTuple):
    """Where a policy is in force, and the parameters it has there (None: it takes none)."""

    scope: Scope
    params: Any


class Policy(NamedTuple):
    """One policy: as a rule it has the policy's name, with hyphens for dots."""

    document: Document
    name: str
    effect: str
    severity: str
    title: str
    scope: Scope
    conditions: tuple[Expression, ...]
    variables: tuple[tuple[str, Expression], ...]
    validations: tuple[Validation, ...]
    bindings: tuple[Binding, ...]
    strict: bool
    content: dict[str, Any]


def read_policies(objects: Objects, flaws: list[Flaw]) -> list[Policy]:
    """The policies among some objects, the others of which are their bindings and parameters.

    Of policies for other kinds nothing more is read. What is wrong is added to `flaws`.
    """
    found = []
    for document, root in objects:
        try:
            kind, version = _text_of(root, "kind"), _text_of(root, "apiVersion")
            if kind == POLICY and version.startswith(API_GROUP):
                found.append(_policy(document, root, objects))
        except Wrong as wrong:
            flaws.append(flaw(document, wrong.node, wrong.message, wrong.offset))
    if not found and not flaws:
        for document, root in objects:
            flaws.append(flaw(document, root, f"neither a card nor a {POLICY}, and no policy needs it"))
    return found


def _policy(document: Document, root: Mapping, objects: Objects) -> Policy:
    parts = entries(root)
    metadata, spec = struct(parts.get("metadata"), "metadata"), struct(parts.get("spec"), "spec")
    if "name" not in metadata:
        raise Wrong(root, "a policy has a name")
    title = text(metadata["name"], "name")
    name = check_name(metadata["name"], title.replace(".", "-"))
    content = {
        "summary": f"The cluster's policy {title}, judged offline.",
        "why": "A policy of the cluster that these Jobs are for: there the API server enforces it.",
    }
    if is_for_others(spec.get("matchConstraints")):
        nowhere = Scope((), (), None, None, exact=True)
        return Policy(document, name, "mistake", "", title, nowhere, (), (), (), (), False, content)
    names = (OBJECT, OLD_OBJECT, REQUEST, COMPOSED, *((PARAMS,) if "paramKind" in spec else ()))
    conditions = [
        _expression(one, names[:3], {}, "BOOL") for one in listed(spec.get("matchConditions"), "matchConditions")
    ]
    variables: dict[str, Expression] = {}
    for one in listed(spec.get("variables"), "variables"):
        called, expression = _variable(one, names, variables)
        variables[called] = expression
    validations = tuple(_validation(one, names, variables) for one in listed(spec.get("validations"), "validations"))
    scope = read_scope(spec.get("matchConstraints"), "matchConstraints")
    bindings, actions = _bindings(title, spec.get("paramKind"), objects)
    failure = spec.get("failurePolicy")
    return Policy(
        document, name, "mistake", _severity(actions),
        title, scope, tuple(conditions), tuple(variables.items()), validations, tuple(bindings),
        not (isinstance(failure, Scalar) and failure.text == "Ignore"), content,
    )  # fmt: skip


def _severity(actions: list[str]) -> str:
    """That of the gravest of its actions."""
    found = {_SEVERITIES.get(action, SEVERITIES[0]) for action in actions}
    return next((severity for severity in SEVERITIES if severity in found), SEVERITIES[0])


def _expression(
    node: Node, names: tuple[str, ...], variables: dict[str, Expression], wanted: str = "", key: str = "expression"
) -> Expression:
    """An expression; what it reads through the variables above it counts as read by it. Raises Wrong."""
    parts = struct(node, key)
    if key not in parts:
        raise Wrong(node, f"needs `{key}`")
    found = compile_(text(parts[key], key), parts[key], names, wanted)
    for path in found.reads.paths:
        if path[0] == COMPOSED and len(path) > 1 and path[1] not in variables:
            at = found.text.find(f".{path[1]}") + 1
            raise Wrong(found.node, f"there is no variable `{path[1]}` above this", at)
        if path[:2] in ((REQUEST, "userInfo"), (REQUEST, "options"), (REQUEST, "uid")):
            raise Wrong(parts[key], f"`{'.'.join(path[:2])}` is of one request, and joblint sees none")
    composed = {name: one.reads for name, one in variables.items()}
    return found._replace(reads=found.reads.through(COMPOSED, composed))


def _variable(node: Node, names: tuple[str, ...], above: dict[str, Expression]) -> tuple[str, Expression]:
    parts = struct(node, "variables")
    if "name" not in parts:
        raise Wrong(node, "a variable needs a `name`")
    return text(parts["name"], "name"), _expression(node, names, above)


def _validation(node: Node, names: tuple[str, ...], variables: dict[str, Expression]) -> Validation:
    parts = struct(node, "validations")
    expression = _expression(node, names, variables, "BOOL")
    message = text(parts["message"], "message") if "message" in parts else ""
    said = None
    if "messageExpression" in parts:
        said = _expression(node, names, variables, "STRING", "messageExpression")
    reason = text(parts["reason"], "reason") if "reason" in parts else "Invalid"
    return Validation(expression, " ".join(message.split()), said, reason)


def _bindings(title: str, kind: Node | None, objects: Objects) -> tuple[list[Binding], list[str]]:
    """Where a policy is in force, and what is done there; without any binding it is in force everywhere."""
    found: list[Binding] = []
    actions: list[str] = []
    for _, root in objects:
        if _text_of(root, "kind") != BINDING:
            continue
        spec = struct(entries(root).get("spec"), "spec")
        name = spec.get("policyName")
        if not isinstance(name, Scalar) or name.text != title:
            continue
        actions += [
            text(one, "validationActions") for one in listed(spec.get("validationActions"), "validationActions")
        ]
        scope = read_scope(spec.get("matchResources"), "matchResources")
        if kind is None:
            found.append(Binding(scope, None))
        else:
            found += [Binding(scope, one) for one in _params(kind, spec.get("paramRef"), objects)]
    if found or (kind is not None and actions):
        return found, actions
    return [Binding(read_scope(None, ""), one) for one in (_params(kind, None, objects) if kind else [None])], actions


def _params(kind: Node, reference: Node | None, objects: Objects) -> list[Any]:
    """The parameters of a binding, among the objects of the same --rules. Raises Wrong where there are none."""
    wanted = plain(kind)
    if not isinstance(wanted, dict):
        raise Wrong(kind, "`paramKind` takes a mapping")
    what = f"{wanted.get('apiVersion', '')} {wanted.get('kind', '')}".strip()
    name = struct(reference, "paramRef").get("name")
    found = []
    for _, root in objects:
        if _text_of(root, "apiVersion") == wanted.get("apiVersion") and _text_of(root, "kind") == wanted.get("kind"):
            content = plain(root)
            metadata = content.get("metadata")
            named = metadata.get("name") if isinstance(metadata, dict) else None
            if not isinstance(name, Scalar) or named == name.text:
                found.append(content)
    if not found:
        called = f" `{name.text}`" if isinstance(name, Scalar) else ""
        raise Wrong(
            kind, f"its parameters are {what}{called}, and no file of --rules has that: put it beside the policy"
        )
    return found


def _text_of(root: Mapping, name: str) -> str:
    node = next((entry.value for entry in root.entries if entry.name == name), None)
    return node.text if isinstance(node, Scalar) else ""
