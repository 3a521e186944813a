"""Schedules that Kubernetes takes, and that do not fire when their author thinks.

The rules are those of robfig/cron, as in joblint/kube/cron.py. Day of month and day of week: where neither counts as
`*`, a day that fits either is enough (spec.go, dayMatches); from 1.22 on a step takes the star away
(parser.go, getRange).
"""

from typing import TYPE_CHECKING

from joblint.checks.place import place_in
from joblint.cure import adding, writing
from joblint.kube.names import short
from joblint.rule import Report, Reports, advice, mistake, rule
from joblint.server.jobs import CRONJOB_SPEC
from joblint.tree import Scalar
from joblint.value import Value

if TYPE_CHECKING:
    from joblint.context import Context
    from joblint.cure import Operation
    from joblint.kube.cron_field import Field, Part

_MINUTE, _HOUR, _DAY, _MONTH, _WEEKDAY = range(5)
_FEBRUARY = 1 << 2
_DAY_HOURS = 24
_SHOWN = 4


def _fields(spec: Value) -> "tuple[Field, ...]":
    """The five fields of the schedule; none where it is wrong, or a word such as `@daily`."""
    from joblint.kube import cron

    text = spec.text("schedule")
    if "@" in text:
        return ()
    try:
        return cron.parse(text).fields
    except cron.ScheduleError:
        return ()


def _words(spec: Value) -> list[str]:
    """The fields as written, for a first look that costs nothing; five of them, or none."""
    words = spec.text("schedule").split()
    return words if len(words) == _WEEKDAY + 1 else []


def _written(value: Value) -> str:
    return short(value.data.strip())


def _full(field: "Field") -> bool:
    """Whether every number is in the field."""
    return len(field.values) == field.bounds.high - field.bounds.low + 1


def _has_neighbours(field: "Field") -> bool:
    """Whether two numbers in a row are in the field."""
    return field.bits & field.bits >> 1 != 0


def _report(spec: Value, report: Report, start: int, end: int, ctx: "Context") -> Report:
    value = spec.data["schedule"]
    report.node = place_in(value, (start, end), ctx)
    return report


@rule("every-minute-of-an-hour", on=CRONJOB_SPEC)
def every_minute(spec: Value, ctx: "Context") -> Reports:
    """`* */3 * * *`: not every third hour, but each minute of it."""
    words = _words(spec)
    if not words or words[_MINUTE] not in ("*", "*/1", "?") or words[_HOUR] == words[_DAY] == "*":
        return
    fields = _fields(spec)
    if not fields or not _full(fields[_MINUTE]):
        return
    hour, day = fields[_HOUR], fields[_DAY]
    if not _full(hour):
        if _has_neighbours(hour):
            return
        runs = f"{len(fields[_MINUTE].values) * len(hour.values)} runs a day"
        message = f"every minute of hour{_list(hour)}: {runs}; write `0 {short(hour.text)}` for one in each"
    elif _full(day) or _has_neighbours(day) or not _full(fields[_WEEKDAY]):
        return
    else:
        message = f"every minute of day{_list(day)} of the month; write `0 0 {short(day.text)}` for one run on each"
    value = spec.data["schedule"]
    if _is_said(value, ctx):
        return
    text = f"`{_written(value)}` fires {message}"
    report = _report(spec, mistake(value, text), fields[_MINUTE].start, fields[_MINUTE].end, ctx)
    better = ["0", *words[_HOUR:]]
    if _full(hour):
        better[_HOUR] = "0"
    yield report.cure(*writing(value, " ".join(better)), safe=False)


def _is_said(value: Value, ctx: "Context") -> bool:
    """Whether a comment beside the schedule says that it means each minute."""
    import re

    from joblint.checks.clock import comments_of

    node = value.node
    found = comments_of(ctx.manifest.document.text, node) if isinstance(node, Scalar) else ()
    return any(re.search(r"\b(?:each|every|per)\s+minute\b", text, re.IGNORECASE) for text, _ in found)


