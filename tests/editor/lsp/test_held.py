"""What was found stays while a document cannot be read."""

from joblint.editor.lsp.held import moved, still
from joblint.editor.lsp.texts import LineChange
from joblint.rule.finding import Finding, Fix, Related


def finding(line: int, *related: int, end: int = 0) -> Finding:
    places = tuple(Related("there", "x.yaml", at, 1, at, 2) for at in related)
    return Finding("r", "rejected", "error", "m", "x.yaml", line, 3, end or line, 5, related=places)


def lines(findings: list[Finding]) -> list[int]:
    return [one.line for one in findings]


def test_a_change_moves_what_stands_below_it() -> None:
    assert lines(moved([finding(2), finding(5)], LineChange(2, 0, 3))) == [2, 8]
    assert lines(moved([finding(2), finding(5)], LineChange(2, 2, 0))) == [2, 3]


def test_a_changed_line_loses_what_stood_on_it() -> None:
    assert lines(moved([finding(2), finding(3), finding(4)], LineChange(2, 1, 1))) == [2, 4]
    assert moved([finding(2, end=5)], LineChange(3, 0, 1)) == []


def test_a_change_of_nothing_changes_nothing() -> None:
    found = [finding(1), finding(2, 1)]
    assert moved(found, LineChange(1, 0, 0)) == found


def test_related_places_move_or_go_on_their_own() -> None:
    (one,) = moved([finding(2, 1, 4, 9)], LineChange(3, 1, 2))
    assert [place.line for place in one.related] == [1, 10]


def test_only_what_stands_in_a_broken_document_stays_and_without_its_fix() -> None:
    fixable = finding(3)._replace(fix=Fix(True, "m", ()))
    assert still([finding(1), fixable, finding(9)], [(2, 5)], []) == [finding(3)]
    assert still([finding(4, end=6)], [(2, 5)], []) == []


def test_what_is_found_anew_is_not_said_twice() -> None:
    assert still([finding(3)], [(2, 5)], [finding(3)]) == []
