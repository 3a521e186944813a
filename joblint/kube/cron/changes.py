"""What daylight saving time does to the runs of a schedule: which are skipped, and which happen twice.

robfig/cron reads the wall clock. A time that the clock skips never comes, so its run is skipped; a time that the clock
shows twice gives two runs, whose Jobs have different names. Source: robfig/cron v3.0.1, spec.go, Next.
"""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from joblint.kube.cron.field import HOUR
from joblint.kube.cron.gaps import day_fits, is_full, times_of_day
from joblint.kube.cron.parse import Schedule

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_LARGEST = _DAY  # no zone changes by more; a larger change is a jump across the date line


class ClockChange(NamedTuple):
    """A change of a zone's clock: when it happens (UTC), and the clock's time before and after it, without a zone."""

    at: datetime
    before: datetime
    after: datetime

    @property
    def shift(self) -> timedelta:
        """Return how far the clock is put forward; negative if it is put back."""
        return self.after - self.before


class Effect(NamedTuple):
    """What a change does: the clock times, without a zone, whose runs are skipped or happen twice."""

    change: ClockChange
    skipped: tuple[datetime, ...]
    doubled: tuple[datetime, ...]


@lru_cache(maxsize=8)
def changes(zone: tzinfo, start: datetime, end: datetime) -> tuple[ClockChange, ...]:
    """Return the changes of a zone's clock in [start, end); both times are aware."""
    clock_changes, at = [], start.astimezone(UTC).replace(second=0, microsecond=0)
    offset = _offset(zone, at)
    while at < end:
        later = min(at + _DAY, end.astimezone(UTC))
        other = _offset(zone, later)
        if other != offset:
            moment = _moment(zone, at, later)
            naive = moment.replace(tzinfo=None)
            clock_changes.append(ClockChange(moment, naive + offset, naive + other))
        at, offset = later, other
    return tuple(clock_changes)


def _offset(zone: tzinfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)


def _moment(zone: tzinfo, low: datetime, high: datetime) -> datetime:
    """Return the first second of (low, high] that has the offset of `high`."""
    offset = _offset(zone, high)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=1) // 2)
        low, high = (low, middle) if _offset(zone, middle) == offset else (middle, high)
    return high


def effects(schedule: Schedule, zone: tzinfo, start: datetime, end: datetime) -> list[Effect]:
    """Return what the changes of the clock in [start, end) do to a schedule, without those that do nothing."""
    every = [effect_of(schedule, change) for change in changes(zone, start, end)]
    return [one for one in every if one.skipped or one.doubled]


def effect_of(schedule: Schedule, change: ClockChange) -> Effect:
    """Return what one change does to a schedule that runs by that clock.

    It does nothing if the pace stays the same: with `@every`, and if each hour of the day has the same runs.
    """
    none = Effect(change, (), ())
    size = abs(change.shift)
    if keeps_pace(schedule, size) or size > _LARGEST:
        return none
    if change.shift > timedelta(0):
        return none._replace(skipped=_fitting(schedule, change.before, change.after))
    return none._replace(doubled=_fitting(schedule, change.after, change.before))


def keeps_pace(schedule: Schedule, shift: timedelta) -> bool:
    """Return whether the time between runs stays the same when the clock is put forward or back by `shift`."""
    if schedule.every:
        return True
    minute, hour, *_ = schedule.fields
    by = shift // _MINUTE % 60
    shifted = {(value + by) % 60 for value in minute.values}
    return (
        hour.bits.bit_count() == HOUR.high + 1
        and all(map(is_full, schedule.fields[2:]))
        and shifted == set(minute.values)
    )


def _fitting(schedule: Schedule, start: datetime, end: datetime) -> tuple[datetime, ...]:
    """Return the times in [start, end) at which the schedule fires by the wall clock."""
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    times, runs = times_of_day(schedule), []
    while midnight < end:
        month = schedule.fields[3].bits >> midnight.month & 1
        if month and day_fits(schedule, midnight.day, midnight.isoweekday() % 7):
            runs += [midnight + timedelta(seconds=time) for time in times]
        midnight += _DAY
    return tuple(time for time in runs if start <= time < end)
