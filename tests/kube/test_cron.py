"""The grammar of schedules: what is said of wrong ones, and what is kept of right ones."""

import pickle
from datetime import UTC, datetime, timedelta, timezone, tzinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.kube.cron import parse as cron
from joblint.kube.cron import timezone as zones
from joblint.kube.cron.clock import ever_fires, next_run, next_runs
from joblint.kube.cron.cure import cure
from joblint.kube.cron.parse import ScheduleError, parse

NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)

# text, kind, field, what is marked, suggestion
WRONG = [
    ("", "empty", "", "", None),
    ("0 3 * * 7", "range", "day of week", "7", "0"),
    ("0 3 * * 1,7", "range", "day of week", "7", "0"),
    ("0 3 * * 1-7", "range", "day of week", "1-7", "*"),
    ("0 3 * * 5-7", "range", "day of week", "5-7", "0,5-6"),
    ("0 3 * * 6-7", "range", "day of week", "6-7", "0,6"),
    ("0 3 * * 1-7/2", "range", "day of week", "1-7/2", "0,1,3,5"),
    ("0 24 * * *", "range", "hour", "24", "0"),
    ("0 0-24 * * *", "range", "hour", "0-24", "*"),
    ("60 * * * *", "range", "minute", "60", "0"),
    ("0-60/5 * * * *", "range", "minute", "0-60/5", "*/5"),
    ("0 0 0 * *", "range", "day of month", "0", None),
    ("0 0 * 13 *", "range", "month", "13", None),
    ("0 22-6 * * *", "range", "hour", "22-6", "22-23,0-6"),
    ("0 22-6/2 * * *", "range", "hour", "22-6/2", "22,0,2,4,6"),
    ("0 0 * * FRI-MON", "range", "day of week", "FRI-MON", "FRI-SAT,SUN-MON"),
    ("0 0 * * sat-mon", "range", "day of week", "sat-mon", "sat,SUN-mon"),
    ("0 0 * * FRI-SUN", "range", "day of week", "FRI-SUN", "FRI-SAT,SUN"),
    ("*/* * * * *", "step", "minute", "*/*", "*"),
    ("*/ * * * *", "step", "minute", "*/", "*"),
    ("*/0 * * * *", "step", "minute", "*/0", None),
    ("*/-2 * * * *", "step", "minute", "*/-2", None),
    ("/2 * * * *", "number", "minute", "/2", "*/2"),
    ("*5 * * * *", "number", "minute", "*5", "*/5"),
    ("** * * * *", "number", "minute", "**", "*"),
    ("-1 * * * *", "number", "minute", "-1", None),
    ("0 0 L * *", "number", "day of month", "L", None),
    ("0 0 15W * *", "number", "day of month", "15W", None),
    ("0 0 * * 5#3", "number", "day of week", "5#3", None),
    ("H * * * *", "number", "minute", "H", None),
    ("0 0 * * Monday", "name", "day of week", "Monday", "Mon"),
    ("0 0 * * monday-friday", "name", "day of week", "monday-friday", "mon-fri"),
    ("0 0 * sept *", "name", "month", "sept", "sep"),
    ("0 0 * MON *", "name", "month", "MON", None),
    ("1-2-3 * * * *", "syntax", "minute", "1-2-3", None),
    ("1/2/3 * * * *", "syntax", "minute", "1/2/3", None),
    ('"0 * * * *"', "number", "minute", '"0', "0"),
    ("0 0 10 * * ?", "field-count", "", "0 0 10 * * ?", "0 10 * * ?"),
    ("0 0 12 1 1 ? *", "field-count", "", "0 0 12 1 1 ? *", "0 12 1 1 ?"),
    ("30 0 10 * * *", "field-count", "", "30 0 10 * * *", None),
    ("0 5 * *", "field-count", "", "0 5 * *", None),
    ("* /5 * * * *", "field-count", "", "* /5 * * * *", "*/5 * * * *"),
    ("0 1, 2 * * *", "field-count", "", "0 1, 2 * * *", "0 1,2 * * *"),
    ("daily", "field-count", "", "daily", "@daily"),
    (" @daily", "field-count", "", " @daily", "@daily"),
    ("@daily ", "descriptor", "", "@daily ", "@daily"),
    ("@Daily", "descriptor", "", "@Daily", "@daily"),
    ("@reboot", "descriptor", "", "@reboot", None),
    ("@minutely", "descriptor", "", "@minutely", "* * * * *"),
    ("@every5m", "descriptor", "", "@every5m", "@every 5m"),
    ("@every 1d", "duration", "", "1d", "24h"),
    ("@every 5 min", "duration", "", "5 min", "5m"),
    ("@every 5", "duration", "", "5", None),
    ("@every ", "duration", "", "", None),
    ("TZ=UTC", "time-zone", "", "TZ=UTC", None),
    ("TZ=UTC\t0 0 * * *", "time-zone", "", "UTC\t0", None),
    ("TZ=europe/berlin 0 0 * * *", "time-zone", "", "europe/berlin", "Europe/Berlin"),
    ("CRON_TZ=Nowhere/Land 0 0 * * *", "time-zone", "", "Nowhere/Land", None),
]


