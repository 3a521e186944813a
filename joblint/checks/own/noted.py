"""What is noted of own rules: expressions that could not be evaluated, and parts that are not evaluated."""

from joblint.checks.own.card import Card
from joblint.checks.own.cel import Expression, Outcome
from joblint.checks.own.flaw import flaw
from joblint.checks.own.policy import Policy
from joblint.kube.names import names
from joblint.manifests.yaml.tree import Node
from joblint.rule.context import Context
from joblint.rule.own import OWN
from joblint.rule.report import place
from joblint.rule.value import Value

_WIDTH = 100  # characters of an expression in a message


def note(rule: Card | Policy, expression: Expression, value: Value, ctx: Context, why: str) -> None:
    """Note that an expression could not be evaluated: once, at the expression, which must be changed."""
    document = ctx.manifest.document
    line, _ = document.source.position(document.outer(place(value).start))
    at = _place(rule, expression.node)
    said = f"{rule.name}: `{short(expression)}` cannot be evaluated: {why}"
    OWN.note_trouble(at, said, f"{document.source.path}:{line}")


def leave(rule: Card | Policy, node: Node, why: str) -> None:
    """Note that a part of a rule is skipped."""
    OWN.note_left(_place(rule, node), f"{rule.name}: {why}")


def short(expression: Expression) -> str:
    """Return an expression as quoted in a message."""
    return names.short(" ".join(expression.text.split()), _WIDTH)


def why(outcome: Outcome) -> str:
    """Return why an outcome is not a boolean, in words."""
    kind = "a string" if isinstance(outcome.value, str) else outcome.kind
    return outcome.trouble or f"it returns {kind}, not true or false"


def _place(rule: Card | Policy, node: Node) -> str:
    mark = flaw(rule.document, node, "")
    return f"{mark.path}:{mark.line}:{mark.column}"
