"""Charts, kustomizations, and programs that only seem to be helm and kustomize."""

import sys
import textwrap
from pathlib import Path

from tests.support import BAD, write

CHART = "apiVersion: v2\nname: app\nversion: 0.1.0\n"
TEMPLATE = BAD.replace("name: hello\nspec", "name: {{ .Release.Name }}-{{ .Capabilities.KubeVersion.Minor }}\nspec")


def fake(tools: Path, name: str, code: str) -> None:
    """A program of that name, in Python; `prints(text)` is there to use."""
    prints = "def prints(text):\n    sys.stdout.write(text)\n    sys.stdout.flush()\n"
    script = f"#!{sys.executable}\nimport json, os, sys, time\n{prints}{textwrap.dedent(code)}\n"
    (tools / name).write_text(script)
    (tools / name).chmod(0o755)


def chart(folder: Path, template: str = TEMPLATE) -> None:
    """A chart with one template."""
    write(folder / "Chart.yaml", CHART)
    write(folder / "templates" / "job.yaml", template)
