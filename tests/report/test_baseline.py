"""Baselines: what is known, what is new, and the file's form."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.report.baseline import FORMAT, MARK, BaselineError, Entry, dump, entry, followed, load, new
from joblint.report.fingerprint import Key

ONE = Entry("a.yaml", "unknown-field", "Job", "", "hello", "spec.x", "x: 1")
TWO = ONE._replace(path="b.yaml", kind="", name="", field="")
texts = st.text(st.characters(exclude_categories=()) | st.sampled_from('\ud800\u2028\n\x7f"'), max_size=5)
entries = st.builds(Entry, texts.filter(bool), texts.filter(bool), texts, texts, texts, texts, texts)


def test_entry_of_a_key_is_all_but_the_number() -> None:
    key = Key("a.yaml", "unknown-field", "Job", "", "hello", "spec.x", "x: 1", 3)
    assert entry(key) == ONE


def test_text() -> None:
    assert dump([TWO, ONE, ONE]) == (
        '{\n  "joblint-baseline": 1,\n  "findings": [\n'
        '    {"path": "a.yaml", "rule": "unknown-field", "kind": "Job", "name": "hello", "field": "spec.x", '
        '"line": "x: 1", "count": 2},\n'
        '    {"path": "b.yaml", "rule": "unknown-field", "line": "x: 1"}\n'
        "  ]\n}\n"
    )


def test_empty() -> None:
    assert dump([]) == '{\n  "joblint-baseline": 1,\n  "findings": []\n}\n'
    assert load(dump([])) == {}


@given(st.lists(entries))
def test_what_is_written_is_read(listed: list[Entry]) -> None:
    text = dump(listed)
    assert sorted(load(text).elements()) == sorted(listed)
    assert load(text.encode().decode()) == load(text), "it can be encoded"
    assert len(text.split("\n")) == len(set(listed)) + (6 if listed else 5), "a line for each"
    assert dump(reversed(listed)) == text


@given(st.lists(st.sampled_from([ONE, TWO, ONE._replace(name="other")])), st.lists(st.sampled_from([ONE, TWO])))
def test_new_is_what_there_is_more_of(now: list[Entry], then: list[Entry]) -> None:
    found, left = new(now, load(dump(then)))
    for one in {*now, *then}:
        fresh = sum(is_new for other, is_new in zip(now, found, strict=True) if other == one)
        assert fresh == max(0, now.count(one) - then.count(one))
        assert left[one] == max(0, then.count(one) - now.count(one))


def test_the_first_of_equal_ones_are_the_known_ones() -> None:
    assert new([ONE, TWO, ONE, ONE], {ONE: 2, TWO: 1})[0] == [False, False, False, True]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: expecting value"),
        ('{"joblint-baseline": 1,\n<<<<<<< HEAD\n', "line 2: .* merge"),
        ("[" * 100_000, "not valid JSON"),
        ("1" * 100_000, "not valid JSON"),
        ("[]", MARK),
        ("{}", MARK),
        ('{"joblint-baseline": 2}', "its format is 2, but this version of joblint reads format 1"),
        ('{"joblint-baseline": 1}', "no list `findings`"),
        ('{"joblint-baseline": 1, "findings": {}}', "no list `findings`"),
        ('{"joblint-baseline": 1, "findings": [1]}', "finding 1 is not an object"),
        ('{"joblint-baseline": 1, "findings": [{"path": "a"}]}', "finding 1 has no `rule`"),
        ('{"joblint-baseline": 1, "findings": [{"rule": "a"}]}', "finding 1 has no `path`"),
        ('{"joblint-baseline": 1, "findings": [{"path": "a", "rule": 1}]}', "finding 1: `rule` is not a string"),
        ('{"joblint-baseline": 1, "findings": [{"path": "a", "rule": "b", "count": 0}]}', "finding 1: `count`"),
        ('{"joblint-baseline": 1, "findings": [{"path": "a", "rule": "b", "count": true}]}', "finding 1: `count`"),
    ],
)
def test_what_is_no_baseline(text: str, said: str) -> None:
    with pytest.raises(BaselineError, match=said):
        load(text)


@given(st.recursive(st.none() | st.booleans() | st.integers() | texts, st.lists))
def test_any_json_is_read_or_refused(findings: object) -> None:
    try:
        load(json.dumps({MARK: FORMAT, "findings": findings}))
    except BaselineError:
        return
    assert findings == []


def test_what_a_later_release_adds_to_an_entry_is_passed_over() -> None:
    assert load(dump([TWO]).replace('"path"', '"more": [1], "path"')) == {TWO: 1}


# -- files that were renamed

PATHS = ("a.yaml", "x/a.yaml", "b.yaml", "c.yaml")
SOME = st.builds(
    Entry,
    st.sampled_from(PATHS),
    st.sampled_from(["r", "s"]),
    st.just("Job"),
    st.just(""),
    st.sampled_from(["", "n", "m"]),
)


def apart(one: Entry) -> Entry:
    return one._replace(path="")


@given(st.lists(SOME, max_size=12), st.lists(SOME, max_size=12), st.sets(st.sampled_from(PATHS)))
def test_an_entry_pays_for_one_finding_and_only_if_its_file_is_gone(
    now: list[Entry], then: list[Entry], gone: set[str]
) -> None:
    now = [one for one in now if one.path not in gone]
    wanted, left = new(now, Counter(then))
    found, rest = followed(now, wanted, left, gone.__contains__, {one.path for one in then})
    assert all(before or not after for before, after in zip(wanted, found, strict=True)), (
        "nothing is new that was known"
    )
    hidden = [one for one, before, after in zip(now, wanted, found, strict=True) if before and not after]
    assert Counter(map(apart, hidden)) == Counter(map(apart, (left - rest).elements())), "each entry pays once"
    assert left - rest <= Counter({one: count for one, count in left.items() if one.path in gone})
    assert rest <= left
    assert all(one.name or one.path not in {other.path for other in then} for one in hidden)
    if not gone:
        assert (found, rest) == (wanted, left)


@given(
    st.lists(SOME, max_size=12),
    st.permutations(["p/1.yaml", "p/2.yaml", "p/3.yaml", "p/4.yaml"]),
    st.sets(st.sampled_from(PATHS)),
)
def test_files_that_are_only_renamed_have_nothing_new(then: list[Entry], names: list[str], stay: set[str]) -> None:
    renamed = {path: path if path in stay else name for path, name in zip(PATHS, names, strict=True)}
    now = sorted(one._replace(path=renamed[one.path]) for one in then)
    wanted, left = new(now, Counter(then))
    found, rest = followed(now, wanted, left, lambda path: path not in stay, {one.path for one in then})
    assert not any(found)
    assert rest == {}


def test_an_object_that_plainly_moved_is_nowhere_else() -> None:
    now = [ONE._replace(path="copy.yaml")]
    wanted, left = new(now, {ONE: 1})
    for homes, known in (([], True), (["copy.yaml"], True), (["x/a.yaml"], False)):
        found, _ = followed(now, wanted, left, lambda path: True, {"a.yaml"}, lambda path, name, homes=homes: homes)  # type: ignore[misc]
        assert found == [not known]


def test_half_of_an_object_has_to_move() -> None:
    then = [ONE._replace(field=f"f{number}") for number in range(4)]
    for many, known in ((1, False), (2, True), (4, True)):
        now = [one._replace(path="new.yaml") for one in then[:many]]
        wanted, left = new(now, Counter(then))
        found, rest = followed(now, wanted, left, lambda path: True, {"a.yaml"})
        assert found == [not known] * many
        assert rest.total() == 4 - many * known


def test_many_alike_are_bounded() -> None:
    """What is over the bound is reported as new."""
    then = Counter(ONE._replace(path=f"old/{number}.yaml") for number in range(400))
    now = [ONE._replace(path=f"new/{number:03}x.yaml") for number in range(400)]
    found, rest = followed(now, [True] * 400, then, lambda path: True, {one.path for one in then})
    assert 0 < sum(found) == rest.total() < 400
