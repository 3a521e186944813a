"""What is written, and where: only what joblint was given, through no link out of it; and nothing is waited for."""

import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from joblint.cli import save as saving
from joblint.project import rewrite as rewriting
from joblint.project.rewrite import Changed, rewrite
from tests.cli.program import Program
from tests.support import BAD, write

FIXED = BAD.replace("paralelism", "parallelism")
WRITERS = (("fix",), ("fix", "--unsafe-fixes"), ("check", "--add-ignore=unknown-field"))


@pytest.fixture(autouse=True)
def tree(here: Path) -> Path:
    """The working directory, with a file beside it that is not joblint's business."""
    write(here.parent / "outside" / "job.yaml", BAD)
    (here / "in").mkdir()
    return here


def outside(here: Path) -> Path:
    return here.parent / "outside" / "job.yaml"


@pytest.mark.parametrize("words", WRITERS)
@pytest.mark.parametrize("named", [".", "in", "in/a.yaml", "in/../in", "in/b.yaml"])
@pytest.mark.parametrize("repository", [False, True])
def test_a_link_out_of_what_was_given(
    tree: Path, joblint: Program, words: tuple[str, ...], named: str, repository: bool
) -> None:
    if repository:
        (tree / ".git").mkdir()
    (tree / "in" / "a.yaml").symlink_to(outside(tree))
    (tree / "in" / "b.yaml").symlink_to("a.yaml")
    done = joblint(*words, named)
    assert done.code == 2
    assert f"it is a link to {os.path.realpath(outside(tree))}, which is outside of what joblint was given" in done.err
    assert outside(tree).read_text() == BAD
    assert (tree / "in" / "a.yaml").is_symlink()


@pytest.mark.parametrize("words", WRITERS)
def test_a_named_directory_that_is_a_link_out(tree: Path, joblint: Program, words: tuple[str, ...]) -> None:
    (tree / "link").symlink_to(outside(tree).parent)
    assert joblint(*words, "link").code == 2
    assert joblint(*words, "link/job.yaml").code == 2
    assert outside(tree).read_text() == BAD


def test_a_link_to_another_directory_of_the_repository(tree: Path, joblint: Program) -> None:
    """Not to be written when only the link's directory was given; to be when the link itself was."""
    (tree / ".git").mkdir()
    write(tree / "other" / "job.yaml", BAD)
    (tree / "in" / "a.yaml").symlink_to("../other/job.yaml")
    assert joblint("fix", "in").code == 2
    assert (tree / "other" / "job.yaml").read_text() == BAD
    assert joblint("fix", "in/a.yaml").code == 0
    assert (tree / "other" / "job.yaml").read_text() == FIXED
    assert (tree / "in" / "a.yaml").is_symlink()


def test_what_was_named_outside_of_here(tree: Path, joblint: Program) -> None:
    assert joblint("fix", "../outside").code == 0
    assert outside(tree).read_text() == FIXED


@pytest.mark.parametrize("words", WRITERS)
def test_a_hard_link_keeps_its_twin(tree: Path, joblint: Program, words: tuple[str, ...]) -> None:
    os.link(outside(tree), tree / "in" / "a.yaml")
    done = joblint(*words, "in")
    assert done.code == 2
    assert "the file has hard links, which would keep the old text; nothing was written" in done.err
    assert (tree / "in" / "a.yaml").samefile(outside(tree))
    assert outside(tree).read_text() == BAD


def test_mode_and_owner_stay(tree: Path, joblint: Program) -> None:
    file = write(tree / "in" / "a.yaml", BAD)
    file.chmod(0o640)
    before = file.stat()
    assert joblint("fix", "in").code == 0
    after = file.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert file.read_text() == FIXED


def _edited(path: Path) -> None:
    path.write_text("# mine\n")


def _replaced(path: Path) -> None:
    path.with_name("new").write_text(BAD)
    path.with_name("new").replace(path)


def _a_fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("change", [_edited, _replaced, _a_fifo])
def test_what_another_program_changed_meanwhile_stays(
    tree: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
) -> None:
    """In the moment before the new file takes its place: the same text in another file is another edit, too."""
    file = write(tree / "in" / "a.yaml", BAD).resolve()
    give = rewriting._give

    def meanwhile(part: str, before: str, status: os.stat_result) -> None:
        give(part, before, status)
        change(file)

    monkeypatch.setattr(rewriting, "_give", meanwhile)
    with pytest.raises(Changed):
        rewrite(str(file), BAD, FIXED)
    assert stat.S_ISFIFO(file.stat().st_mode) or file.read_text() != FIXED
    assert [name for name in os.listdir(tree / "in") if name.startswith(".joblint")] == []


