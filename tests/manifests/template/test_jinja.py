"""Jinja templates: tokens as Jinja itself cuts them, the structure, and what is written under each condition."""

import pytest
from hypothesis import given, settings
from hypothesis.strategies import lists, sampled_from
from jinja2 import Environment, TemplateSyntaxError

from joblint.manifests.template.jinja import DIALECT, action_at, parse, read, tokens
from joblint.manifests.template.lex import COMMENT, TEXT
from joblint.manifests.template.variants import Template
from joblint.manifests.yaml.tree import Problem
from tests.manifests.template.reading import check_any, written

PIECES = (
    "{{", "}}", "{%", "%}", "{#", "#}", "-", "+", " ", "a", "'", '"', "\n", "{", "}", "(", ")", "[", "]",
    " if a ", " endif ", " raw ", " endraw ", "{% raw %}", "{% endraw %}", "{{ a }}", "{% if a %}", "{% endif %}", "#",
    "'}}'", "{'a': {}}",
)  # fmt: skip
_BEGINS = ("variable_begin", "block_begin", "comment_begin", "raw_begin")
_ENDS = ("variable_end", "block_end", "comment_end", "raw_end")


def of_jinja(text: str) -> list[tuple[str, str]]:
    """The tags of a text as Jinja cuts it: what each begins with, and what is inside. Raises TemplateSyntaxError."""
    found: list[tuple[str, str]] = []
    inside: str | None = None
    kind = ""
    for _, what, value in Environment().lex(text):
        if what in _BEGINS and not what.startswith("raw"):
            kind, inside = value[:2], ""
        elif what.startswith("raw"):
            found.append(("{%", "raw" if what == "raw_begin" else "endraw"))
        elif what in _ENDS:
            found.append((kind, (inside or "").strip()))
            inside = None
        elif inside is not None:
            inside += value
    if inside is not None or found.count(("{%", "raw")) != found.count(("{%", "endraw")):  # the parser would refuse it
        raise TemplateSyntaxError("not closed", 1)
    return found


@given(lists(sampled_from(PIECES), max_size=12).map("".join))
@settings(deadline=None, max_examples=500)
def test_tags_are_those_of_jinja(text: str) -> None:
    try:
        expected = of_jinja(text)
    except TemplateSyntaxError:
        return  # Jinja also refuses characters in expressions
    found = list(tokens(text))
    assert [
        (text[one.start : one.start + 2], one.inside(text).strip()) for one in found if one.kind != TEXT
    ] == expected
    assert "".join(text[one.start : one.end] for one in found) == text


