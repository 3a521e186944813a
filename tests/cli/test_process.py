"""The program as a process: pipes, signals, terminals, and names that are no text."""

import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from joblint.report import FORMATS
from tests.cli.program import COMMAND, environment, process
from tests.support import BAD, FIXABLE, GOOD, HANG, write

MESSAGE = "error[unknown-field] a Job's spec has no field `paralelism`; did you mean `parallelism`?"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "bad.yaml").write_text(BAD)
    return tmp_path


def test_findings_on_one_stream_and_all_else_on_the_other(here: Path) -> None:
    assert process("check", cwd=here) == (
        1, f"bad.yaml:6:3: {MESSAGE}\n", f"1 error in 1 file (1 Job, Kubernetes 1.37)\n{FIXABLE}"
    )  # fmt: skip


def test_standard_input(here: Path) -> None:
    assert process("check", "-", cwd=here, stdin=BAD.encode()).out == f"<stdin>:6:3: {MESSAGE}\n"


def test_version(here: Path) -> None:
    done = process("--version", cwd=here)
    assert re.fullmatch(r"joblint 0\.\d+\.\d+\ntzdata 20\d\d\.\d+ \(IANA 20\d\d[a-z]\)\n", done.out)
    assert process("--version", "check", cwd=here) == done  # through click


def test_help(here: Path) -> None:
    done = process("--help", cwd=here)
    assert done.code == 0
    assert done.out.startswith("Usage: joblint [OPTIONS] COMMAND")
    for command in ("check", "explain", "rules", "schema"):
        helped = process(command, "-h", cwd=here)
        assert helped.code == 0
        assert f"Usage: joblint {command} " in helped.out
        assert "Examples:" in helped.out


