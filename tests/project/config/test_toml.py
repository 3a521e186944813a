"""TOML as nodes: the same values as Python's own reader, each where it stands."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.manifests.yaml.tree import Mapping, Node, Problem, Scalar, Sequence
from joblint.project.config.toml import MAX_DEPTH, parse


def plain(node: Node) -> Any:
    """The values of nodes; of dates their text."""
    if isinstance(node, Mapping):
        return {entry.name: plain(entry.value) for entry in node.entries}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.value


EVERYTHING = '''\
# a comment
title = "TOML \\u00e9 # no comment"
"quoted \\t key" = 'a\\b'
a . "b" . 'c' = 1_000
empty = ""
day = 1979-05-27 07:32:00
local = 1979-05-27
many = """
one "two" \\
   three""""
literal = \'\'\'it's
''two\'\'\'\'\'
numbers = [ 0x1F, -1.5e3, +inf,   # why
  true, [ ], [ "]", '#' ], ]
point = { x = 1, y.z = "}" }

[ tool . joblint ]
select = ["a"]
[tool.joblint.severity]
b = "off"
[[list]]
n = 1
[list.inner]
m = 2
[[list]]
n = 2
'''

PIECES = (
    "a", "b = ", "a.b = ", '"a" = ', "[a]\n", "[[a]]\n", "[a.b]\n", "{", "}", "[", "]", ",", "1", "1.5", "true", "''",
    '"', '"x"', "'#'", '"""', "'''x'''", '"""x"y\n"""', "#", "\n", "\r\n", " ", "\\", ".", "=", "{a = 1}", "[1, 2,]",
)  # fmt: skip


class TestValues:
    def test_everything(self) -> None:
        found, read = parse(EVERYTHING), tomllib.loads(EVERYTHING)
        assert found is not None
        for name in ("day", "local"):
            read[name] = None
        assert plain(found) == read
        assert parse(EVERYTHING.replace("\n", "\r\n")) is not None

    def test_table(self) -> None:
        assert plain(parse(EVERYTHING, "tool", "joblint") or Node(0, 0)) == {"select": ["a"], "severity": {"b": "off"}}
        assert parse(EVERYTHING, "tool", "other") is None
        assert parse(EVERYTHING, "title", "other") is None
        assert parse("") is not None

    def test_places(self) -> None:
        text = 'a.b = ["x", 1.30]\n[[t]]\nc = {d = true}\n'
        root = parse(text)
        assert root is not None
        seen = [text[node.start : node.end] for node in _scalars(root)]
        assert seen == ["a", "b", '"x"', "1.30", "t", "c", "d", "true"]

    @given(
        st.recursive(
            st.none().map(lambda _: 0) | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=8),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
            max_leaves=12,
        ).filter(lambda value: isinstance(value, dict)),
        st.randoms(use_true_random=False),
    )
    def test_as_tomllib(self, value: dict[str, Any], chance: Any) -> None:
        text = "".join(
            f"{_key(name)} ={' ' * chance.randrange(3)}{_toml(inner)} # x\n" for name, inner in value.items()
        )
        found = parse(text)
        assert found is not None
        assert plain(found) == tomllib.loads(text) == value

    @given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
    def test_any_text(self, text: str) -> None:
        try:
            read = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            with pytest.raises(Problem):
                parse(text)
            return
        found = parse(text)
        assert found is not None
        assert plain(found) == read


def _scalars(node: Node) -> list[Scalar]:
    if isinstance(node, Mapping):
        return [one for e in node.entries for one in (*_scalars(e.key), *_scalars(e.value))]
    if isinstance(node, Sequence):
        return [one for item in node.items for one in _scalars(item)]
    assert isinstance(node, Scalar)
    return [node]


def _string(text: str) -> str:
    return '"' + "".join(c if c.isalnum() and c.isascii() else f"\\U{ord(c):08x}" for c in text) + '"'


def _key(text: str) -> str:
    return text if text.isalnum() and text.isascii() else _string(text)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(name)} = {_toml(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[\n" + ",# a ]\n".join(map(_toml, value)) + "]"
    return _string(value) if isinstance(value, str) else str(value).lower()


class TestProblems:
    @pytest.mark.parametrize(
        ("text", "offset"),
        [
            ("a = \n", 4),
            ("a = 1\nb = [1,\n", 14),
            ("a = 1\r\nb == 2\r\n", 10),
            ("a = 1\na = 2\n", 11),
            ('a = "x\n', 6),
            ("[a\n", 2),
            ("x = " + "[" * (MAX_DEPTH + 1), 4 + MAX_DEPTH),
            (".".join("a" * (MAX_DEPTH + 1)) + " = 1", 2 * MAX_DEPTH),
        ],
    )
    def test_place(self, text: str, offset: int) -> None:
        with pytest.raises(Problem) as raised:
            parse(text)
        assert raised.value.offset == offset

    @pytest.mark.parametrize(
        "unit", ["[", "{a=", "a.", '"\\"', "'''", '"""', "[[a]]\n", "[a.", "x={y=[", "#", " ", "\r"]
    )
    def test_hostile(self, unit: str) -> None:
        """No text takes more than linear time; deep ones end at the limit."""
        if unit in ("[[a]]\n", "#", " "):
            assert parse(unit * 20_000) is not None
            return
        with pytest.raises(Problem):
            parse(unit * 20_000)
