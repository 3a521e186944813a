"""Everything that names the languages names those of joblint/manifests/languages.py."""

import json
import re

import pytest

import joblint
from joblint.manifests.languages import LANGUAGES, Language, embeds, language_of
from tests.conftest import ROOT
from tests.support import load_yaml

EXTENSION = ROOT / "editors" / "vscode"


def test_the_hooks_run_on_all_of_them() -> None:
    hooks = load_yaml((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert [hook["types_or"] for hook in hooks] == [
        [language.tag for language in LANGUAGES.values() if language.tag]
    ] * len(hooks)


def test_the_extension_is_for_all_of_them() -> None:
    source = (EXTENSION / "src" / "server.ts").read_text()
    found = re.search(r"LANGUAGES = (\[.*\]);", source)
    assert found is not None
    named = json.loads(found[1])
    known = {identifier for language in LANGUAGES.values() for identifier in language.editor_ids}
    assert set(named) <= known
    for language in LANGUAGES.values():
        assert set(named) & set(language.editor_ids), language.name
    package = json.loads((EXTENSION / "package.json").read_text())
    assert [event for event in package["activationEvents"] if event.startswith("onLanguage:")] == [
        f"onLanguage:{name}" for name in named
    ]
    assert f"/^({'|'.join(named)})$/" in json.dumps(package["contributes"]["menus"])


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.name)
def test_a_language_is_known_by_its_suffixes(language: Language) -> None:
    for suffix in language.suffixes:
        assert language_of(f"a/b{suffix}") == language_of(f"a/b{suffix.upper()}") == language.name
    assert language.fence
    assert language.embeds == (language.finder is not None or language.dialect != "")


def test_no_suffix_or_identifier_is_of_two_languages() -> None:
    for names in ("suffixes", "editor_ids"):
        every = [name for language in LANGUAGES.values() for name in getattr(language, names)]
        assert len(every) == len(set(every))


def test_a_language_that_there_is_not() -> None:
    with pytest.raises(ValueError, match=r"`toml` is not a language that joblint reads: yaml, json, markdown, shell"):
        embeds("toml")
    with pytest.raises(ValueError, match="`toml`"):
        joblint.lint("kind: Job\n", language="toml")
