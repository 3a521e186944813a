"""What the tests of reports share."""

from pathlib import Path

import pytest

from tests.cli.program import Program, in_process


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, outside a repository."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def joblint(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Program:
    """The program, run in this process."""
    return in_process(monkeypatch, capfd)
