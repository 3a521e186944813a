"""A fixed file is written back whole or not at all, as the file that it was."""

import errno
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from joblint.engine.fix import fix_source
from joblint.manifests.source import BOMS, Source, decode
from joblint.project import rewrite as module
from joblint.project.rewrite import Changed, rewrite
from tests.cli.program import in_process
from tests.support import BAD, GOOD

NOBODY = 65534
BEFORE, AFTER = "kind: job\n", "kind: Job\n"


def fixed(before: str) -> str:
    """A text as `fix` writes it."""
    import joblint

    return fix_source(Source("x.yaml", before), lambda source: joblint.lint(source.text, path=source.path)).text


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that is about to be rewritten."""
    path = tmp_path / "job.yaml"
    path.write_text(BEFORE)
    return path


def alone(folder: Path) -> list[str]:
    """What stands in a folder."""
    return sorted(entry.name for entry in folder.iterdir())


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o755, 0o4755])
def test_the_mode_is_kept(file: Path, mode: int) -> None:
    file.chmod(mode)
    rewrite(str(file), BEFORE, AFTER)
    assert file.read_text() == AFTER
    assert stat.S_IMODE(file.stat().st_mode) == mode
    assert alone(file.parent) == ["job.yaml"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_the_owner_is_kept(file: Path) -> None:
    os.chown(file, 12345, 23456)
    rewrite(str(file), BEFORE, AFTER)
    assert (file.stat().st_uid, file.stat().st_gid) == (12345, 23456)


def test_a_link_stays_one_and_what_it_leads_to_is_written(file: Path) -> None:
    folder = file.parent / "sub"
    folder.mkdir()
    (folder / "second.yaml").symlink_to("../job.yaml")
    link = file.parent / "first.yaml"
    link.symlink_to("sub/second.yaml")
    rewrite(os.path.realpath(link), BEFORE, AFTER)
    assert link.is_symlink()
    assert (folder / "second.yaml").is_symlink()
    assert file.read_text() == AFTER
    assert not file.is_symlink()


def test_a_file_that_has_been_changed_is_not_overwritten(file: Path) -> None:
    file.write_text("kind: job # mine\n")
    with pytest.raises(Changed):
        rewrite(str(file), BEFORE, AFTER)
    assert file.read_text() == "kind: job # mine\n"
    assert alone(file.parent) == ["job.yaml"]


def test_a_file_that_is_no_text_by_now_is_not_overwritten(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(Changed):
        rewrite(str(file), "", AFTER)
    assert file.read_bytes() == b"\xff\xfe\xff"


def test_a_file_that_is_gone_is_not_made_anew(file: Path) -> None:
    file.unlink()
    with pytest.raises(FileNotFoundError):
        rewrite(str(file), BEFORE, AFTER)
    assert alone(file.parent) == []


def test_a_file_that_is_changed_while_the_new_one_is_written_is_kept(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def edited(handle: int) -> None:
        sync(handle)
        file.write_text("kind: job # mine\n")

    monkeypatch.setattr(os, "fsync", edited)
    with pytest.raises(Changed):
        rewrite(str(file), BEFORE, AFTER)
    assert file.read_text() == "kind: job # mine\n"
    assert alone(file.parent) == ["job.yaml"]


class Full:
    """A file on a disk that is full: half of what is written arrives."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def __enter__(self) -> "Full":
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def write(self, data: bytes) -> int:
        self.file.write(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")


def fail(error: BaseException) -> Callable[..., Any]:
    """A function that raises."""

    def raises(*_: object, **__: object) -> None:
        raise error

    return raises


@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), KeyboardInterrupt(), SystemExit(1)])
@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
def test_what_is_interrupted_leaves_the_old_file(
    file: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    monkeypatch.setattr(os, step, fail(error))
    with pytest.raises(type(error)):
        rewrite(str(file), BEFORE, AFTER)
    assert file.read_text() == BEFORE
    assert alone(file.parent) == ["job.yaml"]


def test_a_full_disk_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: Callable[[int, str], IO[bytes]] = os.fdopen
    monkeypatch.setattr(os, "fdopen", lambda handle, mode: Full(opened(handle, mode)))
    with pytest.raises(OSError, match="No space left"):
        rewrite(str(file), BEFORE, AFTER)
    assert file.read_text() == BEFORE
    assert alone(file.parent) == ["job.yaml"]


@pytest.fixture
def theirs() -> Iterator[Path]:
    """A file, and nobody's rights for what is done with it: root writes wherever it likes."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "job.yaml"
        path.write_text(BEFORE)
        root = os.geteuid() == 0
        if root:
            os.chown(name, NOBODY, NOBODY)
            os.chown(path, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, 0)
        try:
            yield path
        finally:
            if root:
                os.setresuid(0, 0, 0)
            path.parent.chmod(0o755)


def test_a_directory_that_may_not_be_written_to(theirs: Path) -> None:
    theirs.parent.chmod(0o555)
    with pytest.raises(PermissionError):
        rewrite(str(theirs), BEFORE, AFTER)
    assert theirs.read_text() == BEFORE


def test_a_file_that_may_not_be_written(theirs: Path) -> None:
    theirs.chmod(0o444)
    with pytest.raises(PermissionError):
        rewrite(str(theirs), BEFORE, AFTER)
    assert theirs.read_text() == BEFORE


def test_a_file_that_may_be_written_is(theirs: Path) -> None:
    rewrite(str(theirs), BEFORE, AFTER)
    assert theirs.read_text() == AFTER


def test_a_directory_in_which_no_file_can_be_made(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "mkstemp", fail(PermissionError(errno.EACCES, "Permission denied")))
    with pytest.raises(PermissionError):
        rewrite(str(file), BEFORE, AFTER)
    assert file.read_text() == BEFORE


@pytest.mark.parametrize(("mark", "encoding"), [(b"", "utf-8"), *BOMS])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encoding_mark_and_line_endings_are_kept(file: Path, mark: bytes, encoding: str, newline: str) -> None:
    before = BAD.replace("name: hello\nspec", "name: hello # größer, 名, 😀\nspec").replace("\n", newline)
    file.write_bytes(mark + before.encode(encoding))
    after = fixed(decode(file.read_bytes()))
    rewrite(str(file), decode(file.read_bytes()), after)
    wanted = before.replace("paralelism", "parallelism")
    assert file.read_bytes() == mark + wanted.encode(encoding)


def test_latin_1_is_no_text_and_stays_as_it_is(file: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    raw = BAD.replace("hello\nspec", "hello # größer\nspec").encode("latin-1")
    file.write_bytes(raw)
    done = in_process(monkeypatch, capfd)("fix", str(file))
    assert done.code == 1
    assert "unreadable-document" in done.out
    assert file.read_bytes() == raw


@pytest.mark.parametrize(("mark", "encoding"), [(b"", "utf-8"), *BOMS])
def test_the_command_keeps_all_that_too(
    file: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any, mark: bytes, encoding: str
) -> None:
    before = BAD.replace("hello\nspec", "hello # é\nspec").replace("\n", "\r\n").removesuffix("\r\n")
    file.write_bytes(mark + before.encode(encoding))
    file.chmod(0o640)
    done = in_process(monkeypatch, capfd)("fix", str(file))
    assert done.code == 0, done
    assert file.read_bytes() == mark + before.replace("paralelism", "parallelism").encode(encoding)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_what_cannot_be_written_is_told_and_the_other_files_are_fixed(
    file: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    (file.parent / "a.yaml").write_text(BAD)
    (file.parent / "b.yaml").write_text(BAD)
    file.write_text(GOOD)
    real = module.replace

    def replace(path: str, *rest: Any) -> None:
        if path.endswith("a.yaml"):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, *rest)

    monkeypatch.setattr(module, "replace", replace)
    done = in_process(monkeypatch, capfd)("fix", str(file.parent))
    assert done.code == 2, done
    assert "a.yaml" in done.err
    assert "no space left" in done.err.lower()
    assert (file.parent / "a.yaml").read_text() == BAD
    assert (file.parent / "b.yaml").read_text() == BAD.replace("paralelism", "parallelism")
    assert file.read_text() == GOOD
