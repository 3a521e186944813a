"""What all tests share: the repository's place, a clean copy of it, and how hypothesis searches."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.cli.program import Program, in_process
from tests.support import commit_all

ROOT = Path(__file__).resolve().parent.parent

# No deadline: a slow machine is no failure. In CI the same examples every time, so that a red run can be run again.
settings.register_profile("joblint", deadline=None)
settings.register_profile("joblint-ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("joblint-ci" if os.environ.get("CI") else "joblint")


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
    from joblint.render.contained import isolation

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
