"""The configuration as users meet it: `check`, `fix` and `config`."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.support import BAD, FIXABLE, GOOD, write

ERROR = ":6:3: error[unknown-field] a Job's spec has no field `paralelism`; did you mean `parallelism`?"


@pytest.fixture(autouse=True)
def here(here: Path) -> Path:
    """A repository with a few bad manifests as the working directory."""
    (here / ".git").mkdir()
    for name in ("a.yaml", "old/b.yaml", "vendor/c.yaml"):
        write(here / name, BAD)
    return here


SUMMARY = f"1 error in 1 file (1 Job, Kubernetes 1.37)\n{FIXABLE}"


class TestCheck:
    def test_settings(self, here: Path, joblint: Program) -> None:
        text = "severity: {unknown-field: info}\nexclude: vendor/\nper-path: [{paths: old/, kube-version: 1.24}]\n"
        (here / ".joblint.yaml").write_text(text)
        info = ERROR.replace("error", "info")
        expected = (
            0, f"a.yaml{info}\nold/b.yaml{info}\n",
            "2 infos in 2 of 3 files (2 Jobs, Kubernetes 1.24, 1.37)\n2 fixable with `joblint fix`\n",
        )  # fmt: skip
        assert joblint("check") == joblint("check", "--color", "auto") == expected

    def test_named_files(self, here: Path, joblint: Program) -> None:
        (here / ".joblint.toml").write_text("exclude = ['vendor/']\n")
        assert joblint("check", "-v", "vendor/c.yaml", "a.yaml") == (
            1, f"a.yaml{ERROR}\n",
            f"vendor/c.yaml: left alone: is excluded by .joblint.toml\n{SUMMARY}",
        )  # fmt: skip
        assert joblint("check", "vendor/c.yaml").code == 0
        assert joblint("check", "vendor").out == ""
        assert joblint("check", "--isolated", "vendor").out == f"vendor/c.yaml{ERROR}\n"

    def test_exclude(self, joblint: Program) -> None:
        assert joblint("check", "--exclude", "old", "--exclude=/vendor/").out == f"a.yaml{ERROR}\n"
        assert joblint("check", "--exclude", "*.yaml", "a.yaml").code == 0
        assert joblint("check", "--exclude", "../x").code == 2

    def test_excluded_directories_are_not_read(self, here: Path, joblint: Program) -> None:
        (here / ".joblint.yaml").write_text("exclude: [old, vendor]\n")
        (here / "vendor" / ".joblint.yaml").write_text("nonsense: 1\n")
        assert joblint("check").out == f"a.yaml{ERROR}\n"

    def test_standard_input(self, here: Path, joblint: Program) -> None:
        (here / ".joblint.yaml").write_text("exclude: ['*']\nper-path: [{paths: old/, ignore: unknown-field}]\n")
        assert joblint("check", "-", stdin=BAD.encode()).code == 1
        assert joblint("check", "-", "--stdin-filename", "old/x.yaml", stdin=BAD.encode()).code == 0

    def test_whole_run(self, here: Path, joblint: Program) -> None:
        (here / ".joblint.yaml").write_text("fail-on: never\nformat: json\n")
        done = joblint("check", "a.yaml")
        assert done.code == 0
        assert len(json.loads(done.out)["findings"]) == 1
        assert joblint("check", "--fail-on", "error", "--format", "concise", "a.yaml")[:2] == (1, f"a.yaml{ERROR}\n")

    def test_rule_options(self, here: Path, joblint: Program) -> None:
        cronjob = (
            "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  schedule: '0,30 * * * *'\n"
            "  jobTemplate:\n"
        )
        (here / "a.yaml").write_text(
            cronjob + "    " + GOOD[GOOD.index("spec:") :].replace("\n", "\n    ").rstrip() + "\n"
        )
        text = "select: overlapping-runs\noptions: {overlapping-runs: {minutes: %d}}\n"
        found = []
        for minutes in (29, 30):
            (here / ".joblint.yaml").write_text(text % minutes)
            found.append(joblint("check", "--fail-on", "info", "a.yaml").out.partition(" ")[0])
        assert found == ["", "a.yaml:4:1:"]

    def test_mistakes(self, here: Path, joblint: Program) -> None:
        (here / ".joblint.yaml").write_text("ignor: []\nselect: [x]\n")
        (here / "old" / ".joblint.toml").write_text("a = \n")
        expected = (
            2, "",
            (
                ".joblint.yaml:1:1: error: unknown key `ignor`; did you mean `ignore`?\n"
                ".joblint.yaml:2:10: error: `select`: `x` is not a rule, group or effect\n"
                "old/.joblint.toml:1:5: error: not valid TOML: invalid value\n"
            ),
        )  # fmt: skip
        assert joblint("check") == expected
        assert joblint("check", "--fail-on", "never") == expected
        assert joblint("fix") == expected
        assert (here / "a.yaml").read_text() == BAD
        assert joblint("check", "a.yaml").code == 2

    def test_config_option(self, here: Path, joblint: Program) -> None:
        (here / "other.yaml").write_text("ignore: [unknown-field]\n")
        assert joblint("check", "--config", "other.yaml").code == 0
        assert joblint("check", "--config", "gone.yaml") == (2, "", "gone.yaml: error: no such file or directory\n")
        assert joblint("check", "--config", "other.yaml", "--isolated").code == 2

    def test_environment(self, here: Path, joblint: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        (here / ".joblint.yaml").write_text("kube-version: 1.25\n")
        monkeypatch.setenv("JOBLINT_KUBE_VERSION", "1.26")
        assert "Kubernetes 1.26)" in joblint("check", "a.yaml").err
        assert "Kubernetes 1.27)" in joblint("check", "--kube-version", "1.27", "a.yaml").err
        monkeypatch.delenv("JOBLINT_KUBE_VERSION")
        assert "Kubernetes 1.25)" in joblint("check", "a.yaml").err

    def test_gates_of_the_command_line(self, here: Path, joblint: Program) -> None:
        """They are held against the versions of the configuration."""
        (here / ".joblint.yaml").write_text("kube-version: 1.26\n")
        assert joblint("check", "--feature-gates", "JobPodFailurePolicy=false", "a.yaml").code == 1
        assert joblint("check", "--isolated", "--feature-gates", "JobPodFailurePolicy=false", "a.yaml").code == 2

    def test_links_in_a_circle(self, here: Path, joblint: Program) -> None:
        os.symlink(".", here / "self", target_is_directory=True)
        (here / "pyproject.toml").symlink_to("pyproject.toml")
        assert joblint("check", "a.yaml").code == 1


class TestFix:
    def test_settings(self, here: Path, joblint: Program) -> None:
        text = "exclude: vendor/\nper-path: [{paths: old/, ignore: unknown-field}]\n"
        (here / ".joblint.yaml").write_text(text)
        assert joblint("fix").code == 0
        fixed = GOOD.replace("spec:\n  template", "spec:\n  parallelism: 2\n  template")
        assert [(here / name).read_text() for name in ("a.yaml", "old/b.yaml", "vendor/c.yaml")] == [fixed, BAD, BAD]


class TestConfig:
    def test_defaults(self, joblint: Program) -> None:
        done = joblint("config")
        assert done.code == 0
        assert done.out.splitlines()[:2] == [
            "# .: no configuration",
            'kube-version: "1.37"                     # default',
        ]

    def test_text(self, here: Path, joblint: Program) -> None:
        text = (
            "kube-version: [1.29, 1.30]\nignore: [advice]\nfeature-gates:\n  ElasticIndexedJob: false\n"
            "exclude: old/\nper-path:\n- paths: old/\n  ignore: ['wrong-type']\n"
        )
        (here / ".joblint.yaml").write_text(text)
        done = joblint("config", "old/b.yaml", "--select", "rejected", "--extend-select", "job,all")
        lines = [" ".join(line.split()) for line in done.out.splitlines()]
        assert lines == [
            "# old/b.yaml: .joblint.yaml",
            "# excluded by .joblint.yaml",
            "kube-version:",
            '- "1.29" # .joblint.yaml:1',
            '- "1.30" # .joblint.yaml:1',
            "feature-gates:",
            "ElasticIndexedJob: false # .joblint.yaml:4",
            "field-validation: strict # default",
            "namespace: default # default",
            "select: rejected # --select",
            "extend-select:",
            "- job # --extend-select",
            "- all # --extend-select",
            "exclude: old/ # .joblint.yaml:5",
            "fail-on: warning # default",
        ]

    def test_what_is_printed_is_a_configuration(self, here: Path, joblint: Program) -> None:
        text = (
            "exclude: ['*.x', '!y']\nseverity: {advice: off}\nselect: []\nextend-select: [advice]\nkube-version: 1.30\n"
        )
        (here / ".joblint.yaml").write_text(text)
        before = json.loads(joblint("config", "--format", "json").out)
        (here / ".joblint.yaml").write_text(joblint("config").out)
        after = json.loads(joblint("config", "--format", "json").out)
        assert before["rules"] == after["rules"]
        assert [(v["key"], v["value"]) for v in before["values"]] == [(v["key"], v["value"]) for v in after["values"]]

    def test_json(self, here: Path, joblint: Program) -> None:
        (here / ".joblint.yaml").write_text("severity: {missing-ttl: error}\nselect: [missing-ttl]\n")
        found = json.loads(joblint("config", "a.yaml", "--format", "json").out)
        assert (found["path"], found["config"], found["excluded_by"]) == ("a.yaml", ".joblint.yaml", None)
        assert {"key": "severity", "name": "missing-ttl", "value": "error", "from": ".joblint.yaml:1"} in found[
            "values"
        ]
        assert found["rules"] == {"missing-ttl": ["advice"]}

    def test_chart(self, here: Path, joblint: Program) -> None:
        (here / "Chart.yaml").write_text("kubeVersion: '>=1.25.0-0'\n")
        lines = [" ".join(line.split()) for line in joblint("config", "a.yaml").out.splitlines()]
        assert lines[1:4] == [
            "kube-version:", '- "1.25" # kubeVersion in Chart.yaml', '- "1.37" # kubeVersion in Chart.yaml',
        ]  # fmt: skip

    def test_mistake(self, here: Path, joblint: Program) -> None:
        (here / ".joblint.yaml").write_text("x: 1\n")
        assert joblint("config") == (2, "", ".joblint.yaml:1:1: error: unknown key `x`\n")

    def test_schema(self, joblint: Program) -> None:
        assert json.loads(joblint("config", "--schema").out)["title"] == "joblint"
