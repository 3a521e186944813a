"""What the reports print, to the letter."""

import json as stdlib_json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.cli.output import painter
from joblint.report import LeftAlone, Note, Run, concise, json, ranges, summary
from joblint.report.visible import visible
from joblint.rule.finding import Fix, Object, Related
from tests.report.runs import found, run


class TestConcise:
    def test_one_line(self) -> None:
        assert list(concise.report(run(found(3, 3, 3, 7)))) == ["a.yaml:3:3: error[a-rule] this is wrong\n"]

    def test_minors_are_told(self) -> None:
        one = run(found(3, 3, 3, 7, kube_versions=("1.21",)), minors=("1.21", "1.22"))
        assert list(concise.report(one)) == ["a.yaml:3:3: error[a-rule] this is wrong (on 1.21)\n"]

    @given(st.text(), st.text())
    def test_always_one_line(self, path: str, message: str) -> None:
        (line,) = concise.report(run(found(1, 1, 1, 2, path=path, message=message), sources={}))
        assert line.splitlines() == [line[:-1]]
        assert "\x1b" not in line


class TestJson:
    def report(self, one: Run) -> dict[str, Any]:
        loaded: dict[str, Any] = stdlib_json.loads("".join(json.report(one)))
        return loaded

    def test_document(self) -> None:
        about = Object("batch/v1", "Job", "", "a", 0)
        related = (Related("there", "b.yaml", 1, 2, 3, 4),)
        one = run(found(3, 3, 3, 7, object=about, field="spec.x", reason="Malformed", related=related))
        one = one._replace(
            errors=[Note("gone", "no such file")], left_alone=[LeftAlone("t.yaml", 4, "", "is a template")]
        )
        report = self.report(one)
        assert report.pop("joblint")
        assert report == {
            "format": 1,
            "kubeVersions": ["1.37"],
            "findings": [
                {
                    "rule": "a-rule", "effect": "rejected", "severity": "error", "message": "this is wrong",
                    "path": "a.yaml", "line": 3, "column": 3, "endLine": 3, "endColumn": 7,
                    "object": {"apiVersion": "batch/v1", "kind": "Job", "namespace": "", "name": "a", "document": 0},
                    "field": "spec.x", "reason": "Malformed",
                    "related": [
                        {"message": "there", "path": "b.yaml", "line": 1, "column": 2, "endLine": 3, "endColumn": 4}
                    ],
                    "kubeVersions": [], "fix": None, "origin": "", "output": "",
                    "fingerprint": "8b8d7128056343aa057d92d0291eed0c",
                }
            ],
            "errors": [{"path": "gone", "message": "no such file"}],
            "leftAlone": [{"path": "t.yaml", "line": 4, "what": "", "why": "is a template"}],
            "suppressed": [],
            "statistics": [
                {"rule": "a-rule", "effect": "rejected", "severity": "error", "findings": 1, "safe": 0, "unsafe": 0}
            ],
            "summary": {"files": 14, "jobs": 20, "error": 1, "warning": 0, "info": 0},
        }  # fmt: skip

    def test_fix_and_odd_file_name(self) -> None:
        one = found(1, 1, 1, 2, path="a\udcff\n.yaml", fix=Fix(False, "cut", ()))
        (finding,) = self.report(run(one, sources={}))["findings"]
        assert finding["fix"] == {"safe": False, "message": "cut", "edits": []}
        assert finding["path"] == "a\\xff\n.yaml"


class TestSummary:
    @pytest.mark.parametrize(
        ("severities", "expected"),
        [
            ([], "no problems in 14 files (20 Jobs, Kubernetes 1.37)"),
            (["error"], "1 error in 1 of 14 files (20 Jobs, Kubernetes 1.37)"),
            (
                ["error", "error", "warning", "info", "info"],
                "2 errors, 1 warning, 2 infos in 1 of 14 files (20 Jobs, Kubernetes 1.37)",
            ),
        ],
    )
    def test_counts(self, severities: list[str], expected: str) -> None:
        assert summary(run(*(found(1, 1, 1, 2, severity=severity) for severity in severities))) == expected

    def test_one_of_everything(self) -> None:
        one = run(found(1, 1, 1, 2), minors=("1.24", "1.25"))._replace(files=1, jobs=1)
        assert summary(one) == "1 error in 1 file (1 Job, Kubernetes 1.24-1.25)"

    def test_large_numbers(self) -> None:
        assert "2,000 files (1,234 Jobs" in summary(run()._replace(files=2000, jobs=1234))

    def test_ranges(self) -> None:
        assert ranges(["1.21", "1.22", "1.23", "1.25", "1.30", "1.31"]) == "1.21-1.23, 1.25, 1.30-1.31"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain äß 日本", "plain äß 日本"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("a\udcffb", "a\\xffb"),
        ("\ud800", "\\ud800"),
        ("\u2066x\u2069\ufeff\u2028", "\\u2066x\\u2069\\ufeff\\u2028"),
        ("\U000e0041", "\\U000e0041"),
        ("\x00\x7f", "\\x00\\x7f"),
    ],
)
def test_visible(raw: str, shown: str) -> None:
    assert visible(raw) == shown


@given(st.text(st.characters(exclude_categories=[])))
def test_visible_leaves_nothing_that_a_terminal_obeys(raw: str) -> None:
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", visible(raw))


@pytest.mark.parametrize(
    ("choice", "environment", "expected"),
    [
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
        ("auto", {}, False),
        ("auto", {"FORCE_COLOR": "1"}, True),
        ("auto", {"FORCE_COLOR": "0"}, False),
        ("auto", {"CLICOLOR_FORCE": "1"}, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("auto", {"NO_COLOR": ""}, False),
    ],
)
def test_colour_choice(
    choice: str, environment: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "CLICOLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    paint: Callable[[str, str], str] = painter(choice)
    assert (paint("x", "error") == "\x1b[1;31mx\x1b[0m") is expected
