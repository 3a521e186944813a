"""Counts by rule."""

from joblint.report import Run, statistics
from joblint.report.statistics import Count
from joblint.rule.cards import listed
from joblint.rule.finding import Fix
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
    assert "".join(statistics.report(several())) == (
        "findings  fixable  unsafe  effect    rule\n"
        "       3        1       1  rejected  error[a-rule]\n"
        "       1        1          rejected  error[b]\n"
        "       1                   warned    warning[other-rule]\n"
    )
    assert list(statistics.report(run())) == []


def test_a_rule_with_two_effects_has_two_lines() -> None:
    one = found(1, 1, 1, 2)
    assert [row.effect for row in statistics.count([one, one, one._replace(effect="dropped")])] == [
        "rejected",
        "dropped",
    ]


def test_large_numbers_stand_in_line() -> None:
    findings = [found(1, 1, 1, 2)] * 1200 + [found(1, 1, 1, 2, rule="b")]
    assert "".join(statistics.report(run(*findings))) == (
        "findings  fixable  unsafe  effect    rule\n"
        "   1,200                   rejected  error[a-rule]\n"
        "       1                   rejected  error[b]\n"
    )


def test_it_fits_80_columns() -> None:
    """Whatever rule it is, and however many findings it has."""
    names = [rule["name"] for rule in listed()]
    many = [found(1, 1, 1, 2, rule=name, severity="warning", fix=SAFE) for name in names]
    many += [found(1, 1, 1, 2, rule=names[0], severity="warning", fix=UNSAFE)] * 12_345
    lines = "".join(statistics.report(run(*many))).split("\n")
    assert len(lines) == len(names) + 2
    assert max(map(len, lines)) <= 80
