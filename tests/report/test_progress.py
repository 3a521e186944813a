"""How far a run is: on a terminal, after a second, and away again."""

import io
import os
import pty
import select
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from joblint.cli import progress
from joblint.cli.inputs import Silent
from joblint.cli.progress import AFTER, Progress, line
from tests.cli.program import Program
from tests.support import BAD, FIXABLE, GOOD

ERASE = "\r\x1b[K"


class Clock:
    """A clock that is set by hand, or goes on by a step each time it is read."""

    def __init__(self, step: float = 0) -> None:
        self.now, self.step = 100.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


class Shown:
    """A line of the terminal, and what was written to it."""

    def __init__(self) -> None:
        self.stream, self.clock = io.StringIO(), Clock()
        self.progress = Progress(self.stream, self.clock)

    def tick(self, seconds: float, done: int = 1) -> str:
        """What a tick writes, some seconds after the start."""
        self.clock.now = 100.0 + seconds
        before = len(self.stream.getvalue())
        self.progress.tick("checked", done, 4)
        return self.stream.getvalue()[before:]


@pytest.mark.parametrize(
    ("done", "total", "shown"),
    [
        (1000, 4000, "[######------------------] 1,000 of 4,000 files checked"),
        (0, 3, "[------------------------] 0 of 3 files checked"),
        (3, 3, "[########################] 3 of 3 files checked"),
        (1234, 0, "1,234 files checked"),
    ],
)
def test_line(done: int, total: int, shown: str) -> None:
    assert line("checked", done, total) == shown


def test_the_longest_line_has_room() -> None:
    assert len(line("checked", 1_000_000, 1_000_000)) < progress._ROOM


def test_nothing_in_the_first_second_and_then_not_too_often() -> None:
    shown = Shown()
    assert shown.tick(0) == shown.tick(AFTER - 0.01) == ""
    assert shown.tick(AFTER) == ERASE + line("checked", 1, 4)
    assert shown.tick(AFTER + 0.05) == ""
    assert shown.tick(AFTER + 0.2, 2) == ERASE + line("checked", 2, 4)


def test_clear_takes_away_what_is_there() -> None:
    shown = Shown()
    shown.progress.clear()
    assert shown.stream.getvalue() == ""
    shown.tick(AFTER)
    shown.progress.clear()
    shown.progress.clear()
    assert shown.stream.getvalue() == ERASE + line("checked", 1, 4) + ERASE


def test_a_terminal_that_has_gone_is_no_trouble() -> None:
    shown = Shown()
    shown.stream.close()
    shown.progress.tick("checked", 1, 4)
    shown.clock.now += 10
    shown.progress.tick("checked", 2, 4)
    shown.progress.clear()
    assert shown.progress.next == float("inf")


class TestProgram:
    """The program with a terminal for standard error, and a clock that goes fast."""

    @pytest.fixture
    def terminal(self, here: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
        """Runs `check` with some options, which finds something, and gives what the terminal gets."""
        (here / "bad.yaml").write_text(BAD)
        (here / "good.yaml").write_text(GOOD)
        monkeypatch.delenv("CI", raising=False)
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr(progress, "_columns", lambda stream: 80)
        monkeypatch.setattr(Progress.__init__, "__defaults__", (Clock(0.6),))
        ours, theirs = pty.openpty()
        stream = os.fdopen(theirs, "w")

        def check(*options: str) -> str:
            with monkeypatch.context() as patch:
                patch.setattr(sys, "stderr", stream)
                assert joblint("check", *options).code == 1
            text = b""
            while select.select([ours], [], [], 0)[0]:
                text += os.read(ours, 4096)
            return text.decode()

        yield check
        stream.close()
        os.close(ours)

    def test_it_comes_and_goes(self, terminal: Callable[..., str]) -> None:
        assert terminal() == (
            f"{ERASE}1 file read{ERASE}"
            f"{ERASE}{line('checked', 0, 2)}{ERASE}{line('checked', 1, 2)}{ERASE}"
            "1 error in 1 of 2 files (2 Jobs, Kubernetes 1.37)\r\n1 fixable with `joblint fix`\r\n"
        )

    @pytest.mark.parametrize("environment", [{"CI": "true"}, {"TERM": "dumb"}, {"TERM": ""}])
    def test_not_where_it_is_not_wanted(
        self, environment: dict[str, str], terminal: Callable[..., str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        assert terminal() == "1 error in 1 of 2 files (2 Jobs, Kubernetes 1.37)\r\n1 fixable with `joblint fix`\r\n"

    def test_not_with_quiet(self, terminal: Callable[..., str]) -> None:
        assert terminal("--quiet") == ""

    def test_not_in_a_narrow_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("CI", raising=False)
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr(progress, "_columns", lambda stream: progress._ROOM - 1)
        assert type(progress.start()) is Silent
        monkeypatch.setattr(progress, "_columns", lambda stream: progress._ROOM)
        assert type(progress.start()) is Progress

    def test_not_in_a_pipe(self, here: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        (here / "bad.yaml").write_text(BAD)
        monkeypatch.setattr(progress, "start", lambda: pytest.fail("asked for"))
        assert joblint("check").err == f"1 error in 1 file (1 Job, Kubernetes 1.37)\n{FIXABLE}"
