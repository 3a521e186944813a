"""`check` on Helm charts: which files are templates, and what is said of them."""

import json
import re
import shutil
from pathlib import Path

import pytest

from joblint.manifests.template import HOLE, MORE
from joblint.manifests.template.lex import TEXT, tokens
from joblint.project.charts import NOT_READ, language_in_tree
from tests.cli.program import Program, in_process
from tests.project.rendering import CHART, chart
from tests.support import BAD, GOOD, commit_all, write

FORMATS = ("text", "concise", "json", "sarif", "junit", "markdown", "github", "gitlab")
# Findings next to holes in names, values, keys and lists, and things that are left alone.
OPEN = """\
{{- if .Values.enabled }}
apiVersion: {{ include "x.api" . }}
kind: CronJob
metadata:
  name: {{ include "x.fullname" . }}-a
  namespace: {{ .Release.Namespace | quote }}
  labels: {{- include "x.labels" . | nindent 4 }}
    {{ .Values.label }}: b
    App_: {{ .Values.app }}!
spec:
  schedule: {{ .Values.schedule }}
  shedule: "{{ .Values.schedule }} x"
  jobTemplate:
    spec:
      backofLimit: {{ .Values.limit }}
      template:
        spec:
          containers:
          - name: {{ .Chart.Name }}
            image: {{ .Values.image }}:latest
            comand: [a, {{ .Values.b }}, "{{ .Values.c }}"]
            args: {{ .Values.text }}
            env:
            - name: A
              value: {{ .Values.a }}
              value: {{ .Values.b }}
            {{- range .Values.env }}
            - name: {{ .name }}
              vaule: {{ .value }}
            {{- end }}
{{- end }}
---
apiVersion: {{ .Values.api }}
kind: {{ .Values.kind }}
metadata:
  name: {{ .Values.name }}-job
"""


