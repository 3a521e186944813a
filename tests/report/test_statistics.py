"""Counts by rule."""

from joblint.cli.output import painter
from joblint.finding import Fix
from joblint.report import Run, statistics
from joblint.report.statistics import Count
from tests.report.runs import found, run

SAFE, UNSAFE = Fix(True, "", ()), Fix(False, "", ())


def several() -> Run:
    one = found(1, 1, 1, 2)
    warned = one._replace(rule="other-rule", effect="warned", severity="warning")
    return run(warned, one._replace(fix=SAFE), one._replace(fix=UNSAFE), one, one._replace(rule="b", fix=SAFE))


def test_count() -> None:
    assert statistics.count(several().findings) == [
        Count("a-rule", "rejected", "error", 3, 1, 1),
        Count("b", "rejected", "error", 1, 1, 0),
        Count("other-rule", "warned", "warning", 1, 0, 0),
    ]


def test_report() -> None:
    assert "".join(statistics.report(several(), painter("never"))) == (
        "3  error[a-rule]        rejected  1 fixable, 1 with --unsafe-fixes\n"
        "1  error[b]             rejected  1 fixable\n"
        "1  warning[other-rule]  warned\n"
    )
    assert list(statistics.report(run(), painter("never"))) == []


def test_a_rule_with_two_effects_has_two_lines() -> None:
    one = found(1, 1, 1, 2)
    assert [row.effect for row in statistics.count([one, one, one._replace(effect="dropped")])] == [
        "rejected",
        "dropped",
    ]


def test_large_numbers_stand_in_line() -> None:
    findings = [found(1, 1, 1, 2)] * 1200 + [found(1, 1, 1, 2, rule="b")]
    assert "".join(statistics.report(run(*findings), painter("never"))) == (
        "1,200  error[a-rule]  rejected\n    1  error[b]       rejected\n"
    )
