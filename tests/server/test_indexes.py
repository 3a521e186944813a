"""Indexed Jobs: limits, what belongs together, and what becomes of the name."""

import pytest

from tests.server.manifests import INVALID, NOT_SUPPORTED, REQUIRED, Said, cronjob, job, said

INDEXED = ("completions: 10", "completionMode: Indexed")
MANY = ("completions: 100001", "completionMode: Indexed")
WITHOUT, TOO_MANY_INDEXES, PER_INDEX = (
    "indexed-without-completions",
    "too-many-indexes",
    "per-index-limit-without-indexes",
)


def test_completions_must_be_there() -> None:
    expected = {(WITHOUT, "spec.completions", REQUIRED, 6, 3)}
    assert said(job("parallelism: 2", "completionMode: Indexed"), "1.37") == expected
    assert said(job("parallelism: 2", "completionMode: Indexed"), "1.22") == expected


def test_a_job_without_either_gets_both_and_a_cronjob_does_not() -> None:
    assert said(job("completionMode: Indexed"), "1.37") == set()
    expected = {(WITHOUT, "spec.jobTemplate.spec.completions", REQUIRED, 8, 7)}
    assert said(cronjob(of_job=("completionMode: Indexed",)), "1.37") == expected


def test_null_is_absent() -> None:
    manifest = job("completions: null", "parallelism: 2", "completionMode: Indexed")
    assert said(manifest, "1.37") == {(WITHOUT, "spec.completions", REQUIRED, 5, 3)}


LIMITS: list[tuple[tuple[str, ...], set[Said]]] = [
    ((*INDEXED, "parallelism: 100000"), set()),
    ((*INDEXED, "parallelism: 100001"), {(TOO_MANY_INDEXES, "spec.parallelism", INVALID, 7, 16)}),
    (("completions: 100000", "completionMode: Indexed", "backoffLimitPerIndex: 1", "parallelism: 10001"), set()),
    ((*MANY, "backoffLimitPerIndex: 1"), {(TOO_MANY_INDEXES, "spec.maxFailedIndexes", REQUIRED, 7, 3)}),
    ((*MANY, "backoffLimitPerIndex: 1", "maxFailedIndexes: 10000", "parallelism: 10000"), set()),
    (
        (*MANY, "backoffLimitPerIndex: 1", "maxFailedIndexes: 10001", "parallelism: 10001"),
        {
            (TOO_MANY_INDEXES, "spec", "warned", 5, 16),
            (TOO_MANY_INDEXES, "spec.maxFailedIndexes", INVALID, 8, 21),
            (TOO_MANY_INDEXES, "spec.parallelism", INVALID, 9, 16),
        },
    ),
    (
        (*INDEXED, "backoffLimitPerIndex: 1", "maxFailedIndexes: 11"),
        {(TOO_MANY_INDEXES, "spec.maxFailedIndexes", INVALID, 8, 21)},
    ),
    (  # completions has its default
        ("completionMode: Indexed", "backoffLimitPerIndex: 1", "maxFailedIndexes: 2"),
        {(TOO_MANY_INDEXES, "spec.maxFailedIndexes", INVALID, 7, 21)},
    ),
    (  # without indexes nothing is limited
        ("completions: 200000", "parallelism: 200000"),
        set(),
    ),
]


@pytest.mark.parametrize(("spec", "expected"), LIMITS)
def test_limits(spec: tuple[str, ...], expected: set[Said]) -> None:
    assert said(job(*spec), "1.37") == expected


def test_the_warning_came_with_1_28() -> None:
    spec = (*MANY, "parallelism: 10001")
    assert said(job(*spec), "1.27") == set()
    assert said(job(*spec), "1.28") == {(TOO_MANY_INDEXES, "spec", "warned", 5, 16)}
    expected = {(TOO_MANY_INDEXES, "spec.jobTemplate.spec", "warned", 8, 20)}
    assert said(cronjob(of_job=spec), "1.28") == expected


def test_limits_per_index_want_indexes() -> None:
    both = ("backoffLimitPerIndex: 1", "maxFailedIndexes: 1")
    expected = {
        (PER_INDEX, "spec.backoffLimitPerIndex", INVALID, 5, 25),
        (PER_INDEX, "spec.maxFailedIndexes", INVALID, 6, 21),
    }
    assert said(job(*both), "1.37") == said(job(*both, "completionMode: NonIndexed"), "1.29") == expected
    # An unknown mode is neither.
    expected = {("invalid-job-setting", "spec.completionMode", NOT_SUPPORTED, 7, 19)}
    assert said(job(*both, "completionMode: Foo"), "1.37") == expected


def test_max_failed_indexes_wants_backoff_limit_per_index() -> None:
    expected = {(PER_INDEX, "spec.backoffLimitPerIndex", REQUIRED, 7, 3)}
    assert said(job(*INDEXED, "maxFailedIndexes: 1"), "1.37") == expected


def test_gates_and_minors() -> None:
    spec = (*INDEXED, "maxFailedIndexes: 100", "backoffLimitPerIndex: -1")
    names = ("maxFailedIndexes", "backoffLimitPerIndex")
    lines = tuple(enumerate(names, 7))
    assert said(job(*spec), "1.27") == {("unknown-field", f"spec.{n}", "UnknownField", line, 3) for line, n in lines}
    assert said(job(*spec), "1.28") == {("gated-field", f"spec.{n}", "dropped", line, 3) for line, n in lines}
    expected = {
        (TOO_MANY_INDEXES, "spec.maxFailedIndexes", INVALID, 7, 21),
        ("negative-number", "spec.backoffLimitPerIndex", INVALID, 8, 25),
    }
    assert said(job(*spec), "1.28", {"JobBackoffLimitPerIndex": True}) == said(job(*spec), "1.29") == expected
