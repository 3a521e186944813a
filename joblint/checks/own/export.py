"""Export a user's card as a ValidatingAdmissionPolicy, so that a cluster enforces what joblint checks before.

The policy applies the card's condition to every place where a Job or a CronJob can have a value of the card's type:
`[value].all(self, ...)` names the value, because these policies have no `self`. The objects that the API server checks
have the same defaults as those that joblint checks.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from joblint.checks.own.card import OBJECT, SELF, Card
from joblint.checks.own.cel import Expression
from joblint.checks.own.objects import API_GROUP, BINDING, POLICY
from joblint.checks.own.scope import GROUP, RESOURCES
from joblint.kube.minors.minor import NEWEST, Facts
from joblint.server.update.zero import parts

_ACTIONS = {"error": "Deny", "warning": "Warn", "info": "Warn"}
_SEVERITY = {"mistake": "warning", "advice": "info"}
_BETA = "v1beta1."


class ExportError(ValueError):
    """Raised if a rule cannot be exported, with the reason."""


class Step(NamedTuple):
    """A field on the path to a value; `each` if it is a list, `always` if it is in every object."""

    name: str
    each: bool
    always: bool


Place = tuple[Step, ...]


def policy(card: Card) -> str:
    """Return the policy, and a binding for all namespaces, as YAML."""
    import yaml

    validations = [dict(_validation(card, kind, places)) for kind, places in _places(card.types)]
    if not validations:
        raise ExportError(f"`{card.name}`: no Job or CronJob has a value of type `{card.types[0]}`")
    action = _ACTIONS[card.severity or _SEVERITY[card.effect]]
    rule = {
        "apiGroups": [GROUP],
        "apiVersions": ["v1"],
        "operations": ["CREATE", "UPDATE"],
        "resources": list(RESOURCES.values()),
    }
    made = {
        "apiVersion": f"{API_GROUP}v1",
        "kind": POLICY,
        "metadata": {"name": card.name},
        "spec": {"failurePolicy": "Fail", "matchConstraints": {"resourceRules": [rule]}, "validations": validations},
    }
    binding = {
        "apiVersion": f"{API_GROUP}v1",
        "kind": BINDING,
        "metadata": {"name": card.name},
        "spec": {"policyName": card.name, "validationActions": [action]},
    }
    return yaml.safe_dump_all([made, binding], sort_keys=False, allow_unicode=True, width=1 << 20)


def _validation(card: Card, kind: str, places: list[Place]) -> Iterator[tuple[str, Any]]:
    condition = _in_one_line(card.condition.text)
    everywhere = [_below(OBJECT, place, condition) for place in places]
    yield "expression", f"object.kind != '{kind}' || ({' && '.join(everywhere)})"
    yield "message", card.message
    if card.message_expression is not None:
        yield "messageExpression", _first_message(card.message_expression, condition, places)


def _first_message(said: Expression, condition: str, places: list[Place]) -> str:
    """Return the card's message for the first value for which its condition is not true."""
    message = _in_one_line(said.text)
    if SELF not in said.reads.variables:
        return message
    lists = " + ".join(_messages(OBJECT, place, condition, message) for place in places)
    return f"string(({lists})[0])"


def _messages(value: str, place: Place, condition: str, message: str, depth: int = 0) -> str:
    """Return the list of the messages for the values at a place below another for which a condition is not true."""
    for number, step in enumerate(place):
        if step.each:
            way, rest = place[: number + 1], place[number + 1 :]
            name = f"v{depth}" if rest else SELF
            holds = _below(name, rest, condition, depth + 1) if rest else condition
            said = f"{_messages(name, rest, condition, message, depth + 1)}[0]" if rest else message
            listed = f"{_path(value, way)}.filter({name}, !({holds})).map({name}, {said})"
            return _listed_where(value, way, listed)
    listed = f"[{_path(value, place)}].filter({SELF}, !({condition})).map({SELF}, {message})"
    return _listed_where(value, place, listed)


def _listed_where(value: str, place: Place, listed: str) -> str:
    """Return the expression of a list that is empty if the fields on the path do not exist."""
    there = _there(value, place)
    return f"({there} ? {listed} : [])" if there else listed


def _in_one_line(text: str) -> str:
    """Return an expression without its line breaks, unless they have a meaning."""
    text = text.strip()
    meant = any(mark in text for mark in ("//", "'''", '"""'))
    return f"{text}\n" if meant else " ".join(text.split("\n"))


def _below(value: str, place: Place, condition: str, depth: int = 0) -> str:
    """Return the expression that a condition is true for everything at a place below a value."""
    for number, step in enumerate(place):
        if step.each:
            way, rest = place[: number + 1], place[number + 1 :]
            name = f"v{depth}" if rest else SELF
            inner = _below(name, rest, condition, depth + 1) if rest else condition
            return _where(value, way, f"{_path(value, way)}.all({name}, {inner})")
    return _where(value, place, f"[{_path(value, place)}].all({SELF}, {condition})")


def _path(value: str, place: Place) -> str:
    return ".".join((value, *(step.name for step in place)))


def _where(value: str, place: Place, holds: str) -> str:
    """Return the expression of a condition that is true if the fields on the path do not exist."""
    there = _there(value, place)
    return f"(!({there}) || {holds})" if there else holds


def _there(value: str, place: Place) -> str:
    """Return the expression that the fields on the path to a place exist; empty if they always do."""
    return " && ".join(
        f"has({_path(value, place[: number + 1])})" for number, step in enumerate(place) if not step.always
    )


def _places(types: tuple[str, ...]) -> Iterator[tuple[str, list[Place]]]:
    facts = Facts(NEWEST)
    wanted = {name for name in types if not name.startswith(_BETA)}
    for kind in RESOURCES:
        matching = [place for place in _walk(facts, kind, ()) if place[1] in wanted]
        if matching:
            yield kind, [place for place, _ in matching]


def _walk(facts: Facts, type_: str, place: Place) -> Iterator[tuple[tuple[Step, ...], str]]:
    yield place, type_
    for name, (expression, _) in sorted(facts.struct(type_).items()):
        each = expression[0] == "["
        inner = expression[2:] if each else expression
        if inner[0].isupper():
            always = name in parts(type_) or (type_, name) == ("PodSpec", "containers")
            yield from _walk(facts, inner, (*place, Step(name, each, always)))
