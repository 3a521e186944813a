"""What the reports print, to the letter."""

import json as stdlib_json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.cli.output import painter
from joblint.finding import Fix, Object, Related
from joblint.report import LeftAlone, Note, Run, concise, json, ranges, summary, text
from joblint.report.visible import cells, visible
from tests.report.runs import MANIFEST, found, run


def drawn(one: Run, width: int = 80) -> str:
    return "".join(text.report(one, painter("never"), width))


class TestText:
    def test_one_line(self) -> None:
        assert drawn(run(found(3, 3, 3, 7))) == (
            "a.yaml:3:3: error[a-rule] this is wrong\n  |\n3 |   name: a\n  |   ^^^^\n\n"
        )

    def test_place_of_no_width_has_a_caret(self) -> None:
        assert "6 |   x: 1\n  |       ^\n" in drawn(run(found(6, 7, 6, 7)))

    def test_span_over_lines_is_shown_to_the_end_of_the_first(self) -> None:
        assert "3 |   name: a\n  |   ^^^^^^^\n" in drawn(run(found(3, 3, 6, 1)))

    def test_place_behind_the_last_line(self) -> None:
        assert "7 |\n  | ^\n" in drawn(run(found(7, 1, 7, 2)))

    def test_related_places_stand_in_the_order_of_the_file(self) -> None:
        one = found(6, 3, 6, 4, related=(Related("first", "a.yaml", 1, 1, 1, 5), Related("then", "a.yaml", 4, 3, 4, 7)))
        assert drawn(run(one)) == (
            "a.yaml:6:3: error[a-rule] this is wrong\n"
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

    def test_related_place_on_the_same_line(self) -> None:
        one = found(6, 6, 6, 7, related=(Related("because of this", "a.yaml", 6, 3, 6, 4),))
        assert "6 |   x: 1\n  |      ^\n  |   - because of this\n" in drawn(run(one))

    def test_related_place_in_another_file(self) -> None:
        one = found(
            6, 3, 6, 4, related=(Related("set here", "b.yaml", 2, 1, 2, 4), Related("gone", "c.yaml", 9, 1, 9, 2))
        )
        assert drawn(run(one, sources={"a.yaml": MANIFEST, "b.yaml": "x\nyyy: 1\n"})).endswith(
            "  --> b.yaml:2:1\n  |\n2 | yyy: 1\n  | ^^^ set here\n  --> c.yaml:9:1: gone\n\n"
        )

    def test_minors_and_fix_are_told(self) -> None:
        one = found(6, 3, 6, 4, kube_versions=("1.21", "1.22", "1.24"), fix=Fix(True, "write y", ()))
        shown = drawn(run(one, minors=("1.21", "1.22", "1.23", "1.24")))
        assert shown.endswith("  = rejected on 1.21-1.22, 1.24\n  = fix: write y\n\n")
        assert "rejected" not in drawn(run(one, minors=("1.21", "1.22", "1.24")))

    def test_an_unsafe_fix_is_told_as_one(self) -> None:
        assert drawn(run(found(6, 3, 6, 4, fix=Fix(False, "write y", ())))).endswith("\n  = unsafe fix: write y\n\n")

    def test_file_that_is_no_text_has_no_frame(self) -> None:
        assert drawn(run(found(3, 3, 3, 7), sources={})) == "a.yaml:3:3: error[a-rule] this is wrong\n\n"

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
    def test_carets_stand_below_what_is_shown(self, line: str, column: int, end: int, shown: str, below: str) -> None:
        assert f"1 | {shown}\n  | {below}\n" in drawn(run(found(1, column, 1, end), sources={"a.yaml": line}))

    def test_long_line_is_cut_around_the_place(self) -> None:
        line = "a" * 500 + "BAD" + "c" * 500
        shown = drawn(run(found(1, 501, 1, 504), sources={"a.yaml": line}), 60).split("\n")
        assert all(len(row) <= 60 for row in shown)
        row, below = shown[2], shown[3]
        assert row.startswith("1 | ...aaa")
        assert row.endswith("ccc...")
        assert row[below.index("^") : below.rindex("^") + 1] == "BAD"

    def test_long_line_is_cut_behind_the_place(self) -> None:
        shown = drawn(run(found(1, 2, 1, 3), sources={"a.yaml": "a" * 500}), 60).split("\n")
        assert shown[2] == "1 | " + "a" * 52 + "..."
        assert shown[3] == "  |  ^"

    def test_end_of_a_long_line(self) -> None:
        shown = drawn(run(found(1, 500, 1, 501), sources={"a.yaml": "a" * 499 + "Z"}), 60).split("\n")
        assert shown[2].endswith("aZ")
        assert shown[2].index("Z") == shown[3].index("^")

    @pytest.mark.parametrize("length", [54, 55, 56, 57])
    def test_caret_behind_a_line_that_fills_the_row(self, length: int) -> None:
        shown = drawn(run(found(1, length + 1, 1, length + 1), sources={"a.yaml": "a" * length}), 60).split("\n")
        assert max(map(len, shown)) <= 60
        assert shown[3].index("^") == len(shown[2])

    def test_line_endings_are_not_shown(self) -> None:
        assert "1 | a: b\n  | ^\n" in drawn(run(found(1, 1, 1, 2), sources={"a.yaml": "a: b\r\nc: d\r\n"}))

    def test_colours_surround_whole_parts(self) -> None:
        shown = "".join(text.report(run(found(3, 3, 3, 7)), painter("always"), 80))
        assert "\x1b[1ma.yaml:3:3\x1b[0m: \x1b[1;31merror[a-rule]\x1b[0m this is wrong\n" in shown
        assert re.sub(r"\x1b\[[\d;]*m", "", shown) == drawn(run(found(3, 3, 3, 7)))

    @given(st.text(max_size=60), st.integers(1, 70), st.integers(0, 70), st.integers(40, 80))
    def test_every_row_fits_and_has_its_caret(self, line: str, column: int, size: int, width: int) -> None:
        line = re.sub(r"[\r\n]", "", line)
        column = min(column, len(line) + 1)
        end = min(column + size, len(line) + 1)
        _, _, row, below, *rest = drawn(run(found(1, column, 1, end), sources={"a.yaml": line}), width).split("\n")
        assert rest == ["", ""]
        assert below.count("^") >= 1
        for shown in (row, below):
            assert sum(width for _, width in cells(shown)) <= width
            assert visible(shown) == shown


class TestConcise:
    def test_one_line(self) -> None:
        assert list(concise.report(run(found(3, 3, 3, 7)))) == ["a.yaml:3:3: error[a-rule] this is wrong\n"]

    def test_minors_are_told(self) -> None:
        one = run(found(3, 3, 3, 7, kube_versions=("1.21",)), minors=("1.21", "1.22"))
        assert list(concise.report(one)) == ["a.yaml:3:3: error[a-rule] this is wrong (on 1.21)\n"]

    @given(st.text(), st.text())
    def test_always_one_line(self, path: str, message: str) -> None:
        (line,) = concise.report(run(found(1, 1, 1, 2, path=path, message=message), sources={}))
        assert line.splitlines() == [line[:-1]]
        assert "\x1b" not in line


class TestJson:
    def report(self, one: Run) -> dict[str, Any]:
        loaded: dict[str, Any] = stdlib_json.loads("".join(json.report(one)))
        return loaded

    def test_document(self) -> None:
        about = Object("batch/v1", "Job", "", "a", 0)
        related = (Related("there", "b.yaml", 1, 2, 3, 4),)
        one = run(found(3, 3, 3, 7, object=about, field="spec.x", reason="Malformed", related=related))
        one = one._replace(
            errors=[Note("gone", "no such file")], left_alone=[LeftAlone("t.yaml", 4, "", "is a template")]
        )
        report = self.report(one)
        assert report.pop("joblint")
        assert report == {
            "format": 1,
            "kubeVersions": ["1.37"],
            "findings": [
                {
                    "rule": "a-rule", "effect": "rejected", "severity": "error", "message": "this is wrong",
                    "path": "a.yaml", "line": 3, "column": 3, "endLine": 3, "endColumn": 7,
                    "object": {"apiVersion": "batch/v1", "kind": "Job", "namespace": "", "name": "a", "document": 0},
                    "field": "spec.x", "reason": "Malformed",
                    "related": [
                        {"message": "there", "path": "b.yaml", "line": 1, "column": 2, "endLine": 3, "endColumn": 4}
                    ],
                    "kubeVersions": [], "fix": None, "origin": "",
                    "fingerprint": "8b8d7128056343aa057d92d0291eed0c",
                }
            ],
            "errors": [{"path": "gone", "message": "no such file"}],
            "leftAlone": [{"path": "t.yaml", "line": 4, "what": "", "why": "is a template"}],
            "suppressed": [],
            "statistics": [
                {"rule": "a-rule", "effect": "rejected", "severity": "error", "findings": 1, "safe": 0, "unsafe": 0}
            ],
            "summary": {"files": 14, "jobs": 20, "error": 1, "warning": 0, "info": 0},
        }  # fmt: skip

    def test_fix_and_odd_file_name(self) -> None:
        one = found(1, 1, 1, 2, path="a\udcff\n.yaml", fix=Fix(False, "cut", ()))
        (finding,) = self.report(run(one, sources={}))["findings"]
        assert finding["fix"] == {"safe": False, "message": "cut", "edits": []}
        assert finding["path"] == "a\\xff\n.yaml"


class TestSummary:
    @pytest.mark.parametrize(
        ("severities", "expected"),
        [
            ([], "no problems in 14 files (20 Jobs, Kubernetes 1.37)"),
            (["error"], "1 error in 1 of 14 files (20 Jobs, Kubernetes 1.37)"),
            (
                ["error", "error", "warning", "info", "info"],
                "2 errors, 1 warning, 2 infos in 1 of 14 files (20 Jobs, Kubernetes 1.37)",
            ),
        ],
    )
    def test_counts(self, severities: list[str], expected: str) -> None:
        assert summary(run(*(found(1, 1, 1, 2, severity=severity) for severity in severities))) == expected

    def test_one_of_everything(self) -> None:
        one = run(found(1, 1, 1, 2), minors=("1.24", "1.25"))._replace(files=1, jobs=1)
        assert summary(one) == "1 error in 1 file (1 Job, Kubernetes 1.24-1.25)"

    def test_large_numbers(self) -> None:
        assert "2,000 files (1,234 Jobs" in summary(run()._replace(files=2000, jobs=1234))

    def test_ranges(self) -> None:
        assert ranges(["1.21", "1.22", "1.23", "1.25", "1.30", "1.31"]) == "1.21-1.23, 1.25, 1.30-1.31"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain äß 日本", "plain äß 日本"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("a\udcffb", "a\\xffb"),
        ("\ud800", "\\ud800"),
        ("\u2066x\u2069\ufeff\u2028", "\\u2066x\\u2069\\ufeff\\u2028"),
        ("\U000e0041", "\\U000e0041"),
        ("\x00\x7f", "\\x00\\x7f"),
    ],
)
def test_visible(raw: str, shown: str) -> None:
    assert visible(raw) == shown


@given(st.text(st.characters(exclude_categories=[])))
def test_visible_leaves_nothing_that_a_terminal_obeys(raw: str) -> None:
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", visible(raw))


@pytest.mark.parametrize(
    ("choice", "environment", "expected"),
    [
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
        ("auto", {}, False),
        ("auto", {"FORCE_COLOR": "1"}, True),
        ("auto", {"FORCE_COLOR": "0"}, False),
        ("auto", {"CLICOLOR_FORCE": "1"}, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("auto", {"NO_COLOR": ""}, False),
    ],
)
def test_colour_choice(
    choice: str, environment: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "CLICOLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    paint: Callable[[str, str], str] = painter(choice)
    assert (paint("x", "error") == "\x1b[1;31mx\x1b[0m") is expected
