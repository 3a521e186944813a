"""Suppressions: what they hide, what is said of those that hide nothing, and comments in odd places."""

import re
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

import joblint
from joblint.api import make_settings
from joblint.corpus import Corpus
from joblint.engine import Run
from joblint.finding import Finding
from joblint.leave import Leave
from joblint.source import Source
from joblint.suppress import comments
from tests.support import BAD, GOOD, in_spec, named

WRONG = "unknown-field"
UNUSED, INVALID = "unused-suppression", "invalid-suppression"
SCRIPT = f"""\
{GOOD}\
        command:
        - sh
        - -c
        - |
          echo $(HOME)
          kill -9 $(PID)
"""
TWO = in_spec("completons: 2", "paralelism: 2")


class Said(NamedTuple):
    """Rule and line of what is found, and rule, line and reason of what is suppressed."""

    found: list[tuple[str, int]]
    hidden: list[tuple[str, int, str]]


def run(text: str, language: str = "yaml", *, leave: bool = False, old: str | None = None, **settings: Any) -> Said:
    source = Source("a.yaml", text, language)
    olds = None if old is None else [Source("old", old, language, "a.yaml")]
    made = make_settings(**settings)
    result = Run(Leave().settings(made) if leave else made, Corpus([source], old=olds)).result()
    return Said(
        [(finding.rule, finding.line) for finding in result.findings],
        [(finding.rule, finding.line, reason) for finding, reason in result.suppressed],
    )


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def above(text: str, part: str, comment: str) -> str:
    """The text with a comment on a line of its own above the one that has `part`."""
    line = next(line for line in text.split("\n") if part in line)
    indent = line[: len(line) - len(line.lstrip())]
    return text.replace(line, f"{indent}{comment}\n{line}", 1)


def behind(text: str, part: str, comment: str) -> str:
    """The text with a comment at the end of the line that has `part`."""
    line = next(line for line in text.split("\n") if part in line)
    return text.replace(line, f"{line}  {comment}", 1)


class TestLine:
    def test_on_the_line(self) -> None:
        text = behind(TWO, "paralelism", "# joblint: ignore[unknown-field] read by an operator, see #12")
        assert run(text) == Said([(WRONG, 6)], [(WRONG, 7, "read by an operator, see #12")])

    @pytest.mark.parametrize("between", ["", "\n", "  # why\n", "  # why\n\n\n  # why not\n"])
    def test_above_the_line(self, between: str) -> None:
        text = above(TWO, "completons", "# joblint: ignore[unknown-field]").replace(
            "  completons", f"{between}  completons"
        )
        line = line_of(text, "completons")
        assert run(text) == Said([(WRONG, line + 1)], [(WRONG, line, "")])

    @pytest.mark.parametrize(
        "comment",
        [
            pytest.param("#joblint:ignore[unknown-field]", id="no blanks"),
            pytest.param("## joblint: ignore-line [ unknown-field , wrong-type ]:", id="many blanks"),
            pytest.param("# yamllint disable-line # joblint: ignore[unknown-field]", id="behind another tool's"),
            pytest.param("# joblint: ignore[unknown-field] # yamllint disable-line", id="before another tool's"),
            pytest.param("#\tjoblint:\tignore\t[unknown-field]\t", id="tabs"),
            pytest.param("# joblint: ignore[wrong-type] # joblint: ignore[unknown-field]", id="two"),
            pytest.param("# joblint: ignore[decoding]", id="the group"),
            pytest.param("# joblint: ignore[rejected]", id="the effect"),
            pytest.param("# joblint: ignore[all]", id="all"),
        ],
    )
    def test_form(self, comment: str) -> None:
        said = run(behind(BAD, "paralelism", comment), ignore=[UNUSED])
        assert (said.found, [(rule, line) for rule, line, _ in said.hidden]) == ([], [(WRONG, 6)])

    @pytest.mark.parametrize("end", ["\r\n", "\r"])
    def test_line_endings(self, end: str) -> None:
        text = behind(TWO, "paralelism", "# joblint: ignore[unknown-field] why").replace("\n", end)
        assert run(text) == Said([(WRONG, 6)], [(WRONG, 7, "why")])

    def test_other_rules_stand(self) -> None:
        text = behind(BAD, "paralelism", "# joblint: ignore[wrong-type]")
        assert run(text) == Said([(WRONG, 6), (UNUSED, 6)], [])

    def test_both_places_of_an_alias(self) -> None:
        text = TWO.replace("completons: 2", "completions: &n two").replace("paralelism: 2", "parallelism: *n")
        assert run(text).found == [("wrong-type", 6), ("wrong-type", 6)]
        assert run(behind(text, "parallelism", "# joblint: ignore[wrong-type] y")) == Said(
            [("wrong-type", 6)], [("wrong-type", 6, "y")]
        )
        assert run(behind(text, "completions", "# joblint: ignore[wrong-type] x")).found == []

    def test_in_a_flow_mapping(self) -> None:
        text = (
            "{apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {\n  x: 1, # joblint: ignore[unknown-field]\n"
        )
        text += "  y: 1,\n  template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}}}\n"
        assert run(text) == Said([(WRONG, 3)], [(WRONG, 2, "")])

    def test_a_document_that_cannot_be_read(self) -> None:
        text = GOOD + "  x: [  # joblint: ignore[unreadable-document] a template of ours\n"
        line = run(GOOD + "  x: [\n").found[0][1]
        assert run(text).found == [("unreadable-document", line)]
        assert run("# joblint: ignore-file[unreadable-document] ours\n" + text).found == []


