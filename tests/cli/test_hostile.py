"""Hostile inputs, the quick ones of benchmarks/hostile.py; and that its judge would see a failure."""

import pytest

from benchmarks import fuzz, hostile
from benchmarks.attacks import bombs, characters, files, output
from benchmarks.attacks.case import FOUND, Case
from benchmarks.hostile import verdict, wrong
from joblint.manifests.source import Source
from joblint.rule.finding import Finding

OUTPUT = [case for case in output.cases() if case.name.startswith(("words", "a diff", "joblint config"))]


@pytest.mark.parametrize(
    "case", [*bombs.cases(), *characters.cases(), *files.cases(), *OUTPUT], ids=lambda case: case.name
)
def test_no_harm(case: Case) -> None:
    why, _, _ = verdict(case)
    assert why == ""


@pytest.mark.parametrize(
    ("code", "printed", "complained"),
    [
        (1, "a finding", 'Traceback (most recent call last):\n  File "x"'),
        (1, "a finding", "joblint: a bug in joblint, please report it"),
        (0, "a finding", ""),
        (-9, "a finding", ""),
        (1, "", ""),
        (1, "another finding", ""),
        (1, "a finding\x1b[31m", ""),
    ],
)
def test_judge_sees_harm(code: int, printed: str, complained: str) -> None:
    case = Case("a case", "", FOUND, "a finding")
    assert wrong(case, 1, "a finding", "") == ""
    assert wrong(case, code, printed, complained) != ""


def test_limits_hold() -> None:
    case = Case("a large file", b"kind: Job\nx: [" + b"a," * (15 << 20), FOUND)
    kept = hostile.MEMORY
    try:
        hostile.MEMORY = 100 << 20
        assert "out of memory" in verdict(case)[0]
    finally:
        hostile.MEMORY = kept


class TestFuzz:
    def test_a_few(self) -> None:
        assert fuzz.fuzz(range(50), seed=7) == 0

    def test_failure_is_counted(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        def fails(*_: object) -> None:
            raise ZeroDivisionError("x")

        monkeypatch.setattr(fuzz, "check", fails)
        assert fuzz.fuzz([3], seed=7) == 1
        assert "--only 3 (" in capfd.readouterr().out

    @pytest.mark.parametrize("place", [(3, 1, 3, 2), (1, 0, 1, 1), (1, 4, 1, 2), (2, 1, 1, 9)])
    def test_wrong_places_are_seen(self, place: tuple[int, int, int, int]) -> None:
        source = Source("a.yaml", "a: 1\nb: 2")
        assert fuzz.wrong(Finding("r", "rejected", "error", "x", "a.yaml", 1, 1, 2, 3), source) == ""
        assert fuzz.wrong(Finding("r", "rejected", "error", "x", "a.yaml", *place), source) != ""
