"""Files that hold several objects, or one that does not say what it is, from the command line."""

from pathlib import Path

import pytest

from tests.cli.program import in_process
from tests.manifests.test_documents import BODY, CRON_BODY, WRONG, job


@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_fix_in_each_of_several_json_objects(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    program = in_process(monkeypatch, capfd)
    text = f"{job('a', WRONG)}\n{job('b')}{job('c', WRONG)}\n"
    Path(name).write_text(text)
    done = program("check", "--isolated", "--format", "concise", name)
    column = len(job("b")) + text.index('"backofL') + 1
    assert done.code == 1
    assert [line.partition(" ")[0] for line in done.out.splitlines()] == [
        f"{name}:1:{text.index(WRONG) + 1}:",
        f"{name}:2:{column}:",
    ]
    program("fix", "--isolated", name)
    assert Path(name).read_text() == text.replace("backofLimit", "backoffLimit")
    assert program("check", "--isolated", name).code == 0


@pytest.mark.parametrize(("body", "kind"), [(BODY, "Job"), (CRON_BODY, "CronJob")])
@pytest.mark.parametrize("line", ["", "kind:\n"])
def test_no_kind(
    line: str, body: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    program = in_process(monkeypatch, capfd)
    Path("a.yaml").write_text(f"apiVersion: batch/v1\n{line}{body}")
    done = program("check", "--isolated", "--format", "concise", ".")
    assert (done.code, done.out.partition(" ")[0]) == (1, f"a.yaml:{2 if line else 1}:1:")
    assert "[unknown-kind]" in done.out
    program("fix", "--isolated", ".")
    assert Path("a.yaml").read_text() == f"apiVersion: batch/v1\nkind: {kind}\n{body}"
    assert program("check", "--isolated", ".").code == 0


def test_values_of_a_chart_are_no_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    program = in_process(monkeypatch, capfd)
    values = "job:\n  apiVersion: batch/v1\n  template:\n    spec: {containers: []}\nspec:\n  parallelism: 1\n"
    Path("values.yaml").write_text(values)
    Path("other.yaml").write_text(f"# batch/v1 Job\n{BODY}replicas: 1\n")
    assert program("check", "--isolated", ".").out == ""
