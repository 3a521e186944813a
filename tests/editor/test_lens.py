"""Jobs in words."""

import pytest

from joblint.editor.lens import lenses
from joblint.manifests.source import Source
from tests.editor.marks import JOB, NOW, POD, settings

CRONJOB = """\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: x
spec:
"""
NESTED = "  jobTemplate:\n    spec:\n" + "".join(f"    {line}\n" for line in POD.splitlines())


def words(text: str, language: str = "yaml") -> list[tuple[int, str]]:
    """The line and the words of each lens."""
    source = Source("x", text, language)
    return [(source.position(lens.at)[0], lens.text) for lens in lenses(source, settings(), NOW)]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("", "1 completion, up to 6 retries"),
        ("backoffLimit: 0", "1 completion, no retries"),
        ("backoffLimit: 1", "1 completion, up to 1 retry"),
        ("completions: 5", "5 completions, one at a time, up to 6 retries"),
        ("completions: 5\n  parallelism: 2", "5 completions, 2 at a time, up to 6 retries"),
        ("completions: 5\n  parallelism: 9", "5 completions, all at once, up to 6 retries"),
        ("completions: 5\n  parallelism: 0", "5 completions, paused, up to 6 retries"),
        ("parallelism: 3", "Work queue: 3 Pods at once, until one succeeds, up to 6 retries"),
        ("completionMode: Indexed\n  completions: 5\n  parallelism: 2\n  activeDeadlineSeconds: 600",
         "Indexed: 5 indexes, 2 at a time, up to 6 retries, at most 10 min"),
        ("completionMode: Indexed\n  completions: 1", "Indexed: 1 index, up to 6 retries"),
        ("completionMode: Indexed\n  parallelism: 2", "Indexed: `completions` is missing, up to 6 retries"),
        ("completionMode: Indexed\n  completions: 5\n  backoffLimitPerIndex: 1",
         "Indexed: 5 indexes, one at a time, up to 1 retry per index"),
        ("completionMode: Indexed\n  completions: 5\n  backoffLimitPerIndex: 0\n  backoffLimit: 3",
         "Indexed: 5 indexes, one at a time, no retries per index, up to 3 retries in total"),
        ("ttlSecondsAfterFinished: 3600", "1 completion, up to 6 retries, deleted 1 h after it ends"),
        ("ttlSecondsAfterFinished: 0\n  suspend: true",
         "1 completion, up to 6 retries, deleted as soon as it ends, suspended"),
        ("completions: ${N}\n  backoffLimit: x", ""),
    ],
)  # fmt: skip
def test_a_job(spec: str, expected: str) -> None:
    assert words(f"{JOB}  {spec}\n{POD}") == ([(1, expected)] if expected else [])


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ('schedule: "0 3 * * 1"\n  timeZone: Europe/Paris',
         "Mondays at 03:00 Europe/Paris, next on Mon 2026-11-23 03:00 +01:00; 1 completion, up to 6 retries"),
        ('schedule: "*/5 * * * *"\n  concurrencyPolicy: Forbid',
         "Every 5 minutes, next on Sat 2026-11-21 17:05 UTC; no overlapping runs; 1 completion, up to 6 retries"),
        ('schedule: "@hourly"\n  suspend: true', "Every hour, suspended; 1 completion, up to 6 retries"),
        ('schedule: "61 * * * *"', "1 completion, up to 6 retries"),
        ('schedule: "@every 1h"', "Every 1 h; 1 completion, up to 6 retries"),
    ],
)  # fmt: skip
def test_a_cronjob(spec: str, expected: str) -> None:
    assert words(f"{CRONJOB}  {spec}\n{NESTED}") == [(1, expected)]


def test_one_above_each() -> None:
    job = JOB + POD
    assert [line for line, _ in words(f"# x\n{job}---\nkind: Pod\napiVersion: v1\n---\n{job}")] == [2, 22]
    fence = "".join(f"  {line}\n" for line in job.splitlines())
    assert [line for line, _ in words(f"- x\n\n  ```yaml\n{fence}  ```\n", "markdown")] == [4]
    items = "".join(f"  {line}\n" for line in job.splitlines())
    assert [line for line, _ in words(f"apiVersion: v1\nkind: List\nitems:\n- {items[2:]}- {items[2:]}")] == [4, 20]


def test_while_it_is_typed() -> None:
    assert words(f"{JOB}  completions: 3\n  para\n{POD}") == [(1, "3 completions, one at a time, up to 6 retries")]
