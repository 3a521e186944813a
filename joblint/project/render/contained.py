"""Run helm or kustomize contained: no other programs, no network, and limits on time, memory and output.

    with workplace() as made: run(command, "helm template", made)

The program gets a new environment: an empty PATH, so that kustomize does not find git and nothing finds ssh, and empty
directories for all that helm and kubectl store for their user (plugins, registries, clusters). If the system has a way
to block the network, it is blocked, including loopback; otherwise the checks before the start are the only protection.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import cache
from typing import IO

from joblint.manifests.disk import MAX_BYTES, TOO_LARGE, reason
from joblint.project.programs import find_program

TIMEOUT = 60.0  # seconds that a program may take
MEMORY = 2 << 30  # bytes; real charts take 100 to 400 MB
_SOFT = MEMORY // 2  # above this, Go's garbage collector works as hard as it can
_LOOK = 0.2  # seconds between two checks of what a program uses
_MAX_SAID = 64_000  # bytes of a failed program's error output that are read
_SHOWN = 2000  # characters of it that are shown
_EMPTY = "empty"  # the only directory on the PATH, and the one that programs are started in
# Go's words for it (runtime/malloc.go, runtime/mem.go), and the C library's
_NO_MEMORY = ("out of memory", "cannot allocate memory", "runtime/cgo: pthread_create failed", "failed to reserve")
_NOWHERE = "http://127.0.0.1:9"  # the discard port: nothing listens there
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_SYSTEM: str = sys.platform  # a separate name: mypy would treat the code for other systems as dead
_KEPT = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR") if _SYSTEM == "win32" else ()  # no program starts without them


class RenderError(Exception):
    """Raised if a directory cannot be rendered; the message says why, `path` is the file if it is another one."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class LimitError(RenderError):
    """Raised if a program exceeds one of its limits; running it again would not help."""


@contextlib.contextmanager
def workplace() -> Iterator[str]:
    """Give the real path of a directory for one run, and delete it afterwards."""
    with tempfile.TemporaryDirectory(prefix="joblint-", ignore_cleanup_errors=True) as made:
        made = os.path.realpath(made)
        for name in (_EMPTY, "home", "tmp"):
            os.mkdir(os.path.join(made, name))
        with open(os.path.join(made, "home", "kubeconfig"), "w", encoding="utf-8"):
            pass
        yield made


