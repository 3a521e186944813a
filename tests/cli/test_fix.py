"""`joblint fix`, which is `check --fix`: what is written, what is printed where, and the exit code."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.support import BAD, GOOD, named

FIXED = BAD.replace("paralelism", "parallelism")
CLEAN = "no problems in 1 file (1 Job, Kubernetes 1.37)\n"
UNSAFE = GOOD.replace("name: hello\n", "name: Hello\n", 1)  # a name: what it should be is a guess
KEPT = BAD.replace("image: busybox:1.36", "# none yet")  # a finding that has no fix, and one that has


@pytest.fixture(autouse=True)
def here(here: Path) -> Path:
    """A working directory with a file that can be fixed."""
    (here / "bad.yaml").write_text(BAD)
    return here


class TestResolved:
    """What one fix resolves besides its own finding is counted and listed: `check` and `fix` add up."""

    @pytest.fixture(autouse=True)
    def _typo(self, here: Path) -> None:
        (here / "bad.yaml").write_text(GOOD.replace("containers:", "container:"))

    def test_listed(self, joblint: Program) -> None:
        assert joblint("check").err.startswith("2 errors in 1 file")
        assert joblint("fix", "--show-fixes").err == (
            "bad.yaml:9:7: fixed[unknown-field] rename `container` to `containers`\n"
            "bad.yaml:7:5: fixed[no-containers] resolved by another fix\n"
            f"fixed 1 problem in 1 file, which resolves 1 more\n\n{CLEAN}"
        )

    def test_with_diff(self, joblint: Program) -> None:
        assert joblint("fix", "--diff").err == "would fix 1 problem in 1 file, which resolves 1 more\n"


class TestWrites:
    @pytest.mark.parametrize("words", [("fix",), ("check", "--fix")])
    def test_a_file(self, here: Path, joblint: Program, words: tuple[str, ...]) -> None:
        assert joblint(*words) == (0, "", "fixed 1 problem in 1 file\n" + CLEAN)
        assert (here / "bad.yaml").read_text() == FIXED

    def test_nothing_the_second_time(self, here: Path, joblint: Program) -> None:
        joblint("fix")
        before = (here / "bad.yaml").stat()
        assert joblint("fix") == (0, "", CLEAN)
        assert (here / "bad.yaml").stat().st_mtime_ns == before.st_mtime_ns

    def test_what_is_left_is_told(self, here: Path, joblint: Program) -> None:
        (here / "bad.yaml").write_text(KEPT)
        done = joblint("fix", "-q")
        assert done == (1, done.out, "")
        assert [line.partition(" ")[2][:20] for line in done.out.splitlines()] == ["error[missing-image]"]
        assert (here / "bad.yaml").read_text() == KEPT.replace("paralelism", "parallelism")

    def test_only_what_is_asked_for(self, here: Path, joblint: Program) -> None:
        assert joblint("fix", "--select", "invalid-name").code == 0
        assert (here / "bad.yaml").read_text() == BAD

    def test_unsafe_ones_only_when_asked_for(self, here: Path, joblint: Program) -> None:
        (here / "bad.yaml").write_text(UNSAFE)
        assert joblint("fix").code == 1
        assert (here / "bad.yaml").read_text() == UNSAFE
        assert joblint("fix", "--unsafe-fixes").code == 0
        assert (here / "bad.yaml").read_text() == GOOD

    def test_a_suppressed_finding_stays(self, here: Path, joblint: Program) -> None:
        kept = BAD.replace("paralelism: 2", "paralelism: 2  # joblint: ignore[unknown-field] wait for the tool")
        (here / "bad.yaml").write_text(kept)
        assert joblint("fix").code == 0
        assert (here / "bad.yaml").read_text() == kept

    def test_a_suppressed_finding_stays_though_its_fix_cures_another_one(self, here: Path, joblint: Program) -> None:
        lines = "completionMode: Indexed\n  parallelism: 2\n  Completions: 4  # joblint: ignore[all] ours\n  template"
        kept = GOOD.replace("template", lines, 1)
        (here / "bad.yaml").write_text(kept)
        done = joblint("fix")
        assert (done.code, "indexed-without-completions" in done.out) == (1, True)
        assert "not fixed" not in done.err
        assert (here / "bad.yaml").read_text() == kept

    def test_other_files_in_spite_of_one_that_cannot_be(self, here: Path, joblint: Program) -> None:
        (here / "other.yaml").write_bytes(b"kind: Job\n\xff")
        done = joblint("fix")
        assert done.code == 1
        assert done.out == "other.yaml:2:1: error[unreadable-document] byte 0xff is not UTF-8\n"
        assert (here / "bad.yaml").read_text() == FIXED


class TestStandardInput:
    def test_the_text_goes_to_standard_output(self, joblint: Program) -> None:
        assert joblint("fix", "-", stdin=BAD.encode()) == (0, FIXED, "fixed 1 problem in 1 file\n" + CLEAN)

    def test_also_where_nothing_is_fixed(self, joblint: Program) -> None:
        assert joblint("fix", "-q", "-", stdin=GOOD.encode()) == (0, GOOD, "")

    def test_findings_go_to_standard_error(self, joblint: Program) -> None:
        done = joblint("fix", "-q", "-", stdin=KEPT.encode())
        assert done.code == 1
        assert done.out == KEPT.replace("paralelism", "parallelism")
        assert [line.split(" ")[1][:20] for line in done.err.splitlines()] == ["error[missing-image]"]

    def test_a_report_goes_there_too(self, joblint: Program) -> None:
        done = joblint("fix", "-q", "--format", "json", "-", stdin=KEPT.encode())
        assert [finding["rule"] for finding in json.loads(done.err)["findings"]] == ["missing-image"]


class TestDiff:
    def test_it_is_one_that_patch_takes(self, here: Path, joblint: Program) -> None:
        done = joblint("fix", "--diff")
        assert (done.code, done.err) == (1, "would fix 1 problem in 1 file\n")
        assert (here / "bad.yaml").read_text() == BAD
        subprocess.run(["git", "apply", "-p0", "-"], input=done.out, text=True, check=True, env={**os.environ})
        assert (here / "bad.yaml").read_text() == FIXED

    def test_without_a_last_newline(self, here: Path, joblint: Program) -> None:
        text = BAD.rstrip("\n").replace("  paralelism: 2\n", "") + "\n  paralelism: 2"
        (here / "bad.yaml").write_text(text)
        subprocess.run(["git", "apply", "-p0", "-"], input=joblint("fix", "--diff").out, text=True, check=True)
        assert (here / "bad.yaml").read_text() == text.replace("paralelism", "parallelism")

    def test_nothing_to_change(self, here: Path, joblint: Program) -> None:
        (here / "bad.yaml").write_text(GOOD)
        assert joblint("fix", "--diff") == (0, "", "would fix nothing\n")
        assert joblint("fix", "--diff", "--show-fixes") == (0, "", "would fix nothing\n")
        assert joblint("fix", "--diff", "-q") == (0, "", "")

    @pytest.mark.parametrize("word", [("--format", "json"), ("--statistics",), ("--output", "json=x")])
    def test_there_is_no_report(self, joblint: Program, word: tuple[str, ...]) -> None:
        assert joblint("fix", "--diff", *word).code == 2


FIXED_LINE = "bad.yaml:6:3: fixed[unknown-field] rename `paralelism` to `parallelism`"


class TestShowFixes:
    """What was fixed, and what was left and why, on standard error."""

    LEFT = KEPT.replace("name: hello\n", "name: Hello\n", 1)

    def test_each_fix_has_a_line(self, here: Path, joblint: Program) -> None:
        done = joblint("fix", "--show-fixes")
        assert done == (
            0,
            "",
            f"{FIXED_LINE}\nfixed 1 problem in 1 file\n\n{CLEAN}",
        )

    def test_not_in_a_pipe_unless_asked_for(self, joblint: Program) -> None:
        assert "fixed[" not in joblint("fix").err

    def test_quiet(self, joblint: Program) -> None:
        assert joblint("fix", "-q", "--show-fixes").err == ""

    def test_what_is_left_and_why(self, here: Path, joblint: Program) -> None:
        (here / "bad.yaml").write_text(self.LEFT)
        done = joblint("fix", "--no-show-fixes")
        left = "left 1 with an unsafe fix (`--unsafe-fixes`), 1 without a fix"
        assert done.err.splitlines() == [
            f"fixed 1 problem in 1 file; {left}",
            "2 errors in 1 file (1 Job, Kubernetes 1.37)",
            "1 fixable with `joblint fix --unsafe-fixes`",
        ]
        again = joblint("fix", "--show-fixes")
        assert again.err.splitlines()[:2] == [f"fixed nothing; {left}", ""]
        assert "fixed nothing" not in joblint("fix").err

    def test_diff(self, here: Path, joblint: Program) -> None:
        (here / "bad.yaml").write_text(self.LEFT)
        err = joblint("fix", "--diff", "--show-fixes").err.splitlines()
        assert [line.partition("] ")[0] for line in err[:4]] == [
            "",
            "bad.yaml:6:3: fix[unknown-field",
            "bad.yaml:4:9: left[invalid-name",
            "bad.yaml:11:9: left[missing-image",
        ]
        assert err[2].endswith(" unsafe fix: write `hello`")
        assert err[3].endswith(" no fix")
        assert err[4:] == [
            "would fix 1 problem in 1 file; left 1 with an unsafe fix (`--unsafe-fixes`), 1 without a fix"
        ]

    def test_of_many_the_terminal_shows_some(
        self, here: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("joblint.cli.output.is_terminal", lambda stream=None: stream is sys.stderr)
        monkeypatch.setenv("CI", "true")
        text = "---\n".join(named(f"job-{number}", BAD) for number in range(60))
        (here / "bad.yaml").write_text(text)
        err = joblint("fix").err
        assert err.count(" fixed[unknown-field] ") == 50
        assert "\nand 10 more (`--show-fixes` lists all)\nfixed 60 problems in 1 file\n" in err
        (here / "bad.yaml").write_text(text)
        assert joblint("fix", "--show-fixes").err.count(" fixed[unknown-field] ") == 60

    def test_what_is_only_known_is_not_left(self, here: Path, joblint: Program) -> None:
        (here / "bad.yaml").write_text(self.LEFT)
        joblint("check", "--write-baseline", "known.json")
        assert joblint("fix", "--baseline", "known.json").err.startswith("fixed 1 problem in 1 file\n")

    def test_a_fix_that_was_undone(self, here: Path, joblint: Program) -> None:
        (here / "bad.yaml").write_text(HIDDEN)
        err = joblint("fix").err
        assert "\nfixed 1 problem in 1 file; left 1 whose fix would cause another finding" in err

    def test_nothing_of_a_file_is_printed_raw(self, here: Path, joblint: Program) -> None:
        (here / "bad.yaml").rename(here / "\x1b[2J##[x].yaml")
        err = joblint("fix", "--show-fixes", "--color", "always").err
        assert re.sub(r"\x1b\[[\d;]*m", "", err).startswith("\\x1b[2J#\\x23[x].yaml:6:3: fixed[unknown-field] ")


class TestUsage:
    @pytest.mark.parametrize("word", ["--diff", "--unsafe-fixes", "--show-fixes"])
    def test_check_takes_them_with_fix(self, joblint: Program, word: str) -> None:
        assert joblint("check", word).code == 2
        assert joblint("check", "--fix", word).code == (1 if word == "--diff" else 0)

    def test_no_baseline_is_written(self, here: Path, joblint: Program) -> None:
        assert joblint("fix", "--write-baseline", "known.json").code == 2
        assert not (here / "known.json").exists()

    def test_fix_has_all_options_of_check(self, joblint: Program) -> None:
        from joblint.cli.check import command as check
        from joblint.cli.fix import command as fix

        names = [{option for parameter in one.params for option in parameter.opts} for one in (check, fix)]
        assert names[0] - names[1] == {"--fix", "--add-ignore", "--reason", "--until", "--watch"}
        assert names[1] <= names[0]


HIDDEN = GOOD.replace(
    "      restartPolicy: Never\n      containers:\n",
    "      podFailurePolicy:\n        rules: []\n      restartPolicy: Never\n      containers:\n",
).replace(
    "busybox:1.36\n",
    "busybox:1.36\n        command: [sh, -c, 'echo $JOB_COMPLETION_INDEX']\n        env:\n        - name: N\n",
)


def test_what_is_not_fixed_is_told_where_it_stands(here: Path, joblint: Program) -> None:
    """The quotes would bring to light that nobody sets the index; meanwhile two lines above have moved."""
    (here / "bad.yaml").write_text(HIDDEN)
    line = HIDDEN.splitlines().index("        - name: N") + 1
    assert f"bad.yaml:{line}: not fixed: wrong-type:" in joblint("fix", "--diff").err
    assert f"bad.yaml:{line - 2}: not fixed: wrong-type:" in joblint("fix").err
    assert (here / "bad.yaml").read_text().splitlines()[line - 3] == "        - name: N"
