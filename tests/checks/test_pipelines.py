"""What is said of pipelines and `pipefail`, compared with real shells: generated scripts are run in bash and dash."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import joblint

HIDES, IDLE = "pipeline-hides-failure", "pipefail-without-errexit"
PIPE = "pg_dump shop | gzip > out"
# A script around a pipeline, and what it needs so that a failed dump fails the script.
SHAPES = {
    "{}": "set -o pipefail",
    "true\n{}\n# the end\n": "set -o pipefail",
    "{}\ntrue": "set -eo pipefail",
    "{}; true": "set -eo pipefail",
    "{}\nexit 0": "set -eo pipefail",
    "{}\nexit": "set -o pipefail",
    "{} && true": "set -o pipefail",
    "{} && true\ntrue": "set -o pipefail",
    "{} || exit 4\ntrue": "set -o pipefail",
    "if {}; then true; else exit 4; fi\ntrue": "set -o pipefail",
    "if true; then\n{}\nfi": "set -o pipefail",
    "if true; then\n{}\nfi\ntrue": "set -eo pipefail",
    "if true; then\n{}\ntrue\nelse\ntrue\nfi": "set -eo pipefail",
    "if true; then {}; else true; fi": "set -o pipefail",
    "for x in a; do\n{}\ndone": "set -o pipefail",
    "for x in a; do\n{}\ntrue\ndone": "set -eo pipefail",
    "{{ {}; }}": "set -o pipefail",
    "{{ {}; true; }}": "set -eo pipefail",
    "({})": "set -o pipefail",
    "({}; true)": "set -eo pipefail",
    "case a in a) {};; esac": "set -o pipefail",
    "case a in a) {}; true;; esac": "set -eo pipefail",
    "true && {}": "set -o pipefail",
    "true && {}\ntrue": "set -eo pipefail",
    "x=$({})": "set -o pipefail",
    "x=$({})\ntrue": "set -eo pipefail",
    "set -e\n{}\ntrue": "set -o pipefail",
}
# These look at the outcome only if a person meant them to; a failure still does not end the script.
TESTED = ("{} && true\ntrue",)


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of programs in which `pg_dump` fails and `gzip` does not."""
    home = tmp_path_factory.mktemp("programs")
    for name, code in (("pg_dump", 3), ("gzip", 0)):
        (home / name).write_text(f"#!/bin/sh\ncat </dev/null\nexit {code}\n", encoding="utf-8")
        (home / name).chmod(0o755)
    return home


def job(script: str, shell: str = "bash") -> str:
    container = {"name": "a", "image": "r.example/a:1", "command": [shell, "-c", script]}
    pod = {"restartPolicy": "Never", "containers": [container]}
    return json.dumps(
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "x"}, "spec": {"template": {"spec": pod}}}
    )


def found(script: str, rule: str, shell: str = "bash") -> list[joblint.Finding]:
    return joblint.lint(job(script, shell), select=[rule])


def code(script: str, programs: Path, shell: str = "bash") -> int:
    """The exit code of a script in a real shell. Skips the test where that is not installed."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    run = subprocess.run([program, "-c", script], cwd=programs, env={"PATH": path}, capture_output=True, check=False)
    return run.returncode


@pytest.mark.parametrize("shape", SHAPES)
def test_the_advice_makes_a_failed_dump_fail_the_script(shape: str, programs: Path) -> None:
    script = shape.format(PIPE)
    [one] = found(script, HIDES)
    assert one.message.endswith(f"add `{SHAPES[shape]}`")
    assert code(script, programs) == 0
    if shape not in TESTED:
        assert code(f"{SHAPES[shape]}\n{script}", programs) != 0
    if SHAPES[shape] == "set -eo pipefail":
        assert code(f"set -o pipefail\n{script}", programs) == 0


@pytest.mark.parametrize("shape", SHAPES)
def test_pipefail_is_idle_where_it_changes_nothing(shape: str, programs: Path) -> None:
    script = "set -o pipefail\n" + shape.format(PIPE)
    idle = SHAPES[shape] == "set -eo pipefail"
    assert len(found(script, IDLE)) == idle
    assert (code(script, programs) == 0) == (idle or shape in TESTED)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_fix_makes_a_failed_dump_fail_the_script(shape: str, programs: Path) -> None:
    for before, rule in (("", HIDES), ("set -o pipefail\n", IDLE), ("set -uo pipefail\n", IDLE)):
        text = job(before + shape.format(PIPE))
        for one in joblint.lint(text, select=[rule]):
            assert one.fix is not None
            for edit in sorted(one.fix.edits, reverse=True):
                text = text[: edit.start] + edit.text + text[edit.end :]
            script = json.loads(text)["spec"]["template"]["spec"]["containers"][0]["command"][2]
            assert joblint.lint(text, select=[HIDES, IDLE]) == []
            assert shape in TESTED or code(script, programs) != 0


@pytest.mark.parametrize(
    "script",
    [
        f"set -o pipefail\n{PIPE}\n[ $? = 0 ] || exit 1\ntrue", f"set -eo pipefail\n{PIPE}\ntrue",
        f"set -o pipefail\ntrap 'exit 9' ERR\n{PIPE}\ntrue", f"set -e -o pipefail\n{PIPE}\ntrue",
        f"set -o errexit\nset -o pipefail\n{PIPE}\ntrue", f"set -o pipefail\nf() {{ {PIPE}; }}\nf\ntrue",
        f"set -o pipefail\n{PIPE} &\nwait $!\ntrue", f"set -o pipefail\n! {PIPE}\ntrue", "set -o pipefail\ntrue",
        f"set -o pipefail\nwhile {PIPE}; do true; done\ntrue", f"set -o pipefail\n. ./lib.sh\n{PIPE}\ntrue",
    ],
)  # fmt: skip
def test_a_script_that_may_look_at_the_outcome_is_left_alone(script: str) -> None:
    assert found(script, IDLE) == []


def test_the_finding_is_at_the_pipeline() -> None:
    [one] = found(f"set -o pipefail\n{PIPE}\ntrue", IDLE)
    text = job(f"set -o pipefail\n{PIPE}\ntrue")
    assert (one.line, one.column, one.effect) == (1, text.index(PIPE) + 1, "mistake")


def test_dash_does_not_know_the_option(programs: Path) -> None:
    [one] = found(PIPE, HIDES, "sh")
    assert "in bash and busybox, add `set -o pipefail`" in one.message
    assert one.fix is None
    assert code(PIPE, programs, "dash") == 0