class TestScript:
    RULE = "undefined-reference"

    def test_without(self) -> None:
        assert run(SCRIPT) == Said([(self.RULE, 16), (self.RULE, 17)], [])

    def test_on_its_line(self) -> None:
        text = behind(SCRIPT, "$(PID)", f"# joblint: ignore[{self.RULE}] a shell's")
        assert run(text) == Said([(self.RULE, 16)], [(self.RULE, 17, "a shell's")])

    def test_above_its_line(self) -> None:
        text = above(SCRIPT, "$(PID)", f"# joblint: ignore[{self.RULE}]")
        assert run(text) == Said([(self.RULE, 16)], [(self.RULE, 18, "")])

    @pytest.mark.parametrize("place", [above, behind])
    def test_where_the_scalar_begins(self, place: Any) -> None:
        text = place(SCRIPT, "- |", f"# joblint: ignore[{self.RULE}] all")
        lines = [line_of(text, "$(HOME)"), line_of(text, "$(PID)")]
        assert run(text) == Said([], [(self.RULE, line, "all") for line in lines])

    def test_where_a_scalar_in_quotes_begins(self) -> None:
        text = SCRIPT.replace("        - |\n          echo", '        - "echo').replace("$(PID)", '$(PID)"')
        assert run(text).found == [(self.RULE, 15), (self.RULE, 16)]
        assert run(above(text, '"echo', f"# joblint: ignore[{self.RULE}]")).found == []

    def test_what_is_in_quotes_is_no_comment(self) -> None:
        text = SCRIPT.replace("        - |\n          echo", '        - "echo').replace("$(PID)", '$(PID)"')
        inner = text.replace("echo $(HOME)", f"echo $(HOME)  # joblint: ignore[{self.RULE}]")
        assert run(inner) == Said(run(text).found[:1], [])  # to the shell it is one, and hides what follows


