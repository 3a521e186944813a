"""Checks for deadlines that end too much, too little or nothing at all.

Sources: pkg/controller/job/job_controller.go (pastActiveDeadline) and pod_failure_policy.go (a failure that is ignored
does not count), pkg/controller/cronjob/cronjob_controllerv2.go (syncCronJob, tooLate).
"""

from typing import TYPE_CHECKING

from joblint.rule.cure.cure import leaving_out, moving, writing
from joblint.rule.registry import author_rule
from joblint.rule.report import Reports, advice, mistake
from joblint.rule.value import Value
from joblint.server.parts import CRONJOB_SPEC, cronjob_spec

if TYPE_CHECKING:
    from joblint.rule.context import Context

_POLICY = "podFailurePolicy"
_ENDS_POD = "`activeDeadlineSeconds` in a pod spec only ends the Pod"
DEFAULT_BACKOFF_LIMIT = 6  # pkg/apis/batch/v1/defaults.go, SetDefaults_Job
SHORTEST_START = 10  # seconds: the documentation's own limit for startingDeadlineSeconds


@author_rule("zero-deadline", on="JobSpec")
def zero_deadline(spec: Value, _: "Context") -> Reports:
    """Report a deadline of 0: the API server accepts it, and the controller then ends the Job immediately."""
    value = spec.get("activeDeadlineSeconds")
    if value is not None and value.scalar() == 0:
        message = (
            "`activeDeadlineSeconds: 0` makes the Job fail as soon as it starts; for no deadline, remove the field"
        )
        yield mistake(value, message).cure_by(leaving_out(value), safe=False)


@author_rule("deadline-on-pod", on="JobSpec")
def deadline_on_pod(spec: Value, _: "Context") -> Reports:
    """Report a deadline of the Pod in a Job without one: the Pod then fails, and the Job starts the next Pod."""
    pod = spec.at("template", "spec")
    value = pod.get("activeDeadlineSeconds") if pod is not None else None
    if value is None or any(spec.has(name) for name in ("activeDeadlineSeconds", "backoffLimitPerIndex", _POLICY)):
        return
    limit = spec.integer("backoffLimit")
    several = any((spec.integer(name) or 1) > 1 for name in ("completions", "parallelism"))  # a limit for each of them?
    if limit is None and not several:
        more = f"the Job then starts up to {DEFAULT_BACKOFF_LIMIT} more Pods; move the field to the Job's spec"
        report = mistake(value, f"{_ENDS_POD}: {more}")
        yield report.cure_by(moving(value, spec, "activeDeadlineSeconds"), safe=False)
    elif limit is None or limit > 0:
        count = DEFAULT_BACKOFF_LIMIT if limit is None else limit
        pods = f"up to {count} more Pod{'s' if count > 1 else ''}"
        yield advice(value, f"{_ENDS_POD}: the Job then starts {pods}; to end the Job, set the field in the Job's spec")


@author_rule("unlimited-ignore", on="JobSpec")
def unlimited_ignore(spec: Value, _: "Context") -> Reports:
    """Report an `Ignore` rule in a Job that nothing else ends: what it matches does not count towards backoffLimit.

    With In the author lists the failures to retry: advice. NotIn matches most failures: a mistake.
    """
    policy = spec.get(_POLICY)
    if policy is None or spec.has("activeDeadlineSeconds") or _replaced(spec):
        return
    for entry in policy.items("rules"):
        action = entry.get("action")
        if action is None or action.scalar() != "Ignore":
            continue
        codes = entry.get("onExitCodes")
        message = "failures with `action: Ignore` do not count towards `backoffLimit`, so the Job"
        if codes is not None and codes.text("operator") == "NotIn":
            yield mistake(action, f"{message} retries forever; set `activeDeadlineSeconds`")
        else:
            yield advice(action, f"{message} can retry forever; set `activeDeadlineSeconds`")


def _replaced(spec: Value) -> bool:
    """Return whether the next run of the CronJob replaces this one."""
    cronjob = cronjob_spec(spec)
    return cronjob is not None and cronjob.text("concurrencyPolicy") == "Replace"


@author_rule("short-starting-deadline", on=CRONJOB_SPEC)
def short_starting_deadline(spec: Value, _: "Context") -> Reports:
    """Report a starting deadline below 10 seconds: the documentation warns of it, and with 0 every run is missed."""
    value = spec.get("startingDeadlineSeconds")
    if value is None or not 0 <= value.scalar() < SHORTEST_START:
        return
    if value.data == 0:
        message = (
            "`startingDeadlineSeconds: 0` prevents all runs, because every run starts slightly late; remove the field"
        )
        yield mistake(value, message).cure_by(leaving_out(value), safe=False)
    else:
        message = f"`startingDeadlineSeconds: {value.data}` can skip runs when the control plane is busy"
        report = advice(value, f"{message}; use {SHORTEST_START} or more")
        yield report.cure_by(writing(value, SHORTEST_START), safe=False)
