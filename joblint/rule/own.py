"""The rules of users that are loaded in this process: their cards, and what could not be evaluated of them.

Only joblint/checks/own/ adds to them. From then on they are rules like all others.
"""

from collections.abc import Iterator
from typing import Any

OWN_GROUP = "own"


class OwnRules:
    """The rules of users, by name."""

    def __init__(self) -> None:
        self._cards: dict[str, dict[str, Any]] = {}
        self._trouble: dict[str, tuple[str, dict[str, None]]] = {}
        self._left: dict[str, str] = {}

    def __contains__(self, name: object) -> bool:
        return name in self._cards

    def __iter__(self) -> Iterator[str]:
        return iter(self._cards)

    def __len__(self) -> int:
        return len(self._cards)

    def card(self, name: str) -> dict[str, Any]:
        """Return the whole card of a rule, with `homes`, the paths by which users named it."""
        return self._cards[name]

    def cards(self) -> list[dict[str, Any]]:
        """Return all cards, in the order in which they were loaded."""
        return [*self._cards.values()]

    def add(self, card: dict[str, Any]) -> None:
        """Add a rule by its card."""
        self._cards[card["name"]] = card

    def note_trouble(self, rule_place: str, why: str, place: str) -> None:
        """Note that something at `rule_place` could not be evaluated, for the manifest at `place`."""
        _, places = self._trouble.setdefault(rule_place, (why, {}))
        places[place] = None

    def take_trouble(self) -> list[tuple[str, str, list[str]]]:
        """Return what could not be evaluated since the last call: place in the rule, why, places in manifests."""
        noted = [(rule_place, why, [*places]) for rule_place, (why, places) in self._trouble.items()]
        self._trouble.clear()
        return noted

    def note_left(self, rule_place: str, why: str) -> None:
        """Note that a part of a rule is not evaluated, because it needs something that no file shows."""
        self._left.setdefault(rule_place, why)

    def left(self) -> list[tuple[str, str]]:
        """Return the parts that are not evaluated, each with the reason. Rules are read once, so these remain."""
        return [*self._left.items()]

    def clear(self) -> None:
        """Forget all rules, and what was noted about them."""
        self._cards.clear()
        self._trouble.clear()
        self._left.clear()


OWN = OwnRules()
