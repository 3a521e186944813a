"""Checks for schedules that Kubernetes accepts, but that do not fire when their author thinks.

The rules are those of robfig/cron, as in joblint/kube/cron/parse.py. If neither day of month nor day of week counts as
`*`, a day that matches either is enough (spec.go, dayMatches); from 1.22 on a field with a step is no longer a star
(parser.go, getRange).
"""

from typing import TYPE_CHECKING

from joblint.checks.reading.place import place_in
from joblint.kube.names.names import short
from joblint.manifests.yaml.tree import Scalar
from joblint.rule.cure.cure import adding, writing
from joblint.rule.registry import author_rule
from joblint.rule.report import Report, Reports, advice, mistake
from joblint.rule.value import Value
from joblint.server.parts import CRONJOB_SPEC

if TYPE_CHECKING:
    from joblint.kube.cron.field import Field
    from joblint.rule.context import Context
    from joblint.rule.cure.cure import Operation

MINUTE, HOUR, DAY, MONTH, WEEKDAY = range(5)
_FEBRUARY = 1 << 2
_SHOWN = 4


def fields_of(spec: Value) -> "tuple[Field, ...]":
    """Return the five fields of the schedule; none if it is invalid or a word such as `@daily`."""
    from joblint.kube.cron import parse as cron

    text = spec.text("schedule")
    if "@" in text:
        return ()
    try:
        return cron.parse(text).fields
    except cron.ScheduleError:
        return ()


def words_of(spec: Value) -> list[str]:
    """Return the fields as written, for a first look that costs nothing; five of them or none."""
    words = spec.text("schedule").split()
    return words if len(words) == WEEKDAY + 1 else []


def _written(value: Value) -> str:
    return short(value.data.strip())


def is_full(field: "Field") -> bool:
    """Return whether the field has every number."""
    return len(field.values) == field.bounds.high - field.bounds.low + 1


def has_neighbours(field: "Field") -> bool:
    """Return whether the field has two consecutive numbers."""
    return field.bits & field.bits >> 1 != 0


def report_at(spec: Value, report: Report, start: int, end: int, ctx: "Context") -> Report:
    """Place the report at a part of the schedule, and return it."""
    value = spec.data["schedule"]
    report.node = place_in(value, (start, end), ctx)
    return report


@author_rule("every-minute-of-an-hour", on=CRONJOB_SPEC)
def every_minute(spec: Value, ctx: "Context") -> Reports:
    """Report `* */3 * * *`, which is not every third hour but each minute of it."""
    words = words_of(spec)
    if not words or words[MINUTE] not in ("*", "*/1", "?") or words[HOUR] == words[DAY] == "*":
        return
    fields = fields_of(spec)
    if not fields or not is_full(fields[MINUTE]):
        return
    hour, day = fields[HOUR], fields[DAY]
    once = ["0", *words[HOUR:]]
    if is_full(hour):
        once[HOUR] = "0"
    better = f"`{short(' '.join(once))}`"
    if not is_full(hour):
        if has_neighbours(hour):
            return
        runs = f"{len(fields[MINUTE].values) * len(hour.values)} times a day"
        each = "that hour" if len(hour.values) == 1 else "each of these hours"
        message = f"{runs}, in every minute of hour{numbers(hour)}; use {better} for 1 run in {each}"
    elif is_full(day) or has_neighbours(day) or not is_full(fields[WEEKDAY]):
        return
    else:
        each = "that day" if len(day.values) == 1 else "each of these days"
        message = f"every minute on day{numbers(day)} of the month; use {better} for 1 run on {each}"
    value = spec.data["schedule"]
    if _says_each_minute(value, ctx):
        return
    text = f"`{_written(value)}` fires {message}"
    report = report_at(spec, mistake(value, text), fields[MINUTE].start, fields[MINUTE].end, ctx)
    yield report.cure_by(writing(value, " ".join(once)), safe=False)


def _says_each_minute(value: Value, ctx: "Context") -> bool:
    """Return whether a comment next to the schedule says that each minute is meant."""
    import re

    from joblint.checks.schedule.clock import comments_of

    node = value.node
    comments = comments_of(ctx.manifest.document.text, node) if isinstance(node, Scalar) else ()
    return any(re.search(r"\b(?:each|every|per)\s+minute\b", text, re.IGNORECASE) for text, _ in comments)


