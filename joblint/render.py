"""Run helm or kustomize over a directory, without a network, and take what it prints.

    render(path, kind_of(path), minor)      the output, as bytes, and how it names templates

The arguments are fixed: no values, no plugins, no network. Who needs others pipes the output to `joblint check -`.
"""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from typing import IO, NamedTuple

from joblint import kustomize
from joblint.disk import MAX_BYTES, TOO_LARGE
from joblint.leave import CHART
from joblint.origin import Rendered

HELM, KUSTOMIZE = "helm", "kustomize"  # what a directory is rendered by
TIMEOUT = 60.0  # seconds that a program is given
_LOOK = 0.5  # seconds between two looks at how much has been printed
_MAX_SAID = 2000  # bytes of what a program that failed said
# Helm loads what lies in the chart, and nothing else. Kustomize fetches remote bases by git or HTTP, and has no option
# against it: git is told to, and HTTP goes to a port of this machine where nobody listens (9, discard).
_NOWHERE = "http://127.0.0.1:9"
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
OFFLINE = {"GIT_ALLOW_PROTOCOL": "file", **dict.fromkeys(_PROXIES, _NOWHERE), "NO_PROXY": "", "no_proxy": ""}


class RenderError(Exception):
    """Why a directory could not be rendered, in words: what the program said, or that there is none."""


class Output(NamedTuple):
    """What a program printed, and how it names templates."""

    data: bytes
    rendered: Rendered


def kind_of(path: str) -> str:
    """What a directory is rendered by: HELM for a chart, KUSTOMIZE for a kustomization; nothing for any other path."""
    if os.path.isfile(os.path.join(path, CHART)):
        return HELM
    return KUSTOMIZE if kustomize.is_one(path) else ""


def render(path: str, kind: str, minor: int) -> Output:
    """The manifests that a chart or a kustomization makes for a minor of Kubernetes (29 for 1.29).

    Raises RenderError.
    """
    return _chart(path, minor) if kind == HELM else _kustomization(path)


def _chart(path: str, minor: int) -> Output:
    program = _program(HELM)
    data = run((program, "template", _operand(path), "--kube-version", f"1.{minor}"), "helm template")

    def name(told: str) -> str:
        """`chart/templates/job.yaml`, which begins with the chart's own name, as a path."""
        return os.path.normpath(os.path.join(path, told.partition("/")[2]))

    return Output(data, Rendered(name, path))


def _kustomization(path: str) -> Output:
    build = _builder()
    shown = " ".join((os.path.basename(build[0]), build[1]))
    try:
        return _with_origins(path, build, shown)
    except (RenderError, ValueError, OSError):  # a component, an old program, another drive: or it is just wrong
        return Output(run((*build, _operand(path)), shown), Rendered(otherwise=path))


def _with_origins(path: str, build: Sequence[str], shown: str) -> Output:
    """Build a kustomization around the one at `path` which does nothing but ask for the origins of what comes out."""
    with tempfile.TemporaryDirectory(prefix="joblint-") as made:
        here, real = os.path.realpath(made), os.path.realpath(path)
        around = {"resources": [os.path.relpath(real, here)], "buildMetadata": ["originAnnotations"]}
        with open(os.path.join(here, kustomize.NAMES[0]), "w", encoding="utf-8") as file:
            json.dump(around, file)
        data = run((*build, here), shown)

    def name(told: str) -> str:
        """A path that is told from the kustomization around, as one from where `path` counts."""
        whole = os.path.normpath(os.path.join(here, told))
        return os.path.normpath(os.path.join(path, os.path.relpath(whole, real)))

    return Output(data, Rendered(name, path))


def _builder() -> tuple[str, str]:
    """The program that builds kustomizations, and its command; kubectl has one inside."""
    found = shutil.which(KUSTOMIZE)
    return (found, "build") if found else (_program("kubectl", "neither `kustomize` nor `kubectl`"), KUSTOMIZE)


def _program(name: str, missing: str = "") -> str:
    found = shutil.which(name)
    if found is None:
        raise RenderError(f"cannot be rendered: there is {missing or f'no `{name}`'} on the PATH")
    return found


def _operand(path: str) -> str:
    """A path that no program takes for an option, or for the name of a chart in a registry."""
    return path if os.path.isabs(path) else os.path.join(os.curdir, path)


def run(command: Sequence[str], shown: str, timeout: float = TIMEOUT) -> bytes:
    """What a command prints. `shown` is what messages call it, `timeout` counts seconds. Raises RenderError."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=said,
                env={**os.environ, **OFFLINE},
                start_new_session=True,  # so that it can be ended with all that it has started
            )
        except OSError as error:
            raise RenderError(f"`{shown}` cannot be run: {error.strerror}") from None
        try:
            _wait(process, output, shown, timeout)
        finally:
            _end(process)
        if process.returncode:
            said.seek(0)
            raise RenderError(f"`{shown}` failed: {_in_a_line(said.read(_MAX_SAID))}")
        output.seek(0)
        return output.read()


def _wait(process: "subprocess.Popen[bytes]", output: IO[bytes], shown: str, timeout: float) -> None:
    """Wait for the end of a process, unless it takes too long or prints too much. Raises RenderError."""
    last = time.monotonic() + timeout
    while process.poll() is None:
        try:
            process.wait(_LOOK)
        except subprocess.TimeoutExpired:
            if time.monotonic() > last:
                raise RenderError(f"`{shown}` took longer than {timeout:g} seconds") from None
        if os.fstat(output.fileno()).st_size > MAX_BYTES:
            raise RenderError(f"`{shown}` prints what is {TOO_LARGE}")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """See to it that a process is over, with what it has started."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()
        except OSError:
            pass
        process.wait()


def _in_a_line(said: bytes) -> str:
    return " ".join(said.decode("utf-8", "replace").split()) or "it says nothing"
