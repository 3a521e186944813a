"""The machine finds what Python finds where Python can be asked, and needs no more than a few steps a character."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.own.regex import compile_
from joblint.own.tagged import begin

_ATOMS = (
    "a",
    "b",
    "[ab]",
    "[^a]",
    ".",
    "(a|b)",
    "(ab|a)",
    "a|b",
    "^",
    "$",
    r"\b",
    r"\d",
    r"\w",
    "(a|ab)(c|bcd)",
    "(?:ba)",
)
_TIMES = ("", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{0,2}?")
_PATTERNS = st.lists(st.tuples(st.sampled_from(_ATOMS), st.sampled_from(_TIMES)).map("".join), max_size=4).map("".join)


@given(_PATTERNS, st.text("abc1 ", max_size=9))
def test_the_first_match_is_python_s(pattern: str, text: str) -> None:
    try:
        expected = re.search(pattern, text)
    except re.error:
        return
    begin()
    assert next(compile_(pattern).spans(text), None) == (expected and expected.span())


def test_matches_do_not_overlap() -> None:
    begin()
    assert list(compile_("a+").spans("aa b aaa")) == [(0, 2), (5, 8)]


def test_what_takes_others_for_ever() -> None:
    begin()
    assert list(compile_("(a+)+$b").spans("a" * 5000)) == []


@pytest.mark.parametrize("pattern", ["(", r"(a)\1", "(?=a)", "a{2000}", "((a{100}){100}){100}", "(?i:a)", "(?:){1001}"])
def test_what_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="a regular expression"):
        compile_(pattern)
