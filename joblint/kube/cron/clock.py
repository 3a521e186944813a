"""When a schedule fires, to the minute, as robfig/cron computes it, including changes of the clock.

Source: robfig/cron v3.0.1, spec.go (Next, dayMatches) and constantdelay.go, on the arithmetic of Go's time package
(Date, AddDate, Add); v1.1.0, spec.go, for Kubernetes 1.21. The search goes up month by month, day by day, hour by hour,
and starts again whenever a field wraps around. When the clock skips or repeats an hour, its odd steps are those of the
library, and users see them: a schedule inside a skipped hour does not fire that day.

Times are plain numbers here: seconds since 1970. Only `_Clock` knows the zone.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import timezone as fixed
from typing import NamedTuple

from joblint.kube.cron.field import DAY_NAMES
from joblint.kube.cron.parse import Schedule, parse

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_NOON = 12
_YEARS = 5  # how far the library looks
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # in leap years


def next_run(schedule: Schedule, after: datetime) -> datetime | None:
    """Return the first time after `after` (aware) at which a schedule fires, in the zone of `after`.

    The clock is that of the schedule's `TZ=` if it has one, otherwise that of `after`. None if it does not fire within
    five years, or not before the year 10000. Raises ValueError on a naive datetime.
    """
    if after.tzinfo is None or after.utcoffset() is None:
        raise ValueError("the time has no time zone: pass an aware datetime")
    since = after - _EPOCH
    second = since.days * _DAY + since.seconds
    try:
        run = (
            second + schedule.every if schedule.every else _Walk(schedule, _zone(schedule, after.tzinfo)).after(second)
        )
        return None if run is None else (_EPOCH + timedelta(seconds=run)).astimezone(after.tzinfo)
    except OverflowError:  # beyond the years that a datetime can hold
        return None


def next_runs(schedule: str, *, time_zone: str | None, after: datetime, count: int) -> list[datetime]:
    """Return the next `count` times after `after` at which a CronJob with this schedule runs.

    `schedule` and `time_zone` are the CronJob's `spec.schedule` and `spec.timeZone`; None means UTC, where the
    controller runs. `after` is an aware datetime in any zone. The results are in ascending order, and when the clock
    changes they are those of the real controller. Each shows the zone's wall clock, and its tzinfo is the offset from
    UTC at that moment, so that it can be compared and pickled: with a zoneinfo.ZoneInfo it would not equal itself in
    UTC in an hour that comes twice. There are fewer than `count` if the schedule stops firing for five years.

    Raises ValueError for what Kubernetes rejects (ScheduleError, which has the place, for a schedule that does not
    parse), for a naive `after`, and for a `count` that is not an integer or is negative.
    """
    from joblint.kube.cron import timezone

    parsed = parse(schedule)
    if "TZ" in schedule:
        raise ValueError("Kubernetes 1.29 and later reject a time zone in the schedule: use spec.timeZone instead")
    refused = None if time_zone is None else timezone.refusal(time_zone)
    if refused:
        raise ValueError(refused)
    if type(count) is not int or count < 0:
        raise ValueError(f"count must be an integer of at least 0, not {count!r}")
    if after.utcoffset() is None:
        raise ValueError("after has no time zone: pass an aware datetime")
    at: datetime | None = after.astimezone(UTC if time_zone is None else timezone.load(time_zone))
    runs: list[datetime] = []
    while len(runs) < count and at is not None:
        at = next_run(parsed, at)
        if at is not None:
            runs.append(at.replace(tzinfo=fixed(at.utcoffset() or timedelta(0)), fold=0))
    return runs


def ever_fires(schedule: Schedule) -> bool:
    """Return whether any day of the calendar matches; none does for `0 0 31 2 *`."""
    if schedule.every:
        return True
    minute, hour, day_of_month, month, day_of_week = schedule.fields
    if not (minute.bits and hour.bits and month.bits):
        return False
    by_date = any(day_of_month.bits & (1 << _LONGEST_MONTH[m - 1] + 1) - 1 for m in month.values)
    if day_of_month.star or day_of_week.star:
        return by_date and bool(day_of_week.bits)
    return by_date or bool(day_of_week.bits)


def _zone(schedule: Schedule, default: tzinfo) -> tzinfo:
    """Return the zone of the schedule's `TZ=`, or `default` if it has none or if it is `TZ=Local`."""
    from joblint.kube.cron import timezone

    name = schedule.time_zone
    if name is None or name == "Local":
        return default
    return timezone.load(name) if name else UTC


