"""Where a scalar's characters stand in the document, for every style: held against libyaml by searching for marks."""

import json

import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st

from joblint.checks.reading.content import Content
from joblint.manifests.yaml.parse import parse
from joblint.manifests.yaml.tree import Alias, Mapping, Node, Problem, Scalar, Sequence

MARK = "JOB_COMPLETION_INDEX"


def scalars(node: Node | None) -> list[Scalar]:
    if isinstance(node, Scalar):
        return [node]
    if isinstance(node, Mapping):
        return [s for e in node.entries for part in (e.key, e.value) for s in scalars(part)]
    if isinstance(node, Sequence):
        return [s for item in node.items for s in scalars(item)]
    assert node is None or isinstance(node, Alias)
    return []


def hold(text: str) -> int:
    """Every scalar of a document has an exact map, and each letter stands where the map says. How many there were."""
    try:
        found = scalars(parse(text))
    except Problem:
        return 0
    for scalar in found:
        content = Content(text, scalar)
        blank = scalar.style in ("|", ">") and not scalar.text.strip(" \r\n\x85\u2028\u2029")
        assert content.exact or blank, (text, scalar.text)
        if not content.exact:
            continue
        before = scalar.start
        for at, sign in enumerate(scalar.text):
            start, end = content.span(at, at + 1)
            assert before <= start < end <= scalar.end
            before = end
            assert text[start:end] == sign or text[start] == "\\" or sign in " '\n\u2028\u2029", (text, at)
        assert content.span(0, len(scalar.text))[1] <= scalar.end
    return len(found)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("a: x $JOB_COMPLETION_INDEX\n", 6),
        ("a: x\n   y\n\n   $JOB_COMPLETION_INDEX\n", 15),
        ("a: 'it''s $JOB_COMPLETION_INDEX'\n", 11),
        ("a: 'x\n\n  y ''$JOB_COMPLETION_INDEX'\n", 14),
        ('a: "\\tx \\u00e9\\n$JOB_COMPLETION_INDEX"\n', 17),
        ('a: "x\\\n   $JOB_COMPLETION_INDEX"\n', 11),
        ('["\\x24", "\\\n\n   $JOB_COMPLETION_INDEX"]\n', 17),
        ("a: |\n  x\n    $JOB_COMPLETION_INDEX\n", 14),
        ("a: |-\r\n  x\r\n\r\n  $JOB_COMPLETION_INDEX\r\n", 17),
        ("a: |2 # comment\n    x\n\n  $JOB_COMPLETION_INDEX\n", 26),
        ("a: >\n  x\n  y\n\n    more\n  $JOB_COMPLETION_INDEX\n", 26),
        ("a: >+\n\n\n  x\n  $JOB_COMPLETION_INDEX\n\n\n", 15),
        ("- &anchor !!str |\n  $JOB_COMPLETION_INDEX\n- *anchor\n", 21),
        ("- !!str # comment\n  '$JOB_COMPLETION_INDEX'\n", 22),
        ("é: {b: [x, é $JOB_COMPLETION_INDEX]}\n", 14),
    ],
)
def test_a_word_is_found_where_it_stands(text: str, offset: int) -> None:
    assert hold(text)
    scalar = next(s for s in scalars(parse(text)) if MARK in s.text)
    at = scalar.text.index(MARK)
    assert text.index(MARK) == offset
    assert Content(text, scalar).span(at, at + len(MARK)) == (offset, offset + len(MARK))


def test_where_no_map_can_be_made_the_whole_scalar_is_the_place() -> None:
    text = "a: !!binary SGVsbG8=\n"
    scalar = scalars(parse(text))[1]
    wrong = Scalar(scalar.start, scalar.end, "Hello", "Hello", "")
    assert Content(text, wrong).span(1, 2) == (3, 20)


LINES = st.lists(st.text("ab:#-'\"\\ \t$é\u2028", max_size=8), max_size=6)
HEADERS = st.sampled_from(["|", ">", "|-", ">-", "|+", ">+", "|2", ">1", ">2-", "| # c", "&x |", "!!str >"])
ENDS = st.sampled_from(["\n", "\r\n", "\r", "\x85"])


@given(HEADERS, LINES, st.integers(1, 4), ENDS)
@example(">", ["", "  a", "b", "b", "", "\ta"], 2, "\n")
def test_block_scalars(header: str, lines: list[str], indent: int, end: str) -> None:
    body = end.join(" " * indent + line for line in lines)
    hold(f"k:{end}- {header}{end}{body}{end}- b")


@given(st.text("ab \t\n\r\x85\u2028'", max_size=30), st.sampled_from(["[1, {}]", "- {}\n- c", "k: {}"]))
def test_single_quoted(inner: str, around: str) -> None:
    hold(around.replace("{}", "'" + inner.replace("'", "''") + "'"))


@given(st.text('ab \t\n\r\x85\u2028"\\nxu0123 tN_LPe', max_size=40), st.sampled_from(["[1, {}]", "- {}\n- c", "k: {}"]))
def test_double_quoted(inner: str, around: str) -> None:
    hold(around.replace("{}", f'"{inner}"'))


@given(LINES, ENDS, st.sampled_from(["[1, {}]", "- {}\n- c", "k: {}"]))
def test_plain(lines: list[str], end: str, around: str) -> None:
    hold(around.replace("{}", (end + "   ").join(lines)))


@given(st.text(max_size=60), st.sampled_from([None, "'", '"', "|", ">"]), st.integers(20, 200))
def test_what_other_tools_write(content: str, style: str | None, width: int) -> None:
    assume("\x00" not in content and (content.isprintable() or "\n" in content))
    text = yaml.dump({"k": [content]}, default_style=style, width=width, allow_unicode=True)
    hold(text)


@given(st.text('abcé"\\/\b\f\n\r\t \u2028', max_size=40))
def test_json(content: str) -> None:
    text = json.dumps({"k": [content]}, ensure_ascii=False)
    assert hold(text) == 2
