"""The client of the worker process (joblint/checks/own/worker.py), which it starts and restarts when needed.

It is restarted after a rule has made it end.
"""

import atexit
import contextlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.machinery import PathFinder
from threading import Lock
from typing import Any

from joblint.checks.own import bounds
from joblint.checks.own.flaw import OwnError
from joblint.kube.minors.bundle import PACKAGE

MISSING = "rules in CEL require cel-expr-python and google-re2, which are not installed: `pip install 'joblint[cel]'`"
_NO_PYTHON = "rules in CEL are evaluated in a separate process, which cannot be started"
_NEEDED = ("cel_expr_python", "re2")
# Isolated (-I, -S), so that no file of the directory that is checked, and no variable, affects what is imported.
_START = "import sys; sys.path += sys.argv[1:]; from joblint.checks.own.worker import main; main()"
# The environment that is passed on: what the system's loader needs, and where time zones are. No tokens are.
_VARIABLES = ("SYSTEMROOT", "WINDIR", "LD_LIBRARY_PATH", "DYLD_", "TZDIR", "LANG", "LC_")
_MAX_REPLY = 4 << 20  # bytes
_PATIENCE = 10.0  # seconds within which a process that has closed its output must end
Build = Callable[["Worker"], dict[str, Any]]


class Stopped(Exception):
    """Raised if an expression was stopped, with the reason."""


class Spent(Exception):
    """Raised if all expressions together have used more time than allowed."""


class Worker:
    """One process, which gets one request at a time."""

    def __init__(self) -> None:
        """Start the process. Raises OwnError if it does not start."""
        self.owner = os.getpid()
        self.programs: set[int] = set()  # the expressions that it has
        self.data: dict[str, Any] = {}  # the values that it has
        self.cpu = 0.0  # seconds that it has used
        command = [sys.executable, "-I", "-S", "-c", _START, *_directories()]
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        try:
            self.process = subprocess.Popen(
                command,
                env={name: value for name, value in os.environ.items() if name.startswith(_VARIABLES)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=flags,
            )
        except OSError as error:
            raise OwnError(f"{_NO_PYTHON}: {error}") from None
        if self._read() != {"ready": True}:
            self.close()
            raise OwnError(_NO_PYTHON)

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the reply to a request. Raises Stopped if the process ends without a reply."""
        assert self.process.stdin is not None
        try:
            line = json.dumps(request).encode() + b"\n"
        except (ValueError, TypeError, RecursionError):
            self.close()
            raise Stopped("it reads a value that CEL cannot represent") from None
        with contextlib.suppress(OSError):
            self.process.stdin.write(line)
            self.process.stdin.flush()
        reply = self._read()
        if reply is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(_PATIENCE)
            self.close()
            raise Stopped(bounds.cause(self.process.returncode))
        return reply

    def _read(self) -> dict[str, Any] | None:
        assert self.process.stdout is not None
        line = self.process.stdout.readline(_MAX_REPLY)
        try:
            reply = json.loads(line)
        except ValueError:
            return None
        return reply if isinstance(reply, dict) else None

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        self.process.stdout.close()
        if self.owner == os.getpid():
            self.process.kill()
            self.process.wait()


class _State:
    """The state of this process: the current worker, and the time used so far."""

    worker: Worker | None = None
    cpu = 0.0  # seconds
    evaluations = 0


_state = _State()
_lock = Lock()


def _directories() -> list[str]:
    """Return the directories of what the worker imports. Raises OwnError if it is not installed.

    The current directory is not one of them, though `python -m` and `python -c` look there first.
    """
    try:
        here = os.path.realpath(os.getcwd())
    except OSError:
        here = ""
    places = [place for place in sys.path if place and os.path.realpath(place) != here]
    directories = []
    for name in _NEEDED:
        try:
            spec = importlib.util.find_spec(name) and PathFinder.find_spec(name, places)
        except ValueError:  # the module was removed from sys.modules
            spec = None
        locations = list(spec.submodule_search_locations or ()) if spec is not None else []
        if not locations:
            raise OwnError(MISSING)
        directories.append(os.path.dirname(os.path.abspath(locations[0])))
    own = os.path.dirname(PACKAGE)
    return list(dict.fromkeys((*directories, own)))


def _worker() -> Worker:
    """Return the current worker; start a new one if there is none. Raises OwnError."""
    if _state.worker is None or _state.worker.owner != os.getpid():  # of the process that this one was forked from
        _state.worker = Worker()
    return _state.worker


def at_hand() -> Worker | None:
    """Return the current worker, if there is one."""
    return _state.worker


def ask(build: Build, count: int = 1) -> dict[str, Any]:
    """Return the worker's reply to a request for `count` evaluations.

    `build` builds the request for the current worker. Raises Stopped, Spent and OwnError.
    """
    with _lock:
        _state.evaluations += count
        if _state.cpu > bounds.RUN_SECONDS + bounds.SHARE_SECONDS * _state.evaluations:
            raise Spent
        worker = _worker()
        try:
            reply = worker.ask(build(worker))
        except Stopped:
            _state.worker = None
            _state.cpu += bounds.CPU_SECONDS
            raise
        _state.cpu += reply["cpu"] - worker.cpu
        worker.cpu = reply["cpu"]
        return reply


def stop() -> None:
    """End the worker, and reset the time used."""
    with _lock:
        if _state.worker is not None:
            _state.worker.close()
        _state.worker, _state.cpu, _state.evaluations = None, 0.0, 0


atexit.register(stop)
