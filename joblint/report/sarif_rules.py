"""The descriptors of rules in SARIF: the help that services show with a finding."""

from typing import Any

from joblint.report.pages import rule_page
from joblint.rule.finding import SEVERITY

LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_PROBLEM = {"error": "error", "warning": "warning", "info": "recommendation"}  # the names in GitHub's code scanning


def descriptor(name: str) -> dict[str, Any]:
    """Return the `reportingDescriptor` of a rule by its name, or only the names for a rule without a card."""
    from joblint.rule.cards import listed, whole

    found = next((rule for rule in listed() if rule["name"] == name), None)
    title = "".join(word.capitalize() for word in name.split("-"))
    if found is None:
        return {"id": name, "name": title}
    card = whole(found)
    page = rule_page(card)
    severity = SEVERITY[card["effects"][0]]
    return {
        "id": name,
        "name": title,
        "shortDescription": {"text": _words(card["summary"])},
        "fullDescription": {"text": _words(card["why"])},
        "help": {"text": _text(card), "markdown": _markdown(card)},
        **({"helpUri": page} if page else {}),
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": {
            "tags": ["kubernetes", card["group"]],
            "effects": card["effects"],
            "problem.severity": _PROBLEM[severity],
            "precision": "very-high" if severity == "error" else "high",
        },
    }


def _words(text: str) -> str:
    """Return a card's text in one line."""
    return " ".join(text.split())


def _text(card: dict[str, Any]) -> str:
    return f"{_words(card['summary'])} {_words(card['why'])}"


def _markdown(card: dict[str, Any]) -> str:
    parts = [_words(card["summary"]), _words(card["why"])]
    for key, title in (("bad", "Wrong"), ("good", "Right")):
        for example in card.get(key, [])[:1]:
            manifest = example["manifest"].rstrip("\n")
            parts.append(f"{title}:\n\n```yaml\n{manifest}\n```")
    if card["docs"]:
        parts.append(f"See {card['docs']}")
    return "\n\n".join(parts)
