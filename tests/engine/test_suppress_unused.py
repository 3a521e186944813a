"""Suppressions that hide nothing, and comments that are none: what is said of them."""

import pytest

import joblint
from tests.engine.suppressing import INVALID, UNUSED, WRONG, Said, above, behind, run
from tests.support import BAD, GOOD, in_spec, named


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
