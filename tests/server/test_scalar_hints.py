"""What is suggested for booleans and numbers that are misspelt, spelt out or quoted."""

import pytest

import joblint
from joblint.engine.api import make_settings
from joblint.rule.finding import Finding
from tests.support import GOOD, in_spec


def wrong(field: str, value: str) -> Finding | None:
    found = joblint.lint(in_spec(f"{field}: {value}"))
    if not found:
        return None
    [one] = found
    assert (one.rule, one.line, one.column) == ("wrong-type", 6, 5 + len(field))
    return one


@pytest.mark.parametrize(
    ("value", "meant", "safe"),
    [
        ("flase", "false", False), ("ture", "true", False), ("Flase", "false", False), ("fasle", "false", False),
        ("fales", "false", False), ("tru", "true", False), ("ttrue", "true", False), ("tRUE", "true", True),
        ("fALSE", "false", True), ("1", "true", False), ("0", "false", False), ("t", "true", False),
        ("enabled", "true", False), ("disabled", "false", False), ("'flase'", "false", False), ('"1"', "true", False),
        ("flase # for now", "false", False), ('" true "', "true", True),
    ],
)  # fmt: skip
def test_a_boolean_that_was_meant(value: str, meant: str, safe: bool) -> None:
    found = wrong("suspend", value)
    assert found is not None
    assert found.message.endswith(f"; did you mean `{meant}`?")
    assert found.fix is not None
    assert found.fix.safe is safe
    assert [edit.text for edit in found.fix.edits] == [meant]


@pytest.mark.parametrize("value", ['"true"', "'False'", '"yes"', "'off'"])
def test_a_quoted_boolean_loses_its_quotes(value: str) -> None:
    found = wrong("suspend", value)
    assert found is not None
    assert found.fix is not None
    assert found.fix.safe
    assert "did you mean" not in found.message


@pytest.mark.parametrize(
    "value", ["banana", "else", "[true]", "{a: true}", "2", "1.5", "tomorrow", "x" * 50000, "'\\'"]
)
def test_other_words_get_no_guess(value: str) -> None:
    for one in joblint.lint(in_spec(f"suspend: {value}")):
        assert "did you mean" not in one.message


@pytest.mark.parametrize(
    ("value", "meant"),
    [("1O", "10"), ("l0", "10"), ("1,000", "1000"), ("1 000 000", "1000000"),
        ("ten", "10"), ("Two", "2"), ('"3O"', "30")],
)  # fmt: skip
def test_a_number_that_was_meant(value: str, meant: str) -> None:
    found = wrong("parallelism", value)
    assert found is not None
    assert found.message.endswith(f"; did you mean `{meant}`?")
    assert found.fix is not None
    assert not found.fix.safe


@pytest.mark.parametrize(
    "value", ["x", "O", "1,00", '"0755"', "99999999999", "1.5", "5m", '"5"', "9" * 4000, "9O" * 30]
)
def test_other_numbers_get_no_guess(value: str) -> None:
    found = wrong("parallelism", value)
    assert found is not None
    assert "did you mean" not in found.message


@pytest.mark.parametrize("field", ["suspend", "parallelism"])
@pytest.mark.parametrize("value", ["none", "nil", '"null"', "undefined", '""'])
def test_no_value_is_no_field(field: str, value: str) -> None:
    found = wrong(field, value)
    assert found is not None
    assert found.message.endswith("; to leave it unset, remove the field")


RESOURCE = "        env: [{name: a, valueFrom: {resourceFieldRef: {resource: %s}}}]\n"
SIGNAL = "        lifecycle: {stopSignal: %s}\n      os: {name: linux}\n"
MODE = (
    "      volumes:\n      - name: v\n        ephemeral:\n          volumeClaimTemplate:\n            spec:\n"
    "              accessModes: [%s]\n              resources: {requests: {storage: 1Gi}}\n"
)


@pytest.mark.parametrize(
    ("lines", "rule", "written", "meant", "safe"),
    [
        (RESOURCE, "invalid-env", "limit.memory", "limits.memory", False),
        (SIGNAL, "invalid-probe", "SIGTRM", "SIGTERM", False),
        (MODE, "invalid-volume", "readwriteonce", "ReadWriteOnce", True),
    ],
)
def test_a_word_of_a_list_that_was_meant(lines: str, rule: str, written: str, meant: str, safe: bool) -> None:
    text = GOOD + lines % written
    settings = make_settings(feature_gates={"ContainerStopSignals": True})
    (found,) = joblint.lint(text, settings=settings)
    assert (found.rule, text.splitlines()[found.line - 1][found.column - 1 :].startswith(written)) == (rule, True)
    assert found.message.endswith(f"; did you mean `{meant}`?")
    assert found.fix is not None
    assert found.fix.safe is safe
    assert joblint.lint(GOOD + lines % "x", settings=settings)[0].fix is None
