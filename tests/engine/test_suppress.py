"""Suppressions: what they hide, wherever they stand."""

from typing import Any

import pytest

import joblint
from joblint.engine.api import make_settings
from tests.engine.suppressing import INVALID, SCRIPT, TWO, UNUSED, WRONG, Said, above, behind, line_of, run
from tests.support import BAD, GOOD, named


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


class TestReStructuredText:
    CODE = ".. code-block:: yaml\n\n" + "".join(f"   {line}\n" for line in TWO.splitlines())
    LITERAL = CODE.replace(".. code-block:: yaml", "Apply this::")
    COMMENT = ".. joblint: ignore[unknown-field] shown on purpose"

    @pytest.mark.parametrize("code", [CODE, LITERAL])
    def test_block_below(self, code: str) -> None:
        said = run(f"T\n=\n\n{self.COMMENT}\n\n{code}\n{code}", "rst")
        assert said.hidden == [(WRONG, 13, "shown on purpose"), (WRONG, 14, "shown on purpose")]
        assert said.found == [(WRONG, 29), (WRONG, 30)]

    def test_directly_above_a_directive(self) -> None:
        assert run(f"{self.COMMENT}\n{self.CODE}", "rst").found == []

    def test_reason_that_continues_on_the_next_line(self) -> None:
        said = run(f"{self.COMMENT}\n   as an example\n\n{self.CODE}", "rst")
        assert [reason for *_, reason in said.hidden] == ["shown on purpose"] * 2

    def test_block_of_several_documents(self) -> None:
        text = f"{self.COMMENT}\n\n{self.CODE}   ---\n" + self.CODE.partition("\n\n")[2]
        assert (len(run(text, "rst").hidden), run(text, "rst").found) == (4, [])

    def test_file(self) -> None:
        text = f"{self.CODE}\n.. joblint: ignore-file[unknown-field]\n\n{self.LITERAL}"
        assert (len(run(text, "rst").hidden), run(text, "rst").found) == (4, [])

    def test_in_a_list_and_a_note(self) -> None:
        text = "".join(f"     {line}\n" if line else "\n" for line in f"{self.COMMENT}\n\n{self.CODE}".splitlines())
        assert run(f"- .. note::\n\n{text}", "rst").found == []

    def test_comment_in_the_manifest(self) -> None:
        text = self.CODE.replace("completons: 2", "completons: 2  # joblint: ignore[unknown-field] x")
        assert run(text, "rst") == Said([(WRONG, 9)], [(WRONG, 8, "x")])

    def test_until(self) -> None:
        text = self.COMMENT.replace("] ", "] until 9999-12-31 ")
        assert run(f"{text}\n\n{self.CODE}", "rst").found == []

    def test_unused(self) -> None:
        said = run(f".. joblint: ignore[wrong-type]\n\n{self.CODE}", "rst")
        assert said.found[0] == ("unused-suppression", 1)

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(f"::\n\n  {COMMENT}\n\n{CODE}", id="in code"),
            pytest.param(f".. code-block:: rst\n\n  {COMMENT}\n\n{CODE}", id="in a code directive"),
            pytest.param(f".. parsed-literal::\n\n  {COMMENT}\n\n{CODE}", id="in a literal"),
            pytest.param(f".. Not now:\n   {COMMENT}\n\n{CODE}", id="in a comment"),
            pytest.param(f"Write ``{COMMENT}``.\n\n{CODE}", id="in a sentence"),
            pytest.param(f"Or {COMMENT}\n\n{CODE}", id="in the middle of a line"),
            pytest.param(f"#{COMMENT}\n\n{CODE}", id="after a hash"),
            pytest.param(f".{COMMENT}\n\n{CODE}", id="three dots"),
            pytest.param(f"..{COMMENT[3:]}\n\n{CODE}", id="no blank"),
            pytest.param(f"# {COMMENT[3:]}\n\n{CODE}", id="not a comment"),
            pytest.param(f"<!-- {COMMENT[3:]} -->\n\n{CODE}", id="HTML"),
            pytest.param(f"{CODE}\n\n{COMMENT}\n", id="no block below"),
        ],
    )
    def test_no_suppression(self, text: str) -> None:
        assert [rule for rule, _ in run(text, "rst").found if rule == WRONG] == [WRONG, WRONG]

    def test_not_in_other_languages(self) -> None:
        text = f"{self.COMMENT}\n\n```yaml\n{BAD}```\n"
        assert run(text, "markdown").found == [(WRONG, 9)]


class TestShell:
    def test_comments_of_the_shell_and_of_the_heredoc(self) -> None:
        text = f"#!/bin/sh\nkubectl apply -f - <<'EOF'\n{TWO}EOF\n"
        assert run(text, "shell").found == [(WRONG, 8), (WRONG, 9)]
        assert run(text.replace("#!/bin/sh", "# joblint: ignore-object[unknown-field]"), "shell").found == []
        inner = behind(text, "paralelism", "# joblint: ignore[unknown-field]")
        assert run(inner, "shell").found == [(WRONG, 8)]


def test_suppressions_can_be_left_out_of_account() -> None:
    text = behind(BAD, "paralelism", f"# joblint: ignore[{WRONG}, nonsense]")
    found = joblint.lint(text, settings=make_settings()._replace(suppress=False))
    assert [finding.rule for finding in found] == [WRONG]
