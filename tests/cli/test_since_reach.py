"""`--since` judges only what a change can affect: what it reports is what a run over all files reports as new."""

import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from joblint.cli import reach
from tests.cli import histories
from tests.cli.program import Program

_OPTIONS: tuple[list[str], ...] = ([], [], ["--against", "git:before"], ["--against=git:HEAD"], ["--fail-on-empty"])
_PATHS: tuple[list[str], ...] = ([], [], ["."], ["a"], ["c", "a"], ["one.yaml", "a"], ["text.md"])


def _outcome(joblint: Program, arguments: list[str]) -> object:
    """The exit code and the findings; or what is said of a mistake."""
    done = joblint("check", "--since", "before", "--format", "json", *arguments)
    report = json.loads(done.out)
    return done.code, report["errors"], [{**one, "fix": None} for one in report["findings"]]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_as_a_run_over_all(joblint: Program, monkeypatch: pytest.MonkeyPatch, data: st.DataObject) -> None:
    def pick(options: "histories.Options") -> object:
        return data.draw(st.sampled_from(options))

    here = os.getcwd()
    with tempfile.TemporaryDirectory() as folder, monkeypatch.context() as patched:
        root = Path(folder)
        histories.begin(pick, root)
        histories.go_on(pick, root)
        os.chdir(root)
        try:
            named = [path for path in data.draw(st.sampled_from(_PATHS)) if os.path.exists(path)]
            arguments = ["--extend-select", "advice", *data.draw(st.sampled_from(_OPTIONS)), *named]
            found = _outcome(joblint, arguments)
            patched.setattr(reach, "find", lambda *_: None)
            assert found == _outcome(joblint, arguments)
        finally:
            os.chdir(here)
