"""What helm and kustomize may do: nothing but read the tree. Programs that only seem to be them tell what they got."""

import gzip
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from joblint.manifests.disk import MAX_BYTES
from joblint.project.programs import find_program
from joblint.project.render import contained
from joblint.project.render.contained import TIMEOUT, LimitError, RenderError, isolation, run, workplace
from tests.cli.program import Program
from tests.project.rendering import CHART, chart, fake
from tests.support import GOOD, write

pytestmark = pytest.mark.usefixtures("here")
isolated = pytest.mark.skipif(not isolation(), reason="this system cannot take the network away")


def python(code: str, timeout: float = TIMEOUT) -> bytes:
    """What a Python program prints that is run as helm and kustomize are."""
    with workplace() as made:
        command = (sys.executable, "-c", f"import json, os, shutil, subprocess, sys, time\n{code}")
        return run(command, "it", made, timeout=timeout)


class TestEnvironment:
    def test_nothing_of_the_user(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in (
            "HELM_PLUGINS",
            "HELM_NAMESPACE",
            "KUBECONFIG",
            "KUBERNETES_SERVICE_HOST",
            "GIT_SSH_COMMAND",
            "TOKEN",
        ):
            monkeypatch.setenv(name, "/of/the/user")
        got = json.loads(python("json.dump(dict(os.environ), sys.stdout)"))
        assert "/of/the/user" not in got.values()
        assert got["GIT_ALLOW_PROTOCOL"] == "none"
        assert got["HTTPS_PROXY"] == got["http_proxy"] == "http://127.0.0.1:9"

    def test_no_program_is_found(self) -> None:
        assert python("print([shutil.which(name) for name in ('git', 'ssh', 'sh', 'helm')])") == (
            b"[None, None, None, None]\n"
        )

    def test_the_directories_are_empty_and_gone_afterwards(self) -> None:
        code = "print(os.getcwd()); print(os.listdir('.'), os.listdir(os.environ['HOME']))"
        where, listed, *_ = python(code).decode().split("\n")
        assert listed == "[] ['kubeconfig']"
        assert not os.path.exists(os.path.dirname(where))

    @isolated
    def test_no_network(self) -> None:
        """Not even loopback: what listens here is not reached."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(60)
            port = server.getsockname()[1]
            code = (
                f"import socket\ntry: socket.create_connection(('127.0.0.1', {port}), 5)\nexcept OSError: print('no')"
            )
            assert python(code) == b"no\n"


class TestBounds:
    def test_time(self, tmp_path: Path) -> None:
        """With all that it has started: the child holds the other end of a pipe open for as long as it lives."""
        os.mkfifo(tmp_path / "pipe")
        reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
        child = f"import os, time; os.open({str(tmp_path / 'pipe')!r}, os.O_WRONLY); time.sleep(3600)"
        code = f"subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(3600)"
        with pytest.raises(LimitError, match=r"^`it` took longer than 1 seconds$"):
            python(code, timeout=1)
        os.set_blocking(reader, True)
        assert os.read(reader, 1) == b""  # nobody has it open any more
        os.close(reader)

    def test_the_end_of_the_program_is_the_end_of_what_it_started(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
        opens = f"os.open({str(tmp_path / 'pipe')!r}, os.O_WRONLY)"
        child = f"import os, time; {opens}; print('up', flush=True); time.sleep(3600)"
        code = f"print(subprocess.Popen([sys.executable, '-c', {child!r}], stdout=subprocess.PIPE).stdout.readline())"
        python(code)
        os.set_blocking(reader, True)
        assert os.read(reader, 1) == b""
        os.close(reader)

    def test_output(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(contained, "MAX_BYTES", 1000)
        with pytest.raises(LimitError, match=r"^the output of `it` is larger than"):
            python("sys.stdout.write('x' * 2000); sys.stdout.flush(); time.sleep(3600)")

    @pytest.mark.skipif(sys.platform != "linux", reason="no limits of the system")
    def test_output_that_is_quick(self) -> None:
        """The system stops it before the disk is full."""
        code = f"f = open('big', 'wb')\nfor _ in range({MAX_BYTES // 1024}): f.write(b'x' * 1024 * 64)"
        with pytest.raises(RenderError):
            python(code)

    @pytest.mark.skipif(sys.platform != "linux", reason="no limits of the system")
    def test_memory(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(contained, "MEMORY", 1 << 28)
        with pytest.raises(RenderError, match=r"^`it` used more than the|^`it` failed: .*MemoryError"):
            python("time.sleep(0.2); x = bytearray(1 << 29)")

    @pytest.mark.parametrize("said", ["fatal error: runtime: out of memory", "runtime: cannot allocate memory"])
    def test_memory_as_go_says_it(self, said: str) -> None:
        with pytest.raises(LimitError, match=r"^`it` used more than 2 GiB of memory, which is the limit$"):
            python(f"sys.exit({said!r})")


class TestProgram:
    def test_not_one_of_the_repository(self, joblint: Program, tools: Path, tmp_path: Path) -> None:
        """A PATH with the repository's own directory in it, or with `.`."""
        chart(tmp_path / "x")
        (tmp_path / ".git").mkdir()
        (tmp_path / "bin").mkdir()
        mark = tmp_path / "mark"
        for folder in (tmp_path / "bin", tmp_path):
            fake(folder, "helm", f"open({str(mark)!r}, 'w')")
        os.environ["PATH"] = os.pathsep.join((str(tmp_path / "bin"), ".", ""))  # `tools` puts it back
        done = joblint("check", "--render", "x")
        assert (done.code, done.err) == (2, "joblint: x: cannot be rendered: `helm` is not on the PATH\n")
        assert not mark.exists()

    def test_a_relative_entry_is_passed_over(self, tools: Path, tmp_path: Path) -> None:
        fake(tmp_path, "git", "pass")
        os.environ["PATH"] = f".{os.pathsep}{tools}"
        assert find_program("git") is None
        fake(tools, "git", "pass")
        assert find_program("git") == str(tools / "git")

    def test_nothing_of_the_repository_takes_the_network_away(
        self, joblint: Program, tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """`unshare` is a program, too."""
        (tmp_path / ".git").mkdir()
        chart(tmp_path / "x")
        fake(tools, "helm", f"prints({GOOD!r})")
        (tmp_path / "bin").mkdir()
        fake(tmp_path / "bin", "unshare", f"open({str(tmp_path / 'canary')!r}, 'w')")
        monkeypatch.setenv("PATH", os.pathsep.join((str(tmp_path / "bin"), os.environ["PATH"])))
        isolation.cache_clear()
        assert joblint("check", "--render", "x").code == 0
        assert not (tmp_path / "canary").exists()

    def test_a_wrapper_is_told(self, joblint: Program, tools: Path, tmp_path: Path) -> None:
        chart(tmp_path / "x")
        (tools / "helm").write_text("#!/bin/sh\nexec no-such-manager exec helm\n")
        (tools / "helm").chmod(0o755)
        done = joblint("check", "--render", "x")
        assert done.code == 2
        assert "is a wrapper, which joblint does not allow to start other programs: put helm on the PATH" in done.err


class TestHelm:
    """Charts that read what is not theirs: told before helm is started."""

    @pytest.fixture(autouse=True)
    def helm(self, tools: Path, tmp_path: Path) -> Path:
        (tmp_path / ".git").mkdir()
        fake(tools, "helm", f"open({str(tools / 'started')!r}, 'w'); prints({GOOD!r})")
        chart(tmp_path / "x")
        return tools / "started"

    def refused(self, joblint: Program, helm: Path, place: str, *words: str) -> None:
        done = joblint("check", "--render", "x")
        assert done.code == 2
        assert done.err.startswith(f"joblint: {place}: ")
        assert all(word in done.err for word in words), done.err
        assert not helm.exists()

    def accepted(self, joblint: Program, helm: Path) -> None:
        assert joblint("check", "--render", "x").code == 0
        assert helm.exists()

    @pytest.mark.parametrize("target", ["/etc/hosts", "/etc", "../../elsewhere", "../../elsewhere/secret"])
    @pytest.mark.parametrize("name", ["values.yaml", "templates/a.yaml", "deep/er/a"])
    def test_a_link_out_of_the_tree(self, joblint: Program, helm: Path, tmp_path: Path, target: str, name: str) -> None:
        if not target.startswith("/"):
            target = str(tmp_path.parent / "elsewhere" / target.partition("elsewhere/")[2])
            write(tmp_path.parent / "elsewhere" / "secret", "x")
        link = tmp_path / "x" / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target)
        self.refused(joblint, helm, f"x/{name}", "is a link out of")

    def test_a_link_behind_a_link(self, joblint: Program, helm: Path, tmp_path: Path) -> None:
        write(tmp_path / "shared" / "a", "x")
        (tmp_path / "shared" / "out").symlink_to("/etc")
        (tmp_path / "x" / "shared").symlink_to("../shared")
        self.refused(joblint, helm, "x/shared/out", "is a link out of")

    def test_links_inside_of_the_repository(self, joblint: Program, helm: Path, tmp_path: Path) -> None:
        write(tmp_path / "shared" / "a.yaml", "x: 1")
        (tmp_path / "x" / "values.yaml").symlink_to("../shared/a.yaml")
        (tmp_path / "x" / "more").symlink_to("../shared")
        self.accepted(joblint, helm)

    @pytest.mark.parametrize(
        ("target", "said"),
        [(".", "is a link to a directory that contains it"), ("nothing", "no such file or directory")],
    )
    def test_links_that_helm_cannot_follow(
        self, joblint: Program, helm: Path, tmp_path: Path, target: str, said: str
    ) -> None:
        (tmp_path / "x" / "link").symlink_to(target)
        self.refused(joblint, helm, "x/link", said)

    @pytest.mark.parametrize("target", ["../.git/config", "../.git", "../sub/.git/config", "../.GIT/config"])
    def test_a_link_to_what_git_keeps(self, joblint: Program, helm: Path, tmp_path: Path, target: str) -> None:
        """CI leaves its token there."""
        for folder in (".git", "sub/.git", ".GIT"):
            write(tmp_path / folder / "config", "x")
        (tmp_path / "x" / "a").symlink_to(target)
        self.refused(joblint, helm, "x/a", "is a link into a `.git` directory")

    @pytest.mark.parametrize("ignored", [".venv/", "# all of it\n.venv/\n*.swp"])
    def test_links_in_what_helm_ignores(self, joblint: Program, helm: Path, tmp_path: Path, ignored: str) -> None:
        write(tmp_path / "x" / ".venv" / "a", "x")
        (tmp_path / "x" / ".venv" / "python").symlink_to("/usr/bin/env")
        write(tmp_path / "x" / ".helmignore", ignored)
        self.accepted(joblint, helm)

    @pytest.mark.parametrize("ignored", ["# .venv/", "other/", ".venv/\n!.venv/", ".venv/*", "a/.venv/"])
    def test_links_in_what_may_not_be_ignored(self, joblint: Program, helm: Path, tmp_path: Path, ignored: str) -> None:
        (tmp_path / "x" / ".venv").mkdir()
        (tmp_path / "x" / ".venv" / "python").symlink_to("/usr/bin/env")
        write(tmp_path / "x" / ".helmignore", ignored)
        self.refused(joblint, helm, "x/.venv/python", "is a link out of")

    def test_a_fifo(self, joblint: Program, helm: Path, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "x" / "values.yaml")
        self.refused(joblint, helm, "x/values.yaml", "is a FIFO")

    @pytest.mark.parametrize(
        "where",
        ["file://../other", "file://../../other", "https://charts.example.com", "oci://example.com/x", "@a", ""],
    )
    def test_other_dependencies(self, joblint: Program, helm: Path, tmp_path: Path, where: str) -> None:
        """What is not in `charts/` is for helm to say: it fetches nothing."""
        text = f"apiVersion: v2\nname: app\nversion: 0.1.0\ndependencies:\n- name: a\n  repository: '{where}'\n"
        write(tmp_path / "x" / "Chart.yaml", text)
        self.accepted(joblint, helm)

    @pytest.mark.parametrize(
        "reference", ["http://127.0.0.1/x", "HTTPS://example.com", "file:///dev/zero", "other.json", "\\u0066ile:/x"]
    )
    @pytest.mark.parametrize("folder", ["", "charts/sub"])
    def test_a_schema_that_leads_out(
        self, joblint: Program, helm: Path, tmp_path: Path, reference: str, folder: str
    ) -> None:
        write(tmp_path / "x" / folder / "values.schema.json", f'{{\n "a": {{"$ref": "{reference}"}}}}')
        place = os.path.normpath(f"x/{folder}/values.schema.json")
        self.refused(joblint, helm, place, "is outside of this schema")

    def test_its_place(self, joblint: Program, helm: Path, tmp_path: Path) -> None:
        write(tmp_path / "x" / "values.schema.json", '{\n "a": {"$ref": "http://127.0.0.1/x"}}')
        self.refused(joblint, helm, "x/values.schema.json", "line 2, column 16: `http://127.0.0.1/x` ")

    @pytest.mark.parametrize("levels", [1, 2, 3])
    def test_a_schema_in_an_archive(self, joblint: Program, helm: Path, tmp_path: Path, levels: int) -> None:
        """Also in one of those that are packed inside it."""
        write(tmp_path / "0" / "sub" / "values.schema.json", '{"$ref": "file:///etc/passwd"}')
        for level in range(levels):
            packed = tmp_path / f"{level + 1}" / "sub" / "charts" / "sub-1.tgz"
            packed.parent.mkdir(parents=True)
            with tarfile.open(packed, "w:gz") as archive:
                archive.add(tmp_path / f"{level}" / "sub", "sub")
        shutil.move(packed.parent, tmp_path / "x" / "charts")
        inner = ":sub/charts/sub-1.tgz" * (levels - 1)
        place = f"x/charts/sub-1.tgz{inner}:sub/values.schema.json"
        self.refused(joblint, helm, place, "line 1, column 10: `file:///etc/passwd`")

    @pytest.mark.parametrize("trick", ["slashes", "global", "v7", "sparse"])
    def test_an_archive_of_two_readings(self, joblint: Program, tools: Path, tmp_path: Path, trick: str) -> None:
        """Go and Python understand its headers in two ways: helm sees what joblint saw, or nothing."""
        packed = tmp_path / "x" / "charts" / "sub-1.tgz"
        packed.parent.mkdir()
        schema = b'{"$ref": "file:///etc/passwd"}'
        data = _file("sub/Chart.yaml", CHART.encode())
        if trick == "slashes":
            data += _file("sub\\values.schema.json", schema)
        elif trick == "global":
            data += _file("pax_global_header", b"18 path=elsewhere\n", tarfile.XGLTYPE)
            data += _file("sub/values.schema.json", schema)
        elif trick == "v7":
            header = bytearray(_file("sub/values.schema.json", schema))
            header[257:265] = bytes(8)  # no `ustar`: Go does not read the fields after it
            header[329:337] = b"garbage!"
            data += _checked(header)
        else:
            data += _file("sub/values.schema.json", schema, tarfile.GNUTYPE_SPARSE, size=1 << 40)
        packed.write_bytes(gzip.compress(data + bytes(1024)))
        code = f"""
            import tarfile
            whole = os.path.join(sys.argv[2], "charts", "sub-1.tgz")
            found = tarfile.open(whole).getnames()
            assert found and "sub/values.schema.json" not in found, found
            prints({GOOD!r})
        """
        fake(tools, "helm", code)
        done = joblint("check", "--render", "x")
        assert done.code == 0 or "`file:///etc/passwd`" in done.err or "unpacks to more than" in done.err, done.err

    @pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
    def test_an_archive_of_a_gigabyte(self, joblint: Program, helm: Path, tmp_path: Path, kind: bytes) -> None:
        """Whether that is a file, or a header, which Python reads as a whole."""
        packed = tmp_path / "x" / "charts" / "sub-1.tgz"
        packed.parent.mkdir()
        header = tarfile.TarInfo("sub/a")
        header.type, header.size = kind, 1 << 30
        with gzip.open(packed, "wb", compresslevel=1) as file:
            file.write(header.tobuf())
            for _ in range(120):
                file.write(bytes(1 << 20))
        self.refused(joblint, helm, "x/charts/sub-1.tgz", "unpacks to more than 100 MiB")

    @pytest.mark.parametrize(
        "data", [b"", b"x", b"\x1f\x8b\x08", gzip.compress(b"x" * 2000)], ids=("empty", "text", "cut", "gzip")
    )
    def test_what_is_no_archive(self, joblint: Program, helm: Path, tmp_path: Path, data: bytes) -> None:
        (tmp_path / "x" / "charts").mkdir()
        (tmp_path / "x" / "charts" / "sub-1.tgz").write_bytes(data)
        self.refused(joblint, helm, "x/charts/sub-1.tgz", "cannot be unpacked as a chart")

    @pytest.mark.parametrize("draft", ["http://json-schema.org/draft-07/schema#", "http://json-schema.org/schema#"])
    def test_an_ordinary_schema(self, joblint: Program, helm: Path, tmp_path: Path, draft: str) -> None:
        schema = {"$schema": draft, "$id": "https://example.com/x.json", "a": {"$ref": "#/definitions/b"}}
        write(tmp_path / "x" / "values.schema.json", json.dumps(schema))
        self.accepted(joblint, helm)


def _file(name: str, data: bytes, kind: bytes = tarfile.REGTYPE, size: int = -1) -> bytes:
    """A file in an archive, whose header may lie about its size."""
    header = tarfile.TarInfo(name)
    header.type, header.size = kind, len(data) if size < 0 else size
    return header.tobuf(tarfile.GNU_FORMAT) + data + bytes(-len(data) % 512)


def _checked(data: bytearray) -> bytes:
    """With the right sum in the header."""
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    return bytes(data)


class TestRealHelm:
    """The program itself, where it is."""

    pytestmark = pytest.mark.skipif(shutil.which("helm") is None, reason="helm is not here")

    def test_memory(self, joblint: Program, tmp_path: Path) -> None:
        chart(
            tmp_path / "x",
            '{{ $a := repeat 1000000 "x" }}{{ range until 1000000 }}{{ $a = printf "%s%s" $a $a }}{{ end }}',
        )
        done = joblint("check", "--render", "x")
        assert done.code == 2
        assert done.err == "joblint: x: `helm template` used more than 2 GiB of memory, which is the limit\n"

    def test_nothing_is_asked(self, joblint: Program, tmp_path: Path) -> None:
        asks = '{{ lookup "v1" "Secret" "" "" }}{{ getHostByName "localhost" }}'
        chart(tmp_path / "x", f"# {asks}|\n{GOOD}")
        done = joblint("check", "--render", "-v", "x")
        assert done.code == 0, done.err


def test_a_slow_machine_does_not_lose_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    def hangs(command: list[str], **options: object) -> None:
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(subprocess, "run", hangs)
    with pytest.raises(RenderError, match="did not end"):
        contained._works(["unshare"])