@pytest.mark.parametrize(("text", "kind", "field", "marked", "suggestion"), WRONG)
def test_says_what_is_wrong_and_where(text: str, kind: str, field: str, marked: str, suggestion: str | None) -> None:
    with pytest.raises(ScheduleError) as caught:
        parse(text)
    error = caught.value
    assert (error.kind, error.field, text[error.start : error.end]) == (kind, field, marked)
    assert cure(error) == suggestion


def test_marks_the_element_that_is_wrong() -> None:
    with pytest.raises(ScheduleError) as caught:
        parse("1 1,2 1,2,1-5/7,40 1 1")
    assert (caught.value.start, caught.value.end) == (16, 18)


def test_keeps_what_was_written() -> None:
    schedule = parse(" */15\t9-17 * JAN,3/2 ? ")
    minute, hour, day_of_month, month, day_of_week = schedule.fields
    assert [field.text for field in schedule.fields] == ["*/15", "9-17", "*", "JAN,3/2", "?"]
    assert [(field.start, field.end) for field in schedule.fields] == [(1, 5), (6, 10), (11, 12), (13, 20), (21, 22)]
    assert [field.star for field in schedule.fields] == [False, False, True, False, True]
    assert minute.values == [0, 15, 30, 45]
    assert hour.values == list(range(9, 18))
    assert day_of_month.values == list(range(1, 32))
    assert month.values == [1, 3, 5, 7, 9, 11]
    assert day_of_week.values == list(range(7))
    assert [(part.text, part.start, part.low, part.high, part.step) for part in month.parts] == [
        ("JAN", 13, 1, 1, 1),
        ("3/2", 17, 3, 12, 2),
    ]


def test_keeps_descriptors() -> None:
    weekly = parse("TZ=Asia/Tokyo  @weekly ")
    assert (weekly.descriptor, weekly.time_zone, weekly.every) == ("@weekly", "Asia/Tokyo", None)
    assert {(field.start, field.end, field.parts) for field in weekly.fields} == {(15, 22, ())}
    assert weekly.fields[4].values == [0]
    every = parse("@every 1h30m59.9s")
    assert (every.descriptor, every.every, every.fields) == ("@every", 5459, ())


def test_1_21_knows_no_time_zones_and_keeps_the_star_of_a_step() -> None:
    assert not parse("0 0 */2 * 1").fields[2].star
    assert parse("0 0 */2 * 1", legacy=True).fields[2].star
    assert parse("TZ=UTC 0 0 * * *").time_zone == "UTC"
    with pytest.raises(ScheduleError) as caught:
        parse("TZ=UTC 0 0 * * *", legacy=True)
    assert caught.value.kind == "field-count"


def test_is_immutable() -> None:
    schedule = parse("0 0 * * *")
    with pytest.raises(AttributeError):
        schedule.text = ""  # type: ignore[misc]
    with pytest.raises(AttributeError):
        schedule.fields[0].bits = 0  # type: ignore[misc]
    assert schedule == parse("0 0 * * *")
    assert len({schedule, parse("0 0 * * *")}) == 1


def test_next_is_in_the_zone_that_it_was_asked_in() -> None:
    tokyo = timezone(timedelta(hours=9))
    found = next_run(parse("TZ=UTC 0 0 * * *"), datetime(2024, 1, 1, 0, 0, tzinfo=tokyo))
    assert found is not None
    assert found.isoformat() == "2024-01-01T09:00:00+09:00"
    assert next_run(parse("TZ= 0 0 * * *"), NOON) == datetime(2024, 1, 2, tzinfo=UTC)
    assert next_run(parse("TZ=Local 0 0 * * *"), NOON.astimezone(tokyo)) == datetime(2024, 1, 2, tzinfo=tokyo)


def test_next_needs_a_zone() -> None:
    class Vague(tzinfo):
        def utcoffset(self, _: datetime | None) -> None:
            return None

        dst = tzname = utcoffset

    for after in (datetime(2024, 1, 1), datetime(2024, 1, 1, tzinfo=Vague())):  # noqa: DTZ001
        with pytest.raises(ValueError, match="no time zone"):
            next_run(parse("* * * * *"), after)
        with pytest.raises(ValueError, match="no time zone"):
            next_runs("* * * * *", time_zone=None, after=after, count=1)


def test_next_ends_with_the_calendar() -> None:
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    for text in ("* * * * *", "0 0 1 1 *", "@every 1s", "0 0 29 2 *"):
        assert next_run(parse(text), last) is None
    assert next_run(parse("59 23 31 12 *"), last - timedelta(minutes=1)) == last.replace(second=0)
    assert next_run(parse("@every 2562047h"), datetime(9900, 1, 1, tzinfo=UTC)) is None
    first = datetime.min.replace(tzinfo=UTC)
    assert next_run(parse("0 0 1 1 *"), first) == first.replace(year=2)


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("0 0 31 2 *", False),
        ("0 0 30 2,4 *", True),
        ("0 0 31 4,6,9,11 *", False),
        ("0 0 29 2 *", True),
        ("0 0 31 2 1", True),
        (", * * * *", False),
        ("* * * , *", False),
        ("0 0 * * ,", False),
        ("0 0 , * 1", True),
        ("@every 1h", True),
        ("@yearly", True),
    ],
)
def test_ever_fires(text: str, fires: bool) -> None:
    assert ever_fires(parse(text)) is fires
    assert (next_run(parse(text), NOON) is not None) is fires


