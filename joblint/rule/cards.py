"""The table of rules: what their cards say, and which (rule, effect) pairs a selection includes."""

from collections.abc import Callable, Collection, Iterable
from functools import cache
from typing import Any, NamedTuple

from joblint.rule.finding import EFFECTS
from joblint.rule.own import OWN


class Card(NamedTuple):
    """The part of a rule's card that the engine needs; `joblint explain` reads the whole card."""

    name: str
    group: str
    effects: tuple[str, ...]
    summary: str
    fix: str
    aliases: tuple[str, ...]


class UnknownSelector(ValueError):
    """A word of a selection that is not a rule, group or effect."""


def trouble() -> list[tuple[str, str]]:
    """Return why users' own rules could not be evaluated since the last call: pairs of a place and a message."""
    messages = []
    for place, why, (first, *others) in OWN.take_trouble():
        more = f" and {len(others)} other {'place' if len(others) == 1 else 'places'}" if others else ""
        messages.append((place, f"error: {why} (for {first}{more})"))
    return messages


def left() -> list[str]:
    """Return a line for each part of users' own rules that is not evaluated."""
    return [f"{place}: left alone: {why}" for place, why in OWN.left()]


def cards() -> dict[str, Card]:
    """Return every rule's card by its name."""
    return {**_ours(), **{card["name"]: _card(card) for card in OWN.cards()}} if OWN else _ours()


def listed() -> list[dict[str, Any]]:
    """Return the bundle's part of each card, and the whole cards of users' own rules."""
    from joblint.kube.minors import bundle

    return [*bundle.load()["rules"], *OWN.cards()]


def whole(rule: dict[str, Any]) -> dict[str, Any]:
    """Return the whole card of one of the rules that `listed` returns."""
    from joblint.kube.minors import bundle

    return rule if rule["name"] in OWN else bundle.card(rule)


@cache
def _ours() -> dict[str, Card]:
    from joblint.kube.minors import bundle

    return {c["name"]: _card(c) for c in bundle.load()["rules"]}


def _card(c: dict[str, Any]) -> Card:
    return Card(c["name"], c["group"], tuple(c["effects"]), c["summary"], c["fix"], tuple(c["aliases"]))


def effects() -> dict[str, tuple[str, ...]]:
    """Return the effects that each rule can have."""
    return {name: card.effects for name, card in cards().items()}


def selection(
    select: Iterable[str] | None = None,
    extend: Iterable[str] = (),
    ignore: Iterable[str] = (),
    homes: Collection[str] = (),
) -> Callable[[str, str], bool]:
    """Return a function that tells whether a (rule, effect) pair is selected.

    `select` replaces the default, `extend` adds to it, `ignore` takes precedence over both. Each is a list of rules,
    groups or effects; `all` is everything. The default is every effect except advice. Of users' own rules, only those
    from `homes` count. Raises UnknownSelector.
    """
    chosen = pairs(select) if select is not None else pairs(e for e in EFFECTS if e != "advice")
    chosen = of_homes((chosen | pairs(extend)) - pairs(ignore), homes)
    return lambda name, effect: (name, effect) in chosen


def of_homes(chosen: set[tuple[str, str]], homes: Collection[str]) -> set[tuple[str, str]]:
    """Return (rule, effect) pairs without those of users' own rules that are not from `homes`."""
    out = {card["name"] for card in OWN.cards() if not any(home in homes for home in card["homes"])}
    return {pair for pair in chosen if pair[0] not in out} if out else chosen


def own_severities() -> dict[tuple[str, str], str]:
    """Return the severities of users' own rules by (rule, effect), for those with one that is not the effect's."""
    return {(c["name"], effect): c["severity"] for c in OWN.cards() if c["severity"] for effect in c["effects"]}


def pairs(words: Iterable[str]) -> set[tuple[str, str]]:
    """Return the (rule, effect) pairs of rules, groups, effects or `all`. Raises UnknownSelector."""
    selected: set[tuple[str, str]] = set()
    for word in words:
        selected |= _matching(word.strip())
    return selected


def _matching(word: str) -> set[tuple[str, str]]:
    table = cards()
    if word in EFFECTS:
        return {(n, word) for n in table}
    named = {n for n, c in table.items() if word in (n, c.group, "all") or word in c.aliases or word == "all"}
    if not named:
        raise UnknownSelector(_unknown(word))
    return {(n, e) for n in named for e in EFFECTS}


def _unknown(word: str) -> str:
    from joblint.kube.nearest import did_you_mean

    table = cards()
    words = {*table, *(c.group for c in table.values()), *EFFECTS, "all"}
    return f"`{word}` is not a rule, group or effect{did_you_mean(word, words)}"