def numbers(field: "Field") -> str:
    """Return the field's numbers to put after a singular noun, such as ` 5` or `s 0, 3, 6, …, 21`."""
    values = field.values
    if len(values) == 1:
        return f" {values[0]}"
    if len(values) > _SHOWN:
        return f"s {', '.join(map(str, values[: _SHOWN - 1]))}, …, {values[-1]}"
    return f"s {', '.join(map(str, values[:-1]))} and {values[-1]}"


@author_rule("impossible-date", on=CRONJOB_SPEC)
def impossible_date(spec: Value, ctx: "Context") -> Reports:
    """Report `0 0 31 2 *`, which is often written on purpose, for a CronJob that is only started manually."""
    words = words_of(spec)
    if not words or (words[MONTH] == "*" and "," not in spec.text("schedule")) or spec.flag("suspend"):
        return
    fields = fields_of(spec)
    if not fields or _ever_fires(spec):
        return
    value = spec.data["schedule"]
    if fields[MONTH].bits == _FEBRUARY:
        from joblint.kube.cron.words import listed

        days = listed([str(day) for day in fields[DAY].values], "or")
        message = f"`{_written(value)}` never fires, because February has no day {days}"
        report = advice(value, f"{message}; correct the date, or set `suspend: true`")
        report.cure_by(_suspending(spec, value), safe=False)
    else:
        report = mistake(value, f"`{_written(value)}` never fires, because none of its months has a day 31")
        if words[DAY] == "31":
            words[DAY] = "30"  # the last day of all these months
            report.cure_by(writing(value, " ".join(words)), safe=False)
    yield report_at(spec, report, fields[DAY].start, fields[MONTH].end, ctx)


def _suspending(spec: Value, value: Value) -> "tuple[str, Operation]":
    written = spec.get("suspend")
    return adding(spec, "suspend", True, after=value) if written is None else writing(written, True)


def _ever_fires(spec: Value) -> bool:
    from joblint.kube.cron import parse as cron
    from joblint.kube.cron.clock import ever_fires

    return ever_fires(cron.parse(spec.text("schedule")))


@author_rule("day-of-month-or-week", on=CRONJOB_SPEC)
def day_of_month_or_week(spec: Value, ctx: "Context") -> Reports:
    """Report `0 9 1-7 * 1`, which is not the first Monday but each Monday and each of the first seven days."""
    words = words_of(spec)
    if not words or words[DAY] in ("*", "?") or words[WEEKDAY] in ("*", "?"):
        return
    fields = fields_of(spec)
    if not fields or fields[DAY].star or fields[WEEKDAY].star:
        return
    day, weekday = fields[DAY], fields[WEEKDAY]
    if any(part.text[0] in "*?" and part.step > 1 for part in (*day.parts, *weekday.parts)) and not ctx.facts.since(22):
        return  # before 1.22 a field with a step still counts as a star
    value = spec.data["schedule"]
    # Single days with weekdays can be intended: crontab(5) has the example `30 4 1,15 * 5`.
    stepped = is_full(day) or is_full(weekday) or any(part.text[0] in "*?" for part in weekday.parts)
    meant = not stepped and all(part.low == part.high for part in day.parts)
    make = advice if meant else mistake
    report = report_at(spec, make(value, _either(day, weekday, _written(value))), day.start, weekday.end, ctx)
    if is_full(day) or is_full(weekday):
        words[DAY if is_full(day) else WEEKDAY] = "*"
        report.cure_by(writing(value, " ".join(words)), safe=False)
    yield report


def _either(day: "Field", weekday: "Field", schedule: str) -> str:
    if is_full(day) or is_full(weekday):
        star = day if is_full(day) else weekday
        why = "because matching either day field is enough"
        return f"`{schedule}` fires every day, {why}; use `*` instead of `{short(star.text)}`"
    either = f"if day of month `{short(day.text)}` or day of week `{short(weekday.text)}` matches"
    return f"`{schedule}` fires {either}, not only if both match; use `*` in one of these 2 fields"
