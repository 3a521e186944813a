"""joblint's word against the recorded verdicts of the real Kubernetes code, on all minors (conformance/README.md).

What differs must be listed in conformance/DIFFERENCES.md, each entry with a case that shows it.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest

from conformance import store
from conformance.agreement import Difference, accepts_gates, differences, judge
from conformance.recording import HERE
from conformance.store import CREATE, NAMES, PUT, UPDATE, Recorded
from conformance.verdict import NO_SERVER
from joblint.kube.minors.minor import MINORS
from joblint.kube.minors.versions import parse_versions
from tools.schemas.source import versions

pytestmark = pytest.mark.slow

CHUNKS = 12  # of the creates, to be shared out among processes
LISTED = HERE / "DIFFERENCES.md"
ROW = re.compile(
    r"^\| `?(?P<what>[a-z ]+?)`? \| `(?P<field>[^`]*)` \| (?P<reason>\w*) \| (?P<minors>[\d., -]+) \| (?P<case>\S+) \|"
)


class Listed(NamedTuple):
    """An entry of DIFFERENCES.md; `*` in the field stands for anything."""

    what: str
    field: str
    reason: str
    minors: tuple[int, ...]
    case: str

    def covers(self, difference: Difference, minor: int) -> bool:
        pattern = ".*".join(map(re.escape, self.field.split("*")))
        same = (self.what, self.reason) == (difference.what, difference.reason)
        return same and minor in self.minors and re.fullmatch(pattern, difference.field) is not None


@cache
def listed() -> tuple[Listed, ...]:
    """The entries of DIFFERENCES.md."""
    rows = filter(None, map(ROW.match, LISTED.read_text(encoding="utf-8").splitlines()))
    return tuple(
        Listed(row["what"], row["field"], row["reason"], parse_versions(row["minors"]), row["case"]) for row in rows
    )


@cache
def recorded(name: str) -> tuple[Recorded, ...]:
    return tuple(store.read(name))


def found(one: Recorded) -> Iterator[tuple[Difference, int]]:
    """Every difference on a case, with its minor."""
    said = judge(one.case)
    for minor, verdict in one.verdicts.items():
        if minor in said:
            yield from ((difference, minor) for difference in differences(verdict, said[minor], minor))


def new(some: tuple[Recorded, ...]) -> list[str]:
    """The differences that are not listed: one line each, with the minors."""
    lines: dict[tuple[str, Difference], list[int]] = {}
    for one in some:
        for difference, minor in found(one):
            if not any(entry.covers(difference, minor) for entry in listed()):
                lines.setdefault((one.case["id"], difference), []).append(minor)
    return [f"{case}: {' '.join(said)}, on 1.{min(on)} to 1.{max(on)}" for (case, said), on in lines.items()]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_creates(chunk: int) -> None:
    some = recorded(CREATE)[chunk::CHUNKS]
    assert some
    assert new(some) == []


def test_updates() -> None:
    assert new(recorded(UPDATE)) == []


def test_puts() -> None:
    """Of what the server had generated joblint says once that it is missing; what it says, the server says."""
    some = recorded(PUT)
    assert len(some) >= 20
    for one in some:
        said = judge(one.case)
        for minor, verdict in one.verdicts.items():
            causes = {tuple(cause) for cause in verdict.get("causes", ())}
            assert bool(said[minor].rejected) == (not verdict["ok"]), (one.case["id"], minor)
            assert said[minor].rejected <= causes, (one.case["id"], minor)


def test_what_is_listed_still_differs() -> None:
    """An entry that nothing shows any more is taken out."""
    by_id = {one.case["id"]: one for name in NAMES for one in recorded(name)}
    for entry in listed():
        shown = {minor for difference, minor in found(by_id[entry.case]) if entry.covers(difference, minor)}
        assert shown == set(entry.minors), entry


@pytest.mark.parametrize("name", NAMES)
def test_the_verdicts_are_of_all_minors(name: str) -> None:
    assert store.releases(name) == versions()
    assert all(list(one.verdicts) == list(MINORS) for one in recorded(name))


def test_gates_that_no_server_starts_with() -> None:
    gated = [one for name in NAMES for one in recorded(name) if "gates" in one.case]
    assert gated
    for one in gated:
        refused = [minor for minor in MINORS if not accepts_gates(minor, one.case["gates"])]
        assert refused == [minor for minor, verdict in one.verdicts.items() if verdict == NO_SERVER], one.case["id"]


def test_the_recording_says_enough() -> None:
    """At least 3,000 creates and 300 updates, refused and taken; small enough for a repository."""
    sizes = {name: len(recorded(name)) for name in NAMES}
    assert sizes[CREATE] >= 3000
    assert sizes[UPDATE] >= 300
    for name in NAMES:
        verdicts = [one.verdicts[MINORS[-1]] for one in recorded(name)]
        assert {verdict["ok"] for verdict in verdicts} == {True, False}
    files = [path for path in store.FOLDER.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 5_000_000
