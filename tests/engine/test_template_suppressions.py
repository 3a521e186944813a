"""Suppressions, baselines and reports of templates, and what fixes leave alone."""

import json
from pathlib import Path

import pytest

import joblint
from joblint.engine.api import lint_sources, make_settings
from joblint.engine.fix import fix_source
from joblint.engine.suppress.suppressions import ANNOTATION
from joblint.manifests.source import Source
from joblint.manifests.template.lex import TEXT, tokens
from tests.cli.program import Program, in_process
from tests.project.rendering import chart
from tests.support import GOOD

JOB = GOOD.replace("name: hello", 'name: {{ include "x" . }}', 1)
MOVED = JOB.replace("      restartPolicy: Never\n", "").replace(
    "  template:\n", "  restartPolicy: Never\n  template:\n"
)

ANNOTATED = f"  annotations:\n    {ANNOTATION}: unknown-field\nspec:\n"


def with_spec(lines: str) -> str:
    return JOB.replace("spec:\n", f"spec:\n{lines}", 1)


def rules(text: str) -> list[str]:
    return [one.rule for one in joblint.lint(text, path="x.tpl")]


@pytest.mark.parametrize(
    "text",
    [
        with_spec("  {{/* joblint: ignore[unknown-field] the operator reads it */}}\n  paralelism: 1\n"),
        with_spec("  {{- /* joblint: ignore[unknown-field] the operator reads it */}}\n  paralelism: 1\n"),
        with_spec("  # joblint: ignore[unknown-field]\n  paralelism: 1\n"),
        with_spec("  paralelism: 1 # joblint: ignore[unknown-field]\n"),
        with_spec("  paralelism: 1 {{/* joblint: ignore[unknown-field] */}}\n"),
        with_spec("  {{/* joblint: ignore[unknown-field] */}}\n  {{- if .a }}\n  paralelism: 1\n  {{- end }}\n"),
        "{{/* joblint: ignore-file[unknown-field] */}}\n" + with_spec("  paralelism: 1\n"),
        "{{/* joblint: ignore-object[unknown-field] */}}\n" + with_spec("  paralelism: 1\n"),
        with_spec("  paralelism: 1\n").replace("spec:\n", ANNOTATED, 1),
        "{{ if .a }}\n" + JOB + "---\n{{ end }}\n"
        + with_spec("  # joblint: ignore-object[unknown-field]\n  paralelism: 1\n"),
        '{{ define "a" }}\n' + JOB + '{{ end }}\n{{ define "b" }}\n'
        + with_spec("  # joblint: ignore-object[unknown-field]\n  paralelism: 1\n") + "{{ end }}\n",
    ],
)  # fmt: skip
def test_a_finding_is_suppressed(text: str) -> None:
    assert "unknown-field" not in rules(text)
    assert "unused-suppression" not in rules(text)
    assert "unknown-field" in rules(text.replace("joblint", "jobline"))


def test_a_suppression_of_nothing() -> None:
    assert rules("{{/* joblint: ignore-file[unknown-field] */}}\n" + JOB) == ["unused-suppression"]
    assert rules(with_spec("  {{/* joblint: ignore[unknwon-field] */}}\n")) == ["invalid-suppression"]


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Program:
    monkeypatch.chdir(tmp_path)
    chart(tmp_path, with_spec("  {{- if .a }}\n  paralelism: 1\n  {{- end }}\n"))
    return in_process(monkeypatch, capfd)


def test_baseline(program: Program, tmp_path: Path) -> None:
    assert program("check", "--write-baseline", "known.json").code == 0
    assert program("check", "--baseline", "known.json").code == 0
    path = tmp_path / "templates" / "job.yaml"
    path.write_text("{{- if .b }}\n" + path.read_text() + "        comand: [a]\n{{- end }}\n")
    done = program("check", "--baseline", "known.json", "--format", "concise")
    assert done.out.count("unknown-field") == 1
    assert "comand" in done.out


def test_reports_show_the_template(program: Program) -> None:
    assert "7 |   paralelism: 1\n" in program("check", "--format", "text").out
    [run] = json.loads(program("check", "--format", "sarif").out)["runs"]
    [result] = run["results"]
    region = result["locations"][0]["physicalLocation"]
    assert region["artifactLocation"]["uri"] == "templates/job.yaml"
    assert (region["region"]["startLine"], region["region"]["startColumn"]) == (7, 3)


def test_add_ignore(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "templates" / "job.yaml"
    before = path.read_text()
    program("check", "--add-ignore=unknown-field", "--reason", "known")
    assert actions(path.read_text()) == actions(before)
    assert "# joblint: ignore[unknown-field] known" in path.read_text()
    assert program("check").code == 0


# -- fixes


def actions(text: str) -> list[str]:
    return [text[one.start : one.end] for one in tokens(text) if one.kind != TEXT]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (with_spec("  {{- if .a }}\n  paralelism: 1\n  {{- end }}\n"), "  {{- if .a }}\n  parallelism: 1\n"),
        (with_spec("  paralelism: {{ .a }}\n"), "  parallelism: {{ .a }}\n"),
        (JOB.replace("Never", "never"), "restartPolicy: Never\n"),
        (JOB.replace("      restartPolicy: Never\n", ""), ""),
        (MOVED,
         "      restartPolicy: Never\n"),
        (MOVED.replace("Never", "{{ .r }}"), ""),
        (JOB + "        env:\n        - name: A\n          value: 5\n", "          value: \"5\"\n"),
        (JOB + "        env:\n        - name: A\n          vlaue: {{ .b | quote }}\n", "value: {{ .b | quote }}"),
        (with_spec("  backoffLimit: 1\n  {{- if .a }}\n  backoffLimit: 2\n  {{- end }}\n"), ""),
        (with_spec("  backoffLimit: {{ .a }}\n  backoffLimit: 2\n"), ""),
    ],
)  # fmt: skip
def test_fixes_leave_the_actions_as_they_are(before: str, after: str) -> None:
    settings = make_settings()
    result = fix_source(Source("x.tpl", before, "helm"), lambda source: lint_sources([source], settings), True)
    assert actions(result.text) == actions(before)
    assert after in result.text
    for finding in joblint.lint(before, path="x.tpl"):
        for edit in finding.fix.edits if finding.fix is not None else ():
            assert "{{" not in before[edit.start : edit.end] + edit.text
