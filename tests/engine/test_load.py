"""A run over a few files loads only some modules of rules: what it finds does not depend on that."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from joblint import checks, server
from joblint.engine.api import lint_sources, make_settings
from joblint.engine.load import load_rules, needed
from joblint.manifests.languages import language_of
from joblint.manifests.source import Source
from joblint.rule.finding import Finding
from joblint.rule.registry import REGISTRY
from joblint.server import verdict
from tests.conftest import ROOT
from tests.engine.test_minor_ranges import cases
from tests.test_cards import CARDS, EXAMPLES, Example

SETTINGS = make_settings(extend_select=sorted(CARDS))._replace(verify=False)
FIXTURES = sorted((ROOT / "fixtures").rglob("*.yaml"))


@pytest.fixture(autouse=True, scope="module")
def _all_rules_are_loaded() -> None:
    load_rules()


def findings(sources: Sequence[Source], modules: set[str] | None, monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """Judge sources with the rules of some modules, as if no other had been imported; None: with all rules."""
    with monkeypatch.context() as patch:
        if modules is not None:
            lazy = {*server.MODULES, *checks.MODULES} - modules
            patch.setattr(verdict, "REGISTRY", [entry for entry in REGISTRY if entry.check.__module__ not in lazy])
        return lint_sources(sources, SETTINGS)


def assert_the_same(texts: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Check that the modules left out for these files would have found nothing in them."""
    sources = [Source(name, text, language_of(name)) for name, text in texts.items()]
    some = findings(sources, {*needed([*texts.values()])}, monkeypatch)
    assert some == findings([Source(one.path, one.text, one.language) for one in sources], None, monkeypatch)


@pytest.mark.parametrize("example", [one for one in EXAMPLES if "language" not in one.content], ids=str)
def test_examples_of_cards(example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_the_same({"a.yaml": example.content["manifest"], **example.content.get("files", {})}, monkeypatch)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_fixtures(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_the_same({path.name: path.read_text(encoding="utf-8")}, monkeypatch)


@pytest.mark.parametrize(("name", "step"), [("real", 1), ("made", 20)])
def test_cases(name: str, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in cases(name, step):
        assert_the_same({"a.yaml": text}, monkeypatch)


def test_a_plain_job_needs_few_modules_and_a_hidden_word_needs_all() -> None:
    plain = {*needed(["kind: Job\n"])}
    assert "joblint.checks.script.pipelines" not in plain
    assert "joblint.checks.deadline.retries" in plain
    everything = {*server.MODULES, *checks.MODULES}
    assert {*needed(['"comm\\x61nd": 1\n'])} == everything
    assert {*needed(["# joblint: ignore\n"])} == everything
    assert {*needed(None)} == everything


def test_every_module_with_rules_is_listed() -> None:
    listed = {*server.MODULES, *checks.MODULES}
    imported = {entry.check.__module__ for entry in REGISTRY}
    assert {name for name in imported if not name.startswith(("joblint.server.update", "joblint.checks.own"))} <= listed
