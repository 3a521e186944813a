"""Which files a walk finds, and that reading them never hangs."""

import os
import socket
import subprocess
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from joblint.manifests import disk
from joblint.project import walk

Told = list[tuple[str, str]]


def make(root: Path, *names: str) -> None:
    """Files of these names, with directories as needed; a name that ends in `/` is a directory."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            path.mkdir(exist_ok=True)
        else:
            path.write_text("kind: Job\n")


def find(*paths: str) -> tuple[list[str], Told, Told]:
    trouble: Told = []
    passed: Told = []
    found = walk.find(paths, lambda *told: trouble.append(told), lambda *told: passed.append(told))
    return found, trouble, passed


class TestNames:
    def test_suffixes(self, here: Path) -> None:
        wanted = ["a.yaml", "b.yml", "c.json", "d.md", "e.markdown", "f.sh", "g.bash", "h.YAML", ".hidden.yml", "j.rst"]
        make(here, *wanted, "i.txt", "yaml", "k.yaml.bak", "README", ".git/l.yaml", "sub/.git/m.yaml")
        assert find(".") == (sorted(wanted), [], [])

    def test_hidden_directories_are_searched(self, here: Path) -> None:
        make(here, ".github/workflows/a.yaml")
        assert find(".")[0] == [".github/workflows/a.yaml"]

    def test_named_file_is_taken_whatever_its_suffix(self, here: Path) -> None:
        make(here, "Jobfile", "sub/a.yaml", "sub/b.txt")
        assert find("Jobfile", "sub")[0] == ["Jobfile", "sub/a.yaml"]

    def test_sorted_by_path(self, here: Path) -> None:
        make(here, "b.yaml", "a/z.yaml", "a.yaml", "c/a.yaml")
        assert find(".")[0] == ["a.yaml", "a/z.yaml", "b.yaml", "c/a.yaml"]

    @pytest.mark.parametrize(
        ("named", "shown"),
        [
            (".", "s/a.yaml"),
            ("./", "s/a.yaml"),
            ("s", "s/a.yaml"),
            ("s/", "s/a.yaml"),
            ("./s", "./s/a.yaml"),
            ("s//", "s/a.yaml"),
        ],
    )
    def test_paths_are_shown_as_they_were_named(self, here: Path, named: str, shown: str) -> None:
        make(here, "s/a.yaml")
        assert find(named)[0] == [shown]

    def test_absolute(self, here: Path) -> None:
        make(here, "s/a.yaml")
        assert find(str(here))[0] == [f"{here}/s/a.yaml"]

    def test_directory_with_the_suffix_of_a_file(self, here: Path) -> None:
        make(here, "a.yaml/b.yaml")
        assert find(".") == (["a.yaml/b.yaml"], [], [])

    def test_names_that_are_no_text(self, here: Path) -> None:
        for name in (b"a\nb.yaml", b"\xff\xfe.yaml"):
            (here / os.fsdecode(name)).write_bytes(b"kind: Job\n")
        assert find(".")[0] == ["a\nb.yaml", "\udcff\udcfe.yaml"]
        assert disk.read("\udcff\udcfe.yaml") == b"kind: Job\n"


class TestOnce:
    def test_file_named_twice(self, here: Path) -> None:
        make(here, "a.yaml")
        assert find("a.yaml", "./a.yaml", str(here / "a.yaml"), ".")[0] == ["a.yaml"]

    def test_directories_that_overlap(self, here: Path) -> None:
        make(here, "s/a.yaml", "s/t/b.yaml")
        assert find("s/t", ".", "s")[0] == ["s/a.yaml", "s/t/b.yaml"]

    def test_link_to_a_file_in_the_walk(self, here: Path) -> None:
        make(here, "z.yaml")
        (here / "a.yaml").symlink_to("z.yaml")
        assert find(".")[0] == ["z.yaml"]

    def test_two_links_to_a_file_outside(self, here: Path) -> None:
        make(here, "outside/z.txt", "in/")
        for name in ("a.yaml", "b.yaml"):
            (here / "in" / name).symlink_to(here / "outside/z.txt")
        assert len(find("in")[0]) == 1


class TestLinks:
    def test_directory_is_not_followed(self, here: Path) -> None:
        make(here, "real/a.yaml")
        (here / "link").symlink_to("real")
        (here / "link.yaml").symlink_to("real")
        assert find(".") == (["real/a.yaml"], [], [("link.yaml", "is a link to a directory")])

    def test_named_directory_is_followed(self, here: Path) -> None:
        make(here, "real/a.yaml")
        (here / "link").symlink_to("real")
        assert find("link")[0] == ["link/a.yaml"]

    def test_loops_end(self, here: Path) -> None:
        make(here, "s/a.yaml")
        (here / "s/up").symlink_to("..")
        (here / "s/self.yaml").symlink_to("self.yaml")
        assert find(".") == (["s/a.yaml"], [], [("s/self.yaml", "is a broken link")])

    def test_link_that_leads_nowhere(self, here: Path) -> None:
        (here / "a.yaml").symlink_to("gone")
        assert find(".") == ([], [], [("a.yaml", "is a broken link")])
        assert find("a.yaml") == ([], [("a.yaml", "no such file or directory")], [])

    def test_named_loop(self, here: Path) -> None:
        (here / "a.yaml").symlink_to("a.yaml")
        assert find("a.yaml") == ([], [("a.yaml", "too many levels of symbolic links")], [])


class TestWhatIsNoFile:
    def test_fifo(self, here: Path) -> None:
        os.mkfifo(here / "a.yaml")
        assert find(".") == ([], [], [("a.yaml", "is a FIFO")])
        found, trouble, _ = find("a.yaml")
        assert (found, trouble) == (
            [], [("a.yaml", "is a FIFO; joblint only reads regular files, and standard input as `-`")]
        )  # fmt: skip

    def test_socket(self, here: Path) -> None:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("a.yaml")
            assert find(".")[2] == [("a.yaml", "is a socket")]
            assert find("a.yaml")[1][0][1].startswith("is a socket;")

    def test_device(self, here: Path) -> None:
        (here / "null.yaml").symlink_to("/dev/null")
        assert find("/dev/zero")[1][0][1].startswith("is a device;")
        assert find(".") == ([], [], [("null.yaml", "is a device")])

    def test_fifo_that_comes_after_the_walk_is_not_waited_for(self, here: Path) -> None:
        os.mkfifo(here / "a.yaml")
        with pytest.raises(disk.ReadError, match="is a FIFO"):
            disk.read("a.yaml")

    def test_pipe_of_the_shell_is_read(self) -> None:
        reader, writer = os.pipe()

        def write() -> None:
            os.write(writer, b"kind: Job\n")
            os.close(writer)

        late = threading.Timer(0.2, write)
        late.start()
        try:
            path = f"/dev/fd/{reader}"
            assert find(path)[0] == [path]
            assert disk.read(path) == b"kind: Job\n"
        finally:
            late.join()
            os.close(reader)

    def test_missing(self, here: Path) -> None:
        assert find("gone.yaml", "", "a\0b")[1] == [
            ("gone.yaml", "no such file or directory"),
            ("", "no such file or directory"),
            ("a\0b", "embedded null byte"),
        ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable(here: Path) -> None:
    make(here, "a/b.yaml", "c.yaml")
    (here / "a").chmod(0)
    (here / "c.yaml").chmod(0)
    try:
        assert find(".") == (["c.yaml"], [("a/", "permission denied")], [])
        with pytest.raises(PermissionError):
            disk.read("c.yaml")
    finally:
        (here / "a").chmod(0o700)


def test_unreadable_directory_is_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(here, "a/b.yaml", "c.yaml")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path == "a/":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert find(".") == (["c.yaml"], [("a/", "permission denied")], [])


class TestSize:
    def test_empty(self, here: Path) -> None:
        (here / "a.yaml").write_bytes(b"")
        assert disk.read("a.yaml") == b""

    def test_file_of_the_kernel_without_a_size(self) -> None:
        assert b"processor" in disk.read("/proc/cpuinfo") or os.uname().sysname != "Linux"

    def test_large_file_without_jobs_is_not_kept(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(disk, "_LARGE", 10)
        (here / "a.json").write_bytes(b"[" + b"1," * 1000 + b"1]")
        assert disk.read("a.json") == b""

    @pytest.mark.parametrize("before", [0, 1, 97, 98, 99, 100, 101, 250])
    def test_large_file_with_jobs_is_read_whole(self, here: Path, monkeypatch: pytest.MonkeyPatch, before: int) -> None:
        monkeypatch.setattr(disk, "_LARGE", 10)
        monkeypatch.setattr(disk, "_CHUNK", 100)
        content = b"x" * before + b"JoB" + b"y" * 300
        (here / "a.json").write_bytes(content)
        assert disk.read("a.json") == content

    def test_too_large(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(disk, "_LARGE", 10)
        monkeypatch.setattr(disk, "MAX_BYTES", 100)
        (here / "a.json").write_bytes(b"job" * 50)
        with pytest.raises(disk.ReadError, match=r"larger than the 32 MiB"):
            disk.read("a.json")

    def test_endless_stream(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(disk, "MAX_BYTES", 1 << 20)
        zero = os.open("/dev/zero", os.O_RDONLY)
        try:
            with pytest.raises(disk.ReadError, match="larger than"):
                disk.read_stream(zero)
        finally:
            os.close(zero)


def _simple(segment: str) -> bool:
    return "**" not in segment and not segment.endswith("\\")


def patterns() -> st.SearchStrategy[str]:
    """Lines of an ignore file.

    What is left out: a slash behind a backslash, and `**` beside other characters: git differs from its documentation.
    """
    tokens = st.sampled_from(
        ["a", "b", "*", "?", ".yaml", "[ab]", "[!a]", "[a-b]", "]", "[]a]", "[[:alpha:]]", "[^-a]", "\\", " ", "#", "!"]
    )
    segment = st.one_of(st.just("**"), st.lists(tokens, max_size=4).map("".join).filter(_simple))
    segments = st.lists(segment, min_size=1, max_size=3).map("/".join)
    return st.tuples(st.sampled_from(["", "", "!", "/"]), segments, st.sampled_from(["", "", "/"])).map("".join)


class TestGitignore:
    def test_walk(self, here: Path) -> None:
        (here / ".gitignore").write_text("*.tmp.yaml\n/build/\n!keep.tmp.yaml\n")
        make(here, "a.yaml", "b.tmp.yaml", "keep.tmp.yaml", "build/c.yaml", "sub/build/d.yaml", "sub/e.tmp.yaml")
        assert find(".")[0] == ["a.yaml", "keep.tmp.yaml", "sub/build/d.yaml"]

    def test_nested_file_decides_first(self, here: Path) -> None:
        (here / ".gitignore").write_text("*.yaml\n")
        make(here, "a.yaml", "sub/b.yaml", "sub/c.yaml")
        (here / "sub/.gitignore").write_text("!b.yaml\n")
        assert find(".")[0] == ["sub/b.yaml"]

    def test_files_above_count_in_a_repository(self, here: Path) -> None:
        make(here, ".git/info/", "sub/deep/a.yaml", "sub/deep/b.yaml", "sub/deep/c.yaml", "sub/deep/d.yaml")
        (here / ".gitignore").write_text("/sub/deep/a.yaml\n")
        (here / "sub/.gitignore").write_text("b.yaml\n")
        (here / ".git/info/exclude").write_text("c.yaml\n")
        for named in ("sub/deep", "./sub/deep/", str(here / "sub/deep"), "sub"):
            assert [os.path.basename(path) for path in find(named)[0]] == ["d.yaml"]

    def test_files_above_do_not_count_elsewhere(self, here: Path) -> None:
        make(here, "sub/a.yaml")
        (here / ".gitignore").write_text("*.yaml\n")
        assert find("sub")[0] == ["sub/a.yaml"]

    def test_named_paths_are_never_ignored(self, here: Path) -> None:
        make(here, ".git/", "build/a.yaml", "b.yaml")
        (here / ".gitignore").write_text("build/\nb.yaml\n")
        assert find("build", "b.yaml")[0] == ["b.yaml", "build/a.yaml"]
        assert find(".")[0] == []

    def test_what_is_below_a_directory_can_be_taken_back(self, here: Path) -> None:
        make(here, "a/b.yaml", "a/keep.yaml", "a/c/d.yaml")
        (here / ".gitignore").write_text("a/**\n!a/keep.yaml\n")
        assert find(".")[0] == ["a/keep.yaml"]

    def test_odd_patterns_do_no_harm(self, here: Path) -> None:
        make(here, "a.yaml")
        (here / ".gitignore").write_bytes(b"\xef\xbb\xbf# comment\r\n\n!\n[\n[z-a]\n\\\n\xff\xff\n/\n///\n**a**\n   \n")
        assert find(".")[0] in (["a.yaml"], [])

    def test_pattern_made_to_take_for_ever(self, here: Path) -> None:
        make(here, "a/" * 30 + "a" * 200 + ".yaml")
        (here / ".gitignore").write_text("*a" * 30 + "b\n" + "**/a/" * 20 + "b\n" + "**/*a*a*/" * 20 + "b\n")
        assert len(find(".")[0]) == 1

    def test_unreadable_file_is_passed_over(self, here: Path) -> None:
        make(here, "a.yaml", ".gitignore/")
        assert find(".")[0] == ["a.yaml"]

    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(patterns(), max_size=4), st.lists(patterns(), max_size=2))
    def test_as_git_does(self, tmp_path_factory: pytest.TempPathFactory, top: list[str], nested: list[str]) -> None:
        root = tmp_path_factory.mktemp("repository")
        subprocess.run(["git", "init", "-q", str(root)], check=True)
        make(root, *(f"{d}{n}.yaml" for d in ("", "a/", "b/", "a/b/", "a/c.yaml/") for n in ("a", "b", "ab", "")))
        (root / ".gitignore").write_text("\n".join(top) + "\n")
        (root / "a/.gitignore").write_text("\n".join(nested) + "\n")
        command = ["git", "-C", str(root), "ls-files", "-coz", "--exclude-standard"]
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
        wanted = sorted(name for name in listed if name.endswith(".yaml"))
        found = sorted(os.path.relpath(path, root) for path in find(str(root))[0])
        assert found == wanted
