"""Scripts that are slow to analyze: many pipelines, and pipelines deep inside other statements."""

import json
from collections.abc import Iterator

from benchmarks.attacks.case import Case

_COUNT, _DEEP = 4900, 60


def cases() -> Iterator[Case]:
    """Yield scripts whose pipelines are checked one by one."""
    setting = "set -o pipefail\n"
    yield _case("thousands of pipelines", setting + "a|b\n" * _COUNT)
    yield _case("a pipeline in many branches", setting + "if a; then b|c\n" * _DEEP + "fi\n" * _DEEP)
    yield _case("pipelines in substitutions", setting + "x=$(a|b)\n" * 2000)


def _case(name: str, script: str) -> Case:
    container = {"name": "a", "image": "a:1", "command": ["bash", "-c", script]}
    pod = {"restartPolicy": "Never", "containers": [container]}
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": {"template": {"spec": pod}}}
    return Case(f"script: {name}", json.dumps(job), -1, file="a.json")
