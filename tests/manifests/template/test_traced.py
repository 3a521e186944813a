"""From lines of the output to what has written them in a template."""

import re

import pytest

from joblint.manifests.source import Source
from joblint.manifests.template.aligned import origins
from joblint.manifests.template.helpers import Helpers
from joblint.manifests.template.marks import mark
from joblint.manifests.template.traced import Template, Written

HEAD = "---\n# Source: a/templates/x.yaml\n"


def run(text: str, values: dict[str, str]) -> str:
    """What a template writes: each action is replaced by its value, after trimming."""
    for action, value in values.items():
        found = re.escape(action)
        before = r"\s*" if action.startswith("{{-") else ""
        after = r"\s*" if action.endswith("-}}") else ""
        text = re.sub(f"{before}{found}{after}", lambda _, value=value: value, text)  # type: ignore[misc]
    return HEAD + text


def traced(text: str, values: dict[str, str], other: dict[str, str] | None = None) -> dict[str, str]:
    """By line of the output: the text of the template that its first word comes from, with `~` if it is not exact.

    `other` are values that are different when the template is rendered with marks.
    """
    made = mark(text, 0)
    plain, marked = run(text, values), run(made.text, {**values, **(other or {})})
    written = Written(Template(Source("x.yaml", text), made.spots))
    found = {}
    for line, origin in zip(plain.split("\n"), origins(plain, marked), strict=True):
        if not line.strip() or line.startswith(("---", "# Source")):
            continue
        start = len(line) - len(line.lstrip())
        trace = None
        if origin is not None:
            trace = written.trace(origin, line, start, len(line.rstrip()))
        found[line.strip()] = (
            "-" if trace is None else ("" if trace.exact else "~") + text[trace.start : trace.end].replace("\n", "|")
        )
    return found


INSERT = "{{- toYaml .x | nindent 2 }}"


def test_literal_lines() -> None:
    assert traced("a: 1\n  b: 2\n", {}) == {"a: 1": "a: 1", "b: 2": "b: 2"}


def test_a_value() -> None:
    assert traced("a: {{ .x }}\n", {"{{ .x }}": "1"}) == {"a: 1": "~a: {{ .x }}"}
    assert traced('a: "x-{{ .x }}-y" # z\n', {"{{ .x }}": "1"}) == {'a: "x-1-y" # z': '~a: "x-{{ .x }}-y" # z'}


def test_inserted_lines() -> None:
    text = f"a:\n  {INSERT}\nb: 1\n"
    assert traced(text, {INSERT: "\n  c: 1\n  d: 2"}) == {
        "a:": "a:",
        "c: 1": f"~{INSERT}",
        "d: 2": f"~{INSERT}",
        "b: 1": "b: 1",
    }


def test_two_insertions() -> None:
    other = INSERT.replace(".x", ".y")
    assert traced(f"a:\n  {INSERT}\n  {other}\n", {INSERT: "\n  c: 1", other: "\n  d: 2"}) == {
        "a:": "a:",
        "c: 1": f"~{INSERT}",
        "d: 2": f"~{other}",
    }


def test_an_insertion_before_a_line() -> None:
    action = '{{ include "a" . -}}'
    assert traced(f"{action}\nb: 1\n", {action: "c: 1\n"}) == {"c: 1": f"~{action}", "b: 1": "b: 1"}


def test_a_line_in_pieces() -> None:
    text = "a: {{ .x }}\n{{- if .y }}-b{{ end }}\n"
    assert traced(text, {"{{ .x }}": "1", "{{- if .y }}": "", "{{ end }}": ""}) == {"a: 1-b": "~a: {{ .x }}"}
    assert traced("{{ if .y }}a: 1{{ end }}\n", {"{{ if .y }}": "", "{{ end }}": ""}) == {
        "a: 1": "~{{ if .y }}a: 1{{ end }}"
    }


def test_a_line_that_one_branch_ends() -> None:
    """Its end is a line end only if the branch is taken."""
    text = "a: {{ .x }}\n{{- if .y }}\nb: 1\n{{- else }}: 2{{ end }}\nc: 1\n"
    taken = traced(text, {"{{ .x }}": "1", "{{- if .y }}": "", "{{- else }}: 2{{ end }}": ""})
    assert taken == {"a: 1": "~a: {{ .x }}", "b: 1": "b: 1", "c: 1": "c: 1"}


def test_random_values_and_checksums() -> None:
    """A single line may be different; the others keep their places, and so does the line."""
    assert traced("a: {{ .x }}\nb: 1\n", {"{{ .x }}": "1"}, {"{{ .x }}": "2"}) == {
        "a: 1": "~a: {{ .x }}",
        "b: 1": "b: 1",
    }


def test_another_number_of_lines() -> None:
    assert traced("a: {{ .x }}\nb: 1\n", {"{{ .x }}": "1"}, {"{{ .x }}": "2\n  3"}) == {"a: 1": "-", "b: 1": "-"}


