"""Checks of practices that teams choose: limits on what runs, how long and how often. All of them are advice."""

from typing import TYPE_CHECKING

from joblint.checks.deadline.deadlines import DEFAULT_BACKOFF_LIMIT
from joblint.kube.names.names import short
from joblint.rule.cure.cure import adding
from joblint.rule.registry import author_rule
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


@author_rule("floating-image", on="Container")
def floating_image(container: Value, _: "Context") -> Reports:
    """Report an image whose tag can point to another image tomorrow."""
    from joblint.kube.names import images

    value = container.get("image")
    if value is None:
        return
    image = images.read(value.scalar())
    if image is not None and image.floats:
        what = f"the tag `{image.tag}`" if image.tag else "no tag, so it uses `latest`"
        yield advice(value, f"`{short(value.data)}` has {what}, which can change; use a version or a digest")


@author_rule("missing-resources", on="Container")
def missing_resources(container: Value, _: "Context") -> Reports:
    """Report a container without requests, which the scheduler needs, or without limits."""
    resources, pod = container.get("resources"), container.up("PodSpec")
    if pod is not None and pod.has("resources"):
        return  # from 1.34 on a Pod can have `resources` as a whole
    if resources is None:
        yield from _missing(container, "resources", "the container has no `resources`; set requests and limits")
        return
    lacking = [name for name in ("requests", "limits") if not resources.entries(name)]
    if lacking == ["requests"]:
        return  # the requests are set to the limits
    if lacking:
        report = advice(
            resources, f"the container's `resources` has no {' and no '.join(f'`{one}`' for one in lacking)}"
        )
        yield report


@author_rule("missing-ttl", on="JobSpec")
def missing_ttl(spec: Value, _: "Context") -> Reports:
    """Report a Job without a TTL; a CronJob deletes its Jobs by its history limits, Helm and Argo CD their hooks."""
    if in_job(spec) and not is_hook(spec.parent):
        message = "without `ttlSecondsAfterFinished` the finished Job is not deleted automatically"
        yield from _missing(spec, "ttlSecondsAfterFinished", message)


@author_rule("missing-backoff-limit", on="JobSpec")
def missing_backoff_limit(spec: Value, _: "Context") -> Reports:
    """Report a Job that does not set how often a failure is retried."""
    if not spec.has("backoffLimitPerIndex"):
        message = f"without `backoffLimit` a failed Pod is retried up to {DEFAULT_BACKOFF_LIMIT} times"
        yield from _missing(spec, "backoffLimit", message)


@author_rule("missing-active-deadline", on="JobSpec")
def missing_active_deadline(spec: Value, _: "Context") -> Reports:
    """Report a Job without a deadline: a Pod that cannot be scheduled, or pull its image, does not fail."""
    message = "without `activeDeadlineSeconds` a Job whose Pod hangs or cannot start never ends"
    cronjob = cronjob_spec(spec)
    if cronjob is not None and cronjob.shown(POLICY) == FORBID:
        message += f", and `{POLICY}: {FORBID}` then prevents all later runs"
    yield from _missing(spec, "activeDeadlineSeconds", message)


@author_rule("missing-starting-deadline", on=CRONJOB_SPEC)
def missing_starting_deadline(spec: Value, _: "Context") -> Reports:
    """Report a CronJob without a starting deadline: after a time without a controller, a missed run starts at once."""
    message = "without `startingDeadlineSeconds` a missed run starts no matter how late it is"
    yield from _missing(spec, "startingDeadlineSeconds", message)


@author_rule(OVERLAPPING, on=CRONJOB_SPEC)
def overlapping_runs(spec: Value, ctx: "Context") -> Reports:
    """Report a frequent CronJob whose concurrencyPolicy is the default, Allow."""
    minutes = ctx.options.get((OVERLAPPING, MINUTES), FREQUENT)
    if spec.has(POLICY) or not is_frequent(spec.text("schedule"), minutes):
        return
    message = f"`{POLICY}` is the default `Allow`, so these frequent runs can overlap; to prevent that, use `{FORBID}`"
    for report in _missing(spec, POLICY, message):
        yield report.cure_by(adding(spec, POLICY, FORBID, after=spec.data["schedule"]), safe=False)


def is_frequent(text: str, most: int) -> bool:
    """Return whether two runs of a day can be at most `most` minutes apart."""
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
