"""Run helm or kustomize contained: nothing else to start, no network, and bounds on time, memory and output.

    with workplace() as made: run(command, "helm template", made)

The environment is made anew: an empty PATH, so that kustomize finds no git and nothing finds ssh; empty directories
for all that helm and kubectl keep of their user (plugins, registries, clusters). Where the system has a way to take the
network away, it is taken away, loopback included; elsewhere the checks before the start are the only bound.
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

from joblint.manifests.disk import MAX_BYTES, TOO_LARGE
from joblint.project.programs import find_program

TIMEOUT = 60.0  # seconds that a program is given
MEMORY = 2 << 30  # bytes; real charts take 100 to 400 MB
_SOFT = MEMORY // 2  # from which Go's collector works as hard as it can
_LOOK = 0.2  # seconds between two looks at what a program uses
_MAX_SAID = 64_000  # bytes of what a program that failed said that are looked at
_SHOWN = 2000  # characters of it that are shown
_EMPTY = "empty"  # the directory that is all of the PATH, and where programs are started
# Go's words for it (runtime/malloc.go, runtime/mem.go), and the C library's
_NO_MEMORY = ("out of memory", "cannot allocate memory", "runtime/cgo: pthread_create failed", "failed to reserve")
_NOWHERE = "http://127.0.0.1:9"  # discard: nothing listens there
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_SYSTEM: str = sys.platform  # a name of its own: mypy takes what another system does for dead code
_KEPT = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR") if _SYSTEM == "win32" else ()  # no program starts without them


class RenderError(Exception):
    """Why a directory could not be rendered, in words; with the file it is about, if that is another."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class LimitError(RenderError):
    """A program went beyond one of its bounds: another try would do the same."""


@contextlib.contextmanager
def workplace() -> Iterator[str]:
    """The real path of a directory for one run, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="joblint-", ignore_cleanup_errors=True) as made:
        made = os.path.realpath(made)
        for name in (_EMPTY, "home", "tmp"):
            os.mkdir(os.path.join(made, name))
        with open(os.path.join(made, "home", "kubeconfig"), "w", encoding="utf-8"):
            pass
        yield made


def environment(made: str) -> dict[str, str]:
    """The environment of a program: nothing of the user's, but what Windows cannot start a program without."""
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
        "GIT_ALLOW_PROTOCOL": "none",  # there is no git on the PATH; this is for one that is found all the same
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
    """The command that takes the network away from the one after it; empty where the system has none that works.

    It is not taken from `reviewed`, the real path of a directory.
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
    """Return whether a command succeeds. If it does not end, RenderError: the block is not given up."""
    try:
        quiet = subprocess.DEVNULL
        done = subprocess.run(command, stdin=quiet, stdout=quiet, stderr=quiet, timeout=TIMEOUT, check=False)
    except OSError:
        return False
    except subprocess.TimeoutExpired:
        raise RenderError(
            f"`{command[0]}` did not end in {TIMEOUT:g} seconds: the network cannot be taken away"
        ) from None
    return done.returncode == 0


def run(command: Sequence[str], shown: str, made: str, reviewed: str = "", timeout: float = TIMEOUT) -> bytes:
    """What a command prints. `shown` is what messages call it, `made` its workplace, `timeout` counts seconds.

    `reviewed` is the real path of the directory that no program is taken from.

    Raises RenderError, and LimitError (one too).
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
    """Have the system hold a process to its bounds, where it can: Linux. What it starts inherits them.

    RLIMIT_AS does not serve for Go, which reserves addresses by the gigabyte; RLIMIT_DATA counts what can be written.
    """
    if _SYSTEM != "linux":
        return
    import resource

    seconds = int(timeout) * 4 + 1  # of CPU, on several cores; the clock is watched besides
    size = MAX_BYTES * 4  # of any file that it writes, its output too
    for name, value in (("DATA", MEMORY), ("CPU", seconds), ("FSIZE", size), ("CORE", 0)):
        with contextlib.suppress(OSError, ValueError):  # it has ended already, or its user may not even have so much
            resource.prlimit(pid, getattr(resource, f"RLIMIT_{name}"), (value, value))


def _wait(process: "subprocess.Popen[bytes]", output: IO[bytes], said: IO[bytes], shown: str, timeout: float) -> None:
    """Wait for the end of a process, unless it goes beyond a bound. Raises LimitError."""
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
    """The bytes of memory that a process has, where the system does not hold it to a bound itself: macOS."""
    if _SYSTEM != "darwin":
        return 0
    try:
        told = subprocess.run(("/bin/ps", "-o", "rss=", "-p", str(pid)), capture_output=True, timeout=10, check=False)
        return int(told.stdout) << 10
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return 0


def _end(process: "subprocess.Popen[bytes]") -> None:
    """See to it that a process is over, with what it has started."""
    with contextlib.suppress(OSError):  # its group may live on after it
        os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()
    process.wait()


def _failure(shown: str, said: str, code: int, program: str) -> RenderError:
    """What to say of a program that failed."""
    lower = said.lower()
    if any(word in lower for word in _NO_MEMORY) or code == -signal.SIGABRT:
        return LimitError(_too_much_memory(shown))
    if _SYSTEM == "linux" and code == -signal.SIGXCPU:
        return LimitError(f"`{shown}` took longer than {TIMEOUT:g} seconds")
    told = " ".join(said.split())
    shortened = told[:_SHOWN] or f"exit code {code}, and no message"
    return RenderError(f"`{shown}` failed: {shortened}{_wrapper(program) if _lacks(lower, code) else ''}")


def _too_much_memory(shown: str) -> str:
    return f"`{shown}` used more than the {MEMORY >> 30} GiB of memory that it is allowed"


def _lacks(said: str, code: int) -> bool:
    """Whether a program that failed may have missed another one."""
    return code in (126, 127) or "not found" in said or "no such file" in said


def _wrapper(program: str) -> str:
    """A hint where what is on the PATH is a script, or a link to a version manager: those start other programs."""
    real = os.path.realpath(program)
    name = os.path.splitext(os.path.basename(program))[0]
    try:
        with open(real, "rb") as file:
            script = file.read(2) == b"#!"
    except OSError:
        return ""
    if not script and name in os.path.basename(real):
        return ""
    return f" (`{program}` is a wrapper around {name}, and joblint lets it start nothing else: put {name} on the PATH)"
