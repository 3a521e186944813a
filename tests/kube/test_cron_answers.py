"""joblint's schedules against robfig/cron itself: conformance/cron/README.md says where the answers come from."""

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

import pytest

from conformance import recording
from conformance.cron import questions, refresh
from joblint.kube.cron import parse as cron
from joblint.kube.cron import timezone
from joblint.kube.cron.clock import ever_fires, next_run, next_runs
from joblint.kube.cron.cure import cure

HEADER, *LINES = recording.read(refresh.ANSWERS)
UNCHANGED = {name for name, digest in HEADER["zones"].items() if refresh.digest(name) == digest}
TAKEN = [line for line in LINES if "error" not in line]
REFUSED = [line for line in LINES if "error" in line]


def parse(line: dict[str, Any]) -> cron.Schedule:
    return cron.parse(line["schedule"], legacy=line.get("legacy", False))


def zone(name: str) -> tzinfo:
    return UTC if name == "UTC" else timezone.load(name)


def runs(line: dict[str, Any]) -> Iterator[datetime]:
    at: datetime | None = datetime.fromisoformat(line["after"]).astimezone(zone(line["zone"]))
    schedule = parse(line)
    for _ in range(line["count"]):
        at = next_run(schedule, at) if at else None
        if at:
            yield at


def refused(line: dict[str, Any]) -> bool:
    try:
        parse(line)
    except cron.ScheduleError:
        return True
    return False


def rules_known(line: dict[str, Any]) -> bool:
    own = line["schedule"].partition("TZ=")[2].partition(" ")[0]
    return line["zone"] in UNCHANGED and (own not in HEADER["zones"] or own in UNCHANGED)


def test_the_recording_is_large_enough() -> None:
    assert len(LINES) >= 2500
    assert len(REFUSED) >= 500
    assert len({line["zone"] for line in TAKEN}) >= 25


def test_the_recording_is_that_of_the_questions() -> None:
    keys = ("schedule", "zone", "after", "count", "legacy")
    if len(UNCHANGED) == len(HEADER["zones"]):  # they start near changes of the clock, so they depend on the rules
        assert [{key: line[key] for key in keys if key in line} for line in LINES] == questions.questions()


def test_refuses_what_the_library_refuses() -> None:
    assert [line for line in REFUSED if not refused(line)] == []


def test_takes_what_the_library_takes() -> None:
    assert [line for line in TAKEN if refused(line)] == []


def test_means_the_same_numbers() -> None:
    wrong = []
    for line in TAKEN:
        schedule = parse(line)
        bits = [field.bits | field.star << 63 for field in schedule.fields]
        if (bits, schedule.every) != (line.get("bits", []), line.get("every")):
            wrong.append((line, bits, schedule.every))
    assert wrong == []


def test_fires_when_the_library_fires() -> None:
    compared, wrong = 0, []
    for line in TAKEN:
        if not rules_known(line) or line.get("hangs"):
            continue
        compared += 1
        told = [datetime.fromisoformat(at) for at in line.get("next", [])]
        got = list(runs(line))
        if [at.isoformat() for at in got] != [at.isoformat() for at in told]:
            wrong.append((line, got))
    assert wrong == []
    assert compared >= 0.8 * len(TAKEN)  # a new tzdata changes the rules of few zones: if of more, refresh the answers


def test_next_runs_gives_the_same_and_refuses_zones_in_schedules() -> None:
    compared = 0
    for line in LINES:
        if line.get("legacy") or line.get("hangs") or not rules_known(line):
            continue
        ask = {"time_zone": line["zone"], "after": datetime.fromisoformat(line["after"]), "count": line["count"]}
        if "error" in line or "TZ" in line["schedule"]:
            with pytest.raises(ValueError, match=r"."):
                next_runs(line["schedule"], **ask)
        else:
            compared += 1
            told = [datetime.fromisoformat(at) for at in line.get("next", [])]
            assert next_runs(line["schedule"], **ask) == told, line
    assert compared > 1500


def test_comes_back_where_the_library_does_not() -> None:
    hanging = [line for line in TAKEN if line.get("hangs")]
    assert hanging
    for line in hanging:
        after = datetime.fromisoformat(line["after"])
        found = list(runs(line))
        assert found == sorted(set(found))
        assert len(found) == line["count"]
        assert found[0] > after


def test_ever_fires_is_no_when_nothing_is_found() -> None:
    for line in TAKEN:
        if not line.get("hangs") and not line.get("next"):
            near_2100 = line["schedule"] == "0 0 29 2 *"  # eight years without a leap day are more than five
            assert ever_fires(parse(line)) == near_2100 or line["schedule"].startswith("0 0 29 2 "), line
        elif line.get("next"):
            assert ever_fires(parse(line)), line


def test_every_suggestion_parses_or_leaves_a_later_mistake() -> None:
    cured = 0
    for line in REFUSED:
        if line.get("legacy"):
            continue
        with pytest.raises(cron.ScheduleError) as caught:
            parse(line)
        error = caught.value
        assert 0 <= error.start <= error.end <= len(line["schedule"])
        suggestion = cure(error)
        if suggestion is None:
            continue
        cured += 1
        text = line["schedule"][: error.start] + suggestion + line["schedule"][error.end :]
        assert mistake(text) >= error.start + len(suggestion), (line["schedule"], suggestion)
    assert cured > 20


def mistake(text: str) -> int:
    """Where the first mistake is, behind the end where there is none."""
    try:
        cron.parse(text)
    except cron.ScheduleError as error:
        return error.start
    return len(text) + 1


def test_the_bytes_of_a_recording_do_not_depend_on_the_clock(tmp_path: Path) -> None:
    one, two = tmp_path / "1.gz", tmp_path / "2.gz"
    for path in (one, two):
        recording.write(path, HEADER, LINES[:10])
    assert one.read_bytes() == two.read_bytes()
    assert [HEADER, *LINES[:10]] == list(recording.read(one))
