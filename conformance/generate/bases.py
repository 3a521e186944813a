"""The manifests that every case starts from, and where the paths of the tables begin in them."""

import copy
from functools import cache
from pathlib import Path as File
from typing import Any

import yaml

from conformance.generate.language import Path, Step, Steps

KINDS = ("Job", "CronJob")
SCHEDULE = "*/15 * * * *"
JOB: dict[str, Path] = {"Job": ("spec",), "CronJob": ("spec", "jobTemplate", "spec")}


@cache
def _specs() -> dict[str, Any]:
    specs: dict[str, Any] = yaml.safe_load((File(__file__).parent / "bases.yaml").read_text())
    return specs


def base(name: str, kind: str) -> dict[str, Any]:
    """Return a new manifest of that kind around the Job spec of that name. Raises KeyError if bases.yaml has none."""
    spec = copy.deepcopy(_specs()[name])
    if kind == "CronJob":
        spec = {"schedule": SCHEDULE, "jobTemplate": {"spec": spec}}
    return {"apiVersion": "batch/v1", "kind": kind, "metadata": {"name": "import"}, "spec": spec}


def placed(path: Path, kind: str) -> Path | None:
    """Return where a path of a table is in a manifest of that kind, or None.

    The first word is `object`, `metadata`, `cron` (the CronJob's spec), `job` (the Job's), `template` or `pod`.
    """
    job = JOB[kind]
    roots: dict[str, Path | None] = {
        "object": (),
        "metadata": ("metadata",),
        "cron": ("spec",) if kind == "CronJob" else None,
        "job": job,
        "template": (*job, "template"),
        "pod": (*job, "template", "spec"),
    }
    root = roots[str(path[0])]
    return None if root is None else (*root, *path[1:])


def steps_in(steps: Steps, kind: str) -> Steps | None:
    """Return the same steps with the paths of a manifest of that kind, or None if one has no place in it."""
    found: list[Step] = []
    for step in steps:
        path = placed(step.path, kind)
        if path is None:
            return None
        found.append(step._replace(path=path))
    return tuple(found)
