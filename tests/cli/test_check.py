"""`joblint check` from the outside: what is printed where, and the exit code."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from joblint.cli.app import app
from tests.support import GOOD

Check = Callable[..., Result]
MESSAGE = "error[unknown-field] a Job's spec has no field `paralelism`: did you mean `parallelism`?"
WARNED = GOOD.replace("metadata:\n", "metadata:\n", 1).replace("spec:\n", "spec:\n  activeDeadlineSeconds: 0\n", 1)
LATEST = GOOD.replace("busybox:1.36", "busybox:latest")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and an environment that asks for nothing."""
    for name in ("JOBLINT_KUBE_VERSION", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoke(*arguments: str, stdin: str | bytes | None = None) -> Result:
    """Run a command as the program does, but in this process."""
    from joblint.cli import app as module

    result = CliRunner().invoke(module.click.command()(lambda: None), [])  # makes sure that the runner works
    assert result.exit_code == 0
    return CliRunner().invoke(app, list(arguments), input=stdin, prog_name="joblint")
