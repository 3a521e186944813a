"""Registration of own rules: their cards in the table of rules, and for each the function that the engine calls."""

import os
import threading
from collections.abc import Callable
from collections.abc import Mapping as Table
from functools import cache

from joblint.checks.own import GROUP
from joblint.checks.own.card import OBJECT, ROOTS, SELF, Card
from joblint.checks.own.cel import Expression, Outcome, evaluate
from joblint.checks.own.flaw import flaw
from joblint.checks.own.nodes import entries
from joblint.checks.own.policy import Policy
from joblint.checks.own.reads import Path
from joblint.checks.own.seen import Seen
from joblint.checks.own.where import report
from joblint.kube.names import names
from joblint.manifests.yaml.tree import Mapping, Node
from joblint.rule import cards as rules
from joblint.rule.context import Context
from joblint.rule.flaw import Flaw
from joblint.rule.registry import REGISTRY, Registered
from joblint.rule.report import Reports, place
from joblint.rule.value import Value

_WIDTH = 100  # characters of an expression in a message


class _Last(threading.local):
    """The current object, which all rules see; each thread has its own."""

    ctx: Context | None = None
    seen: Seen | None = None


_last = _Last()
_policies = threading.Lock()  # the worker keeps the variables of only one object at a time


def register(rule: Card | Policy, home: str) -> list[Flaw]:
    """Register a rule; return what is wrong if it cannot be registered."""
    content, node = rule.content, rule.document.root
    file = os.path.realpath(rule.document.source.path)
    if rule.name in rules.OWN and rules.OWN[rule.name]["file"] == file and home not in rules.OWN[rule.name]["homes"]:
        rules.OWN[rule.name]["homes"].append(home)  # the file was given in two ways
        return []
    if rule.name in rules.OWN or rule.name in _taken():
        other = rules.OWN.get(rule.name)
        whose = f"the rule of {other['source']}" if other else "a rule or group of joblint"
        assert node is not None
        return [flaw(rule.document, _named(node), f"the name `{rule.name}` is already used by {whose}")]
    summary = " ".join(content["summary"].split())
    line = rule.document.source.position(rule.document.outer(node.start if node else 0))[0]
    rules.OWN[rule.name] = {
        **content,
        "name": rule.name,
        "group": GROUP,
        "effects": [rule.effect],
        "summary": summary,
        "why": content.get("why", summary),
        "docs": content.get("docs", ""),
        "source": content.get("source", f"{rule.document.source.path}:{line}"),
        "fix": "none",
        "aliases": [],
        "default": rule.effect != "advice",
        "file": file,
        "homes": [home],
        "severity": rule.severity,
    }
    check = _check(rule) if isinstance(rule, Card) else _policy(rule)
    for left, why in () if isinstance(rule, Card) else rule.left:
        leave(rule, left, why)
    REGISTRY.extend(Registered(rule.name, type_, check, "") for type_ in ROOTS)
    return []


@cache
def _taken() -> frozenset[str]:
    """Return the names of joblint's own rules and groups, with former names of rules."""
    cards = [card for card in rules.cards().values() if card.name not in rules.OWN]
    return frozenset((GROUP, *(name for card in cards for name in (card.name, card.group, *card.aliases))))


def _named(root: Node) -> Node:
    """Return the node of the name of a card or policy."""
    assert isinstance(root, Mapping)
    parts = entries(root)
    if "name" in parts:
        return parts["name"]
    metadata = parts["metadata"]
    assert isinstance(metadata, Mapping)
    return entries(metadata)["name"]


def seen(ctx: Context) -> Seen:
    """Return the current object as CEL sees it."""
    if _last.seen is None or _last.ctx is not ctx:
        _last.ctx, _last.seen = ctx, Seen(ctx)
    return _last.seen


def _check(card: Card) -> Callable[[Value, Context], Reports]:
    def check(_: Value, ctx: Context) -> Reports:
        if ctx.facts.since(card.since):
            yield from _judge(card, seen(ctx), ctx)

    return check


def _judge(card: Card, seen: Seen, ctx: Context) -> Reports:
    """Yield the reports of a card about the values of an object."""
    values = [(value, _hidden(value, seen)) for value in seen.of(card.types)]
    shown = [(value, hidden) for value, hidden in values if not hidden.from_(card.condition)]
    if not shown:
        return
    data = {OBJECT: seen.data}
    outcomes = evaluate(card.condition, data, [seen.steps(value) for value, _ in shown])
    for (value, hidden), outcome in zip(shown, outcomes, strict=False):  # one that was stopped has only one outcome
        if isinstance(outcome.value, bool):
            if not outcome.value:
                yield report(card.effect, _message(card, seen, value, hidden), value, card.field)
        elif not seen.refused:  # a rejected object may lack what a condition can rely on
            note(card, card.condition, value, ctx, why(outcome))


def _hidden(value: Value, seen: Seen) -> "Hidden":
    return Hidden({SELF: lambda: seen.hidden(value), OBJECT: seen.hidden})


def why(outcome: Outcome) -> str:
    """Return why an outcome is not a boolean, in words."""
    kind = "a string" if isinstance(outcome.value, str) else outcome.kind
    return outcome.trouble or f"it returns {kind}, not true or false"


def _policy(policy: Policy) -> Callable[[Value, Context], Reports]:
    def check(_: Value, ctx: Context) -> Reports:
        from joblint.checks.own.admission import judge

        with _policies:
            reports = list(judge(policy, ctx, seen(ctx)))
        yield from reports

    return check


class Hidden:
    """Tells whether an expression reads something that the file does not show."""

    def __init__(self, variables: Table[str, Callable[[], list[Path]]]) -> None:
        """`variables` are those that can have hidden parts, each with a function that returns their paths."""
        self._variables = variables
        self._paths: dict[str, list[Path]] = {}

    def from_(self, expression: Expression) -> bool:
        """Return whether an expression reads something hidden."""
        reads = expression.reads
        return any(
            reads.meet((name, *path))
            for name in reads.variables.intersection(self._variables)
            for path in self._below(name)
        )

    def _below(self, name: str) -> list[Path]:
        if name not in self._paths:
            self._paths[name] = self._variables[name]()
        return self._paths[name]


def _message(card: Card, seen: Seen, value: Value, hidden: Hidden) -> str:
    """Return the value of the card's message expression, else its message, as a cluster's policy does."""
    expression = card.message_expression
    if expression is not None and not hidden.from_(expression):
        said = evaluate(expression, {OBJECT: seen.data}, [seen.steps(value)])[0].value
        if isinstance(said, str) and said.strip():
            return " ".join(said.split())
    return card.message


def note(rule: Card | Policy, expression: Expression, value: Value, ctx: Context, why: str) -> None:
    """Note that an expression could not be evaluated: once, at the expression, which must be changed."""
    document = ctx.manifest.document
    line, _ = document.source.position(document.outer(place(value).start))
    at = _place(rule, expression.node)
    said = f"{rule.name}: `{short(expression)}` cannot be evaluated: {why}"
    _, where = rules.TROUBLE.setdefault(at, (said, {}))
    where[f"{document.source.path}:{line}"] = None


def leave(rule: Card | Policy, node: Node, why: str) -> None:
    """Note that a part of a rule is skipped."""
    rules.LEFT.setdefault(_place(rule, node), f"{rule.name}: {why}")


def short(expression: Expression) -> str:
    """Return an expression as quoted in a message."""
    return names.short(" ".join(expression.text.split()), _WIDTH)


def _place(rule: Card | Policy, node: Node) -> str:
    mark = flaw(rule.document, node, "")
    return f"{mark.path}:{mark.line}:{mark.column}"
