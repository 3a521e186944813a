"""`--files-from`: paths in a list."""

import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.cli.listed import paths
from tests.cli.program import Program, process
from tests.support import BAD, GOOD, write

FOUND = "{}:6:3: error[unknown-field] a Job's spec has no field `paralelism`; did you mean `parallelism`?\n"
EMPTY = "joblint: --files-from -: the list is empty; nothing was checked\n"


@pytest.fixture(autouse=True)
def files(here: Path) -> Path:
    """Two bad manifests and a good one."""
    for name, text in (("a.yaml", BAD), ("b c/d.yaml", BAD), ("good.yaml", GOOD)):
        write(here / name, text)
    return here


@pytest.mark.parametrize(
    "listed",
    [
        b"a.yaml\nb c/d.yaml\n",
        b"a.yaml\nb c/d.yaml",
        b"\n\na.yaml\n\nb c/d.yaml\na.yaml\n",
        b"a.yaml\r\nb c/d.yaml\r\n",
        b"\xef\xbb\xbfa.yaml\nb c\n",
        b"a.yaml\0b c/d.yaml\0",
        b"a.yaml\0b c/d.yaml",
    ],
)
def test_separators(joblint: Program, listed: bytes, files: Path) -> None:
    expected = FOUND.format("a.yaml") + FOUND.format("b c/d.yaml")
    assert joblint("check", "--files-from", "-", stdin=listed)[:2] == (1, expected)
    (files / "list").write_bytes(listed)
    assert joblint("check", "--files-from", "list").out == expected


def test_with_arguments(joblint: Program) -> None:
    done = joblint("check", "good.yaml", "--files-from", "-", stdin=b"a.yaml\n")
    summary = "1 error in 1 of 2 files (2 Jobs, Kubernetes 1.37)\n1 fixable with `joblint fix`\n"
    assert (done.out, done.err) == (FOUND.format("a.yaml"), summary)


def test_a_single_path_that_ends_with_nul(joblint: Program, files: Path) -> None:
    write(files / "two\nlines.yaml", BAD)
    assert joblint("check", "-z", "--files-from", "-", stdin=b"two\nlines.yaml").code == 1
    assert joblint("check", "--files-from", "-", stdin=b"two\nlines.yaml").code == 2


class TestEmpty:
    @pytest.mark.parametrize("listed", [b"", b"\n", b"\0\0", b"\r\n\r\n"])
    def test_is_said_and_is_not_the_current_directory(self, joblint: Program, listed: bytes) -> None:
        assert joblint("check", "--files-from", "-", stdin=listed) == (0, "", EMPTY)
        assert joblint("check", "--files-from", "-", "--quiet", stdin=listed) == (0, "", "")
        assert joblint("fix", "--files-from", "-", stdin=listed) == (0, "", EMPTY)

    def test_can_fail(self, joblint: Program) -> None:
        assert joblint("check", "--files-from", "-", "--fail-on-empty") == (1, "", EMPTY)

    def test_is_a_document_for_programs(self, joblint: Program) -> None:
        assert json.loads(joblint("check", "--files-from", "-", "--format", "json").out)["findings"] == []


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS refuses names that are not UTF-8")
def test_odd_bytes(files: Path) -> None:
    name = b"odd \xff\x1b[31m\r.yaml"
    with open(os.path.join(os.fsencode(files), name), "w", encoding="utf-8") as file:
        file.write(BAD)
    done = process("check", "--files-from", "-", cwd=files, stdin=name + b"\na.yaml\n")
    assert done.code == 1
    assert done.out.splitlines()[1].startswith("odd \\xff\\x1b[31m\\r.yaml:6:3: error[unknown-field]")


def test_a_dash_in_a_list_is_a_file(joblint: Program, files: Path) -> None:
    write(files / "-", BAD)
    assert joblint("check", "--files-from", "-", stdin=b"-\n").out == FOUND.format("./-")


class TestMistakes:
    def test_a_path_that_is_not_there(self, joblint: Program) -> None:
        done = joblint("check", "--files-from", "-", stdin=b"a.yaml\ngone.yaml\n")
        assert (done.code, done.out) == (2, FOUND.format("a.yaml"))
        assert "joblint: gone.yaml: no such file or directory\n" in done.err

    @pytest.mark.parametrize(
        ("arguments", "stdin", "said"),
        [
            (["--files-from", "gone"], b"", "--files-from gone: no such file or directory"),
            (["--files-from", "."], b"", "--files-from .: this is a directory"),
            (["--files-from", "-", "-"], b"", "standard input is either a manifest or a list of paths"),
            (["-z"], b"", "--null requires --files-from"),
            (["--files-from", "-"], "a.yaml\n".encode("utf-16"), "--files-from -: the list is UTF-16"),
        ],
    )
    def test_usage(self, joblint: Program, arguments: list[str], stdin: bytes, said: str) -> None:
        done = joblint("check", *arguments, "--format", "json", stdin=stdin)
        assert done.code == 2
        assert said in done.err
        assert said in done.out

    def test_larger_than_what_is_read(self, files: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("joblint.cli.listed._MOST", 10)
        (files / "list").write_bytes(b"a.yaml\n" * 2)
        for done in (
            joblint("check", "--files-from", "list"),
            joblint("check", "--files-from", "-", stdin=b"a.yaml\n" * 2),
        ):
            assert done.code == 2
            assert "the list has more than" in done.err

    def test_a_fifo_is_not_waited_for(self, files: Path, joblint: Program) -> None:
        os.mkfifo(files / "fifo")
        done = joblint("check", "--files-from", "fifo")
        assert done.code == 2
        assert "is a FIFO" in done.err


NAMES = st.lists(st.binary(min_size=1, max_size=6).filter(lambda name: b"\0" not in name))


@given(NAMES)
def test_every_name_comes_through_nul(names: list[bytes]) -> None:
    wanted = [b"./-" if name == b"-" else name for name in names]
    listed = b"".join(name + b"\0" for name in names)
    if not listed.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        assert [os.fsencode(path) for path in paths(listed)] == wanted


@given(NAMES)
def test_every_name_without_line_ends_comes_through_lines(names: list[bytes]) -> None:
    names = [name for name in names if b"\n" not in name and not name.endswith(b"\r")]
    listed = b"".join(name + b"\n" for name in names)
    if not listed.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        wanted = [b"./-" if name == b"-" else name for name in names]
        assert [os.fsencode(path) for path in paths(listed)] == wanted
