"""Deadlines that end too much, too little or nothing at all.

Sources: pkg/controller/job/job_controller.go (pastActiveDeadline) and pod_failure_policy.go (a failure that is ignored
does not count), pkg/controller/cronjob/cronjob_controllerv2.go (syncCronJob, tooLate).
"""

from typing import TYPE_CHECKING

from joblint.rule.cure.cure import leaving_out, moving, writing
from joblint.rule.registry import rule
from joblint.rule.report import Reports, advice, mistake
from joblint.rule.value import Value
from joblint.server.parts import CRONJOB_SPEC, cronjob_spec

if TYPE_CHECKING:
    from joblint.rule.context import Context

_POLICY = "podFailurePolicy"
DEFAULT_BACKOFF_LIMIT = 6  # pkg/apis/batch/v1/defaults.go, SetDefaults_Job
SHORTEST_START = 10  # seconds: the documentation's own limit for startingDeadlineSeconds


@rule("zero-deadline", on="JobSpec")
def zero_deadline(spec: Value, _: "Context") -> Reports:
    """The server takes 0; the controller then ends the Job when it first looks at it."""
    value = spec.get("activeDeadlineSeconds")
    if value is not None and value.scalar() == 0:
        message = "with a deadline of 0 seconds the Job fails as soon as it starts; leave it out for no deadline"
        yield mistake(value, message).cure(*leaving_out(value), safe=False)


@rule("deadline-on-pod", on="JobSpec")
def deadline_on_pod(spec: Value, _: "Context") -> Reports:
    """A pod that its own deadline ends has failed, and the Job starts the next one."""
    pod = spec.at("template", "spec")
    value = pod.get("activeDeadlineSeconds") if pod is not None else None
    if value is None or any(spec.has(name) for name in ("activeDeadlineSeconds", "backoffLimitPerIndex", _POLICY)):
        return
    limit = spec.integer("backoffLimit")
    several = any((spec.integer(name) or 1) > 1 for name in ("completions", "parallelism"))  # a limit for each of them?
    if limit is None and not several:
        more = f"which then starts up to {DEFAULT_BACKOFF_LIMIT} more; set it in the Job's own spec"
        report = mistake(value, f"this deadline ends a Pod, not the Job, {more}")
        yield report.cure(*moving(value, spec, "activeDeadlineSeconds"), safe=False)
    elif limit is None or limit > 0:
        count = DEFAULT_BACKOFF_LIMIT if limit is None else limit
        more = f"which then starts up to {count} more; the Job itself has none"
        yield advice(value, f"this deadline ends a Pod, not the Job, {more}")


@rule("unlimited-ignore", on="JobSpec")
def unlimited_ignore(spec: Value, _: "Context") -> Reports:
    """What `Ignore` matches does not count towards backoffLimit, so that nothing ends the Job.

    With In the author names the failures that he wants tried again: advice. NotIn is most that can go wrong.
    """
    policy = spec.get(_POLICY)
    if policy is None or spec.has("activeDeadlineSeconds") or _replaced(spec):
        return
    for entry in policy.items("rules"):
        action = entry.get("action")
        if action is None or action.scalar() != "Ignore":
            continue
        codes = entry.get("onExitCodes")
        if codes is not None and codes.text("operator") == "NotIn":
            message = "failures with these exit codes do not count, so such a Pod is started again without end"
            yield mistake(action, f"{message}; set `activeDeadlineSeconds`")
        else:
            message = "such failures do not count towards `backoffLimit`, and the Job has no `activeDeadlineSeconds`"
            yield advice(action, message)


def _replaced(spec: Value) -> bool:
    """Whether the next run of a CronJob takes this one's place."""
    cronjob = cronjob_spec(spec)
    return cronjob is not None and cronjob.text("concurrencyPolicy") == "Replace"


@rule("short-starting-deadline", on=CRONJOB_SPEC)
def short_starting_deadline(spec: Value, _: "Context") -> Reports:
    """The documentation warns of less than ten seconds; the controller of 0 misses every run."""
    value = spec.get("startingDeadlineSeconds")
    if value is None or not 0 <= value.scalar() < SHORTEST_START:
        return
    if value.data == 0:
        message = "with a starting deadline of 0 seconds every run is too late, and none ever starts"
        yield mistake(value, message).cure(*leaving_out(value), safe=False)
    else:
        message = f"a run that is {value.data} s late is skipped, and a busy control plane is later than that"
        report = advice(value, f"{message}; take {SHORTEST_START} or more")
        yield report.cure(*writing(value, SHORTEST_START), safe=False)