def write_copy(path: str, data: bytes, shown: str = "") -> None:
    """Write a file for a program to read; `shown` is the name of its original. Raises RenderError."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
    except OSError as error:
        raise RenderError(f"cannot be copied for rendering: {reason(error)}", shown) from None


def environment(made: str) -> dict[str, str]:
    """Return the environment of a program: nothing from the user, except what Windows needs to start programs."""
    home, temporary = os.path.join(made, "home"), os.path.join(made, "tmp")
    homes = dict.fromkeys(("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"), home)
    for name in ("CONFIG", "CACHE", "DATA"):
        homes[f"XDG_{name}_HOME"] = homes[f"HELM_{name}_HOME"] = os.path.join(home, name.lower())
    return {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        **homes,
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), temporary),
        **{spelling: _NOWHERE for name in _PROXIES for spelling in (name, name.lower())},
        "PATH": os.path.join(made, _EMPTY),
        "LC_ALL": "C",
        "NO_PROXY": "",
        "no_proxy": "",
        "GIT_ALLOW_PROTOCOL": "none",  # git is not on the PATH; this is in case one is found anyway
        "KUBECONFIG": os.path.join(home, "kubeconfig"),
        "KUBERC": "off",
        "KUSTOMIZE_PLUGIN_HOME": os.path.join(home, "plugins"),
        "HELM_PLUGINS": os.path.join(home, "plugins"),
        "HELM_NO_PLUGINS": "1",
        "GOMEMLIMIT": str(_SOFT),
        "GOTRACEBACK": "none",
    }


@cache
def isolation(reviewed: str = "") -> tuple[str, ...]:
    """Return the command that blocks the network for the command after it; empty if the system has none that works.

    A program in `reviewed`, the real path of a directory, is not used.
    """
    if _SYSTEM == "linux":
        unshare = find_program("unshare", reviewed)
        # Inside a namespace of its own a process has a loopback interface that is down, and no other.
        if unshare is None:
            return ()
        way: tuple[str, ...] = (unshare, "--map-root-user", "--net", "--")
        return way if _works((*way, unshare, "--version")) else ()
    if _SYSTEM == "darwin":
        way = ("/usr/bin/sandbox-exec", "-p", "(version 1)(allow default)(deny network*)")
        return way if _works((*way, "/usr/bin/true")) else ()
    return ()


def _works(command: Sequence[str]) -> bool:
    """Check whether a command succeeds. Raises RenderError if it does not end: then nothing must be run unblocked."""
    try:
        quiet = subprocess.DEVNULL
        done = subprocess.run(command, stdin=quiet, stdout=quiet, stderr=quiet, timeout=TIMEOUT, check=False)
    except OSError:
        return False
    except subprocess.TimeoutExpired:
        raise RenderError(f"`{command[0]}` did not end in {TIMEOUT:g} seconds: the network cannot be blocked") from None
    return done.returncode == 0


def run(command: Sequence[str], shown: str, made: str, reviewed: str = "", timeout: float = TIMEOUT) -> bytes:
    """Return what a command prints. `shown` is its name in messages, `made` its workplace, `timeout` is in seconds.

    `reviewed` is the real path of a directory that no program may be in.

    Raises RenderError, in particular LimitError.
    """
    temporary = os.path.join(made, "tmp")
    with tempfile.TemporaryFile(dir=temporary) as output, tempfile.TemporaryFile(dir=temporary) as said:
        try:
            process = subprocess.Popen(
                (*isolation(reviewed), *command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=said,
                env=environment(made),
                cwd=os.path.join(made, _EMPTY),
                start_new_session=True,  # so that it can be ended with all that it has started
            )
        except OSError as error:
            raise RenderError(f"`{shown}` cannot be run: {error.strerror}") from None
        try:
            _bound(process.pid, timeout)
            _wait(process, output, said, shown, timeout)
        finally:
            _end(process)
        if process.returncode:
            said.seek(0)
            raise _failure(shown, said.read(_MAX_SAID).decode("utf-8", "replace"), process.returncode, command[0])
        output.seek(0)
        return output.read(MAX_BYTES + 1)


def _bound(pid: int, timeout: float) -> None:
    """Set the limits of a process, on Linux. The processes that it starts inherit them.

    RLIMIT_AS does not work for Go, which reserves addresses by the gigabyte; RLIMIT_DATA counts writable memory.
    """
    if _SYSTEM != "linux":
        return
    import resource

    seconds = int(timeout) * 4 + 1  # of CPU, on several cores; wall time is limited in _wait
    size = MAX_BYTES * 4  # of any file that it writes, including its output
    for name, value in (("DATA", MEMORY), ("CPU", seconds), ("FSIZE", size), ("CORE", 0)):
        with contextlib.suppress(OSError, ValueError):  # it has ended already, or the user's limits are lower
            resource.prlimit(pid, getattr(resource, f"RLIMIT_{name}"), (value, value))


def _wait(process: "subprocess.Popen[bytes]", output: IO[bytes], said: IO[bytes], shown: str, timeout: float) -> None:
    """Wait until a process ends. Raises LimitError if it exceeds a limit."""
    last = time.monotonic() + timeout
    while process.poll() is None:
        try:
            process.wait(_LOOK)
        except subprocess.TimeoutExpired:
            if time.monotonic() > last:
                raise LimitError(f"`{shown}` took longer than {timeout:g} seconds") from None
            if _memory(process.pid) > MEMORY:
                raise LimitError(_too_much_memory(shown)) from None
        if max(os.fstat(output.fileno()).st_size, os.fstat(said.fileno()).st_size) > MAX_BYTES:
            raise LimitError(f"the output of `{shown}` is {TOO_LARGE}")


def _memory(pid: int) -> int:
    """Return the bytes of memory that a process uses, on macOS; 0 elsewhere, where the system enforces the limit."""
    if _SYSTEM != "darwin":
        return 0
    try:
        told = subprocess.run(("/bin/ps", "-o", "rss=", "-p", str(pid)), capture_output=True, timeout=10, check=False)
        return int(told.stdout) << 10
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return 0


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process and all that it has started."""
    with contextlib.suppress(OSError):  # its group may live on after it
        os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()
    process.wait()


def _failure(shown: str, said: str, code: int, program: str) -> RenderError:
    """Return the error for a program that failed."""
    lower = said.lower()
    if any(word in lower for word in _NO_MEMORY) or code == -signal.SIGABRT:
        return LimitError(_too_much_memory(shown))
    if _SYSTEM == "linux" and code == -signal.SIGXCPU:
        return LimitError(f"`{shown}` took longer than {TIMEOUT:g} seconds")
    told = " ".join(said.split())
    shortened = told[:_SHOWN] or f"exit code {code}, and no message"
    return RenderError(f"`{shown}` failed: {shortened}{_wrapper(program) if _lacks(lower, code) else ''}")


def _too_much_memory(shown: str) -> str:
    return f"`{shown}` used more than {MEMORY >> 30} GiB of memory, which is the limit"


def _lacks(said: str, code: int) -> bool:
    """Check whether a program may have failed because another one is missing."""
    return code in (126, 127) or "not found" in said or "no such file" in said


def _wrapper(program: str) -> str:
    """Return a hint if the program is a script, or a link to a version manager, which start other programs."""
    real = os.path.realpath(program)
    name = os.path.splitext(os.path.basename(program))[0]
    try:
        with open(real, "rb") as file:
            script = file.read(2) == b"#!"
    except OSError:
        return ""
    if not script and name in os.path.basename(real):
        return ""
    return f" (`{program}` is a wrapper, which joblint does not allow to start other programs: put {name} on the PATH)"
