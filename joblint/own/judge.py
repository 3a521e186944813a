"""Own rules among the others: their cards in the table, and for each the function that the engine calls."""

import os
from collections.abc import Callable
from collections.abc import Mapping as Table
from typing import Any

from joblint import rules
from joblint.context import Context
from joblint.flaw import Flaw
from joblint.own import GROUP
from joblint.own.card import OBJECT, ROOTS, SELF, Card
from joblint.own.cel import Expression, Trouble, evaluate
from joblint.own.flaw import flaw
from joblint.own.nodes import entries
from joblint.own.policy import Policy
from joblint.own.reads import Path
from joblint.own.seen import Seen
from joblint.own.where import report
from joblint.rule import REGISTRY, Registered, Reports, place
from joblint.tree import Mapping, Node
from joblint.value import Value

_last: list[tuple[Context, Seen]] = []  # the object at hand, which all rules see


def register(rule: Card | Policy, home: str) -> list[Flaw]:
    """Put a rule beside the others; give what is wrong where it cannot stand there."""
    content, node = rule.content, rule.document.root
    file = os.path.realpath(rule.document.source.path)
    if rule.name in rules.OWN and rules.OWN[rule.name]["file"] == file and home not in rules.OWN[rule.name]["homes"]:
        rules.OWN[rule.name]["homes"].append(home)  # the file was named in two ways
        return []
    known = rules.cards()
    if rule.name in known or any(rule.name in (card.group, *card.aliases) for card in known.values()):
        other = rules.OWN.get(rule.name)
        whose = f"the rule of {other['source']}" if other else "a rule or group of joblint"
        assert node is not None
        return [flaw(rule.document, _named(node), f"the name `{rule.name}` is taken by {whose}")]
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
    REGISTRY.extend(Registered(rule.name, type_, check, "") for type_ in ROOTS)
    return []


def _named(root: Node) -> Node:
    """Where the name of a card or policy stands."""
    assert isinstance(root, Mapping)
    parts = entries(root)
    if "name" in parts:
        return parts["name"]
    metadata = parts["metadata"]
    assert isinstance(metadata, Mapping)
    return entries(metadata)["name"]


def seen(ctx: Context) -> Seen:
    """The object at hand as CEL sees it."""
    if not _last or _last[0][0] is not ctx:
        _last[:] = [(ctx, Seen(ctx))]
    return _last[0][1]


def _check(card: Card) -> Callable[[Value, Context], Reports]:
    def check(_: Value, ctx: Context) -> Reports:
        if not ctx.facts.since(card.since):
            return
        found = seen(ctx)
        for value in found.of(card.types):
            yield from _judge(card, value, found, ctx)

    return check


def _judge(card: Card, value: Value, seen: Seen, ctx: Context) -> Reports:
    """What a card says of one value."""
    data = {SELF: seen.part(value), OBJECT: seen.data}
    hidden = Hidden({SELF: lambda: seen.hidden(value), OBJECT: seen.hidden})
    if hidden.from_(card.condition):
        return
    try:
        holds = evaluate(card.condition, data)
        if not isinstance(holds, bool):
            raise Trouble(f"it gives {_kind(holds)}, not true or false")
        if not holds:
            yield report(card.effect, _message(card, data, hidden), value, card.field)
    except Trouble as trouble:
        if not seen.refused:  # what a condition may rely on need not be there in what is refused
            note(card, card.condition, value, ctx, str(trouble))


def _kind(value: Any) -> str:
    names = {type(None): "null", str: "a string", dict: "a map", list: "a list"}
    return names.get(type(value), "a number")


def _policy(policy: Policy) -> Callable[[Value, Context], Reports]:
    def check(_: Value, ctx: Context) -> Reports:
        from joblint.own.admission import judge

        yield from judge(policy, ctx, seen(ctx))

    return check


class Hidden:
    """Whether an expression looks at something that the file does not show."""

    def __init__(self, variables: Table[str, Callable[[], list[Path]]]) -> None:
        """`variables` are those that can have such parts, each with what gives their paths."""
        self._variables = variables
        self._paths: dict[str, list[Path]] = {}

    def from_(self, expression: Expression) -> bool:
        """Whether it does."""
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


def _message(card: Card, data: dict[str, Any], hidden: Hidden) -> str:
    """What the card's expression says, else its message: so does a cluster's policy."""
    expression = card.message_expression
    if expression is not None and not hidden.from_(expression):
        try:
            said = evaluate(expression, data)
            if isinstance(said, str) and said.strip():
                return " ".join(said.split())
        except Trouble:
            pass
    return card.message


def note(rule: Card | Policy, expression: Expression, value: Value, ctx: Context, why: str) -> None:
    """Note that a rule could not be asked: at the place of its expression, which is what has to be mended."""
    document = ctx.manifest.document
    line, _ = document.source.position(document.outer(place(value).start))
    wrong = flaw(rule.document, expression.node, why)
    said = f"{why} (for {document.source.path}:{line})"
    trouble = (f"{wrong.path}:{wrong.line}:{wrong.column}", f"error: {rule.name}: {said}")
    if not any(known[0] == trouble[0] for known in rules.TROUBLE):
        rules.TROUBLE.append(trouble)
