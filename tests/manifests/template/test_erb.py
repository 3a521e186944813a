"""ERB templates: tokens as Ruby's own compiler cuts them, the structure, and what is written under each condition."""

import pytest
from hypothesis import given, settings
from hypothesis.strategies import lists, sampled_from

from joblint.manifests.template.erb import DIALECT, action_at, parse, read
from joblint.manifests.template.lex import COMMENT
from joblint.manifests.template.variants import Template
from joblint.manifests.yaml.tree import Problem
from tests.manifests.template.reading import check_any, written

PIECES = (
    "<%", "%>", "<%=", "<%#", "<%-", "-%>", "<%%", "%%>", " ", "a", "'", '"', "\n", "{", "}", " if a ", " end ",
    "<%= a %>", "<% if a %>", "<% end %>", "<% a.each do |b| %>", "<% } %>", ";", "#", "case a", "when b",
)  # fmt: skip


@given(lists(sampled_from(PIECES), max_size=30).map("".join))
@settings(deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    check_any(DIALECT, text)


@pytest.mark.parametrize(
    ("text", "truth", "expected"),
    [
        ("a: <%= x %>\n", {}, "a: _\n"),
        ("a: <%= 'b' %>-<%= c -%>\nd", {}, "a: b-_d\n"),
        ("a: <%% b %>\n", {}, "a: <% b %>\n"),
        ("a: <%= x[%%>] %>\n", {}, "a: _\n"),
        ("a: <%# b %>c\n", {}, "a: c\n"),
        ("<%# a -%>\nb: 1\n", {}, "b: 1\n"),
        ("  <%- a = 1 -%>\nb: 1\n", {}, "b: 1\n"),
        ("<% if a %>\nb: 1\n<% else %>\nc: 1\n<% end %>\n", {"a": True}, "b: 1\n"),
        ("<% if a then %>\nb: 1\n<% else -%>\nc: 1\n<% end -%>\n", {"a": False}, "c: 1\n"),
        ("  <%- if a -%>\nb: 1\n  <%- elsif c -%>\nd: 1\n\t<%- end -%>\r\ne: 1\n", {"c": True}, "d: 1\ne: 1\n"),
        ("<% unless a %>\nb: 1\n<% end %>\n", {"a": False}, "b: 1\n"),
        ("<% a.each do |b| -%>\n- <%= b %>\n<% end -%>\n", {"a.each do | b |": True}, "- _\n- +\n"),
        ("<% a.each { |b| %>\n- <%= b %>\n<% } %>\n", {"a.each { | b |": True}, "- _\n- +\n"),
        ("<% x = 1; a.each do |b| -%>\n- <%= b %>\n<% end; y = 2 -%>\n", {}, ""),
        ("<% for b in a %>\n- <%= b %>\n<% end %>\n", {}, ""),
        ("<% case a %>\n<% when 'b' %>\nc: 1\n<% when :d %>\ne: 1\n<% else %>\nf: 1\n<% end %>\n", {}, "f: 1\n"),
        ("<% case a\n   when 'b' then c = 1\n   end %>\nd: 1\n", {}, "d: 1\n"),
        ("<% next if a %>\nb: 1\n", {}, "b: 1\n"),
        ("<% a = 'x if y do' # if z\n%>\nb: 1\n", {}, "b: 1\n"),
        ("<% if a then b = 1 end %>\nc: 1\n", {}, "c: 1\n"),
    ],
)  # fmt: skip
def test_what_is_written(text: str, truth: dict[str, bool], expected: str) -> None:
    found = [line for line in written(DIALECT, text, truth).split("\n") if line.strip()]
    assert found == [line for line in expected.split("\n") if line]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: <%= b", "the tag `<%` is not closed"),
        ("<% if a %>", "this `if` has no end"),
        ("<% end %>", "no block is open before this end"),
        ("<% if %><% end %>", "this statement has no condition"),
        ("<% else %>", "this branch is not allowed here"),
        ("<% a.each do |b| %><% else %><% end %>", "this branch is not allowed here"),
        ("<% begin %><% end %>", "this statement is not understood"),
        ("<% a = if b %><% end %>", "this statement is not understood"),
        ("<%= a.map do |b| %>", "a block in a tag that writes is not understood"),
        ("<% if a; if b; end %>", "several statements in a tag that open or end blocks are not understood"),
        ("<% if a %>" * 300, "control structures are nested more than 200 levels deep"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(Problem) as caught:
        parse(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("condition", "atoms", "true"),
    [
        ("@a", ["@a"], {"@a"}),
        ("!@a", ["@a"], set()),
        ("a && !b.nil?", ["a", "b.nil?"], {"a"}),
        ("a || b && c", ["a", "b", "c"], {"b", "c"}),
        ("a == 'x'", ['a == "x"'], {'a == "x"'}),
        ("a != :x", ["a == :x"], set()),
        ("!a == b", ["! a == b"], {"! a == b"}),
        ("!(a || b)", ["a", "b"], set()),
        ("not a", ["not a"], {"not a"}),
        ("a and b", ["a and b"], {"a and b"}),
        ("a ? b : c", ["a ? b : c"], {"a ? b : c"}),
        ("scope['a'] && b", ['scope [ \'a\' ]', "b"], {"scope [ 'a' ]", "b"}),
    ],
)  # fmt: skip
def test_conditions(condition: str, atoms: list[str], true: set[str]) -> None:
    formula = read(condition, "")
    assert list(formula.atoms()) == atoms
    assert formula.holds(dict.fromkeys(true, True))


def test_a_parameter_of_a_block_means_something_else() -> None:
    one = "<% if a %><% end %>"
    text = one + "<% b.each do |a| %>" + one + "<% if c %><% end %><% end %><% if c %><% end %>"
    assert list(Template(text, parse(text), dialect=DIALECT).atoms) == ["a", "b.each do | a |", "@19 a", "c"]


def test_only_one_value_of_a_case_is_so() -> None:
    text = "<% case a %><% when 'b' %>x: 1\n<% when 'c' %>y: 1\n<% end %>"
    template = Template(text, parse(text), dialect=DIALECT)
    shown = {template.variant(truth).text.strip() for truth in template.bases()}
    assert shown == {"", "x: 1", "y: 1"}


def test_a_variable_that_is_set_again_may_mean_anything() -> None:
    one = "<% if @a %><% end %>"
    text = one + "<% @a = 1 %>" + one
    assert len(Template(text, parse(text), dialect=DIALECT).atoms) == 2


def test_the_action_at_a_place() -> None:
    text = "a <%= b -%> <%# c -%>"
    action, comment = action_at(text, 2), action_at(text, 12)
    assert (action.inside(text), action.trims_before, action.trims_after) == ("b", False, True)
    assert (comment.kind, comment.inside(text), comment.end) == (COMMENT, "c", len(text))
