"""`--severity` and `--per-path`: the configuration on the command line."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from joblint.project.config.keys import KEYS, PER_PATH
from joblint.project.config.line import LineError, sections, severities
from tests.cli.program import Program
from tests.support import BAD, write

FOUND = "{}:6:3: {}[unknown-field] a Job's spec has no field `paralelism`; did you mean `parallelism`?\n"


@pytest.fixture
def files(here: Path) -> Path:
    """A repository with two bad manifests as the working directory."""
    (here / ".git").mkdir()
    for name in ("a.yaml", "old/b.yaml"):
        write(here / name, BAD)
    return here


class TestSeverity:
    def test_of_rules_groups_and_effects(self, files: Path, joblint: Program) -> None:
        done = joblint("check", "--severity", "dropped=warning,rejected=warning", "--severity", "unknown-field=info")
        assert (done.code, done.out) == (0, FOUND.format("a.yaml", "info") + FOUND.format("old/b.yaml", "info"))
        assert joblint("check", "--severity", "unknown-field=off").out == ""

    def test_over_the_configuration(self, files: Path, joblint: Program) -> None:
        write(files / ".joblint.yaml", "severity: {unknown-field: info}\nper-path: [{paths: old, ignore: all}]\n")
        assert joblint("check", "--severity", "unknown-field=warning").out == FOUND.format("a.yaml", "warning")

    def test_does_not_switch_a_rule_on(self, files: Path, joblint: Program) -> None:
        assert "missing-ttl" not in joblint("check", "--severity", "missing-ttl=error").out

    @pytest.mark.parametrize("name", ["missing-ttl", "advice"])
    def test_a_rule_that_is_off(self, files: Path, joblint: Program, name: str) -> None:
        note = f"joblint: --severity: `{name}` is off; `--extend-select {name}` turns it on\n"
        asked = ("check", "--severity", f"{name}=error")
        assert joblint(*asked).err.startswith(note)
        for more in (("-q",), ("--extend-select", name), ("--ignore", name), ("--per-path", f"old:select={name}")):
            assert "is off" not in joblint(*asked, *more).err
        assert "is off" not in joblint("check", "--severity", f"{name}=off,all=error,unknown-field=info").err
        write(files / ".joblint.yaml", f"severity: {{{name}: error}}\n")
        assert "is off" not in joblint("check").err

    @pytest.mark.parametrize("words", [("--ignore", "all"), ("--severity", "all=off"), ("--select", "")])
    def test_no_rule_is_on(self, files: Path, joblint: Program, words: tuple[str, ...]) -> None:
        about = "(2 Jobs, Kubernetes 1.37)\n"
        assert joblint("check", *words) == (0, "", f"no rules are on: nothing was checked in 2 files {about}")
        (files / ".joblint.yaml").write_text("per-path: [{paths: old, ignore: all}]\n")
        assert "no rules are on" not in joblint("check").err

    @pytest.mark.parametrize("option", ["--select", "--extend-select", "--ignore"])
    def test_an_unknown_name_is_told_with_its_option(self, joblint: Program, option: str) -> None:
        said = f"Error: {option}: `nosuch` is not a rule, group or effect\n"
        assert joblint("check", option, "nosuch").err.endswith(said)

    def test_of_a_rule_of_ones_own(self, files: Path, joblint: Program) -> None:
        assert joblint("check", "--severity", "mine=info").err.endswith(
            "Error: --severity: `mine` is not a rule, group or effect\n"
        )

    def test_the_last_of_equal_names_counts(self) -> None:
        given = severities(("job=info,all=off", "job=error", ""))
        assert [(one.key, one.name, one.value, one.origin) for one in given] == [
            ("severity", "job", "error", "--severity"),
            ("severity", "all", "off", "--severity"),
        ]
        assert severities((" , ",)) == ()

    @pytest.mark.parametrize(
        ("word", "said"),
        [
            ("unknown-field", "--severity: `unknown-field` has no value: write unknown-field=warning"),
            ("error", "--severity: `error` names no rule: write RULE=error, such as missing-ttl=error"),
            ("off", "--severity: `off` names no rule: write RULE=off, such as missing-ttl=off"),
            ("=off", "--severity: `=off` has no name: write NAME=warning"),
            ("unknown-feld=off", "`unknown-feld` is not a rule, group or effect; did you mean `unknown-field`?"),
            ("job=errors", "`job` must be `error`, `warning`, `info` or `off`, not `errors`; did you mean `error`?"),
        ],
    )  # fmt: skip
    def test_mistakes(self, files: Path, joblint: Program, word: str, said: str) -> None:
        done = joblint("check", "--severity", word)
        assert (done.code, done.out) == (2, "")
        assert said in done.err


class TestPerPath:
    def test_ignore(self, files: Path, joblint: Program) -> None:
        expected = FOUND.format("a.yaml", "error")
        for pattern in ("old", "old/", "old/**", "/old", "b.yaml", "**/b.*", "./old"):
            assert joblint("check", "--per-path", f"{pattern}:ignore=wrong-type,unknown-field").out == expected
        assert joblint("check", "--per-path", "nowhere:ignore=all").out == expected + FOUND.format(
            "old/b.yaml", "error"
        )

    def test_below_the_current_directory(self, files: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(files / "old")
        assert joblint("check", "--per-path", "/b.yaml:ignore=all", "..").out == FOUND.format("../a.yaml", "error")

    def test_over_the_configuration_and_the_line(self, files: Path, joblint: Program) -> None:
        write(files / ".joblint.yaml", "per-path: [{paths: old, severity: {unknown-field: info}}]\n")
        line = ("--severity", "unknown-field=warning", "--per-path", "old:severity=unknown-field=error")
        assert joblint("check", *line).out == FOUND.format("a.yaml", "warning") + FOUND.format("old/b.yaml", "error")
        assert joblint("check", *line, "--per-path", "*:ignore=all").out == ""

    def test_minors_are_told(self, files: Path, joblint: Program) -> None:
        done = joblint("check", "--per-path", "old:kube-version=1.24,1.25", "--kube-version", "1.30")
        assert "Kubernetes 1.24-1.25, 1.30)\n" in done.err

    def test_standard_input(self, files: Path, joblint: Program) -> None:
        line = ("check", "-", "--per-path", "old:ignore=all", "--stdin-filename")
        assert joblint(*line, "old/x.yaml", stdin=BAD.encode()).code == 0
        assert joblint(*line, "new/x.yaml", stdin=BAD.encode()).code == 1

    def test_is_shown(self, files: Path, joblint: Program) -> None:
        shown = joblint("config", "old/b.yaml", "--per-path", "old:options=overlapping-runs.minutes=3").out
        assert "    minutes: 3                           # --per-path old:options=overlapping-runs.minutes=3" in shown
        assert yaml.safe_load(shown)["options"] == {"overlapping-runs": {"minutes": 3}}

    def test_fix(self, files: Path, joblint: Program) -> None:
        assert joblint("fix", "--per-path", "old:ignore=all").code == 0
        assert (files / "old" / "b.yaml").read_text() == BAD != (files / "a.yaml").read_text()

    @pytest.mark.parametrize(
        ("word", "said"),
        [
            ("old", "--per-path `old`: write PATTERN:KEY=VALUE, such as 'old/**:ignore=missing-ttl'"),
            (":ignore=all", "--per-path `:ignore=all`: write PATTERN:KEY=VALUE"),
            ("old:ignor=all", "--per-path old:ignor=all: unknown key `ignor`; did you mean `ignore`?"),
            ("old:ignore=al", "--per-path old:ignore=al: `ignore`: `al` is not a rule, group or effect"),
            ("old:kube-version=", "`kube-version` must be a Kubernetes version, or a list of them, not an empty list"),
            ("old:feature-gates=JobManagedBy", "`JobManagedBy` has no value: write JobManagedBy=true"),
            ("old:feature-gates=JobManagedBy=x", "`JobManagedBy` must be `true` or `false`, not `x`"),
            ("old:format=json", "`format` applies to the whole run"),
            ("../old:ignore=all", "`../old` must not contain `..`"),
            ("#:ignore=all", "`#` matches nothing"),
        ],
    )
    def test_mistakes(self, files: Path, joblint: Program, word: str, said: str) -> None:
        done = joblint("check", "--per-path", word, "--format", "json")
        assert done.code == 2
        assert said in done.err
        assert said.replace('"', '\\"') in done.out

    def test_a_gate_that_does_not_fit_the_file(self, files: Path, joblint: Program) -> None:
        done = joblint("check", "--per-path", "a.yaml:feature-gates=JobManagedBy=false")
        assert (done.code, done.out) == (2, FOUND.format("old/b.yaml", "error"))
        assert "joblint: a.yaml: feature gate JobManagedBy is locked to true in Kubernetes 1.37" in done.err

    @given(st.text("ab*:=,/.\n\\[", max_size=8), st.sampled_from([*KEYS, "x"]), st.text("a1.=,:-", max_size=8))
    def test_is_read_or_refused(self, pattern: str, key: str, value: str) -> None:
        """Whatever is given: a section, for the last key that is named, or a message that names the option."""
        word = f"{pattern}:{key}={value}"
        said = ""
        try:
            [section] = sections([word], "/work")
        except LineError as error:
            said = str(error)
        assert not said or said.startswith(f"--{PER_PATH}")
        if not said:
            assert all(f":{one.key}=" in word and one.origin == f"--{PER_PATH} {word}" for one in section.given)
