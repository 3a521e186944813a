"""Mistakes that people make, refused (fixtures/mistakes) or accepted (fixtures/accepted), each with its expected.yaml;
and the tables of them (docs/mistakes.md).

Advice is off by default: of an accepted one, the rules that its line of the table names are turned on. `NAME.old.yaml`
is what `NAME.yaml` is applied over.
"""

import re
from functools import cache
from typing import NamedTuple

import pytest

import joblint
from joblint.rule.cards import cards
from joblint.rule.finding import Finding
from tests.conftest import ROOT
from tests.support import load_yaml

FIXTURES = ROOT / "fixtures"
FOLDERS = ("mistakes", "accepted")
TABLE = ROOT / "docs" / "mistakes.md"
LINES = 96  # of our collection
Expected = dict[str, dict[str, list[str]]]
EXPECTED: Expected = {
    f"{folder}/{name}": minors
    for folder in FOLDERS
    for name, minors in load_yaml((FIXTURES / folder / "expected.yaml").read_text(encoding="utf-8")).items()
}
CASES = [(name, minor) for name, minors in EXPECTED.items() for minor in minors]
# Mistakes that no file shows.
UNSEEN = {3, 64, 95}
# What stands beside a Job in these files.
_OTHERS = r"(?m)^kind: (?:ConfigMap|Deployment|ResourceQuota|Service)$"


class Row(NamedTuple):
    """A line of a table: the mistake's number, the rules that it names, the message that it quotes, and the effects."""

    number: int
    rules: set[str]
    message: str
    effects: str = ""  # in words; empty in the table of what is refused


def rows() -> list[Row]:
    found = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and cells[0].isdigit():
            number, _, rules, *effects, message = cells
            found.append(Row(int(number), set(re.findall(r"`([\w-]+)`", rules)), message, "".join(effects)))
    return found


def number_of(name: str) -> int:
    return int(name.partition("/")[2].partition("-")[0])


@cache
def selected(number: int) -> frozenset[str]:
    """The rules of advice that the line of a number names."""
    known = cards()
    return frozenset(rule for row in rows() if row.number == number for rule in row.rules if rule in known)


@cache
def found(name: str, minor: str) -> tuple[Finding, ...]:
    path = FIXTURES / name
    old = path.with_suffix(".old.yaml")
    return tuple(
        joblint.lint(
            path.read_bytes(),
            path=str(path),
            kube_version=minor,
            extend_select=sorted(selected(number_of(name))),
            old=old.read_bytes() if old.exists() else None,
        )
    )


def of_number(number: int) -> list[Finding]:
    return [f for name, minor in CASES if number_of(name) == number for f in found(name, minor)]


def test_the_lists_have_every_file() -> None:
    files = {f"{folder}/{path.name}" for folder in FOLDERS for path in (FIXTURES / folder).iterdir()}
    assert set(EXPECTED) == {name for name in files if not name.endswith(("/expected.yaml", ".old.yaml"))}
    assert all(name.replace(".old.", ".") in files for name in files)


@pytest.mark.parametrize(("name", "minor"), CASES)
def test_what_is_said(name: str, minor: str) -> None:
    assert [f"{f.line}:{f.column} {f.effect} {f.rule}" for f in found(name, minor)] == EXPECTED[name][minor]


@pytest.mark.parametrize("name", EXPECTED)
def test_every_object_is_found_wrong_on_some_minor(name: str) -> None:
    """No variant of a mistake goes unseen."""
    lines = (FIXTURES / name).read_text(encoding="utf-8").splitlines()
    starts = [1, *(number + 1 for number, line in enumerate(lines, 1) if line == "---")]
    ends = [*starts[1:], len(lines) + 1]
    told = {f.line for other in EXPECTED[name] for f in found(name, other)}
    judged = [
        (start, end)
        for start, end in zip(starts, ends, strict=True)
        if not re.search(_OTHERS, "\n".join(lines[start - 1 : end - 1]))
    ]
    assert [start for start, end in judged if not told & set(range(start, end))] == []


def test_the_tables_have_every_number_once_and_in_order() -> None:
    refused = [row.number for row in rows() if not row.effects]
    accepted = [row.number for row in rows() if row.effects]
    assert sorted([*refused, *accepted]) == list(range(1, LINES + 1))
    assert (refused, accepted) == (sorted(refused), sorted(accepted))
    assert {number_of(name) for name in EXPECTED} == {*refused, *accepted} - UNSEEN


@pytest.mark.parametrize("row", rows(), ids=lambda row: str(row.number))
def test_the_tables_name_the_rules_and_quote_a_message(row: Row) -> None:
    findings = of_number(row.number)
    assert row.rules == {f.rule for f in findings}
    quoted = re.compile(".*".join(re.escape(part.strip()) for part in row.message.split("…")))
    assert row.number in UNSEEN or any(quoted.search(f.message) for f in findings), [f.message for f in findings]


@pytest.mark.parametrize("row", [row for row in rows() if row.effects], ids=lambda row: str(row.number))
def test_the_table_says_which_it_is(row: Row) -> None:
    """The words for effects are those of the findings."""
    words = {"mistake": "mistake", "advice": "advice", "rejected": "rejected", "warning": "warned"}
    assert {words[word] for word in words if word in row.effects} == {f.effect for f in of_number(row.number)}
