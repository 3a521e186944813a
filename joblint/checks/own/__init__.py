"""Users' own rules: cards with a condition in CEL, and ValidatingAdmissionPolicies, from files that the user names.

Nothing of this is imported unless a run has such rules. `load` puts what a file or directory holds beside our own rules
(joblint/rule/cards.py, OWN); from there on they are rules like all others. What is wrong with a file is a Flaw, which
knows its line and column.
"""

import os
import sys
from threading import RLock
from typing import TYPE_CHECKING

from joblint.checks.own.flaw import OwnError as OwnError
from joblint.rule import cards as rules
from joblint.rule.flaw import Flaw
from joblint.rule.registry import REGISTRY

if TYPE_CHECKING:
    from joblint.checks.own.card import Card

GROUP = "own"
_loaded: dict[str, list[Flaw]] = {}
_cards: "dict[str, Card]" = {}
_lock = RLock()  # two threads may load the same file, and each rule is registered once


def home(path: str) -> str:
    """By what the rules of a file or directory know where they come from."""
    return os.path.realpath(path)


def load(path: str, within: str = "") -> list[Flaw]:
    """Take the rules of a file or directory, once a process; give what is wrong with them: of those none is taken.

    `within` is the real path of the tree that they must lie in; without it that of `path` as it is written. Raises
    OwnError if the path cannot be read or leads out of the tree, or CEL is not installed.
    """
    from joblint.checks.own.files import check_place

    tree = check_place(path, within)
    with _lock:
        return _load(path, tree)


def _load(path: str, tree: str) -> list[Flaw]:
    at = home(path)
    if at not in _loaded:
        from joblint.checks.own.card import Card
        from joblint.checks.own.files import read
        from joblint.checks.own.judge import register

        _loaded[at] = []
        try:
            found, flaws = read(path, tree)
            for rule in [] if flaws else found:
                wrong = register(rule, at)
                flaws += wrong
                if isinstance(rule, Card) and not wrong and rule.name not in _cards:
                    _cards[rule.name] = rule
        except OwnError:
            del _loaded[at]
            raise
        _loaded[at] = flaws
    return _loaded[at]


def cards() -> "list[Card]":
    """All cards that are loaded, in their order."""
    return list(_cards.values())


def take(path: str) -> str:
    """The same, where any flaw is the end of it; gives the home. Raises OwnError with all of them."""
    flaws = load(path)
    if flaws:
        raise OwnError("\n".join(str(one).replace("\n", "\\n") for one in flaws))
    return home(path)


def holds(path: str) -> bool:
    """Whether a file is one that rules were loaded from, or lies in such a directory."""
    at = home(path)
    return any(at == one or at.startswith(os.path.join(one, "")) for one in _loaded)


def forget() -> None:
    """Let go of all rules that were loaded."""
    names = set(rules.OWN)
    REGISTRY[:] = [entry for entry in REGISTRY if entry.name not in names]
    rules.OWN.clear()
    rules.TROUBLE.clear()
    rules.LEFT.clear()
    _loaded.clear()
    _cards.clear()
    cel = sys.modules.get("joblint.checks.own.cel")
    if cel is not None:  # nothing is started to be stopped
        cel.forget()
