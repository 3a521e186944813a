"""The delays between retries, as each minor's source has them.

Sources, read in the Go module of each minor (k8s.io/kubernetes): pkg/controller/job/job_controller.go
(MaxJobBackOff, MaxJobPodFailureBackOff, processNextWorkItem), backoff_utils.go (from 1.27) and pkg/kubelet/kubelet.go
(MaxContainerBackOff, MaxCrashLoopBackOff).
"""

import re

import pytest

from joblint import lint
from joblint.checks.deadline.backoff import Delays, of_containers, of_pods
from joblint.kube.minors.minor import MINORS, Facts
from tests.support import in_spec

RULE, GATE = "deadline-before-retries", "ReduceDefaultCrashLoopBackOffDecay"
LIMITS = ("backoffLimit: 30", "activeDeadlineSeconds: 3600")
INDEXED = ("completionMode: Indexed", "completions: 3", "parallelism: 3", "backoffLimitPerIndex: 30", LIMITS[1])


@pytest.mark.parametrize("minor", MINORS)
def test_the_delays_of_a_minor(minor: int) -> None:
    facts = Facts(minor)
    assert of_containers(facts) == Delays(first=10, longest=300, at_once=True)
    if minor <= 26:
        assert of_pods(facts) == Delays(10, 360, at_once=True, forgets=True)
    else:
        assert of_pods(facts) == Delays(10, 360 if minor == 27 else 600, at_once=False)


def said(*lines: str, policy: str = "Never", **gates: bool) -> list[tuple[str, int, int]]:
    """The first and last minor, the retries that can start and the seconds before the next one."""
    text = in_spec(*lines).replace("Never", policy)
    found = lint(text, kube_version="1.21-1.37", select=[RULE], feature_gates=gates)
    assert {(f.rule, f.line) for f in found} <= {(RULE, 5 + len(lines))}
    told = []
    for f in found:
        numbers = re.search(r"before retry (\d+) of .*, (\d+) s in total", f.message)
        assert numbers is not None
        told.append((f"{f.kube_versions[0]}-{f.kube_versions[-1]}", int(numbers[1]) - 1, int(numbers[2])))
    return sorted(told)


def test_a_range_of_minors_says_for_which_a_number_holds() -> None:
    assert said(LIMITS[1], LIMITS[0]) == [("1.21-1.26", 15, 3870), ("1.27-1.27", 14, 3870), ("1.28-1.37", 10, 3630)]
    assert said(LIMITS[1], LIMITS[0], policy="OnFailure") == [("1.21-1.37", 16, 3610)]


def test_a_gate_makes_the_kubelet_wait_less() -> None:
    assert said(LIMITS[1], LIMITS[0], policy="OnFailure", **{GATE: True}) == [("1.21-1.32", 16, 3610)]
    limit = "backoffLimit: 90"
    both = [("1.21-1.32", 16, 3610), ("1.33-1.37", 65, 3603)]
    assert said(LIMITS[1], limit, policy="OnFailure", **{GATE: True}) == both


def test_each_index_has_delays_of_its_own() -> None:
    lines = (*INDEXED[:3], INDEXED[4], INDEXED[3])
    assert said(*lines) == [("1.29-1.37", 10, 3630)]


@pytest.mark.parametrize("lines", [("parallelism: 2",), ("completions: 2",)])
def test_where_failures_do_not_wait_for_each_other_nothing_is_said(lines: tuple[str, ...]) -> None:
    assert said(*lines, LIMITS[1], LIMITS[0]) == []


def test_only_short_runs_add_up_before_1_27() -> None:
    text = in_spec(*LIMITS)
    [old] = lint(text, kube_version="1.26", select=[RULE])
    [new] = lint(text, kube_version="1.27", select=[RULE])
    assert "if every Pod fails immediately" in old.message
    assert "if every Pod fails immediately" not in new.message
