"""When something runs, as people write it in a comment: "every 5 minutes", "runs daily at 2 AM", "every Monday".

Only unambiguous phrases are read: the phrase must be at the start of the text, and nothing after it may mention a time
again. The result can be compared with a schedule: `contradicts` is true only if the two cannot both be right, whatever
clock the author had in mind.
"""

import re
from functools import cache
from typing import NamedTuple

from joblint.kube.cron.gaps import DAY, HOUR, MINUTE, gaps, times_of_day, weekdays
from joblint.kube.cron.parse import Schedule

UTC_NAMES = ("UTC", "GMT", "Z", "Etc/UTC", "Etc/GMT", "Zulu")
_MAX_TEXT = 200  # characters of a comment that is worth reading
_MAX_TIMES = 6  # of a day, at most, to compare with a comment that has one time of day
_WEEK, _HALF_DAY = 7, 12 * HOUR
_CLOSE = 30 * MINUTE  # a comment this close to the schedule's time means that time
# fmt: off
_NUMBERS = {word: number for number, word in enumerate(
    ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1)}
_NUMBERS.update({"fifteen": 15, "twenty": 20, "thirty": 30, "other": 2, "second": 2, "third": 3})
_UNITS = {"second": 1, "sec": 1, "minute": MINUTE, "min": MINUTE, "hour": HOUR, "hr": HOUR, "day": DAY,
          "night": DAY, "morning": DAY, "evening": DAY, "week": 7 * DAY}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_ADVERBS = {"minutely": MINUTE, "hourly": HOUR, "daily": DAY, "nightly": DAY, "everyday": DAY, "weekly": 7 * DAY,
            "monthly": "month", "quarterly": "quarter", "yearly": "year", "annually": "year"}
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
# fmt: on
_DAY_NAME = r"(?:sun|mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?)(?:days?)?"
_NUMBER = rf"(?:\d{{1,3}}|{'|'.join(_NUMBERS)})"
_VERB = (
    r"(?:(?:this|the)\s+)?(?:(?:cron\s?)?job\s+|cron\s*:?\s+)?(?:will\s+)?"
    r"(?:(?:is\s+)?scheduled\s+(?:to\s+run\s+)?|(?:to\s+)?(?:runs?|executes?|fires?|triggers?|running)\s+)?"
)
_FREQUENCY = (
    rf"(?P<adverb>{'|'.join(_ADVERBS)})(?:\s+on\s+(?P<on>{_DAY_NAME}))?"
    rf"|(?:every|each|once\s+(?:an?|per|every))\s+(?:(?P<count>{_NUMBER})(?:st|nd|rd|th)?\s*)?"
    rf"(?P<unit>{'|'.join((*_UNITS, *_MONTHS))})s?"
    rf"|(?:(?:every|each|on)\s+)?(?P<group>week\s?days?|week\s?ends?|{_DAY_NAME}\s*(?:-|to|through)\s*{_DAY_NAME})"
    rf"|(?:every|each|on)\s+(?P<day>{_DAY_NAME})"
)
_TIME = (
    r"(?:at\s+|@\s*)?(?:(?P<word{0}>midnight|noon)"
    r"|(?P<hour{0}>\d{{1,2}})(?:[:.](?P<minute{0}>\d\d)(?::00)?)?\s*(?P<half{0}>[ap]\.?m\b\.?)"
    r"|(?P<clock{0}>\d{{1,2}}):(?P<past{0}>\d\d)(?::00)?)"
)
_ZONE = r"(?:\s*\(?\b(?P<zone>[a-z]{1,4}t|utc|z|local(?:\s+time)?|server\s+time)\b\)?(?:\s+time)?)?"
# What may follow a phrase: nothing, or text that a sign or "to" sets off and that mentions no other time.
_END = r"\s*(?:$|[.!;,(#\u2013\u2014]|-\s|to\s+[a-z])"
_OTHER = (
    r"\d|every|each|hour|minute|\bmin|\bda(?:y|il)|week|month|year|night|morning|evening|noon|during|between|from|until"
    r"|till|except|only|\btest|\bdebug|\bdev|\btry|\bwas\b|\bwere\b|previous|\bold|instead|should|change|adjust|todo"
    r"|fixme|default|\bor\b|\band\b|\bnot\b|\bwhen\b|\bif\b|actual|currently|temp|[^\x00-\x7f]"
)


