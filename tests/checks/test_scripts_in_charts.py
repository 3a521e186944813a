"""Scripts in a ConfigMap of a chart that a Job of another template of the same chart mounts by a name with actions."""

import pytest

from joblint.engine.api import lint_sources, make_settings
from joblint.manifests.source import Source
from joblint.rule.finding import Finding

NAME = '{{ include "x.fullname" . }}-scripts'
JOB = f"""\
apiVersion: batch/v1
kind: Job
metadata:
  name: a
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: a
        image: a:1
        command: [sh, /s/run.sh]
        volumeMounts:
        - name: s
          mountPath: /s
      volumes:
      - name: s
        configMap:
          name: {NAME}
"""
CONFIG = f"""\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {NAME}
data:
  a: {{{{ .Values.a }}}}
  run.sh: |
    load a &
"""


def found(job: str = JOB, *configs: str, chart: str = "x") -> list[Finding]:
    """The findings of a template with a Job, beside templates with ConfigMaps."""
    sources = [Source(f"{chart}/templates/c{number}.yaml", text, "helm") for number, text in enumerate(configs)]
    return lint_sources([Source("x/templates/jobs/job.yaml", job, "helm")], make_settings(), sources)


@pytest.mark.parametrize(
    ("job", "config"),
    [
        (JOB, CONFIG),
        (JOB.replace(NAME, '{{include   "x.fullname" .}}-scripts'), CONFIG),
        (JOB.replace(NAME, '"{{ .Release.Name }}-a"'), CONFIG.replace(NAME, "{{ .Release.Name }}-a")),
        (f"{{{{- if .Values.a }}}}\n{JOB}{{{{- end }}}}\n", f"{{{{- if .Values.a }}}}\n{CONFIG}{{{{- end }}}}\n"),
        (JOB, f"{CONFIG}  {{{{- toYaml .Values.more | nindent 2 }}}}\n"),
    ],
)
def test_a_script_of_another_template(job: str, config: str) -> None:
    (one,) = found(job, config)
    assert (one.rule, one.path, one.fix) == ("unawaited-process", "x/templates/c0.yaml", None)
    assert config.split("\n")[one.line - 1][one.column - 1 :] == "&"
    (use,) = one.related
    assert (use.message, use.path) == ("used here", "x/templates/jobs/job.yaml")
    assert job.split("\n")[use.line - 1][use.column - 1 : use.end_column - 1] == "/s/run.sh"


@pytest.mark.parametrize(
    ("job", "configs"),
    [
        (JOB, [CONFIG.replace("x.fullname", "y.fullname")]),
        (JOB, [CONFIG, CONFIG]),
        (JOB, [CONFIG.replace("load a", "load {{ .Values.a }}")]),
        (JOB, [CONFIG.replace("    load a &\n", "    {{- if .Values.a }}\n    load a &\n    {{- end }}\n")]),
        (JOB, [f"{{{{- if .Values.a }}}}\n{CONFIG}{{{{- else }}}}\n{CONFIG}{{{{- end }}}}\n"]),
        (JOB.replace(NAME, "{{ $name }}"), [CONFIG.replace(NAME, "{{ $name }}")]),
        (JOB.replace(NAME, "{{ .name }}"), [CONFIG.replace(NAME, "{{ .name }}")]),
        (JOB, [CONFIG + "    wait\n"]),
        (JOB, ["{{ if }}" + CONFIG]),
        (JOB, []),
    ],
)
def test_what_is_not_certain(job: str, configs: list[str]) -> None:
    assert found(job, *configs) == []


def test_another_chart() -> None:
    assert found(JOB, CONFIG, chart="y") == []


def test_a_suppression_beside_the_script() -> None:
    ignored = CONFIG.replace("  run.sh", "  # joblint: ignore[unawaited-process] it is fast\n  run.sh")
    assert found(JOB, ignored) == []