class _Moment(NamedTuple):
    """A moment as the wall clock shows it; `weekday` counts from Sunday."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    weekday: int


class _Clock:
    """A zone with the operations of Go's time package."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone

    def read(self, moment: int) -> _Moment:
        at = (_EPOCH + timedelta(seconds=moment)).astimezone(self.zone)
        return _Moment(at.year, at.month, at.day, at.hour, at.minute, at.second, at.isoweekday() % len(DAY_NAMES))

    def offset(self, moment: int) -> int:
        """Return the seconds east of UTC at a moment."""
        shift = (_EPOCH + timedelta(seconds=moment)).astimezone(self.zone).utcoffset()
        assert shift is not None
        return shift.days * _DAY + shift.seconds

    def date(self, year: int, month: int, day: int, seconds: int = 0) -> int:
        """Return the moment of a wall clock time as Go's time.Date does; month and day may overflow.

        For a time that the clock skips or shows twice, the offset is guessed and then corrected once, as Go does it.
        """
        if month > 12:
            year, month = year + 1, month - 12
        if year > date.max.year:
            raise OverflowError
        moment = (date(year, month, 1).toordinal() - _EPOCH_DAY + day - 1) * _DAY + seconds
        guess = self.offset(moment)
        return moment - self.offset(moment - guess) if guess else moment


class _Walk:
    """One search. `moment` goes up; `added` says that the finer fields have already been set to their lowest value."""

    def __init__(self, schedule: Schedule, zone: tzinfo) -> None:
        self.clock, self.legacy = _Clock(zone), schedule.legacy
        minute, hour, day_of_month, month, day_of_week = schedule.fields
        self.minutes, self.hours, self.months = minute.bits, hour.bits, month.bits
        self.days, self.weekdays = day_of_month.bits, day_of_week.bits
        self.both = day_of_month.star or day_of_week.star
        self.moment, self.added = 0, False

    def after(self, second: int) -> int | None:
        """Return the first moment after `second`; None if there is none within five years."""
        if not (self.minutes and self.hours and self.months):
            return None  # the search would only find that out minute by minute
        self.moment, self.added = second + 1, False
        limit = self.clock.read(self.moment).year + _YEARS
        while self.clock.read(self.moment).year <= limit:
            if self._month() and self._day() and self._hour() and self._minute() and self._second():
                return self.moment
        return None

    # Each step returns True if its field fits, and False if the search has wrapped around and must start again.

    def _month(self) -> bool:
        now = self.clock.read(self.moment)
        while not self.months >> now.month & 1:
            if not self.added:
                self.added = True
                self.moment = self.clock.date(now.year, now.month, 1)
                now = self.clock.read(self.moment)
            self.moment = self.clock.date(now.year, now.month + 1, now.day, _seconds(now))
            now = self.clock.read(self.moment)
            if now.month == 1:
                return False
        return True

    def _day(self) -> bool:
        now = self.clock.read(self.moment)
        while not self._day_fits(now):
            if not self.added:
                self.added = True
                self.moment = self.clock.date(now.year, now.month, now.day)
                now = self.clock.read(self.moment)
            now = self._tomorrow(now)
            if now.day == 1:
                return False
        return True

    def _tomorrow(self, now: _Moment) -> _Moment:
        before, days = self.moment, 1
        self.moment = self.clock.date(now.year, now.month, now.day + days, _seconds(now))
        # A whole day may be missing (Apia, 2011-12-30): there the library never returns; joblint tries the next day.
        while self.moment <= before:
            days += 1
            self.moment = self.clock.date(now.year, now.month, now.day + days, _seconds(now))
        now = self.clock.read(self.moment)
        if now.hour and not self.legacy:  # midnight does not exist on that day: use the hour next to it
            self.moment += (24 - now.hour if now.hour > _NOON else -now.hour) * _HOUR
            now = self.clock.read(self.moment)
        return now

    def _day_fits(self, now: _Moment) -> bool:
        by_date, by_weekday = self.days >> now.day & 1, self.weekdays >> now.weekday & 1
        return bool(by_date and by_weekday if self.both else by_date or by_weekday)

    def _hour(self) -> bool:
        now = self.clock.read(self.moment)
        while not self.hours >> now.hour & 1:
            if not self.added:
                self.added = True
                self.moment = self.clock.date(now.year, now.month, now.day, now.hour * _HOUR)
            self.moment += _HOUR
            now = self.clock.read(self.moment)
            if now.hour == 0:
                return False
        return True

    def _minute(self) -> bool:
        now = self.clock.read(self.moment)
        while not self.minutes >> now.minute & 1:
            if not self.added:
                self.added = True
                self.moment -= self.moment % _MINUTE
            self.moment += _MINUTE
            now = self.clock.read(self.moment)
            if now.minute == 0:
                return False
        return True

    def _second(self) -> bool:
        """Move to second 0 of the wall clock, where runs start; False if that is in the next minute."""
        second = self.clock.read(self.moment).second
        self.added = self.added or second > 0
        self.moment += (_MINUTE - second) % _MINUTE
        return second == 0


def _seconds(now: _Moment) -> int:
    return now.hour * _HOUR + now.minute * _MINUTE + now.second
