"""A Job's spec by itself: the exact set of what is said, minor by minor, as the real code gave it."""

import pytest

from tests.server.manifests import INVALID, NOT_SUPPORTED, REQUIRED, TOO_LONG, Said, cronjob, job, pod, said

NEGATIVE, SETTING, RESTART, GATED = "negative-number", "invalid-job-setting", "unfit-restart-policy", "gated-field"
HEAD = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n"
BELOW = "spec.template.spec.restartPolicy"
EMPTY_POLICY = "podFailurePolicy: {rules: []}"


def test_nothing_is_said_of_a_plain_job() -> None:
    assert said(job(), "1.37") == said(job(), "1.21") == set()


def test_negative_numbers() -> None:
    names = ("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished")
    expected = {(NEGATIVE, f"spec.{n}", INVALID, line, 5 + len(n)) for line, n in enumerate(names, 5)}
    assert said(job(*(f"{name}: -1" for name in names)), "1.37") == expected
    assert said(job(*(f"{name}: 0" for name in names)), "1.37") == set()


def test_negative_numbers_of_a_cronjob() -> None:
    names = ("startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit")
    expected = {(NEGATIVE, f"spec.{n}", INVALID, line, 5 + len(n)) for line, n in enumerate(names, 5)}
    assert said(cronjob(*(f"{name}: -1" for name in names)), "1.37") == expected


@pytest.mark.parametrize(
    ("mode", "minor", "expected"),
    [
        ("Indexed", "1.37", ()),
        ("NonIndexed", "1.22", ()),
        ("null", "1.37", ()),
        ("indexed", "1.37", ((SETTING, "spec.completionMode", NOT_SUPPORTED, 5, 19),)),
        ('""', "1.22", ((SETTING, "spec.completionMode", NOT_SUPPORTED, 5, 19),)),
        ("Foo", "1.21", ((GATED, "spec.completionMode", "dropped", 5, 3),)),  # gone before anybody looks at it
    ],
)
def test_completion_mode(mode: str, minor: str, expected: tuple[Said, ...]) -> None:
    assert said(job(f"completionMode: {mode}", "completions: 3", "parallelism: 1"), minor) == set(expected)


@pytest.mark.parametrize(
    ("policy", "reason", "column"),
    [("Always", REQUIRED, 36), ('""', REQUIRED, 21), ("null", REQUIRED, 21), ("never", NOT_SUPPORTED, 36)],
)
def test_restart_policy(policy: str, reason: str, column: int) -> None:
    assert said(job(template=pod(policy)), "1.37") == {(RESTART, BELOW, reason, 5, column)}


def test_restart_policy_with_a_pod_failure_policy() -> None:
    manifest = job(EMPTY_POLICY, template=pod("OnFailure"))
    assert said(manifest, "1.26") == {(RESTART, BELOW, INVALID, 6, 36)}
    # Where the policy is dropped it asks for nothing.
    assert said(manifest, "1.25") == {(GATED, "spec.podFailurePolicy", "dropped", 5, 3)}
    assert said(manifest, "1.25", {"JobPodFailurePolicy": True}) == {(RESTART, BELOW, INVALID, 6, 36)}


@pytest.mark.parametrize(
    ("rest", "line", "column"),
    [
        ("", 1, 1),
        ("spec: {}\n", 4, 1),
        ("spec:\n", 4, 1),
        ("spec:\n  template:\n", 5, 3),
        ("spec:\n  template: {}\n", 5, 3),
    ],
)
def test_a_missing_restart_policy_is_told_at_the_deepest_parent(rest: str, line: int, column: int) -> None:
    assert (RESTART, BELOW, REQUIRED, line, column) in said(HEAD + rest, "1.37")


@pytest.mark.parametrize(
    ("policy", "valid"),
    [("Failed", True), ("TerminatingOrFailed", True), ("null", True), ("Foo", False), ('""', False)],
)
def test_pod_replacement_policy(policy: str, valid: bool) -> None:
    expected = set() if valid else {(SETTING, "spec.podReplacementPolicy", NOT_SUPPORTED, 5, 25)}
    assert said(job(f"podReplacementPolicy: {policy}"), "1.29") == expected


def test_pod_replacement_policy_beside_a_pod_failure_policy() -> None:
    expected = {(SETTING, "spec.podReplacementPolicy", NOT_SUPPORTED, 5, 25)}
    assert said(job("podReplacementPolicy: TerminatingOrFailed", EMPTY_POLICY), "1.29") == expected
    assert said(job("podReplacementPolicy: Failed", EMPTY_POLICY), "1.29") == set()


def test_a_cronjob_keeps_what_a_job_loses() -> None:
    line = "podReplacementPolicy: Foo"
    assert said(job(line), "1.28") == {(GATED, "spec.podReplacementPolicy", "dropped", 5, 3)}
    path = "spec.jobTemplate.spec.podReplacementPolicy"
    assert said(cronjob(of_job=(line,)), "1.28") == {(SETTING, path, NOT_SUPPORTED, 8, 29)}


@pytest.mark.parametrize(
    ("name", "reason", "column"),
    [
        ("kueue.x-k8s.io/multikueue", "", 0),
        ("a/" + "x" * 61, "", 0),
        ("null", "", 0),
        ("a/" + "x" * 62, TOO_LONG, 14),
        ("a", INVALID, 14),
        ("a/", INVALID, 14),
        ("A/b", INVALID, 14),
        ("a/b c", INVALID, 14),
        ('"a/é"', INVALID, 14),
        ('""', REQUIRED, 3),
    ],
)
def test_managed_by(name: str, reason: str, column: int) -> None:
    expected = {(SETTING, "spec.managedBy", reason, 5, column)} if reason else set()
    assert said(job(f"managedBy: {name}"), "1.37") == expected


def test_managed_by_may_be_wrong_and_too_long() -> None:
    expected = {(SETTING, "spec.managedBy", reason, 5, 14) for reason in (INVALID, TOO_LONG)}
    assert said(job("managedBy: " + "x" * 64), "1.32") == expected
    assert said(job("managedBy: " + "x" * 64), "1.31") == {(GATED, "spec.managedBy", "dropped", 5, 3)}
