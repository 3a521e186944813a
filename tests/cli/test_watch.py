"""`--watch`: real processes that run again when a file changes."""

import os
import pty
import queue
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from joblint.cli.watch import Watcher
from joblint.cli.watched import look
from tests.cli.program import COMMAND, Program, environment
from tests.support import BAD, GOOD, HANG, write

FOUND = "{}:6:3: error[unknown-field] a Job's spec has no field `paralelism`; did you mean `parallelism`?"
SUMMARY = ["1 error in 1 file (1 Job, Kubernetes 1.37)", "1 fixable with `joblint fix`"]
END = "; press Ctrl-C to stop"
OPTIONS = {
    "paths": (), "files_from": None, "null": False, "outputs": (), "exclude": (), "config": None, "isolated": False,
    "baseline": None, "rules": (), "against": None, "since": None,
}  # fmt: skip


class Watch:
    """A process that watches, and the lines that it prints."""

    def __init__(self, here: Path, *arguments: str, stdout: int | None = None) -> None:
        """`stdout`: where the findings go, in place of the lines."""
        self.process = subprocess.Popen(
            [sys.executable, "-P", *COMMAND[1:], "check", "--watch", *arguments],
            cwd=here,
            env=environment(),
            stdout=subprocess.PIPE if stdout is None else stdout,
            stderr=subprocess.STDOUT if stdout is None else subprocess.PIPE,
            text=True,
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        stream = self.process.stdout or self.process.stderr
        assert stream is not None
        with stream:
            for line in stream:
                self.lines.put(line.rstrip("\n"))

    def run(self) -> list[str]:
        """The lines of the next run."""
        found: list[str] = []
        while not (found and found[-1].endswith(END)):
            found.append(self.lines.get(timeout=HANG))
        return found[:-1]

    def until(self, wanted: str) -> None:
        """Wait for a run that prints a line: a change may be seen in two halves."""
        while not any(wanted in line for line in self.run()):
            pass

    def stop(self) -> int:
        """Send what Ctrl-C sends, and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(HANG)


Start = Callable[..., Watch]


@pytest.fixture
def start(here: Path) -> Iterator[Start]:
    """Starts watching in the current directory, and ends what a test leaves."""
    (here / ".git").mkdir()
    write(here / "a.yaml", BAD)
    started: list[Watch] = []

    def begin(*arguments: str, stdout: int | None = None) -> Watch:
        started.append(Watch(here, *arguments, stdout=stdout))
        return started[-1]

    yield begin
    for one in started:
        one.process.kill()
        one.process.wait(HANG)
        one.reader.join(HANG)


class TestProcess:
    def test_runs_again_until_it_is_interrupted(self, here: Path, start: Start) -> None:
        watch = start()
        assert watch.run() == [FOUND.format("a.yaml"), *SUMMARY]
        write(here / "a.yaml", GOOD)
        watch.until("no problems in 1 file")
        write(here / "sub/b.yaml", BAD)
        watch.until(FOUND.format("sub/b.yaml"))
        (here / "sub/b.yaml").rename(here / "c.yaml")
        watch.until(FOUND.format("c.yaml"))
        (here / "c.yaml").unlink()
        watch.until("no problems in 1 file")
        assert watch.stop() == 130
        watch.reader.join(HANG)
        assert "joblint: interrupted" in [watch.lines.get(timeout=HANG) for _ in range(watch.lines.qsize())]

    def test_goes_on_while_something_is_broken(self, here: Path, start: Start) -> None:
        write(here / "a.yaml", "kind: Job\nspec: {\n")
        watch = start()
        watch.until("error[unreadable-document]")
        write(here / ".joblint.yaml", "ignor: x\n")
        watch.until(".joblint.yaml:1:1: error: unknown key `ignor`")
        write(here / ".joblint.yaml", "ignore: {\n")
        watch.until(".joblint.yaml:")
        write(here / ".joblint.yaml", "severity: {unknown-field: info}\n")
        write(here / "a.yaml", BAD)
        watch.until("info[unknown-field]")
        (here / "a.yaml").unlink()
        watch.until("no Job or CronJob found")
        assert watch.stop() == 130

    def test_a_named_file_may_come_and_go(self, here: Path, start: Start) -> None:
        watch = start("a.yaml", "b.yaml")
        watch.until("joblint: b.yaml: no such file or directory")
        write(here / "b.yaml", BAD)
        watch.until(FOUND.format("b.yaml"))

    def test_what_else_decides_a_run(self, here: Path, start: Start) -> None:
        write(here / "list", "a.yaml\n")
        write(here / "known.json", '{"joblint-baseline": 1, "findings": []}')
        watch = start("--files-from", "list", "--baseline", "known.json")
        watch.until("1 error in 1 file")
        write(here / "b.yaml", BAD)
        write(here / "list", "a.yaml\nb.yaml\n")
        watch.until("2 errors in 2 files")
        subprocess.run(
            [*COMMAND, "check", "--write-baseline=known.json"], cwd=here, env=environment(), check=True, timeout=HANG
        )
        watch.until("no problems in 2 files")

    def test_no_module_of_the_current_directory_is_imported(self, here: Path, start: Start) -> None:
        """Each run is a process of its own, and a checkout may hold a `json.py` or a `joblint/`."""
        for name in ("json.py", "click.py", "joblint/__init__.py", "joblint/cli/__init__.py"):
            write(here / name, "raise SystemExit(77)\n")
        assert start().run() == [FOUND.format("a.yaml"), *SUMMARY]

    def test_output_that_nobody_reads_ends_it(self, here: Path, start: Start) -> None:
        """As with `| head`: the next run finds it out."""
        reading, writing = os.pipe()
        watch = start(stdout=writing)
        os.close(writing)
        watch.run()
        os.close(reading)
        write(here / "b.yaml", BAD)
        assert watch.process.wait(HANG) == 141


def screen(here: Path, *arguments: str) -> str:
    """What a terminal gets up to the end of the first run."""
    mine, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "check", "--watch", *arguments],
        cwd=here,
        env=environment(TERM="xterm"),
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    got = b""
    try:
        while END.encode() not in got:
            assert select.select([mine], [], [], HANG)[0]
            got += os.read(mine, 4096)
    finally:
        process.kill()
        process.wait(HANG)
        os.close(mine)
    return got.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pty")
def test_a_terminal_is_cleared(here: Path) -> None:
    write(here / "a.yaml", BAD)
    got = screen(here, "--color", "never")
    assert got.startswith("\x1b[2J\x1b[1;1H")
    assert "unknown-field" in got


def test_a_pipe_is_not(here: Path, start: Start) -> None:
    assert "\x1b" not in "".join(start().run())


class TestLooking:
    """What counts as a change, without processes."""

    def watcher(self, **given: Any) -> Watcher:
        found = Watcher(lambda: look({**OPTIONS, **given}))
        found.settle()
        return found

    def test_a_change_during_a_run_is_not_lost(self, here: Path) -> None:
        write(here / "a.yaml", BAD)
        watcher = self.watcher()
        write(here / "a.yaml", BAD.replace("2", "3"))  # of the same size
        watcher.wait()
        watcher.settle()
        write(here / "b.yaml", BAD)
        watcher.wait()

    def test_nothing_changes_by_itself(self, here: Path) -> None:
        write(here / "a.yaml", BAD)
        watcher = self.watcher()
        assert not watcher.differs()
        assert not watcher.differs_quickly()

    def test_what_is_not_judged_is_no_change(self, here: Path) -> None:
        write(here / "a.yaml", BAD)
        write(here / ".gitignore", "build/\n*.tmp.yaml\n")
        (here / ".git").mkdir()
        watcher = self.watcher(exclude=("vendor/",))
        for name in ("notes.txt", "build/x.yaml", "x.tmp.yaml", "vendor/x.yaml", ".git/index"):
            write(here / name, BAD)
            assert not watcher.differs_quickly()
        assert not watcher.differs()

    def test_what_the_run_itself_writes_is_no_change(self, here: Path) -> None:
        write(here / "a.yaml", BAD)
        write(here / "out.json", "{}")
        watcher = self.watcher(outputs=[("json", "out.json")])
        write(here / "new", "{ }").replace(here / "out.json")
        assert not watcher.differs_quickly()
        assert not watcher.differs()

    @pytest.mark.parametrize(
        "name",
        [".gitignore", ".joblint.yaml", "sub/.joblint.toml", "pyproject.toml", "sub/Chart.yaml", "rules/new.yaml"],
    )
    def test_what_steers_a_run_is_a_change(self, here: Path, name: str) -> None:
        (here / ".git").mkdir()
        for path in ("a.yaml", "sub/a.yaml", "rules/one.yaml"):
            write(here / path, BAD)
        watcher = self.watcher(rules=("rules",))
        write(here / name, "x\n")
        assert watcher.differs_quickly() or watcher.differs()
        watcher.settle()
        write(here / name, "yy\n")
        assert watcher.differs_quickly()

    def test_above_the_paths(self, here: Path) -> None:
        (here / ".git").mkdir()
        write(here / "sub/a.yaml", BAD)
        watcher = self.watcher(paths=("sub",))
        write(here / ".joblint.yaml", "")
        assert watcher.differs_quickly()

    def test_a_broken_configuration_leaves_out_nothing(self, here: Path) -> None:
        write(here / ".joblint.yaml", "exclude: {\n")
        write(here / "a.yaml", BAD)
        assert "a.yaml" in self.watcher().seen.files
        assert "a.yaml" in self.watcher(config="gone.yaml").seen.files
        assert self.watcher(files_from="gone").seen.files == {
            **self.watcher(files_from="gone").seen.files,
            "gone": None,
        }

    def test_commits_are_changes_for_since(self, here: Path) -> None:
        log = write(here / ".git/logs/HEAD", "one\n")
        watcher = self.watcher(since="main")
        log.write_text("one\ntwo\n")
        assert watcher.differs_quickly()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-"], "--watch requires files"),
        (["--files-from", "-"], "--watch requires files"),
        (["--fix"], "--watch cannot be combined with --fix"),
        (["--add-ignore"], "--watch cannot be combined with --add-ignore"),
        (["--write-baseline=x"], "--watch cannot be combined with --write-baseline"),
    ],
)
def test_wrong_usage(joblint: Program, arguments: list[str], said: str) -> None:
    done = joblint("check", "--watch", *arguments)
    assert done.code == 2
    assert said in done.err
