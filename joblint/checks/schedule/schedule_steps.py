"""Checks of steps in schedules: `*/45`, which leaves an uneven gap, and `*/1`, which has no effect.

The rules are those of robfig/cron, as in joblint/kube/cron/parse.py.
"""

from typing import TYPE_CHECKING

from joblint.checks.schedule.schedule import (
    DAY,
    HOUR,
    MINUTE,
    MONTH,
    WEEKDAY,
    fields_of,
    has_neighbours,
    is_full,
    numbers,
    report_at,
    words_of,
)
from joblint.kube.names.names import short
from joblint.rule.cure.cure import writing
from joblint.rule.registry import author_rule
from joblint.rule.report import Reports, advice, mistake
from joblint.rule.value import Value
from joblint.server.parts import CRONJOB_SPEC

if TYPE_CHECKING:
    from joblint.kube.cron.field import Field, Part
    from joblint.rule.context import Context

_DAY_HOURS, _YEAR_MONTHS = 24, 12
_ROUND = ("hour", "day", "month", "year", "week")  # after which a field starts again
_LENGTHS = {2: (28, 29), 4: (30,), 6: (30,), 9: (30,), 11: (30,)}  # days of the months that do not have 31


@author_rule("uneven-step", on=CRONJOB_SPEC)
def uneven_step(spec: Value, ctx: "Context") -> Reports:
    """Report `*/45`, which is minutes 0 and 45, so that the gaps are 45 and 15 minutes."""
    if "/" not in spec.text("schedule"):
        return
    fields = fields_of(spec)
    value = spec.data["schedule"]
    for index, field in enumerate(fields):
        beyond = next(filter(None, (_beyond(part, field) for part in field.parts)), "")
        if beyond:
            report = report_at(spec, mistake(value, beyond), field.start, field.end, ctx)
            better = _in_hours(spec, fields)
            yield report.cure_by(writing(value, better), safe=False) if better else report
            continue
        bounds = field.bounds
        size = bounds.high - bounds.low + 1
        step = field.parts[0].step if len(field.parts) == 1 else 1
        whole = bool(field.parts) and (field.parts[0].low, field.parts[0].high) == (bounds.low, bounds.high)
        if not whole or size % step == 0 or not _comes_round(fields, index):
            continue
        make = mistake if 2 * step > size else advice
        yield report_at(spec, make(value, _uneven(fields, index, step, size)), field.start, field.end, ctx)


def _beyond(part: "Part", field: "Field") -> str:
    """Return the message for a step that is larger than its range; empty for others, and for `5/60`."""
    span = part.text.partition("/")[0]
    low, high = (part.low, part.high) if "-" in span else (field.bounds.low, field.bounds.high)
    size = high - low + 1
    if part.step <= size or size == 1:
        return ""
    means = f"`{short(part.text)}` means only {_noun(field)} {part.low}"
    return f"{means}, because the step is larger than the {size} values of the range; use a smaller step"


def _in_hours(spec: Value, fields: "tuple[Field, ...]") -> str:
    """Return `*/120 * * * *`, every two hours, with the step in the hour's field; empty for other schedules."""
    words, parts = words_of(spec), fields[MINUTE].parts
    if not words or words[HOUR] != "*" or len(parts) != 1 or parts[0].text[0] != "*":
        return ""
    hours, rest = divmod(parts[0].step, fields[MINUTE].bounds.high + 1)
    if rest or _DAY_HOURS % hours:
        return ""
    return " ".join(("0", "0" if hours == _DAY_HOURS else f"*/{hours}", *words[DAY:]))


def _comes_round(fields: "tuple[Field, ...]", index: int) -> bool:
    """Return whether the field starts again right after its end, because the next hour, day or month is scheduled."""
    if index == MINUTE:
        return has_neighbours(fields[HOUR])
    if index == HOUR:
        return is_full(fields[DAY]) and is_full(fields[WEEKDAY])
    if index == DAY:
        return bool(_gaps(fields, DAY)) and is_full(fields[WEEKDAY])
    return index == MONTH or is_full(fields[DAY])


def _gaps(fields: "tuple[Field, ...]", index: int) -> list[int]:
    """Return the distances from the last number of a field to the first of the next round, in its unit, sorted.

    Days have several, because months differ in length; none if no two months in a row are in the schedule.
    """
    field = fields[index]
    first, last = field.values[0], field.values[-1]
    if index != DAY:
        return [field.bounds.high - field.bounds.low + 1 - (last - first)]
    months, gaps = fields[MONTH], set()
    for month in months.values:
        if months.bits >> (month % _YEAR_MONTHS + 1) & 1:
            for length in _LENGTHS.get(month, (31,)):
                gaps.add(length - max((day for day in field.values if day <= length), default=first) + first)
    return sorted(gaps)


def _noun(field: "Field") -> str:
    return {"day of month": "day", "day of week": "weekday"}.get(field.bounds.name, field.bounds.name)


def _uneven(fields: "tuple[Field, ...]", index: int, step: int, size: int) -> str:
    from joblint.kube.cron.words import listed

    field = fields[index]
    gaps = _gaps(fields, index)
    unit = {"day of month": "day", "day of week": "day"}.get(field.bounds.name, field.bounds.name)
    gap = f"{listed([str(one) for one in gaps], 'or')} {unit}{'s' if gaps[-1] > 1 else ''}"
    cure = f"; use a step that divides {size}" if index in (MINUTE, HOUR, MONTH) else ""
    what = f"`{short(field.text)}` means {_noun(field)}{numbers(field)}, not every {step} {unit}s"
    return f"{what}: the gap at the end of the {_ROUND[index]} is {gap}{cure}"


@author_rule("step-of-one", on=CRONJOB_SPEC)
def step_of_one(spec: Value, ctx: "Context") -> Reports:
    """Report `*/1`, which is the same as `*`: once per schedule, at the first."""
    if "/" not in spec.text("schedule"):
        return
    parts = [part for field in fields_of(spec) for part in field.parts if _idle(part)]
    if not parts:
        return
    value, first = spec.data["schedule"], parts[0]
    message = f"`{short(first.text)}` means the same as `{_span(first)}`: a step of 1 has no effect"
    report = report_at(spec, advice(value, message), first.start, first.end, ctx)
    text = value.data
    for part in reversed(parts):
        text = text[: part.start] + _span(part) + text[part.end :]
    yield report.cure_by(writing(value, text))


def _idle(part: "Part") -> bool:
    """Return whether a step has no effect: in `*/1` and `1-5/1`, but not in `5/1`, which continues to the end."""
    return part.step == 1 and "/" in part.text and (part.text[0] in "*?" or "-" in _span(part))


def _span(part: "Part") -> str:
    return part.text.partition("/")[0]
