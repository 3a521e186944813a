"""Run git commands in repositories under review, so that they run, fetch and write nothing else, and never hang.

A repository may bring its own configuration (an archive, a mirror, a cache of CI), and git starts the programs that it
names unless told otherwise. The settings here take precedence. No call takes longer than LIMIT: a configuration may
include a FIFO.
"""

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO

from joblint.project.programs import find_program

LIMIT = 60.0  # seconds that git may be silent
# The variables for git that are kept: the user's configuration, and inside a hook the location of objects, some of
# which may not be in their place yet. Others select another repository (hooks set them), or start programs.
_KEPT = (
    "GIT_CONFIG_", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH", "GIT_EXEC_PATH",
)  # fmt: skip
_QUIET = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",  # from git 2.44 on; before, the next line leaves no protocol to fetch with
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_ATTR_NOSYSTEM": "1",
    "LC_ALL": "C",
}
# Every setting that makes git start a program, or read other places. Most have no effect on the commands used here, but
# that may change with a release of git. Those with a name inside (`filter.*`, `diff.*.textconv`,
# `remote.*.uploadpack`, `credential.*.helper`) have no effect without attributes and protocols.
_SETTINGS = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.attributesFile": os.devnull,
    "core.sshCommand": "false",
    "core.gitProxy": "",
    "core.askPass": "",
    "core.pager": "cat",
    "core.editor": "false",
    "core.alternateRefsCommand": "",
    "credential.helper": "",
    "diff.external": "",
    "gpg.program": "false",
    "gpg.ssh.program": "false",
    "gpg.x509.program": "false",
    "log.showSignature": "false",
    "uploadpack.packObjectsHook": "",
    "protocol.allow": "never",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "safe.bareRepository": "explicit",
}
_MAX_SAID = 4096  # bytes of git's error output that are read
PARTIAL = "this partial clone does not have all files; run `git fetch --refetch --no-filter` to get them"


class GitError(Exception):
    """Raised if git cannot read something; the message says why."""


class Silent(GitError):
    """Raised if git did not answer in time, whatever it was asked."""


class Output:
    """The output of a running git command; the command is ended if it prints nothing for longer than LIMIT."""

    def __init__(self, process: "subprocess.Popen[bytes]", stream: IO[bytes]) -> None:
        self.process, self.stream = process, stream
        self.asked = time.monotonic()  # when the current read began; 0: there is none
        self.ended = False
        self.over = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def read(self, size: int = -1) -> bytes:
        """Read some bytes, like a file."""
        return self._timed(lambda: self.stream.read(size))

    def readline(self) -> bytes:
        """Read a line, like a file."""
        return self._timed(self.stream.readline)

    def wait(self) -> int:
        """Return the exit code. Raises Silent if the command took too long."""
        self.asked = time.monotonic()
        code = self.process.wait()
        self.over.set()
        if self.ended:
            raise Silent(f"git did not answer in {LIMIT:g} seconds: its configuration may include a file that blocks")
        return code

    def stop(self) -> None:
        """End the command and all processes that it has started."""
        self.over.set()
        with suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL) if hasattr(os, "killpg") else self.process.kill()

    def _timed(self, read: Callable[[], bytes]) -> bytes:
        self.asked = time.monotonic()
        try:
            return read()
        finally:
            self.asked = 0.0

    def _watch(self) -> None:
        while not self.over.wait(min(1.0, LIMIT)):
            if self.asked and time.monotonic() - self.asked > LIMIT:
                self.ended = True
                self.stop()


@contextmanager
def running(directory: str, *arguments: str, stdin: IO[bytes] | None = None) -> Iterator[Output]:
    """Run a git command and give its output. Raises GitError if it fails, or if git is not installed."""
    program = find_program("git", os.path.realpath(directory))
    if program is None:
        raise GitError("git is not installed, or not on the PATH")
    settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
    command = [program, "--no-pager", *settings, "-C", directory, *arguments]
    with tempfile.TemporaryFile() as complaints:
        try:
            process = subprocess.Popen(
                command,
                stdin=stdin or subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
                env=_environment(),
                start_new_session=True,  # so that it can be ended with all that it has started
            )
        except OSError as error:
            raise GitError(f"git cannot be run: {error.strerror or error}") from None
        with process:
            assert process.stdout is not None
            output = Output(process, process.stdout)
            try:
                yield output
                code = output.wait()
            except BaseException:
                output.stop()
                raise
        if code:
            complaints.seek(0)
            raise GitError(_complaint(complaints.read(_MAX_SAID).decode(errors="replace")))


def _environment() -> dict[str, str]:
    """Return the environment of a git command."""
    of_the_user = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    kept = {name: value for name, value in os.environ.items() if name.startswith(_KEPT)}
    return of_the_user | kept | _QUIET


def _complaint(said: str) -> str:
    """Return git's error output as one line."""
    if "not a git repository" in said:
        return "not in a git repository"
    if "must be run in a work tree" in said or "cannot use bare repository" in said:
        return "the repository has no work tree"
    if "promisor" in said or "transport" in said:
        return PARTIAL
    lines = [line.removeprefix("fatal: ").removeprefix("error: ").strip() for line in said.splitlines()]
    return f"git: {' '.join(filter(None, lines)) or 'failed'}"
