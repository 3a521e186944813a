"""The manifests that fixes are tried on: the cards' examples, our fixtures, and real ones where they are at hand."""

import gzip
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from joblint.engine.example import MARK, judge
from joblint.engine.fix import Judge
from joblint.manifests.languages import HELM, language_of
from joblint.manifests.source import Source
from tests.conftest import ROOT
from tests.test_cards import CARDS

REAL = ROOT.parent / "shared" / "conformance" / "cases" / "real" / "cases.jsonl.gz"
_MOST = 8_000  # characters; ruamel.yaml is slow


class Case(NamedTuple):
    """A text, its language, the rule whose card it is an example of, and what it is judged with."""

    name: str
    text: str
    language: str
    rule: str = ""
    example: Mapping[str, Any] = MappingProxyType({})

    @property
    def source(self) -> Source:
        """The text as a file."""
        return Source("x", self.text, self.language)

    def judge(self, kube_version: str | None = None) -> Judge:
        """Judges a text that stands in the place of this one."""
        return judge(self.example, kube_version=kube_version)


@cache
def cards(kind: str = "bad") -> list[Case]:
    """The examples of the rule cards."""
    return [
        Case(f"{name}-{kind}-{number}", MARK.sub("", e["manifest"]), e.get("language", "yaml"), name, e)
        for name, card in CARDS.items()
        for number, e in enumerate(card[kind], 1)
        if len(e["manifest"]) < _MOST and e.get("language") != HELM  # a template has no other style
    ]


@cache
def fixable() -> list[Case]:
    """The bad examples that have a fix, one of each rule after the other's."""
    found: dict[str, list[Case]] = {}
    for case in cards():
        if case.language == "yaml" and any(f.rule == case.rule and f.fix for f in case.judge()(case.source)):
            found.setdefault(case.rule, []).append(case)
    most = max(map(len, found.values()))
    return [cases[number % len(cases)] for number in range(most) for cases in found.values()]


@cache
def fixtures() -> list[Case]:
    """Our own manifests."""
    folders = ("bad", "good", "examples", "mistakes", "accepted")
    paths = [p for folder in folders for p in sorted((ROOT / "fixtures" / folder).iterdir())]
    return [_from_file(p) for p in paths if p.name != "expected.yaml" and p.is_file()]


def _from_file(path: Path) -> Case:
    return Case(path.name, path.read_bytes().decode().removeprefix("\ufeff"), language_of(path.name))


@cache
def real() -> list[Case]:
    """Manifests that people wrote; none where the shared folder is not there."""
    if not REAL.exists():
        return []
    with gzip.open(REAL, "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    return [Case(one["id"], one["yaml"], "yaml") for one in found if "yaml" in one and len(one["yaml"]) < _MOST]


SOURCES: dict[str, Callable[[], list[Case]]] = {
    "fixable": fixable,  # each rule as often as the others
    "bad": cards,
    "good": lambda: cards("good"),
    "fixtures": fixtures,
    "real": lambda: real() or fixtures(),
}
