"""Tests of the examples in users' cards: a bad example has findings on the lines it marks, a good one has none."""

from typing import Any, NamedTuple

from joblint.checks.own.card import Card
from joblint.checks.own.flaw import flaw
from joblint.checks.own.nodes import entries, plain
from joblint.engine import example
from joblint.manifests.yaml.tree import Mapping, Node
from joblint.rule import cards as rules
from joblint.rule.flaw import Flaw
from joblint.rule.own import OWN


class Trial(NamedTuple):
    """The result: the number of cards and examples, failed examples, and errors that kept rules from being evaluated.

    The place of a failure is that of the example in its card.
    """

    cards: int
    examples: int
    failures: list[Flaw]
    trouble: list[str]


def try_out(cards: list[Card]) -> Trial:
    """Test the examples of cards that are loaded."""
    failures: list[Flaw] = []
    trouble: list[str] = []
    count = 0
    for card in cards:
        bad = [is_bad for _, is_bad in card.examples]
        if True not in bad or False not in bad:
            root = card.document.root
            assert root is not None
            lacking = "bad" if True not in bad else "good"
            failures.append(flaw(card.document, root, f"{card.name}: the card has no {lacking} example"))
        for node, is_bad in card.examples:
            count += 1
            failures += _failures(card, node, is_bad)
            trouble += [f"{place}: {why}" for place, why in rules.trouble()]
    return Trial(len(cards), count, failures, list(dict.fromkeys(trouble)))


def _failures(card: Card, node: Mapping, bad: bool) -> list[Flaw]:
    parts = entries(node)
    content = {name: plain(part) for name, part in parts.items()}
    manifest = parts["manifest"]
    try:
        judge = example.judge(content, [card.name], rules=OWN.card(card.name)["homes"])
        found = [finding for finding in judge(example.source(content)) if finding.rule == card.name]
    except (ValueError, TypeError) as error:
        return [flaw(card.document, node, f"{card.name}: {error}")]
    wanted = example.marked(content)
    if bad and not wanted:
        return [
            flaw(card.document, manifest, f"{card.name}: a bad example must mark its lines with `# <- here` or `line`")
        ]
    if not bad and wanted:
        return [flaw(card.document, manifest, f"{card.name}: a good example must not mark a line")]
    lines = sorted(finding.line for finding in found)
    return [
        _wrong(card, manifest, content, line, "marked, but there is no finding here")
        for line in wanted
        if line not in lines
    ] + [
        _wrong(card, manifest, content, one.line, f"a finding here, but not marked: {one.message}")
        for one in found
        if one.line not in wanted
    ]


def _wrong(card: Card, manifest: Node, content: dict[str, Any], line: int, message: str) -> Flaw:
    """Return the failure at a line of an example."""
    text = content["manifest"]
    start = sum(len(one) + 1 for one in text.split("\n")[: line - 1])
    indent = len(text[start:]) - len(text[start:].lstrip(" "))
    return flaw(card.document, manifest, f"{card.name}: {message}", start + indent)
