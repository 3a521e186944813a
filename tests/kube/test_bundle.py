"""bundle.py: made anew when rules/ or schemas/ change, loaded otherwise; a broken card is named."""

import json
import os
import shutil
from pathlib import Path

import pytest

from joblint.kube.minors import BundleError, bundle

ROOT = Path(__file__).parents[2]
CARD = """\
name: {name}
effects: [rejected, advice]
summary: A sentence.
why: Because.
fix: safe
aliases: [old-{name}]
bad:
- manifest: "kind: Job"
"""

load = bundle.load.__wrapped__  # as another process would


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with the schemas of here and one card; the package's own code stays where it is."""
    package = tmp_path / "joblint"
    package.mkdir()
    shutil.copy(ROOT / "joblint" / "kube" / "minors" / "compile.py", package)
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    add(tmp_path, "one")
    monkeypatch.setattr(bundle, "PACKAGE", str(package))
    monkeypatch.setattr(bundle, "_HERE", str(package))
    monkeypatch.setattr(bundle, "FILE", str(package / "_bundle.json"))
    return tmp_path


def add(checkout: Path, name: str, text: str | None = None, group: str = "group") -> Path:
    path = checkout / "rules" / group / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(CARD.format(name=name) if text is None else text)
    return path


def names() -> list[str]:
    return [card["name"] for card in load()["rules"]]


def mark(checkout: Path) -> None:
    """Make the bundle on disk tell that it was read, not made."""
    path = checkout / "joblint" / "_bundle.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "rules": [{"name": "from the file"}]}))


