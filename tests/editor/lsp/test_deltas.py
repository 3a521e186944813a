"""The edits that lead from one text to another."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from joblint.editor.lsp.deltas import edits
from joblint.engine.fix import apply
from joblint.rule.finding import Edit, Fix

TEXTS = st.lists(st.sampled_from(["a: 1", "b: 2", "  c: é", "😀", ""]), max_size=12).flatmap(
    lambda lines: st.sampled_from(["\n", "\r\n", "\r"]).map(lambda end: end.join(lines))
)


@given(TEXTS, TEXTS)
def test_they_lead_there(before: str, after: str) -> None:
    found = edits(before, after)
    assert apply(before, [Fix(True, "", tuple(found))]) == after
    assert all(one.end <= other.start for one, other in pairwise(found))
    for edit in found:
        for at in (edit.start, edit.end):
            assert before[at - 1 : at + 1] != "\r\n" or at == 0


def test_they_touch_as_little_as_can_be() -> None:
    assert edits("a: 1\nb: 2\n", "a: 1\nb: 3\n") == [Edit(8, 9, "3")]
    assert edits("a\r\nb\r\n", "a\r\nx\r\nb\r\n") == [Edit(3, 3, "x\r\n")]
    assert edits("same", "same") == []


def test_large_differences_are_one_edit() -> None:
    before, after = "a\n" * 3000, "b\n" * 3000
    assert edits(before, after) == [Edit(0, 6000, after)]