def test_a_link_that_comes_in_between_is_left_alone(tree: Path) -> None:
    """The same text elsewhere: what was a file when it was judged has become a link to it."""
    file = write(tree / "in" / "a.yaml", BAD).resolve()
    other = write(tree / "other.yaml", BAD)
    file.unlink()
    file.symlink_to(other)
    with pytest.raises(Changed):
        rewrite(str(file), BAD, FIXED)
    assert other.read_text() == BAD


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="extended attributes are read and set on Linux only")
def test_extended_attributes_stay(tree: Path, joblint: Program) -> None:
    file = write(tree / "in" / "a.yaml", BAD)
    try:
        os.setxattr(file, "user.origin", b"x")
    except OSError:
        pytest.skip("this file system has none")
    joblint("fix", "in")
    assert "paralelism" not in file.read_text()
    assert os.getxattr(file, "user.origin") == b"x"


class TestReports:
    @pytest.fixture(autouse=True)
    def patience(self, monkeypatch: pytest.MonkeyPatch, tree: Path) -> None:
        write(tree / "in" / "a.yaml", BAD)
        monkeypatch.setattr(saving, "PATIENCE", 0.2)

    OPTIONS = ("--output=json={}", "--write-baseline={}")

    @pytest.mark.parametrize("option", OPTIONS)
    def test_a_link_out_of_the_tree(self, tree: Path, joblint: Program, option: str) -> None:
        (tree / "report").symlink_to(tree.parent / "outside" / "new")
        done = joblint("check", option.format("report"), "in")
        assert done.code == 2
        assert "a link leads to " in done.err
        assert not (tree.parent / "outside" / "new").exists()

    @pytest.mark.parametrize("option", OPTIONS)
    def test_a_new_file_in_a_directory_that_is_a_link_out(self, tree: Path, joblint: Program, option: str) -> None:
        outside = tree.parent / "outside-of-reports"
        outside.mkdir(exist_ok=True)
        (tree / "reports").symlink_to(outside)
        done = joblint("check", option.format("reports/new"), "in")
        assert done.code == 2
        assert "a link leads to " in done.err
        assert not os.listdir(outside)

    @pytest.mark.parametrize("option", OPTIONS)
    def test_a_link_inside(self, tree: Path, joblint: Program, option: str) -> None:
        (tree / "report").symlink_to("in/report")
        assert joblint("check", "--exit-zero", option.format("report"), "in/a.yaml").code == 0
        assert (tree / "in" / "report").stat().st_size
        assert (tree / "report").is_symlink()

    @pytest.mark.parametrize("option", OPTIONS)
    def test_a_file_that_was_named_elsewhere(self, tree: Path, joblint: Program, option: str) -> None:
        (tree.parent / "other").mkdir(exist_ok=True)
        name = f"../other/{tree.name}"
        assert joblint("check", "--exit-zero", option.format(name), "in").code == 0

    def test_a_hard_link(self, tree: Path, joblint: Program) -> None:
        write(tree / "a", "[]")
        os.link(tree / "a", tree / "b")
        assert joblint("check", "--output=json=b", "in").code == 2
        assert (tree / "a").read_text() == "[]"

    @pytest.mark.parametrize("option", [*OPTIONS, "--baseline={}", "--config={}"])
    def test_a_fifo_that_nobody_uses(self, tree: Path, joblint: Program, option: str) -> None:
        os.mkfifo(tree / "fifo")
        done = joblint("check", option.format("fifo"), "in")
        assert done.code == 2
        assert "is a FIFO" in done.err

    def test_a_fifo_whose_reader_reads_nothing(
        self, tree: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        os.mkfifo(tree / "fifo")
        write(tree / "in" / "a.yaml", "---\n".join([BAD] * 500))
        reader = os.open(tree / "fifo", os.O_RDONLY | os.O_NONBLOCK)
        done = joblint("check", "--output=json=fifo", "in")
        os.close(reader)
        assert done.code == 2
        assert "no program read it for 0.2 seconds" in done.err

    def test_a_fifo_whose_reader_comes_later(
        self, tree: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(saving, "PATIENCE", 60.0)
        os.mkfifo(tree / "fifo")
        read: list[str] = []
        reader = threading.Thread(target=lambda: read.append((tree / "fifo").read_text()))
        reader.start()
        joblint("check", "--output=json=fifo", "in")
        reader.join()
        assert '"findings"' in read[0]

    @pytest.mark.parametrize("option", [*OPTIONS, "--baseline={}", "--config={}"])
    def test_a_directory(self, tree: Path, joblint: Program, option: str) -> None:
        assert joblint("check", option.format("in"), "in").code == 2

    def test_devices(self, tree: Path, joblint: Program) -> None:
        assert joblint("check", "--exit-zero", "--output=json=/dev/null", "in").code == 0
        for option in ("--baseline", "--write-baseline", "--config"):
            assert "is a device" in joblint("check", f"{option}=/dev/zero", "in").err

    def test_an_ignore_file(self, tree: Path, joblint: Program) -> None:
        os.mkfifo(tree / "in" / ".gitignore")
        assert joblint("check", "in").code == 1