@pytest.fixture
def joblint(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Program:
    monkeypatch.chdir(tmp_path)
    return in_process(monkeypatch, capfd)


class TestLanguage:
    @pytest.mark.parametrize("name", ["job.yaml", "deep/job.yml", "job.json", "_job.tpl"])
    def test_a_template_is_in_a_chart(self, tmp_path: Path, name: str) -> None:
        path = str(tmp_path / "templates" / name)
        assert language_in_tree(path, b"{{ x }}") == (
            NOT_READ if name.endswith(".tpl") else path.rpartition(".")[2][:4].replace("yml", "yaml")
        )
        write(tmp_path / "Chart.yaml", CHART)
        assert language_in_tree(path, b"{{ x }}") == language_in_tree(path, "{{ x }}") == "helm"
        assert language_in_tree(path, b"a: b") == (
            NOT_READ if name.endswith(".tpl") else language_in_tree("x/" + name, b"")
        )
        assert language_in_tree(str(tmp_path / name), b"{{ x }}") != "helm"

    def test_a_text_in_a_chart_is_none(self, tmp_path: Path) -> None:
        write(tmp_path / "Chart.yaml", CHART)
        assert language_in_tree(str(tmp_path / "templates" / "NOTES.md"), b"{{ x }}") == "markdown"

    def test_from_inside(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        chart(tmp_path)
        monkeypatch.chdir(tmp_path / "templates")
        assert language_in_tree("job.yaml", b"{{ x }}") == "helm"


def test_tpl_outside_of_a_chart_is_not_read(joblint: Program, tmp_path: Path) -> None:
    write(tmp_path / "x.tpl", BAD.replace("hello", "{{ x }}"))
    assert joblint("check", "--verbose").err.endswith("0 files\n") or "x.tpl" not in joblint("check", "--verbose").out


def test_job_in_a_define(joblint: Program, tmp_path: Path) -> None:
    chart(tmp_path, '{{ include "x.job" . }}\n')
    write(
        tmp_path / "templates" / "_job.tpl",
        '{{- define "x.job" -}}\n' + BAD.replace("hello", "{{ x }}") + "{{- end }}\n",
    )
    assert joblint("check").out.startswith("templates/_job.tpl:7:3: error[unknown-field]")


def test_named_as_the_template_names_it(joblint: Program, tmp_path: Path) -> None:
    chart(tmp_path, BAD.replace("name: hello", 'name: {{ include "x.name"\n  . }}-migrate', 1))
    assert '"name": "{{ include \\"x.name\\" . }}-migrate"' in joblint("check", "--format", "json").out


@pytest.mark.parametrize("format_", FORMATS)
def test_no_private_character_is_shown(joblint: Program, tmp_path: Path, format_: str) -> None:
    chart(tmp_path, OPEN)
    done = joblint("check", "--verbose", "--extend-select", "advice", "--format", format_)
    assert "unknown-field" in done.out
    for character in (HOLE, MORE):
        assert character not in done.out + done.err
        assert ascii(character)[1:-1] not in done.out + done.err
    assert joblint("check", "--diff" if format_ == "text" else "--statistics").code in (1, 2)
    assert HOLE not in joblint("explain-schedule", "templates/job.yaml").out


def test_against_compares_no_templates(joblint: Program, tmp_path: Path) -> None:
    job = GOOD.replace("spec:\n", "spec:\n  completions: 1\n", 1)
    chart(tmp_path, "# {{ x }}\n" + job)
    write(tmp_path / "plain.yaml", job)
    commit_all(tmp_path)
    for path in (tmp_path / "templates" / "job.yaml", tmp_path / "plain.yaml"):
        path.write_text(path.read_text().replace("completions: 1", "completions: 2"))
    found = joblint("check", "--against", "git:HEAD", "--format", "concise").out
    assert "plain.yaml:6:" in found
    assert "templates/job.yaml" not in found


def test_since_reports_what_is_new_in_a_template(joblint: Program, tmp_path: Path) -> None:
    chart(tmp_path, BAD.replace("hello", "{{ x }}"))
    commit_all(tmp_path)
    assert joblint("check", "--since", "HEAD").out == ""
    path = tmp_path / "templates" / "job.yaml"
    path.write_text(path.read_text().replace("spec:\n", "spec:\n  {{- if a }}\n  complettions: 1\n  {{- end }}\n", 1))
    assert joblint("check", "--since", "HEAD", "--format", "concise").out.count("unknown-field") == 1


# -- our own charts

_MARK = re.compile(r"# <- ([\w-]+)$", re.MULTILINE)
_IN_JSON = [("wrong/templates/job.json", 2, "no-containers"), ("wrong/templates/job.json", 3, "unknown-field")]


def test_our_own_charts(
    root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """What is marked in `wrong` is found, and nothing else; in `right` there is nothing to find."""
    shutil.copytree(root / "fixtures" / "charts", tmp_path / "charts")
    monkeypatch.chdir(tmp_path / "charts")
    done = in_process(monkeypatch, capfd)("check", "--format", "json")
    found = [(one["path"], one["line"], one["rule"]) for one in json.loads(done.out)["findings"]]
    marked = list(_IN_JSON)
    for path in sorted(Path().rglob("templates/**/*")):
        for number, line in enumerate(path.read_text().splitlines() if path.is_file() else (), 1):
            marked += [(str(path), number, rule) for rule in _MARK.findall(line)]
    assert sorted(found) == sorted(marked)
    assert len(marked) > 12


def test_fixes_of_our_own_charts(
    root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """`joblint fix` leaves all actions as they are, in their order."""
    shutil.copytree(root / "fixtures" / "charts", tmp_path / "charts")
    monkeypatch.chdir(tmp_path / "charts")
    paths = [path for path in sorted(Path().rglob("templates/**/*")) if path.is_file()]
    before = {path: path.read_text() for path in paths}
    assert in_process(monkeypatch, capfd)("fix", "--unsafe-fixes", ".").code in (0, 1)
    changed = {path for path in paths if path.read_text() != before[path]}
    assert len(changed) > 2
    assert not any("right" in str(path) for path in changed)
    for path in paths:
        assert actions(path.read_text()) == actions(before[path])


def actions(text: str) -> list[str]:
    """The actions of a template."""
    return [text[one.start : one.end] for one in tokens(text) if one.kind != TEXT]
