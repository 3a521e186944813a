"""A finding is known again after its file was changed elsewhere."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import joblint
from joblint.manifests.source import Source
from joblint.report.fingerprint import Key, fingerprint, keys, text, unnumbered
from joblint.rule.finding import Finding, Object
from tests.support import BAD, GOOD

TWICE = BAD.replace("paralelism: 2", "paralelism: 2\n  completons: 3")


def of(content: str, path: str = "job.yaml") -> list[Key]:
    """The keys of what joblint finds in a text."""
    return keys(joblint.lint(content, path=path), {path: Source(path, content)})


def found(line: int = 1, column: int = 1, **more: Any) -> Finding:
    return Finding("a-rule", "rejected", "error", "wrong", "a.yaml", line, column, line, column + 3)._replace(**more)


def test_key_of_a_finding() -> None:
    assert of(BAD) == [Key("job.yaml", "unknown-field", "Job", "", "hello", "spec.paralelism", "paralelism: 2", 0)]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param("# a comment\n\n" + BAD, id="lines above"),
        pytest.param(BAD.replace("paralelism: 2", "paralelism:   2   # why"), id="spaces, a comment"),
        pytest.param(GOOD.replace("hello", "other") + "---\n" + BAD, id="an object before it"),
        pytest.param(BAD.replace("\n", "\r\n"), id="line endings"),
        pytest.param("\ufeff" + BAD, id="byte order mark"),
        pytest.param(BAD.replace("image: busybox:1.36", "image: busybox:1.37"), id="another field"),
        pytest.param(BAD.replace("batch/v1", "batch/v1 "), id="the version's spelling"),
    ],
)
def test_same_after_a_change_elsewhere(changed: str) -> None:
    assert of(changed) == of(BAD)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(BAD.replace("paralelism: 2", "paralelism: 3"), id="the line"),
        pytest.param(BAD.replace("name: hello\nspec", "name: other\nspec"), id="the object's name"),
        pytest.param(BAD.replace("name: hello\nspec", "name: hello\n  namespace: jobs\nspec"), id="namespace"),
    ],
)
def test_another_after_a_change_of(changed: str) -> None:
    assert len(of(changed)) == 1
    assert {fingerprint(key) for key in of(changed)}.isdisjoint(fingerprint(key) for key in of(BAD))


def test_path_may_be_replaced() -> None:
    moved = [key._replace(path="job.yaml") for key in of(BAD, "old.yaml")]
    assert moved == of(BAD)
    assert keys([found(path="./a.yaml")], {}, lambda path: path.removeprefix("./"))[0].path == "a.yaml"


def test_equal_ones_are_counted() -> None:
    source = Source("a.yaml", "x: 1\nx: 1\ny: 1\n")
    one = keys([found(1), found(2), found(3)], {"a.yaml": source})
    assert [(key.text, key.nth) for key in one] == [("x: 1", 0), ("x: 1", 1), ("y: 1", 0)]
    assert len({fingerprint(key) for key in one}) == 3


def test_renumbered_items_are_the_same() -> None:
    about = Object("batch/v1", "Job", "", "a", 0)
    first, second = (found(object=about, field=f"spec.containers[{i}].image") for i in (0, 12))
    assert keys([first], {}) == keys([second], {})
    assert unnumbered("spec.containers[3].env[0].name") == "spec.containers[].env[].name"
    assert unnumbered("metadata.labels[job-name]") == "metadata.labels[job-name]"


def test_of_a_long_line_only_what_is_pointed_at_counts() -> None:
    """JSON on a single line: a change of another field is none of this one."""
    line = '{"abc":1,' + '"x":2,' * 100 + "}"
    assert text(found(1, 3), Source("a.json", line)) == "abc"
    wide = found(1, 1, end_column=600)
    assert text(wide, Source("a.json", line)) == line[:200]


def test_where_there_is_no_line() -> None:
    assert text(found(9), Source("a.yaml", "x: 1\n")) == ""
    assert text(found(), None) == ""
    assert text(found(2), Source("a.yaml", "x: 1\n")) == ""
    assert text(found(), Source("a.yaml", "# joblint: ignore\n")) == "# joblint: ignore"


def test_fingerprints_do_not_change() -> None:
    """They stand in people's baselines: VERSION counts up when this has to change."""
    assert [fingerprint(key) for key in of(TWICE)] == [
        "6e3d1eff826e8bb316d0af0b56cc160e",
        "a37e9ce4cb2977c275e9ffcd45dad692",
    ]


@given(st.lists(st.text(), min_size=7, max_size=7), st.lists(st.text(), min_size=7, max_size=7))
def test_other_keys_have_other_fingerprints(one: list[str], other: list[str]) -> None:
    first, second = (Key._make([*texts, 0]) for texts in (one, other))
    assert (fingerprint(first) == fingerprint(second)) == (first == second)
