"""The web addresses of joblint and its rules: all of them come from here."""

from functools import cache
from typing import Any

from joblint._version import __version__

# The address of the repository, without a slash at the end. It is empty until the repository is public.
ADDRESS = ""


def about() -> str:
    """Return a URI of this version of joblint: an address, or a package URL (purl, type `generic`)."""
    return ADDRESS or f"pkg:generic/joblint@{__version__}"


def rule_page(card: dict[str, Any]) -> str:
    """Return the address of a rule's page: joblint's page, or the one in its card, or an empty text."""
    docs: str = card["docs"]
    return f"{ADDRESS}/blob/main/docs/rules/{card['name']}.md" if ADDRESS else docs


@cache
def page(rule: str) -> str:
    """Return the address of the page of a built-in rule by its name, or an empty text for other rules."""
    from joblint.kube.minors import bundle

    card = next((card for card in bundle.load()["rules"] if card["name"] == rule), None)
    return rule_page(bundle.card(card)) if card is not None else ""
