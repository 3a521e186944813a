"""`--since`: what a change brought in, in real repositories with edits, moves and renames."""

import subprocess
from pathlib import Path

import click
import pytest

from joblint.cli.check import command
from joblint.cli.options import complete_revisions
from tests.cli.program import Done, Program
from tests.support import BAD, GOOD, commit_all, run_git, write

WORSE = BAD.replace("paralelism: 2", "paralelism: 2\n  completons: 3")


@pytest.fixture(autouse=True)
def here(here: Path) -> Path:
    """A repository with a file that has a finding and one that has none."""
    write(here / "jobs/a.yaml", BAD)
    write(here / "b.yaml", GOOD.replace("hello", "other"))
    commit_all(here)
    return here


def found(done: Done) -> list[str]:
    return [line.partition(": ")[0] for line in done.out.splitlines()]


def test_nothing_new(here: Path, joblint: Program) -> None:
    done = joblint("check", "--since", "main")
    assert (done.code, done.out, done.err) == (0, "", "joblint: the change affects no Job or CronJob\n")
    write(here / "jobs/a.yaml", "# why\n" + BAD)
    assert "1 not new" in joblint("check", "--since", "main").err


@pytest.mark.parametrize("committed", ["no", "staged", "yes"])
def test_edit(here: Path, joblint: Program, committed: str) -> None:
    run_git("tag", "before")
    write(here / "jobs/a.yaml", "# why\n" + WORSE)
    if committed != "no":
        run_git("add", "-A")
    if committed == "yes":
        run_git("commit", "-qm", "worse")
    assert found(joblint("check", "--since", "before")) == ["jobs/a.yaml:8:3"]


def test_moved_lines(here: Path, joblint: Program) -> None:
    write(here / "jobs/a.yaml", "# why\n\n" + GOOD.replace("hello", "first") + "---\n" + BAD.replace("\n", "\r\n"))
    assert joblint("check", "--since", "HEAD").code == 0


def test_one_more_like_it(here: Path, joblint: Program) -> None:
    write(here / "jobs/a.yaml", BAD + "---\n" + BAD)
    assert found(joblint("check", "--since", "HEAD")) == ["jobs/a.yaml:19:3"]


def test_untracked_file(here: Path, joblint: Program) -> None:
    write(here / "new.yaml", BAD)
    assert found(joblint("check", "--since", "HEAD")) == ["new.yaml:6:3"]


@pytest.mark.parametrize("how", ["untracked", "staged", "committed"])
def test_rename(here: Path, joblint: Program, how: str) -> None:
    run_git("tag", "before")
    (here / "elsewhere").mkdir()
    (here / "jobs/a.yaml").rename(here / "elsewhere/z.yaml")
    write(here / "elsewhere/z.yaml", WORSE)
    if how != "untracked":
        run_git("add", "-A")
    if how == "committed":
        run_git("commit", "-qm", "moved")
    assert found(joblint("check", "--since", "before")) == ["elsewhere/z.yaml:7:3"]
    assert found(joblint("check", "--since", "before", "elsewhere")) == ["elsewhere/z.yaml:7:3"]


def test_a_copy_is_new(here: Path, joblint: Program) -> None:
    write(here / "copy.yaml", BAD)
    assert found(joblint("check", "--since", "HEAD")) == ["copy.yaml:6:3"]


def test_object_moved_into_another_file(here: Path, joblint: Program) -> None:
    write(here / "jobs/a.yaml", GOOD.replace("hello", "third"))
    write(here / "b.yaml", GOOD.replace("hello", "other") + "---\n" + BAD)
    assert joblint("check", "--since", "HEAD").code == 0


def test_cured_here_and_brought_in_there(here: Path, joblint: Program) -> None:
    write(here / "jobs/a.yaml", GOOD)
    write(here / "b.yaml", GOOD.replace("hello", "other") + "---\n" + BAD)
    assert found(joblint("check", "--since", "HEAD")) == ["b.yaml:18:3"]


def test_from_a_subdirectory(here: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here / "jobs/c.yaml", BAD.replace("hello", "fresh"))
    monkeypatch.chdir(here / "jobs")
    assert found(joblint("check", "--since", "main")) == ["c.yaml:6:3"]
    assert found(joblint("check", "--since", "main", "..", str(here))) == ["../jobs/c.yaml:6:3"]


def test_standard_input(here: Path, joblint: Program) -> None:
    arguments = ("check", "--since", "main", "-", "--stdin-filename", "jobs/a.yaml")
    assert joblint(*arguments, stdin=BAD.encode()).code == 0
    assert found(joblint(*arguments, stdin=WORSE.encode())) == ["jobs/a.yaml:7:3"]


def test_broken_before_and_after(here: Path, joblint: Program) -> None:
    write(here / "jobs/a.yaml", BAD + "  x: [\n")
    run_git("commit", "-qam", "broken")
    assert joblint("check", "--since", "HEAD", "jobs").code == 0
    assert found(joblint("check", "--since", "HEAD~", "jobs")) == ["jobs/a.yaml:14:1"]


