"""`--output FORMAT=FILE` and `--statistics`."""

import json
import os
import stat
import threading
from pathlib import Path

import pytest

from joblint.cli.options import complete_outputs
from joblint.cli.save import save
from joblint.report import FORMATS
from tests.cli.program import Program, process
from tests.support import BAD, BAD_PLACE, FIXABLE, GOOD, HANG

STATISTICS = """\
findings  fixable  unsafe  effect    rule
       1        1          rejected  error[unknown-field]
"""
SUMMARY = f"1 error in 1 file (1 Job, Kubernetes 1.37)\n{FIXABLE}"


@pytest.fixture(autouse=True)
def _bad(here: Path) -> None:
    (here / "bad.yaml").write_text(BAD)


def test_every_format_at_once(here: Path, joblint: Program) -> None:
    """Each file has what standard output would have; that is as without the files."""
    outputs = [word for format_ in FORMATS for word in ("--output", f"{format_}={format_}.out")]
    done = joblint("check", "bad.yaml", *outputs)
    assert done == joblint("check", "bad.yaml")
    assert done.code == 1
    for format_ in FORMATS:
        told = joblint("check", "bad.yaml", "--format", format_, "--color", "never").out
        written = (here / f"{format_}.out").read_text()
        assert "unknown-field" in written
        assert written == (told.removesuffix(SUMMARY) if format_ == "text" else told)
    assert sorted(os.listdir(here)) == sorted(["bad.yaml", *(f"{format_}.out" for format_ in FORMATS)])


def test_clean_run_writes_too(here: Path, joblint: Program) -> None:
    (here / "good.yaml").write_text(GOOD)
    assert joblint("check", "good.yaml", "--output", "gitlab=codequality.json").code == 0
    assert (here / "codequality.json").read_text() == "[]\n"


def test_quiet_and_statistics_are_about_standard_output(here: Path, joblint: Program) -> None:
    done = joblint("check", "-q", "--statistics", "bad.yaml", "--output", "concise=out.txt")
    assert done == (1, STATISTICS, "")
    assert (here / "out.txt").read_text().startswith(BAD_PLACE)


def test_statistics_of_formats_for_programs_are_in_them(joblint: Program) -> None:
    plain = joblint("check", "bad.yaml", "--format", "json")
    counted = joblint("check", "bad.yaml", "--format", "json", "--statistics")
    assert (counted.code, counted.out) == (plain.code, plain.out)
    assert [row["findings"] for row in json.loads(plain.out)["statistics"]] == [1]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("jsno=a", "jsno=a: `jsno` is not a format; did you mean `json=a`?"),
        ("json", "`json` is not FORMAT=FILE"),
        ("json=", "`json=` is not FORMAT=FILE"),
        ("json=-", "json=-: standard output is for the report of --format; name a file"),
        ("json=gone/a", "json=gone/a: the directory `gone` does not exist"),
        ("json=.", "json=.: this is a directory; name a file"),
    ],
)
def test_wrong_usage(word: str, said: str, here: Path, joblint: Program) -> None:
    done = joblint("check", "bad.yaml", "--output", word)
    assert (done.code, done.out) == (2, "")
    assert f"Error: Invalid value for '--output': {said}" in done.err
    assert os.listdir(here) == ["bad.yaml"]


def test_two_reports_in_one_file(here: Path, joblint: Program) -> None:
    done = joblint("check", "bad.yaml", "--output", "json=a", "--output", "sarif=./a")
    assert (done.code, done.out) == (2, "")
    assert "Error: Invalid value for '--output': sarif=./a: another report is written to the same file" in done.err
    assert os.listdir(here) == ["bad.yaml"]
    devices = [word for format_ in ("json", "sarif") for word in ("--output", f"{format_}={os.devnull}")]
    assert joblint("check", "bad.yaml", *devices).code == 1


def test_file_that_cannot_be_written(joblint: Program) -> None:
    done = joblint("check", "bad.yaml", "--output", "json=/proc/a", "--output", "gitlab=b.json")
    assert done.code == 2
    assert done.out.startswith(BAD_PLACE)
    assert done.err == f"joblint: --output json=/proc/a: no such file or directory\n{SUMMARY}"
    assert Path("b.json").exists()


class TestSave:
    def test_mode_and_link_stay(self, here: Path) -> None:
        (here / "real").mkdir()
        target = here / "real" / "a"
        target.write_text("old")
        target.chmod(0o640)
        (here / "link").symlink_to(target)
        save("link", ["n", "ew\n"])
        assert (here / "link").is_symlink()
        assert target.read_text() == "new\n"
        assert stat.S_IMODE(target.stat().st_mode) == 0o640

    def test_dangling_link(self, here: Path) -> None:
        (here / "link").symlink_to("made")
        save("link", ["new"])
        assert (here / "made").read_text() == "new"

    def test_new_file_heeds_the_umask(self, here: Path) -> None:
        before = os.umask(0o027)
        try:
            save("a", [""])
        finally:
            os.umask(before)
        assert stat.S_IMODE((here / "a").stat().st_mode) == 0o640

    def test_old_text_stays_when_writing_fails(self, here: Path) -> None:
        def pieces() -> "list[str]":
            raise OSError("disk full")

        (here / "a").write_text("old")
        with pytest.raises(OSError, match="disk full"):
            save("a", (piece for _ in "x" for piece in pieces()))
        assert (here / "a").read_text() == "old"
        assert sorted(os.listdir(here)) == ["a", "bad.yaml"]

    def test_what_is_no_text_is_escaped(self, here: Path) -> None:
        save("a", ["\udcffä\n"])
        assert (here / "a").read_bytes() == b"\\udcff\xc3\xa4\n"

    def test_pipe(self, here: Path) -> None:
        os.mkfifo("pipe")
        read: list[str] = []
        reader = threading.Thread(target=lambda: read.append((here / "pipe").read_text()))
        reader.start()
        save("pipe", ["a", "b"])
        reader.join(HANG)
        assert read == ["ab"]
        assert stat.S_ISFIFO((here / "pipe").stat().st_mode)

    def test_standard_output_by_its_name(self, here: Path) -> None:
        done = process("check", "-q", "--statistics", "bad.yaml", "--output", "gitlab=/dev/stdout", cwd=here)
        assert done.out.startswith("[\n")
        assert done.out.endswith(f"]\n{STATISTICS}")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
    def test_file_that_is_read_only_is_not_replaced(self, here: Path) -> None:
        (here / "a").write_text("old")
        (here / "a").chmod(0o444)
        with pytest.raises(PermissionError):
            save("a", ["new"])


def test_completion(here: Path) -> None:
    (here / "dir").mkdir()
    (here / "dir" / "a.json").touch()

    def complete(word: str) -> list[str]:
        return [item.value for item in complete_outputs(None, None, word)]  # type: ignore[arg-type]

    assert complete("") == [f"{format_}=" for format_ in FORMATS]
    assert complete("g") == ["github=", "gitlab="]
    assert complete("json=") == ["json=bad.yaml", "json=dir/"]
    assert complete("json=dir/a") == ["json=dir/a.json"]
    assert complete("json=gone/") == []
