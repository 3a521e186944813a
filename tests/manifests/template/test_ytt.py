"""ytt templates: tokens, the structure, what is written under each condition, and which files are templates."""

import pytest
from hypothesis import given, settings
from hypothesis.strategies import lists, sampled_from

from joblint.manifests.template.lex import COMMENT
from joblint.manifests.template.ytt import DIALECT, action_at, is_template, parse
from joblint.manifests.yaml.tree import Problem
from joblint.project.charts import language_in_tree
from tests.manifests.template.reading import check_any, written

PIECES = (
    "#@ if a:\n", "#@ end\n", "#@ else:\n", "#@ if/end a:\n", "#@ for a in b:\n", "a: #@ b\n", "  - #@ c\n",
    "_: #@ d\n", "#@ def e():\n", "\n", "  ", "- ", "a: |\n", "    text\n", "---\n", "#! f\n", "#@schema/g\n", "'", '"',
    "#", "(@= h @)", "#@yaml/text-templated-strings\n", "#@ for/end a in b:\n", "\r\n",
)  # fmt: skip


@given(lists(sampled_from(PIECES), max_size=20).map("".join))
@settings(deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    check_any(DIALECT, text)


@pytest.mark.parametrize(
    ("text", "truth", "expected"),
    [
        ("a: #@ x\nb: 1\n", {}, "a: *\nb: 1\n"),
        ("- #@ x\n", {}, "- *\n"),
        ("a: 'it is # no comment #@ x'\n", {}, "a: 'it is # no comment #@ x'\n"),
        ("a: it's #@ x\n", {}, "a: it's \n"),
        ("a: b # c #@ d\n", {}, "a: b # c #@ d\n"),
        ("#! a\nb: 1 #! c\n", {}, "b: 1 \n"),
        ("#@ load('a', 'b')\n#@ c = 1\nd: 1\n", {}, "d: 1\n"),
        ("#@data/values\n---\na: 1 #@schema/b\n", {}, "---\na: 1 \n"),
        ("#@ if a:\nb: 1\n#@ else:\nc: 1\n#@ end\n", {"a": True}, "b: 1\n"),
        ("  #@ if a:\nb: 1\n    #@ elif c:\nd: 1\n#@ end\n", {"c": True}, "d: 1\n"),
        ("#@ if/end a:\nb:\n- 1\n\nc: 1\n", {"a": False}, "c: 1\n"),
        ("#@ if/end a:\nb:\n- 1\n#! d\n\nc: 1\n", {"a": True}, "b:\n- 1\nc: 1\n"),
        ("a:\n#@ if/end b:\n- c:\n    d\n- e\n", {"b": False}, "a:\n- e\n"),
        ("a:\n#@ if/end b:\n- c:\n    d", {"b": False}, "a:\n"),
        ("a:\n#@ for b in c:\n- #@ b\n#@ end\n", {"c": True}, "a:\n- *\n- +\n"),
        ("#@ def a():\nb: 1\n#@ end\nc: 1\n", {}, "c: 1\n"),
        ("_: #@ template.replace(a())\nb: 1\n", {}, "+: *\nb: 1\n"),
        ("a:\n  \"_\": #@ template.replace(a())\n", {}, "a:\n  +: *\n"),
        ("a: |\n  #@ if b:\n  #! c\nd: 1\n", {}, "a: |\n  #@ if b:\n  #! c\nd: 1\n"),
        ("#@yaml/text-templated-strings\na: b-(@= c @)-d\n", {}, "a: b-*-d\n"),
        ("a: b-(@= c @)-d\n", {}, "a: b-(@= c @)-d\n"),
    ],
)  # fmt: skip
def test_what_is_written(text: str, truth: dict[str, bool], expected: str) -> None:
    found = [line for line in written(DIALECT, text, truth, "*").replace("*: *", "+: *").split("\n") if line.strip()]
    assert found == [line for line in expected.split("\n") if line]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#@ if a:\n", "this `if` has no end"),
        ("#@ if a\n#@ end\n", "`if` must end with a colon"),
        ("#@ end\n", "no block is open before this end"),
        ("#@ else:\n", "this branch is not allowed here"),
        ("#@ def/end a():\nb: 1\n", "`def/end` is not understood"),
        ("--- #@ a()\n", "a document that is inserted as a whole is not understood"),
        ("a: #@ if b:\n", "a control structure on the line of a node is not understood"),
        ("#@overlay/match by=a\n---\na: 1\n", "an overlay is a patch of what other files write"),
        ("#@yaml/text-templated-strings\na: (@ if b: @)\n", "a text with code in it is not understood"),
        ("#@ if a:\n" * 300, "control structures are nested more than 200 levels deep"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(Problem) as caught:
        parse(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('#@ load("@ytt:data", "data")\n', True),
        ("a: #@ data.values.b\n", True),
        ("  #@ if a:\n", True),
        ("#@ for/end a in b: \r\n", True),
        ("#@ def a():\n", True),
        ("a: #@ b\n", False),
        ("#@ if you like\n", False),
        ("#@param a\n", False),
        ("# @ load(a)\n", False),
    ],
)
def test_only_what_is_unmistakably_a_template(text: str, expected: bool) -> None:
    assert is_template(text) is expected
    assert language_in_tree("a/b.yaml", text) == ("ytt" if expected else "yaml")
    assert language_in_tree("a/b.ytt.yml", text.encode()) == ("ytt" if "#@" in text else "yaml")
    assert language_in_tree("a/b.md", text) == "markdown"


def test_the_action_at_a_place() -> None:
    text = "a: #@ b\n#! c\n(@= d @)"
    found = [action_at(text, at) for at in (3, 8, 13)]
    assert [one.inside(text) for one in found] == ["b", "c", "d"]
    assert found[1].kind == COMMENT
    with pytest.raises(Problem):
        action_at("(@= a", 0)
