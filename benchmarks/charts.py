"""Generate a repository of Helm charts: the same bytes every time, from a seed."""

import random
from pathlib import Path

from benchmarks.inputs import SEED, job, other

FILES = 30  # of each chart
_SWITCHES = ("enabled", "debug", "persistence", "metrics", "tls")
_HELPERS = """\
{{- define "chart.fullname" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- define "chart.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
"""


def charts(root: Path, count: int, with_jobs: int) -> Path:
    """Create a directory with `count` charts of FILES files, `with_jobs` of which have a template of a Job."""
    rng = random.Random(SEED + count)
    for number in range(count):
        folder = root / f"chart-{number}"
        templates = folder / "templates"
        templates.mkdir(parents=True)
        (folder / "Chart.yaml").write_text(f"apiVersion: v2\nname: chart-{number}\nversion: 1.2.3\n")
        (folder / "values.yaml").write_text(_values(rng))
        (templates / "_helpers.tpl").write_text(_HELPERS)
        has_job = number * with_jobs // count != (number - 1) * with_jobs // count
        for index in range(FILES - 3):
            is_job = has_job and not index
            text = job(rng, number) if is_job else other(rng, rng.randrange(3))
            (templates / f"{'job' if is_job else 'object'}-{index}.yaml").write_text(_template(rng, text))
    return root


def _values(rng: random.Random) -> str:
    lines = [f"# Values, with what a job and its pods use\nreplicas: {rng.randrange(1, 9)}"]
    for number in range(40):
        lines += [f"part{number}:", f"  size: {rng.randrange(1000)}", "  nodeSelector: {}", "  resources: {}"]
        lines += [f"  {switch}: {rng.choice(('true', 'false'))}" for switch in _SWITCHES]
    return "\n".join(lines) + "\n"


def _template(rng: random.Random, text: str) -> str:
    """Return a manifest with insertions, and with conditions around lines that have no others below them."""
    lines: list[str] = ["{{- if .Values.part0.enabled }}"]
    every = text.splitlines()
    for line, following in zip(every, [*every[1:], ""], strict=True):
        indent = len(line) - len(line.lstrip())
        key, _, value = line.strip().partition(": ")
        is_leaf = bool(value) and len(following) - len(following.lstrip()) <= indent and not key.startswith("- ")
        pad, switch = " " * indent, f".Values.part{rng.randrange(4)}.{rng.choice(_SWITCHES)}"
        if key == "name" and indent == 2:
            lines.append(f'{pad}name: {{{{ include "chart.fullname" . }}}}')
        elif key.endswith("labels:"):
            lines += [line, f'{pad}  {{{{- include "chart.labels" . | nindent {indent + 2} }}}}']
        elif is_leaf and value.isdigit() and rng.random() < 0.5:
            lines.append(f"{pad}{key}: {{{{ .Values.part{rng.randrange(40)}.size }}}}")
        elif is_leaf and indent and rng.random() < 0.15:
            lines += [f"{pad}{{{{- if {switch} }}}}", line, f"{pad}{{{{- end }}}}"]
        else:
            lines.append(line)
    return "\n".join([*lines, "{{- end }}"]) + "\n"
