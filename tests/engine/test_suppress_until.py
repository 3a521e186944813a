"""Suppressions that end, and those that have to give a reason. The day is 2027-03-01."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import joblint
from joblint.engine.api import make_settings
from joblint.engine.suppress import expiry
from joblint.engine.suppress.write import Tail, add
from joblint.manifests.source import Source
from tests.engine.suppressing import EXPIRED, INVALID, UNUSED, WRONG, above, behind, line_of, run
from tests.support import GOOD, in_spec

BAD = in_spec("paralelism: 2")
LINE = line_of(BAD, "paralelism")
TODAY, YESTERDAY, TOMORROW = "2027-03-01", "2027-02-28", "2027-03-02"


def commented(said: str, text: str = BAD) -> str:
    return behind(text, "paralelism", f"# joblint: ignore[{WRONG}]{said}")


class TestUntil:
    @pytest.mark.parametrize("date", [TODAY, TOMORROW, "9999-12-31"])
    def test_counts_up_to_that_day(self, date: str) -> None:
        for said in (f" until {date} we migrate", f" until {date}: we migrate", f": Until  {date}, we migrate"):
            found, [(_, _, reason)] = run(commented(said))
            assert (found, reason) == ([], said.strip(": "))

    @pytest.mark.parametrize("date", [YESTERDAY, "2026-12-31", "0001-01-01"])
    def test_is_over_after_it(self, date: str) -> None:
        text = commented(f" until {date} we migrate")
        assert run(text) == ([(WRONG, LINE), (EXPIRED, LINE)], [])

    def test_the_day_is_the_one_that_the_settings_tell(self) -> None:
        text = commented(f" until {TODAY}")
        assert run(text, today=TODAY).found == []
        assert run(text, today=TOMORROW).found == [(WRONG, LINE), (EXPIRED, LINE)]

    def test_the_day_is_not_asked_without_one(self) -> None:
        def today() -> str:
            raise AssertionError

        settings = make_settings()._replace(today=today)
        assert joblint.lint(commented(" the tag is set later"), settings=settings) == []

    def test_place_and_words(self) -> None:
        text = commented(f" until {YESTERDAY} we migrate")
        settings = make_settings()._replace(today=lambda: TODAY)
        [_, over] = joblint.lint(text, settings=settings)
        start = text.split("\n")[LINE - 1].index("#") + 1
        assert (over.line, over.column, over.end_column) == (
            LINE,
            start,
            start + len(text.split("\n")[LINE - 1]) - start + 1,
        )
        assert over.message == (
            f"this suppression ended on {YESTERDAY}, and `{WRONG}` is reported again: "
            "fix the finding, or use a later date"
        )

    def test_every_scope(self) -> None:
        over = f"until {YESTERDAY}"
        for text in (
            above(BAD, "paralelism", f"# joblint: ignore[{WRONG}] {over}"),
            above(BAD, "template", f"# joblint: ignore-object[{WRONG}] {over}"),
            f"# joblint: ignore-file[rejected] {over}\n{BAD}",
            BAD.replace(
                "  name: hello\n", f'  name: hello\n  annotations: {{joblint.dev/ignore: "{WRONG} {over}: x"}}\n', 1
            ),
        ):
            assert sorted(rule for rule, _ in run(text).found) == [EXPIRED, WRONG]
            held = text.replace(YESTERDAY, TODAY)
            assert run(held).found == []

    def test_in_markdown(self) -> None:
        text = f"<!-- joblint: ignore[{WRONG}] until {YESTERDAY} shown on purpose -->\n```yaml\n{BAD}```\n"
        assert run(text, "markdown").found == [(EXPIRED, 1), (WRONG, LINE + 2)]
        assert run(text.replace(YESTERDAY, TODAY), "markdown").found == []

    def test_of_several_rules_those_that_are_back_are_named(self) -> None:
        text = behind(BAD, "paralelism", f"# joblint: ignore[{WRONG}, wrong-type] until {YESTERDAY}")
        assert run(text).found == [(WRONG, LINE), (EXPIRED, LINE), (UNUSED, LINE)]

    def test_nothing_left_to_hide(self) -> None:
        text = behind(in_spec("parallelism: 2"), "parallelism", f"# joblint: ignore[{WRONG}] until {YESTERDAY}")
        assert run(text).found == [(UNUSED, LINE)]

    def test_not_of_rules_that_are_off(self) -> None:
        text = behind(GOOD, "image:", f"# joblint: ignore[floating-image] until {YESTERDAY}")
        assert run(text).found == []

    def test_another_one_hides_it(self) -> None:
        text = commented(f" until {YESTERDAY}").replace(
            "  template", f"  # joblint: ignore-object[{WRONG}] why\n  template"
        )
        assert run(text).found == [(UNUSED, LINE)]
        twice = commented(f" until {YESTERDAY}  # joblint: ignore[{WRONG}] until {TODAY}")
        assert run(twice).found == []

    def test_can_be_turned_off(self) -> None:
        assert run(commented(f" until {YESTERDAY}"), ignore=[EXPIRED]).found == [(WRONG, LINE)]


class TestDates:
    @pytest.mark.parametrize(
        "said",
        [
            "2027-02-30", "2027-13-01", "2027-3-1", "2027-03", "2027/03/01", "2027-03-01T00:00Z", "20270301",
            "1.3.2027", "03/01/2027", "03/01/27", "2027", "2027: we migrate", "2027-Q2", "March 2027", "1 March 2027",
            "1st of March", "Mar 1, 2027", "'2027-03-01'", "december", "0000-01-01", "2027.03.01",
        ],
    )  # fmt: skip
    def test_unreadable_ones_are_said_at_their_place(self, said: str) -> None:
        text = commented(f" until {said}")
        settings = make_settings()._replace(today=lambda: TODAY)
        [wrong, invalid] = joblint.lint(text, settings=settings)
        assert (wrong.rule, invalid.rule, invalid.line) == (WRONG, INVALID, LINE)
        assert invalid.column == text.split("\n")[LINE - 1].index("until") + 1
        what = "in the calendar" if re.fullmatch(r"\d{4}-\d\d-\d\d", said) else "a date"
        assert invalid.message.endswith(f" is not {what}; write `until YYYY-MM-DD`")

    @pytest.mark.parametrize(
        "said",
        [
            "the operator is replaced", "1.30 is rolled out", "1.30.12 is rolled out", "v2", "#2024 is fixed",
            "issue 2027 is closed", "PR-2027", "2 of them are gone", "2000 runs have passed", "marching", "mayhem",
            "we may drop it", "10-20 runs", "2000-node clusters are gone", "31 runs", "then",
        ],
    )  # fmt: skip
    def test_a_reason_may_begin_with_the_word(self, said: str) -> None:
        found, [(_, _, reason)] = run(commented(f" until {said}"))
        assert (found, reason) == ([], f"until {said}")

    @pytest.mark.parametrize("said", ["soon", "2027-02-30", "1.30 is out", "March"])
    def test_an_annotation_has_its_reason_elsewhere(self, said: str) -> None:
        text = BAD.replace(
            "  name: hello\n", f'  name: hello\n  annotations: {{joblint.dev/ignore: "{WRONG} until {said}: x"}}\n', 1
        )
        assert [rule for rule, _ in run(text).found] == [INVALID, WRONG]

    @given(st.dates())
    def test_every_day(self, day: object) -> None:
        said = expiry.read(f" until {day} why")
        assert (said.date, said.rest, said.fault) == (str(day), "why", "")
        assert expiry.problem(str(day)) == ""

    @given(st.text("until 2027-03:marchQ/.\t", max_size=30) | st.text(max_size=20))
    def test_the_span_is_that_of_what_was_read(self, text: str) -> None:
        said = expiry.read(text)
        assert 0 <= said.start <= said.end <= len(text)
        assert text.endswith(said.rest)
        if said.date or said.fault:
            assert text[said.start : said.end].lower().startswith("until")
            assert text[: said.start].strip() == ""
        else:
            assert said == (("", text, 0, 0, ""))


class TestReason:
    @pytest.mark.parametrize("said", ["", " ", ":", f" until {TODAY}", f" until {TODAY}:", f" until {YESTERDAY}"])
    def test_without_one_it_hides_nothing(self, said: str) -> None:
        assert run(commented(said), require_reason=True) == ([(WRONG, LINE), (INVALID, LINE)], [])

    @pytest.mark.parametrize("said", [" why", ": why", f" until {TODAY} why", f" until {TODAY}: why"])
    def test_with_one(self, said: str) -> None:
        assert run(commented(said), require_reason=True).found == []

    def test_annotation(self) -> None:
        def text(said: str) -> str:
            return BAD.replace(
                "  name: hello\n", f'  name: hello\n  annotations: {{joblint.dev/ignore: "{said}"}}\n', 1
            )

        for said in (WRONG, f"{WRONG}:", f"{WRONG} until {TODAY}", f"{WRONG}: until {TODAY}"):
            assert [rule for rule, _ in run(text(said), require_reason=True).found] == [INVALID, WRONG]
        for said in (f"{WRONG}: why", f"{WRONG} until {TODAY}: why", f"{WRONG}: until {TODAY} why"):
            assert run(text(said), require_reason=True).found == []

    def test_it_cannot_hide_that_it_has_none(self) -> None:
        text = f"# joblint: ignore-file[all]\n{BAD}"
        assert run(text).found == []
        assert run(text, require_reason=True).found == [(INVALID, 1), (WRONG, LINE + 1)]

    def test_also_of_rules_that_are_off(self) -> None:
        text = behind(GOOD, "image:", "# joblint: ignore[floating-image]")
        assert [rule for rule, _ in run(text, require_reason=True).found] == [INVALID]


class TestAdding:
    """What --add-ignore writes."""

    def added(self, text: str, tail: Tail, require_reason: bool = False) -> str:
        settings = make_settings()._replace(today=lambda: TODAY, require_reason=require_reason)

        def judge(source: Source) -> list[joblint.Finding]:
            return joblint.lint(source.text, path="a", settings=settings)

        source = Source("a", text)
        result = add(source, judge(source), judge, tail)
        assert judge(Source("a", result.text)) == []
        return result.text

    def test_date_and_reason(self) -> None:
        assert self.added(BAD, Tail(TODAY, "we migrate")) == commented(f" until {TODAY} we migrate")
        assert self.added(BAD, Tail("", "we migrate")) == commented(" we migrate")
        assert self.added(BAD, Tail(TODAY)) == commented(f" until {TODAY}")

    def test_an_ended_one_is_renewed(self) -> None:
        ended = commented(f" until {YESTERDAY} we migrate")
        assert self.added(ended, Tail(TODAY, "later")) == commented(f" until {TODAY} we migrate")
        assert self.added(ended, Tail()) == commented(" we migrate")
        bare = commented(f" until {YESTERDAY}")
        assert self.added(bare, Tail(TOMORROW, "later")) == commented(f" until {TOMORROW} later")

    def test_one_with_another_date_is_left(self) -> None:
        text = behind(in_spec("parallelism: '2'"), "parallelism", "# joblint: ignore[advice] the reason")
        new = f"ignore[advice] the reason  # joblint: ignore[wrong-type] until {TODAY}"
        assert self.added(text, Tail(TODAY)) == text.replace("ignore[advice] the reason", new)
        assert "ignore[advice, wrong-type] the reason" in self.added(text, Tail())

    def test_a_demanded_reason_is_added(self) -> None:
        text = commented("")
        assert self.added(text, Tail("", "we migrate"), require_reason=True) == commented(" we migrate")
        other = behind(in_spec("parallelism: '2'"), "parallelism", f"# joblint: ignore[advice] until {TODAY} x")
        assert self.added(other, Tail(TODAY, "y"), require_reason=True).count("joblint:") == 1
