"""Repositories whose own configuration has git run a command, or wait for ever: nothing of it happens."""

import os
import subprocess
from pathlib import Path

import pytest

from joblint.cli.reach.find import find_reach
from joblint.project import git, git_process, git_tree
from tests.cli.program import Program
from tests.project.rendering import CHART, fake
from tests.support import BAD, GOOD, commit_all, run_git

COMMANDS = (
    "core.fsmonitor", "core.sshCommand", "core.gitProxy", "core.askPass", "core.pager", "core.editor",
    "core.alternateRefsCommand", "credential.helper", "diff.external", "gpg.program", "gpg.ssh.program",
    "uploadpack.packObjectsHook", "filter.a.smudge", "filter.a.process", "diff.a.textconv", "diff.a.command",
    "merge.a.driver", "remote.origin.uploadpack", "remote.origin.receivepack", "alias.rev-parse", "alias.ls-tree",
    "trace2.eventTarget", "interactive.diffFilter", "sequence.editor", "pager.rev-parse", "pager.ls-tree",
)  # fmt: skip
REFS = (":x", ":bad.yaml", ":/x", ":!x", "HEAD", "HEAD...", "HEAD~1", "HEAD@{0}", "HEAD@{yesterday}", "@{u}", "@{-1}",
        "HEAD^{/x}", "HEAD^{tree}", "HEAD:bad.yaml", "-x", "--all", "--output=canary", "HEAD^{}", "@")  # fmt: skip


@pytest.fixture
def repository(here: Path) -> Path:
    """A repository with two commits, all of whose settings name a command that leaves a file."""
    (here / "bad.yaml").write_text(GOOD)
    (here / ".gitattributes").write_text("* filter=a diff=a merge=a\n")
    commit_all(here)
    (here / "bad.yaml").write_text(BAD)
    run_git("commit", "-qam", "more", cwd=here)
    command = here.parent / "command"
    command.write_text(f"#!/bin/sh\necho \"$@\" >> '{here.parent}/canary'\nexit 1\n")
    command.chmod(0o755)
    for name in COMMANDS:
        run_git("config", name, str(command), cwd=here)
    hooks = here / "hooks"
    hooks.mkdir()
    for name in ("post-index-change", "reference-transaction", "fsmonitor-watchman", "post-checkout"):
        (hooks / name).write_text(command.read_text())
        (hooks / name).chmod(0o755)
    run_git("config", "core.hooksPath", str(hooks), cwd=here)
    (here.parent / "canary").unlink(missing_ok=True)
    (here / "bad.yaml").touch()
    return here


@pytest.mark.parametrize("option", ["--since=", "--against=git:"])
def test_nothing_is_run(repository: Path, joblint: Program, option: str) -> None:
    for ref in REFS:
        done = joblint("check", f"{option}{ref}")
        if ":" in ref or ref.startswith("-"):
            assert done.code == 2
            assert f"`{ref}` is not a valid revision: write a branch, a tag or a commit" in done.err
        assert not (repository.parent / "canary").exists(), ref
        assert not (repository / "canary").exists(), ref