@given(lists(sampled_from(PIECES), max_size=30).map("".join))
@settings(deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    check_any(DIALECT, text)


@pytest.mark.parametrize(
    ("text", "truth", "expected"),
    [
        ("a: {{ x }}\n", {}, "a: _\n"),
        ("a: {{ 'b' }}\n", {}, "a: b\n"),
        ('a: {{ "b" }}-{{ c }}\n', {}, "a: b-_\n"),
        ("a: {{ x | default('}}') }}\n", {}, "a: _\n"),
        ("a: {{ {'b': {}} }}\n", {}, "a: _\n"),
        ("a: {# {{ x }} #}b\n", {}, "a: b\n"),
        ("a: b {#- c -#} d\n", {}, "a: bd\n"),
        ("{# a #}\nb: 1\n", {}, "b: 1\n"),
        ("{% if a %}\nb: 1\n{% else %}\nc: 1\n{% endif %}\n", {"a": True}, "b: 1\n"),
        ("{% if a %}\nb: 1\n{% else %}\nc: 1\n{% endif %}\n", {"a": False}, "c: 1\n"),
        ("  {% if a %}\nb: 1\n  {% elif c %}\nd: 1\n\t{% endif %}\r\ne: 1\n", {"c": True}, "d: 1\ne: 1\n"),
        ("a: 1\n{%- if b %}\nc: 1\n{%- endif %}\nd: 1\n", {"b": True}, "a: 1\nc: 1\nd: 1\n"),
        ("{% if a -%}\n  b: 1\n{% endif %}\n", {"a": True}, "b: 1\n"),
        ("a: {% if b %}x{% else %}y{% endif %}\n", {"b": False}, "a: y\n"),
        ("{% set a = 1 %}{% if b %}{# c #}\nd: 1\n{% endif %}", {"b": True}, "d: 1\n"),
        ("{% set a %}\nb: 1\n{% endset %}\nc: 1\n", {}, "c: 1\n"),
        ("{% macro a() %}\nb: 1\n{% endmacro %}\nc: 1\n", {}, "c: 1\n"),
        ("{% raw %}\na: {{ b }}\n{% endraw %}\n", {}, "a: {{ b }}\n"),
        ("{% raw %}{% if a %}{% endraw %}: 1\n", {}, "{% if a %}: 1\n"),
        ("{% include 'a.yaml' %}\n", {}, "+: _\n"),
        ("a:\n  {{ b | to_nice_yaml | indent(2) }}\n", {}, "a:\n  _\n"),
        ("a:\n{% for b in c %}\n- {{ b }}\n{% endfor %}\n", {"c": True}, "a:\n- _\n- +\n"),
        ("a: [{% for b in c %}{{ b }}{% if not loop.last %}, {% endif %}{% endfor %}]\n", {"c": True}, "a: [_, _]\n"),
        ("{% with a = 1 %}\nb: 1\n{% endwith %}\n", {}, "b: 1\n"),
        ("{% filter indent(2) %}\nb: 1\n{% endfilter %}\n", {}, "+: _\n"),
        ("{% import 'a' as b %}\n{% do c %}\nd: 1\n", {}, "d: 1\n"),
    ],
)  # fmt: skip
def test_what_is_written(text: str, truth: dict[str, bool], expected: str) -> None:
    assert [line for line in written(DIALECT, text, truth).split("\n") if line.strip()] == expected.split("\n")[:-1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: {{ b", "the action `{{` is not closed"),
        ("{{ 'a }}", "is not closed"),
        ("{# a", "the comment `{#` is not closed"),
        ("{{ a) }}", "a bracket is closed that is not open"),
        ("{% raw %}a", "this `raw` has no `endraw`"),
        ("{% if %}{% endif %}", "`if` has no condition"),
        ("{% if a %}", "this `if` has no end"),
        ("{% endif %}", "the tag `endif` is not known, or not allowed here"),
        ("{% for a in b %}{% endif %}", "the tag `endif` is not known, or not allowed here"),
        ("{% else %}", "this branch is not allowed here"),
        ("{% if a %}{% else %}{% elif b %}{% endif %}", "this branch is not allowed here"),
        ("{% extends 'a' %}", "the tag `extends` is not known, or not allowed here"),
        ("{% 1 %}", "a tag must begin with its name"),
        ("#% if a %#\na: 1\n", "it also has tags between other marks than Jinja's own: `#%`"),
        ("{% if a %}" * 300, "control structures are nested more than 200 levels deep"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(Problem) as caught:
        parse(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("condition", "atoms", "true"),
    [
        ("a", ["a"], {"a"}),
        ("not a", ["a"], set()),
        ("a and not b", ["a", "b"], {"a"}),
        ("a or b and c", ["a", "b", "c"], {"b", "c"}),
        ("(a or b) and c", ["a", "b", "c"], {"a", "c"}),
        ("a is not defined", ["a is defined"], set()),
        ("a not in b", ["a in b"], set()),
        ("a == 'x'", ['a == "x"'], {'a == "x"'}),
        ("'x' != a", ['a == "x"'], set()),
        ("a | default(false)", ["a | default ( false )"], {"a | default ( false )"}),
        ("a[0] == 1 and (b)", ["a [ 0 ] == 1", "b"], {"a [ 0 ] == 1", "b"}),
        ("a if b else c", ["a if b else c"], {"a if b else c"}),
        ("(a", ["( a"], {"( a"}),
        ("true", [], set()),
        ("not loop.last", [], set()),
    ],
)
def test_conditions(condition: str, atoms: list[str], true: set[str]) -> None:
    formula = read(condition, "")
    assert list(formula.atoms()) == atoms
    assert formula.holds(dict.fromkeys(true, True))


def test_a_name_means_something_else_in_a_loop() -> None:
    one = "{% if a %}{% endif %}"
    text = one + "{% for a in b %}" + one + "{% if c %}{% endif %}{% endfor %}{% if c %}{% endif %}"
    assert list(Template(text, parse(text), dialect=DIALECT).atoms) == ["a", "b", "@21 a", "c"]


def test_a_name_that_is_set_again_may_mean_anything() -> None:
    one, other = "{% if a %}{% endif %}", "{% if b %}{% endif %}"
    text = one + "{% set a = 1 %}" + one + "{% set b = 1 %}" + other + other
    atoms = list(Template(text, parse(text), dialect=DIALECT).atoms)
    assert len(atoms) == 3
    assert "b" in atoms


def test_the_action_at_a_place() -> None:
    text = "a {{- b -}} {#- c -#}"
    action, comment = action_at(text, 2), action_at(text, 12)
    assert (action.inside(text), action.trims_before, action.trims_after) == ("b", True, True)
    assert (comment.kind, comment.inside(text), comment.end) == (COMMENT, "c", len(text))