class Claim(NamedTuple):
    """What a comment says: its words, and what they mean.

    `period` is the smallest and the largest number of seconds from one run to the next, `unit` and `number` how the
    comment says it (minute, 5); `days` are the days of the week, with Sunday as 0; `time` is the seconds from midnight,
    `half` whether the comment says which half of the day is meant (2 PM, noon); `zone` is empty if none is named.
    """

    words: str
    period: tuple[int, int] | None
    unit: str
    number: int
    days: frozenset[int] | None
    time: int | None
    half: bool
    zone: str


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile({"claim": _claim_pattern(), "end": _END, "other": _OTHER}[name])


def _claim_pattern() -> str:
    first = rf"(?:{_TIME.format(0)}{_ZONE.replace('zone', 'early')},?\s+)?"
    return rf"{_VERB}(?P<claim>(?:at\s+)?{first}(?:{_FREQUENCY})\b(?:,?\s+{_TIME.format(1)}{_ZONE})?)"


def read(comment: str) -> Claim | None:
    """Return what a comment (without its `#`) says about when something runs; None if that is not clear."""
    text = comment.strip()
    if len(text) > _MAX_TEXT:
        return None
    lower = text.lower()
    match = _pattern("claim").match(lower) if len(lower) == len(text) else None
    if match is None:
        return None
    end = _pattern("end").match(lower, match.end())
    if end is None or _pattern("other").search(lower, match.end()):
        return None
    return _claim(match, " ".join(text[match.start("claim") : match.end("claim")].split()))


def _claim(match: re.Match[str], words: str) -> Claim | None:
    groups = match.groupdict()
    first = _time(match, 0)
    if first is not None and _time(match, 1) is not None:
        return None
    time = first or _time(match, 1)
    seconds, half = time if time is not None else (None, False)
    zone = (groups["early"] or groups["zone"] or "").upper()
    period, unit, count = _period(groups["adverb"], groups["unit"], groups["count"])
    days = _days(groups["day"] or groups["on"], groups["group"])
    if seconds is not None and (seconds >= DAY or (unit and unit not in ("day", "week"))):
        return None
    if period == (0, 0) or (unit == "" and days is None):
        return None
    if days is not None and period is not None and unit != "week":
        return None
    return Claim(words, period, unit, count, days, seconds, half, zone)


def _period(adverb: str | None, unit: str | None, count: str | None) -> tuple[tuple[int, int] | None, str, int]:
    if adverb is not None:
        meant = _ADVERBS[adverb]
        unit = meant if isinstance(meant, str) else next(name for name, size in _UNITS.items() if size == meant)
    if unit is None:
        return None, "", 0
    number = 1 if count is None else int(count) if count.isdigit() else _NUMBERS[count]
    if unit in _MONTHS:
        months = _MONTHS[unit] * number
        # the fewest and the most days that this many months in a row can have, with a day to spare
        return (months * 30 * DAY - 3 * DAY, months * 31 * DAY), "month", months
    size = _UNITS[unit]
    name = next(name for name, other in _UNITS.items() if other == size)
    return (number * size, number * size), name, number


def _days(day: str | None, group: str | None) -> frozenset[int] | None:
    if day is not None:
        return frozenset((_day(day),))
    if group is None:
        return None
    if group.startswith("week"):
        return frozenset((0, 6) if "end" in group else range(1, 6))
    names = re.findall("|".join(_DAYS), group)
    first, last = _day(names[0]), _day(names[-1])
    return frozenset((first + n) % _WEEK for n in range((last - first) % _WEEK + 1))


def _day(name: str) -> int:
    return _DAYS.index(name[:3])


