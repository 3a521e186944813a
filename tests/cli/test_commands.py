"""`joblint explain`, `joblint rules` and `joblint schema`."""

import json
import re
from pathlib import Path

import pytest
import yaml

from joblint.cli.app import COMMANDS
from joblint.kube.minors.bundle import load
from joblint.kube.minors.minor import MINORS
from joblint.rule.finding import EFFECTS
from tests.cli.program import Program

RULES = load()["rules"]


class TestExplain:
    def test_whole_card(self, joblint: Program, root: Path) -> None:
        card = yaml.safe_load((root / "rules/decoding/unknown-field.yaml").read_text())
        done = joblint("explain", "unknown-field")
        assert (done.code, done.err) == (0, "")
        shown = done.out.split("\n")
        assert shown[:2] == ["unknown-field (decoding)", card["summary"]]
        assert " ".join(card["why"].split()) in " ".join(shown)
        assert "rejected: the API server rejects the object" in shown
        for title, key in (("Wrong:", "bad"), ("Right:", "good")):
            begin = shown.index(title) + 1
            example = card[key][0]["manifest"].rstrip("\n").split("\n")
            assert [line.removeprefix("    ") for line in shown[begin : begin + len(example)]] == example
        assert f"Source: {' '.join(card['source'].split())}" in " ".join(" ".join(shown).split())
        assert f"See:    {card['docs']}" in shown

    @pytest.mark.parametrize("rule", [rule["name"] for rule in RULES])
    def test_every_rule(self, joblint: Program, rule: str) -> None:
        done = joblint("explain", rule)
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith(f"{rule} (")

    def test_several(self, joblint: Program) -> None:
        done = joblint("explain", "unknown-field", "wrong-type")
        assert re.findall(r"^([\w-]+) \(decoding\)$", done.out, re.MULTILINE) == ["unknown-field", "wrong-type"]

    def test_colours_change_no_text(self, joblint: Program) -> None:
        plain = joblint("explain", "unknown-field").out
        coloured = joblint("explain", "--color", "always", "unknown-field").out
        assert "\x1b[31m" in coloured
        assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("unknown-feld", "`unknown-feld` is not a rule; did you mean `unknown-field`?"),
            ("decoding", "`decoding` is not a rule but a group; `joblint rules decoding` lists its rules"),
            ("dropped", "`joblint rules dropped` lists its rules"),
            ("qqqqqq", "`qqqqqq` is not a rule; `joblint rules` lists all rules"),
        ],
    )
    def test_other_names(self, joblint: Program, name: str, said: str) -> None:
        done = joblint("explain", name)
        assert (done.code, done.out) == (2, "")
        assert said in done.err


class TestRules:
    def listed(self, out: str) -> list[str]:
        return re.findall(r"^  ([\w-]+): ", out, re.MULTILINE)

    def test_all(self, joblint: Program) -> None:
        done = joblint("rules")
        assert sorted(self.listed(done.out)) == sorted(rule["name"] for rule in RULES)
        assert done.out.rstrip("\n").split("\n")[-1].startswith(f"{len(RULES)} rules; ")
        for rule in RULES:
            assert f"  {rule['name']}: {', '.join(rule['effects'])}\n" in done.out

    def test_by_group_and_effect(self, joblint: Program) -> None:
        wanted = [rule["name"] for rule in RULES if rule["group"] == "decoding" or "dropped" in rule["effects"]]
        assert sorted(self.listed(joblint("rules", "decoding", "dropped").out)) == wanted

    def test_json(self, joblint: Program) -> None:
        (rule,) = json.loads(joblint("rules", "--format", "json", "unknown-field").out)
        assert list(rule) == ["name", "group", "effects", "default", "summary", "fix", "aliases"]
        assert (rule["name"], rule["group"], rule["default"]) == ("unknown-field", "decoding", True)

    @pytest.mark.parametrize("names", [["nothing"], ["decoding", "nothing"]])
    def test_unknown_name(self, joblint: Program, names: list[str]) -> None:
        done = joblint("rules", *names)
        assert (done.code, done.out) == (2, "")
        assert "`nothing` is not a rule, group or effect" in done.err

    def test_effects_have_their_meanings(self) -> None:
        from joblint.cli.explain import MEANING

        assert tuple(MEANING) == EFFECTS


class TestSchema:
    @pytest.mark.parametrize("minor", [MINORS[0], MINORS[-1]])
    def test_one_minor(self, joblint: Program, root: Path, minor: int) -> None:
        done = joblint("schema", "--kube-version", f"v1.{minor}.2")
        assert (done.code, done.err) == (0, "")
        assert done.out == (root / f"schemas/v1.{minor}.json").read_text()

    def test_newest_by_default(self, joblint: Program) -> None:
        assert joblint("schema") == joblint("schema", "--kube-version", f"1.{MINORS[-1]}")

    def test_only_one(self, joblint: Program) -> None:
        done = joblint("schema", "--kube-version", "1.29-1.30")
        assert (done.code, done.out) == (2, "")
        assert "name only one minor" in done.err


@pytest.mark.parametrize("command", ["", *COMMANDS, "rules test", "rules export"])
def test_help_fits_a_terminal(joblint: Program, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = joblint(*command.split(), "--help")
    assert (done.code, done.err) == (0, "")
    assert [line for line in done.out.splitlines() if len(line) > 80] == []