def _list(field: "Field") -> str:
    """`s 0, 3, 6 and so on`, behind the singular of what the field counts."""
    values = field.values
    if len(values) == 1:
        return f" {values[0]}"
    if len(values) > _SHOWN:
        return f"s {', '.join(map(str, values[: _SHOWN - 1]))} and so on"
    return f"s {', '.join(map(str, values[:-1]))} and {values[-1]}"


@rule("uneven-step", on=CRONJOB_SPEC)
def uneven_step(spec: Value, ctx: "Context") -> Reports:
    """`*/45`: minutes 0 and 45, so that the gaps are 45 and 15 minutes."""
    if "/" not in spec.text("schedule"):
        return
    fields = _fields(spec)
    value = spec.data["schedule"]
    for index, field in enumerate(fields):
        beyond = next(filter(None, (_beyond(part, field) for part in field.parts)), "")
        if beyond:
            report = _report(spec, mistake(value, beyond), field.start, field.end, ctx)
            better = _in_hours(spec, fields)
            yield report.cure(*writing(value, better), safe=False) if better else report
            continue
        bounds = field.bounds
        size = bounds.high - bounds.low + 1
        step = field.parts[0].step if len(field.parts) == 1 else 1
        whole = bool(field.parts) and (field.parts[0].low, field.parts[0].high) == (bounds.low, bounds.high)
        if not whole or size % step == 0 or not _comes_round(fields, index):
            continue
        make = mistake if 2 * step > size else advice
        yield _report(spec, make(value, _uneven(field, step, size)), field.start, field.end, ctx)


def _beyond(part: "Part", field: "Field") -> str:
    """What to say of a step that leaves what it steps through at once; `5/60` means what it says, and is none."""
    span = part.text.partition("/")[0]
    low, high = (part.low, part.high) if "-" in span else (field.bounds.low, field.bounds.high)
    size = high - low + 1
    if part.step <= size or size == 1:
        return ""
    return f"`{short(part.text)}` is {_noun(field)} {part.low} alone: a step cannot go beyond the {size} there are"


def _in_hours(spec: Value, fields: "tuple[Field, ...]") -> str:
    """`*/120 * * * *`, every two hours, with the step where it belongs; else nothing."""
    words, parts = _words(spec), fields[_MINUTE].parts
    if not words or words[_HOUR] != "*" or len(parts) != 1 or parts[0].text[0] != "*":
        return ""
    hours, rest = divmod(parts[0].step, fields[_MINUTE].bounds.high + 1)
    if rest or _DAY_HOURS % hours:
        return ""
    return " ".join(("0", "0" if hours == _DAY_HOURS else f"*/{hours}", *words[_DAY:]))


def _comes_round(fields: "tuple[Field, ...]", index: int) -> bool:
    """Whether the field starts again right after its end: the hour, day or month after this one is in the schedule."""
    if index == _MINUTE:
        return _has_neighbours(fields[_HOUR])
    if index == _HOUR:
        return _full(fields[_DAY]) and _full(fields[_WEEKDAY])
    return index != _DAY or _has_neighbours(fields[_MONTH])


def _noun(field: "Field") -> str:
    return {"day of month": "day", "day of week": "weekday"}.get(field.bounds.name, field.bounds.name)


def _uneven(field: "Field", step: int, size: int) -> str:
    name = field.bounds.name
    gap = size - (field.values[-1] - field.values[0])
    cure = f"take a step that divides {size}" if name in ("minute", "hour") else "name them one by one"
    rest = f"{gap} or less" if name == "day of month" else str(gap)
    return (
        f"`{short(field.text)}` is {_noun(field)}{_list(field)}: behind the last the gap is {rest}, not {step}; {cure}"
    )


