"""Marks in templates: they change nothing that is written, and are only at the ends of lines."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.template.questions import PIECES
from joblint.manifests.template.lex import TEXT, tokens
from joblint.manifests.template.marks import MARK, mark, unmarked
from joblint.manifests.template.parse import BLOCK, DEFINE, Control, parse, walk
from joblint.manifests.template.render import write
from joblint.manifests.template.variants import Template
from joblint.manifests.yaml.tree import Problem
from tests.manifests.template.test_parse import LINES
from tests.manifests.template.test_render import EXECUTED, truth


def shown(text: str) -> str:
    """A template with `@` for each mark."""
    return MARK.sub("@", mark(text, 7).text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\n", "a: 1@\nb: 2@\n"),
        ("a: 1\r\nb: 2", "a: 1@\r\nb: 2"),
        ("a: {{ .x }}\n", "a: {{ .x }}@\n"),
        ("\n  \na: 1\n\n", "\n  \na: 1@\n\n"),
        ("---\na: 1\n--- # x\n...\n", "---\na: 1@\n--- # x\n...\n"),
        # What `{{-` removes is a line end if another one follows.
        ("a:\n  {{- toYaml .x | nindent 2 }}\nb: 1\n", "a:@\n  {{- toYaml .x | nindent 2 }}@\nb: 1@\n"),
        ("a:\n  {{- toYaml .x }}\nb: 1\n", "a:\n  {{- toYaml .x }}@\nb: 1@\n"),
        ("a: 1\n{{- if .x }}\nb: 1\n{{- end }}\n", "a: 1@\n{{- if .x }}\nb: 1@\n{{- end }}\n"),
        ("a: 1\n{{- if .x }} # no{{ end }}\n", "a: 1\n{{- if .x }} # no{{ end }}@\n"),
        ("a\n{{- if .x }}\nb: 1\n{{- else }}: 2{{ end }}\n", "a\n{{- if .x }}@\nb: 1@\n{{- else }}: 2{{ end }}@\n"),
        ("{{- range .x }}\n- {{ . }}\n{{- end }}\n", "{{- range .x }}\n- {{ . }}@\n{{- end }}\n"),
        ("{{- range .x }}- {{ . }}\n{{- end }}\n", "{{- range .x }}- {{ . }}\n{{- end }}@\n"),
        ("a: 1\n{{- $y := .x }}\nb: 1\n", "a: 1@\n{{- $y := .x }}\nb: 1@\n"),
        ("a: 1\n{{- /* no */}}\nb: 1\n", "a: 1@\n{{- /* no */}}\nb: 1@\n"),
        # White space after `-}}` is removed, so that a mark in it would keep it.
        ("{{ .x -}}\n  a: 1\n", "{{ .x -}}\n  a: 1@\n"),
        ("{{ .x -}}\n{{- .y }}\n", "{{ .x -}}\n{{- .y }}@\n"),
        ('{{- include "a" . | nindent 2 }}\n{{- include "b" . | nindent 2 }}\n',
         '{{- include "a" . | nindent 2 }}@\n{{- include "b" . | nindent 2 }}@\n'),
        # Not inside of actions, and not in what other templates insert.
        ("a: {{ `b\nc` }}\n", "a: {{ `b\nc` }}@\n"),
        ("a: {{ .x\n | quote }}\n", "a: {{ .x\n | quote }}@\n"),
        ('{{ define "x" }}\na: 1\n{{ end }}\nb: 1\n', '{{ define "x" }}\na: 1\n{{ end }}\nb: 1@\n'),
        ('{{ block "x" . }}\na: 1\n{{ end }}\nb: 1\n', '{{ block "x" . }}\na: 1\n{{ end }}\nb: 1@\n'),
        ("\ue010\na: 1\n", "\ue010\na: 1\n"),
    ],
)  # fmt: skip
def test_places(text: str, expected: str) -> None:
    assert shown(text) == expected


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_only_the_ends_of_written_lines_are_marked(text: str) -> None:
    try:
        made = mark(text, 7)
    except Problem:
        return
    assert MARK.sub("", made.text) == text
    texts = [(token.start, token.end) for token in tokens(text) if token.kind == TEXT]
    bodies = [node for node in walk(parse(text)) if isinstance(node, Control) and node.kind in (DEFINE, BLOCK)]
    last = 0
    for spot in made.spots:
        assert last <= spot.start <= spot.end
        last = spot.end
        (place,) = (one for one in texts if one[0] <= spot.end < one[1])
        assert re.match(r"\s*\n", text[spot.end : place[1]])
        assert not any(body.branches[0].head.start <= spot.end < body.end.end for body in bodies)


@pytest.mark.parametrize("part", range(4))
def test_marks_change_nothing_that_is_written(part: int) -> None:
    """Each template is executed as joblint does it, which is held against Go (test_render.py)."""
    marked = 0
    for line in EXECUTED[part::4]:
        plain, made = written(line["text"], line), written(mark(line["text"], 7).text, line)
        assert MARK.sub("", made) == plain
        marked += len(MARK.findall(made))
    assert marked > 100


def written(text: str, line: dict[str, dict[str, object]]) -> str:
    """What a template writes with some values, with holes."""
    template, known = Template(text, parse(text)), truth(line["values"])
    return "".join(piece.text for piece in write(text, template.nodes, lambda one: template.chosen(one, known)))


def test_whatever_go_reads_can_be_marked() -> None:
    number = 0
    for line in LINES:
        if "error" not in line:
            number += len(mark(line["text"], 7).spots)
    assert number > 1000


def test_a_line_without_marks() -> None:
    first, second = mark("a: 1\nb: 2\n", 7).text.splitlines()
    assert unmarked(first) == ("a: 1", (7, 0))
    assert unmarked(f"{first}{second}") == ("a: 1b: 2", (7, 0))
    assert unmarked(first.lstrip("a: 1")) == ("", (7, 0))
    assert unmarked("a: 1 # x") == ("a: 1 # x", None)


def test_nested_ranges_end() -> None:
    depth = 150
    assert len(mark("{{ range .x }}\na\n" * depth + "{{ end }}" * depth, 7).spots) == depth
    assert len(mark("{{- range .x }}\na\n" * depth + "{{- end }}b" * depth, 7).spots) == depth - 1
