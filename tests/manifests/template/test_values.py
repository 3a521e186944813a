"""The values of charts, against helm's own (conformance/values/README.md)."""

import json
from functools import cache
from itertools import product
from typing import Any

import pytest

from conformance import recording
from conformance.values.questions import NAMES
from conformance.values.refresh import ANSWERS
from joblint.manifests.source import ChartValues, Source
from joblint.manifests.template.lex import action_at
from joblint.manifests.template.values import Layer, Values
from joblint.project.given import layers
from joblint.project.render.values import Values as Given

LINES = [line for line in [*recording.read(ANSWERS)][1:] if "error" not in line]
ABSENT = object()


# All names of up to three parts, each with a template that inserts it.
ALL = {
    path: f"{{{{ .Values.{'.'.join(path)} }}}}"
    for size in (1, 2, 3)
    for path in product((*NAMES, "other"), repeat=size)
}
ALL_NAMES = frozenset(f".Values.{'.'.join(path)}" for path in ALL)
TOKENS = {path: action_at(text, 0) for path, text in ALL.items()}


@cache
def values(number: int) -> Values:
    return values_of(LINES[number])


def values_of(line: dict[str, Any]) -> Values:
    own = tuple(Source(f"{number}", json.dumps(one)) for number, one in enumerate(line["charts"]))
    files = tuple((str(number), json.dumps(one).encode()) for number, one in enumerate(line["files"]))
    given = layers(Given(files, tuple(line["sets"]), tuple(line["strings"])))
    return Values(ChartValues(own, tuple(line["names"])), given)


def at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return ABSENT
        value = value[name]
    return value


def test_what_helm_says() -> None:
    known = lacking = plain = 0
    for number, line in enumerate(LINES):
        for path, text in ALL.items():
            real, token = at(line["values"], path), TOKENS[path]
            found = values(number).of(token, text, False)
            if found is not None:
                assert (real is ABSENT, found.text) == (False, json.dumps(real) if not isinstance(real, str) else real)
                known += 1
            elif isinstance(real, bool | int | str) and real != "":
                plain += 1
            if values(number).lacks(token, text, False):
                assert real is ABSENT
                lacking += 1
    assert known > 1000
    assert lacking > 10_000
    assert known > plain * 9  # what helm has and joblint does not know


def test_conditions() -> None:
    """What is known of a condition because of given values."""
    known = 0
    for number, line in enumerate(LINES):
        for path in ALL:
            name, real = ".".join(path), at(line["values"], path)
            atoms = [f".Values.{name}", f'.Values.{name} == "x"', f".Values.{name} == true"]
            found = values(number).truths(atoms, (None, ALL_NAMES, ())[number % 3])
            expected = [real is not ABSENT and bool(real), real == "x", real is True]
            for atom, truth in zip(atoms, expected, strict=True):
                if atom in found:
                    assert (atom, found[atom]) == (atom, truth)
                    known += 1
    assert known > 500


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("# a: 1\nb: 1\n", "a"),
        ("b: 1  # a: 2\n", "a"),
        ("b:\n  ##   - a : x\n", "a"),
        ("c: {b: 1}\n# b: {a: 1}\n", "b.a"),
    ],
)
def test_value_in_a_comment_is_not_lacking(text: str, name: str) -> None:
    assert lacks(text, name) == ""


@pytest.mark.parametrize(
    ("text", "name"), [("b: 1\n", "a"), ("# no a\nb: 1\n", "a"), ("##\nb: 1\n", "b2"), ("b: 1 # xa: 2\n", "a")]
)
def test_value_that_is_lacking(text: str, name: str) -> None:
    assert lacks(text, name) == f".Values.{name}"


def lacks(text: str, name: str, **more: Any) -> str:
    action = f"{{{{ .Values.{name} }}}}"
    return Values(ChartValues((Source("values.yaml", text),), **more)).lacks(action_at(action, 0), action, False)


def test_values_that_a_part_sets_are_not_lacking() -> None:
    assert lacks("b: 1\n", "a", imports=True) == ""


@pytest.mark.parametrize("text", ["{a: {", "- a\n", "x\n", "a: &x 1\n<<: *x\n"])
def test_values_that_cannot_be_read(text: str) -> None:
    action = "{{ .Values.b }}"
    given = (Layer(Source("x", text), None),)
    unread = Values(ChartValues((Source("values.yaml", text),)), given)
    assert unread.of(action_at(action, 0), action, False) is None
    assert unread.lacks(action_at(action, 0), action, False) == ""