@rule("step-of-one", on=CRONJOB_SPEC)
def step_of_one(spec: Value, ctx: "Context") -> Reports:
    """`*/1`, which is `*`: one report for a schedule, at the first."""
    if "/" not in spec.text("schedule"):
        return
    parts = [part for field in _fields(spec) for part in field.parts if _idle(part)]
    if not parts:
        return
    value, first = spec.data["schedule"], parts[0]
    message = f"`{short(first.text)}` is `{_span(first)}`: a step of 1 leaves nothing out"
    report = _report(spec, advice(value, message), first.start, first.end, ctx)
    text = value.data
    for part in reversed(parts):
        text = text[: part.start] + _span(part) + text[part.end :]
    yield report.cure(*writing(value, text))


def _idle(part: "Part") -> bool:
    """Whether a step could go: `*/1` and `1-5/1`, but not `5/1`, which goes on to the end."""
    return part.step == 1 and "/" in part.text and (part.text[0] in "*?" or "-" in _span(part))


def _span(part: "Part") -> str:
    return part.text.partition("/")[0]


@rule("impossible-date", on=CRONJOB_SPEC)
def impossible_date(spec: Value, ctx: "Context") -> Reports:
    """`0 0 31 2 *`: many write that on purpose, for a CronJob that is only started by hand."""
    words = _words(spec)
    if not words or (words[_MONTH] == "*" and "," not in spec.text("schedule")) or spec.flag("suspend"):
        return
    fields = _fields(spec)
    if not fields or _ever_fires(spec):
        return
    value = spec.data["schedule"]
    if fields[_MONTH].bits == _FEBRUARY:
        report = advice(value, f"`{_written(value)}` never fires; `suspend: true` says the same aloud")
        report.cure(*_suspending(spec, value), safe=False)
    else:
        report = mistake(value, f"`{_written(value)}` never fires: no month of it has that day")
        if words[_DAY] == "31":
            words[_DAY] = "30"  # the last day of all these months
            report.cure(*writing(value, " ".join(words)), safe=False)
    yield _report(spec, report, fields[_DAY].start, fields[_MONTH].end, ctx)


def _suspending(spec: Value, value: Value) -> "tuple[str, Operation]":
    written = spec.get("suspend")
    return adding(spec, "suspend", True, after=value) if written is None else writing(written, True)


def _ever_fires(spec: Value) -> bool:
    from joblint.kube import cron

    return cron.parse(spec.text("schedule")).ever_fires()


@rule("day-of-month-or-week", on=CRONJOB_SPEC)
def day_of_month_or_week(spec: Value, ctx: "Context") -> Reports:
    """`0 9 1-7 * 1`: not the first Monday, but each Monday and the first seven days."""
    words = _words(spec)
    if not words or words[_DAY] in ("*", "?") or words[_WEEKDAY] in ("*", "?"):
        return
    fields = _fields(spec)
    if not fields or fields[_DAY].star or fields[_WEEKDAY].star:
        return
    day, weekday = fields[_DAY], fields[_WEEKDAY]
    if any(part.text[0] in "*?" and part.step > 1 for part in (*day.parts, *weekday.parts)) and not ctx.facts.since(22):
        return  # there a step leaves the star in force
    value = spec.data["schedule"]
    # Single days beside weekdays can be meant so: crontab(5) has `30 4 1,15 * 5` for an example.
    stepped = _full(day) or _full(weekday) or any(part.text[0] in "*?" for part in weekday.parts)
    meant = not stepped and all(part.low == part.high for part in day.parts)
    make = advice if meant else mistake
    report = _report(spec, make(value, _either(day, weekday)), day.start, weekday.end, ctx)
    if _full(day) or _full(weekday):
        words[_DAY if _full(day) else _WEEKDAY] = "*"
        report.cure(*writing(value, " ".join(words)), safe=False)
    yield report


def _either(day: "Field", weekday: "Field") -> str:
    if _full(day) or _full(weekday):
        star = day if _full(day) else weekday
        why = f"`{short(star.text)}` is not `*`, and a day that fits either field is enough"
        return f"this fires every day: {why}; write `*`"
    where = f"day of month `{short(day.text)}` and day of week `{short(weekday.text)}`"
    return f"{where}: a day that fits either is enough, so this fires on each of both; set one of them to `*`"
