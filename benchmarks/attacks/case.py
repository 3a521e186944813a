"""The type of a hostile case, and the manifests that cases are built from."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

CLEAN, FOUND, FAILED = 0, 1, 2  # exit codes; -1 in a case means any of the three
MIB = 1 << 20

HEAD = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\n"
POD = "  template:\n    spec:\n      restartPolicy: Never\n      containers:\n      - name: a\n        image: a:1\n"
SPEC = f"{HEAD}spec:\n{POD}"
CRON = "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: a\nspec:\n  jobTemplate:\n    spec:\n"
CRON += "".join(f"    {line}\n" for line in POD.splitlines())


BROKEN = f"{HEAD}spec: {{}}\n"


class Case(NamedTuple):
    """A file to check (or a function that creates what to check), the exit code, and the required output.

    `arguments` follow `joblint`; `said` must be in the output, `unsaid` must not.
    """

    name: str
    content: str | bytes | Callable[[Path], None]
    code: int
    said: str = ""
    file: str = "a.yaml"
    arguments: tuple[str, ...] = ("check", "--format", "text", "--color", "never", ".")
    unsaid: str = ""
