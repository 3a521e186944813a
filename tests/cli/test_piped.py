"""`… | joblint check`, without the dash that makes it read standard input."""

import os
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

import pytest

from joblint.cli.piped import MESSAGE
from tests.cli.program import COMMAND, environment
from tests.support import BAD, GOOD, write

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a pipe does not tell what is in it")


def said(here: Path, stdin: int | IO[Any], *arguments: str, **more: str) -> bool:
    """Whether the program says that standard input is not read. It must not wait for it."""
    env = {name: value for name, value in environment().items() if name != "CI"} | more
    done = subprocess.run(
        [*COMMAND, "check", *arguments], cwd=here, stdin=stdin, capture_output=True, env=env, timeout=600, check=False
    )
    assert done.returncode == 0
    return MESSAGE in done.stderr.decode()


@pytest.fixture
def pipe(here: Path) -> Any:
    write(here / "a.yaml", GOOD)
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def test_a_pipe_with_data(here: Path, pipe: tuple[int, int]) -> None:
    os.write(pipe[1], BAD.encode())
    assert said(here, pipe[0])
    assert not said(here, pipe[0], "a.yaml")
    assert not said(here, pipe[0], "-q")
    assert not said(here, pipe[0], CI="true")


def test_nothing_is_waited_for(here: Path, pipe: tuple[int, int]) -> None:
    """The pipe is open, and nothing comes."""
    assert not said(here, pipe[0])


@pytest.mark.parametrize("open_", [True, False])
def test_a_program_that_has_not_written_yet(here: Path, open_: bool) -> None:
    """`helm template | joblint check` at a terminal; not where the other end is closed."""
    pty = pytest.importorskip("pty")
    write(here / "a.yaml", GOOD)
    ours, terminal = pty.openpty()
    read, write_end = os.pipe()
    if not open_:
        os.close(write_end)
    env = {name: value for name, value in environment().items() if name != "CI"}
    subprocess.run([*COMMAND, "check"], cwd=here, stdin=read, stdout=terminal, stderr=terminal, env=env, check=True)
    os.close(terminal)
    printed = os.read(ours, 1 << 16).decode()
    assert (MESSAGE in printed) is open_
    for end in (ours, read, *([write_end] if open_ else [])):
        os.close(end)


def test_what_has_no_data(here: Path) -> None:
    write(here / "a.yaml", GOOD)
    assert not said(here, subprocess.DEVNULL)
    read, write_end = os.pipe()
    os.close(write_end)
    assert not said(here, read)
    os.close(read)


def test_a_file(here: Path) -> None:
    """One that may hold a Job; a list that a shell's loop reads does not."""
    write(here / "a.yaml", GOOD)
    for text, expected in ((GOOD, True), ("one\ntwo\n", False), ("", False)):
        (here / "in.txt").write_text(text)
        with (here / "in.txt").open() as file:
            assert said(here, file) is expected
            assert file.read() == text
