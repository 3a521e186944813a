"""`--against`: what is read of OLD, files or a repository; what goes with what; what is said when there is no OLD."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from joblint.cli.options import complete_against
from joblint.kube.minors.minor import MINORS
from joblint.project import git
from tests.cli.program import Done, Program, environment, process
from tests.support import CRONJOB, GOOD, commit_all, named, run_git, write

NEWER = GOOD.replace("busybox:1.36", "busybox:1.37")
RULE = "changed-pod-template"
ERROR = f"job.yaml:11:16: error[{RULE}]"
pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def repository(here: Path) -> Path:
    """A repository with a Job in it, whose image has been changed since."""
    (here / "job.yaml").write_text(GOOD)
    commit_all(here)
    (here / "job.yaml").write_text(NEWER)
    return here


def places(done: Done) -> list[str]:
    """Where the pod template of a Job has been changed, as far as one line a finding tells."""
    return re.findall(rf"^(.*?:\d+:\d+): error\[{RULE}\]", done.out, re.MULTILINE)


class TestFiles:
    def test_two_files(self, here: Path, joblint: Program) -> None:
        write(here / "old.yaml", GOOD)
        write(here / "job.yaml", NEWER)
        done = joblint("check", "--against", "old.yaml", "job.yaml")
        assert (done.code, done.err) == (1, "1 error in 1 file (1 Job, 1 also in old.yaml, Kubernetes 1.37)\n")
        assert done.out.startswith(f"{ERROR} ")
        assert done.out.count("\n") == 1
        assert "`busybox:1.36`" in done.out
        assert joblint("check", "job.yaml").code == 0

    def test_text_shows_both_places(self, here: Path, joblint: Program) -> None:
        write(here / "old" / "job.yaml", f"# a comment\n{GOOD}")
        write(here / "job.yaml", NEWER)
        shown = joblint("check", "--against", "old", "job.yaml", "--format", "text").out
        assert shown.startswith(f"error[{RULE}]: ")
        assert shown[shown.index("  -->") :] == (
            "  --> job.yaml:11:16\n"
            "   |\n"
            "11 |         image: busybox:1.37\n"
            "   |                ^^^^^^^^^^^^\n"
            "  --> old/job.yaml:12:16\n"
            "   |\n"
            "12 |         image: busybox:1.36\n"
            "   |                ^^^^^^^^^^^^ was `busybox:1.36`\n"
            "\n"
            "1 error in 1 file (1 Job, 1 also in old, Kubernetes 1.37)\n"
        )

    def test_json(self, here: Path, joblint: Program) -> None:
        write(here / "old.yaml", GOOD)
        write(here / "job.yaml", NEWER)
        (found,) = json.loads(joblint("check", "--against", "old.yaml", "job.yaml", "--format", "json").out)["findings"]
        assert (found["rule"], found["field"], found["path"], found["line"]) == (RULE, "spec.template", "job.yaml", 11)
        assert [(r["path"], r["line"], r["column"]) for r in found["related"]] == [("old.yaml", 11, 16)]

    def test_directories(self, here: Path, joblint: Program) -> None:
        write(here / "old/a/job.yaml", GOOD)
        write(here / "old/cron.yaml", CRONJOB)
        write(here / "new/a/job.yaml", NEWER)
        write(here / "new/cron.yaml", CRONJOB.replace("busybox:1.36", "busybox:1.37"))
        write(here / "new/other.yaml", named("other"))
        done = joblint("check", "--against", "old", "new")
        assert places(done) == ["new/a/job.yaml:11:16"]
        assert done.err == "1 error in 1 of 3 files (2 Jobs, 1 CronJob, 2 also in old, Kubernetes 1.37)\n"

    def test_equal_names_go_with_the_path(self, here: Path, joblint: Program) -> None:
        """Tutorials use one name again and again."""
        for name, text in (("x", GOOD), ("y", NEWER), ("z/x", CRONJOB)):
            write(here / f"old/{name}.yaml", text)
            write(here / f"new/{name}.yaml", text)
        for paths in (["new"], ["new/x.yaml", "new/y.yaml"], ["new/"], [str(here / "new")]):
            assert joblint("check", "--against", "old", *paths).code == 0
        write(here / "new/x.yaml", NEWER)
        for paths in (["new"], ["new/x.yaml"], ["./new/x.yaml", "new/y.yaml"]):
            assert len(places(joblint("check", "--against", "old", *paths))) == 1

    def test_a_job_that_old_lacks_is_created(self, here: Path, joblint: Program) -> None:
        write(here / "old.yaml", named("other"))
        write(here / "job.yaml", NEWER)
        assert joblint("check", "--against", "old.yaml", "job.yaml") == (
            0,
            "",
            (
                "joblint: none of these Jobs and CronJobs exist in old.yaml: all were checked as new objects\n"
                "no problems in 1 file (1 Job, 0 also in old.yaml, Kubernetes 1.37)\n"
            ),
        )
        assert joblint("check", "-q", "--against", "old.yaml", "job.yaml") == (0, "", "")

    def test_standard_input(self, here: Path, joblint: Program) -> None:
        write(here / "old.yaml", GOOD)
        assert places(joblint("check", "--against", "old.yaml", "-", stdin=NEWER.encode())) == ["<stdin>:11:16"]

    def test_old_in_other_clothes(self, here: Path, joblint: Program) -> None:
        write(here / "old.md", f"# Title\n\n```yaml\n{GOOD}```\n")
        write(here / "job.yaml", NEWER)
        shown = joblint("check", "--against", "old.md", "job.yaml", "--format", "text").out
        assert "\n  --> old.md:14:16\n" in shown

    def test_all_minors(self, here: Path, joblint: Program) -> None:
        suspended = GOOD.replace("spec:\n", "spec:\n  suspend: true\n", 1)
        write(here / "old.yaml", suspended)
        write(here / "job.yaml", suspended.replace("      restart", "      nodeSelector: {disk: ssd}\n      restart"))
        done = joblint("check", "--against", "old.yaml", "job.yaml", "--kube-version", "1.21-1.37", "--select", RULE)
        assert places(done) == ["job.yaml:9:7"]
        assert done.out.endswith("(on 1.21-1.22)\n")
        assert f"1.{MINORS[-1]})" in done.err

    def test_what_cannot_be_read_of_old(self, here: Path, joblint: Program) -> None:
        write(here / "old/job.yaml", GOOD)
        (here / "old/bytes.yaml").write_bytes(b"kind: Job\n\xff\n")
        write(here / "job.yaml", NEWER)
        done = joblint("check", "--against", "old", "job.yaml")
        assert (done.code, places(done)) == (2, ["job.yaml:11:16"])
        assert done.err.startswith("joblint: old/bytes.yaml: byte 0xff is not UTF-8\n")


class TestNoOld:
    @pytest.mark.parametrize(
        ("old", "said"),
        [
            ("gone", "no such file or directory"),
            ("empty", "no Job or CronJob found in it"),
            ("other.yaml", "no Job or CronJob found in it"),
            ("broken.yaml", "no Job or CronJob found in it"),
            ("bytes.yaml", "byte 0xff is not UTF-8"),
            ("-", "OLD must be a file, a directory or git:REF; it cannot be read from standard input"),
            ("", "OLD must be a file, a directory or git:REF; it cannot be read from standard input"),
            ("git:main", "job.yaml: not in a git repository"),
        ],
    )
    def test_nothing_there(self, here: Path, joblint: Program, old: str, said: str) -> None:
        (here / "empty").mkdir()
        write(here / "job.yaml", NEWER)
        write(here / "other.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: job}\n")
        write(here / "broken.yaml", "kind: Job\n\tx: {\n")
        (here / "bytes.yaml").write_bytes(b"kind: Job\n\xff\n")
        assert joblint("check", "--against", old, "job.yaml") == (2, "", f"joblint: --against {old}: {said}\n")

    @pytest.mark.parametrize(
        ("ref", "said"),
        [
            ("mian", "unknown revision `mian`; did you mean `main`?"),
            ("mian~2", "unknown revision `mian~2`; did you mean `main`?"),
            ("x", "unknown revision `x`; did you mean `feature/x`?"),
            ("HEAD~9", "unknown revision `HEAD~9`"),
            ("0123456789", "unknown revision `0123456789`; run `git fetch` to get what others have pushed"),
            ("main:", "`main:` is not a valid revision: write a branch, a tag or a commit"),
            ("a..b", "`a..b` is not a valid revision: write a branch, a tag or a commit"),
            ("", "`` is not a valid revision: write a branch, a tag or a commit"),
            ("--output=x", "`--output=x` is not a valid revision: write a branch, a tag or a commit"),
        ],
    )
    def test_no_such_revision(self, repository: Path, joblint: Program, ref: str, said: str) -> None:
        run_git("branch", "feature/x", cwd=repository)
        assert joblint("check", "--against", f"git:{ref}") == (2, "", f"joblint: --against git:{ref}: {said}\n")
        assert sorted(path.name for path in repository.iterdir()) == [".git", "job.yaml"]

    def test_no_commit(self, here: Path, joblint: Program) -> None:
        run_git("init", cwd=here)
        said = "unknown revision `HEAD`: the repository has no commits yet"
        assert joblint("check", "--against", "git:HEAD") == (2, "", f"joblint: --against git:HEAD: {said}\n")

    def test_no_git(self, repository: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(repository))
        said = "--against git:HEAD: .: git is not installed, or not on the PATH"
        assert joblint("check", "--against", "git:HEAD", ".") == (2, "", f"joblint: {said}\n")

    def test_no_job_at_that_revision(self, repository: Path, joblint: Program) -> None:
        """The first Job of a repository is no error."""
        run_git("rm", "--cached", "-q", "job.yaml", cwd=repository)
        run_git("commit", "-q", "-m", "none", cwd=repository)
        done = joblint("check", "--against", "git:HEAD")
        assert done.code == 0
        assert done.err.startswith(
            "joblint: none of these Jobs and CronJobs exist in git:HEAD: all were checked as new objects\n"
        )

    def test_shallow_clone(self, repository: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        commit_all(repository)
        run_git("clone", "-q", "--depth", "1", f"file://{repository}", "clone", cwd=repository)
        monkeypatch.chdir(repository / "clone")
        done = joblint("check", "--against", "git:HEAD~1")
        assert (done.code, done.out) == (2, "")
        assert (
            "unknown revision `HEAD~1`; this clone is shallow: run `git fetch --unshallow` to get the history"
            in done.err
        )
        run_git("fetch", "-q", "--unshallow", cwd=Path())
        assert places(joblint("check", "--against", "git:HEAD~1")) == ["job.yaml:11:16"]

    def test_partial_clone(self, repository: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        commit_all(repository)
        run_git("config", "uploadpack.allowFilter", "true", cwd=repository)
        run_git("clone", "-q", "--filter=blob:none", f"file://{repository}", "clone", cwd=repository)
        monkeypatch.chdir(repository / "clone")
        monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "file")  # joblint fetches nothing all the same
        done = joblint("check", "--against", "git:HEAD~1")
        assert (done.code, done.out) == (2, "")
        assert "this partial clone does not have all files; run `git fetch --refetch --no-filter`" in done.err


class TestRepository:
    def test_changed_since(self, repository: Path, joblint: Program) -> None:
        for ref in ("HEAD", "main", "@"):
            done = joblint("check", "--against", f"git:{ref}", "--format", "text")
            assert done.code == 1
            assert f"\n  --> {ref}:job.yaml:11:16\n   |\n11 |         image: busybox:1.36\n" in done.out
        commit_all(repository)
        assert joblint("check", "--against", "git:HEAD").code == 0
        assert places(joblint("check", "--against", "git:HEAD~1")) == ["job.yaml:11:16"]

    def test_a_file_that_moved(self, repository: Path, joblint: Program) -> None:
        (repository / "jobs").mkdir()
        (repository / "job.yaml").rename(repository / "jobs/one.yaml")
        shown = joblint("check", "--against", "git:HEAD", "jobs", "--format", "text").out
        assert shown.startswith(f"error[{RULE}]: ")
        assert "\n  --> jobs/one.yaml:11:16\n" in shown
        assert "--> HEAD:job.yaml:11:16\n" in shown

    def test_paths_of_any_kind(self, repository: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        (repository / "a b/ü").mkdir(parents=True)
        monkeypatch.chdir(repository / "a b/ü")
        (repository / "a b/link").symlink_to(repository)
        for path in ("../..", "../../job.yaml", str(repository / "job.yaml"), "../link/job.yaml"):
            assert len(places(joblint("check", "--against", "git:HEAD", path))) == 1
        assert places(joblint("check", "--against", "git:HEAD", "-", stdin=NEWER.encode())) == ["<stdin>:11:16"]

    @pytest.mark.parametrize("name", ["a b.yaml", "ü ñ.yaml", "new\nline.yaml", "tab\t.yml", "'q\".json", "x.YAML"])
    def test_names(self, here: Path, joblint: Program, name: str) -> None:
        for path, text in ((name, GOOD), ("other.yaml", NEWER)):  # two of a name: only the path tells them apart
            write(here / path, text)
        commit_all(here)
        write(here / name, NEWER)
        assert joblint("check", "--against", "git:HEAD", name).code == 1
        assert joblint("check", "--against", "git:HEAD", "other.yaml").code == 0

    def test_name_that_is_no_text(self, here: Path) -> None:
        name = b"\xff.yaml"
        with open(os.path.join(os.fsencode(here), name), "w") as file:
            file.write(GOOD)
        commit_all(here)
        with open(os.path.join(os.fsencode(here), name), "w") as file:
            file.write(NEWER)
        done = process("check", "--against", "git:HEAD", "--format", "text", cwd=here)
        assert "\n  --> \\xff.yaml:11:16\n" in done.out
        assert "--> HEAD:\\xff.yaml:11:16\n" in done.out

    def test_a_named_file_of_another_suffix(self, here: Path, joblint: Program) -> None:
        write(here / "job.tmpl", GOOD)
        commit_all(here)
        write(here / "job.tmpl", NEWER)
        assert places(joblint("check", "--against", "git:HEAD", "job.tmpl")) == ["job.tmpl:11:16"]

    def test_line_endings(self, here: Path, joblint: Program) -> None:
        (here / "job.yaml").write_bytes(GOOD.replace("\n", "\r\n").encode())
        commit_all(here)
        assert joblint("check", "--against", "git:HEAD").code == 0
        write(here / "job.yaml", NEWER)
        assert places(joblint("check", "--against", "git:HEAD")) == ["job.yaml:11:16"]

    def test_inside_a_hook(self, repository: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        other = repository / "other"
        write(other / "a.txt", "")
        commit_all(other)
        monkeypatch.setenv("GIT_DIR", str(other / ".git"))
        monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
        assert places(joblint("check", "--against", "git:HEAD", "job.yaml")) == ["job.yaml:11:16"]

    def test_work_tree(self, repository: Path, joblint: Program) -> None:
        run_git("worktree", "add", "-q", "--detach", "tree", cwd=repository)
        commit_all(repository)
        assert places(joblint("check", "--against", "git:main", "tree")) == ["tree/job.yaml:11:16"]

    def test_several_repositories_and_submodules(self, repository: Path, joblint: Program) -> None:
        write(repository / "inner/job.yaml", named("inner"))
        commit_all(repository / "inner")
        commit_all(repository)
        write(repository / "inner/job.yaml", named("inner", NEWER))
        assert places(joblint("check", "--against", "git:main", ".", "inner")) == ["inner/job.yaml:11:16"]
        assert places(joblint("check", "--against", "git:main", ".")) == []

    def test_bare_repository(self, here: Path, joblint: Program) -> None:
        run_git("init", "-q", "--bare", "bare", cwd=here)
        said = "--against git:HEAD: bare: the repository has no work tree"
        assert joblint("check", "--against", "git:HEAD", "bare").err == f"joblint: {said}\n"

    def test_large_files(self, here: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        write(here / "a.yaml", GOOD + "#" * 5_000_000)
        write(here / "job.yaml", named("other"))
        commit_all(here)
        monkeypatch.setattr(git, "MAX_BYTES", 1000)
        write(here / "a.yaml", NEWER)
        write(here / "job.yaml", named("other", NEWER))
        assert places(joblint("check", "--against", "git:HEAD")) == ["job.yaml:11:16"]

    def test_many_files(self, here: Path, joblint: Program) -> None:
        """More than the pipes to and from git hold."""
        for number in range(3000):
            write(here / f"{number}.yaml", f"# {'x' * 100}\n")
        write(here / "job.yaml", GOOD)
        commit_all(here)
        write(here / "job.yaml", NEWER)
        assert places(joblint("check", "--against", "git:HEAD", "job.yaml")) == ["job.yaml:11:16"]

    def test_nothing_is_written(self, repository: Path, joblint: Program) -> None:
        def state() -> dict[str, int]:
            return {str(path): path.stat().st_mtime_ns for path in repository.rglob("*")}

        before = state()
        joblint("check", "--against", "git:HEAD")
        assert state() == before


def test_completion(repository: Path) -> None:
    run_git("tag", "v1.0", cwd=repository)

    def complete(word: str) -> list[tuple[str, str]]:
        return [(item.value, item.type) for item in complete_against(None, None, word)]  # type: ignore[arg-type]

    assert complete("") == [("git:", "plain"), ("", "file")]
    assert complete("gi") == [("git:", "plain"), ("gi", "file")]
    assert complete("old") == [("old", "file")]
    assert complete("git:m") == [("git:main", "plain")]
    assert [value for value, _ in complete("git:")] == ["git:HEAD", "git:main", "git:v1.0"]
    assert [value for value, _ in complete("git:v")] == ["git:v1.0"]


def test_explained_with_both_manifests(joblint: Program) -> None:
    told = joblint("explain", RULE).out
    assert told.index("\nApplied over:\n    apiVersion: ") < told.index("\nWrong:\n    apiVersion: ")


def test_nobody_else_pays_for_it(here: Path) -> None:
    """Without the option nothing is imported that only it needs."""
    write(here / "job.yaml", GOOD)
    code = (
        "import atexit, sys; from joblint.cli import main; sys.argv[1:] = ['check', 'job.yaml']; "
        "atexit.register(lambda: print(*sorted({'subprocess', 'tempfile', 'joblint.manifests.corpus.against', "
        "'joblint.cli.against', "
        "'joblint.project.git', 'joblint.server.update', 'click'} & sys.modules.keys()))); main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment())
    assert done.stdout == "\n"
