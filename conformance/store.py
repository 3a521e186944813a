"""Reading and writing the recorded cases and verdicts, and the minors that share a verdict.

`cases/NAME.jsonl.gz` has one case a line (NAME: create, update, put); `cases/verdicts/NAME.jsonl.gz` a header with the
release of each minor, then for each case, in the same order, its verdicts: `[["1.21-1.30", verdict], ...]`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from conformance import recording
from conformance.recording import HERE, Line
from conformance.verdict import Verdict
from joblint.kube.minors.versions import parse_versions
from tools.schemas.features import ranges

FOLDER = HERE / "cases"
CREATE, UPDATE, PUT = "create", "update", "put"
NAMES = (CREATE, UPDATE, PUT)
VERDICTS = FOLDER / "verdicts"
VERSIONS = "versions"

Verdicts = dict[int, Verdict]


class Recorded(NamedTuple):
    """A case and the verdict of each minor on it."""

    case: Line
    verdicts: Verdicts


def read(name: str) -> Iterator[Recorded]:
    """Yield the cases of that name, in order, with their verdicts. Raises ValueError if the two files do not match."""
    header, *kept = recording.read(VERDICTS / f"{name}.jsonl.gz")
    del header
    for case, line in zip(read_cases(name), kept, strict=True):
        if case["id"] != line["id"]:
            raise ValueError(f"{name}: {case['id']} has no verdicts; run conformance/refresh.py")
        yield Recorded(case, verdict_by_minor(line["verdicts"]))


def read_cases(name: str) -> Iterator[Line]:
    """Yield the cases of that name, in order."""
    header, *kept = recording.read(FOLDER / f"{name}.jsonl.gz")
    del header
    yield from kept


def releases(name: str) -> dict[int, str]:
    """Return the recorded release of each minor."""
    header: Line = next(recording.read(VERDICTS / f"{name}.jsonl.gz"))
    return {int(minor.removeprefix("1.")): version for minor, version in header[VERSIONS].items()}


def write(name: str, recorded: Iterable[Recorded], versions: Mapping[int, str]) -> None:
    """Write the cases and verdicts; the same content always produces the same bytes."""
    VERDICTS.mkdir(parents=True, exist_ok=True)
    recorded = list(recorded)
    recording.write(FOLDER / f"{name}.jsonl.gz", {"cases": len(recorded)}, (one.case for one in recorded))
    header = {VERSIONS: {f"1.{minor}": version for minor, version in sorted(versions.items())}}
    lines = ({"id": one.case["id"], "verdicts": group_by_verdict(one.verdicts)} for one in recorded)
    recording.write(VERDICTS / f"{name}.jsonl.gz", header, lines)


def group_by_verdict(verdicts: Verdicts) -> list[tuple[str, Verdict]]:
    """Return the minors of each verdict, the one of the oldest minor first."""
    groups: dict[str, list[int]] = {}
    for minor in sorted(verdicts):
        groups.setdefault(json.dumps(verdicts[minor], sort_keys=True), []).append(minor)
    return [(ranges(minors).replace(" ", ""), json.loads(text)) for text, minors in groups.items()]


def verdict_by_minor(groups: Iterable[tuple[str, Verdict]]) -> Verdicts:
    """Do the reverse of `group_by_verdict`; minors of one group share the object."""
    verdicts = {minor: verdict for text, verdict in groups for minor in parse_versions(text)}
    return dict(sorted(verdicts.items()))
