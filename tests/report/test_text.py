"""What the report for people prints, to the letter, and that it fits into every terminal."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.cli.colours import MANY
from joblint.report import Look, Run, text
from joblint.report.visible import cells, visible
from joblint.report.wrap import columns, wrap
from joblint.rule.finding import Fix, Related
from tests.report.runs import HOSTILE, MANIFEST, found, rendered, run


def drawn(one: Run, width: int = 80) -> str:
    return "".join(text.report(one, Look(width=width)))


def frame(line: str, column: int, end: int, width: int = 60) -> list[str]:
    """The row of a line, and the one with its carets."""
    rows = drawn(run(found(1, column, 1, end), sources={"a.yaml": line}), width).split("\n")
    assert rows[:3] == ["error[a-rule]: this is wrong", " --> a.yaml:1:" + str(column), "  |"]
    return rows[3:-2]


def test_one_line() -> None:
    assert drawn(run(found(3, 3, 3, 7))) == (
        "error[a-rule]: this is wrong\n --> a.yaml:3:3\n  |\n3 |   name: a\n  |   ^^^^\n\n"
    )


def test_place_of_no_width_has_a_caret() -> None:
    assert "6 |   x: 1\n  |       ^\n" in drawn(run(found(6, 7, 6, 7)))


def test_span_over_lines_is_shown_to_the_end_of_the_first() -> None:
    assert "3 |   name: a\n  |   ^^^^^^^\n" in drawn(run(found(3, 3, 6, 1)))


def test_place_after_the_last_line() -> None:
    assert "7 |\n  | ^\n" in drawn(run(found(7, 1, 7, 2)))


def test_related_places_are_in_the_order_of_the_file() -> None:
    one = found(6, 3, 6, 4, related=(Related("first", "a.yaml", 1, 1, 1, 5), Related("then", "a.yaml", 4, 3, 4, 7)))
    assert drawn(run(one)) == (
        "error[a-rule]: this is wrong\n"
        " --> a.yaml:6:3\n"
        "  |\n"
        "1 | kind: Job\n"
        "  | ---- first\n"
        "...\n"
        "4 |   name: b\n"
        "  |   ---- then\n"
        "5 | spec:\n"
        "6 |   x: 1\n"
        "  |   ^\n"
        "\n"
    )


def test_related_place_on_the_same_line() -> None:
    one = found(6, 6, 6, 7, related=(Related("because of this", "a.yaml", 6, 3, 6, 4),))
    assert "6 |   x: 1\n  |      ^\n  |   - because of this\n" in drawn(run(one))


def test_related_place_in_another_file() -> None:
    one = found(6, 3, 6, 4, related=(Related("set here", "b.yaml", 2, 1, 2, 4), Related("gone", "c.yaml", 9, 1, 9, 2)))
    assert drawn(run(one, sources={"a.yaml": MANIFEST, "b.yaml": "x\nyyy: 1\n"})).endswith(
        " --> b.yaml:2:1\n  |\n2 | yyy: 1\n  | ^^^ set here\n --> c.yaml:9:1: gone\n\n"
    )


def test_minors_and_fix_are_told() -> None:
    one = found(6, 3, 6, 4, kube_versions=("1.21", "1.22", "1.24"), fix=Fix(True, "write y", ()))
    shown = drawn(run(one, minors=("1.21", "1.22", "1.23", "1.24")))
    assert shown.endswith("  = rejected on 1.21-1.22, 1.24\n  = fix: write y\n\n")
    assert "rejected" not in drawn(run(one, minors=("1.21", "1.22", "1.24")))


def test_an_unsafe_fix_is_told_as_one() -> None:
    assert drawn(run(found(6, 3, 6, 4, fix=Fix(False, "write y", ())))).endswith("\n  = unsafe fix: write y\n\n")


def test_file_that_is_no_text_has_no_frame() -> None:
    assert drawn(run(found(3, 3, 3, 7), sources={})) == "error[a-rule]: this is wrong\n --> a.yaml:3:3\n\n"


def test_template() -> None:
    assert drawn(rendered()).splitlines()[1] == " --> web/templates/job.yaml (rendered, line 6 of the output)"


class TestWidth:
    """Prose is broken at words."""

    MESSAGE = "a Job's spec has no field `completion`; did you mean `completions`? Or was it `0 3 * * 1`"

    @pytest.mark.parametrize(
        ("width", "rows"),
        [
            (200, [f"error[a-rule]: {MESSAGE}"]),
            (
                60,
                [
                    "error[a-rule]: a Job's spec has no field `completion`; did",
                    "  you mean `completions`? Or was it `0 3 * * 1`",
                ],
            ),
            (
                34,
                [
                    "error[a-rule]:",
                    "  a Job's spec has no field",
                    "  `completion`; did you mean",
                    "  `completions`? Or was it",
                    "  `0 3 * * 1`",
                ],
            ),
        ],
    )
    def test_message(self, width: int, rows: list[str]) -> None:
        assert drawn(run(found(3, 3, 3, 7, message=self.MESSAGE)), width).split("\n --> ")[0].split("\n") == rows

    def test_prose_is_not_wider_than_people_read(self) -> None:
        rows = drawn(run(found(3, 3, 3, 7, message="word " * 100)), 300).split("\n")
        assert max(map(len, rows)) <= 120

    def test_note(self) -> None:
        one = run(found(3, 3, 3, 7, fix=Fix(True, "put double quotes around it and write `a b`", ())))
        assert drawn(one, 40).endswith("  = fix: put double quotes around it and\n    write `a b`\n\n")

    def test_text_next_to_carets(self) -> None:
        other = Related("the container exits when this script exits", "a.yaml", 1, 1, 1, 5)
        shown = drawn(run(found(6, 3, 6, 4, related=(other,))), 40)
        assert "1 | kind: Job\n  | ----\n  | the container exits when this script\n  | exits\n...\n" in shown

    @given(
        st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=9), st.just("`a b c`")), max_size=9).map(
            " ".join
        ),
        st.integers(1, 50),
        st.one_of(st.none(), st.integers(-5, 50)),
    )
    def test_wrap(self, words: str, width: int, first: int | None) -> None:
        """Every row fits, and no character but spaces at the breaks is lost."""
        words = visible(words)
        rows = wrap(words, width, first)
        assert "".join(rows).replace(" ", "") == words.replace(" ", "")
        assert all(columns(row) <= max(width, 2) for row in rows[1:])
        assert columns(rows[0]) <= (max(width, 2) if first is None else max(first, 0))
        assert all(row and row == row.strip(" ") for row in rows[1:])

    @given(st.text(st.sampled_from("ab `"), max_size=60), st.integers(9, 60))
    def test_a_word_is_whole_where_it_fits(self, words: str, width: int) -> None:
        assert [word for row in wrap(words, width) for word in row.split()] == [
            piece for word in words.split() for piece in (word[at : at + width] for at in range(0, len(word), width))
        ] or any(len(word) > width for word in re.findall(r"(?:`[^`]*`|[^ ])+", words))


class TestFrame:
    @pytest.mark.parametrize(
        ("line", "column", "end", "shown", "below"),
        [
            ("日本: 語", 1, 3, "日本: 語", "^^^^"),
            ("日本: 語", 5, 6, "日本: 語", "      ^^"),
            ("\tx: y", 2, 3, "    x: y", "    ^"),
            ("ab\tx", 4, 5, "ab  x", "    ^"),
            ("e\u0301x", 3, 4, "e\u0301x", " ^"),
            ("\x1b[31mx", 6, 7, "\\x1b[31mx", "        ^"),
            ("\u202eabc", 1, 2, "\\u202eabc", "^^^^^^"),
            ("a\u200bb", 3, 4, "a\\u200bb", "       ^"),
            ("👩\u200d💻 x", 5, 6, "👩\u200d💻 x", "     ^"),
        ],
    )
    def test_carets_are_below_what_is_shown(self, line: str, column: int, end: int, shown: str, below: str) -> None:
        assert frame(line, column, end) == [f"1 | {shown}", f"  | {below}"]

    def test_long_line_is_cut_around_the_place(self) -> None:
        row, below = frame("a" * 500 + "BAD" + "c" * 500, 501, 504)
        assert max(len(row), len(below)) <= 60
        assert row.startswith("1 | ...aaa")
        assert row.endswith("ccc...")
        assert row[below.index("^") : below.rindex("^") + 1] == "BAD"

    def test_long_line_is_cut_after_the_place(self) -> None:
        assert frame("a" * 500, 2, 3) == ["1 | " + "a" * 52 + "...", "  |  ^"]

    def test_end_of_a_long_line(self) -> None:
        row, below = frame("a" * 499 + "Z", 500, 501)
        assert row.endswith("aZ")
        assert row.index("Z") == below.index("^")

    def test_what_is_before_has_the_room_that_the_end_of_the_line_leaves(self) -> None:
        row, below = frame("a" * 60 + "BAD" + "c" * 10, 61, 64)
        assert (len(row), row[-14:]) == (56, "aBADcccccccccc")
        assert row[below.index("^") : below.rindex("^") + 1] == "BAD"

    @pytest.mark.parametrize("length", [54, 55, 56, 57])
    def test_caret_after_a_line_that_fills_the_row(self, length: int) -> None:
        row, below = frame("a" * length, length + 1, length + 1)
        assert max(len(row), len(below)) <= 60
        assert below.index("^") == len(row)

    @pytest.mark.parametrize("before", ["語", "\u0301", "\u202e", "\t", "a\u0301", "\U000e0041"])
    @pytest.mark.parametrize("number", [10, 30, 100, 1000])
    def test_the_place_is_shown_whatever_is_before_it(self, before: str, number: int) -> None:
        """Some characters take two columns, some none, and some are written as an escape of ten."""
        line = before * number + "Z" + "end" * 50
        column = line.index("Z") + 1
        row, below = frame(line, column, column + 1)
        assert sum(width for _, width in cells(row)) <= 60
        at = sum(width for _, width in cells(row[: row.index("Z")]))
        assert at == below.index("^")

    def test_line_endings_are_not_shown(self) -> None:
        assert frame("a: b\r\nc: d\r\n", 1, 2) == ["1 | a: b", "  | ^"]

    @given(st.text(max_size=60), st.integers(1, 70), st.integers(0, 70), st.integers(24, 80))
    def test_every_row_fits_and_has_its_caret(self, line: str, column: int, size: int, width: int) -> None:
        line = re.sub(r"[\r\n]", "", line)
        column = min(column, len(line) + 1)
        end = min(column + size, len(line) + 1)
        shown = drawn(run(found(1, column, 1, end), sources={"a.yaml": line}), width)
        row, below = shown.split("\n  |\n")[1].removesuffix("\n\n").split("\n")
        assert below.count("^") >= 1
        for one in (row, below):
            assert sum(width for _, width in cells(one)) <= width
            assert visible(one) == one


class TestColours:
    def test_they_surround_whole_parts(self) -> None:
        """A row never leaves a colour to the next one."""
        message, other = "word " * 30, Related("because " * 12, "a.yaml", 1, 1, 1, 5)
        one = run(found(3, 3, 3, 7, message=message, related=(other,), fix=Fix(True, "write " * 20, ())))
        painted = "".join(text.report(one, Look(lambda said, name: f"\x1b[{MANY[name]}m{said}\x1b[0m", 50)))
        assert re.sub(r"\x1b\[[\d;]*m", "", painted) == drawn(one, 50)
        for row in painted.split("\n"):
            assert re.fullmatch(r"(?:[^\x1b]|\x1b\[[1-9][\d;]*m[^\x1b]+\x1b\[0m)*", row), row

    def test_only_the_name_of_the_rule_is_a_link(self) -> None:
        linked = "".join(text.report(run(found(3, 3, 3, 7)), Look(link=lambda rule: f"<{rule}>")))
        assert linked.replace("error[<a-rule>]", "error[a-rule]") == drawn(run(found(3, 3, 3, 7)))
