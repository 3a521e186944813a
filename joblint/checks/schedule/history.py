"""What is left of a CronJob's runs, and what one run does to the next.

Sources: pkg/controller/cronjob/cronjob_controllerv2.go (cleanupFinishedJobs, syncCronJob),
pkg/controller/ttlafterfinished/ttlafterfinished_controller.go (processJob), pkg/apis/batch/v1/defaults.go.
"""

from typing import TYPE_CHECKING

from joblint.checks.practice.practice import FORBID, FREQUENT, MINUTES, OVERLAPPING, POLICY, is_frequent
from joblint.rule.cure.cure import leaving_out
from joblint.rule.registry import rule
from joblint.rule.report import Reports, advice, place
from joblint.rule.value import Value
from joblint.server.parts import CRONJOB_SPEC

if TYPE_CHECKING:
    from joblint.rule.context import Context

FAILED, SUCCESSFUL = "failedJobsHistoryLimit", "successfulJobsHistoryLimit"
DEFAULT_FAILED = 1  # SetDefaults_CronJob
_TTL = "ttlSecondsAfterFinished"


def _periods(spec: Value) -> frozenset[int]:
    """The seconds from one run to the next; empty where the schedule is wrong, or never fires."""
    from joblint.kube.cron import parse as cron
    from joblint.kube.cron.gaps import gaps

    try:
        return gaps(cron.parse(spec.text("schedule")))
    except cron.ScheduleError:
        return frozenset()


@rule("no-failed-history", on=CRONJOB_SPEC)
def no_failed_history(spec: Value, _: "Context") -> Reports:
    """A failed Job goes at once, and its Pods and their logs with it."""
    value = spec.get(FAILED)
    if value is not None and value.scalar() == 0:
        message = f"a run that fails is deleted at once, with its Pods and logs; the default keeps {DEFAULT_FAILED}"
        yield advice(value, message).cure(*leaving_out(value), safe=False)


@rule("ttl-below-history-limit", on=CRONJOB_SPEC)
def ttl_below_history_limit(spec: Value, _: "Context") -> Reports:
    """A limit of 3 that is written down, where each Job has gone before the next one ends."""
    ttl = spec.at("jobTemplate", "spec", _TTL)
    if ttl is None:
        return
    limits = [limit for name in (SUCCESSFUL, FAILED) if (limit := spec.get(name)) is not None and limit.scalar() > 0]
    periods = _periods(spec) if limits else frozenset()
    if not periods or not 0 <= ttl.scalar() < min(periods):
        return
    from joblint.kube.cron.words import duration

    names = " and ".join(f"`{limit.step}: {limit.data}`" for limit in limits)
    seldom = duration(min(periods))
    message = f"each Job is deleted {duration(ttl.data)} after its end, and the next run is {seldom} later: {names}"
    report = advice(ttl, f"{message} {'keeps' if len(limits) == 1 else 'keep'} nothing beyond that")
    report.related = tuple((place(limit), "the limit") for limit in limits)
    yield report.cure(*leaving_out(ttl), safe=False)


@rule("idle-starting-deadline", on=CRONJOB_SPEC)
def idle_starting_deadline(spec: Value, _: "Context") -> Reports:
    """Only the last run that was missed can start late, and that is never later than the next one."""
    value = spec.get("startingDeadlineSeconds")
    periods = _periods(spec) if value is not None else frozenset()
    if value is None or not periods or value.scalar() < (period := max(periods)):
        return
    from joblint.kube.cron.words import duration

    message = f"no run is ever {duration(value.data)} late, for the next one is due after {duration(period)}"
    report = advice(value, f"{message}: this skips none; `activeDeadlineSeconds` ends a run that takes too long")
    yield report.cure(*leaving_out(value), safe=False)


@rule("deadline-past-next-run", on=CRONJOB_SPEC)
def deadline_past_next_run(spec: Value, ctx: "Context") -> Reports:
    """What happens to the next run, or to this one, where a run may take longer than there is until then."""
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

    head = f"a run may take {duration(deadline.data)}, and the next one is due after {duration(period)}"
    report = advice(deadline, f"{head}: {_consequence(policy, deadline.data, period)}")
    written = spec.get(POLICY)
    report.related = ((place(written), "the policy"),) if written is not None else ()
    yield report.cure(*leaving_out(deadline), safe=False) if policy == "Replace" else report


def _consequence(policy: str, deadline: int, period: int) -> str:
    """What a policy makes of a run that is still going on when the next one is due."""
    if policy == FORBID:
        count = deadline // period
        return f"one that hangs takes up to {count} other{'s' if count > 1 else ''} away"
    if policy == "Replace":
        return "it is replaced then, so this deadline never acts"
    return f"up to {-(-deadline // period)} go on at the same time; `{POLICY}: {FORBID}` prevents that"
