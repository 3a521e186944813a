"""The time between the runs of a schedule, by a clock that never changes.

Daylight saving time is ignored here; changes.py handles it. All times are in seconds.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from joblint.kube.cron.field import DAY_OF_MONTH, DAY_OF_WEEK, MONTH, Field
from joblint.kube.cron.parse import Schedule

MINUTE, HOUR = 60, 60 * 60
DAY = 24 * HOUR
DAY_OF_WEEK_NUMBERS = range(DAY_OF_WEEK.low, DAY_OF_WEEK.high + 1)
_WEEK = 7
_FIRST_YEAR, _YEARS = 2024, 29  # the days of the week are the same again after 28 years, until 2100


@lru_cache(maxsize=256)
def gaps(schedule: Schedule) -> frozenset[int]:
    """Return the distances between one run and the next, each once; empty if the schedule never fires."""
    if schedule.every:
        return frozenset((schedule.every,))
    times = times_of_day(schedule)
    if not times:
        return frozenset()
    distances = {b - a for a, b in pairwise(times)}
    over_night = times[0] - times[-1]
    distances.update(days * DAY + over_night for days in _distances(schedule))
    return frozenset(distances)


def times_of_day(schedule: Schedule) -> list[int]:
    """Return when a schedule fires on a matching day, in seconds from midnight; empty with `@every`."""
    if schedule.every:
        return []
    minute, hour, *_ = schedule.fields
    return [h * HOUR + m * MINUTE for h in hour.values for m in minute.values]


def weekdays(schedule: Schedule) -> frozenset[int] | None:
    """Return on which days of the week it fires, with Sunday as 0; None if dates or months also decide."""
    if schedule.every or not (is_full(schedule.fields[2]) and is_full(schedule.fields[3])):
        return None
    _, _, day, _, weekday = schedule.fields
    return frozenset(weekday.values if day.star or weekday.star else DAY_OF_WEEK_NUMBERS)


def day_fits(schedule: Schedule, day: int, weekday: int) -> bool:
    """Return whether a day of a matching month is one of the schedule's; `weekday` counts from Sunday."""
    _, _, dates, _, weekdays_ = schedule.fields
    by_date, by_weekday = bool(dates.bits >> day & 1), bool(weekdays_.bits >> weekday & 1)
    return by_date and by_weekday if dates.star or weekdays_.star else by_date or by_weekday


def is_full(field: Field) -> bool:
    """Return whether every number is in a field."""
    return len(field.values) == field.bounds.high - field.bounds.low + 1


def _distances(schedule: Schedule) -> "set[int] | frozenset[int]":
    """Return how many days there are from a day with runs to the next, each number once."""
    _, _, dates, month, weekdays_ = schedule.fields
    fixed = weekdays(schedule)
    if fixed is None:
        return _by_calendar(dates.bits, month.bits, weekdays_.bits, dates.star or weekdays_.star)
    days = sorted(fixed)
    return {b - a for a, b in pairwise([*days, days[0] + _WEEK])} if days else set()


@lru_cache(maxsize=256)
def _by_calendar(dates: int, months: int, weekdays_: int, both: bool) -> frozenset[int]:
    """Return the distances in days, from the fields' bits; `both`: day of month and day of week must both match."""
    return frozenset(b - a for a, b in pairwise(_days(dates, months, weekdays_, both)))


def _days(dates: int, months: int, weekdays_: int, both: bool) -> Iterator[int]:
    """Yield the matching days, as ordinals, for enough years that every distance between two of them occurs."""
    from datetime import date

    # By the day of the week on which a month begins: bit N is set if day N is one of the days of the week.
    by_weekday = [
        sum(1 << day for day in range(1, DAY_OF_MONTH.high + 1) if weekdays_ >> (first + day - 1) % _WEEK & 1)
        for first in DAY_OF_WEEK_NUMBERS
    ]
    for year in range(_FIRST_YEAR, _FIRST_YEAR + _YEARS):
        for month in range(MONTH.low, MONTH.high + 1):
            if not months >> month & 1:
                continue
            first = date(year, month, 1).toordinal()
            end = date(year + month // MONTH.high, month % MONTH.high + 1, 1).toordinal()
            days = by_weekday[first % _WEEK]
            days = days & dates if both else days | dates
            yield from (first + day - 1 for day in range(1, end - first + 1) if days >> day & 1)
