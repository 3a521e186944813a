"""What is hostile to the rules of joblint/checks: no text and no number makes them crash or go on without end."""

import json
from typing import Any

import pytest

from joblint import lint
from joblint.checks.deadline.backoff import Delays, retries_before

POLICY = {"rules": [{"action": "FailJob", "onExitCodes": {"operator": "In", "values": [42, 1]}}]}


def found(container: dict[str, Any], rule: str, **spec: Any) -> list[str]:
    pod = {"restartPolicy": "Never", "containers": [{"name": "a", "image": "i:1", **container}]}
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "x"}}
    text = json.dumps({**job, "spec": {"template": {"spec": pod}, **spec}})
    return [one.message for one in lint(text, kube_version="1.37", select=["all"]) if one.rule == rule]


def test_a_command_that_is_a_blank() -> None:
    assert found({"command": [" "]}, "command-line-in-one-word") == []


@pytest.mark.parametrize(
    "delays", [Delays(10, 360, False), Delays(10, 600, False), Delays(10, 300, True), Delays(1, 60, True)]
)
@pytest.mark.parametrize("deadline", [1, 10, 360, 631, 990, 991, 1350, 1351, 5000])
@pytest.mark.parametrize("limit", [1, 5, 6, 7, 8, 14])
def test_retries_are_counted_as_one_by_one(limit: int, deadline: int, delays: Delays) -> None:
    waits = [0] * delays.at_once + [min(delays.first * 2**number, delays.longest) for number in range(limit + 1)]
    started = sum(sum(waits[: number + 1]) < deadline for number in range(limit))
    assert retries_before(deadline, limit, delays)[0] == started
    assert started == limit or retries_before(deadline, limit, delays)[1] == sum(waits[: started + 1])


def test_retries_without_end() -> None:
    numbers = {"backoffLimit": 2**31 - 1, "activeDeadlineSeconds": 2**63 - 1}
    assert found({}, "deadline-before-retries", **numbers) == []
    numbers["activeDeadlineSeconds"] = 2**39
    assert len(found({}, "deadline-before-retries", **numbers)) == 1


def test_functions_that_call_each_other() -> None:
    script = "import sys\ndef f():\n" + "  return g()\n" * 500 + "def g():\n  return f()\n  return 42\nsys.exit(f())\n"
    assert found({"command": ["python3", "-c", script]}, "unreturned-exit-code", podFailurePolicy=POLICY) == []


@pytest.mark.parametrize("script", ["( a;" * 2600 + "b" + ")" * 2600, "a && " * 3800 + "b"])
def test_scripts_of_many_levels(script: str) -> None:
    script = f"kubectl create ns x; {script}"
    assert found({"command": ["sh", "-c", script]}, "unrepeatable-create") == []


def test_many_patterns_of_a_case() -> None:
    script = "case x in " + "a|" * 4000 + "a) exit 42;; esac; true"
    messages = found({"command": ["sh", "-c", script]}, "unreturned-exit-code", podFailurePolicy=POLICY)
    assert [message.partition(":")[0] for message in messages] == ["container `a` never exits with 1"]


def test_words_that_are_nearly_simple() -> None:
    command = ["sh", "-c", "echo", "$" + "a" * 200_000 + "\x7f"]
    assert len(found({"command": command}, "words-behind-script")) == 1


def test_an_unset_variable_ends_a_shell_whatever_option_comes_first() -> None:
    script = "set -x -u; echo $NAME; exit 42"
    assert found({"command": ["sh", "-c", script]}, "unreturned-exit-code", podFailurePolicy=POLICY) == []


def test_backquotes_take_their_time() -> None:
    assert found({"command": ["sh", "-c", "work & x=`cat /fifo`"]}, "unawaited-process") == []
    assert len(found({"command": ["sh", "-c", "work & x=1"]}, "unawaited-process")) == 1


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_of_python_end_as_python_ends_them(ending: str) -> None:
    lines = ("import os", "pages = ['a', 'b']", "print(pages[int(os.environ['JOB_COMPLETION_INDEX'])])")
    container = {"command": ["python3", "-c", ending.join(lines)]}
    (said,) = found(container, "index-beyond-list", completions=3, completionMode="Indexed")
    assert said.startswith("`pages` has 2 entries")
