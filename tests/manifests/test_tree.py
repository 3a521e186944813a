"""YAML to nodes (joblint/manifests/yaml), held against Kubernetes' own reader and against PyYAML."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from joblint.manifests.yaml.parse import parse
from joblint.manifests.yaml.tree import (
    MAX_BYTES,
    Alias,
    Mapping,
    Node,
    Problem,
    Scalar,
    Sequence,
    json_size,
    merged,
    target,
)
from tests.support import plain

SCALARS = Path(__file__).parents[3] / "shared" / "conformance" / "cases" / "scalars"


def typed(value: Any) -> Any:
    """Values that tell `1` from `true`; a float that is whole is what JSON makes of it, a whole number."""
    if isinstance(value, dict):
        return {k: typed(v) for k, v in value.items()}
    if isinstance(value, list):
        return [typed(v) for v in value]
    if isinstance(value, float) or (isinstance(value, int) and abs(value) > 2**64):
        return ("int", float(value))
    return (type(value).__name__, value)


def lines(name: str) -> list[dict[str, Any]]:
    with gzip.open(SCALARS / name, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.mark.skipif(not SCALARS.exists(), reason="../shared is not there")
def test_scalars_are_those_of_kubernetes_reader() -> None:
    texts = {case["id"]: case["yaml"] for case in lines("cases.jsonl.gz")}
    differ, compared = [], 0
    for case in lines("json.jsonl.gz"):
        try:
            got = typed(plain(parse(texts[case["id"]])))
        except Problem:
            got = None
        made = case.get("json")
        want = typed(json.loads(made)) if made else None
        compared += 1
        if got != want:
            differ.append((case["id"], got, want))
    assert compared > 300
    assert differ == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("y", True), ("off", False), ("~", None), ("0755", 493), ("0o755", 493), ("1_000", 1000),
        ("12:30:45", "12:30:45"),
        ("08", 8.0), ("0x1F", 31), ("-0b11", -3), ("1e3", 1000.0), ("1e400", "1e400"), ("=", "="),
        ("2020-01-01", "2020-01-01"),
        ("18446744073709551615", 18446744073709551615), ("+18446744073709551615", 1.8446744073709552e19),
        (".5", 0.5), (".", "."), ("-", None), ("0_7", 7), ("0x", "0x"), ("!!str 5", "5"), ("!!float 5", 5.0),
        ("!x 5", "5"),
        ("'5'", "5"), ("!!binary aGk=", "hi"), ("True", True), ("tRue", "tRue"),
    ],
)  # fmt: skip
def test_scalar_values(text: str, value: Any) -> None:
    if text == "-":
        assert plain(parse("- ")) == [None]
        return
    assert typed(plain(parse(text))) == typed(value)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("a: .inf", 3), ("a: !!int x", 3), ("a: *b", 3), ("a: &a [*a]", 7), ("%YAML 1.2\n---\na: 1", 0), ("~: a", 0),
        ("? [a]\n: b", 2), ("a: {{ b }}", 4), ("a:\n\t- b", 3), ('a: "\\q"', 4), ('a: "\\/"', 3), ("a: \x01", 3),
        ("a: \ud800", 3), ("s: */5 * * * *", 3), ("<<: 5", 4), ("a: [x?]", 4), ("18446744073709551615: a", 0),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_where(text: str, offset: int) -> None:
    with pytest.raises(Problem) as caught:
        parse(text)
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a:\n\t- b", "tab"), ("schedule: */5 * * * *", "quotes"), ('a: "\\q"', "single quotes"),
        ("a: {{ b }}", "quote"),
        ("a: b\nkind: x\n  c: d", "indentation"), ("a: @daily", "quotes"),
    ],
)  # fmt: skip
def test_a_known_cause_has_a_hint(text: str, word: str) -> None:
    with pytest.raises(Problem) as caught:
        parse(text)
    assert word in f"{caught.value.message}: {caught.value.hint}"


def test_colons_before_a_bracket_are_text_as_for_kubernetes() -> None:
    assert plain(parse("{a: x:, b: [c:, 'd:']}")) == {"a": "x:", "b": ["c:", "d:"]}


def test_json_may_escape_slashes() -> None:
    assert plain(parse('{"a": "x\\/y"}')) == {"a": "x/y"}


def test_merge_keys_win_by_the_order_in_which_the_reader_sets_them() -> None:
    text = "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  a: 0\n  <<: [*x, *y]\n  c: 0\n"
    assert plain(parse(text))["z"] == {"a": 1, "b": 1, "c": 0}


def test_what_follows_the_end_is_not_read() -> None:
    assert plain(parse("a: 1\n...\n}{")) == {"a": 1}


def test_spans_of_every_kind_of_node() -> None:
    text = 'a: &n  [1, "two"]\nb:\n- c: |\n    x\n    y\n\n# end\nd: *n\n'
    root = parse(text)
    assert isinstance(root, Mapping)
    spans = {e.name: text[e.value.start : e.value.end] for e in root.entries}
    assert spans == {"a": '&n  [1, "two"]', "b": "- c: |\n    x\n    y\n\n", "d": "*n"}
    assert [text[e.key.start : e.key.end] for e in root.entries] == ["a", "b", "d"]
    alias = root.entries[2].value
    assert isinstance(alias, Alias)
    assert alias.target is root.entries[0].value


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 5_000, "\n".join(" " * i + "a:" for i in range(3_000))])
def test_depth_is_bounded(text: str) -> None:
    with pytest.raises(Problem, match="levels deep"):
        parse(text)


DEEP = 1_200  # more than libyaml 0.2.6 accepts: it stops at 1,000, and 0.2.5 at nothing


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("[" * DEEP, 500),
        ("[" * DEEP + "]" * DEEP, 500),
        ("{a: " * DEEP, 2_000),
        ('{"a":' * DEEP, 2_500),
        ("- " * DEEP + "x", 1_000),
        ("? " * DEEP + "x", 1_000),
        ("- " * 300 + "[" * DEEP, 800),
        ("\n".join(" " * i + "a:" for i in range(400)) + " " + "[" * DEEP, 81_100),
        ("é: 1\n😀: " + "[" * DEEP, 507),
        ("{a: x:, b: " + "[" * DEEP, 510),  # read twice, for the colon
        ("[" * 600 + '"\\q"', 500),  # the scanner sees what is wrong there before the parser sees the depth
    ],
)
def test_depth_is_bounded_at_the_same_place_with_every_libyaml(text: str, offset: int) -> None:
    with pytest.raises(Problem, match="nested more than 500 levels deep") as caught:
        parse(text)
    assert caught.value.offset == offset


@pytest.mark.parametrize("text", ["a: [1\n" + "[" * DEEP, "a: 1\nb: [}" + "[" * DEEP])
def test_what_is_wrong_before_the_depth_is_told_first(text: str) -> None:
    with pytest.raises(Problem, match="YAML expects"):
        parse(text)


@pytest.mark.parametrize("text", ["[" * 500 + "]" * 500, '{"a":' * 499 + "[1]" + "}" * 499, "- " * 500 + "x"])
def test_five_hundred_levels_are_read(text: str) -> None:
    assert parse(text) is not None


@pytest.mark.parametrize("text", ["[?]", "a: [? ]\nb: 1", "[?]: a", "[a, [?], b]", "[?][?]", "[? : a]"])
def test_an_empty_key_in_a_list_is_refused_at_its_sign(text: str) -> None:
    """libyaml 0.2.5 loses the bracket, and has another error further on."""
    with pytest.raises(Problem, match="`~` cannot be a key") as caught:
        parse(text)
    assert caught.value.offset == text.index("?") + 1


def test_brackets_in_a_text_that_is_wrong_are_no_depth() -> None:
    with pytest.raises(Problem, match=r"YAML expects|unexpected"):
        parse("a: [" + "[], " * 700 + "\n\nb: {x\n")


def test_alias_bombs_are_counted_not_expanded() -> None:
    text = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 60))
    root = parse(text)
    assert root is not None
    assert json_size(root) == MAX_BYTES + 1


def test_merge_bombs_are_counted() -> None:
    text = "a0: &a0 {x: 1}\n" + "".join(
        f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}]}}\n" for i in range(1, 60)
    )
    root = parse(text)
    assert isinstance(root, Mapping)
    last = target(root.entries[-1].value)
    assert isinstance(last, Mapping)
    with pytest.raises(Problem) as caught:
        list(merged(last))
    assert caught.value.oversize


def test_two_hundred_thousand_keys() -> None:
    root = parse("".join(f"k{i}: {i}\n" for i in range(200_000)))
    assert isinstance(root, Mapping)
    assert len(root.entries) == 200_000


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=20).filter(str.isprintable),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdef-_.", min_size=1, max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(VALUES, st.sampled_from([None, True, False]))
def test_json_values_come_back_from_any_style(value: Any, flow: bool | None) -> None:
    # Our own reader types more words than PyYAML (`y`, `0o7`), so text is quoted as JSON quotes it.
    whole = {"root": value}
    text = (
        json.dumps(whole)
        if flow is None
        else yaml.dump(whole, Dumper=Quoting, default_flow_style=flow, allow_unicode=True)
    )
    assert typed(plain(parse(text))) == typed(whole)


class Quoting(yaml.SafeDumper):
    """PyYAML's dumper, that quotes every text."""

    def represent_str(self, data: str) -> yaml.ScalarNode:
        """Any text in double quotes."""
        return self.represent_scalar("tag:yaml.org,2002:str", data, style='"')


Quoting.add_representer(str, Quoting.represent_str)


@given(VALUES)
def test_every_span_holds_its_node(value: Any) -> None:
    text = yaml.dump({"root": value}, Dumper=Quoting, allow_unicode=True)
    root = parse(text)
    assert root is not None
    stack: list[Node] = [root]
    while stack:
        node = stack.pop()
        assert 0 <= node.start <= node.end <= len(text)
        if isinstance(node, Scalar) and node.end > node.start:
            assert plain(parse(text[node.start : node.end])) == node.value
        children = (
            node.items
            if isinstance(node, Sequence)
            else [e.value for e in node.entries]
            if isinstance(node, Mapping)
            else []
        )
        for child in children:
            assert node.start <= child.start
            assert child.end <= max(node.end, child.start)
        stack.extend(children)


@given(st.text(alphabet=st.sampled_from("ab: -[]{}\"'|>&*!%@`#,?\n\t\\<~=0"), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        root = parse(text)
    except Problem as problem:
        offset = problem.offset
    else:
        offset = json_size(root) if root is not None else 0
        offset = min(offset, len(text))
    assert 0 <= offset <= len(text)