def _time(match: re.Match[str], number: int) -> tuple[int, bool] | None:
    """Return a time of day in seconds, and whether the comment says which half of the day is meant."""
    word, hour, minute, half, clock, past = (
        match[f"{name}{number}"] for name in ("word", "hour", "minute", "half", "clock", "past")
    )
    if word:
        return (0 if word == "midnight" else _HALF_DAY), True
    if hour:
        at = int(hour) % 12 * HOUR + int(minute or 0) * MINUTE
        return (at + (_HALF_DAY if half.startswith("p") else 0) if 0 < int(hour) <= 12 else DAY), True
    return (int(clock) * HOUR + int(past) * MINUTE, False) if clock else None


# -- against a schedule


def contradicts(claim: Claim, schedule: Schedule, zone: str | None) -> bool:
    """Return whether a schedule cannot be what the claim says. `zone`: the CronJob's `timeZone`, None if not set."""
    return bool(gaps(schedule)) and (
        _wrong_period(claim, schedule) or _wrong_days(claim, schedule, zone) or _wrong_time(claim, schedule, zone)
    )


def _wrong_period(claim: Claim, schedule: Schedule) -> bool:
    """Return whether no two consecutive runs are as far apart as the comment says."""
    if claim.period is None:
        return False
    least, most = claim.period
    return not any(least <= gap <= most for gap in gaps(schedule))


def _wrong_days(claim: Claim, schedule: Schedule, zone: str | None) -> bool:
    """Return whether the days of the week differ, even if the author used a clock that is a day off."""
    if claim.days is None:
        return False
    days = weekdays(schedule)
    if days is None:
        return len(claim.days) == 1 and not any(gap == _WEEK * DAY for gap in gaps(schedule))
    same_clock = claim.time in times_of_day(schedule) and claim.time != 0
    shifts = (0,) if same_clock or _known(claim, zone) else (-1, 0, 1)
    return all({(day + shift) % _WEEK for day in claim.days} != days for shift in shifts)


def _wrong_time(claim: Claim, schedule: Schedule, zone: str | None) -> bool:
    """Return whether the time of day differs. If the clock is unknown: only if morning and evening are mixed up."""
    times = times_of_day(schedule)
    if claim.time is None or not 0 < len(times) <= _MAX_TIMES:
        return False
    apart = [min((time - claim.time) % DAY, (claim.time - time) % DAY) for time in times]
    if _known(claim, zone):
        return min(apart) >= _CLOSE
    return claim.half and not claim.zone and len(times) == 1 and apart[0] == _HALF_DAY


def _known(claim: Claim, zone: str | None) -> bool:
    """Return whether the comment certainly uses the schedule's clock."""
    if zone is None or zone in UTC_NAMES:
        return claim.zone in UTC_NAMES
    return not claim.zone


def suggestion(claim: Claim, schedule: Schedule) -> str | None:
    """Return a schedule that does what the comment says; None if it is not clear what does."""
    from joblint.kube.cron import parse as cron

    words = schedule.text.split()
    if len(words) != len(schedule.fields) or schedule.time_zone is not None:
        return None
    text = _written(claim, schedule, words)
    if text is None:
        return None
    try:
        better = cron.parse(text)
    except cron.ScheduleError:
        return None
    return None if _wrong_period(claim, better) or _wrong_days(claim, better, "UTC") else text


def _written(claim: Claim, schedule: Schedule, words: list[str]) -> str | None:
    minute, hour, *days = words
    every = "*" if claim.number == 1 else f"*/{claim.number}"
    if claim.unit == "minute" and 0 < claim.number < 60 and 60 % claim.number == 0:
        return " ".join((every, *words[1:])) if hour == "*" else None
    if claim.unit == "hour" and 0 < claim.number < 24 and 24 % claim.number == 0:
        return " ".join((minute if len(schedule.fields[0].values) == 1 else "0", every, *days))
    if claim.time is None or claim.zone:
        return None
    if claim.days is not None:
        if days[:2] != ["*", "*"]:
            return None
        days[2] = _list(sorted(claim.days))
    elif (claim.unit, claim.number) != ("day", 1):
        return None
    return " ".join((str(claim.time % HOUR // MINUTE), str(claim.time // HOUR), *days))


def _list(days: list[int]) -> str:
    first, last = days[0], days[-1]
    return f"{first}-{last}" if last - first == len(days) - 1 > 1 else ",".join(map(str, days))
