"""Practices that teams choose: limits for what runs, how long and how often. All of it is advice."""

from typing import TYPE_CHECKING

from joblint.checks.deadline.deadlines import DEFAULT_BACKOFF_LIMIT
from joblint.kube.names.names import short
from joblint.rule.cure.cure import adding
from joblint.rule.registry import rule
from joblint.rule.report import Reports, absent_place, advice
from joblint.rule.value import Value
from joblint.server.parts import CRONJOB_SPEC, cronjob_spec, in_job, is_hook

if TYPE_CHECKING:
    from joblint.rule.context import Context

POLICY, FORBID = "concurrencyPolicy", "Forbid"
OVERLAPPING, MINUTES = "overlapping-runs", "minutes"
FREQUENT = 10  # minutes between two runs, unless the option says otherwise


def _missing(owner: Value, name: str, message: str) -> Reports:
    if not owner.has(name):
        report = advice(owner, message, field=owner.child_path(name))
        report.node, report.related = absent_place(owner, name, None)
        yield report


@rule("floating-image", on="Container")
def floating_image(container: Value, _: "Context") -> Reports:
    """An image that can be another one tomorrow."""
    from joblint.kube.names import images

    value = container.get("image")
    if value is None:
        return
    image = images.read(value.scalar())
    if image is not None and image.floats:
        what = f"the tag `{image.tag}`" if image.tag else "no tag, so `latest`,"
        yield advice(
            value, f"`{short(value.data)}` has {what} and can be another image tomorrow: name a version or a digest"
        )


@rule("missing-resources", on="Container")
def missing_resources(container: Value, _: "Context") -> Reports:
    """Requests, which the scheduler wants, and limits."""
    resources, pod = container.get("resources"), container.up("PodSpec")
    if pod is not None and pod.has("resources"):
        return  # from 1.34 on a Pod can have them as a whole
    if resources is None:
        yield from _missing(container, "resources", "the container has no `resources`: neither requests nor limits")
        return
    lacking = [name for name in ("requests", "limits") if not resources.entries(name)]
    if lacking == ["requests"]:
        return  # they are set to the limits
    if lacking:
        report = advice(resources, f"the container has no {' and no '.join(lacking)}")
        yield report


@rule("missing-ttl", on="JobSpec")
def missing_ttl(spec: Value, _: "Context") -> Reports:
    """A CronJob clears away its Jobs by its history limits, and Helm and Argo CD their hooks."""
    if in_job(spec) and not is_hook(spec.parent):
        yield from _missing(spec, "ttlSecondsAfterFinished", "without `ttlSecondsAfterFinished` the finished Job stays")


@rule("missing-backoff-limit", on="JobSpec")
def missing_backoff_limit(spec: Value, _: "Context") -> Reports:
    """How often a failure is tried again."""
    if not spec.has("backoffLimitPerIndex"):
        message = f"without `backoffLimit` a failed Pod is started again up to {DEFAULT_BACKOFF_LIMIT} times"
        yield from _missing(spec, "backoffLimit", message)


@rule("missing-active-deadline", on="JobSpec")
def missing_active_deadline(spec: Value, _: "Context") -> Reports:
    """A Pod that cannot be scheduled or pulled is no failure."""
    message = "without `activeDeadlineSeconds` a Job whose Pod hangs, or cannot start, goes on for ever"
    cronjob = cronjob_spec(spec)
    if cronjob is not None and cronjob.shown(POLICY) == FORBID:
        message += f", and with `{FORBID}` no other run starts"
    yield from _missing(spec, "activeDeadlineSeconds", message)


@rule("missing-starting-deadline", on=CRONJOB_SPEC)
def missing_starting_deadline(spec: Value, _: "Context") -> Reports:
    """After a time without a controller, the run that was missed starts at once."""
    message = "without `startingDeadlineSeconds` a run that was missed starts however late it is"
    yield from _missing(spec, "startingDeadlineSeconds", message)


@rule(OVERLAPPING, on=CRONJOB_SPEC)
def overlapping_runs(spec: Value, ctx: "Context") -> Reports:
    """concurrencyPolicy left at Allow where runs follow each other closely."""
    minutes = ctx.options.get((OVERLAPPING, MINUTES), FREQUENT)
    if spec.has(POLICY) or not is_frequent(spec.text("schedule"), minutes):
        return
    message = "runs may overlap: this one is due often, and `concurrencyPolicy` is left at Allow"
    for report in _missing(spec, POLICY, message):
        yield report.cure(*adding(spec, POLICY, FORBID, after=spec.data["schedule"]), safe=False)


def is_frequent(text: str, most: int) -> bool:
    """Whether two runs of a day can be that many minutes apart or less."""
    from itertools import pairwise

    from joblint.kube.cron import parse as cron

    try:
        schedule = cron.parse(text)
    except cron.ScheduleError:
        return False
    if schedule.every is not None:
        return schedule.every <= most * 60
    minutes, hours, *_ = schedule.fields
    times = (hour * 60 + minute for hour in hours.values for minute in minutes.values)
    return any(b - a <= most for a, b in pairwise(times))
