"""A schedule in plain words: "Mondays at 03:00", "every 15 minutes from 09:00 to 17:45, Monday to Friday".

The words say exactly when the schedule fires by the wall clock: day of month and day of week are combined as
robfig/cron combines them (clock.py), and a step that does not divide its range is written number by number, or with
the first and the last number if there are many.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from joblint.kube.cron.clock import ever_fires
from joblint.kube.cron.field import DAY_OF_MONTH, DAY_OF_WEEK, HOUR, MINUTE, MONTH, Bounds, Field
from joblint.kube.cron.parse import Schedule

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_TIMES = 6  # of a day, at most, that are listed one by one
_MINUTES = 10  # of an hour, too many to list one by one
_RUN = 3  # this many in a row are written as a range
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def in_words(schedule: Schedule) -> str:
    """Return when a schedule fires, in words that start with a lower-case letter or the name of a day.

    A zone in the schedule itself (`TZ=`) is included; the CronJob's own `timeZone` is not known here.
    """
    if schedule.every:
        return f"every {duration(schedule.every)}"
    zone = f", in the time zone {schedule.time_zone or 'UTC'}" if schedule.time_zone is not None else ""
    if not ever_fires(schedule):
        return "never"
    minute, hour, day, month, _ = schedule.fields
    time, days, months = _time(minute, hour), _days(schedule), _in_months(month)
    if months and days == _dates(day.values):  # the day of the week does not matter
        days, months = days.replace(" of the month", f" of {months.removeprefix(' in ')}"), ""
    if time.startswith("at "):
        always = "" if hour.bits == _full(HOUR) else "every day"
        return f"{days or always} {time}{months}{zone}".strip()
    return time + (f", {days}" if days else "") + months + zone


def duration(seconds: int) -> str:
    """Return a duration in words: 90 seconds is "1 min 30 s"."""
    parts = []
    for size, unit in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts) or "0 s"


# -- the time of day


def _time(minute: Field, hour: Field) -> str:
    minutes, hours = minute.values, hour.values
    every_hour, every_minute = _is_full(hour, HOUR), _is_full(minute, MINUTE)
    row = hours == list(range(hours[0], hours[-1] + 1))
    if len(minutes) * len(hours) <= _TIMES:
        return f"at {listed([clock(h, m) for h in hours for m in minutes])}"
    step = _step(minutes, MINUTE)
    if step and (every_hour or row):
        often = "every minute" if step == 1 else f"every {step} minutes"
        if every_hour:
            return often
        return f"{often} from {clock(hours[0], 0)} to {clock(hours[-1], minutes[-1])}"
    if len(minutes) == 1:
        return _hourly(minutes[0], hours, row)
    which = "every minute" if every_minute else _which(minutes)
    return f"{which} of {'every hour' if every_hour else _numbers('hour', hours)}"


def _which(minutes: Sequence[int]) -> str:
    """Return minutes one by one, or by their step if there are many."""
    distances = {later - earlier for earlier, later in pairwise(minutes)}
    if len(minutes) < _MINUTES or len(distances) > 1 or 1 in distances:
        return f"at {_numbers('minute', minutes)}"
    return f"every {distances.pop()} minutes from minute {minutes[0]} to {minutes[-1]}"


def _hourly(minute: int, hours: Sequence[int], row: bool) -> str:
    step = _step(hours, HOUR)
    if row and not step:
        return f"every hour from {clock(hours[0], minute)} to {clock(hours[-1], minute)}"
    if step:
        often = "every hour" if step == 1 else f"every {step} hours"
        return often + (f", at minute {minute}" if minute else "")
    return f"at minute {minute} of {_numbers('hour', hours)}"


def clock(hour: int, minute: int) -> str:
    """Return a time of day as `09:05`."""
    return f"{hour:02}:{minute:02}"


def _step(values: Sequence[int], bounds: Bounds) -> int:
    """Return the step with which values fill their whole range, as in 0, 15, 30, 45; 0 if there is none."""
    size = bounds.high + 1
    step = values[1] - values[0] if len(values) > 1 else size
    even = size % step == 0 and list(values) == list(range(0, size, step))
    return step if even and step < size else 0


def _numbers(name: str, values: Sequence[int]) -> str:
    return f"{name}{'s' if len(values) > 1 else ''} {listed(_runs(values, str))}"


# -- days and months


def _days(schedule: Schedule) -> str:
    """Return the days in words; empty if it is every day."""
    _, _, day, _, weekday = schedule.fields
    every_date, every_weekday = _is_full(day, DAY_OF_MONTH), _is_full(weekday, DAY_OF_WEEK)
    dates, weekdays = _dates(day.values), _weekdays(weekday.values)
    if day.star or weekday.star:
        if every_date or every_weekday:
            return "" if every_date and every_weekday else weekdays if every_date else dates
        return f"{dates} if it is {_single(weekday.values)}"
    if every_date or every_weekday:
        return ""
    if not (day.bits and weekday.bits):
        return dates if day.bits else weekdays
    return f"{dates} and also {weekdays}"


def _dates(values: Sequence[int]) -> str:
    return f"on the {listed(_runs(values, _ordinal))} of the month" if values else ""


def _weekdays(values: Sequence[int]) -> str:
    """Return the days of the week in words, with Monday first, as in a working week."""
    numbers = sorted((value - 1) % len(_DAYS) for value in values)
    runs = _runs(numbers, lambda number: _DAYS[(number + 1) % len(_DAYS)])
    return listed([run if " to " in run else f"{run}s" for run in runs])


def _single(values: Sequence[int]) -> str:
    numbers = sorted((value - 1) % len(_DAYS) for value in values)
    return "a " + listed([_DAYS[(number + 1) % len(_DAYS)] for number in numbers], "or")


def _in_months(month: Field) -> str:
    if _is_full(month, MONTH):
        return ""
    return f" in {listed(_runs(month.values, lambda number: _MONTHS[number - 1]))}"


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number not in (11, 12, 13) else "th"
    return f"{number}{ending}"


# -- lists


def _is_full(field: Field, bounds: Bounds) -> bool:
    return field.bits == _full(bounds)


def _full(bounds: Bounds) -> int:
    return (1 << bounds.high + 1) - (1 << bounds.low)


def _runs(values: Sequence[int], name: Callable[[int], str]) -> list[str]:
    """Return values in words, with several in a row as a range."""
    runs: list[list[int]] = []
    for value in values:
        if runs and runs[-1][-1] + 1 == value:
            runs[-1].append(value)
        else:
            runs.append([value])
    words: list[str] = []
    for run in runs:
        if len(run) >= _RUN:
            words.append(f"{name(run[0])} to {name(run[-1])}")
        else:
            words.extend(name(value) for value in run)
    return words


def listed(words: Sequence[str], last: str = "and") -> str:
    """Return a list in words: "a, b and c"."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
