"""The table of rules: what their cards say, and which (rule, effect) pairs a selection wants."""

from collections.abc import Callable, Collection, Iterable
from functools import cache
from typing import Any, NamedTuple

from joblint.rule.finding import EFFECTS


class Card(NamedTuple):
    """What the engine needs of a rule's card; the whole card is read by `joblint explain`."""

    name: str
    group: str
    effects: tuple[str, ...]
    summary: str
    fix: str
    aliases: tuple[str, ...]


class UnknownSelector(ValueError):
    """A word of a selection that is no rule, group or effect."""


# Users' own rules, which joblint/checks/own/ puts here: the whole card of each by its name, with `homes`, the paths
# that it was named by.
OWN: dict[str, dict[str, Any]] = {}
# What kept one of them from being evaluated: why, and for which places of manifests, by its own place.
TROUBLE: dict[str, tuple[str, dict[str, None]]] = {}
# What of them is left alone, since no file shows what it asks for: why, by its place.
LEFT: dict[str, str] = {}


def trouble() -> list[tuple[str, str]]:
    """What kept users' own rules from being evaluated since this was asked for the last time: a place and why, each."""
    found = []
    for place, (why, where) in TROUBLE.items():
        first, others = next(iter(where)), len(where) - 1
        more = f" and {others} other {'place' if others == 1 else 'places'}" if others else ""
        found.append((place, f"error: {why} (for {first}{more})"))
    TROUBLE.clear()
    return found


def left() -> list[str]:
    """What of users' own rules was left alone: a line each. It stays as it is: rules are read once."""
    return [f"{place}: left alone: {why}" for place, why in LEFT.items()]


def cards() -> dict[str, Card]:
    """Return every rule's card by its name."""
    return {**_ours(), **{name: _card(card) for name, card in OWN.items()}} if OWN else _ours()


def listed() -> list[dict[str, Any]]:
    """What the bundle has of every rule, and of users' own rules all."""
    from joblint.kube.minors import bundle

    return [*bundle.load()["rules"], *OWN.values()]


def whole(rule: dict[str, Any]) -> dict[str, Any]:
    """The whole card of one of the rules that `listed` gives."""
    from joblint.kube.minors import bundle

    return rule if rule["name"] in OWN else bundle.card(rule)


@cache
def _ours() -> dict[str, Card]:
    from joblint.kube.minors import bundle

    return {c["name"]: _card(c) for c in bundle.load()["rules"]}


def _card(c: dict[str, Any]) -> Card:
    return Card(c["name"], c["group"], tuple(c["effects"]), c["summary"], c["fix"], tuple(c["aliases"]))


def effects() -> dict[str, tuple[str, ...]]:
    """The effects that each rule can have."""
    return {name: card.effects for name, card in cards().items()}


def selection(
    select: Iterable[str] | None = None,
    extend: Iterable[str] = (),
    ignore: Iterable[str] = (),
    homes: Collection[str] = (),
) -> Callable[[str, str], bool]:
    """Which (rule, effect) pairs are wanted: `select` replaces the default, `extend` adds, `ignore` wins.

    Each is a list of rules, groups or effects; `all` is everything. The default is every effect but advice. Of users'
    own rules those of `homes` count. Raises UnknownSelector.
    """
    chosen = pairs(select) if select is not None else pairs(e for e in EFFECTS if e != "advice")
    chosen = of_homes((chosen | pairs(extend)) - pairs(ignore), homes)
    return lambda name, effect: (name, effect) in chosen


def of_homes(chosen: set[tuple[str, str]], homes: Collection[str]) -> set[tuple[str, str]]:
    """Some (rule, effect) pairs without those of users' own rules that come from elsewhere."""
    out = {name for name, card in OWN.items() if not any(home in homes for home in card["homes"])}
    return {pair for pair in chosen if pair[0] not in out} if out else chosen


def own_severities() -> dict[tuple[str, str], str]:
    """The severities that users' own rules have, by (rule, effect), where it is not that of the effect."""
    return {(name, effect): c["severity"] for name, c in OWN.items() if c["severity"] for effect in c["effects"]}


def pairs(words: Iterable[str]) -> set[tuple[str, str]]:
    """The (rule, effect) pairs that rules, groups, effects or `all` stand for. Raises UnknownSelector."""
    found: set[tuple[str, str]] = set()
    for word in words:
        found |= _matching(word.strip())
    return found


def _matching(word: str) -> set[tuple[str, str]]:
    table = cards()
    if word in EFFECTS:
        return {(n, word) for n in table}
    named = {n for n, c in table.items() if word in (n, c.group, "all") or word in c.aliases or word == "all"}
    if not named:
        raise UnknownSelector(_unknown(word))
    return {(n, e) for n in named for e in EFFECTS}


def _unknown(word: str) -> str:
    from difflib import get_close_matches

    table = cards()
    words = {*table, *(c.group for c in table.values()), *EFFECTS, "all"}
    close = get_close_matches(word, words, 1)
    return f"`{word}` is no rule, group or effect" + (f"; did you mean `{close[0]}`?" if close else "")