class TestLoad:
    def test_made_where_it_is_missing_and_read_where_it_is_fresh(self, checkout: Path) -> None:
        assert names() == ["one"]
        mark(checkout)
        assert names() == ["from the file"]

    def test_made_anew_after_each_kind_of_change(self, checkout: Path) -> None:
        assert names() == ["one"]
        two = add(checkout, "two")
        assert names() == ["one", "two"]
        two.write_text(CARD.format(name="two").replace("A sentence.", "Another."))
        assert [card["summary"] for card in load()["rules"]] == ["A sentence.", "Another."]
        two.unlink()
        assert names() == ["one"]

    def test_made_anew_after_a_rename_that_keeps_the_time(self, checkout: Path) -> None:
        old = add(checkout, "two", group="a")
        add(checkout, "one", group="b")
        (checkout / "rules" / "group" / "one.yaml").unlink()
        assert [card["group"] for card in load()["rules"]] == ["b", "a"]
        os.rename(old, checkout / "rules" / "b" / "two.yaml")
        assert [card["group"] for card in load()["rules"]] == ["b", "b"]

    @pytest.mark.parametrize("name", ["features.yaml", "v1.30.json"])
    def test_made_anew_after_a_change_of_a_schema(self, checkout: Path, name: str) -> None:
        load()
        mark(checkout)
        (checkout / "schemas" / name).touch()
        assert names() == ["one"]

    @pytest.mark.parametrize("text", ["", "{", "[]", "null", "\xff"])
    def test_made_anew_where_it_is_broken(self, checkout: Path, text: str) -> None:
        (checkout / "joblint" / "_bundle.json").write_bytes(text.encode("latin-1"))
        assert names() == ["one"]

    def test_used_from_memory_where_it_cannot_be_written(self, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise PermissionError

        monkeypatch.setattr(os, "replace", refuse)
        assert names() == ["one"]
        assert sorted(path.name for path in (checkout / "joblint").iterdir()) == ["compile.py"]

    def test_a_checkout_without_rules(self, checkout: Path) -> None:
        shutil.rmtree(checkout / "rules")
        assert names() == []

    def test_read_as_it_is_where_there_is_no_checkout(self, checkout: Path) -> None:
        load()
        mark(checkout)
        shutil.rmtree(checkout / "schemas")
        add(checkout, "two")
        assert names() == ["from the file"]
        assert bundle.resource("schemas", "v1.30.json") == str(checkout / "joblint" / "schemas" / "v1.30.json")

    def test_neither_a_bundle_nor_a_checkout(self, checkout: Path) -> None:
        shutil.rmtree(checkout / "schemas")
        with pytest.raises(FileNotFoundError, match=r"_bundle\.json"):
            load()

    def test_read_once_a_process(self) -> None:
        assert bundle.load() is bundle.load()


class TestBuild:
    def test_a_wheels_bundle_is_the_same_each_time(self) -> None:
        made = bundle.build(ROOT)
        assert made == bundle.build(str(ROOT))
        assert "stamp" not in json.loads(made)
        assert str(ROOT).encode() not in made

    def test_it_says_what_load_says(self) -> None:
        loaded = dict(load())
        del loaded["stamp"]
        assert json.loads(bundle.build(ROOT)) == loaded

    def test_it_stays_small(self) -> None:
        assert len(bundle.build(ROOT)) < 250_000

    def test_resources_of_a_checkout(self) -> None:
        assert Path(bundle.resource("schemas", "v1.37.json")) == ROOT / "schemas" / "v1.37.json"


class TestCards:
    def test_what_is_kept(self, checkout: Path) -> None:
        [card] = load()["rules"]
        assert card == {
            "name": "one",
            "group": "group",
            "effects": ["rejected", "advice"],
            "summary": "A sentence.",
            "fix": "safe",
            "aliases": ["old-one"],
            "default": True,
        }

    @pytest.mark.parametrize(("effects", "on"), [("[advice]", False), ("[mistake]", True), ("[advice, warned]", True)])
    def test_only_pure_advice_is_off(self, checkout: Path, effects: str, on: bool) -> None:
        add(checkout, "one", f"name: one\neffects: {effects}\nsummary: x\n")
        [card] = load()["rules"]
        assert (card["default"], card["fix"], card["aliases"]) == (on, "none", [])

    def test_hidden_and_other_files_are_no_cards(self, checkout: Path) -> None:
        for name in (".hidden.yaml", "notes.md", "one.yaml~"):
            (checkout / "rules" / "group" / name).write_text("x")
        (checkout / "rules" / "README.md").write_text("x")
        add(checkout, "two", "x", group=".git")
        assert names() == ["one"]

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "- a list",
            "name: [",
            "name: \x00",
            "effects: [mistake]\nsummary: x",
            "name: other\neffects: [mistake]\nsummary: x",
            "name: broken\nsummary: x",
            "name: broken\neffects: []\nsummary: x",
            "name: broken\neffects: mistake\nsummary: x",
            "name: broken\neffects: [1]\nsummary: x",
            "name: broken\neffects: [mistake]",
            "name: broken\neffects: [mistake]\nsummary: ''",
            "name: broken\neffects: [mistake]\nsummary: x\naliases: old",
            "name: broken\neffects: [mistake]\nsummary: x\naliases: [one]",
            "name: broken\neffects: [mistake]\nsummary: x\naliases: [old-one]",
            "name: broken\neffects: [mistake]\nsummary: x\naliases: [group]",
            "name: broken\neffects: [mistake]\nsummary: x\naliases: [broken]",
        ],
    )
    def test_a_broken_card_is_named(self, checkout: Path, text: str) -> None:
        path = add(checkout, "broken", text, group="zzz")
        with pytest.raises(BundleError) as raised:
            load()
        assert str(raised.value).startswith(f"{path}: ")
        assert not (checkout / "joblint" / "_bundle.json").exists()

    def test_a_card_that_is_no_text_is_named(self, checkout: Path) -> None:
        path = add(checkout, "broken", "")
        path.write_bytes(b"name: \xff")
        with pytest.raises(BundleError, match=r"broken\.yaml: "):
            load()

    def test_a_name_in_two_groups(self, checkout: Path) -> None:
        add(checkout, "one", group="other")
        with pytest.raises(BundleError, match="the name one is already used"):
            load()

    @pytest.mark.parametrize("name", ["features.yaml", "v1.30.json"])
    def test_a_broken_schema_is_named(self, checkout: Path, name: str) -> None:
        (checkout / "schemas" / name).write_text("{")
        with pytest.raises(BundleError, match=name):
            load()