def test_suppression_taken_away(here: Path, joblint: Program) -> None:
    write(here / "jobs/a.yaml", BAD.replace("paralelism: 2", "paralelism: 2  # joblint: ignore[unknown-field] ours"))
    run_git("commit", "-qam", "suppressed")
    assert joblint("check", "--since", "HEAD~").code == 0
    write(here / "jobs/a.yaml", BAD)
    assert found(joblint("check", "--since", "HEAD")) == ["jobs/a.yaml:6:3"]


def test_what_a_job_refers_to_is_read_as_it_was(here: Path, joblint: Program) -> None:
    script = "  run.sh: echo $JOB_COMPLETION_INDEX\n"
    write(here / "map.yaml", f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: scripts\ndata:\n{script}")
    write(
        here / "reader.yaml",
        GOOD.replace("hello", "reader").rstrip("\n")
        + "\n        command: [sh, /s/run.sh]\n        volumeMounts:\n        - {name: s, mountPath: /s}\n"
        + "      volumes:\n      - name: s\n        configMap: {name: scripts}\n",
    )
    assert [line.partition(":")[0] for line in found(joblint("check", "--ignore", "unknown-field"))] == ["map.yaml"]
    run_git("add", "-A")
    run_git("commit", "-qm", "reader")
    assert joblint("check", "--since", "HEAD").code == 0
    write(here / "map.yaml", (here / "map.yaml").read_text().replace("$JOB_COMPLETION_INDEX", "$HOME"))
    run_git("commit", "-qam", "cured")
    write(here / "map.yaml", (here / "map.yaml").read_text().replace("$HOME", "$JOB_COMPLETION_INDEX"))
    assert [line.partition(":")[0] for line in found(joblint("check", "--since", "HEAD"))] == ["map.yaml"]


def test_where_the_branch_left_another(here: Path, joblint: Program) -> None:
    run_git("checkout", "-qb", "topic")
    write(here / "new.yaml", BAD.replace("hello", "fresh"))
    run_git("add", "-A")
    run_git("commit", "-qm", "new")
    run_git("checkout", "-q", "main")
    write(here / "jobs/a.yaml", GOOD)
    run_git("commit", "-qam", "cured on main")
    run_git("checkout", "-q", "topic")
    assert found(joblint("check", "--since", "main")) == ["jobs/a.yaml:6:3", "new.yaml:6:3"]
    assert found(joblint("check", "--since", "main...")) == ["new.yaml:6:3"]


def test_with_a_baseline(here: Path, joblint: Program) -> None:
    write(here / "new.yaml", BAD.replace("hello", "fresh"))
    assert joblint("check", "--write-baseline", "known.json").code == 0
    write(here / "newer.yaml", BAD.replace("hello", "fresher"))
    assert found(joblint("check", "--since", "HEAD")) == ["new.yaml:6:3", "newer.yaml:6:3"]
    assert found(joblint("check", "--since", "HEAD", "--baseline", "known.json")) == ["newer.yaml:6:3"]


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        ("mian", "unknown revision `mian`; did you mean `main`?"),
        ("main~9", "unknown revision `main~9`"),
        ("--all", "`--all` is not a valid revision: write a branch, a tag or a commit"),
        ("", "`` is not a valid revision: write a branch, a tag or a commit"),
        ("mian...", "unknown revision `mian`"),
    ],
)
def test_no_such_revision(joblint: Program, ref: str, said: str) -> None:
    done = joblint("check", f"--since={ref}")
    assert (done.code, done.out) == (2, "")
    assert f"joblint: --since {ref}: {said}" in done.err


def test_no_commit_in_common(here: Path, joblint: Program) -> None:
    run_git("checkout", "-q", "--orphan", "alone")
    run_git("commit", "-qm", "alone")
    done = joblint("check", "--since", "main...")
    assert (done.code, done.out) == (2, "")
    assert "have no common commit" in done.err


def test_no_repository(tmp_path: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    write(outside / "a.yaml", BAD)
    monkeypatch.chdir(outside)
    done = joblint("check", "--since", "main")
    assert (done.code, done.out) == (2, "")
    assert "not in a git repository" in done.err


def test_completion() -> None:
    run_git("tag", "before")
    parameter = next(one for one in command.params if one.name == "since")
    context = click.Context(command)
    assert [item.value for item in complete_revisions(context, parameter, "")] == ["HEAD", "main", "before"]
    assert [item.value for item in complete_revisions(context, parameter, "ma")] == ["main"]


def test_objects_that_git_has_lost(here: Path, joblint: Program) -> None:
    for path in (here / ".git/objects").glob("??/*"):
        if b"blob" in subprocess.check_output(["git", "cat-file", "-t", path.parent.name + path.name]):
            path.unlink()
    write(here / "jobs/a.yaml", WORSE)
    done = joblint("check", "--since", "main")
    assert done.code == 2
    assert "joblint: --since main: " in done.err
    assert "bug" not in done.err
