"""A week of a schedule as a picture: a row a day, a column an hour, and in it how many runs begin.

Pure: what goes in is a schedule and a clock, what comes out is numbers and text.
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
_EVERY_THIRD = 3  # hours that the head names
MANY = 9  # runs of an hour that one digit can tell
DOTS, ASCII = ("\u00b7", "\u2588"), (".", "#")  # for no run, and for more than a digit tells
Painter = Callable[[str, str], str]


def week(schedule: Schedule, zone: tzinfo, after: datetime) -> list[tuple[date, list[int]]]:
    """How many runs begin in each hour of a week, by the wall clock of `zone`.

    It is the week, from Monday on, that has the first run after `after` (aware), and shows what was before it too. With
    `@every`, whose runs are counted from `after`, it is that day and the six that follow. An hour that the clock skips
    has no run, and one that comes twice has the runs of both.
    """
    first = (next_run(schedule, after.astimezone(zone)) if not schedule.every else None) or after.astimezone(zone)
    back = 0 if schedule.every else first.weekday()
    days = [first.date() + timedelta(days=number - back) for number in range(DAYS)]
    if not schedule.every and _changes(zone, days):
        return _by_runs(schedule, zone, days)
    return [(day, [_count(schedule, zone, after, day, hour) for hour in range(HOURS)]) for day in days]


def _changes(zone: tzinfo, days: Sequence[date]) -> bool:
    """Whether the clock is changed on one of the days."""
    return len({datetime.combine(day, time(), zone).utcoffset() for day in (*days, days[-1] + timedelta(days=1))}) > 1


def _by_runs(schedule: Schedule, zone: tzinfo, days: Sequence[date]) -> list[tuple[date, list[int]]]:
    """One run after the other, as the controller finds them: it has its own way around a change of the clock."""
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
    """How many of the moments after + every, after + 2 * every, ... lie in [start, end)."""
    low, high = (start - after) // _SECOND, (end - after) // _SECOND
    return max(0, (high - 1) // every) - max(0, (low - 1) // every)


def _spans(zone: tzinfo, day: date, hour: int) -> list[tuple[datetime, datetime]]:
    """The stretches of time in which the clock shows an hour: one as a rule; none, a short one or two at a change."""
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
    """Minutes in a row as stretches."""
    found: list[tuple[datetime, datetime]] = []
    for at in moments:
        end = at + timedelta(minutes=1)
        if found and found[-1][1] == at:
            found[-1] = (found[-1][0], end)
        else:
            found.append((at, end))
    return found


def draw(rows: Sequence[tuple[date, Sequence[int]]], signs: tuple[str, str], paint: Painter) -> Iterator[str]:
    """The picture in lines. `signs` are DOTS or ASCII; `paint` gives text a colour by name."""
    none, many = signs
    head = "".join(f"{hour:02}{'':{2 * _EVERY_THIRD - 2}}" for hour in range(0, HOURS, _EVERY_THIRD))
    yield f"{'':{len(day_label(rows[0][0]))}}  {head.rstrip()}"
    for day, counts in rows:
        cells = (paint(none, "faint") if not n else paint(str(n) if n <= MANY else many, "good") for n in counts)
        yield f"{day_label(day)}  {' '.join(cells)}"


def day_label(day: date) -> str:
    """A day as `Mon 23 Nov`, whatever the language of the machine."""
    weekday, month = DAY_NAMES[day.isoweekday() % DAYS], MONTH_NAMES[day.month - 1]
    return f"{weekday.capitalize()} {day.day:2} {month.capitalize()}"
