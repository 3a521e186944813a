"""Checks of which runs a CronJob keeps, and how a run affects the next one.

Sources: pkg/controller/cronjob/cronjob_controllerv2.go (cleanupFinishedJobs, syncCronJob),
pkg/controller/ttlafterfinished/ttlafterfinished_controller.go (processJob), pkg/apis/batch/v1/defaults.go.
"""

from typing import TYPE_CHECKING

from joblint.checks.practice.practice import FORBID, FREQUENT, MINUTES, OVERLAPPING, POLICY, is_frequent
from joblint.rule.cure.cure import leaving_out
from joblint.rule.registry import author_rule
from joblint.rule.report import Reports, advice, place
from joblint.rule.value import Value
from joblint.server.parts import CRONJOB_SPEC

if TYPE_CHECKING:
    from joblint.rule.context import Context

FAILED, SUCCESSFUL = "failedJobsHistoryLimit", "successfulJobsHistoryLimit"
DEFAULT_FAILED = 1  # SetDefaults_CronJob
_TTL = "ttlSecondsAfterFinished"


def _periods(spec: Value) -> frozenset[int]:
    """Return the intervals between runs, in seconds; empty if the schedule is invalid or never fires."""
    from joblint.kube.cron import parse as cron
    from joblint.kube.cron.gaps import gaps

    try:
        return gaps(cron.parse(spec.text("schedule")))
    except cron.ScheduleError:
        return frozenset()


@author_rule("no-failed-history", on=CRONJOB_SPEC)
def no_failed_history(spec: Value, _: "Context") -> Reports:
    """Report a history without failed Jobs: a failed Job is deleted at once, with its Pods and their logs."""
    value = spec.get(FAILED)
    if value is not None and value.scalar() == 0:
        message = f"`{FAILED}: 0` deletes a failed Job immediately, with its Pods and logs"
        yield advice(value, f"{message}; use {DEFAULT_FAILED}, the default").cure_by(leaving_out(value), safe=False)


@author_rule("ttl-below-history-limit", on=CRONJOB_SPEC)
def ttl_below_history_limit(spec: Value, _: "Context") -> Reports:
    """Report a history limit in a CronJob whose TTL deletes each Job before the next one ends."""
    ttl = spec.at("jobTemplate", "spec", _TTL)
    if ttl is None:
        return
    limits = [limit for name in (SUCCESSFUL, FAILED) if (limit := spec.get(name)) is not None and limit.scalar() > 0]
    periods = _periods(spec) if limits else frozenset()
    if not periods or not 0 <= ttl.scalar() < min(periods):
        return
    from joblint.kube.cron.words import duration

    names = " and ".join(f"`{limit.step}: {limit.data}`" for limit in limits)
    message = f"`{_TTL}` deletes each Job {duration(ttl.data)} after it ends, before the next run, so {names}"
    report = advice(ttl, f"{message} {'has' if len(limits) == 1 else 'have'} no effect; remove the TTL")
    report.related = tuple((place(limit), "the limit") for limit in limits)
    yield report.cure_by(leaving_out(ttl), safe=False)


@author_rule("idle-starting-deadline", on=CRONJOB_SPEC)
def idle_starting_deadline(spec: Value, _: "Context") -> Reports:
    """Report a starting deadline past the next run: only the last missed run can start late, and never that late."""
    value = spec.get("startingDeadlineSeconds")
    periods = _periods(spec) if value is not None else frozenset()
    if value is None or not periods or value.scalar() < (period := max(periods)):
        return
    from joblint.kube.cron.words import duration

    due = f"{'' if len(periods) == 1 else 'at most '}{duration(period)}"
    why = f"it is not shorter than the time between runs ({due})"
    message = f"`startingDeadlineSeconds` ({duration(value.data)}) has no effect, because {why}"
    report = advice(value, f"{message}; to limit how long a run lasts, use `activeDeadlineSeconds`")
    yield report.cure_by(leaving_out(value), safe=False)


@author_rule("deadline-past-next-run", on=CRONJOB_SPEC)
def deadline_past_next_run(spec: Value, ctx: "Context") -> Reports:
    """Report a deadline that lets a run last until the next one is due, with the effect on one of them."""
    deadline = spec.at("jobTemplate", "spec", "activeDeadlineSeconds")
    if deadline is None:
        return
    policy, periods = spec.text(POLICY, "Allow"), _periods(spec)
    if not periods or deadline.scalar() <= (period := (max if policy == "Replace" else min)(periods)):
        return
    minutes = ctx.options.get((OVERLAPPING, MINUTES), FREQUENT)
    if not spec.has(POLICY) and is_frequent(spec.text("schedule"), minutes):
        return  # overlapping-runs
    from joblint.kube.cron.words import duration

    head = f"`activeDeadlineSeconds` of {duration(deadline.data)}"
    report = advice(deadline, f"{head} {_consequence(policy, deadline.data, period, duration(period))}")
    written = spec.get(POLICY)
    report.related = ((place(written), "the policy"),) if written is not None else ()
    yield report.cure_by(leaving_out(deadline), safe=False) if policy == "Replace" else report


def _consequence(policy: str, deadline: int, period: int, gap: str) -> str:
    """Return what a policy does if a run is still active when the next one is due; `gap` is the period in words."""
    if policy == FORBID:
        count = deadline // period
        most = f"up to {count} other run{'s' if count > 1 else ''}"
        return f"exceeds the {gap} between runs, so a run that hangs prevents {most}; use {gap} or less"
    if policy == "Replace":
        return (
            f"has no effect, because `{POLICY}: {policy}` already ends each run within {gap}, when the next run starts"
        )
    most = f"up to {-(-deadline // period)} runs are active at the same time"
    return f"exceeds the {gap} between runs, so {most}; set `{POLICY}: {FORBID}`"