class TestTerminal:
    def on_terminal(self, here: Path, *arguments: str, **more: str) -> str:
        """What a terminal of 60 columns shows."""
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [*COMMAND, *arguments], cwd=here, stdout=theirs, stderr=theirs, env=environment(COLUMNS="60", **more)
        ):
            os.close(theirs)
            shown = b""
            try:
                while part := os.read(ours, 1 << 16):
                    shown += part
            except OSError:  # the other end is closed
                pass
        os.close(ours)
        return shown.decode().replace("\r\n", "\n")

    def test_text_and_colours(self, here: Path) -> None:
        shown = self.on_terminal(here, "check", TERM="xterm")
        assert shown.startswith("\x1b[1;31merror[unknown-field]\x1b[0m: \x1b[1ma Job's spec has no field\x1b[0m\n")
        assert "\n --> bad.yaml:6:3\n" in shown
        assert "\x1b[1;31m^^^^^^^^^^\x1b[0m" in shown
        assert shown.endswith(f"\x1b[1;31m1 error in 1 file (1 Job, Kubernetes 1.37)\x1b[0m\n{FIXABLE}")

    @pytest.mark.parametrize(
        "more", [{"TERM": "dumb"}, {"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "xterm", "CLICOLOR": "0"}]
    )
    def test_without_colours(self, here: Path, more: dict[str, str]) -> None:
        shown = self.on_terminal(here, "check", **more)
        assert "\x1b" not in shown
        assert "6 |   paralelism: 2\n  |   ^^^^^^^^^^\n" in shown

    def test_the_terminal_says_how_wide_it_is(self, here: Path) -> None:
        (here / "bad.yaml").write_text(BAD.replace("2\n", f"2  # {'x' * 200}\n", 1))
        rows = self.on_terminal(here, "check", TERM="dumb").split("\n")
        assert 50 < max(map(len, rows)) <= 60

    @pytest.mark.parametrize("columns", ["20", "60", "300", "wide", "0", "-1"])
    def test_what_is_no_terminal_has_80_columns(self, here: Path, columns: str) -> None:
        (here / "bad.yaml").write_text(BAD.replace("2\n", f"2  # {'x' * 200}\n", 1))
        done = process("check", "--format", "text", cwd=here, COLUMNS=columns)
        assert max(map(len, done.out.split("\n"))) == 79  # one is left for a caret after the last character
        assert done == process("check", "--format", "text", cwd=here)

    def test_fix_lists_what_it_did(self, here: Path) -> None:
        assert self.on_terminal(here, "fix", TERM="dumb") == (
            "bad.yaml:6:3: fixed[unknown-field] rename `paralelism` to\n  `parallelism`\n"
            "fixed 1 problem in 1 file\n\n"
            "no problems in 1 file (1 Job, Kubernetes 1.37)\n"
        )
        (here / "bad.yaml").write_text(BAD)
        assert self.on_terminal(here, "fix", "--no-show-fixes", TERM="dumb").startswith("fixed 1 problem in 1 file\n")

    def test_nothing_in_a_file_reaches_the_terminal_raw(self, here: Path) -> None:
        odd = BAD.replace("paralelism", '"\\e]0;x\\a\x1b[2J\u202e"'.replace("\x1b", "\\x1b"))
        (here / "bad.yaml").rename(here / "b\x1b[2Jad\n.yaml")
        (here / "b\x1b[2Jad\n.yaml").write_text(odd)
        shown = self.on_terminal(here, "check", TERM="dumb")
        assert "\n --> b\\x1b[2Jad\\n.yaml:6:3\n" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown


class TestPipes:
    def test_reader_that_goes_away(self, here: Path) -> None:
        """A pipe without a reader ends the program as the signal would, without a word."""
        (here / "bad.yaml").write_text(f"{BAD}---\n" * 2000)
        with subprocess.Popen(
            [*COMMAND, "check"], cwd=here, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
        ) as running:
            assert running.stdout is not None
            assert running.stderr is not None
            assert running.stdout.read(10) == b"bad.yaml:6"
            running.stdout.close()
            assert running.stderr.read() == b""
            assert running.wait(HANG) == 128 + signal.SIGPIPE

    @pytest.mark.parametrize("arguments", [("check",), ("rules",), ("schema",), ("explain", "unknown-field")])
    def test_full_disk(self, here: Path, arguments: tuple[str, ...]) -> None:
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [*COMMAND, *arguments], cwd=here, stdout=full, stderr=subprocess.PIPE, env=environment(), check=False
            )
        assert done.returncode == 2
        assert done.stderr == b"joblint: cannot write to standard output: No space left on device\n"

    def test_closed_streams(self, here: Path) -> None:
        def shell(line: str) -> tuple[int, str]:
            script = line.replace("joblint", " ".join(COMMAND))
            done = subprocess.run(
                ["bash", "-c", script], cwd=here, capture_output=True, text=True, env=environment(), check=False
            )
            assert "Traceback" not in done.stderr
            return done.returncode, done.stderr

        assert shell("joblint check >&-") == (2, "joblint: cannot write: standard output is closed\n")
        assert shell("joblint check 2>&-") == (1, "")
        assert shell("joblint check -q - <&-") == (2, "joblint: <stdin>: standard input is closed\n")
        assert shell("joblint check >&- 2>&- <&-")[0] == 2

    def test_process_substitution(self, here: Path) -> None:
        script = f"{' '.join(COMMAND)} check <(cat bad.yaml)"
        done = subprocess.run(
            ["bash", "-c", script], cwd=here, capture_output=True, text=True, env=environment(), check=False
        )
        assert done.returncode == 1
        assert done.stdout.endswith(f":6:3: {MESSAGE}\n")

    def test_encoding_that_cannot_hold_a_character(self, here: Path) -> None:
        (here / "bäd.yaml").write_text(BAD.replace("  paralelism: 2", "  日本: 2"))
        done = process("check", "--format", "text", "bäd.yaml", cwd=here, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
        assert done.code == 1
        assert "\n --> b\\xe4d.yaml:6:3\n" in done.out
        assert "6 |   \\u65e5\\u672c: 2\n" in done.out


class TestSignals:
    def test_interrupt(self, here: Path) -> None:
        with subprocess.Popen(
            [*COMMAND, "check", "-"],
            cwd=here, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
        ) as running:  # fmt: skip
            assert running.stdin is not None
            running.stdin.write(b"#" * (1 << 17))  # more than a pipe holds: once it is written, it is being read
            running.stdin.flush()
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=HANG)
            assert (running.returncode, out, err) == (130, b"", b"joblint: interrupted\n")


class TestNames:
    def test_bytes_that_are_no_text(self, here: Path) -> None:
        name = b"\xff\xfe\n.yaml"
        (here / os.fsdecode(name)).write_text(BAD)
        (here / "bad.yaml").unlink()
        shown = f"\\xff\\xfe\\n.yaml:6:3: {MESSAGE}\n"
        assert process("check", cwd=here).out == shown
        assert process("check", name, cwd=here).out == shown
        assert process("check", b"gone" + name, cwd=here).err.startswith(
            "joblint: gone\\xff\\xfe\\n.yaml: no such file"
        )
        assert '"path": "\\\\xff\\\\xfe\\n.yaml"' in process("check", "--format", "json", cwd=here).out

    def test_name_that_looks_like_an_option(self, here: Path) -> None:
        (here / "-v").write_text(BAD)
        assert process("check", "--", "-v", cwd=here).out == f"-v:6:3: {MESSAGE}\n"

    def test_fifo(self, here: Path) -> None:
        os.mkfifo(here / "a.yaml")
        done = process("check", "a.yaml", "bad.yaml", cwd=here)
        assert (done.code, done.out) == (2, f"bad.yaml:6:3: {MESSAGE}\n")
        assert done.err.startswith("joblint: a.yaml: is a FIFO; ")
        assert process("check", cwd=here).code == 1

    def test_loop_of_links(self, here: Path) -> None:
        (here / "sub").mkdir()
        (here / "sub" / "up").symlink_to("..")
        (here / "me.yaml").symlink_to("me.yaml")
        assert process("check", cwd=here).out == f"bad.yaml:6:3: {MESSAGE}\n"
        assert process("check", "me.yaml", cwd=here).code == 2


class TestCompletion:
    def complete(self, here: Path, line: str) -> list[str]:
        """What bash would offer at the end of a line."""
        words = line.split(" ")
        done = process(
            cwd=here, _JOBLINT_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=str(len(words) - 1)
        )  # fmt: skip
        return [row.partition(",")[2] for row in done.out.splitlines()]

    def test_commands(self, here: Path) -> None:
        assert self.complete(here, "joblint ex") == ["explain", "explain-schedule"]

    def test_minors(self, here: Path) -> None:
        assert self.complete(here, "joblint check --kube-version 1.2") == [f"1.{m}" for m in range(29, 20, -1)]
        assert self.complete(here, "joblint check --kube-version 1.24,1.3")[0] == "1.24,1.37"

    def test_rules_groups_and_effects(self, here: Path) -> None:
        assert self.complete(here, "joblint explain unknown-f") == ["unknown-field"]
        assert self.complete(here, "joblint check --ignore rejec") == ["rejected"]
        assert self.complete(here, "joblint check --select dropped,decod") == ["dropped,decoding"]

    def test_gates(self, here: Path) -> None:
        assert self.complete(here, "joblint check --feature-gates JobManaged") == [
            "JobManagedBy=true",
            "JobManagedBy=false",
        ]

    @pytest.mark.parametrize(
        ("line", "replies"),
        [
            ("joblint explain-schedule --time-zone Europe/Pa", ["Europe/Paris"]),
            ("joblint check --severity unknown-field=wa", ["warning"]),
            ("joblint check --severity=unknown-field=wa", ["warning"]),
            ("joblint check --severity job=off,unknown-field=wa", ["warning"]),
            ("joblint check --feature-gates JobManagedBy=t", ["true"]),
            ("joblint check --per-path old:ign", ["ignore="]),
            ("joblint check --per-path 'old/**:ign", ["old/**:ignore="]),
            ("joblint check --per-path old:ignore=unknown-f", ["unknown-field"]),
            ("joblint check --output sari", ["sarif="]),
            ("joblint check --format=sari", ["sarif"]),
            ("joblint check --kube-version 1.24,1.37", ["1.24,1.37"]),
            ("joblint ex", ["explain", "explain-schedule"]),
            (
                "joblint check --exclude x --format ",
                [*FORMATS],
            ),
        ],
    )
    def test_in_bash(self, here: Path, line: str, replies: list[str]) -> None:
        """Bash ends words at `=` and `:`: what it puts in place of the word at the cursor is only what comes after."""
        script = process(cwd=here, _JOBLINT_COMPLETE="bash_source").out
        write(here / "joblint", f'#!/bin/sh\nexec {sys.executable} -m joblint "$@"\n').chmod(0o755)
        write(here / "completion.bash", script)
        call = (
            "source ./completion.bash; compopt() { :; }; COMP_LINE=$1 COMP_POINT=${#1}; _joblint_completion ./joblint;"
            ' printf "%s\\n" "${COMPREPLY[@]}"'
        )
        done = subprocess.run(
            ["bash", "--norc", "-c", call, "bash", line],
            cwd=here, env=environment(), capture_output=True, text=True, timeout=HANG, check=True,
        )  # fmt: skip
        assert done.stdout.splitlines() == replies
        assert done.stderr == ""

    def test_severities(self, here: Path) -> None:
        levels = [f"unknown-field={level}" for level in ("error", "warning", "info", "off")]
        assert self.complete(here, "joblint check --severity unknown-f") == levels
        assert "unknown-field=" in self.complete(here, "joblint check --severity unkn")
        levels = [f"job=off,unknown-field={level}" for level in ("error", "warning", "info", "off")]
        assert self.complete(here, "joblint check --severity job=off,unknown-field=") == levels

    def test_sections(self, here: Path) -> None:
        assert self.complete(here, "joblint check --per-path old:ig") == ["old:ignore="]
        assert self.complete(here, "joblint check --per-path old:ignore=job,unknown-f") == [
            "old:ignore=job,unknown-field"
        ]
        assert self.complete(here, "joblint check --per-path old:field-validation=st") == [
            "old:field-validation=strict"
        ]
        assert self.complete(here, "joblint check --per-path old:severity=job=o") == ["old:severity=job=off"]
        assert self.complete(here, "joblint check --per-path old:namespace=x") == [""]
        assert self.complete(here, "joblint check --per-path ol") == ["ol"]  # as a file

    def test_time_zones(self, here: Path) -> None:
        assert self.complete(here, "joblint explain-schedule --time-zone Europe/Pa") == ["Europe/Paris"]
        assert self.complete(here, "joblint explain-schedule --time-zone europe/be")[:2] == [
            "Europe/Belfast", "Europe/Belgrade",
        ]  # fmt: skip
        assert self.complete(here, "joblint explain-schedule --time-zone toky") == ["Asia/Tokyo"]
        assert self.complete(here, "joblint explain-schedule --time-zone xyz") == [""]

    def test_scripts(self, here: Path) -> None:
        for shell in ("bash", "zsh", "fish"):
            done = process(cwd=here, _JOBLINT_COMPLETE=f"{shell}_source")
            assert done.code == 0
            assert "_JOBLINT_COMPLETE" in done.out


def test_one_module_a_command(here: Path) -> None:
    """What a command does not need is not imported."""
    (here / "good.yaml").write_text(GOOD)

    def imported(*arguments: str) -> set[str]:
        done = process(*arguments, cwd=here, PYTHONPROFILEIMPORTTIME="1")
        return {line.rpartition("|")[2].strip() for line in done.err.splitlines() if line.startswith("import time:")}

    version = imported("--version")
    assert not version & {"click", "yaml", "joblint.engine.run", "joblint.cli.app"}
    plain = imported("check", "good.yaml")
    assert "joblint.engine.run" in plain
    assert not plain & {"click", "markdown_it", "tree_sitter", "difflib", "joblint.cli.app", "joblint.report.text"}
    rules = imported("rules")
    assert "click" in rules
    assert not rules & {"joblint.engine.run", "joblint.cli.check", "yaml"}
