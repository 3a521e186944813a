"""Registration of own rules: their cards among the others, and for each the function that the engine calls."""

import os
from functools import cache

from joblint.checks.own.admission import check_of_policy
from joblint.checks.own.card import ROOTS, Card
from joblint.checks.own.flaw import flaw
from joblint.checks.own.judge import check_of_card
from joblint.checks.own.nodes import entries
from joblint.checks.own.noted import leave
from joblint.checks.own.policy import Policy
from joblint.manifests.yaml.tree import Mapping, Node
from joblint.rule import cards as rules
from joblint.rule.flaw import Flaw
from joblint.rule.own import OWN, OWN_GROUP
from joblint.rule.registry import REGISTRY, Registered


def register(rule: Card | Policy, home: str) -> list[Flaw]:
    """Register a rule; return what is wrong if it cannot be registered."""
    content, node = rule.content, rule.document.root
    file = os.path.realpath(rule.document.source.path)
    other = OWN.card(rule.name) if rule.name in OWN else None
    if other is not None and other["file"] == file and home not in other["homes"]:
        other["homes"].append(home)  # the file was given in two ways
        return []
    if other is not None or rule.name in _taken():
        whose = f"the rule of {other['source']}" if other else "a rule or group of joblint"
        assert node is not None
        return [flaw(rule.document, _named(node), f"the name `{rule.name}` is already used by {whose}")]
    summary = " ".join(content["summary"].split())
    line = rule.document.source.position(rule.document.outer(node.start if node else 0))[0]
    card = {
        **content,
        "name": rule.name,
        "group": OWN_GROUP,
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
    OWN.add(card)
    check = check_of_card(rule) if isinstance(rule, Card) else check_of_policy(rule)
    for left, why in () if isinstance(rule, Card) else rule.left:
        leave(rule, left, why)
    REGISTRY.add(Registered(rule.name, type_, check, "") for type_ in ROOTS)
    return []


@cache
def _taken() -> frozenset[str]:
    """Return the names of joblint's own rules and groups, with former names of rules."""
    cards = [card for card in rules.cards().values() if card.name not in OWN]
    return frozenset((OWN_GROUP, *(name for card in cards for name in (card.name, card.group, *card.aliases))))


def _named(root: Node) -> Node:
    """Return the node of the name of a card or policy."""
    assert isinstance(root, Mapping)
    parts = entries(root)
    if "name" in parts:
        return parts["name"]
    metadata = parts["metadata"]
    assert isinstance(metadata, Mapping)
    return entries(metadata)["name"]
