"""Where people read about joblint: all addresses of it come from here."""

from functools import cache
from typing import Any

from joblint._version import __version__

# Of the repository, without a slash at its end. It is empty as long as the repository has no public address.
ADDRESS = ""


def about() -> str:
    """Return a URI of this version of joblint: an address, or else its name as a package URL (purl, type `generic`)."""
    return ADDRESS or f"pkg:generic/joblint@{__version__}"


def rule_page(card: dict[str, Any]) -> str:
    """Return the address of a rule's page: ours, or what its card refers to; empty if there is neither."""
    docs: str = card["docs"]
    return f"{ADDRESS}/blob/main/docs/rules/{card['name']}.md" if ADDRESS else docs


@cache
def page(rule: str) -> str:
    """Return the address of the page of one of our own rules, by its name; empty if it is none of them."""
    from joblint.kube.minors import bundle

    card = next((card for card in bundle.load()["rules"] if card["name"] == rule), None)
    return rule_page(bundle.card(card)) if card is not None else ""
