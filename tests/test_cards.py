"""Every rule's card is run: each bad example gives its finding on the marked line and nothing else, each good one none.

What an example has: joblint/engine/example.py.

`fix` is `none` where no finding of the rule has a fix; `safe` where some have one that is safe, `unsafe` where those
that have one have it unsafe. Every fix of an example cures its finding, brings in none, and leaves nothing to do.
"""

import re
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from joblint.engine.example import judge, marked, source
from joblint.engine.fix import fix_source
from joblint.manifests.source import Source
from joblint.rule.cards import cards
from joblint.rule.finding import EFFECTS, Finding
from joblint.rule.registry import REGISTRY
from tests.conftest import ROOT
from tests.support import load_yaml

KEYS = ("name", "effects", "summary", "why", "docs", "source", "fix", "bad", "good")
OPTIONAL = {"aliases"}
EXAMPLE_KEYS = {
    "old", "manifest", "kube-version", "feature-gates", "field-validation", "files", "language", "options", "line",
    "values", "test-values", "values-schema",
}  # fmt: skip
# Rules without code of their own: the decoder and the engine report under these names.
BUILT_IN = {p.stem for group in ("decoding", "suppression") for p in (ROOT / "rules" / group).glob("*.yaml")}

# The finding that a suppression hid is there again when it has ended.
COMES_WITH = {"expired-suppression": "unknown-field"}


class Example(NamedTuple):
    rule: str
    kind: str
    number: int
    content: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.rule}-{self.kind}-{self.number}"


def load(path: Path) -> dict[str, Any]:
    content = load_yaml(path.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


CARDS = {path.stem: load(path) for path in sorted((ROOT / "rules").glob("*/*.yaml"))}
EXAMPLES = [
    Example(name, kind, number, content)
    for name, card in CARDS.items()
    for kind in ("bad", "good")
    for number, content in enumerate(card.get(kind) or (), 1)
]


def findings(content: dict[str, Any], rule: str = "") -> list[Finding]:
    """What is found in an example of a rule, without what always comes with a finding of it."""
    return [one for one in judge(content)(source(content)) if one.rule != COMES_WITH.get(rule)]


def test_there_are_cards() -> None:
    assert len(EXAMPLES) > len(CARDS) > 1


@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_whole(name: str) -> None:
    card = CARDS[name]
    assert tuple(key for key in card if key not in OPTIONAL) == KEYS
    assert card["name"] == name
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert set(card["effects"]) <= set(EFFECTS)
    assert card["effects"] == sorted(card["effects"], key=EFFECTS.index), "gravest first"
    assert card["fix"] in ("none", "safe", "unsafe")
    assert card["summary"].endswith(".")
    assert "\n" not in card["summary"]
    assert card["why"].strip().endswith(".")
    assert card["docs"].startswith("https://")
    assert "TODO" not in card["summary"] + card["why"] + card["source"]
    assert card["bad"]
    assert card["good"]
    for example in (*card["bad"], *card["good"]):
        assert set(example) <= EXAMPLE_KEYS
    assert all(marked(example) for example in card["bad"])
    assert not any(marked(example) for example in card["good"])


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e.kind == "bad"], ids=str)
def test_a_bad_example_gives_its_finding(example: Example) -> None:
    found = [(f.rule, f.line) for f in findings(example.content, example.rule)]
    assert found == [(example.rule, line) for line in marked(example.content)], show(example)


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e.kind == "good"], ids=str)
def test_a_good_example_gives_none(example: Example) -> None:
    assert findings(example.content) == [], show(example)


def show(example: Example) -> str:
    return "\n".join([example.content["manifest"], *map(str, findings(example.content))])


@pytest.mark.parametrize("name", CARDS)
def test_each_effect_is_shown_by_an_example(name: str) -> None:
    shown = {f.effect for example in CARDS[name]["bad"] for f in findings(example, name)}
    assert sorted(shown) == sorted(CARDS[name]["effects"])


@pytest.mark.parametrize("name", CARDS)
def test_a_card_says_whether_there_is_a_fix(name: str) -> None:
    found = [f for example in CARDS[name]["bad"] for f in findings(example) if f.rule == name]
    safe = {f.fix.safe for f in found if f.fix is not None}
    assert CARDS[name]["fix"] == ("safe" if True in safe else "unsafe" if safe else "none")


@pytest.mark.parametrize(
    "example", [e for e in EXAMPLES if e.kind == "bad" and CARDS[e.rule]["fix"] != "none"], ids=str
)
def test_a_fix_cures_and_does_no_harm(example: Example) -> None:
    ask, main = judge(example.content), source(example.content)
    before = ask(main)
    fixed = fix_source(main, ask, unsafe=True)
    assert fixed.undone == []
    assert sorted(f.rule for f in fixed.remaining) == sorted(f.rule for f in before if f.fix is None), fixed.text
    again = fix_source(Source(main.path, fixed.text, main.language), ask, unsafe=True)
    assert again.text == fixed.text


def test_cards_and_code_belong_together() -> None:
    import_module("joblint.server.update")  # which a run without OLD does not load
    assert set(cards()) == set(CARDS)
    coded = {entry.name for entry in REGISTRY}
    assert coded <= set(CARDS), "code without a card"
    assert set(CARDS) <= coded | BUILT_IN, "a card without code"


def test_the_names_of_rules_groups_and_effects_are_disjoint() -> None:
    groups = {path.parent.name for path in (ROOT / "rules").glob("*/*.yaml")}
    aliases = [alias for card in CARDS.values() for alias in card.get("aliases", ())]
    names = [*(path.stem for path in (ROOT / "rules").glob("*/*.yaml")), *aliases, *groups, *EFFECTS, "all"]
    assert sorted(names) == sorted(set(names))