class TestObject:
    COMMENT = "# joblint: ignore-object[unknown-field] both"

    def test_above_in_and_at_its_end(self) -> None:
        first, second = TWO, TWO.replace("hello", "other")
        expected = [(WRONG, 6), (WRONG, 7)]
        for text in (self.COMMENT + "\n" + first, above(first, "template", self.COMMENT), first + self.COMMENT + "\n"):
            said = run(text + "---\n" + second)
            assert len(said.found) == len(said.hidden) == len(expected)
            assert max(line for _, line, _ in said.hidden) < min(line for _, line in said.found)

    @pytest.mark.parametrize("between", ["---\n", "--- {0}\n", "---\n{0}\n", "---\n\n# about\n{0}\n\n"])
    def test_the_next_one(self, between: str) -> None:
        lead = self.COMMENT + "\n" if "{0}" not in between else ""
        said = run(named("good") + lead.replace(lead, "") + between.format(self.COMMENT) + lead + TWO)
        assert said.found == []
        assert len(said.hidden) == 2

    def test_not_the_one_behind_an_object_of_another_kind(self) -> None:
        other = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"
        assert len(run(self.COMMENT + "\n" + other + "---\n" + TWO).found) == 2

    def test_item_of_a_list(self) -> None:
        def item(job: str, comment: str = "") -> str:
            first, *rest = job.rstrip("\n").split("\n")
            return "\n".join([*([comment] if comment else []), f"- {first}", *(f"  {line}" for line in rest)]) + "\n"

        text = "apiVersion: v1\nkind: List\nitems:\n" + item(TWO) + item(TWO, self.COMMENT) + item(TWO)
        said = run(text + "---\n" + named("other", TWO))
        assert [line for _, line in said.found] == [9, 10, 36, 37, 50, 51]
        assert [line for _, line, _ in said.hidden] == [23, 24]

    def test_annotation(self) -> None:
        text = TWO.replace(
            "  name: hello\nspec", '  name: hello\n  annotations: {joblint.dev/ignore: "decoding: ours"}\nspec'
        )
        assert run(text + "---\n" + named("other", TWO)) == Said(
            [(WRONG, 21), (WRONG, 22)], [(WRONG, 7, "ours"), (WRONG, 8, "ours")]
        )

    def test_annotation_without_a_rule(self) -> None:
        text = TWO.replace("  name: hello\nspec", '  name: hello\n  annotations:\n    joblint.dev/ignore: ""\nspec')
        assert run(text) == Said([(INVALID, 6), (WRONG, 8), (WRONG, 9)], [])


def test_file() -> None:
    text = GOOD + "---\n" + named("two", TWO) + "---\n" + named("bad", BAD)
    assert len(run(text).found) == 3
    for comment in ("# joblint: ignore-file[unknown-field] old\n",):
        assert run(comment + text) == run(text + comment)._replace(hidden=run(comment + text).hidden)
        assert [reason for *_, reason in run(comment + text).hidden] == ["old"] * 3


class TestMarkdown:
    FENCE = f"```yaml\n{TWO}```\n"
    COMMENT = "<!-- joblint: ignore[unknown-field] shown on purpose -->"

    def test_block_below(self) -> None:
        said = run(f"# T\n\n{self.COMMENT}\n\n{self.FENCE}\n{self.FENCE}", "markdown")
        assert said.hidden == [(WRONG, 11, "shown on purpose"), (WRONG, 12, "shown on purpose")]
        assert said.found == [(WRONG, 27), (WRONG, 28)]

    def test_block_of_several_documents(self) -> None:
        text = f"{self.COMMENT}\n```yaml\n{TWO}---\n{TWO}```\n"
        assert (len(run(text, "markdown").hidden), run(text, "markdown").found) == (4, [])

    def test_file(self) -> None:
        text = self.FENCE + "<!-- joblint: ignore-file[unknown-field] -->\n\n" + self.FENCE
        assert (len(run(text, "markdown").hidden), run(text, "markdown").found) == (4, [])

    def test_in_a_quote(self) -> None:
        text = "".join(f"> {line}\n" for line in f"{self.COMMENT}\n\n{self.FENCE}".splitlines())
        assert run(text, "markdown").found == []

    def test_comment_in_a_fence(self) -> None:
        text = self.FENCE.replace("completons: 2", "completons: 2  # joblint: ignore[unknown-field] x")
        assert run(text, "markdown") == Said([(WRONG, 8)], [(WRONG, 7, "x")])

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(f"```\n{COMMENT}\n```\n\n{FENCE}", id="in code"),
            pytest.param(f"Write `{COMMENT}`.\n\n{FENCE}", id="in a sentence"),
            pytest.param(f"# joblint: ignore-file[unknown-field]\n\n{FENCE}", id="a heading"),
            pytest.param(f"<!-- joblint: ignore[unknown-field]\n-->\n\n{FENCE}", id="not closed on its line"),
            pytest.param(f"{FENCE}\n\n{COMMENT}\n", id="no block below"),
        ],
    )
    def test_no_suppression(self, text: str) -> None:
        assert [rule for rule, _ in run(text, "markdown").found if rule == WRONG] == [WRONG, WRONG]

    def test_html_comment_in_yaml_is_none(self) -> None:
        assert run(behind(BAD, "paralelism", f"# {self.COMMENT}")).found == [(WRONG, 6)]


