"""Checks of schedules against their context: the author's comment, and the clock of their time zone.

Sources: robfig/cron v3.0.1, spec.go (Next reads the wall clock) and constantdelay.go (Next adds a duration), and the
IANA time zone database.
"""

import re
from typing import TYPE_CHECKING

from joblint.kube.names.names import short
from joblint.manifests.yaml.tree import Node, Scalar
from joblint.rule.cure.cure import leaving_out, writing
from joblint.rule.registry import author_rule
from joblint.rule.report import Reports, advice, mistake, place
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
# The years whose clock changes are checked: constants, so that joblint's output does not depend on the day.
_FIRST_YEAR, _LAST_YEAR = 2026, 2035
_LOOK = 1000  # characters above a schedule that are searched for its comment
_WORKDAYS = frozenset(range(1, 6))  # of a week that starts on Sunday
_MORNING, _EVENING = 6, 20  # hours between which people work
_SELDOM = 12 * 60 * 60  # seconds between two runs from which on a lost run matters


def _parsed(spec: Value) -> "Schedule | None":
    from joblint.kube.cron import parse as cron

    try:
        return cron.parse(spec.text("schedule"))
    except cron.ScheduleError:
        return None


# -- comments


@author_rule("contradicted-comment", on=CRONJOB_SPEC)
def contradicted_comment(spec: Value, ctx: "Context") -> Reports:
    """Report `*/2 * * * *  # runs every 5 minutes`: either the schedule or the comment is wrong."""
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
        if claim is None or _is_reported_by_another_rule(schedule, claim) or not contradicts(claim, schedule, zone):
            continue
        at = start + text.lower().index(claim.words.split()[0].lower())
        report = mistake(value, _contradiction(claim, schedule, short(value.data.strip())))
        report.related = ((Node(at, start + len(text.rstrip())), "the comment"),)
        better = suggestion(claim, schedule)
        yield report.cure_by(writing(value, better), safe=False) if better else report
        return


def _contradiction(claim: "Claim", schedule: "Schedule", written: str) -> str:
    from joblint.kube.cron.words import in_words

    return f"the comment says `{short(claim.words)}`, but `{written}` fires {in_words(schedule)}"


def comments_of(text: str, node: Scalar) -> "Iterator[tuple[str, int]]":
    """Yield the comment after a scalar, then a comment of one line above it: the text after `#`, and its start."""
    if node.style in ("|", ">"):
        return
    trailing = re.compile(r"[ \t]+#+([^\r\n]*)").match(text, node.end)
    if trailing is not None:
        yield _own_words(trailing[1]), trailing.start(1)
    further, above, line = ["", "", *text[max(0, node.start - _LOOK) : node.start].split("\n")][-3:]
    comment = re.compile(r"([ \t]*)#+(.*)").fullmatch(above.rstrip("\r"))
    if comment is None or further.lstrip().startswith("#"):
        return
    if line.startswith(comment[1]) and not line[len(comment[1]) :].startswith((" ", "\t")):
        yield _own_words(comment[2]), node.start - len(line) - 1 - len(above) + comment.start(2)


def _own_words(comment: str) -> str:
    """Return a comment without a second one after it; empty for one that is for a program."""
    words = comment.partition(" #")[0]
    return "" if "joblint:" in words else words


def _is_reported_by_another_rule(schedule: "Schedule", claim: "Claim") -> bool:
    """Return whether another rule reports this kind of schedule with a better message (schedule.py)."""
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


@author_rule("working-hours-without-time-zone", on=CRONJOB_SPEC)
def working_hours(spec: Value, ctx: "Context") -> Reports:
    """Report `0 9-17 * * 1-5` without a time zone: it is unclear whose working hours these are."""
    if spec.has("timeZone") or not ctx.facts.enabled("CronJobTimeZone"):
        return
    schedule = _parsed(spec)
    if schedule is None or not schedule.fields or schedule.time_zone is not None:
        return
    from joblint.kube.cron.gaps import weekdays

    hours = schedule.fields[_HOUR].values
    if weekdays(schedule) == _WORKDAYS and min(hours) >= _MORNING and max(hours) <= _EVENING:
        message = "set `timeZone`, because the default is the controller's time zone, usually UTC"
        shown = short(spec.text("schedule").strip())
        yield advice(spec.data["schedule"], f"`{shown}` looks like working hours: {message}")


@author_rule("idle-time-zone", on=CRONJOB_SPEC)
def idle_time_zone(spec: Value, _: "Context") -> Reports:
    """Report a time zone next to `@every 24h`: an interval is counted from the previous run, not from a time of day."""
    zone = spec.get("timeZone")
    if zone is None:
        return
    schedule = _parsed(spec)
    if schedule is None or schedule.every is None or schedule.time_zone is not None:
        return
    from joblint.kube.cron import timezone
    from joblint.kube.cron.field import FIELDS

    if timezone.refusal(zone.scalar()):
        return  # invalid-time-zone
    value = spec.data["schedule"]
    message = f"`timeZone` has no effect on `{short(value.data.strip())}`, which counts from the previous run"
    report = advice(zone, f"{message}: remove it, or write a schedule with {len(FIELDS)} fields")
    report.related = ((place(value), "the schedule"),)
    yield report.cure_by(leaving_out(zone), safe=False)


# -- daylight saving


@author_rule("run-at-clock-change", on=CRONJOB_SPEC)
def run_at_clock_change(spec: Value, _: "Context") -> Reports:
    """Report `30 2 * * *` in Europe/Paris: there is no run on a Sunday in March, and two on one in October."""
    name = spec.text("timeZone")
    schedule = _parsed(spec) if name else None
    if schedule is None or schedule.time_zone is not None or schedule.every or spec.flag("suspend"):
        return
    from joblint.kube.cron import timezone
    from joblint.kube.cron.gaps import gaps

    if timezone.refusal(name) or min(gaps(schedule), default=0) < _SELDOM:
        return
    effect = _effects(schedule, name)
    if effect is not None:
        yield advice(spec.data["schedule"], _at_change(effect, name))


def _effects(schedule: "Schedule", name: str) -> "Effect | None":
    """Return the effect of the first clock change that skips a run; else of the first that doubles one."""
    from datetime import UTC, datetime

    from joblint.kube.cron import timezone
    from joblint.kube.cron.changes import effects

    years = (datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC), datetime(_LAST_YEAR + 1, 1, 1, tzinfo=UTC))
    all_effects = effects(schedule, timezone.load(name), *years)
    return next((one for one in all_effects if one.skipped), all_effects[0] if all_effects else None)


def _at_change(effect: "Effect", name: str) -> str:
    """Return the message: what is skipped or doubled, with the first day as an example."""
    change = effect.change
    moved = f"the {name} clocks go from {change.before:%H:%M} to {change.after:%H:%M}"
    if effect.skipped:
        time = effect.skipped[0]
        what = f"the {time:%H:%M} run is skipped when {moved}"
    else:
        time = effect.doubled[0]
        what = f"the {time:%H:%M} run happens twice when {moved}"
    return f"{what}, as on {time:%Y-%m-%d}; choose a time outside that hour"
