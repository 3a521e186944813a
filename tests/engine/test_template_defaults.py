"""What is said of the default values of a chart."""

from pathlib import Path

import pytest

from joblint.engine.api import lint_sources, make_settings
from joblint.engine.fix import fix_source
from joblint.manifests.source import ChartValues, Source
from joblint.rule.finding import Finding
from tests.cli.program import in_process
from tests.project.rendering import chart
from tests.support import CRONJOB, GOOD, write

VALUES = """\
port: 8080
text: plain
switch: true
off: false
version: "1.30"
number: "5"
empty: ""
nothing:
million: 1000000
policy: Sometimes
schedule: "0 25 * * *"
job: {limit: -1, memory: 5 GB, deadline: 10}
twice: 1
twice: 2
anchor: &a 5
alias: *a
image: {repository: registry.example/x, tag: latest}
disabled: false
zero: 0
"""


def found(text: str, values: str = VALUES) -> list[Finding]:
    source = Source("x.tpl", text, "helm")
    source.values = ChartValues((Source("values.yaml", values),))
    return lint_sources([source], make_settings())


def env(value: str) -> str:
    return GOOD + f"        env:\n        - name: A\n          value: {value}\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (env("{{ .Values.port }}"), 1),
        (env("{{ $.Values.port }}"), 1),
        (env("{{ .Values.switch }}"), 3),
        (env("{{ .Values.version }}"), 5),
        (env('{{ .Values.port | default "x" }}'), 1),
        (env("{{ .Values.number | toString }}"), 6),
        (CRONJOB.replace('"0 3 * * *"', "{{ .Values.schedule | quote }}"), 11),
        (CRONJOB.replace('"0 3 * * *"', '"{{ .Values.schedule }}"'), 11),
        (GOOD.replace("restartPolicy: Never", "restartPolicy: {{ .Values.policy }}"), 10),
        (GOOD.replace("spec:\n", "spec:\n  backoffLimit: {{ .Values.job.limit }}\n", 1), 12),
        (env("{{ .Values.disabled }}"), 18),
        (env("{{ .Values.zero }}"), 19),
        (GOOD + "        resources:\n          limits:\n            memory: {{ .Values.job.memory }}\n", 12),
    ],
)
def test_wrong_by_default(text: str, line: int) -> None:
    told = [one for one in found(text) if one.rule == "wrong-default"]
    assert [one.related[0].line for one in told] == [line]
    for one in told:
        at = text.split("\n")[one.line - 1][one.column - 1 : one.end_column - 1]
        assert at.strip('"').startswith("{{")
        assert at.strip('"').endswith("}}")
        assert (one.effect, one.related[0].path) == ("mistake", "values.yaml")
        assert one.message.startswith("by default (`.Values.")


@pytest.mark.parametrize(
    "value",
    ["{{ .Values.port | quote }}", '"{{ .Values.port }}"', "{{ .Values.text }}", "{{ .Values.empty }}",
     '{{ .Values.disabled | default "x" }}', "{{ .Values.nothing }}", "{{ .Values.absent }}", "{{ .Values.million }}",
     "{{ .Values.twice }}", "{{ .Values.alias }}", "{{ .Values.port | myown }}", "{{ add .Values.port 1 }}",
     "{{ .port }}", "{{ .Values.image }}", "{{ .Values.text.port }}"],
)  # fmt: skip
def test_right_by_default_or_not_plain(value: str) -> None:
    assert found(env(value)) == []


RANGE, ITEM = "        {{- range .x }}\n", "        - name: A\n"


def test_another_scope() -> None:
    text = env("{{ .Values.port }}").replace(ITEM, RANGE + ITEM) + "        {{- end }}\n"
    assert found(text) == []
    assert [one.rule for one in found(text.replace("{{ .Values", "{{ $.Values"))] == ["wrong-default"]


def test_right_in_a_branch() -> None:
    text = env("{{ .Values.port }}").replace(ITEM, ITEM + "          {{- if .a }}\n") + "          {{- end }}\n"
    assert [one.line for one in found(text)] == [15]


@pytest.mark.parametrize("values", ["", "- a\n", "a: [", "x\n", "port: {a: 1}\n"])
def test_odd_values(values: str) -> None:
    assert found(env("{{ .Values.port }}"), values) == []


def test_fix_puts_quotes_around() -> None:
    source = Source("x.tpl", env("{{ .Values.port }} # a"), "helm")
    source.values = ChartValues((Source("values.yaml", VALUES),))
    fixed = fix_source(source, lambda one: lint_sources([one], make_settings()), True)
    assert fixed.text == env('"{{ .Values.port }}" # a')
    assert fixed.remaining == []


def test_values_of_the_chart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    chart(tmp_path / "c", env("{{ .Values.port }}"))
    run = in_process(monkeypatch, capfd)
    assert run("check").code == 0
    write(tmp_path / "c" / "values.yaml", VALUES)
    done = run("check", "--format", "text")
    assert "mistake" not in done.err
    assert "--> c/values.yaml:1:7" in done.out or "c/values.yaml:1:7" in done.out
    assert "1 | port: 8080" in done.out
    assert "wrong-default" in run("check", "--format", "concise").out
    assert run("check", "--ignore", "wrong-default").code == 0


def test_values_of_a_part_are_set_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    chart(tmp_path / "charts" / "sub", env("{{ .Values.port }}"))
    write(tmp_path / "charts" / "sub" / "values.yaml", VALUES)
    run = in_process(monkeypatch, capfd)
    write(tmp_path / "Chart.yaml", "name: above\n")
    assert "charts/sub/values.yaml:1:7" in run("check", "--format", "text").out
    write(tmp_path / "values.yaml", "app: {port: x}\n")
    assert run("check").code == 0
    write(tmp_path / "values.yaml", "app: {port: 8}\n")
    assert "values.yaml:1:13" in run("check", "--format", "text").out


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("{{ .Values.absent }}", True),
        ("{{ .Values.job.absent | quote }}", True),
        ("{{ .Values.absent.deep }}", True),
        ("{{ .Values.text }}", False),
        ("{{ .Values.empty }}", False),
        ("{{ .Values.global.absent }}", False),
        ('{{ .Values.absent | default "x" }}', False),
        ('{{ required "x" .Values.absent }}', False),
        ("{{ if .Values.absent }}{{ .Values.absent }}{{ end }}", False),
        ("{{ if .Values.absent }}{{ .Values.absent.deep }}{{ end }}", False),
        ("{{ if .Values.other }}{{ .Values.absent }}{{ end }}", True),
        ("{{ with .Values.absent }}{{ .deep }}{{ end }}", False),
        ('{{ if hasKey .Values "absent" }}{{ .Values.absent }}{{ end }}', False),
        ('{{ if not .Values.absent }}{{ fail "x" }}{{ end }}{{ .Values.absent }}', False),
        ('{{ $x := required "x" .Values.absent }}{{ .Values.absent }}', False),
        ('{{ .Values.absent }}{{ .Values.absent | default "x" }}', False),
        ("{{ coalesce .Values.absent .Values.text }}", False),
        ('{{ .Values.absent | required "x" }}', False),
        ("{{ default .Values.text .Values.absent }}", False),
        ("{{ .Values.absent }}{{ if .Values.absentee }}{{ end }}", True),
    ],
)
def test_values_that_the_chart_lacks(value: str, told: bool) -> None:
    source = Source("x.tpl", env(value), "helm")
    source.values = ChartValues((Source("values.yaml", VALUES),))
    found = lint_sources([source], make_settings(select=["missing-value"]))
    assert [(one.rule, one.effect) for one in found] == [("missing-value", "advice")] * told
