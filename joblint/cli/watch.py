"""`joblint check --watch`: run again whenever a file changes.

Each run is a separate process, so that it does not depend on the one before, and a bug does not end the watching.
The state of all files is noted before a run starts, so a change during a run starts the next one.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from joblint.cli import output
from joblint.cli.inputs import STDIN
from joblint.cli.watched import Seen, Sign, look, sign_of, sign_of_directory
from joblint.manifests.disk import STREAMS
from joblint.report import counted, stderr

_PAUSE = 0.2  # seconds between two looks at the files
_REST = 20  # the wait after a look, as a multiple of its time: so looks use at most a twentieth of a processor
_RECENT = 50_000_000  # nanoseconds in which two changes may have the same timestamp
_ROUNDS = 20  # looks at files that keep changing, before a run starts anyway
_HOT = 200  # files that are looked at more often, because they changed before
_STOP = 5  # seconds that a run has to end after Ctrl-C
_CHILD = "import sys, json; sys.path[:] = json.loads(sys.argv.pop(1)); from joblint.cli import main; main()"


def check(given: Mapping[str, Any]) -> None:
    """Check that the call can be repeated. Raises click.UsageError."""
    writes = {"fix": "--fix", "add_ignore": "--add-ignore", "write_baseline": "--write-baseline"}
    other = next((name for key, name in writes.items() if given[key] not in (None, False)), "")
    if other:
        raise click.UsageError(f"--watch cannot be combined with {other}: it would change files")
    if STDIN in (*given["paths"], given["files_from"]) or any(path.startswith(STREAMS) for path in given["paths"]):
        raise click.UsageError("--watch requires files: standard input can only be read once")


def watch(given: Mapping[str, Any], arguments: Sequence[str]) -> int:
    """Run `joblint` with these arguments again and again, until a run ends the watching; return its exit code."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    command = [*(word for word in arguments[:end] if word != "--watch"), *arguments[end:]]
    watcher = Watcher(lambda: look(given))
    while True:
        watcher.settle()
        if output.is_terminal() and os.environ.get("TERM") != "dumb":
            click.clear()
        code = _run(command)
        if code in (output.INTERRUPTED, output.BROKEN_PIPE):
            return code
        if not given["quiet"]:
            number = sum(sign is not None for sign in watcher.seen.files.values())
            stderr.complain(f"watching {counted(number, 'file')}; press Ctrl-C to stop")
        watcher.wait()


def _run(arguments: Sequence[str]) -> int:
    """Run joblint and return its exit code. Ctrl-C also ends the run."""
    command = [sys.executable, "-P", "-c", _CHILD, json.dumps(sys.path), *arguments]
    with subprocess.Popen(command) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:  # a terminal also sends it to the run, which prints a line about it
            try:
                code = process.wait(_STOP)
            except subprocess.TimeoutExpired:
                process.terminate()
                raise KeyboardInterrupt from None
            if code == output.INTERRUPTED:
                return code
            raise


class Watcher:
    """The state of all files, and a wait until it changes. `look` returns the current state."""

    def __init__(self, look: Callable[[], Seen]) -> None:
        self.look = look
        self.seen = Seen({}, {}, frozenset())
        self.hot: dict[str, None] = {}  # files that changed before, in the order of their changes

    def settle(self) -> None:
        """Look until no file changed just before a look: then a later change has a later time, and is noticed."""
        for _ in range(_ROUNDS):
            start = time.time_ns()
            self.seen = self.look()
            if not self.seen.changed_between(start - _RECENT, time.time_ns() + _RECENT):
                return
            time.sleep(_RECENT / 1e9)

    def wait(self) -> None:
        """Wait until a file is changed, added or removed."""
        looks = [(0.0, self.differs_quickly), (0.0, self.differs)]
        while True:
            for number, (due, differs) in enumerate(looks):
                start = time.monotonic()
                if start >= due:
                    if differs():
                        return
                    now = time.monotonic()
                    looks[number] = now + (now - start) * _REST, differs
            time.sleep(_PAUSE)

    def differs_quickly(self) -> bool:
        """Return whether a directory has other names, or one of the files that are likely to change has changed."""
        few = [path for path in (*self.hot, *self.seen.steering) if path in self.seen.files]
        if self._changed(few):
            return True
        if all(sign_of_directory(path) == sign for path, sign in self.seen.directories.items()):
            return False
        now = self.look()
        if now.files != self.seen.files:
            self._note(path for path, sign in now.files.items() if self.seen.files.get(path) != sign)
            return True
        self.seen = now  # only files that are not checked were added or removed
        return False

    def differs(self) -> bool:
        """Return whether any file has changed."""
        return self._changed(self.seen.files)

    def _changed(self, paths: Any) -> bool:
        files: dict[str, Sign] = self.seen.files
        changed = next((path for path in paths if sign_of(path) != files[path]), None)
        self._note(() if changed is None else (changed,))
        return changed is not None

    def _note(self, paths: Any) -> None:
        for path in paths:
            self.hot.pop(path, None)
            self.hot[path] = None
        for path in list(self.hot)[: max(0, len(self.hot) - _HOT)]:
            del self.hot[path]
