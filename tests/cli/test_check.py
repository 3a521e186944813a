"""`joblint check`: what is printed where, and the exit code."""

import json
import os
import re
from pathlib import Path

import pytest

from joblint.cli import inputs, run
from joblint.engine.run import Run as Engine
from joblint.manifests import disk
from joblint.manifests.source import Source
from joblint.project import walk
from tests.cli.program import Program
from tests.support import BAD, FIXABLE, GOOD

MESSAGE = "error[unknown-field] a Job's spec has no field `paralelism`; did you mean `parallelism`?"
WARNED = GOOD.replace("spec:\n", "spec:\n  activeDeadlineSeconds: 0\n", 1)  # a mistake: a warning
ADVICE = "missing-ttl"

pytestmark = pytest.mark.usefixtures("here")


class TestReport:
    def test_nothing_found(self, here: Path, joblint: Program) -> None:
        (here / "good.yaml").write_text(GOOD)
        assert joblint("check") == (0, "", "no problems in 1 file (1 Job, Kubernetes 1.37)\n")

    def test_finding(self, here: Path, joblint: Program) -> None:
        (here / "good.yaml").write_text(GOOD)
        (here / "bad.yaml").write_text(BAD)
        assert joblint("check") == (
            1, f"bad.yaml:6:3: {MESSAGE}\n", f"1 error in 1 of 2 files (2 Jobs, Kubernetes 1.37)\n{FIXABLE}"
        )  # fmt: skip

    def test_options_change_nothing_else(self, here: Path, joblint: Program) -> None:
        """With options click parses the arguments, without them nobody does."""
        (here / "bad.yaml").write_text(BAD)
        (here / "warned.yaml").write_text(WARNED)
        for paths in ([], ["bad.yaml"], [".", "bad.yaml"], ["gone.yaml", "warned.yaml"]):
            plain = joblint("check", *paths)
            assert plain == joblint("check", "--fail-on", "warning", *paths)
            assert plain == joblint("check", *paths, "--color", "auto")

    def test_text(self, here: Path, joblint: Program) -> None:
        (here / "bad.yaml").write_text(BAD)
        assert joblint("check", "--format", "text", "bad.yaml") == (
            1,
            (
                "error[unknown-field]: a Job's spec has no field `paralelism`; did you mean\n"
                "  `parallelism`?\n"
                " --> bad.yaml:6:3\n"
                "  |\n"
                "6 |   paralelism: 2\n"
                "  |   ^^^^^^^^^^\n"
                "  = fix: rename `paralelism` to `parallelism`\n"
                "\n"
                "1 error in 1 file (1 Job, Kubernetes 1.37)\n"
                "1 fixable with `joblint fix`\n"
            ),
            "",
        )

    def test_quiet(self, here: Path, joblint: Program) -> None:
        (here / "bad.yaml").write_text(BAD)
        assert joblint("check", "-q") == (1, f"bad.yaml:6:3: {MESSAGE}\n", "")
        assert joblint("check", "-q", "--format", "text").out.endswith(
            "  = fix: rename `paralelism` to `parallelism`\n\n"
        )
        (here / "bad.yaml").unlink()
        assert joblint("check", "-q") == (0, "", "")

    def test_json(self, here: Path, joblint: Program) -> None:
        (here / "bad.yaml").write_text(BAD)
        done = joblint("check", "--format", "json", "bad.yaml", "gone.yaml")
        report = json.loads(done.out)
        assert done.code == 2
        assert [(f["rule"], f["path"], f["line"]) for f in report["findings"]] == [("unknown-field", "bad.yaml", 6)]
        assert report["errors"] == [{"path": "gone.yaml", "message": "no such file or directory"}]
        assert report["summary"] == {"files": 1, "jobs": 1, "error": 1, "warning": 0, "info": 0}

    def test_json_of_nothing(self, joblint: Program) -> None:
        done = joblint("check", "--format", "json")
        assert json.loads(done.out)["findings"] == []
        assert done.code == 0

    def test_colours(self, here: Path, joblint: Program) -> None:
        (here / "bad.yaml").write_text(BAD)
        coloured = joblint("check", "--format", "text", "--color", "always").out
        assert coloured.startswith("\x1b[1;31merror[unknown-field]\x1b[0m: \x1b[1ma Job's")
        plain = joblint("check", "--format", "text").out
        assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain
        assert "\x1b" not in plain

    def test_environment_asks_for_colours(self, here: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        (here / "bad.yaml").write_text(BAD)
        monkeypatch.setenv("FORCE_COLOR", "1")
        assert "\x1b[1;31m" in joblint("check", "--format", "text").out
        monkeypatch.setenv("NO_COLOR", "1")
        assert "\x1b" not in joblint("check", "--format", "text").out

    def test_sorted_by_path_and_line(self, here: Path, joblint: Program) -> None:
        for name in ("b.yaml", "a/z.yaml", "a.yaml"):
            (here / name).parent.mkdir(exist_ok=True)
            (here / name).write_text(f"{BAD}---\n{BAD}")
        places = re.findall(r"^(\S+?):(\d+):", joblint("check").out, re.MULTILINE)
        assert places == [(name, line) for name in ("a.yaml", "a/z.yaml", "b.yaml") for line in ("6", "19")]

    def test_no_job_is_noted(self, here: Path, joblint: Program) -> None:
        (here / "a.yaml").write_text("kind: Deployment\n")
        assert joblint("check") == (0, "", "joblint: no Job or CronJob found in 1 file\n")

    def test_only_templates_are_noted(self, here: Path, joblint: Program) -> None:
        (here / "a.yaml").write_text(GOOD.replace("name: hello", "name: {{ x }}"))
        note = "joblint: no Job or CronJob found in 1 file"
        assert joblint("check") == (0, "", f"{note}; --verbose lists what was left alone\n")
        listed = "a.yaml:1: left alone: this document is a template: render it first\n"
        assert joblint("check", "--verbose") == (0, "", f"{listed}{note}\n")

    def test_verbose_lists_what_a_walk_passed_over(self, here: Path, joblint: Program) -> None:
        os.mkfifo(here / "a.yaml")
        assert joblint("check", "--verbose").err.splitlines()[0] == "a.yaml: left alone: is a FIFO"


class TestExitCode:
    @pytest.mark.parametrize(
        ("text", "fail_on", "code"),
        [
            (GOOD, "info", 0),
            (BAD, "error", 1), (BAD, "warning", 1), (BAD, "info", 1), (BAD, "never", 0),
            (WARNED, "error", 0), (WARNED, "warning", 1), (WARNED, "info", 1), (WARNED, "never", 0),
            ("kind: Job\n\tx\n", "error", 1), ("kind: Job\n\tx\n", "never", 0),
        ],
    )  # fmt: skip
    def test_fail_on(self, here: Path, joblint: Program, text: str, fail_on: str, code: int) -> None:
        (here / "a.yaml").write_text(text)
        assert joblint("check", "--fail-on", fail_on).code == code

    def test_advice_is_info(self, here: Path, joblint: Program) -> None:
        (here / "a.yaml").write_text(GOOD)
        assert joblint("check", "--select", ADVICE).code == 0
        assert joblint("check", "--select", ADVICE, "--fail-on", "info").code == 1
        assert joblint("check", "--select", ADVICE).out.startswith("a.yaml:5:1: info[missing-ttl] ")

    def test_path_that_cannot_be_read_wins(self, here: Path, joblint: Program) -> None:
        (here / "bad.yaml").write_text(BAD)
        done = joblint("check", "gone.yaml", "bad.yaml")
        assert done == (
            2,
            f"bad.yaml:6:3: {MESSAGE}\n",
            f"joblint: gone.yaml: no such file or directory\n1 error in 1 file (1 Job, Kubernetes 1.37)\n{FIXABLE}",
        )
        assert joblint("check", "gone.yaml", "bad.yaml", "--fail-on", "never").code == 2
        assert joblint("check", "gone.yaml", "-q").err == "joblint: gone.yaml: no such file or directory\n"

    def test_document_that_does_not_parse_hides_no_other(self, here: Path, joblint: Program) -> None:
        (here / "a.yaml").write_text("kind: Job\n\tspec: {\n---\n" + BAD)
        done = joblint("check")
        assert done.code == 1
        assert re.findall(r"^a.yaml:(\d+):\d+: error\[([\w-]+)\]", done.out, re.MULTILINE) == [
            ("2", "unreadable-document"), ("9", "unknown-field"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["check", "--kube-version", "1.99"], "Kubernetes 1.99 is not supported; joblint supports 1.21 to 1.37"),
            (["check", "--kube-version", "1.30-1.20"], "Kubernetes 1.20 is not supported"),
            (["check", "--kube-version", "latest"], "`latest` is not a valid Kubernetes version"),
            (["check", "--feature-gates", "JobPodFailurePolicy"], "write JobPodFailurePolicy=true or"),
            (["check", "--feature-gates", "X=maybe"], "`X=maybe` does not set a feature gate"),
            (["check", "--feature-gates", "Nonsense=true"], "Nonsense"),
            (["check", "--select", "unknown-feld"], "did you mean `unknown-field`?"),
            (["check", "--ignore", "rejectd"], "did you mean `rejected`?"),
            (["check", "--extend-select", "nonsense"], "`nonsense` is not a rule, group or effect"),
            (["check", "--fail-on", "fatal"], "`fatal` is not one of error, warning, info, never"),
            (["check", "--frmat", "text"], "--format"),
            (["chek"], "did you mean `check`?"),
            (["gone"], "`gone` is not a command\n"),
            (["."], "did you mean `joblint check .`?"),
        ],
    )
    def test_wrong_usage(self, joblint: Program, arguments: list[str], said: str) -> None:
        done = joblint(*arguments)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("Usage: joblint ")
        assert said in done.err

    def test_wrong_environment(self, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("JOBLINT_KUBE_VERSION", "1.2")
        done = joblint("check")
        assert done.code == 2
        assert "JOBLINT_KUBE_VERSION" in done.err


class TestVersions:
    GATED = GOOD.replace("spec:\n", "spec:\n  podFailurePolicy: {rules: []}\n", 1)
    V1BETA1 = "batch/v1beta1 CronJob"

    @pytest.mark.parametrize(
        ("words", "shown"),
        [
            (["1.29"], "1.29"),
            (["v1.29.3-gke.1"], "1.29"),
            (["1.29,1.31"], "1.29, 1.31"),
            (["1.29", "--kube-version", "1.30"], "1.29-1.30"),
            (["1.21-1.37"], "1.21-1.37"),
            (["1.24..1.26"], "1.24-1.26"),
        ],
    )
    def test_words(self, here: Path, joblint: Program, words: list[str], shown: str) -> None:
        (here / "a.yaml").write_text(GOOD)
        assert f"Kubernetes {shown})" in joblint("check", "--kube-version", *words).err

    def test_environment(self, here: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        (here / "a.yaml").write_text(GOOD)
        monkeypatch.setenv("JOBLINT_KUBE_VERSION", "1.24, 1.25 v1.27.2")
        assert "Kubernetes 1.24-1.25, 1.27)" in joblint("check").err
        assert "Kubernetes 1.30)" in joblint("check", "--kube-version", "1.30").err

    def test_finding_tells_its_minors(self, here: Path, joblint: Program) -> None:
        (here / "a.yaml").write_text(GOOD.replace("spec:\n", "spec:\n  managedBy: example.com/me\n", 1))
        done = joblint("check", "--kube-version", "1.28-1.33")
        assert [line.rpartition(" (")[2] for line in done.out.splitlines()] == ["on 1.30-1.31)", "on 1.28-1.29)"]
        text = joblint("check", "--kube-version", "1.28-1.33", "--format", "text").out
        assert "  = rejected on 1.28-1.29\n" in text
        assert "  = dropped on 1.30-1.31\n" in text

    def test_gates(self, here: Path, joblint: Program) -> None:
        (here / "a.yaml").write_text(GOOD.replace("spec:\n", "spec:\n  managedBy: example.com/me\n", 1))
        gates = "--feature-gates", "JobManagedBy=true,SuspendJob=True"
        assert joblint("check", "--kube-version", "1.30").code == 1
        assert joblint("check", "--kube-version", "1.30", *gates[:1], "JobManagedBy=true").code == 0


class TestSelection:
    def test_select_extend_ignore(self, here: Path, joblint: Program) -> None:
        (here / "a.yaml").write_text(BAD)

        def rules(*arguments: str) -> list[str]:
            return re.findall(r"\[([\w-]+)\]", joblint("check", *arguments).out)

        assert rules() == ["unknown-field"]
        assert rules("--select", "mistake") == []
        assert rules("--select", "mistake,rejected") == ["unknown-field"]
        assert rules("--select", "mistake", "--select", "decoding") == ["unknown-field"]
        assert sorted(rules("--extend-select", ADVICE)) == [ADVICE, "unknown-field"]
        assert rules("--ignore", "unknown-field") == []
        assert rules("--select", "all", "--ignore", f"practice, {ADVICE}, advice") == ["unknown-field"]


class TestStdin:
    def test_yaml(self, joblint: Program) -> None:
        done = joblint("check", "-", stdin=BAD.encode())
        assert (done.code, done.out) == (1, f"<stdin>:6:3: {MESSAGE}\n")

    def test_with_a_name(self, joblint: Program) -> None:
        fenced = f"# A\n\n```yaml\n{BAD}```\n"
        done = joblint("check", "--stdin-filename", "doc/a.md", "-", stdin=fenced.encode())
        assert done.out == f"doc/a.md:9:3: {MESSAGE}\n"

    def test_beside_files(self, here: Path, joblint: Program) -> None:
        (here / "bad.yaml").write_text(BAD)
        done = joblint("check", "bad.yaml", "-", stdin=BAD.encode())
        assert done.out == f"<stdin>:6:3: {MESSAGE}\nbad.yaml:6:3: {MESSAGE}\n"

    def test_json(self, joblint: Program) -> None:
        done = joblint("check", "-", stdin=b'{"apiVersion": "batch/v1", "kind": "Job", "spec": {"paralelism": 1}}')
        assert "<stdin>:1:52: error[unknown-field]" in done.out

    def test_empty(self, joblint: Program) -> None:
        assert joblint("check", "-").code == 0

    def test_too_large(self, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(disk, "MAX_BYTES", 100)
        assert joblint("check", "-", stdin=b"job" * 100).code == 2


class TestFiles:
    def test_other_encodings(self, here: Path, joblint: Program) -> None:
        for name, encoding in (("a", "utf-16"), ("b", "utf-32"), ("c", "utf-8-sig")):
            (here / f"{name}.yaml").write_bytes(BAD.encode(encoding))
        places = [line.partition(" ")[0] for line in joblint("check").out.splitlines()]
        assert places == ["a.yaml:6:3:", "b.yaml:6:3:", "c.yaml:6:3:"]

    def test_bytes_that_are_no_text(self, here: Path, joblint: Program) -> None:
        (here / "a.yaml").write_bytes(BAD.encode().replace(b"hello", b"h\xe9llo"))
        assert joblint("check") == (
            1, "a.yaml:4:10: error[unreadable-document] byte 0xe9 is not UTF-8\n",
            "1 error in 1 file (0 Jobs, Kubernetes 1.37)\n",
        )  # fmt: skip

    def test_binary_file_that_speaks_of_no_job(self, here: Path, joblint: Program) -> None:
        (here / "a.yaml").write_bytes(bytes(range(256)) * 10 + b" the job\xff")
        assert joblint("check").code == 0

    def test_file_that_vanishes(self, here: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        (here / "a.yaml").write_text(GOOD)
        (here / "bad.yaml").write_text(BAD)
        find = walk.find

        def found(*arguments: object) -> list[str]:
            paths = find(*arguments)  # type: ignore[arg-type]
            (here / "a.yaml").unlink()
            return paths

        monkeypatch.setattr(walk, "find", found)
        done = joblint("check")
        assert (done.code, done.out) == (2, f"bad.yaml:6:3: {MESSAGE}\n")
        assert "joblint: a.yaml: no such file or directory\n" in done.err

    def test_bug_in_one_file_leaves_the_others(
        self, here: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("a", "b", "c"):
            (here / f"{name}.yaml").write_text(BAD)
        source = Engine.source

        def fails(self: Engine, one: Source) -> None:
            if one.path == "b.yaml":
                raise KeyError("what\nthis\x1b")
            source(self, one)

        monkeypatch.setattr(Engine, "source", fails)
        done = joblint("check")
        assert (done.code, done.out) == (2, f"a.yaml:6:3: {MESSAGE}\nc.yaml:6:3: {MESSAGE}\n")
        said = r"joblint: b\.yaml: a bug in joblint, please report it with the file: KeyError at test_check\.py:\d+: .*"
        assert re.fullmatch(said, done.err.splitlines()[0])

    @pytest.mark.parametrize(
        ("error", "said"),
        [
            (MemoryError(), "a.yaml: out of memory"),
            (ImportError("x.so: failed to map segment"), "a.yaml: out of memory"),
            (RecursionError("x"), "a bug"),
        ],
    )
    def test_other_failures(
        self, here: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
    ) -> None:
        (here / "a.yaml").write_text(BAD)

        def fails(*_: object) -> None:
            raise error

        monkeypatch.setattr(Engine, "source", fails)
        done = joblint("check")
        assert done.code == 2
        assert said in done.err

    def test_bug_elsewhere(self, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        def fails(*_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(run, "judge", fails)
        done = joblint("check")
        assert done.code == 2
        assert done.err.startswith("joblint: a bug in joblint, please report it with the file: ZeroDivisionError")

    def test_traceback_is_printed_when_asked_for(self, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        def fails(*_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(run, "judge", fails)
        monkeypatch.setenv("JOBLINT_DEBUG", "1")
        assert "Traceback (most recent call last)" in joblint("check").err

    def test_what_a_job_refers_to_is_found_in_another_file(self, here: Path, joblint: Program) -> None:
        """A file that speaks of no Job is read all the same where a Job mounts what it defines."""
        (here / "script.yaml").write_text(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: script\ndata:\n  run.sh: echo $JOB_COMPLETION_INDEX\n"
        )
        (here / "a.yaml").write_text(
            GOOD.replace(
                "      containers",
                "      volumes:\n      - name: s\n        configMap: {name: script}\n      containers",
            )
            + "        volumeMounts: [{name: s, mountPath: /s}]\n"
        )
        done = joblint("check")
        assert "index-read-without-indexed" in done.out

    def test_others_are_bounded(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(inputs, "_MAX_OTHERS", 50)
        for name in ("a", "b"):
            (here / f"{name}.yaml").write_text("kind: ConfigMap\n" + "#" * 20)
        (here / "c.yaml").write_text("kind: Job # configMap")
        taken = inputs.Inputs()
        taken.read(["."], "")
        assert taken.others == ["a.yaml", "b.yaml"]
        assert [source.path for source in taken.other_sources()] == ["a.yaml"]


def test_how_a_fix_is_written_is_worked_out_only_where_that_is_told(
    here: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr("joblint.rule.cure.edit.fix", lambda *_: asked.append(1))
    (here / "bad.yaml").write_text(BAD)
    assert joblint("check", "-q", "--format", "concise").code == 1
    assert not asked
    assert joblint("check", "-q", "--output", "sarif=a.sarif").code == 1
    assert asked
