"""Own rules from the command line and the configuration, among all that rules go with."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.checks.own.conftest import Program
from tests.checks.own.support import JOB, card

Joblint = Callable[..., Program]
FOUND = "job.yaml:6:11: warning[mine] It is so."
CARD = card("self.metadata.labels.team == 'blue'", more="field: metadata.labels.team\n")


@pytest.fixture(autouse=True)
def _files(joblint: Joblint, tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "mine.yaml").write_text(CARD)
    (tmp_path / "job.yaml").write_text(JOB)


def check(joblint: Joblint, *words: str) -> list[str]:
    return joblint("check", *words, "job.yaml").lines


def test_an_option(joblint: Joblint) -> None:
    assert check(joblint) == []
    assert check(joblint, "--rules", "rules") == [FOUND]
    assert check(joblint, "--rules", "rules/mine.yaml", "--rules", "rules") == [FOUND]
    assert joblint("check", "--rules", "rules", "job.yaml").code == 1


def test_a_configuration(joblint: Joblint, tmp_path: Path) -> None:
    (tmp_path / "team").mkdir()
    (tmp_path / "rules").rename(tmp_path / "team" / "rules")
    (tmp_path / "team" / ".joblint.yaml").write_text("ignore: [unknown-field]\nseverity: {mine: error}\nrules: rules\n")
    (tmp_path / "team" / "job.yaml").write_text(JOB)
    assert joblint("check", "team").lines == [f"team/{FOUND.replace('warning', 'error')}"]
    assert check(joblint) == []
    # Of two directories in one run only the one whose configuration names it.
    assert joblint("check", ".").lines == [f"team/{FOUND.replace('warning', 'error')}"]


def test_a_configuration_may_name_them_before_it_takes_them(joblint: Joblint, tmp_path: Path) -> None:
    (tmp_path / ".joblint.yaml").write_text("ignore: [mine]\nrules: [rules]\n")
    assert check(joblint) == []
    assert check(joblint, "--select", "mine") == [FOUND]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--ignore", "mine"], []),
        (["--ignore", "own"], []),
        (["--select", "rejected"], []),
        (["--select", "own"], [FOUND]),
        (["--select", "mistake"], [FOUND]),
    ],
)
def test_selection(joblint: Joblint, words: list[str], expected: list[str]) -> None:
    assert check(joblint, "--rules", "rules", *words) == expected


def test_advice_is_off_until_it_is_selected(joblint: Joblint, tmp_path: Path) -> None:
    (tmp_path / "rules" / "mine.yaml").write_text(CARD.replace("[mistake]", "[advice]"))
    assert check(joblint, "--rules", "rules") == []
    assert check(joblint, "--rules", "rules", "--extend-select", "own") == [FOUND.replace("warning", "info")]


def test_a_severity_of_its_own(joblint: Joblint, tmp_path: Path) -> None:
    (tmp_path / "rules" / "mine.yaml").write_text(CARD + "severity: info\n")
    assert check(joblint, "--rules", "rules") == [FOUND.replace("warning", "info")]


def test_a_suppression(joblint: Joblint, tmp_path: Path) -> None:
    text = JOB.replace("team: red", "team: red  # joblint: ignore[mine] they know")
    (tmp_path / "job.yaml").write_text(text)
    assert check(joblint, "--rules", "rules") == []
    assert check(joblint, "--rules", "rules", "--no-suppressions") == [FOUND]


def test_a_baseline(joblint: Joblint) -> None:
    joblint("check", "--rules", "rules", "--write-baseline", "known.json", "job.yaml")
    assert check(joblint, "--rules", "rules", "--baseline", "known.json") == []


def test_explain_and_the_list(joblint: Joblint) -> None:
    assert joblint("explain", "--rules", "rules", "mine").lines[:2] == ["mine (own)", "It is so."]
    assert joblint("rules", "--rules", "rules", "own").lines[:2] == ["own", "  mine: mistake"]
    assert "mine" not in joblint("rules").out


def test_sarif(joblint: Joblint) -> None:
    run = json.loads(joblint("check", "--rules", "rules", "--format", "sarif", "job.yaml").out)["runs"][0]
    (rule,) = run["tool"]["driver"]["rules"]
    assert (rule["id"], rule["shortDescription"]["text"], "helpUri" in rule) == ("mine", "It is so.", False)


def test_a_card_that_is_wrong(joblint: Joblint, tmp_path: Path) -> None:
    (tmp_path / "rules" / "mine.yaml").write_text(CARD.replace("self", "selv"))
    done = joblint("check", "--rules", "rules", "job.yaml")
    assert (done.code, done.out) == (2, "")
    assert done.err == "rules/mine.yaml:6:3: error: unknown variable or function `selv`\n"
    (tmp_path / ".joblint.yaml").write_text("rules: rules\n")
    done = joblint("check", "job.yaml")
    assert (done.code, done.err) == (2, "rules/mine.yaml:6:3: error: unknown variable or function `selv`\n")


def test_a_condition_that_cannot_be_judged(joblint: Joblint, tmp_path: Path) -> None:
    (tmp_path / "rules" / "mine.yaml").write_text(card("self.spec.activeDeadlineSeconds == 1"))
    done = joblint("check", "--rules", "rules", "job.yaml")
    assert done.code == 2
    assert done.err.splitlines()[0] == (
        "joblint: rules/mine.yaml:5:12: error: mine: `self.spec.activeDeadlineSeconds == 1` cannot be evaluated: "
        'the map has no key "activeDeadlineSeconds" (for job.yaml:1)'
    )


@pytest.mark.parametrize("module", ["cel_expr_python", "re2"])
def test_without_the_extra(joblint: Joblint, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    done = joblint("check", "--rules", "rules", "job.yaml")
    assert done.code == 2
    assert done.err == (
        "joblint: rules in CEL require cel-expr-python and google-re2, which are not installed: "
        "`pip install 'joblint[cel]'`\n"
    )


def test_a_path_that_is_not_there(joblint: Joblint) -> None:
    done = joblint("check", "--rules", "none", "job.yaml")
    assert (done.code, done.err) == (2, "joblint: none: no such file or directory\n")


def test_nothing_of_it_is_loaded_without_rules(joblint: Joblint) -> None:
    import subprocess

    code = "import sys; from joblint.cli.app import run; run(['check', '-q', 'job.yaml']); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True).stdout.split()
    assert "joblint.engine.run" in loaded
    assert not [name for name in loaded if name.startswith(("joblint.checks.own", "cel_expr"))]


GOOD = "good:\n- manifest: |\n" + "".join(f"    {line}\n" for line in JOB.replace("red", "blue").splitlines())
BAD = "bad:\n- manifest: |\n" + "".join(
    f"    {line}\n" for line in JOB.replace("team: red", "team: red  # <- here").splitlines()
)


@pytest.mark.parametrize(
    ("more", "code", "expected"),
    [
        (BAD + GOOD, 0, ["1 rule, 2 examples: all passed"]),
        (GOOD, 1, ["rules/mine.yaml:1:1: error: mine: the card has no bad example", "1 rule, 1 example, 1 failed"]),
        (
            BAD.replace("team: red  #", "team: blue  #") + GOOD,
            1,
            ["rules/mine.yaml:15:9: error: mine: marked, but there is no finding here", "1 rule, 2 examples, 1 failed"],
        ),
        (
            BAD + GOOD.replace("blue", "red"),
            1,
            [
                "rules/mine.yaml:35:9: error: mine: a finding here, but not marked: It is so.",
                "1 rule, 2 examples, 1 failed",
            ],
        ),
    ],
)
def test_the_examples_of_a_card(joblint: Joblint, tmp_path: Path, more: str, code: int, expected: list[str]) -> None:
    (tmp_path / "rules" / "mine.yaml").write_text(CARD + more)
    done = joblint("rules", "test", "rules")
    assert done.lines == expected
    assert done.code == code


def test_the_examples_of_a_card_that_is_wrong(joblint: Joblint, tmp_path: Path) -> None:
    (tmp_path / "rules" / "mine.yaml").write_text(CARD.replace("self", "selv"))
    assert joblint("rules", "test", "rules").code == 2


def test_export_of_what_is_not_there(joblint: Joblint) -> None:
    assert joblint("rules", "export", "--rules", "rules", "other").code == 2


def test_the_shell_completes_own_rules(tmp_path: Path) -> None:
    def complete(line: str) -> list[str]:
        words = line.split(" ")
        environment = {"_JOBLINT_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
        done = subprocess.run(
            [sys.executable, "-m", "joblint"],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=True,
        )
        return [row.partition(",")[2] for row in done.stdout.splitlines() if row]

    assert "test" in complete("joblint rules te")
    assert "test" not in complete("joblint rules own te")
    assert complete("joblint rules export --rules rules m") == ["mine"]
    assert complete("joblint rules export --rules gone m") == []
    assert complete("joblint check --rules rules --select own,min") == ["own,mine"]
    assert "mine" not in complete("joblint explain m")
    (tmp_path / ".joblint.yaml").write_text("rules: [rules]\n", encoding="utf-8")
    assert "mine" in complete("joblint explain m")


def test_no_rules_to_try_out(joblint: Joblint, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    done = joblint("rules", "test", "nothing")
    assert (done.code, done.out) == (2, "")
    assert done.err == "joblint: nothing: no rules found, neither a card nor a ValidatingAdmissionPolicy\n"
    (tmp_path / ".joblint.yaml").write_text("rules: nothing\n", encoding="utf-8")
    done = joblint("check", "job.yaml")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(".joblint.yaml:1:8: error: `rules`: nothing: no rules found")


def test_a_namespace(joblint: Joblint, tmp_path: Path) -> None:
    (tmp_path / "rules" / "mine.yaml").write_text(card("object.metadata.namespace == 'batch'"))
    line = "job.yaml:1:1: warning[mine] It is so."
    assert check(joblint, "--rules", "rules") == [line]
    assert check(joblint, "--rules", "rules", "--namespace", "batch") == []
    assert joblint("check", "--namespace", "A_b", "job.yaml").code == 2
    (tmp_path / ".joblint.yaml").write_text(
        "namespace: batch\nrules: rules\nper-path: [{paths: job.yaml, namespace: b}]\n"
    )
    assert check(joblint) == [line]
    (tmp_path / ".joblint.yaml").write_text("namespace: batch\nrules: rules\n")
    assert check(joblint) == []
    (tmp_path / ".joblint.yaml").write_text("namespace: B\n")
    assert joblint("check", "job.yaml").err.startswith(".joblint.yaml:1:12: error: `namespace`: the namespace `B` ")


def test_what_is_left_alone_is_told_and_is_no_failure(joblint: Joblint, tmp_path: Path) -> None:
    policy = (
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: a}\n"
        "spec:\n  validations:\n  - {expression: request.userInfo.username != ''}\n"
    )
    (tmp_path / "rules" / "mine.yaml").write_text(policy)
    done = joblint("check", "--rules", "rules", "job.yaml")
    assert (done.code, done.out) == (0, "")
    assert done.err.splitlines()[0] == (
        "joblint: rules/mine.yaml:6:18: left alone: a: the expression reads `request.userInfo`, "
        "but no file shows who sends the request"
    )
    assert joblint("check", "-q", "--rules", "rules", "job.yaml").err == ""