class TestShell:
    def test_comments_of_the_shell_and_of_the_heredoc(self) -> None:
        text = f"#!/bin/sh\nkubectl apply -f - <<'EOF'\n{TWO}EOF\n"
        assert run(text, "shell").found == [(WRONG, 8), (WRONG, 9)]
        assert run(text.replace("#!/bin/sh", "# joblint: ignore-object[unknown-field]"), "shell").found == []
        inner = behind(text, "paralelism", "# joblint: ignore[unknown-field]")
        assert run(inner, "shell").found == [(WRONG, 8)]


class TestUnused:
    @pytest.mark.parametrize(
        ("text", "line"),
        [
            (behind(GOOD, "image", f"# joblint: ignore[{WRONG}]"), 11),
            (above(GOOD, "image", f"# joblint: ignore[{WRONG}]"), 11),
            (f"# joblint: ignore-object[{WRONG}]\n" + GOOD, 1),
            (f"# joblint: ignore-file[{WRONG}, wrong-type]\n" + GOOD, 1),
            (behind(BAD, "paralelism", f"# joblint: ignore[wrong-type, {WRONG}]"), 6),
            (GOOD + f"# joblint: ignore[{WRONG}]\n", 12),
            (in_spec(f"# joblint: ignore[{WRONG}]\n"), 6),
        ],
    )
    def test_is_said(self, text: str, line: int) -> None:
        assert run(text).found == [(UNUSED, line)]

    def test_place_is_the_comment(self) -> None:
        found = joblint.lint(behind(GOOD, "image", f"# joblint: ignore[{WRONG}]  why not  # noqa"))
        (one,) = found
        assert (one.line, one.column, one.end_line, one.end_column) == (11, 30, 11, 79)

    @pytest.mark.parametrize("word", ["missing-ttl", "practice", "advice", "all"])
    def test_not_of_rules_that_are_off(self, word: str) -> None:
        text = behind(GOOD, "image", f"# joblint: ignore[{word}]")
        assert run(text).found == []
        assert run(text, select=["all"], ignore=["practice"] if word == "all" else []).found[:1] != [(WRONG, 11)]

    def test_of_rules_that_are_turned_on(self) -> None:
        text = behind(GOOD, "image", "# joblint: ignore[floating-image]")
        assert run(text, extend_select=["floating-image"]).found == [(UNUSED, 11)]

    def test_not_where_the_object_is_left_alone(self) -> None:
        comment = f"# joblint: ignore[{WRONG}]"
        live = behind(GOOD.replace("name: hello\nspec", "name: hello\n  uid: abc\nspec"), "image", comment)
        assert run(live, leave=True).found == []
        assert run(live).found == [(UNUSED, 12)]
        assert run(live + "---\n" + behind(named("other"), "image", comment), leave=True).found == [(UNUSED, 24)]
        assert run(f"# joblint: ignore-file[{WRONG}]\n" + live + "---\n" + named("other"), leave=True).found == []

    def test_not_in_an_unreadable_document(self) -> None:
        text = behind(GOOD, "image", f"# joblint: ignore[{WRONG}]") + "  x: [\n---\n" + GOOD
        assert [rule for rule, _ in run(text).found] == ["unreadable-document"]

    def test_not_in_a_document_of_another_kind(self) -> None:
        other = f"apiVersion: v1\nkind: ConfigMap # joblint: ignore[{WRONG}]\nmetadata:\n  name: job\n"
        assert run(other + "---\n" + GOOD).found == []

    @pytest.mark.parametrize("rule", ["changed-pod-template", "index-read-without-indexed", "update"])
    def test_not_of_what_another_run_may_find(self, rule: str) -> None:
        assert run(behind(GOOD, "image", f"# joblint: ignore[{rule}]")).found == []

    def test_not_of_an_update(self) -> None:
        assert run(behind(GOOD, "image", f"# joblint: ignore[{WRONG}]"), old=GOOD).found == []

    def test_can_be_suppressed(self) -> None:
        text = f"# joblint: ignore-file[{UNUSED}]\n" + behind(GOOD, "image", f"# joblint: ignore[{WRONG}]")
        assert run(text) == Said([], [(UNUSED, 12, "")])

    def test_can_be_turned_off(self) -> None:
        assert run(behind(GOOD, "image", f"# joblint: ignore[{WRONG}]"), ignore=["suppression"]).found == []