def test_other_documents_keep_their_places() -> None:
    one, two = f"{HEAD}a: 1\n", f"{HEAD}b: 1\n".replace("x.yaml", "y.yaml")
    plain = one + two
    marked = one.replace("a: 1", "a: 1 #\ue0100:0\ue011") + two.replace("b: 1", "b: 1\nc: 1 #\ue0101:0\ue011")
    found = origins(plain, marked)
    assert [line for line, origin in zip(plain.split("\n"), found, strict=True) if origin is not None] == ["a: 1"]


def test_blank_lines_around_a_document() -> None:
    """Helm removes blank lines, but not if they have a mark."""
    plain = f"{HEAD}a: 1\n"
    marked = f"{HEAD}#\ue0100:0\ue011\na: 1 #\ue0100:1\ue011\n"
    (found,) = (origin for origin in origins(plain, marked) if origin is not None)
    assert (found.template, found.spot, found.marked) == (0, 1, True)


def test_blanks_after_a_mark() -> None:
    text = "a: 1\n{{- with .x }}{{ end }}  \nc: 1\n"
    assert traced(text, {"{{- with .x }}": "", "{{ end }}": ""}) == {"a: 1": "a: 1", "c: 1": "c: 1"}


def test_carriage_returns() -> None:
    text = "a: 1\r\nb: {{ .x }}\r\n"
    made = mark(text, 0)
    plain = run(text, {"{{ .x }}": "1"})
    written = Written(Template(Source("x.yaml", text), made.spots))
    found = origins(plain, run(made.text, {"{{ .x }}": "1"}))
    trace = written.trace(found[2], "a: 1", 3, 4) if found[2] else None
    assert trace is not None
    assert (text[trace.start : trace.end], trace.exact) == ("1", True)


def test_a_line_of_too_many_actions() -> None:
    text = "a{{ .x }}" * 1000 + "\n"
    assert set(traced(text, {"{{ .x }}": "1"}).values()) == {"-"}


class TestColumns:
    """The columns of a part of a line."""

    def trace(self, text: str, values: dict[str, str], part: str) -> tuple[str, bool]:
        made = mark(text, 0)
        plain = run(text, values)
        line = plain.split("\n")[2]
        origin = origins(plain, run(made.text, values))[2]
        assert origin is not None
        start = line.index(part)
        trace = Written(Template(Source("x", text), made.spots)).trace(origin, line, start, start + len(part))
        assert trace is not None
        return text[trace.start : trace.end], trace.exact

    @pytest.mark.parametrize(
        ("part", "expected"),
        [
            ("a", ("a", True)),
            ("a: x-", ("a: x-", True)),
            ("x-1", ("x-{{ .x }}", False)),
            ("1", ("{{ .x }}", False)),
            ("-y", ("-y", True)),
            ("1-y", ("{{ .x }}", False)),
            ("2", ("{{ .y }}", False)),
        ],
    )
    def test_part(self, part: str, expected: tuple[str, bool]) -> None:
        text = "a: x-{{ .x }}-y {{ .y }}\n"
        assert self.trace(text, {"{{ .x }}": "1", "{{ .y }}": "2"}, part) == expected

    def test_nothing_was_inserted(self) -> None:
        assert self.trace("a: {{ .x }}b\n", {"{{ .x }}": ""}, "b") == ("b", True)


class TestHelpers:
    """Named templates, and the lines in them."""

    HELPERS = Source(
        "_h.tpl",
        '{{- define "a" -}}\nx: 1\n{{ include "b" . }}\n{{- end }}\n'
        '{{ define "b" }}\nwhy: {{ .y }}\nz: 1\nz: 1\n{{ end }}\n',
    )  # fmt: skip

    def written(self, action: str, line: str) -> list[tuple[int, str]]:
        helpers = Helpers([self.HELPERS])
        return [(source.position(start)[0], text) for source, start, _, text in helpers.written(action, line)]

    def test_a_line(self) -> None:
        assert self.written('include "a" . | nindent 2', "  x: 1") == [(2, "written by `a`")]

    def test_a_line_of_an_inner_one(self) -> None:
        assert self.written('include "a" .', "why: 7") == [(6, "written by `b`")]

    def test_a_line_that_is_there_twice(self) -> None:
        assert self.written('template "b" .', "z: 1") == [(5, "inserted by `b`")]

    def test_a_line_that_is_not_there(self) -> None:
        assert self.written("include `a` .", "q: 1") == [(1, "inserted by `a`")]

    def test_no_helper(self) -> None:
        assert self.written("toYaml .x", "x: 1") == []
        assert self.written('include "c" .', "x: 1") == []

    def test_a_file_that_go_cannot_read(self) -> None:
        helpers = Helpers([Source("bad.tpl", '{{ define "a" }}'), self.HELPERS])
        assert len([*helpers.written('include "a" .', "x: 1")]) == 1
