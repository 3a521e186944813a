"""Schedules in words. The words are read back here, by a reader of their own, and must mean the same times."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.kube.cron.clock import next_run, next_runs
from joblint.kube.cron.parse import Schedule, ScheduleError, parse
from joblint.kube.cron.words import duration, in_words

DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
MONTHS = ("", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ("* * * * *", "every minute"),
        ("*/15 * * * *", "every 15 minutes"),
        ("*/45 * * * *", "at minutes 0 and 45 of every hour"),
        ("0 * * * *", "every hour"),
        ("5 * * * *", "every hour, at minute 5"),
        ("0 */2 * * *", "every 2 hours"),
        ("30 */2 * * *", "every 2 hours, at minute 30"),
        ("0 3 * * 1", "Mondays at 03:00"),
        ("0 22 * * mon-fri", "Monday to Friday at 22:00"),
        ("0 3 * * 0,6", "Saturdays and Sundays at 03:00"),
        ("0 3 * * 5,6,0", "Friday to Sunday at 03:00"),
        ("0,30 3,15 * * *", "every day at 03:00, 03:30, 15:00 and 15:30"),
        ("*/15 9-17 * * 1-5", "every 15 minutes from 09:00 to 17:45, Monday to Friday"),
        ("* 9-17 * * *", "every minute from 09:00 to 17:59"),
        ("* 3,5 * * *", "every minute of hours 3 and 5"),
        ("0 9-17 * * *", "every hour from 09:00 to 17:00"),
        ("0 0 1 * *", "on the 1st of the month at 00:00"),
        ("0 0 1-3,22 * *", "on the 1st to 3rd and 22nd of the month at 00:00"),
        ("0 0 13 * 5", "on the 13th of the month and also Fridays at 00:00"),
        ("0 0 1-31 * 5", "every day at 00:00"),
        ("0 0 13 * *", "on the 13th of the month at 00:00"),
        ("0 0 1 */3 *", "on the 1st of January, April, July and October at 00:00"),
        ("0 0 29 2 *", "on the 29th of February at 00:00"),
        ("0 0 29 2 1", "on the 29th of the month and also Mondays at 00:00 in February"),
        ("0 0 * 2 1", "Mondays at 00:00 in February"),
        ("1-59/2 * * * *", "every 2 minutes from minute 1 to 59 of every hour"),
        ("1-59/5 3,5 1 * *", "every 5 minutes from minute 1 to 56 of hours 3 and 5, on the 1st of the month"),
        ("*/6 3,5 1 1 *", "every 6 minutes from minute 0 to 54 of hours 3 and 5, on the 1st of January"),
        ("5/15 * * * *", "at minutes 5, 20, 35 and 50 of every hour"),
        ("0 0 31 2 *", "never"),
        ("0 0 , * *", "never"),
        ("@daily", "every day at 00:00"),
        ("@every 90m", "every 1 h 30 min"),
        ("@every 1s", "every 1 s"),
        ("TZ=Europe/Paris 0 3 * * *", "every day at 03:00, in the time zone Europe/Paris"),
    ],
)
def test_words(schedule: str, words: str) -> None:
    assert in_words(parse(schedule)) == words


def test_before_1_22_a_step_leaves_the_star_in_force() -> None:
    words = in_words(parse("0 0 */10 * 1", legacy=True))
    assert words == "on the 1st, 11th, 21st and 31st of the month if it is a Monday at 00:00"


def test_durations() -> None:
    assert [duration(n) for n in (0, 1, 90, 3600, 90061)] == ["0 s", "1 s", "1 min 30 s", "1 h", "1 d 1 h 1 min 1 s"]


# -- the words, read back


def numbers(text: str, names: tuple[str, ...] = ()) -> set[int]:
    """ "1, 3 to 5 and 7", of numbers, ordinals or names."""
    found: set[int] = set()
    for part in re.split(r", | and ", text):
        low, _, high = part.partition(" to ")
        first, last = number(low, names), number(high or low, names)
        size = len(names) or last + 1
        found.update(n % size for n in range(first, last + 1 if first <= last else last + 1 + size))
    return found


def number(word: str, names: tuple[str, ...]) -> int:
    if names:
        return names.index(word if word in names else word.removesuffix("s"))
    return int(re.sub(r"(st|nd|rd|th)$", "", word))


class Reading:
    """What the words of a schedule mean."""

    def __init__(self, words: str) -> None:
        self.never = words == "never"
        words, _, months = words.partition(" in ") if " in " in words else (words, "", "")
        if found := re.search(rf" of ((?:{'|'.join(MONTHS[1:])})\b.*?)(?= at |, at |$)", words):
            months = found[1]
            words = words.replace(f" of {months}", " of the month")
        self.months = numbers(months, MONTHS) if months else set(range(1, 13))
        self.dates: set[int] | None = None
        self.weekdays: set[int] | None = None
        self.both = False
        self.times = set() if self.never else self.read(words)

    def read(self, words: str) -> set[tuple[int, int]]:
        found = re.fullmatch(r"(?P<days>.*?)\s?\bat (?P<times>[\d:, and]+)", words)
        if found and ":" in found["times"]:
            self.days(found["days"])
            return {(int(h), int(m)) for h, m in re.findall(r"(\d\d):(\d\d)", found["times"])}
        found = re.fullmatch(r"(?P<days>(?:on |[A-Z]|every day).*?) (?P<time>(?:at|every) minute.*)", words)
        if found:
            self.days(found["days"])
            return self.time(found["time"])
        if found := re.fullmatch(
            r"(every \d+ minutes from minute .* of (?:every hour|hours? .*?\d))(?:, (\D.*))?", words
        ):
            self.days(found[2] or "")
            return self.time(found[1])
        time, _, days = words.partition(", ") if not re.match(r"at |every minute of", words) else (words, "", "")
        if days.startswith("at minute"):
            minute, _, days = days.partition(", ")
            time += ", " + minute
        found = re.fullmatch(r"(every minute of hours? .*?\d)(?:, ((?:on|[A-Z]).*))?", words)
        if found:
            time, days = found[1], found[2] or ""
        self.days(days)
        return self.time(time)

    def days(self, words: str) -> None:
        if words in ("", "every day"):
            return
        found = re.fullmatch(
            r"on the (?P<dates>.*) of the month(?P<more> and also (?P<or>.*)| if it is a (?P<and>.*))?", words
        )
        if found is None:
            self.weekdays = numbers(words, DAYS)
            return
        self.dates = numbers(found["dates"])
        if found["more"]:
            self.both = found["and"] is not None
            self.weekdays = numbers((found["or"] or found["and"]).replace(" or ", " and "), DAYS)

    def time(self, words: str) -> set[tuple[int, int]]:
        everything = {(h, m) for h in range(24) for m in range(60)}
        if found := re.fullmatch(r"every (?:(\d+) )?minutes?(?: from (\d\d):00 to (\d\d):(\d\d))?", words):
            step, low = int(found[1] or 1), int(found[2] or 0)
            assert 60 % step == 0, "the words say that the steps are even"
            high = (int(found[3]), int(found[4])) if found[3] else (23, 59)
            return {(h, m) for h, m in everything if m % step == 0 and (low, 0) <= (h, m) <= high}
        if found := re.fullmatch(r"every hour from (\d\d):(\d\d) to (\d\d):\2", words):
            return {(h, int(found[2])) for h in range(int(found[1]), int(found[3]) + 1)}
        if found := re.fullmatch(r"every (?:(\d+) )?hours?(?:, at minute (\d+))?", words):
            return {(h, int(found[2] or 0)) for h in range(0, 24, int(found[1] or 1))}
        of_hour = r"of (?:every hour|hours? (?P<h>.*))"
        if found := re.fullmatch(rf"every (\d+) minutes from minute (\d+) to (\d+) {of_hour}", words):
            hours = numbers(found["h"]) if found["h"] else set(range(24))
            return {(h, m) for h in hours for m in range(int(found[2]), int(found[3]) + 1, int(found[1]))}
        found = re.fullmatch(r"(?:every minute|at minutes? (?P<m>.*)) " + of_hour, words)
        assert found, words
        minutes = numbers(found["m"]) if found["m"] else set(range(60))
        hours = numbers(found["h"]) if found["h"] else set(range(24))
        return {(h, m) for h in hours for m in minutes}

    def fits_day(self, at: datetime) -> bool:
        weekday = at.isoweekday() % 7
        if at.month not in self.months:
            return False
        if self.dates is None or self.weekdays is None:
            return (self.dates is None or at.day in self.dates) and (self.weekdays is None or weekday in self.weekdays)
        by_date, by_weekday = at.day in self.dates, weekday in self.weekdays
        return by_date and by_weekday if self.both else by_date or by_weekday

    def after(self, at: datetime, count: int, years: int = 5) -> list[datetime]:
        """The next times after a moment."""
        runs: list[datetime] = []
        day = at.replace(hour=0, minute=0)
        times = sorted(self.times)
        while len(runs) < count and times and day.year <= (runs[-1] if runs else at).year + years:
            if self.fits_day(day):
                runs += [t for h, m in times if (t := day.replace(hour=h, minute=m)) > at]
            day += timedelta(days=1)
        return runs[:count]


def field(low: int, high: int) -> st.SearchStrategy[str]:
    value = st.integers(low, high)
    span = st.tuples(value, value).map(lambda pair: f"{min(pair)}-{max(pair)}")
    step = st.tuples(st.sampled_from(["*", str(low)]), st.integers(1, high)).map(lambda pair: f"{pair[0]}/{pair[1]}")
    stepped = st.tuples(span, st.integers(1, 5)).map(lambda pair: f"{pair[0]}/{pair[1]}")
    part = st.one_of(value.map(str), span, step, stepped)
    return st.one_of(st.just("*"), part, st.lists(part, min_size=1, max_size=4).map(",".join))


SCHEDULES = st.tuples(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6)).map(" ".join)


@given(SCHEDULES, st.integers(0, 4 * 365 * 24 * 60))
def test_the_words_mean_the_runs(schedule: str, minute: int) -> None:
    after = START + timedelta(minutes=minute)
    reading = Reading(in_words(parse(schedule)))
    assert reading.after(after, 20) == next_runs(schedule, time_zone=None, after=after, count=20)


@given(SCHEDULES)
def test_the_words_of_1_21(schedule: str) -> None:
    parsed = parse(schedule, legacy=True)
    expected: list[datetime] = []
    at = START
    while len(expected) < 5 and (run := next_run(parsed, at)) is not None:
        at = run
        expected.append(run)
    assert Reading(in_words(parsed)).after(START, 5) == expected


@given(st.text("0123456789*/-,? @dailymonthevery", max_size=30))
def test_whatever_is_taken_has_words(text: str) -> None:
    try:
        parsed: Schedule | None = parse(text)
    except ScheduleError:
        parsed = None
    if parsed is not None:
        assert in_words(parsed).strip()