class TestInvalid:
    @pytest.mark.parametrize(
        "comment",
        [
            "# joblint: ignore[unknown-feild]",
            "# joblint: ignore",
            "# joblint: ignore because of that",
            "# joblint: ignore[]",
            "# joblint: ignore-job[unknown-field]",
            "# joblint: disable",
            "# joblint: Ignore[unknown-field]",
            "# joblint: allow[unknown-field]",
            "# joblint: ignored[unknown-field]",
            "# joblint: [unknown-field]",
        ],
    )
    def test_is_said_and_hides_nothing(self, comment: str) -> None:
        assert run(behind(BAD, "paralelism", comment)) == Said([(WRONG, 6), (INVALID, 6)], [])

    @pytest.mark.parametrize("comment", ["# joblint: a linter", "# joblint:", "# see joblint: ignore[x]", "# joblint"])
    def test_prose_is_none(self, comment: str) -> None:
        assert run(behind(BAD, "paralelism", comment)) == Said([(WRONG, 6)], [])

    def test_unknown_name_is_told_with_what_was_meant(self) -> None:
        (found,) = joblint.lint(behind(GOOD, "image", "# joblint: ignore[unknown-feild]"))
        assert "`unknown-field`" in found.message

    def test_the_other_names_hold(self) -> None:
        assert run(behind(BAD, "paralelism", f"# joblint: ignore[nothing-such, {WRONG}]")) == Said(
            [(INVALID, 6)], [(WRONG, 6, "")]
        )

    def test_not_where_nothing_was_judged(self) -> None:
        live = BAD.replace("name: hello\nspec", "name: hello\n  uid: abc\nspec")
        assert run(behind(live, "paralelism", "# joblint: ignore"), leave=True).found == []


def test_suppressions_can_be_left_out_of_account() -> None:
    text = behind(BAD, "paralelism", f"# joblint: ignore[{WRONG}, nonsense]")
    found = joblint.lint(text, settings=make_settings()._replace(suppress=False))
    assert [finding.rule for finding in found] == [WRONG]


# -- properties

FIELDS = ("completions", "parallelism", "backoffLimit", "suspend")
MISTAKES = [f"  {name}: {value}" for name in (*FIELDS, "completons", "x") for value in ("1", "two", "[]")]


def findings(text: str) -> list[Finding]:
    return Run(make_settings(), Corpus([Source("a.yaml", text)])).result().findings


@st.composite
def wrong_jobs(draw: st.DrawFn) -> str:
    """A Job with mistakes in lines of its spec."""
    lines = draw(st.lists(st.sampled_from(MISTAKES), min_size=1, max_size=4))
    return GOOD.replace("spec:\n  template", "spec:\n" + "\n".join(lines) + "\n  template", 1)


