"""podFailurePolicy and successPolicy, up to sizes that nobody means well with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.server.job.success_policy import IndexesError, count_indexes
from tests.server.manifests import (
    DUPLICATE,
    INVALID,
    NOT_SUPPORTED,
    REQUIRED,
    TOO_LONG,
    TOO_MANY,
    Said,
    cronjob,
    job,
    said,
)

FAILURE_POLICY, SUCCESS_POLICY = "invalid-pod-failure-policy", "invalid-success-policy"
INDEXED = ("completions: 10", "completionMode: Indexed")
FAILURES, SUCCESSES = "spec.podFailurePolicy.rules", "spec.successPolicy.rules"
CODE = "onExitCodes: {operator: In, values: [1]}"


def failure(*rules: str) -> str:
    return f"podFailurePolicy: {{rules: [{', '.join(rules)}]}}"


def success(*rules: str) -> str:
    return f"successPolicy: {{rules: [{', '.join(rules)}]}}"


FAILURE_CASES: list[tuple[tuple[str, ...], str, set[Said]]] = [
    ((f"{{action: FailJob, {CODE}}}", "{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}"), "1.26", set()),
    ((f"{{{CODE}}}",), "1.37", {(FAILURE_POLICY, f"{FAILURES}[0].action", REQUIRED, 5, 31)}),
    ((f"{{action: fail, {CODE}}}",), "1.37", {(FAILURE_POLICY, f"{FAILURES}[0].action", NOT_SUPPORTED, 5, 39)}),
    ((f"{{action: FailIndex, {CODE}}}",), "1.27", {(FAILURE_POLICY, f"{FAILURES}[0].action", NOT_SUPPORTED, 5, 39)}),
    ((f"{{action: FailIndex, {CODE}}}",), "1.29", {(FAILURE_POLICY, f"{FAILURES}[0].action", INVALID, 5, 39)}),
    (("{action: Count}", "{action: Count, onPodConditions: []}"), "1.37", {
        (FAILURE_POLICY, f"{FAILURES}[0]", INVALID, 5, 31),
        (FAILURE_POLICY, f"{FAILURES}[1]", INVALID, 5, 48),
    }),
    ((f"{{action: Count, {CODE}, onPodConditions: [{{type: x}}]}}",), "1.37", {
        (FAILURE_POLICY, f"{FAILURES}[0]", INVALID, 5, 31),
    }),
    (("null",), "1.37", {
        (FAILURE_POLICY, f"{FAILURES}[0]", INVALID, 5, 30),
        (FAILURE_POLICY, f"{FAILURES}[0].action", REQUIRED, 5, 30),
    }),
    (("{action: Count, onPodConditions: [{}, {type: 'a b', status: 'true'}, {type: x, status: ''}]}",), "1.37", {
        (FAILURE_POLICY, f"{FAILURES}[0].onPodConditions[0].type", INVALID, 5, 64),
        (FAILURE_POLICY, f"{FAILURES}[0].onPodConditions[1].type", INVALID, 5, 75),
        (FAILURE_POLICY, f"{FAILURES}[0].onPodConditions[1].status", NOT_SUPPORTED, 5, 90),
    }),
    (("{action: Count, onExitCodes: {operator: In, values: [3, 0, 3]}}",), "1.37", {
        (FAILURE_POLICY, f"{FAILURES}[0].onExitCodes.values", INVALID, 5, 74),
        (FAILURE_POLICY, f"{FAILURES}[0].onExitCodes.values[1]", INVALID, 5, 86),
        (FAILURE_POLICY, f"{FAILURES}[0].onExitCodes.values[2]", DUPLICATE, 5, 89),
    }),
    (("{action: Count, onExitCodes: {operator: NotIn, values: [0]}}",), "1.37", set()),
    (("{action: Count, onExitCodes: {}}",), "1.37", {
        (FAILURE_POLICY, f"{FAILURES}[0].onExitCodes.operator", REQUIRED, 5, 46),
        (FAILURE_POLICY, f"{FAILURES}[0].onExitCodes.values", INVALID, 5, 46),
    }),
    (("{action: Count, onExitCodes: {containerName: m, operator: In, values: [1]}}",), "1.37", set()),
    (("{action: Count, onExitCodes: {containerName: '', operator: In, values: [1]}}",), "1.37", {
        (FAILURE_POLICY, f"{FAILURES}[0].onExitCodes.containerName", INVALID, 5, 75),
    }),
    ((f"{{action: Count, {CODE}}}",) * 20, "1.37", set()),
    ((f"{{action: Count, {CODE}}}",) * 21, "1.37", {(FAILURE_POLICY, FAILURES, TOO_MANY, 5, 22)}),
    ((f"{{action: Count, onExitCodes: {{operator: In, values: {[*range(1, 256)]}}}}}",), "1.37", set()),
    ((f"{{action: Count, onExitCodes: {{operator: In, values: {[*range(1, 257)]}}}}}",), "1.37", {
        (FAILURE_POLICY, f"{FAILURES}[0].onExitCodes.values", TOO_MANY, 5, 74),
    }),
    ((f"{{action: Count, onPodConditions: [{', '.join(['{type: x}'] * 21)}]}}",), "1.37", {
        (FAILURE_POLICY, f"{FAILURES}[0].onPodConditions", TOO_MANY, 5, 46),
    }),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "minor", "expected"), FAILURE_CASES)
def test_pod_failure_policy(rules: tuple[str, ...], minor: str, expected: set[Said]) -> None:
    assert said(job(failure(*rules)), minor) == expected


def test_the_status_of_a_condition_has_a_default_in_a_cronjob_from_1_34_on() -> None:
    manifest = cronjob(of_job=(failure("{action: Count, onPodConditions: [{type: x}]}"),))
    path = "spec.jobTemplate.spec.podFailurePolicy.rules[0].onPodConditions[0].status"
    assert said(manifest, "1.25") == said(manifest, "1.33") == {(FAILURE_POLICY, path, REQUIRED, 8, 69)}
    assert said(manifest, "1.34") == set()


def test_rules_that_are_dropped_leave_their_index_to_the_next() -> None:
    rules = failure(f"{{action: FailIndex, {CODE}}}", "{action: Ignore}", f"{{action: FailIndex, {CODE}}}")
    assert said(job(rules), "1.28") == {
        ("gated-field", f"{FAILURES}[0]", "dropped", 5, 30),
        (FAILURE_POLICY, f"{FAILURES}[0]", INVALID, 5, 94),  # the second one, which the server sees first
        ("gated-field", f"{FAILURES}[2]", "dropped", 5, 111),
    }


SUCCESS_CASES: list[tuple[tuple[str, ...], set[Said]]] = [
    (("{succeededIndexes: '0-2,5'}", "{succeededCount: 10}", "{succeededIndexes: '0-1', succeededCount: 2}"), set()),
    (("{}", "{succeededCount: null}"), {
        (SUCCESS_POLICY, f"{SUCCESSES}[0]", REQUIRED, 7, 27),
        (SUCCESS_POLICY, f"{SUCCESSES}[1]", REQUIRED, 7, 32),
    }),
    ((), {(SUCCESS_POLICY, SUCCESSES, REQUIRED, 7, 19)}),
    (("{succeededCount: 1}",) * 21, {(SUCCESS_POLICY, SUCCESSES, TOO_MANY, 7, 19)}),
    (("{succeededCount: 11}",), {(SUCCESS_POLICY, f"{SUCCESSES}[0].succeededCount", INVALID, 7, 44)}),
    (("{succeededCount: 3, succeededIndexes: '0,1'}",), {
        (SUCCESS_POLICY, f"{SUCCESSES}[0].succeededCount", INVALID, 7, 44),
    }),
    (("{succeededCount: -1}",), {("negative-number", f"{SUCCESSES}[0].succeededCount", INVALID, 7, 44)}),
    (("{succeededCount: 1, succeededIndexes: x}",), {  # what cannot be read names no index
        (SUCCESS_POLICY, f"{SUCCESSES}[0].succeededCount", INVALID, 7, 44),
        (SUCCESS_POLICY, f"{SUCCESSES}[0].succeededIndexes", INVALID, 7, 65),
    }),
    (("{succeededIndexes: '%s'}" % ("0" * 65536),), set()),
    (("{succeededIndexes: '%s'}" % ("0" * 65537),), {
        (SUCCESS_POLICY, f"{SUCCESSES}[0].succeededIndexes", TOO_LONG, 7, 46),
    }),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "expected"), SUCCESS_CASES)
def test_success_policy(rules: tuple[str, ...], expected: set[Said]) -> None:
    assert said(job(*INDEXED, success(*rules)), "1.37") == expected


def test_success_policy_wants_indexes() -> None:
    expected = {(SUCCESS_POLICY, "spec.successPolicy", INVALID, 5, 3)}
    assert said(job(success("{}")), "1.37") == expected


def test_where_the_server_breaks_off_the_cause_is_told() -> None:
    manifest = job("completionMode: Indexed", "parallelism: 2", success("{succeededCount: 9}"))
    assert said(manifest, "1.37") == {("indexed-without-completions", "spec.completions", REQUIRED, 5, 3)}


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("0", 1), ("0,2-4", 4), ("9", 1), ("0-9", 10), ("+1", 1), ("007", 1), ("0" * 9999 + "1", 1)],
)
def test_indexes(text: str, count: int) -> None:
    assert count_indexes(text, 10) == count


@pytest.mark.parametrize(
    "text",
    ["10", "0-10", "2-2", "3-2", "1,1", "1,0", "0,", ",", "-1", "1-", "1-2-3", "a", " 1", "1_0", "٣", "0,0-1",
     "0-1,1-2", "9" * 20, "9" * 9999, str(1 << 63), "0-" + "9" * 5000, "++1", "0x1", "1.0"],
)  # fmt: skip
def test_indexes_that_are_none(text: str) -> None:
    with pytest.raises(IndexesError):
        count_indexes(text, 10)


def test_indexes_of_two_billion() -> None:
    most = (1 << 31) - 1
    assert count_indexes(f"0-{most - 1}", most) == most
    with pytest.raises(IndexesError):
        count_indexes(f"0-{most}", most)


def test_ten_megabytes_of_indexes() -> None:
    text = ",".join(map(str, range(0, 3_000_000, 2)))
    assert len(text) > 10_000_000
    assert count_indexes(text, 1 << 31) == 1_500_000
    for hostile in ("," * 10_000_000, "-" * 10_000_000, "0" * 10_000_000 + "x", "0," * 5_000_000):
        with pytest.raises(IndexesError):
            count_indexes(hostile, 10)


@given(st.sets(st.integers(0, 99), min_size=1))
def test_any_set_of_indexes_is_counted(indexes: set[int]) -> None:
    """Written one by one, and with ranges where there are any."""
    ordered = sorted(indexes)
    assert count_indexes(",".join(map(str, ordered)), 100) == len(indexes)
    runs: list[list[int]] = []
    for index in ordered:
        if runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    text = ",".join(f"{r[0]}-{r[-1]}" if len(r) > 1 else str(r[0]) for r in runs)
    assert count_indexes(text, 100) == len(indexes)


def test_hostile_lists_stay_small() -> None:
    codes = ", ".join(["1"] * 100_000)
    found = said(job(failure(f"{{action: Count, onExitCodes: {{operator: In, values: [{codes}]}}}}")), "1.37")
    assert (FAILURE_POLICY, f"{FAILURES}[0].onExitCodes.values", TOO_MANY, 5, 74) in found
    assert len(found) < 2000
