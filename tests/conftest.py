"""What all tests share: the repository's place, a clean copy of it, how hypothesis searches, and a limit of memory."""

import gc
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.cli.program import Program, in_process
from tests.support import commit_all

ROOT = Path(__file__).resolve().parent.parent

# No deadline: a slow machine is no failure. In CI the same examples every time, so that a red run can be run again.
settings.register_profile("joblint", deadline=None)
settings.register_profile("joblint-ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("joblint-ci" if os.environ.get("CI") else "joblint")

# A shell that runs the tests in the background leaves Ctrl-C ignored, and so do the processes that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

MEMORY = 1024  # MiB that a process which runs tests may take at its peak
_PEAK = "joblint_peak"
_peaks: dict[str, int] = {}  # of this process, or of each worker of xdist


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Collect without looking for garbage: what is made there stays to the end, as thousands of tests do."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run if a process has taken more memory than `MEMORY`."""
    if sys.platform != "linux":  # elsewhere the peak is counted in other units, or not at all
        return
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_PEAK] = peak
        return
    _peaks["main"] = peak
    if max(_peaks.values()) > MEMORY and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Note the peak of a worker of xdist that has ended."""
    _peaks[node.gateway.id] = getattr(node, "workeroutput", {}).get(_PEAK, 0)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the peaks."""
    if _peaks:
        told = ", ".join(f"{name} {peak} MiB" for name, peak in sorted(_peaks.items()))
        too_much = max(_peaks.values()) > MEMORY
        terminalreporter.write_line(f"peak memory: {told} (limit {MEMORY} MiB)", red=too_much)


@pytest.fixture(scope="session")
def root() -> Path:
    """The top level of the repository."""
    return ROOT


@pytest.fixture
def joblint(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Program:
    """The program, run in this process."""
    return in_process(monkeypatch, capfd)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory in no repository; git takes no notice of what this machine has set."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that is all of the PATH, for what --render starts."""
    from joblint.project.render.contained import isolation

    folder = tmp_path_factory.mktemp("tools")
    monkeypatch.setenv("PATH", str(folder))
    isolation.cache_clear()  # what was found on another PATH
    yield folder
    isolation.cache_clear()


@pytest.fixture(scope="session")
def clean_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository with one commit: every file here that git does not ignore, new and changed ones as they are."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    copy = tmp_path_factory.mktemp("copy") / "joblint"
    listed = subprocess.check_output(["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT)
    for name in sorted({os.fsdecode(raw) for raw in listed.split(b"\0") if raw}):
        if (ROOT / name).exists():  # a file deleted but not committed is still listed
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name, follow_symlinks=False)
    commit_all(copy)
    return copy
