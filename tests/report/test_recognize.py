"""A file that is not a report is never overwritten by one; an old report is replaced, and is no input."""

from pathlib import Path

import pytest

from joblint.report import FORMATS
from joblint.report.recognize import is_ours, is_report
from tests.cli.program import Program
from tests.support import BAD, GOOD

ALL = pytest.mark.parametrize("format_", FORMATS)
RUNS = ((), ("--select", "invalid-name"), ("--fail-on", "never"), ("gone.yaml",), ("--config", "wrong.yaml"))


@pytest.fixture(autouse=True)
def _files(here: Path) -> None:
    (here / "bad.yaml").write_text(BAD)
    (here / "wrong.yaml").write_text("nokey: 1\n")


@ALL
@pytest.mark.parametrize("words", RUNS)
def test_a_report_is_replaced(here: Path, joblint: Program, format_: str, words: tuple[str, ...]) -> None:
    """Whatever the run before wrote, in whatever format."""
    joblint("check", "bad.yaml", *words, "--output", f"{format_}=out")
    written = (here / "out").read_text()
    assert not written or is_report(written)
    assert "not overwritten" not in joblint("check", "bad.yaml", *words, "--output", f"{format_}=out").err
    assert (here / "out").read_text() == written
    assert joblint("check", "--exit-zero", "bad.yaml", "--output", "json=out").code == 0


@ALL
@pytest.mark.parametrize("command", ["check", "fix"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("bad.yaml", BAD),
        ("job.yml", GOOD),
        ("run.sh", "kubectl apply -f - <<E\n" + GOOD + "E\n"),
        ("readme.md", "# joblint\n\n" + GOOD),
        ("job.json", '{"apiVersion": "batch/v1", "kind": "Job"}'),
        ("list.json", '[{"description": "ours"}]'),
        ("other.sarif", '{"$schema": "s", "version": "2.1.0", "runs": [{"tool": {"driver": {"name": "trivy"}}}]}'),
        ("notes.txt", "error: see below\n"),
        ("junit.xml", '<?xml version="1.0"?>\n<testsuites name="pytest tests">'),
        ("checkstyle.xml", '<?xml version="1.0"?>\n<checkstyle version="4.3">\n</checkstyle>\n'),
        ("picture.png", "\x89PNG\n"),
    ],
)
def test_other_files_are_kept(here: Path, joblint: Program, format_: str, command: str, name: str, text: str) -> None:
    (here / name).write_text(text)
    done = joblint(command, "--output", f"{format_}={name}", ".")
    assert done.code == 2
    why = f"{format_}={name}: the file exists and is not a joblint report; not overwritten"
    assert f"Error: Invalid value for '--output': {why}\n" in done.err
    assert (here / name).read_text() == text
    assert (here / "bad.yaml").read_text() == BAD


def test_own_files_are_not_counted(here: Path, joblint: Program) -> None:
    """Reports and baselines that lie in the tree are no input."""
    words = [word for one in ("json=r.json", "gitlab=g.json", "markdown=m.md") for word in ("--output", one)]
    expected = "1 error in 1 of 2 files (1 Job, Kubernetes 1.37)"
    for _ in range(2):
        assert joblint("check", *words).err.splitlines()[0] == expected
    joblint("check", "--write-baseline=bl.json")
    done = joblint("check", *words[:2], *words[4:], "-v", "g.json", ".")
    assert "bl.json: left alone: is a report or baseline of joblint" in done.err
    assert "g.json: left alone" not in done.err
    assert (
        done.err.splitlines()[-2] == "1 error in 1 of 3 files (1 Job, Kubernetes 1.37)"
    )  # the one that was named counts


def test_a_tutorial_about_joblint_is_an_input() -> None:
    assert not is_ours(b"### joblint: how to use it\n\n```yaml\n" + BAD.encode())
    assert not is_ours(b'{"joblint.dev/ignore": "all"}')
