"""How far apart runs are, what a change of the clock does to them, and the picture of a week; against the runs."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from joblint.kube.cron import timezone
from joblint.kube.cron.changes import changes, effects, keeps_pace
from joblint.kube.cron.clock import next_run, next_runs
from joblint.kube.cron.gaps import gaps, times_of_day, weekdays
from joblint.kube.cron.parse import parse
from joblint.kube.cron.picture import ASCII, DOTS, draw, week

DAY, HOUR, MINUTE = 86400, 3600, 60
NOW = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
ZONES = ("Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "Africa/Casablanca", "UTC")

minute = st.sampled_from(("0", "30", "*/15", "*/20", "*/7", "5,10,50", "15", "*", "0-30/10"))
hour = st.sampled_from(("0", "2", "1", "*/2", "*/6", "9-17", "*", "1,2", "23", "0,12"))
day = st.sampled_from(("*", "*", "*", "1", "*/2", "29,30", "13", "28-31"))
month = st.sampled_from(("*", "*", "*", "3,10", "2", "*/3"))
weekday = st.sampled_from(("*", "*", "0", "1-5", "1", "1,4"))
schedules = st.tuples(minute, hour, day, month, weekday).map(" ".join)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("* * * * *", {MINUTE}),
        ("5 * * * *", {HOUR}),
        ("*/45 * * * *", {45 * MINUTE, 15 * MINUTE}),
        ("0 3 * * *", {DAY}),
        ("0 3 * * 1", {7 * DAY}),
        ("0 3 * * 1-5", {DAY, 3 * DAY}),
        ("0 9,10 * * *", {HOUR, 23 * HOUR}),
        ("0 0 1 * *", {n * DAY for n in (28, 29, 30, 31)}),
        ("0 0 1 1 *", {365 * DAY, 366 * DAY}),
        ("0 0 29 2 *", {(4 * 365 + 1) * DAY}),
        ("0 0 */2 * *", {DAY, 2 * DAY}),
        ("@every 90s", {90}),
        ("@daily", {DAY}),
        ("0 0 31 2 *", set()),
    ],
)
def test_gaps(schedule: str, expected: set[int]) -> None:
    assert gaps(parse(schedule)) == expected


@given(schedules, st.integers(0, 700))
def test_each_distance_between_runs_is_among_the_gaps(schedule: str, days: int) -> None:
    runs = next_runs(schedule, time_zone=None, after=NOW + timedelta(days=days), count=40)
    seen = {int((b - a).total_seconds()) for a, b in pairwise(runs)}
    assert seen <= gaps(parse(schedule))


@settings(max_examples=30)
@given(schedules)
def test_each_gap_of_up_to_a_day_comes_about(schedule: str) -> None:
    """In a bit more than a week, where neither dates nor months decide."""
    parsed = parse(schedule)
    times = times_of_day(parsed)
    if weekdays(parsed) is not None and len(times) <= 48:
        runs = next_runs(schedule, time_zone=None, after=NOW, count=8 * len(times) + 1)
        seen = {int((b - a).total_seconds()) for a, b in pairwise(runs)}
        assert {gap for gap in gaps(parsed) if gap <= DAY} <= seen


@pytest.mark.parametrize(
    ("schedule", "zone", "skipped", "doubled"),
    [
        ("30 2 * * *", "Europe/Paris", ["2027-03-28 02:30"], ["2027-10-31 02:30"]),
        ("30 2 * * *", "America/New_York", ["2027-03-14 02:30"], []),
        ("30 1 * * *", "America/New_York", [], ["2027-11-07 01:30"]),
        ("0 3 * * *", "Europe/Paris", [], []),
        ("30 2 * * 1", "Europe/Paris", [], []),
        ("30 2 28 3 *", "Europe/Paris", ["2027-03-28 02:30"], []),
        ("0 */2 * * *", "Europe/Paris", ["2027-03-28 02:00"], ["2027-10-31 02:00"]),
        ("*/20 * * * *", "Europe/Paris", [], []),
        ("0 * * * *", "Australia/Lord_Howe", ["2027-10-03 02:00"], []),
        ("*/30 * * * *", "Australia/Lord_Howe", [], []),
        ("45 1 * * *", "Australia/Lord_Howe", [], ["2027-04-04 01:45"]),
        ("30 0 * * *", "Asia/Beirut", ["2027-03-28 00:30"], []),
        ("30 23 * * *", "Asia/Beirut", [], ["2027-10-30 23:30"]),
        ("30 2 * * *", "Asia/Tokyo", [], []),
        ("@every 1h", "Europe/Paris", [], []),
    ],
)
def test_effects(schedule: str, zone: str, skipped: list[str], doubled: list[str]) -> None:
    found = effects(parse(schedule), timezone.load(zone), NOW, NOW + timedelta(days=365))
    assert [f"{time:%Y-%m-%d %H:%M}" for one in found for time in one.skipped] == skipped
    assert [f"{time:%Y-%m-%d %H:%M}" for one in found for time in one.doubled] == doubled


@settings(max_examples=25)
@given(schedules, st.sampled_from(ZONES))
def test_effects_are_those_of_the_clock(schedule: str, name: str) -> None:
    """A run that is skipped is in no list of runs, one that is doubled is twice in it, and no other is."""
    parsed, zone = parse(schedule), timezone.load(name)
    start, end = NOW, NOW + timedelta(days=365)
    found = {effect.change: effect for effect in effects(parsed, zone, start, end)}
    for change in changes(zone, start, end):
        if keeps_pace(parsed, abs(change.shift)):
            assert change not in found
            continue
        every_minute = 400  # enough for four hours, one of them twice
        runs = next_runs(schedule, time_zone=name, after=change.at - timedelta(hours=2), count=every_minute)
        near = [run.replace(tzinfo=None) for run in runs if run < change.at + timedelta(hours=2)]
        twice = {time for time in near if near.count(time) == 2}
        assert twice == set(found[change].doubled if change in found else ())
        assert not set(near) & set(found[change].skipped if change in found else ())


@settings(max_examples=25)
@given(schedules, st.sampled_from(ZONES), st.sampled_from(("2027-03-26", "2027-10-29", "2027-04-02", "2026-11-01")))
def test_the_picture_has_the_runs_of_its_week(schedule: str, name: str, day: str) -> None:
    zone = timezone.load(name)
    parsed = parse(schedule)
    if next_run(parsed, NOW) is None:
        return
    rows = week(parsed, zone, datetime.fromisoformat(day).replace(tzinfo=zone))
    assert len(rows) == 7
    assert rows[0][0].weekday() == 0
    begin = datetime(rows[0][0].year, rows[0][0].month, rows[0][0].day, tzinfo=zone).astimezone(UTC)
    wanted = {(date, hour): 0 for date, _ in rows for hour in range(24)}
    at = begin - timedelta(seconds=1)
    while (run := next_run(parsed, at.astimezone(zone))) is not None and (run.date(), run.hour) in wanted:
        wanted[run.date(), run.hour] += 1
        at = run.astimezone(UTC)
    assert {(date, hour): n for date, counts in rows for hour, n in enumerate(counts)} == wanted


def test_the_picture_of_every() -> None:
    rows = week(parse("@every 90m"), UTC, NOW)
    assert [date.day for date, _ in rows] == [21, 22, 23, 24, 25, 26, 27]
    assert [hour for hour, n in enumerate(rows[0][1]) if n] == [18, 20, 21, 23]  # 18:30, 20:00, 21:30, 23:00
    assert [sum(counts) for _, counts in rows] == [4, 16, 16, 16, 16, 16, 16]


def test_drawing() -> None:
    rows = week(parse("*/5 3 * * 1"), UTC, NOW)
    plain = list(draw(rows, ASCII, lambda text, _: text))
    assert plain[0] == "            00    03    06    09    12    15    18    21"
    assert plain[1] == "Mon 23 Nov  . . . # . . . . . . . . . . . . . . . . . . . ."
    assert plain[2] == "Tue 24 Nov  " + " ".join("." * 24)
    assert len(plain) == 8
    assert "".join(plain).isascii()
    assert list(draw(rows, DOTS, lambda text, _: text))[1] == plain[1].replace(".", DOTS[0]).replace("#", DOTS[1])


def test_the_picture_goes_by_the_controller_where_the_clock_is_changed_by_half_an_hour() -> None:
    zone = timezone.load("Australia/Lord_Howe")
    parsed = parse("0 2 * * *")
    rows = dict(week(parsed, zone, datetime(2027, 4, 2, tzinfo=zone)))
    run = next_run(parsed, datetime(2027, 4, 3, 12, tzinfo=zone))
    assert run is not None
    assert sum(map(sum, rows.values())) == (7 if run.day == 4 else 6)