@given(wrong_jobs(), st.data(), st.booleans())
def test_a_suppression_on_the_line_of_a_finding_hides_exactly_that(text: str, data: st.DataObject, own: bool) -> None:
    before = findings(text)
    if not before:
        return
    chosen = data.draw(st.sampled_from(before))
    lines = text.split("\n")
    comment = f"# joblint: ignore[{chosen.rule}] why"
    if own:
        lines.insert(chosen.line - 1, "  " + comment)
    else:
        lines[chosen.line - 1] += "  " + comment
    result = Run(make_settings(), Corpus([Source("a.yaml", "\n".join(lines))])).result()
    same = [f for f in before if (f.rule, f.line) == (chosen.rule, chosen.line)]
    assert [(f.rule, f.message) for f, _ in result.suppressed] == [(f.rule, f.message) for f in same]
    shift = [f._replace(line=f.line + (own and f.line >= chosen.line)) for f in before if f not in same]
    assert [(f.rule, f.line, f.message) for f in result.findings] == [(f.rule, f.line, f.message) for f in shift]
    assert {reason for _, reason in result.suppressed} == {"why"}


PIECES = [
    "joblint:", "# joblint: ", "joblint: joblint:", "#joblint:ignore", "ignore[", "unknown-field", "]", "a", ",", ":",
    "ignore-object[all]", "ignore-file[", "<!-- joblint: ignore[all] -->", "-->", "#", "\n", "\r", "\r\n", "  ", "'",
    '"', "- ", "{", "}", "---\n", "|\n", ">", "\t", "\x00", "\u2028", "\ud800", "joblint.dev/ignore: x", "```\n",
    "```yaml\n", "<<EOF\n", "EOF\n",
]  # fmt: skip


@given(st.data(), st.sampled_from(["yaml", "json", "markdown", "shell"]))
def test_comments_in_odd_places_never_crash(data: st.DataObject, language: str) -> None:
    text = {
        "yaml": BAD,
        "json": '{"apiVersion": "batch/v1", "kind": "Job", "spec": {"paralelism": 2}}\n',
        "markdown": f"<!-- joblint: ignore[all] -->\n\n```yaml\n{BAD}```\n",
        "shell": f"kubectl apply -f - <<EOF\n{BAD}EOF\n",
    }[language]
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + "".join(data.draw(st.lists(st.sampled_from(PIECES), max_size=6))) + text[at:]
    source = Source("a", text, language)
    result = Run(make_settings(), Corpus([source])).result()
    for finding in [*result.findings, *(finding for finding, _ in result.suppressed)]:
        assert (1, 1) <= (finding.line, finding.column) <= (finding.end_line, finding.end_column)
        assert finding.end_line <= len(source.lines)


@given(st.lists(st.sampled_from(PIECES)))
def test_comments_lie_in_the_text_and_apart(pieces: list[str]) -> None:
    source = Source("a", "".join(pieces), "markdown")
    end = 0
    for comment in comments(source):
        assert end <= comment.start < comment.end <= len(source.text)
        assert re.match(r"#+|<!--", source.text[comment.start : comment.end])
        end = comment.end


@pytest.mark.parametrize(
    "line",
    [
        "# joblint: ignore[x] ", "# joblint: ignore[", " # joblint:" + " " * 500, "joblint:", "#\t\t\tjoblint: \t",
        "# joblint: ignore-object[wrong-type]\n", "\n---\n# joblint: ignore-object[wrong-type]",
        "<!-- joblint: ignore[x] -->\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["yaml", "markdown"])
def test_many_comments(line: str, language: str) -> None:
    """Ten thousand of them are read in a moment: nothing is quadratic."""
    text = line * 10_000
    whole = {"yaml": text + "\n---\n" + BAD, "markdown": f"{text}\n\n```yaml\n{BAD}```\n"}[language]
    assert any(finding.rule == WRONG for finding in joblint.lint(whole, language=language))
