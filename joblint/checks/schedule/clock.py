"""Schedules held against what stands beside them: the comment of their author, and the clock of their time zone.

Sources: robfig/cron v3.0.1, spec.go (Next reads the wall clock), and the IANA time zone database.
"""

import re
from typing import TYPE_CHECKING

from joblint.kube.names.names import short
from joblint.manifests.yaml.tree import Node, Scalar
from joblint.rule.cure.cure import writing
from joblint.rule.registry import rule
from joblint.rule.report import Reports, advice, mistake
from joblint.rule.value import Value
from joblint.server.parts import CRONJOB_SPEC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from joblint.kube.cron.changes import Effect
    from joblint.kube.cron.parse import Schedule
    from joblint.kube.cron.phrase import Claim
    from joblint.rule.context import Context

_MINUTE, _HOUR, _DAY, _MONTH, _WEEKDAY = range(5)
_STEPPED = {"minute": _MINUTE, "hour": _HOUR, "day": _DAY, "month": _MONTH}
# The years whose changes of the clock count: written down, so that what joblint says does not change with the day.
_FIRST_YEAR, _LAST_YEAR = 2026, 2035
_LOOK = 1000  # characters above a schedule in which its comment is looked for
_WORKDAYS = frozenset(range(1, 6))  # of a week that begins with Sunday
_MORNING, _EVENING = 6, 20  # hours within which people work
_SELDOM = 12 * 60 * 60  # seconds from one run to the next: the loss of a run is felt from here on


def _parsed(spec: Value) -> "Schedule | None":
    from joblint.kube.cron import parse as cron

    try:
        return cron.parse(spec.text("schedule"))
    except cron.ScheduleError:
        return None


# -- comments


@rule("contradicted-comment", on=CRONJOB_SPEC)
def contradicted_comment(spec: Value, ctx: "Context") -> Reports:
    """`*/2 * * * *  # runs every 5 minutes`: one of the two is wrong."""
    value = spec.get("schedule")
    if value is None or not isinstance(value.node, Scalar):
        return
    comments = list(comments_of(ctx.manifest.document.text, value.node))
    schedule = _parsed(spec) if comments else None
    if schedule is None:
        return
    from joblint.kube.cron.clock import ever_fires
    from joblint.kube.cron.phrase import contradicts, read, suggestion

    if not ever_fires(schedule):
        return

    zone = spec.text("timeZone") or schedule.time_zone
    for text, start in comments:
        claim = read(text)
        if claim is None or _told_otherwise(schedule, claim) or not contradicts(claim, schedule, zone):
            continue
        at = start + text.lower().index(claim.words.split()[0].lower())
        report = mistake(value, _contradiction(claim, schedule, short(value.data.strip())))
        report.related = ((Node(at, start + len(text.rstrip())), "the comment"),)
        better = suggestion(claim, schedule)
        yield report.cure(*writing(value, better), safe=False) if better else report
        return


def _contradiction(claim: "Claim", schedule: "Schedule", written: str) -> str:
    from joblint.kube.cron.words import in_words

    return f"the comment says `{short(claim.words)}`, but `{written}` fires {in_words(schedule)}"


def comments_of(text: str, node: Scalar) -> "Iterator[tuple[str, int]]":
    """The comment behind a scalar, then the single line of comment above it: the text behind `#`, where it starts."""
    if node.style in ("|", ">"):
        return
    found = re.compile(r"[ \t]+#+([^\r\n]*)").match(text, node.end)
    if found is not None:
        yield _own_words(found[1]), found.start(1)
    further, above, line = ["", "", *text[max(0, node.start - _LOOK) : node.start].split("\n")][-3:]
    comment = re.compile(r"([ \t]*)#+(.*)").fullmatch(above.rstrip("\r"))
    if comment is None or further.lstrip().startswith("#"):
        return
    if line.startswith(comment[1]) and not line[len(comment[1]) :].startswith((" ", "\t")):
        yield _own_words(comment[2]), node.start - len(line) - 1 - len(above) + comment.start(2)


def _own_words(comment: str) -> str:
    """A comment without a second one behind it; nothing of one that speaks to a program."""
    words = comment.partition(" #")[0]
    return "" if "joblint:" in words else words


def _told_otherwise(schedule: "Schedule", claim: "Claim") -> bool:
    """Whether the schedule is of a kind that another rule tells of, with better words (checks/schedule.py)."""
    if not schedule.fields:
        return False
    minute, hour, day, _, weekday = schedule.fields
    if not (day.star or weekday.star):
        return True  # day-of-month-or-week
    if len(minute.values) == minute.bounds.high + 1 and len(hour.values) <= hour.bounds.high and claim.unit != "minute":
        return True  # every-minute-of-an-hour
    index = _STEPPED.get(claim.unit)
    return index is not None and schedule.fields[index].text.endswith(f"/{claim.number}")  # uneven-step


# -- time zones


@rule("working-hours-without-time-zone", on=CRONJOB_SPEC)
def working_hours(spec: Value, ctx: "Context") -> Reports:
    """`0 9-17 * * 1-5`: working hours, but whose?"""
    if spec.has("timeZone") or not ctx.facts.enabled("CronJobTimeZone"):
        return
    schedule = _parsed(spec)
    if schedule is None or not schedule.fields or schedule.time_zone is not None:
        return
    from joblint.kube.cron.gaps import weekdays

    hours = schedule.fields[_HOUR].values
    if weekdays(schedule) == _WORKDAYS and min(hours) >= _MORNING and max(hours) <= _EVENING:
        message = "without `timeZone` the controller's clock counts, which is mostly UTC"
        yield advice(spec.data["schedule"], f"`{short(spec.text('schedule').strip())}` keeps working hours: {message}")


# -- daylight saving


@rule("run-at-clock-change", on=CRONJOB_SPEC)
def run_at_clock_change(spec: Value, _: "Context") -> Reports:
    """`30 2 * * *` in Europe/Paris: no run on a Sunday in March, two on one in October."""
    name = spec.text("timeZone")
    schedule = _parsed(spec) if name else None
    if schedule is None or schedule.time_zone is not None or schedule.every or spec.flag("suspend"):
        return
    from joblint.kube.cron import timezone
    from joblint.kube.cron.gaps import gaps

    if timezone.refusal(name) or min(gaps(schedule), default=0) < _SELDOM:
        return
    found = _effects(schedule, name)
    if found is not None:
        yield advice(spec.data["schedule"], _at_change(found, name))


def _effects(schedule: "Schedule", name: str) -> "Effect | None":
    """What the change of the clock does that comes first; one that takes a run away goes before one that brings two."""
    from datetime import UTC, datetime

    from joblint.kube.cron import timezone
    from joblint.kube.cron.changes import effects

    years = (datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC), datetime(_LAST_YEAR + 1, 1, 1, tzinfo=UTC))
    found = effects(schedule, timezone.load(name), *years)
    return next((one for one in found if one.skipped), found[0] if found else None)


def _at_change(effect: "Effect", name: str) -> str:
    """In words: what is lost or doubled, and on which day for one."""
    change = effect.change
    moved = f"the clock of {name} goes from {change.before:%H:%M} to {change.after:%H:%M}"
    if effect.skipped:
        time = effect.skipped[0]
        what = f"there is no {time:%H:%M} when {moved}, so that run does not take place"
    else:
        time = effect.doubled[0]
        what = f"there are two runs when {moved}, for {time:%H:%M} comes twice"
    return f"{what}, as on {time:%Y-%m-%d}; take a time outside that hour"
