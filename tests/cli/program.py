"""The program, run in this process as `main` runs it, and as a process of its own."""

import gc
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

from joblint.cli import ENVIRONMENT, main
from tests.support import HANG

# What would colour the output, narrow it, or make links in it.
_UNWANTED = (
    ENVIRONMENT, "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "TERM", "COLORTERM", "FORCE_HYPERLINK",
    "WT_SESSION",
)  # fmt: skip


class Done(NamedTuple):
    """How a run ended."""

    code: int
    out: str
    err: str


class Program(Protocol):
    """Runs the program with some arguments."""

    def __call__(self, *arguments: str, stdin: bytes = b"") -> Done: ...


def in_process(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Program:
    """A Program that runs `main` here, which is ten times as fast as a process."""
    for name in _UNWANTED:
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["joblint", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        threshold = gc.get_threshold()
        try:
            with pytest.raises(SystemExit) as ended:
                main()
        finally:  # `main` leaves the garbage to the end of its process; this one goes on
            gc.set_threshold(*threshold)
            gc.enable()
        assert isinstance(ended.value.code, int)
        return Done(ended.value.code, *capfd.readouterr())

    return run


def environment(**more: str) -> dict[str, str]:
    """This process's environment, without what would colour or narrow the output."""
    unwanted = (*_UNWANTED, "PYTHONUNBUFFERED")
    return {name: value for name, value in os.environ.items() if name not in unwanted} | more


COMMAND = (sys.executable, "-m", "joblint")


def process(*arguments: str | bytes, cwd: Path, stdin: bytes | None = None, **more: str) -> Done:
    """Run the program as a process of its own; it must not leave a traceback."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env=environment(**more),
        timeout=HANG,
        check=False,
    )
    out, err = done.stdout.decode(errors="surrogateescape"), done.stderr.decode(errors="surrogateescape")
    assert "Traceback" not in err, err
    return Done(done.returncode, out, err)
