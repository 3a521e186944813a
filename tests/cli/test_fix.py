"""`joblint fix`, which is `check --fix`: what is written, what is printed where, and the exit code."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.support import BAD, GOOD

FIXED = BAD.replace("paralelism", "parallelism")
CLEAN = "no problems in 1 file (1 Job, Kubernetes 1.37)\n"
UNSAFE = GOOD.replace("name: hello\n", "name: Hello\n", 1)  # a name: what it should be is a guess
KEPT = BAD.replace("image: busybox:1.36", "# none yet")  # a finding that has no fix, and one that has


@pytest.fixture(autouse=True)
def here(here: Path) -> Path:
    """A working directory with a file that can be fixed."""
    (here / "bad.yaml").write_text(BAD)
    return here


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
        assert joblint("fix", "--diff") == (0, "", "")

    @pytest.mark.parametrize("word", [("--format", "json"), ("--statistics",), ("--output", "json=x")])
    def test_there_is_no_report(self, joblint: Program, word: tuple[str, ...]) -> None:
        assert joblint("fix", "--diff", *word).code == 2


class TestUsage:
    @pytest.mark.parametrize("word", ["--diff", "--unsafe-fixes"])
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