def test_next_runs() -> None:
    runs = next_runs("30 2 * * *", time_zone="Europe/Berlin", after=datetime(2024, 3, 29, 12, tzinfo=UTC), count=3)
    assert [run.isoformat() for run in runs] == [
        "2024-03-30T02:30:00+01:00",
        "2024-04-01T02:30:00+02:00",  # the clock skips this hour on the 31st
        "2024-04-02T02:30:00+02:00",
    ]
    assert pickle.loads(pickle.dumps(runs)) == runs
    assert next_runs("0 0 31 2 *", time_zone=None, after=NOON, count=5) == []
    assert next_runs("* * * * *", time_zone=None, after=NOON, count=0) == []


def test_next_runs_can_be_compared_in_an_hour_that_comes_twice() -> None:
    after = datetime(2024, 10, 27, 0, 15, tzinfo=UTC)
    runs = next_runs("*/30 * * * *", time_zone="Europe/Berlin", after=after, count=3)
    assert runs == [datetime(2024, 10, 27, 0, 30, tzinfo=UTC) + timedelta(minutes=30) * n for n in range(3)]
    assert [run.isoformat() for run in runs] == [
        "2024-10-27T02:30:00+02:00",
        "2024-10-27T02:00:00+01:00",
        "2024-10-27T02:30:00+01:00",
    ]


@pytest.mark.parametrize(
    ("schedule", "time_zone", "count"),
    [
        ("0 0 * * 7", None, 1),
        ("TZ=UTC 0 0 * * *", None, 1),
        ("CRON_TZ=UTC 0 0 * * *", "UTC", 1),
        ("0 0 * * *", "", 1),
        ("0 0 * * *", "local", 1),
        ("0 0 * * *", "Europe/berlin", 1),
        ("0 0 * * *", "../UTC", 1),
        ("0 0 * * *", "UTC", -1),
        ("0 0 * * *", "UTC", True),
        ("0 0 * * *", "UTC", 1.0),
    ],
)
def test_next_runs_refuses(schedule: str, time_zone: str | None, count: int) -> None:
    with pytest.raises(ValueError, match=r"."):
        next_runs(schedule, time_zone=time_zone, after=NOON, count=count)


@given(st.text(alphabet=st.characters(codec=None), max_size=40))
def test_any_text_is_taken_or_refused(text: str) -> None:
    error = refusal(text)
    if error is None:
        assert parse(text).text == text
    else:
        assert 0 <= error.start <= error.end <= len(text)
        assert cure(error) is None or cure(error) != text[error.start : error.end]


def refusal(text: str) -> ScheduleError | None:
    try:
        parse(text)
    except ScheduleError as error:
        return error
    return None


number = st.integers(0, 70).map(str)
element = st.one_of(number, st.builds("{}-{}".format, number, number), st.builds("*/{}".format, number), st.just("*"))
field = st.lists(element, min_size=1, max_size=3).map(",".join)


@given(
    st.lists(field, min_size=5, max_size=5).map(" ".join),
    st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(["UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/Havana", "Asia/Gaza"]),
)
def test_a_run_fits_its_schedule_and_lies_ahead(text: str, after: datetime, name: str) -> None:
    try:
        schedule = parse(text)
    except ScheduleError:
        return
    found = next_run(schedule, after.astimezone(zones.load(name)))
    if found is None:
        return
    minute, hour, day_of_month, month, day_of_week = (set(field.values) for field in schedule.fields)
    assert found > after
    assert (found.second, found.microsecond) == (0, 0)
    assert found.minute in minute
    assert found.hour in hour
    assert found.month in month
    by_date, by_weekday = found.day in day_of_month, found.isoweekday() % 7 in day_of_week
    both = schedule.fields[2].star or schedule.fields[4].star
    assert (by_date and by_weekday) if both else (by_date or by_weekday)


def test_long_texts_are_linear() -> None:
    many = 200_000
    assert parse("1," * many + "2 * * * *").fields[0].values == [1, 2]
    assert parse("0" * many + "5 * * * *").fields[0].values == [5]
    for text in (
        "* " * many,
        "9" * many + " * * * *",
        "*" + "/" * many + " * * * *",
        "@every " + "99h" * many,
        "TZ=" * many,
    ):
        with pytest.raises(ScheduleError) as caught:
            parse(text)
        assert len(str(caught.value)) < 300
        assert cure(caught.value) is None
    assert len(parse("1," * 1000 + "2 * * * *").fields[0].parts) < 1000


def test_parsing_loads_no_calendar() -> None:
    assert not {"datetime", "zoneinfo"} & set(vars(cron))
