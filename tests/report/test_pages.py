"""The addresses of joblint's pages have one home."""

import tomllib

import pytest

from joblint._version import __version__
from joblint.kube.minors import bundle
from joblint.report import pages
from tests.conftest import ROOT

RULES = [rule["name"] for rule in bundle.load()["rules"]]


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    pages.page.cache_clear()


def test_without_an_address_a_rule_has_the_page_of_its_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "ADDRESS", "")
    assert pages.about() == f"pkg:generic/joblint@{__version__}"
    assert pages.page("unknown-field").startswith("https://kubernetes.io/docs/")


@pytest.mark.parametrize("rule", RULES)
def test_with_an_address_it_has_its_page_there(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "ADDRESS", "https://git.example/joblint")
    assert pages.about() == "https://git.example/joblint"
    page = pages.page(rule)
    pages.page.cache_clear()
    assert (ROOT / page.removeprefix("https://git.example/joblint/blob/main/")).is_file()


def test_what_is_none_of_our_rules_has_none() -> None:
    assert pages.page("no-rule") == ""


def test_the_package_has_the_same_address() -> None:
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"].get("urls", {})
    assert list(urls.values()) == [pages.ADDRESS] * len(urls)
    assert bool(urls) == bool(pages.ADDRESS)
