"""The JSON report holds to its published schema, which says all of it."""

import json as stdlib_json
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from joblint.kube.minors import bundle
from joblint.report import Run, json
from joblint.rule.finding import EFFECTS, SEVERITIES
from tests.cli.program import Program
from tests.conftest import ROOT
from tests.report.runs import rich, run, runs

with open(bundle.resource("schemas", "report.schema.json"), encoding="utf-8") as _file:
    SCHEMA = stdlib_json.load(_file)


def closed(schema: Any) -> Any:
    """A schema that takes no property that it does not name: users' programs may meet new ones, these tests may not."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    content = {key: closed(value) for key, value in schema.items()}
    if "properties" in content:
        content.setdefault("unevaluatedProperties", False)
    return content


def validator() -> Draft202012Validator:
    strict = closed(SCHEMA)
    for shared in ("place", "finding"):  # what refers to them adds properties of its own
        del strict["$defs"][shared]["unevaluatedProperties"]
    strict["properties"]["findings"]["items"]["unevaluatedProperties"] = False
    return Draft202012Validator(strict)


def valid(text: str) -> dict[str, Any]:
    report: dict[str, Any] = stdlib_json.loads(text)
    assert [f"{list(error.path)}: {error.message}" for error in validator().iter_errors(report)] == []
    return report


def test_the_schema_is_one_and_knows_what_findings_say() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["format"]["const"] == json.FORMAT
    assert tuple(SCHEMA["$defs"]["effect"]["enum"]) == EFFECTS
    assert tuple(SCHEMA["$defs"]["severity"]["enum"]) == SEVERITIES


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": 2},
        {"new": 1},
        {"findings": [{}]},
        {"errors": [{"path": "a", "message": "b", "more": 1}]},
        {"summary": {"files": -1, "jobs": 0, "error": 0, "warning": 0, "info": 0}},
    ],
)
def test_the_schema_refuses(wrong: dict[str, Any]) -> None:
    report = stdlib_json.loads("".join(json.report(run())))
    assert validator().is_valid(report)
    assert not validator().is_valid(report | wrong)


def test_everything() -> None:
    report = valid("".join(json.report(rich())))
    assert [finding["rule"] for finding in report["findings"]] == ["a-rule", "unknown-field", "a-rule"]
    assert [one["justification"] for one in report["suppressed"]] == ["the owner says so", ""]
    every = report["findings"] + report["suppressed"]
    assert len({finding["fingerprint"] for finding in every}) == len(every)
    assert report["findings"][1]["fix"] == {
        "safe": True, "message": "write `y`", "edits": [
            {"start": 48, "end": 49, "line": 6, "column": 3, "endLine": 6, "endColumn": 4, "text": "y"},
            {"start": 53, "end": 53, "line": 7, "column": 1, "endLine": 7, "endColumn": 1, "text": "z\n"},
        ]
    }  # fmt: skip


def test_real_output(joblint: Program) -> None:
    """Every fixture, for all minors, with advice: findings with fixes, related places, and objects left alone."""
    done = joblint(
        "check", "--format", "json", "--kube-version", "1.21-1.37", "--extend-select", "advice", str(ROOT / "fixtures")
    )
    report = valid(done.out)
    assert report["summary"]["error"] == sum(f["severity"] == "error" for f in report["findings"]) > 50
    assert sum(row["findings"] for row in report["statistics"]) == len(report["findings"])
    assert any(finding["fix"] for finding in report["findings"])
    assert any(finding["related"] for finding in report["findings"])
    assert report["leftAlone"]


@given(runs())
@settings(max_examples=50)
def test_whatever_the_texts_hold(one: Run) -> None:
    text = "".join(json.report(one))
    assert text.isascii()
    report = valid(text)
    text.encode()
    stdlib_json.dumps(report, ensure_ascii=False).encode()  # no lone surrogates, which many readers refuse
