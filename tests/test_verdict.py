"""conformance/: what is kept of an answer, what counts as the same, and which lines were reached."""

from typing import Any

import pytest

from conformance import coverage, store
from conformance.agreement import Answer, Difference, differences
from conformance.gated import gated, words
from conformance.verdict import NO_UPDATE, Verdict, verdict

IMAGE = "spec.template.spec.containers[0].image"


def said(
    *rejected: tuple[str, str],
    dropped: tuple[str, ...] = (),
    warned: tuple[str, ...] = (),
    twice: tuple[tuple[int, str], ...] = (),
    tolerated: tuple[str, ...] = (),
) -> Answer:
    return Answer(*(frozenset(one) for one in (rejected, dropped, warned, twice, tolerated)))  # type: ignore[arg-type]


class TestVerdict:
    @pytest.mark.parametrize(
        ("answer", "kept"),
        [
            ({"ok": True}, {"ok": True}),
            (
                {"ok": False, "causes": [{"reason": "FieldValueRequired", "field": IMAGE, "message": "words"}] * 2},
                {"ok": False, "causes": [[IMAGE, "FieldValueRequired"]]},
            ),
            (
                {"ok": False, "decode": ['unknown field "spec.a"', 'duplicate field "spec.b"']},
                {"ok": False, "decode": [["spec.a", "UnknownField"], ["spec.b", "DuplicateField"]]},
            ),
            (
                {"ok": False, "decode": ["v1.Job.ReadObject: found unknown field: x, error found in #10 byte of ..."]},
                {"ok": False, "decode": [["x", "UnknownField"]]},
            ),
            (
                {"ok": True, "decode": ['line 5: key "a" already set in map'], "tolerated": "warned"},
                {"ok": True, "tolerated": "warned", "twice": [[5, "a"]]},
            ),
            ({"ok": False, "decode": ["line 5: key true already set in map"]}, {"ok": False, "twice": [[5, "true"]]}),
            ({"ok": True, "warnings": ["spec.a: words", 'volume "b": words']}, {"ok": True, "warned": ["", "spec.a"]}),
            (
                {"ok": True, "warnings": ["batch/v1beta1 CronJob is deprecated in v1.21+"]},
                {"ok": True, "warned": ["apiVersion"]},
            ),
            ({"ok": False, "causes": [{"field": "a", "reason": "b"}], "warnings": ["spec.a: words"]},
             {"ok": False, "causes": [["a", "b"]]}),
            ({"ok": True, "dropped": ["spec.a"]}, {"ok": True, "dropped": ["spec.a"]}),
            (
                {"ok": False, "fatal": "json: cannot unmarshal bool into Go struct field V.spec.Vo.a of type x"},
                {"ok": False, "fatal": "spec.a"},
            ),
            ({"ok": False, "fatal": 'no matches for kind "Job" in version "a"'}, {"ok": False, "fatal": "apiVersion"}),
            ({"ok": False, "fatal": "Object 'Kind' is missing in 'a'"}, {"ok": False, "fatal": "kind"}),
            ({"ok": False, "fatal": "words"}, {"ok": False, "fatal": ""}),
            ({"ok": False, "fatal": "old: words"}, NO_UPDATE),
            ({"ok": False, "fatal": "merge: words"}, NO_UPDATE),
        ],
    )  # fmt: skip
    def test_what_is_kept(self, answer: dict[str, Any], kept: Verdict) -> None:
        assert verdict({"id": "a", **answer}) == kept

    def test_minors_share_a_verdict(self) -> None:
        verdicts: store.Verdicts = {
            21: {"ok": True},
            22: {"ok": False, "fatal": ""},
            23: {"ok": True},
            24: {"ok": True},
        }
        groups = store.group_by_verdict(verdicts)
        assert groups == [("1.21,1.23-1.24", {"ok": True}), ("1.22", {"ok": False, "fatal": ""})]
        assert store.verdict_by_minor(groups) == verdicts


