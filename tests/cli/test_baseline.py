"""`--baseline` and `--write-baseline`, in a git repository with edits, moves and renames."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.support import BAD, GOOD, commit_all, named, run_git, write

RULE = "unknown-field"
FILE = "joblint-baseline.json"
TWICE = BAD.replace("paralelism: 2", "paralelism: 2\n  completons: 3")


@pytest.fixture(autouse=True)
def here(here: Path) -> Path:
    """A repository with two files that have findings."""
    write(here / "jobs/a.yaml", TWICE)
    write(here / "b.yaml", BAD)
    commit_all(here)
    return here


@pytest.fixture
def baseline(here: Path, joblint: Program) -> Path:
    assert joblint("check", "--write-baseline", FILE).code == 0
    return here / FILE


def found(out: str) -> list[str]:
    return [line.partition(": ")[0] for line in out.splitlines()]


def test_written_and_used(here: Path, joblint: Program) -> None:
    done = joblint("check", "--write-baseline", FILE)
    assert (done.code, done.out) == (0, "")
    assert f"wrote 3 findings to {FILE}" in done.err
    content = json.loads((here / FILE).read_text())
    assert [(one["path"], one["line"]) for one in content["findings"]] == [
        ("b.yaml", "paralelism: 2"),
        ("jobs/a.yaml", "completons: 3"),
        ("jobs/a.yaml", "paralelism: 2"),
    ]
    done = joblint("check", "--baseline", FILE)
    assert (done.code, done.out) == (0, "")
    assert "3 in the baseline" in done.err
    assert joblint("check").code == 1, "it is used only where it is asked for"


def test_writing_again_changes_nothing(baseline: Path, joblint: Program) -> None:
    before = baseline.read_text()
    assert joblint("check", "--baseline", FILE, "--write-baseline").code == 0
    assert joblint("check", f"--write-baseline={FILE}", "-q").err == ""
    assert baseline.read_text() == before


@pytest.mark.usefixtures("baseline")
class TestUsed:
    def test_moved_lines(self, here: Path, joblint: Program) -> None:
        moved = "# why\n\n" + GOOD.replace("hello", "other") + "---\n" + TWICE.replace("2\n", "2   # two\n")
        (here / "jobs/a.yaml").write_text(moved.replace("\n", "\r\n"))
        assert joblint("check", "--baseline", FILE).code == 0

    def test_edit(self, here: Path, joblint: Program) -> None:
        (here / "jobs/a.yaml").write_text(TWICE.replace("completons: 3", "completons: 4\n  suspendd: true"))
        done = joblint("check", "--baseline", FILE)
        assert (done.code, found(done.out)) == (1, ["jobs/a.yaml:7:3", "jobs/a.yaml:8:3"])

    def test_another_one_like_it(self, here: Path, joblint: Program) -> None:
        (here / "b.yaml").write_text(BAD + "---\n" + BAD)
        assert found(joblint("check", "--baseline", FILE).out) == ["b.yaml:19:3"]

    def test_from_elsewhere(self, here: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(here / "jobs")
        assert joblint("check", "--baseline", f"../{FILE}", "..").code == 0
        assert joblint("check", "--baseline", str(here / FILE), "a.yaml", str(here / "b.yaml")).code == 0

    def test_reports_have_only_what_is_new(self, here: Path, joblint: Program) -> None:
        (here / "b.yaml").write_text(
            BAD + "---\n" + named("other").replace("spec:\n  template", "spec:\n  x: 1\n  template")
        )
        document = json.loads(joblint("check", "--baseline", FILE, "--format", "json").out)
        assert [one["line"] for one in document["findings"]] == [19]

    def test_stale_entries_are_told(self, here: Path, joblint: Program) -> None:
        (here / "b.yaml").unlink()
        (here / "jobs/a.yaml").write_text(BAD)
        assert "no longer" not in joblint("check", "--baseline", FILE).err
        assert (
            "2 findings are no longer found; --write-baseline removes them"
            in joblint("check", "--baseline", FILE, "-v").err
        )
        assert "no longer" in joblint("check", "--baseline", FILE, "-v", "jobs").err

    @pytest.mark.parametrize("arguments", [["b.yaml"], ["--ignore", RULE], ["--select", "wrong-type"]])
    def test_what_was_not_looked_for_is_not_stale(self, joblint: Program, arguments: list[str]) -> None:
        done = joblint("check", "--baseline", FILE, "-v", *arguments)
        assert (done.code, "no longer" in done.err) == (0, False)

    def test_with_fix(self, here: Path, joblint: Program) -> None:
        assert joblint("check", "--baseline", FILE, "--fix").code == 0
        assert "parallelism: 2" in (here / "b.yaml").read_text()


@pytest.mark.usefixtures("baseline")
class TestRenamed:
    """`git mv`: the baseline follows what is gone, once."""

    def test_file(self, here: Path, joblint: Program) -> None:
        (here / "new").mkdir()
        run_git("mv", "b.yaml", "new/c.yaml", cwd=here)
        done = joblint("check", "--baseline", FILE, "--strict-baseline", "-v")
        assert (done.code, done.out, "no longer" in done.err) == (0, "", False)
        assert "3 in the baseline" in done.err

    def test_directory(self, here: Path, joblint: Program) -> None:
        run_git("mv", "jobs", "tasks", cwd=here)
        assert joblint("check", "--baseline", FILE, "--strict-baseline").code == 0

    def test_and_changed(self, here: Path, joblint: Program) -> None:
        run_git("mv", "jobs/a.yaml", "c.yaml", cwd=here)
        write(
            here / "c.yaml", TWICE.replace("paralelism", "parallelism").replace("spec:\n  p", "spec:\n  x: 1\n  p", 1)
        )
        assert found(joblint("check", "--baseline", FILE).out) == ["c.yaml:6:3"]

    def test_a_copy_is_new(self, here: Path, joblint: Program) -> None:
        write(here / "c.yaml", BAD)
        assert found(joblint("check", "--baseline", FILE).out) == ["c.yaml:6:3"]

    def test_one_of_two_copies_is_what_moved(self, here: Path, joblint: Program) -> None:
        (here / "b.yaml").unlink()
        write(here / "x/b.yaml", BAD)
        write(here / "c.yaml", BAD)
        assert found(joblint("check", "--baseline", FILE).out) == ["c.yaml:6:3"], "the one of the same name moved"

    def test_what_was_cured_on_the_way_does_not_hide_a_copy(self, here: Path, joblint: Program) -> None:
        (here / "new").mkdir()
        run_git("mv", "b.yaml", "new/b.yaml", cwd=here)
        write(here / "new/b.yaml", GOOD)
        write(here / "c.yaml", BAD)
        done = joblint("check", "--baseline", FILE, "--strict-baseline")
        assert found(done.out) == ["c.yaml:6:3"]
        assert "joblint: b.yaml: no longer found: unknown-field (Job hello, spec.paralelism)\n" in done.err

    def test_another_object_is_new(self, here: Path, joblint: Program) -> None:
        (here / "b.yaml").unlink()
        write(here / "c.yaml", BAD.replace("name: hello\nspec", "name: other\nspec"))
        assert found(joblint("check", "--baseline", FILE).out) == ["c.yaml:6:3"]

    def test_into_a_file_that_has_others(self, here: Path, joblint: Program) -> None:
        """Two files are put together: each keeps what is known of it."""
        write(here / "b.yaml", named("other", BAD))
        joblint("check", "--write-baseline", FILE)
        (here / "b.yaml").unlink()
        write(here / "jobs/a.yaml", f"{TWICE}---\n{named('other', BAD)}")
        assert joblint("check", "--baseline", FILE).code == 0

    def test_a_document_that_cannot_be_read(self, here: Path, joblint: Program) -> None:
        """It has no name: it moves only into a file that the baseline does not know."""
        broken = "kind: Job\napiVersion: batch/v1\nspec: {\n"
        write(here / "b.yaml", broken)
        joblint("check", "--write-baseline", FILE)
        assert joblint("check", "--baseline", FILE).code == 0
        (here / "b.yaml").rename(here / "c.yaml")
        assert joblint("check", "--baseline", FILE).code == 0
        (here / "c.yaml").unlink()
        write(here / "jobs/a.yaml", f"{TWICE}---\n{broken}")
        assert joblint("check", "--baseline", FILE).code == 1

    def test_a_file_that_is_there_and_not_judged_has_not_moved(self, here: Path, joblint: Program) -> None:
        write(here / "c.yaml", BAD)
        (here / "jobs/a.yaml").unlink()
        assert found(joblint("check", "--baseline", FILE, "c.yaml").out) == []
        write(here / "jobs/a.yaml", GOOD)
        assert found(joblint("check", "--baseline", FILE, "c.yaml").out) == ["c.yaml:6:3"]


@pytest.mark.usefixtures("baseline")
class TestStrict:
    def test_names_what_is_no_longer_found(self, here: Path, joblint: Program) -> None:
        assert joblint("check", "--baseline", FILE, "--strict-baseline").code == 0
        (here / "jobs/a.yaml").write_text(BAD)
        (here / "b.yaml").unlink()
        done = joblint("check", "--baseline", FILE, "--strict-baseline")
        assert (done.code, done.out) == (1, "")
        assert done.err.splitlines() == [
            "joblint: b.yaml: no longer found: unknown-field (Job hello, spec.paralelism)",
            "joblint: jobs/a.yaml: no longer found: unknown-field (Job hello, spec.completons)",
            f"joblint: {FILE}: 2 findings are no longer found; --write-baseline removes them",
            "no problems in 1 file (1 Job, Kubernetes 1.37; 1 in the baseline)",
        ]
        assert joblint("check", "--baseline", FILE).code == 0
        assert joblint("check", "--baseline", FILE, "--strict-baseline", "--exit-zero").code == 0

    def test_in_the_configuration(self, here: Path, joblint: Program) -> None:
        write(here / ".joblint.yaml", f"baseline: {FILE}\nstrict-baseline: true\n")
        assert joblint("check").code == 0
        (here / "b.yaml").unlink()
        assert joblint("check").code == 1
        assert joblint("check", "--no-strict-baseline").code == 0
        assert joblint("check", "jobs").code == 1, "the file is gone whatever is named"
        assert joblint("check", "--since", "main").code == 0, "a change is looked at, and not all"
        assert joblint("check", "--write-baseline").code == 0
        assert joblint("check").code == 0

    @pytest.mark.parametrize("arguments", [["b.yaml"], ["--ignore", RULE], ["--select", "wrong-type"]])
    def test_what_was_not_looked_for_is_not_stale(self, here: Path, joblint: Program, arguments: list[str]) -> None:
        (here / "jobs/a.yaml").write_text(GOOD)
        assert joblint("check", "--baseline", FILE, "--strict-baseline", *arguments).code == 0

    def test_a_document_that_cannot_be_read_is_not_stale(self, here: Path, joblint: Program) -> None:
        (here / "jobs/a.yaml").write_text(TWICE + "   - x: {\n")
        done = joblint("check", "--baseline", FILE, "--strict-baseline")
        assert (done.code, "no longer" in done.err) == (1, False)

    def test_with_since(self, joblint: Program) -> None:
        done = joblint("check", "--baseline", FILE, "--strict-baseline", "--since", "main")
        assert done.code == 2
        assert "--strict-baseline cannot be combined with --since: it needs all findings" in done.err

    def test_without_a_baseline(self, joblint: Program) -> None:
        assert joblint("check", "--strict-baseline") == (
            2, "", "joblint: --strict-baseline: requires --baseline FILE\n"
        )  # fmt: skip


class TestErrors:
    def test_no_file(self, joblint: Program) -> None:
        done = joblint("check", "--baseline", FILE)
        assert (done.code, done.out) == (2, "")
        assert f"joblint: --baseline {FILE}: no such file" in done.err

    @pytest.mark.parametrize("content", [b"{", b"\xff", b"[]", b'{"joblint-baseline": 9}', b"{\n<<<<<<< HEAD\n"])
    def test_broken(self, here: Path, joblint: Program, content: bytes) -> None:
        (here / FILE).write_bytes(content)
        done = joblint("check", "--baseline", FILE)
        assert (done.code, done.out) == (2, "")
        assert f"joblint: --baseline {FILE}: not a baseline: " in done.err

    def test_directory(self, joblint: Program) -> None:
        for option in ("--baseline", "--write-baseline"):
            assert joblint("check", option, "jobs").code == 2

    def test_a_manifest_is_not_overwritten(self, here: Path, joblint: Program) -> None:
        done = joblint("check", "--write-baseline", "b.yaml")
        assert (done.code, (here / "b.yaml").read_text()) == (2, BAD)
        assert "the file exists and is not a baseline" in done.err

    def test_nowhere_to_write(self, here: Path, joblint: Program) -> None:
        done = joblint("check", "--write-baseline", "nowhere/b.json")
        assert (done.code, (here / "nowhere").exists()) == (2, False)
        assert "--write-baseline nowhere/b.json: the directory `nowhere` does not exist" in done.err

    def test_not_written_where_a_file_could_not_be_read(self, here: Path, joblint: Program) -> None:
        done = joblint("check", "--write-baseline", FILE, ".", "missing.yaml")
        assert (done.code, (here / FILE).exists()) == (2, False)

    def test_no_name(self, joblint: Program) -> None:
        assert joblint("check", "--write-baseline").code == 2

    def test_not_with_since(self, joblint: Program) -> None:
        assert joblint("check", "--since", "main", "--write-baseline", FILE).code == 2


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="names are text there")
def test_a_name_that_is_no_text(here: Path, joblint: Program) -> None:
    (here / os.fsdecode(b"\xff.yaml")).write_text(BAD)
    assert joblint("check", "--write-baseline", FILE).code == 0
    assert joblint("check", "--baseline", FILE).code == 0


def test_an_empty_file_is_written_to(here: Path, joblint: Program) -> None:
    (here / FILE).touch(0o640)
    assert joblint("check", "--write-baseline", FILE).code == 0
    assert (here / FILE).stat().st_mode & 0o777 == 0o640