def test_nothing_is_run_for_what_is_rendered(
    repository: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tools = tmp_path_factory.mktemp("tools")
    fake(tools, "helm", f"prints({GOOD!r})")
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    (repository / "Chart.yaml").write_text(CHART)
    for ref in (*REFS, "HEAD~1"):
        done = joblint("check", "--render", ".", f"--against=git:{ref}")
        assert done.code in (0, 2), ref
        assert not (repository.parent / "canary").exists(), ref
        assert not (repository / "canary").exists(), ref


def test_it_would_be_run(repository: Path) -> None:
    """Without what joblint tells git."""
    subprocess.run(["git", "rev-parse", ":x"], cwd=repository, capture_output=True, check=False)
    assert (repository.parent / "canary").exists()


def test_nothing_is_fetched(here: Path, joblint: Program) -> None:
    """A partial clone, whose missing files git would ask its remote for: with a command of its configuration."""
    (here / "origin").mkdir()
    (here / "origin" / "bad.yaml").write_text(BAD)
    commit_all(here / "origin")
    run_git("config", "uploadpack.allowFilter", "true", cwd=here / "origin")
    run_git("clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{here}/origin", "clone", cwd=here)
    run_git("config", "remote.origin.uploadpack", f"touch {here}/canary;", cwd=here / "clone")
    (here / "clone" / "bad.yaml").write_text(BAD)
    done = joblint("check", "--since=HEAD", "clone")
    assert "partial clone" in done.err
    assert not (here / "canary").exists()


def test_a_bare_repository_inside_is_none(here: Path, joblint: Program) -> None:
    run_git("init", "-q", "--bare", "inner", cwd=here)
    for name, value in (("core.bare", "false"), ("core.worktree", "."), ("core.fsmonitor", f"touch {here}/canary;")):
        run_git("config", "--file", "inner/config", name, value, cwd=here)
    (here / "inner" / "bad.yaml").write_text(BAD)
    done = joblint("check", "--since=HEAD", "inner")
    assert done.code == 2
    assert "the repository has no work tree" in done.err
    assert not (here / "canary").exists()


def test_the_environment_starts_nothing(here: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "bad.yaml").write_text(BAD)
    commit_all(here)
    for name in ("GIT_TRACE", "GIT_TRACE2_EVENT", "GIT_TRACE_SETUP"):
        monkeypatch.setenv(name, str(here / "trace"))
    for name in ("GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_SSH_COMMAND", "GIT_ASKPASS"):
        monkeypatch.setenv(name, f"touch {here}/canary")
    assert joblint("check", "-q", "--since=HEAD").code == 0
    assert sorted(os.listdir(here)) == [".git", "bad.yaml"]


def test_git_is_not_one_of_the_repository(here: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "bad.yaml").write_text(BAD)
    commit_all(here)
    for folder in (here, here / "bin"):
        folder.mkdir(exist_ok=True)
        (folder / "git").write_text(f"#!/bin/sh\ntouch '{here}/canary'\n")
        (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join((".", "", str(here / "bin"), os.environ["PATH"])))
    assert joblint("check", "-q", "--since=HEAD").code == 0
    assert not (here / "canary").exists()


def _object(kind: str, data: bytes, folder: Path) -> str:
    command = ["git", "hash-object", "-w", "-t", kind, "--stdin"]
    return subprocess.run(command, cwd=folder, input=data, check=True, capture_output=True).stdout.decode().strip()


def _commit_of(tree: str, folder: Path) -> None:
    """The tag `old` on a commit of a tree."""
    run_git("update-ref", "refs/tags/old", _object("commit", _COMMIT % tree.encode(), folder), cwd=folder)


_COMMIT = b"tree %s\nauthor a <a@b> 0 +0000\ncommitter a <a@b> 0 +0000\n\nx\n"


@pytest.mark.parametrize("option", ["--since=old", "--against=git:old"])
@pytest.mark.parametrize("levels", [3, 60])
def test_a_tree_that_names_itself(
    here: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch, option: str, levels: int
) -> None:
    """Ten trees a level."""
    (here / "bad.yaml").write_text(BAD)
    commit_all(here)
    entry, number = b"100644 f%d.yaml", _object("blob", GOOD.encode(), here)
    for _ in range(levels):
        number = _object("tree", b"".join(entry % i + b"\0" + bytes.fromhex(number) for i in range(10)), here)
        entry = b"40000 d%d"
    _commit_of(number, here)
    for name in ("_MAX_ENTRIES", "_MAX_WANTED"):
        with monkeypatch.context() as patched:
            patched.setattr(git, name, 2000)
            done = joblint("check", option)
        assert (done.code == 2 and "has more files than joblint reads" in done.err) == (levels == 60)


def test_a_large_file_is_not_unpacked(here: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """One blob may be named a million times: it is asked for once, and not at all if it is too large."""
    (here / "bad.yaml").write_text(BAD)
    commit_all(here)
    large, small = _object("blob", bytes(40 << 20), here), _object("blob", GOOD.encode(), here)
    names = [(b"%03d.yaml" % i, large) for i in range(500)] + [(b"a%03d.yaml" % i, small) for i in range(10)]
    _commit_of(_object("tree", b"".join(b"100644 %s\0" % n + bytes.fromhex(b) for n, b in names), here), here)
    repository = git.Repository(str(here))
    found = list(repository.contents(repository.files("old", lambda path: True)))
    assert [path for path, _ in found] == [f"a{i:03}.yaml" for i in range(10)]
    monkeypatch.setattr(git, "_MAX_TOTAL", 9 * len(GOOD))
    with pytest.raises(git_process.GitError, match="are larger than "):
        list(repository.contents(repository.files("old", lambda path: True)))


@pytest.mark.parametrize("where", ["../other", "/", "."])
def test_a_work_tree_elsewhere(here: Path, joblint: Program, where: str) -> None:
    """Its configuration may name another repository as its work tree: that is not asked."""
    for folder in ("other", "mine"):
        (here / folder).mkdir()
        (here / folder / "bad.yaml").write_text(BAD)
        commit_all(here / folder)
    run_git("tag", "secret", cwd=here / "other")
    run_git("config", "core.worktree", os.path.join(here / "mine", where), cwd=here / "mine")
    done = joblint("check", "--since=secret", "mine")
    assert done.code == 2
    assert ("does not contain this directory" if where == "../other" else "unknown revision `secret`") in done.err


@pytest.mark.parametrize("ref", ["^HEAD", "HEAD..main", "HEAD...main", " ", "..", "HEAD^@", "HEAD^!", "HEAD^-"])
def test_what_is_not_one_commit(here: Path, joblint: Program, ref: str) -> None:
    (here / "bad.yaml").write_text(BAD)
    commit_all(here)
    done = joblint("check", f"--since={ref}")
    assert done.code == 2
    assert "is not a valid revision" in done.err or "unknown revision" in done.err


@pytest.mark.parametrize("place", ["include.path", "objects/info/alternates", "packed-refs"])
def test_a_fifo_is_not_waited_for(here: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    (here / "bad.yaml").write_text(BAD)
    commit_all(here)
    if place == "include.path":
        run_git("config", "include.path", str(here / "fifo"), cwd=here)
        os.mkfifo(here / "fifo")
    else:
        os.mkfifo(here / ".git" / place)
    monkeypatch.setattr(git_process, "LIMIT", 1.0)
    done = joblint("check", "--since=HEAD")
    assert done.code == 2
    assert "git did not answer in 1 seconds: its configuration may include a file that blocks" in done.err


def test_a_tree_that_names_itself_is_not_rendered(
    here: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A chart of 10^60 files."""
    tools = tmp_path_factory.mktemp("tools")
    fake(tools, "helm", f"prints({GOOD!r})")
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    (here / "Chart.yaml").write_text(CHART)
    commit_all(here)
    entry, number = b"100644 f%d.yaml", _object("blob", GOOD.encode(), here)
    for _ in range(60):
        number = _object("tree", b"".join(entry % i + b"\0" + bytes.fromhex(number) for i in range(10)), here)
        entry = b"40000 d%d"
    _commit_of(number, here)
    monkeypatch.setattr(git_tree, "_MAX_LISTED", 10_000)
    done = joblint("check", "--render", ".", "--against=git:old")
    assert done.code == 2
    assert "has more files than joblint reads" in done.err


@pytest.mark.parametrize("what", ["clean", "process"])
@pytest.mark.parametrize("place", [".git/info/attributes", ".gitattributes"])
def test_no_filter_looks_at_the_work_tree(here: Path, joblint: Program, place: str, what: str) -> None:
    """Git reads a file again whose time says nothing, and hands it to a filter if it is not told otherwise."""
    (here / "bad.yaml").write_text(BAD)
    commit_all(here)
    canary, command = here.parent / "canary", here.parent / "command"
    command.write_text(f"#!/bin/sh\necho \"$@\" >> '{canary}'\nexit 1\n")
    command.chmod(0o755)
    later = (here / ".git/index").stat().st_mtime + 100
    os.utime(here / "bad.yaml", (later, later))
    run_git("update-index", "-q", "--refresh", cwd=here)
    run_git("config", f"filter.a.{what}", str(command), cwd=here)
    (here / place).write_text("* filter=a\n")
    canary.unlink(missing_ok=True)  # of another case
    os.utime(here / ".git/index", (later - 50, later - 50))
    assert find_reach(["."], "HEAD", None) is not None
    assert joblint("check", "--since", "HEAD").code == 0
    assert not canary.exists()
    subprocess.run(["git", "diff", "HEAD"], cwd=here, capture_output=True, check=False)
    assert canary.exists()