class TestAgreement:
    @pytest.mark.parametrize(
        ("want", "have", "minor", "expected"),
        [
            ({"ok": True}, said(), 30, set()),
            ({"ok": True}, said(("a", "b")), 30, {("extra", "a", "b")}),
            ({"causes": [["a[0]", "c"]]}, said(("a[1]", "c")), 30, {("missing", "a[]", "c"), ("extra", "a[]", "c")}),
            ({"causes": [["spec.jobTemplate.spec.a", "b"]]}, said(), 30, {("missing", "spec.a", "b")}),
            ({"fatal": ""}, said(), 30, {("missing", "", "decoding")}),
            ({"fatal": "a.b"}, said(("spec.a[0].b[k]", "Malformed")), 30, set()),
            ({"fatal": "a.b"}, said(("spec.a", "Malformed")), 30, {("missing", "a.b", "decoding")}),
            ({"dropped": ["a"]}, said(dropped=("b",)), 30, {("dropped missing", "a", ""), ("dropped extra", "b", "")}),
            ({"warned": ["a"]}, said(), 30, {("warned missing", "a", "")}),
            ({"warned": [""]}, said(), 30, {("warned missing", "", "")}),
            ({"warned": [""]}, said(warned=("a",)), 30, set()),
            ({"warned": ["", "a"]}, said(warned=("a",)), 30, {("warned missing", "", "")}),
            ({"causes": [["a", "b"]]}, said(("a", "b"), warned=("c",)), 30, set()),  # a refusal has no warnings
            ({"decode": [["spec.a", "UnknownField"]]}, said(("spec.a", "UnknownField")), 24, set()),
            ({"decode": [["a", "UnknownField"]]}, said(("spec.a", "UnknownField")), 24, {
                ("missing", "a", "UnknownField"), ("extra", "spec.a", "UnknownField"),
            }),
            ({"decode": [["a", "UnknownField"]]}, said(("spec.a", "UnknownField")), 23, set()),
            ({"decode": [["a", "UnknownField"]]}, said(("x.a", "UnknownField"), ("x.b", "UnknownField")), 22, set()),
            ({"decode": [["a", "UnknownField"]]}, said(("x.b", "UnknownField")), 22, {
                ("missing", "a", "UnknownField"), ("extra", "x.b", "UnknownField"),
            }),
            ({"twice": [[5, "a"]]}, said(("x.a", "DuplicateField"), twice=((5, "a"),)), 30, set()),
            ({"twice": [[5, "a"]]}, said(("x.a", "DuplicateField"), twice=((4, "a"),)), 30, {
                ("missing", "line 5", "a"), ("extra", "line 4", "a"),
            }),
            ({"twice": [[5, "a"]], "tolerated": "dropped"},
             said(("x.a", "DuplicateField"), twice=((4, "a"),), tolerated=("dropped",)), 30, set()),
            ({"twice": [[5, "a"]], "tolerated": "warned"},
             said(("x.a", "DuplicateField"), twice=((5, "a"),)), 30, {("tolerated missing", "warned", "")}),
            (NO_UPDATE, said(("a", "b"), dropped=("c",), warned=("d",)), 30, set()),
        ],
    )  # fmt: skip
    def test_differences(self, want: Verdict, have: Answer, minor: int, expected: set[tuple[str, str, str]]) -> None:
        assert differences({"ok": False, **want}, have, minor) == {Difference(*one) for one in expected}


class TestGated:
    def test_it_takes_cases_that_the_gate_reaches(self) -> None:
        some = [{"id": "a", "yaml": "managedBy: x"}, {"id": "b", "yaml": "unmanagedBy: x"}]
        chosen = [case for case in gated(some, []) if "JobManagedBy" in case["id"]]
        assert [(case["id"], case["yaml"], case["gates"]) for case in chosen] == [
            ("gate-JobManagedBy-on-0", "managedBy: x", {"JobManagedBy": True}),
            ("gate-JobManagedBy-off-0", "managedBy: x", {"JobManagedBy": False}),
        ]

    def test_a_gate_that_no_manifest_shows(self) -> None:
        assert not words({"name": "Other"}).search("anything\n")


class TestCoverage:
    SOURCE = (
        "package a",
        "func One() {",
        "\treturn field.Invalid(p)",
        "\treturn field.Required(p) // field.Forbidden",
        "}",
        "func (x X) Two() {",
        "\twarnings = append(warnings, x)",
        "}",
    )
    PROFILE = ("mode: set", "p/a.go:2.12,3.26 1 1", "p/a.go:4.2,5.2 1 0", "p/a.go:6.18,8.2 1 0")

    def test_sites(self) -> None:
        blocks = coverage.parse(self.PROFILE)["p/a.go"]
        found = coverage.sites("p/a.go", self.SOURCE, blocks)
        assert [(site.line, site.function, site.entered, site.reached) for site in found] == [
            (3, "One", True, True),
            (4, "One", True, False),
            (7, "Two", False, False),
        ]
