"""The tables of tests/server/pod/tables: exactly what is said of each case, on every minor."""

import pytest

from joblint.rule.registry import REGISTRY
from tests.server.pod.manifests import ALL, Case, cases, told

CASES = cases()
# Of minors that the tables have taken together: nothing may be said because another minor is looked at, too.
ALONE = ("1.21", "1.25", "1.29", "1.33", "1.37")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_said(case: Case) -> None:
    assert told(case.manifest, case.minors, case.gates) == case.expected


@pytest.mark.parametrize("minor", ALONE)
def test_a_minor_alone(minor: str) -> None:
    wrong = []
    for case in CASES:
        if case.minors == ALL:
            rows = [row.split(" ", 1) for row in case.expected]
            expected = [f"{minor} {rest}" for minors, rest in rows if _holds(minors, minor)]
            found = told(case.manifest, minor)
            if sorted(found) != sorted(expected):
                wrong.append((case.id, found, expected))
    assert wrong == []


def _holds(minors: str, minor: str) -> bool:
    runs = (run.partition("-") for run in minors.split(","))
    return any(int(first[2:]) <= int(minor[2:]) <= int((last or first)[2:]) for first, _, last in runs)


def test_every_rule_has_a_case() -> None:
    rules = {entry.name for entry in REGISTRY if entry.check.__module__.startswith("joblint.server.pod.")}
    assert rules - {row.split()[1] for case in CASES for row in case.expected} == set()
