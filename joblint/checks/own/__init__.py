"""Users' own rules: cards with a condition in CEL, and ValidatingAdmissionPolicies, from files that the user names.

Nothing of this is imported unless a run has such rules. `load` adds the rules of a file or directory to joblint's own
(joblint/rule/own.py); from then on they are rules like all others. A mistake in a file is a Flaw, which has its
line and column.
"""

import os
import sys
from threading import RLock
from typing import TYPE_CHECKING

from joblint.checks.own.flaw import OwnError as OwnError
from joblint.rule.flaw import Flaw
from joblint.rule.own import OWN
from joblint.rule.registry import REGISTRY

if TYPE_CHECKING:
    from joblint.checks.own.card import Card

_loaded: dict[str, list[Flaw]] = {}
_cards: "dict[str, Card]" = {}
_lock = RLock()  # two threads may load the same file, and each rule is registered once


def home(path: str) -> str:
    """Return the key under which the rules of a file or directory are registered: its real path."""
    return os.path.realpath(path)


def load(path: str, within: str = "") -> list[Flaw]:
    """Load the rules of a file or directory, once per process; return their mistakes, with which none is loaded.

    `within` is the real path of the tree that they must be in; without it that of `path` as it is written. Raises
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
        from joblint.checks.own.register import register

        _loaded[at] = []
        try:
            loaded, flaws = read(path, tree)
            for rule in [] if flaws else loaded:
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
    """Return all cards that are loaded, in their order."""
    return list(_cards.values())


def take(path: str) -> str:
    """Load rules as `load` does, and return their home. Raises OwnError with all flaws if there are any."""
    flaws = load(path)
    if flaws:
        raise OwnError("\n".join(str(one).replace("\n", "\\n") for one in flaws))
    return home(path)


def holds(path: str) -> bool:
    """Return whether rules were loaded from a file or from a directory that it is in."""
    at = home(path)
    return any(at == one or at.startswith(os.path.join(one, "")) for one in _loaded)


def forget() -> None:
    """Remove all rules that were loaded."""
    REGISTRY.remove(OWN)
    OWN.clear()
    _loaded.clear()
    _cards.clear()
    cel = sys.modules.get("joblint.checks.own.cel")
    if cel is not None:  # do not import it just to stop it
        cel.forget()
