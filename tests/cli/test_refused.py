"""Where nothing can be checked: a report for programs is a whole document all the same, and has the error in it."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from joblint import report
from joblint.cli import run
from tests.cli.program import Done, Program
from tests.report.test_github import read as command
from tests.support import BAD, GOOD, write

KEY = "unknown key `ignor`; did you mean `ignore`?"


@pytest.fixture(autouse=True)
def here(here: Path) -> Path:
    (here / ".git").mkdir()
    write(here / "a.yaml", BAD)
    return here


def errors(done: Done, format_: str) -> list[tuple[str, str]]:
    """The file (or what there is in its place) and the message of each error in a document."""
    if format_ == "json":
        return [(one["path"], one["message"]) for one in json.loads(done.out)["errors"]]
    if format_ == "junit":
        root = ET.fromstring(done.out)
        found = [(case.get("file", ""), case.find("error")) for case in root.iter("testcase")]
        return [(file, error.get("message", "")) for file, error in found if error is not None]
    if format_ == "checkstyle":
        files = ET.fromstring(done.out)
        return [(file.get("name", ""), error.get("message", "")) for file in files for error in file]
    if format_ == "gitlab":
        told = [one for one in json.loads(done.out) if one["severity"] == "blocker"]
        return [(one["location"]["path"], one["description"]) for one in told]
    if format_ == "github":
        told = [command(line) for line in done.out.splitlines()]
        return [(one.properties.get("file", ""), one.message) for one in told]
    assert format_ == "sarif", f"how are errors read from a {format_} report?"
    (log,) = json.loads(done.out)["runs"]
    (invocation,) = log["invocations"]
    assert invocation["executionSuccessful"] is False
    told = [*invocation.get("toolConfigurationNotifications", ()), *invocation["toolExecutionNotifications"]]
    assert log["results"] == []
    return [
        (one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] if "locations" in one else "", text)
        for one in told
        if one["level"] == "error"
        for text in [one["message"]["text"]]
    ]


FORMATS = pytest.mark.parametrize(
    "format_", [name for name, one in report.FORMATS.items() if one.is_document and name != "markdown"]
)


@FORMATS
def test_a_wrong_configuration(here: Path, joblint: Program, format_: str) -> None:
    (here / ".joblint.yaml").write_text("fail-on: error\nignor: []\n")
    done = joblint("check", "--format", format_)
    assert done.code == 2
    ((path, message),) = errors(done, format_)
    assert path == ".joblint.yaml"
    assert message.endswith(KEY)
    assert done.err == f".joblint.yaml:2:1: error: {KEY}\n"


@FORMATS
def test_configured_format_and_files(here: Path, joblint: Program, format_: str) -> None:
    (here / ".joblint.yaml").write_text(f"format: {format_}\nignor: []\n")
    done = joblint("check", "--output", f"{format_}=out")
    assert (here / "out").read_text() == done.out
    assert len(errors(done, format_)) == 1


@FORMATS
@pytest.mark.parametrize(
    ("arguments", "path", "message"),
    [
        (["--against", "git:main"], "--against", "not in a git repository"),
        (["--against", "gone.yaml"], "--against", "no such file"),
        (["--since", "main"], "--since", "not in a git repository"),
        (["--baseline", "gone.json"], "--baseline", "no such file"),
        (["--kube-version", "1.38", "--fail-on-unknown-version"], "--fail-on-unknown-version", "1.38 is newer"),
    ],
)
def test_what_cannot_be_had(joblint: Program, format_: str, arguments: list[str], path: str, message: str) -> None:
    done = joblint("check", "--format", format_, *arguments)
    assert done.code == 2
    ((found, said),) = errors(done, format_)
    assert message in said
    assert f"{found} {said}".lstrip().startswith(path)
    assert f"joblint: {path}" in done.err


@FORMATS
def test_an_option_is_not_in_a_directory(
    here: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch, format_: str
) -> None:
    (here / "sub").mkdir()
    monkeypatch.chdir(here / "sub")
    done = joblint("check", "--format", format_, "--baseline", "gone.json")
    assert done.code == 2
    assert "--baseline gone.json" in done.out
    assert "sub/--baseline" not in done.out


@FORMATS
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--kube-version", "1.99"], "Kubernetes 1.99 is not supported"),
        (["--select", "nosuch"], "`nosuch` is not a rule"),
        (["--feature-gates", "X=true"], "feature gate X does not exist"),
        (["--nosuch"], "No such option"),
        (["--fail-on", "x"], "`x` is not one of"),
        (["--namespace", "A B"], "the namespace `A B`"),
        (["--rules", "gone"], "gone: no such file"),
        (["--unsafe-fixes"], "--unsafe-fixes requires --fix"),
        (["--output", "x=y"], "x=y: `x` is not a format; the formats are"),
        (["--output"], "requires an argument"),
    ],
)
def test_wrong_usage(here: Path, joblint: Program, format_: str, arguments: list[str], message: str) -> None:
    for asked in (["--format", format_], [f"--format={format_}"]):
        done = joblint("check", *asked, "--output", f"{format_}=out", *arguments)
        assert done.code == 2
        ((_, said),) = errors(done, format_)
        assert message in said
        written = (here / "out").read_text() if (here / "out").exists() else None
        assert written == (None if "--output" in arguments else done.out)  # which file is meant is not known then
        assert message in done.err


def test_wrong_usage_without_a_document(here: Path, joblint: Program) -> None:
    for line in (
        ["check", "--nosuch"],
        ["check", "--format", "concise", "--nosuch"],
        ["check", "--nosuch", "--", "--format", "json"],
        ["fix", "--format", "json", "--nosuch", "-"],
        ["fix", "--format", "json", "--diff"],
        ["rules", "--format", "json", "--nosuch"],
        ["check", "--nosuch", "--format"],
        ["check", "--format", "nosuch"],
        ["--format", "json"],
    ):
        done = joblint(*line)
        assert (done.code, done.out) == (2, "")


@FORMATS
def test_a_path_that_cannot_be_read(here: Path, joblint: Program, format_: str) -> None:
    (here / "a.yaml").unlink()
    done = joblint("check", "--format", format_, "gone.yaml")
    assert done.code == 2
    ((path, message),) = errors(done, format_)
    assert path == "gone.yaml"
    assert message.endswith("no such file or directory")


@FORMATS
def test_a_bug(joblint: Program, monkeypatch: pytest.MonkeyPatch, format_: str) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("\x1b[31m::error::")

    monkeypatch.setattr(run, "judge", fail)
    done = joblint("check", "--format", format_)
    assert done.code == 2
    ((_, message),) = errors(done, format_)
    assert "a bug in joblint" in message
    assert "\x1b" not in done.out + done.err


def test_people_read_standard_error(here: Path, joblint: Program) -> None:
    (here / ".joblint.yaml").write_text("ignor: []\n")
    for format_ in ("text", "concise"):
        assert joblint("check", "--format", format_).out == ""
    assert joblint("check", "--format", "markdown").out == (
        f"### joblint: nothing was checked\n\nMistakes in the configuration:\n\n- `.joblint.yaml:1:1`: {KEY}\n"
    )


class TestNewerVersions:
    LINE = "joblint: Kubernetes 1.38 is newer than this joblint supports: checked as 1.37; update joblint\n"

    @pytest.mark.parametrize("word", ["1.38", "v1.38.2-gke.1", "1.36-1.38", "1.30,1.38"])
    def test_option(self, joblint: Program, word: str) -> None:
        done = joblint("check", "--kube-version", word, "a.yaml", "a.yaml")
        assert done.code == 1
        assert done.err.count(self.LINE) == 1
        assert "1.37" in done.err.replace(self.LINE, "")
        assert joblint("check", "-q", "--kube-version", word).err == ""
        assert joblint("check", "--kube-version", word, "--fail-on-unknown-version") == (
            2, "", self.LINE.replace("joblint: ", "joblint: --fail-on-unknown-version: ", 1).replace(
                "checked as 1.37", "nothing was checked; joblint supports 1.21 to 1.37"
            )
        )  # fmt: skip

    def test_many(self, joblint: Program) -> None:
        done = joblint("check", "--kube-version", "1.38-1.40")
        assert "Kubernetes 1.38, 1.39 and 1.40 are newer than this joblint supports" in done.err

    def test_configuration(self, here: Path, joblint: Program) -> None:
        (here / ".joblint.yaml").write_text("per-path: [{paths: old/, kube-version: 1.38}]\n")
        write(here / "old" / "b.yaml", BAD)
        write(here / "old" / "c.yaml", BAD)
        done = joblint("check")
        assert (done.code, done.err.count(self.LINE)) == (1, 1)
        assert self.LINE not in joblint("check", "a.yaml").err
        (here / ".joblint.yaml").write_text("kube-version: 1.38\nfail-on-unknown-version: true\n")
        assert joblint("check").code == 2
        assert joblint("check", "--no-fail-on-unknown-version").code == 1
        assert joblint("check", "--kube-version", "1.37").code == 1

    @pytest.mark.parametrize("constraint", [">=1.38.0-0", "^1.38", "1.38.x", ">= 1.38 < 1.41"])
    def test_chart(self, here: Path, joblint: Program, constraint: str) -> None:
        write(here / "chart" / "Chart.yaml", f"name: a\nkubeVersion: '{constraint}'\n")
        write(here / "chart" / "job.yaml", BAD)
        assert joblint("check", "chart").err.count(self.LINE) == 1

    @pytest.mark.parametrize("constraint", [">=1.25", ">=1.25 <1.45", "1.37"])
    def test_a_bound_is_no_claim(self, here: Path, joblint: Program, constraint: str) -> None:
        write(here / "chart" / "Chart.yaml", f"name: a\nkubeVersion: '{constraint}'\n")
        write(here / "chart" / "job.yaml", BAD)
        assert "newer" not in joblint("check", "chart").err

    def test_other_commands(self, joblint: Program) -> None:
        schema = joblint("schema", "--kube-version", "1.38")
        assert (schema.code, schema.err) == (0, self.LINE)
        assert schema.out == joblint("schema").out
        explained = joblint("explain-schedule", "0 3 * * 1", "--kube-version", "1.38", "--count", "0")
        assert (explained.code, explained.err) == (0, self.LINE)
        shown = joblint("config", "--kube-version", "1.38")
        assert (shown.code, shown.err) == (0, self.LINE)
        assert 'kube-version: "1.38"' in shown.out

    @pytest.mark.parametrize("word", ["1.58", "1.380", "1.20", "2.0", "1.40-1.38", "1.30-1.99"])
    def test_what_is_no_version_to_come(self, joblint: Program, word: str) -> None:
        assert joblint("check", "--kube-version", word).code == 2


class TestEmpty:
    def test_option(self, here: Path, joblint: Program) -> None:
        write(here / "b" / "x.yaml", "a: 1\n")
        line = "joblint: no Job or CronJob found in 1 file\n"
        assert joblint("check", "b") == (0, "", line)
        assert joblint("check", "-q", "b") == (0, "", "")
        assert joblint("check", "b", "--fail-on-empty") == (1, "", line)
        assert joblint("check", "-q", "b", "--fail-on-empty") == (1, "", line)
        assert joblint("check", "b", "--fail-on-empty", "--exit-zero").code == 0
        assert joblint("fix", "b", "--fail-on-empty", "--diff").code == 1
        assert joblint("fix", "b", "--fail-on-empty").code == 1
        assert joblint("check", "gone", "--fail-on-empty").code == 2

    def test_not_empty(self, here: Path, joblint: Program) -> None:
        write(here / "b" / "x.yaml", GOOD)
        assert joblint("check", "b", "--fail-on-empty").code == 0
        write(here / "b" / "x.yaml", BAD.replace("kind: Job", "kind: Job\n: : :"))
        assert joblint("check", "b", "--fail-on-empty").code == 1

    def test_configuration(self, here: Path, joblint: Program) -> None:
        write(here / "b" / "x.yaml", "a: 1\n")
        write(here / "b" / "joblint.yaml", "fail-on-empty: true\n")
        assert joblint("check", "b").code == 1
        assert joblint("check", "b", "--no-fail-on-empty").code == 0


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("--kube-version", "1.24", "1.25"), "1.24,1.25"),
        (("--kube-version", "1.24", "1.25", "1.26"), "1.24,1.25,1.26"),
        (("1.25",), "1.25"),
    ],
)
def test_a_version_that_is_taken_for_a_path(here: Path, joblint: Program, words: tuple[str, ...], meant: str) -> None:
    said = f"joblint: 1.25: no such file or directory; to check for it, write `--kube-version {meant}`\n"
    done = joblint("check", *words)
    assert (done.code, said in done.err) == (2, True)
    (here / "1.25").write_text("")
    assert "1.25: no such file" not in joblint("check", *words).err
