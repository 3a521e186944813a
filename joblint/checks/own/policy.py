"""A ValidatingAdmissionPolicy with its bindings and parameters, read from files.

Source: api admissionregistration/v1/types.go, apiserver pkg/admission/plugin/policy/validating, 1.30 (v1) to 1.37.
"""

from typing import Any, NamedTuple

from joblint.checks.own.card import check_name
from joblint.checks.own.cel import Expression
from joblint.checks.own.expressions import REQUEST, Expressions
from joblint.checks.own.flaw import Wrong, flaw
from joblint.checks.own.nodes import Objects, entries, listed, plain, struct, text, text_of
from joblint.checks.own.objects import BINDING, POLICY, check_keys
from joblint.checks.own.scope import Scope, is_for_others, read_scope
from joblint.manifests.document import Document
from joblint.manifests.yaml.tree import Mapping, Node, Scalar
from joblint.rule.finding import SEVERITIES
from joblint.rule.flaw import Flaw

OBJECT, OLD_OBJECT, NAMESPACE = "object", "oldObject", "namespaceObject"
_SEVERITIES = {"Deny": "error", "Warn": "warning", "Audit": "info"}


class Validation(NamedTuple):
    """One validation: what must be true, and the message if it is not."""

    expression: Expression
    message: str
    message_expression: Expression | None
    reason: str


class Binding(NamedTuple):
    """Where a policy applies, and its parameters there (None if it has none)."""

    scope: Scope
    params: Any


class Policy(NamedTuple):
    """One policy: the name of its rule is the policy's name with hyphens instead of dots.

    `left` are the parts that need something that no file shows, each with the reason why it is skipped.
    """

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
    left: tuple[tuple[Node, str], ...] = ()


def read_policies(objects: Objects, flaws: list[Flaw]) -> list[Policy]:
    """Return the policies among some objects; the others are their bindings and parameters.

    Policies for other kinds are not read further. Mistakes are added to `flaws`.
    """
    policies = []
    for document, root in objects:
        try:
            if text_of(root, "kind") == POLICY:
                check_keys(root)
                policies.append(_policy(document, root, objects))
        except Wrong as wrong:
            flaws.append(flaw(document, wrong.node, wrong.message, wrong.offset))
    return policies


def _policy(document: Document, root: Mapping, objects: Objects) -> Policy:
    parts = entries(root)
    metadata, spec = struct(parts.get("metadata"), "metadata"), struct(parts.get("spec"), "spec")
    if "name" not in metadata:
        raise Wrong(root, "`metadata.name` is required in a policy")
    title = text(metadata["name"], "name")
    name = check_name(metadata["name"], title.replace(".", "-"))
    content = {
        "summary": f"The cluster's policy {title}, evaluated offline.",
        "why": "The API server of the cluster that these Jobs are for enforces this policy.",
    }
    nowhere = Scope((), (), None, None, exact=True)
    nothing = Policy(document, name, "mistake", "", title, nowhere, (), (), (), (), False, content)
    if is_for_others(spec.get("matchConstraints")):
        return nothing
    reader = Expressions((OBJECT, OLD_OBJECT, REQUEST, NAMESPACE), "paramKind" in spec)
    conditions = [reader.read(one, "BOOL") for one in listed(spec.get("matchConditions"), "matchConditions")]
    for one in listed(spec.get("variables"), "variables"):
        reader.variable(one)
    validations = [_validation(one, reader) for one in listed(spec.get("validations"), "validations")]
    scope = read_scope(spec.get("matchConstraints"), "matchConstraints")
    bindings, actions = _bindings(title, spec.get("paramKind"), objects)
    failure = spec.get("failurePolicy")
    if None in conditions:  # whether the policy applies at all is not known
        return nothing._replace(severity=_severity(actions), left=tuple(reader.left))
    return Policy(
        document, name, "mistake", _severity(actions), title, scope,
        tuple(one for one in conditions if one is not None), tuple(reader.variables.items()),
        tuple(one for one in validations if one is not None), tuple(bindings),
        not (isinstance(failure, Scalar) and failure.text == "Ignore"), content, tuple(reader.left),
    )  # fmt: skip


def _validation(node: Node, reader: Expressions) -> Validation | None:
    parts = struct(node, "validations")
    expression = reader.read(node, "BOOL")
    message = text(parts["message"], "message") if "message" in parts else ""
    said = None
    if "messageExpression" in parts:
        said = reader.read(node, "STRING", "messageExpression")
    reason = text(parts["reason"], "reason") if "reason" in parts else "Invalid"
    return None if expression is None else Validation(expression, " ".join(message.split()), said, reason)


def _severity(actions: list[str]) -> str:
    """Return the highest severity of some actions."""
    severities = {_SEVERITIES.get(action, SEVERITIES[0]) for action in actions}
    return next((severity for severity in SEVERITIES if severity in severities), SEVERITIES[0])


def _bindings(title: str, kind: Node | None, objects: Objects) -> tuple[list[Binding], list[str]]:
    """Return where a policy applies, and its actions there; without any binding it applies everywhere."""
    bindings: list[Binding] = []
    actions: list[str] = []
    for _, root in objects:
        if text_of(root, "kind") != BINDING:
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
            bindings.append(Binding(scope, None))
        else:
            bindings += [Binding(scope, one) for one in _params(kind, spec.get("paramRef"), objects)]
    if bindings or (kind is not None and actions):
        return bindings, actions
    return [Binding(read_scope(None, ""), one) for one in (_params(kind, None, objects) if kind else [None])], actions


def _params(kind: Node, reference: Node | None, objects: Objects) -> list[Any]:
    """Return the parameters of a binding, among the objects of the same --rules. Raises Wrong if there are none."""
    wanted = plain(kind)
    if not isinstance(wanted, dict):
        raise Wrong(kind, "`paramKind` must be a mapping")
    what = f"{wanted.get('apiVersion', '')} {wanted.get('kind', '')}".strip()
    name = struct(reference, "paramRef").get("name")
    params = []
    for _, root in objects:
        if text_of(root, "apiVersion") == wanted.get("apiVersion") and text_of(root, "kind") == wanted.get("kind"):
            content = plain(root)
            metadata = content.get("metadata")
            named = metadata.get("name") if isinstance(metadata, dict) else None
            if not isinstance(name, Scalar) or named == name.text:
                params.append(content)
    if not params:
        called = f" `{name.text}`" if isinstance(name, Scalar) else ""
        raise Wrong(
            kind, f"no file of --rules has the policy's parameter, {what}{called}: put the object next to the policy"
        )
    return params
