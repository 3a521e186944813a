"""`--field-validation`: what becomes of unknown and duplicate fields, and what follows from it."""

import re
from pathlib import Path

import pytest

import joblint
from tests.cli.program import Program
from tests.support import BAD, GOOD

TWICE = GOOD.replace("spec:\n", "spec:\n  backoffLimit: 1\n  backoffLimit: 2\n", 1)


pytestmark = pytest.mark.usefixtures("here")


def said(text: str, mode: str, version: str | None = None, **gates: bool) -> list[tuple[str, str, str, int, int]]:
    found = joblint.lint(text, kube_version=version, field_validation=mode, feature_gates=gates)
    return [(f.rule, f.effect, f.reason, f.line, f.column) for f in found]


class TestProgram:
    def test_unknown_field(self, here: Path, joblint: Program) -> None:
        (here / "bad.yaml").write_text(BAD)
        place, cure = "bad.yaml:6:3:", "did you mean `parallelism`?"
        no = "a Job's spec has no field `paralelism`"
        assert joblint("check", "-q") == (1, f"{place} error[unknown-field] {no}; {cure}\n", "")
        assert joblint("check", "-q", "--field-validation", "warn") == (
            1, f"{place} warning[unknown-field] {no}, so the API server warns and ignores it; {cure}\n", ""
        )  # fmt: skip
        assert joblint("check", "-q", "--field-validation", "ignore") == (
            1, f"{place} error[unknown-field] {no}, so the API server silently ignores it; {cure}\n", ""
        )  # fmt: skip
        assert joblint("check", "--field-validation", "Warn", "--fail-on", "error").code == 0

    def test_duplicate_key(self, here: Path, joblint: Program) -> None:
        (here / "a.yaml").write_text(TWICE)
        assert joblint("check", "-q").out == (
            "a.yaml:7:17: error[duplicate-key] `backoffLimit` is set twice in this mapping, "
            "so the API server refuses the object\n"
        )
        assert joblint("check", "-q", "--field-validation", "warn").out == (
            "a.yaml:7:17: warning[duplicate-key] `backoffLimit` is set twice in this mapping, "
            "so the API server warns and uses the last value\n"
        )
        assert joblint("check", "-q", "--field-validation", "ignore", "--format", "text").out == (
            "error[duplicate-key]: `backoffLimit` is set twice in this mapping, so the API\n"
            "  server silently ignores the first value\n"
            " --> a.yaml:6:3\n"
            "  |\n"
            "6 |   backoffLimit: 1\n"
            "  |   ^^^^^^^^^^^^\n"
            "7 |   backoffLimit: 2\n"
            "  |   ------------ set again here\n"
            "  = unsafe fix: remove the first value\n"
            "\n"
        )

    def test_before_the_server_could_warn(self, here: Path, joblint: Program) -> None:
        (here / "bad.yaml").write_text(BAD)
        done = joblint("check", "-q", "--field-validation", "warn", "--kube-version", "1.21-1.37")
        assert re.findall(r": (\w+)\[.* \(on (.*)\)", done.out) == [("warning", "1.25-1.37"), ("error", "1.21-1.24")]

    def test_selected_by_effect(self, here: Path, joblint: Program) -> None:
        (here / "bad.yaml").write_text(BAD)
        warn = ("check", "--field-validation", "warn", "--select")
        assert [joblint(*warn, effect).code for effect in ("rejected", "dropped", "warned")] == [0, 0, 1]

    def test_another_word(self, joblint: Program) -> None:
        done = joblint("check", "--field-validation", "lax")
        assert (done.code, done.out) == (2, "")
        assert "'--field-validation': `lax` is not one of strict, warn, ignore" in done.err

    def test_explained(self, joblint: Program) -> None:
        told = joblint("explain", "unknown-field").out
        assert all(f"\n{effect}: " in told for effect in ("rejected", "dropped", "warned"))


class TestWhatFollows:
    @pytest.mark.parametrize(("mode", "effect"), [("strict", "rejected"), ("warn", "warned"), ("ignore", "dropped")])
    def test_the_last_of_equal_keys_counts(self, mode: str, effect: str) -> None:
        text = GOOD.replace("spec:\n", "spec:\n  backoffLimit: -1\n  backoffLimit: 1\n", 1)
        line = 6 if mode == "ignore" else 7
        assert [f[:4] for f in said(text, mode)] == [("duplicate-key", effect, "DuplicateField", line)]
        text = GOOD.replace("spec:\n", "spec:\n  backoffLimit: 1\n  backoffLimit: -1\n", 1)
        assert {f[:2] for f in said(text, mode)} == {("duplicate-key", effect), ("negative-number", "rejected")}

    @pytest.mark.parametrize("mode", ["strict", "warn", "ignore"])
    def test_what_another_replaces_is_not_decoded(self, mode: str) -> None:
        text = GOOD.replace(
            "spec:\n", "spec:\n  selector: {bogus: 1}\n  selector: null\n  suspend: 3\n  suspend: true\n", 1
        )
        assert {f[0] for f in said(text, mode)} == {"duplicate-key"}

    def test_equal_keys_in_what_another_replaces(self) -> None:
        text = GOOD.replace("spec:\n", "spec:\n  selector: {matchLabels: {a: b, a: c}}\n  selector: null\n", 1)
        found = joblint.lint(text)
        assert [(f.line, f.field) for f in found] == [(6, "spec.selector.matchLabels[a]"), (7, "spec.selector")]
        assert [f[3:] for f in said(text, "ignore")] == [(6, 3)]

    @pytest.mark.parametrize("mode", ["strict", "warn", "ignore"])
    def test_what_is_malformed_is_rejected(self, mode: str) -> None:
        text = GOOD.replace("spec:\n", "spec:\n  bogus: 1\n  suspend: 3\n", 1)
        assert ("wrong-type", "rejected", "Malformed", 7, 12) in said(text, mode)

    def test_many_unknown_fields_hide_no_type_error(self) -> None:
        many = "".join(f"  bogus{i}: 1\n" for i in range(200))
        found = said(GOOD.replace("spec:\n", f"spec:\n{many}  suspend: 3\n", 1), "ignore")
        assert [f[0] for f in found].count("unknown-field") == 100
        assert found[-1][:3] == ("wrong-type", "rejected", "Malformed")

    @pytest.mark.parametrize(
        ("version", "gates", "effect"),
        [
            ("1.22", {}, "dropped"), ("1.24", {}, "dropped"), ("1.25", {}, "warned"), ("1.37", {}, "warned"),
            ("1.23", {"ServerSideFieldValidation": True}, "warned"), ("1.24", {"AllAlpha": True}, "warned"),
            ("1.26", {"ServerSideFieldValidation": False}, "dropped"),
        ],
    )  # fmt: skip
    def test_warn_needs_the_feature(self, version: str, gates: dict[str, bool], effect: str) -> None:
        assert [f[1] for f in said(BAD, "warn", version, **gates)] == [effect]
        assert [f[1] for f in said(BAD, "strict", version, **gates)] == ["rejected"]
        assert [f[1] for f in said(BAD, "ignore", version, **gates)] == ["dropped"]


def test_another_word_in_python() -> None:
    with pytest.raises(
        ValueError, match="`Strict` is not a valid field validation; use one of `strict`, `warn`, `ignore`"
    ):
        joblint.lint(GOOD, field_validation="Strict")
    with pytest.raises(ValueError, match="`lax` is not a valid field validation"):
        joblint.make_settings(field_validation="lax")
    assert joblint.make_settings(field_validation="warn").field_validation == "warn"
