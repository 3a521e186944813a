"""Mistakes that people make (fixtures/mistakes, expected.yaml there), and the table of them (docs/mistakes.md)."""

import re
from functools import cache
from typing import NamedTuple

import pytest
import yaml

import joblint
from joblint.finding import Finding
from tests.conftest import ROOT

FIXTURES = ROOT / "fixtures" / "mistakes"
TABLE = ROOT / "docs" / "mistakes.md"
EXPECTED: dict[str, dict[str, list[str]]] = yaml.safe_load((FIXTURES / "expected.yaml").read_text(encoding="utf-8"))
CASES = [(name, minor) for name, minors in EXPECTED.items() for minor in minors]
# Mistakes that no file shows.
UNSEEN = {3}


class Row(NamedTuple):
    """A line of the table: the mistake's number, the rules that it names, the message that it quotes."""

    number: int
    rules: set[str]
    message: str


def rows() -> list[Row]:
    cells = re.findall(r"^\| (\d+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", TABLE.read_text(encoding="utf-8"), re.MULTILINE)
    return [Row(int(number), set(re.findall(r"`([\w-]+)`", rules)), message) for number, rules, message in cells]


@cache
def found(name: str, minor: str) -> tuple[Finding, ...]:
    path = FIXTURES / name
    return tuple(joblint.lint(path.read_bytes(), path=str(path), kube_version=minor))


def of_number(number: int) -> list[Finding]:
    return [f for name, minor in CASES if int(name.partition("-")[0]) == number for f in found(name, minor)]


def test_the_list_has_every_file() -> None:
    assert sorted(EXPECTED) == sorted(path.name for path in FIXTURES.iterdir() if path.name != "expected.yaml")


@pytest.mark.parametrize(("name", "minor"), CASES)
def test_what_is_said(name: str, minor: str) -> None:
    assert [f"{f.line}:{f.column} {f.effect} {f.rule}" for f in found(name, minor)] == EXPECTED[name][minor]


@pytest.mark.parametrize("name", EXPECTED)
def test_every_object_is_found_wrong_on_some_minor(name: str) -> None:
    """No variant of a mistake goes unseen."""
    text = (FIXTURES / name).read_text(encoding="utf-8")
    starts = [1, *(number + 1 for number, line in enumerate(text.splitlines(), 1) if line == "---")]
    ends = [*starts[1:], len(text.splitlines()) + 1]
    told = {f.line for other in EXPECTED[name] for f in found(name, other)}
    assert [start for start, end in zip(starts, ends, strict=True) if not told & set(range(start, end))] == []


def test_the_table_has_every_number_once_and_in_order() -> None:
    numbers = {int(name.partition("-")[0]) for name in EXPECTED}
    assert [row.number for row in rows()] == sorted(numbers | UNSEEN)


@pytest.mark.parametrize("row", rows(), ids=lambda row: str(row.number))
def test_the_table_names_the_rules_and_quotes_a_message(row: Row) -> None:
    findings = of_number(row.number)
    assert row.rules == {f.rule for f in findings}
    quoted = re.compile(".*".join(re.escape(part.strip()) for part in row.message.split("…")))
    assert row.number in UNSEEN or any(quoted.search(f.message) for f in findings), [f.message for f in findings]
