"""What joblint says when a command line was probably meant otherwise, and how it says it on a terminal."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from joblint.report.wrap import wrap
from tests.cli.program import COMMAND, Program, environment
from tests.console import shown
from tests.support import BAD, GOOD, commit_all, write

pytestmark = pytest.mark.usefixtures("here")
TERMINAL = pytest.mark.skipif(sys.platform == "win32", reason="there is no pty")
BROKEN = "a: b\n c: [d\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rules", "shedule"), "`shedule` is not a rule, group or effect; did you mean `schedule`?"),
        (("rules", "unknown-feild"), "did you mean `unknown-field`?"),
        (("rules", "tets"), "did you mean `test`?"),
        (("explain", "unknown-feild"), "`unknown-feild` is not a rule; did you mean `unknown-field`?"),
        (("chekc",), "`chekc` is not a command; did you mean `check`?"),
        (("check", "--format", "sarf"), "`sarf` is not one of text, concise, json, sarif,"),
        (("check", "--format", "sarf"), "; did you mean `sarif`?"),
        (("check", "--fail-on", "warn"), "did you mean `warning`?"),
        (("check", "--color", "alway"), "did you mean `always`?"),
        (("config", "--format", "jsn"), "did you mean `json`?"),
        (("check", "--output", "srif=x"), "srif=x: `srif` is not a format; did you mean `sarif=x`?"),
        (("check", "--output", "qqqq=x"), "qqqq=x: `qqqq` is not a format; the formats are text,"),
        (("check", "--output", "sarif="), "`sarif=` is not FORMAT=FILE"),
    ],
)
def test_did_you_mean(joblint: Program, arguments: tuple[str, ...], said: str) -> None:
    done = joblint(*arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_descriptor_that_is_misspelt(joblint: Program) -> None:
    done = joblint("explain-schedule", "@dayly")
    assert done.code == 1
    assert "did you mean `@daily`?" in done.out
    assert "did you mean `TZ=UTC @hourly`?" in joblint("explain-schedule", "TZ=UTC @hourley").out
    assert "did you mean" not in joblint("explain-schedule", "@qqqq").out


def test_a_revision_in_place_of_a_path(here: Path, joblint: Program) -> None:
    write(here / "a.yaml", GOOD)
    assert "did you mean" not in joblint("check", "--against", "HEAD").err  # not a repository
    commit_all(here)
    assert joblint("check", "--against", "HEAD").err == (
        "joblint: --against HEAD: no such file or directory; did you mean `git:HEAD`?\n"
    )
    assert joblint("check", "--against", "nope").err == "joblint: --against nope: no such file or directory\n"


@pytest.mark.parametrize(
    "arguments", [("check", "--format"), ("fix", "--against"), ("rules", "test", "--color"), ("rules", "--format")]
)
def test_an_option_without_its_value(joblint: Program, arguments: tuple[str, ...]) -> None:
    *command, option = arguments
    done = joblint(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"Usage: joblint {' '.join(command)} [OPTIONS]")
    assert f"Try 'joblint {' '.join(command)} --help' for help." in done.err
    assert done.err.endswith(f"Error: Option '{option}' requires an argument.\n")


def test_an_option_without_its_value_before_a_command(joblint: Program) -> None:
    assert joblint("--nope").err.startswith("Usage: joblint [OPTIONS] COMMAND [ARGS]...\n")


class TestFilesThatAreSomethingElse:
    @pytest.fixture(autouse=True)
    def _files(self, here: Path) -> None:
        write(here / "jobs" / "a.yaml", BAD)

    def test_write_baseline(self, joblint: Program, here: Path) -> None:
        done = joblint("check", "--write-baseline", "jobs")
        assert done == (2, "", "joblint: --write-baseline jobs: this is a directory; name a file\n")
        done = joblint("check", "--write-baseline", "nope/x.json")
        assert done == (2, "", "joblint: --write-baseline nope/x.json: the directory `nope` does not exist\n")
        assert joblint("check", "--baseline", "jobs").err == (
            "joblint: --baseline jobs: not a baseline: it is a directory\n"
        )
        assert sorted(os.listdir(here)) == ["jobs"]

    def test_files_from(self, joblint: Program, here: Path) -> None:
        assert "--files-from jobs: this is a directory; to check it" in joblint("check", "--files-from", "jobs").err
        yaml = "this is YAML and not a list of paths; to check it, "
        done = joblint("check", "--files-from", "jobs/a.yaml")
        assert done.code == 2
        assert f"--files-from jobs/a.yaml: {yaml}pass it without --files-from" in done.err
        done = joblint("check", "--files-from", "-", stdin=BAD.encode())
        assert f"--files-from -: {yaml}pass `-`" in done.err
        for text in ("# a\n---\na: b\n", "- jobs/a.yaml\n", '{"a": 1}\n', "files:\n"):
            write(here / "list", text)
            assert yaml in joblint("check", "--files-from", "list").err
        for text in ("gone.yaml\n", "jobs/a.yaml\n", "a: b\0"):
            write(here / "list", text)
            assert yaml not in joblint("check", "--files-from", "list").err

    @pytest.mark.skipif(sys.platform == "win32", reason="no such name")
    def test_a_list_of_files_with_odd_names(self, joblint: Program, here: Path) -> None:
        write(here / "kind: x.yaml", GOOD)
        write(here / "list", "kind: x.yaml\n")
        assert joblint("check", "--files-from", "list").code == 0

    @pytest.mark.parametrize("text", [BAD, json.dumps({"apiVersion": "batch/v1", "kind": "Job"}, indent=2), "{}"])
    def test_config(self, joblint: Program, here: Path, text: str) -> None:
        write(here / "job.yaml", text)
        done = joblint("check", "--config", "job.yaml")
        said = "--config job.yaml: this is a Kubernetes manifest and not a configuration; to check it, pass it without"
        assert (said in done.err) is (text != "{}")
        assert "--config jobs: this is a directory; name a file" in joblint("check", "--config", "jobs").err

    def test_the_configuration_of_no_file(self, joblint: Program) -> None:
        done = joblint("config", "nope")
        assert done.code == 0
        assert (
            done.err == "joblint: nope: no such file or directory; this is the configuration for a file of that name\n"
        )
        assert joblint("config", "jobs").err == joblint("config", "jobs/a.yaml").err == ""


class TestVerbose:
    def test_no_hint_to_use_it_when_it_is_used(self, joblint: Program, here: Path) -> None:
        write(here / "Chart.yaml", "name: a\n")
        write(here / "templates" / "a.yaml", "kind: Job\napiVersion: batch/v1\nmetadata:\n  name: {{ .x }}\n")
        assert "; --verbose lists what was left alone\n" in joblint("check").err
        done = joblint("check", "-v")
        assert "left alone: " in done.err
        assert "--verbose" not in done.err

    def test_named_files_that_cannot_be_parsed(self, joblint: Program, here: Path) -> None:
        write(here / "a.yaml", BROKEN)
        (here / "b.yaml").write_bytes(b"\x89PNG\xff")
        write(here / "c.md", "```yaml\n" + BROKEN + "```\n")
        write(here / "good.yaml", GOOD)
        assert joblint("check", "a.yaml", "b.yaml").err == "joblint: no Job or CronJob found in 2 files\n"
        said = joblint("check", "-v", "a.yaml", "b.yaml", "c.md", "good.yaml", "gone.yaml").err.splitlines()
        assert [line.partition(", and")[0] for line in said[:3]] == [
            "a.yaml:2: left alone: this document cannot be parsed",
            "b.yaml: left alone: is not text: line 1, byte 0x89 is not UTF-8",
            "joblint: gone.yaml: no such file or directory",
        ]
        assert "left alone" not in joblint("check", "-v").err  # not named

    def test_what_is_reported_is_not_listed_again(self, joblint: Program, here: Path) -> None:
        write(here / "a.yaml", "apiVersion: batch/v1\nkind: Job\n" + BROKEN)
        done = joblint("check", "-v", "a.yaml")
        assert "unreadable-document" in done.out
        assert "left alone" not in done.err


@pytest.mark.parametrize(
    ("format_", "said"),
    [
        ("json", "--statistics has no effect with --format json, which always has counts"),
        ("sarif", "--statistics has no effect with --format sarif; use text, concise, json or markdown"),
        ("text", ""),
        ("concise", ""),
    ],
)
def test_statistics_in_a_document(joblint: Program, here: Path, format_: str, said: str) -> None:
    write(here / "a.yaml", BAD)
    done = joblint("check", "--statistics", "--format", format_)
    assert (f"joblint: {said}\n" in done.err) is bool(said)
    assert ("has no effect" in done.err) is bool(said)
    assert "has no effect" not in joblint("check", "-q", "--statistics", "--format", format_).err
    plain = joblint("check", "--format", format_)
    assert (done.out == plain.out) is bool(said)


class TestTerminal:
    @TERMINAL
    @pytest.mark.parametrize(
        ("arguments", "what"),
        [
            (("check", "-"), "a manifest"),
            (("fix", "-"), "a manifest"),
            (("check", "--files-from", "-"), "a list of paths"),
            (("explain-schedule", "-f", "-"), "a manifest"),
        ],
    )
    def test_standard_input_that_waits(self, here: Path, arguments: tuple[str, ...], what: str) -> None:
        """A terminal: something says what joblint waits for."""
        import pty

        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [*COMMAND, *arguments], cwd=here, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment(),
        ) as program:  # fmt: skip
            assert program.stderr is not None
            line = program.stderr.readline()
            os.write(ours, b"\x04")  # Ctrl-D
            program.communicate(timeout=600)
        os.close(ours)
        os.close(theirs)
        assert line == f"joblint: reading {what} from standard input; press Ctrl-D to end it\n"

    def test_standard_input_that_does_not_wait(
        self, joblint: Program, monkeypatch: pytest.MonkeyPatch, here: Path
    ) -> None:
        assert "reading" not in joblint("check", "-", stdin=GOOD.encode()).err
        announced: list[str] = []
        monkeypatch.setattr("joblint.cli.terminal.announce", announced.append)
        write(here / "a.yaml", GOOD)
        joblint("check", "-q", "-", stdin=GOOD.encode())
        joblint("check", "a.yaml")
        assert announced == []

    @TERMINAL
    def test_prose_is_wrapped_at_words(self, here: Path) -> None:
        write(here / "a.yaml", GOOD)
        name = "-".join(["very"] * 25)
        lines = shown(here, "check", "--rules", "a.yaml", "--select", "nothing-that-there-is", "--against", name)
        assert all(len(line) <= 80 or name in line for line in lines)
        lines = shown(here, "check", name, "a.yaml")
        assert lines[0].rstrip() == f"joblint: {name}: no such file or directory"[: len(lines[0].rstrip())]
        assert any(name in line for line in lines)  # a path stays whole
        lines = shown(here, "check", "--format", "sarf")
        error = lines.index("Error: Invalid value for '--format': `sarf` is not one of text, concise, json,")
        assert lines[error + 1] == "  sarif, github, gitlab, junit, checkstyle, markdown; did you mean `sarif`?"

    @TERMINAL
    def test_the_list_of_fixes_is_wrapped_at_words(self, here: Path) -> None:
        directory = "a-directory-that-has-a-name-of-some-length"
        write(here / directory / "a.yaml", BAD)
        lines = shown(here, "fix", "--diff", directory)
        at = next(i for i, line in enumerate(lines) if line.startswith(f"{directory}/a.yaml:6:3: fix[unknown-field]"))
        assert lines[at + 1].startswith("  ")
        assert " ".join(line.strip() for line in lines[at : at + 2]).endswith("rename `paralelism` to `parallelism`")
        assert all(len(line) <= 80 for line in lines[at : at + 2])

    def test_nothing_is_wrapped_elsewhere(self, joblint: Program) -> None:
        assert "\n" not in joblint("check", "--format", "sarf").err.partition("Error: ")[2].rstrip("\n")

    def test_a_word_that_is_too_wide_stays_whole(self) -> None:
        assert wrap("a " + "b" * 30 + " c", 20, cut=False) == ["a", "b" * 30, "c"]
