"""A week of a schedule as a picture: one row per day, one column per hour, with the number of runs that start in it.

Pure functions: they turn a schedule and a clock into numbers and text.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from joblint.kube.cron.clock import next_run
from joblint.kube.cron.field import DAY_NAMES, MONTH_NAMES
from joblint.kube.cron.gaps import day_fits
from joblint.kube.cron.parse import Schedule

HOURS, DAYS = 24, 7
_SECOND = timedelta(seconds=1)
_HOUR = timedelta(hours=1)
_EVERY_THIRD = 3  # hour is named in the header
MANY = 9  # runs in an hour that one digit can show
DOTS, ASCII = ("\u00b7", "\u2588"), (".", "#")  # for no run, and for more runs than a digit can show
Painter = Callable[[str, str], str]


def week(schedule: Schedule, zone: tzinfo, after: datetime) -> list[tuple[date, list[int]]]:
    """Return how many runs start in each hour of a week, by the wall clock of `zone`.

    It is the week from Monday to Sunday that has the first run after `after` (aware), including the runs before it.
    With `@every`, whose runs are counted from `after`, it is that day and the six days after it. An hour that the clock
    skips has no run, and one that comes twice has the runs of both.
    """
    first = (next_run(schedule, after.astimezone(zone)) if not schedule.every else None) or after.astimezone(zone)
    back = 0 if schedule.every else first.weekday()
    days = [first.date() + timedelta(days=number - back) for number in range(DAYS)]
    if not schedule.every and _changes(zone, days):
        return _by_runs(schedule, zone, days)
    return [(day, [_count(schedule, zone, after, day, hour) for hour in range(HOURS)]) for day in days]


def _changes(zone: tzinfo, days: Sequence[date]) -> bool:
    """Return whether the clock changes on one of the days."""
    return len({datetime.combine(day, time(), zone).utcoffset() for day in (*days, days[-1] + timedelta(days=1))}) > 1


def _by_runs(schedule: Schedule, zone: tzinfo, days: Sequence[date]) -> list[tuple[date, list[int]]]:
    """Count the runs one by one, as the controller finds them: it handles changes of the clock in its own way."""
    counts = {day: [0] * HOURS for day in days}
    run = next_run(schedule, (datetime.combine(days[0], time(), zone).astimezone(UTC) - _SECOND).astimezone(zone))
    while run is not None and run.date() in counts:
        counts[run.date()][run.hour] += 1
        run = next_run(schedule, run)
    return list(counts.items())


def _count(schedule: Schedule, zone: tzinfo, after: datetime, day: date, hour: int) -> int:
    if schedule.every:
        return sum(_ticks(schedule.every, after, *span) for span in _spans(zone, day, hour))
    minute, hours, _, month, _ = schedule.fields
    fits = month.bits >> day.month & 1 and hours.bits >> hour & 1
    if not fits or not day_fits(schedule, day.day, day.isoweekday() % DAYS):
        return 0
    return len(minute.values)


def _minutes(start: datetime, end: datetime) -> Iterator[datetime]:
    while start < end:
        yield start
        start += timedelta(minutes=1)


def _ticks(every: int, after: datetime, start: datetime, end: datetime) -> int:
    """Return how many of the moments after + every, after + 2 * every, ... are in [start, end)."""
    low, high = (start - after) // _SECOND, (end - after) // _SECOND
    return max(0, (high - 1) // every) - max(0, (low - 1) // every)


def _spans(zone: tzinfo, day: date, hour: int) -> list[tuple[datetime, datetime]]:
    """Return the periods in which the clock shows an hour: usually one; at a change none, a short one, or two."""
    wall = datetime.combine(day, time(hour))
    early, late = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    end_early, end_late = ((wall + _HOUR).replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early == late and end_early == end_late and end_early - early == _HOUR:
        return [(early, end_early)]
    inside = [
        at for at in _minutes(min(early, late) - _HOUR, max(end_early, end_late) + _HOUR) if _shows(at, zone, wall)
    ]
    return _runs(inside)


def _shows(at: datetime, zone: tzinfo, wall: datetime) -> bool:
    local = at.astimezone(zone)
    return (local.date(), local.hour) == (wall.date(), wall.hour)


def _runs(moments: Sequence[datetime]) -> list[tuple[datetime, datetime]]:
    """Join consecutive minutes into periods."""
    periods: list[tuple[datetime, datetime]] = []
    for at in moments:
        end = at + timedelta(minutes=1)
        if periods and periods[-1][1] == at:
            periods[-1] = (periods[-1][0], end)
        else:
            periods.append((at, end))
    return periods


def draw(rows: Sequence[tuple[date, Sequence[int]]], signs: tuple[str, str], paint: Painter) -> Iterator[str]:
    """Yield the lines of the picture. `signs` are DOTS or ASCII; `paint` gives text a colour by name."""
    none, many = signs
    head = "".join(f"{hour:02}{'':{2 * _EVERY_THIRD - 2}}" for hour in range(0, HOURS, _EVERY_THIRD))
    yield f"{'':{len(day_label(rows[0][0]))}}  {head.rstrip()}"
    for day, counts in rows:
        cells = (paint(none, "faint") if not n else paint(str(n) if n <= MANY else many, "good") for n in counts)
        yield f"{day_label(day)}  {' '.join(cells)}"


def day_label(day: date) -> str:
    """Return a day as `Mon 23 Nov`, whatever the language of the machine."""
    weekday, month = DAY_NAMES[day.isoweekday() % DAYS], MONTH_NAMES[day.month - 1]
    return f"{weekday.capitalize()} {day.day:2} {month.capitalize()}"
