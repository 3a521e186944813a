"""Own rules are global to a process: each test begins and ends without any."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from joblint.checks import own
from joblint.cli.app import run

pytest.importorskip("cel_expr_python")


@pytest.fixture(autouse=True)
def _without_rules() -> Iterator[None]:
    own.forget()
    yield
    own.forget()


class Program:
    """What a call of joblint printed, and its exit code."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


@pytest.fixture
def joblint(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Program]:
    """Call joblint in an empty directory, as a process of its own would: without rules of an earlier call."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> Program:
        own.forget()
        code = run(words)
        said = capsys.readouterr()
        return Program(code, said.out, said.err)

    return call
