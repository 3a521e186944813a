"""`--values`, `--set` and `--set-string`: what helm gets, and what is said where they are used wrongly."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.project.rendering import CHART, chart, fake
from tests.support import GOOD, write

pytestmark = pytest.mark.usefixtures("here")
JOB = GOOD.replace("restartPolicy: Never", "restartPolicy: {{ .Values.policy | default `Never` }}")
MESSAGE = "Invalid value for '{}': `{}` does not set a value: write NAME=VALUE, such as `image.tag=1.4`\n"


def told(tools: Path) -> Path:
    """A helm that writes its arguments, and the texts of files with values, where the test finds them."""
    told = tools / "told.json"
    code = f"""
    import csv
    given = [word.partition("=")[2] for word in sys.argv if word.startswith("--values=")]
    paths = [path for text in given for path in next(csv.reader([text]))]
    texts = [open(path).read() for path in paths]
    json.dump([sys.argv[1:], paths, texts], open({str(told)!r}, "w"))
    prints({GOOD!r})
    """
    fake(tools, "helm", code)
    return told


def test_what_helm_gets(here: Path, joblint: Program, tools: Path) -> None:
    """Copies of the files, in order, and each setting in one word, so that none is another option."""
    out = told(tools)
    chart(here / "app")
    write(here / "base.yaml", "a: 1\n")
    write(here / "prod.yaml", "a: 2\n")
    given = ["--values", "base.yaml", "--values", "prod.yaml", "--set", "a=3,b={x,y}", "--set", "--post-renderer=x"]
    assert joblint("check", "-q", "--render", "app", *given, "--set-string", "tag=1.10").code == 0
    words, paths, texts = json.loads(out.read_text())
    assert words[-3:] == ["--set=a=3,b={x,y}", "--set=--post-renderer=x", "--set-string=tag=1.10"]
    assert [word.partition("=")[0] for word in words[2:-3]] == ["--kube-version", "1.37", "--values", "--values"]
    assert texts == ["a: 1\n", "a: 2\n"]
    assert all(not path.startswith(str(here)) and not os.path.exists(path) for path in paths)


def test_each_chart_gets_them_and_no_kustomization(here: Path, joblint: Program, tools: Path) -> None:
    out = told(tools)
    chart(here / "a")
    chart(here / "b")
    write(here / "k/kustomization.yaml", "resources: []\n")
    fake(tools, "kustomize", f"assert len(sys.argv) == 3\nprints({GOOD!r})")
    for paths in (["a", "k", "b"], ["b", "a"]):
        assert joblint("check", "-q", "--render", *paths, "--set", "a=1").code == 0
        assert json.loads(out.read_text())[0][-1] == "--set=a=1"
        out.unlink()


def test_a_pipe_is_read_once(here: Path, joblint: Program, tools: Path) -> None:
    """`--values <(sops -d prod.yaml)`, for two charts."""
    out = told(tools)
    chart(here / "a")
    chart(here / "b")
    read, written = os.pipe()
    os.write(written, b"secret: 1\n")
    os.close(written)
    try:
        assert joblint("check", "-q", "--render", "a", "b", "--values", f"/dev/fd/{read}").code == 0
    finally:
        os.close(read)
    assert json.loads(out.read_text())[2] == ["secret: 1\n"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("gone.yaml", "no such file or directory"),
        (
            "https://example.com/a.yaml",
            "is remote: --render works without a network; keep a copy of it in the repository",
        ),
        ("-", "values cannot be read from standard input: write them to a file"),
        ("link.yaml", "it is a link out of {}; --render reads only what is inside it"),
        ("fifo", "is a FIFO; joblint only reads regular files, and standard input as `-`"),
    ],
)
def test_a_file_that_is_not_read(here: Path, joblint: Program, tools: Path, path: str, said: str) -> None:
    out = told(tools)
    repository = here / "repository"
    chart(repository / "app")
    (repository / ".git").mkdir()
    write(here / "secret", "token: 1\n")
    (repository / "link.yaml").symlink_to(here / "secret")
    os.mkfifo(repository / "fifo")
    os.chdir(repository)
    done = joblint("check", "--render", "app", "--values", path)
    assert (done.code, done.out, done.err) == (2, "", f"joblint: {path}: {said.format(repository)}\n")
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--set", "a=1", "app"], "--set requires --render\n"),
        (["--values", "v.yaml", "app"], "--values requires --render\n"),
        (["--set-string", "a=1"], "--set-string requires --render\n"),
        (
            ["--render", "--set", "a=1"],
            "--set requires a PATH that is a Helm chart (a directory with a Chart.yaml)\n",
        ),
        (
            ["--render", "k", "--values", "v.yaml"],
            "--values requires a PATH that is a Helm chart (a directory with a Chart.yaml)\n",
        ),
        (["--render", "app", "--set", "a"], MESSAGE.format("--set", "a")),
        (["--render", "app", "--set-string", "=1"], MESSAGE.format("--set-string", "=1")),
    ],
    ids=str,
)
@pytest.mark.parametrize("command", ["check", "fix"])
def test_wrong_usage(here: Path, joblint: Program, command: str, words: list[str], said: str) -> None:
    chart(here / "app")
    write(here / "k/kustomization.yaml", "resources: []\n")
    done = joblint(command, *words)
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith(f"\nError: {said}")


@pytest.mark.skipif(shutil.which("helm") is None, reason="helm is not here")
class TestHelm:
    def test_a_value_makes_a_finding(self, here: Path, joblint: Program) -> None:
        chart(here / "app", JOB)
        write(here / "prod.yaml", "policy: Always\n")
        assert joblint("check", "--render", "app").code == 0
        for words in (["--values", "prod.yaml"], ["--set", "policy=Always"], ["--set-string", "policy=Always"]):
            done = joblint("check", "--render", "app", *words)
            assert done.code == 1
            assert done.out.startswith("app/templates/job.yaml:8:22: error[unfit-restart-policy]")
        assert joblint("check", "--render", "app", "--values", "prod.yaml", "--set", "policy=Never").code == 0

    def test_helms_message_names_the_users_file(self, here: Path, joblint: Program) -> None:
        write(here / "app/Chart.yaml", CHART)
        write(here / "broken.yaml", "a: [\n")
        done = joblint("check", "--render", "app", "--values", "broken.yaml")
        assert done.code == 2
        assert done.err.startswith("joblint: app: `helm template` failed: Error: failed to parse broken.yaml: ")
        done = joblint("check", "--render", "app", "--set", "a=1,b")
        assert (done.code, done.err.count("\n")) == (2, 1)
        assert 'key "b" has no value' in done.err
