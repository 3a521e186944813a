"""How often, and for how long, a failure is tried again: fields that contradict each other, or their author's comment.

Sources: pkg/controller/job/job_controller.go (pastBackoffLimitOnFailure, DefaultJobPodFailureBackOff,
MaxJobPodFailureBackOff) and backoff_utils.go (getRemainingTime): the delay doubles with each failure in a row.
"""

from typing import TYPE_CHECKING

from joblint.checks.deadlines import DEFAULT_BACKOFF_LIMIT
from joblint.cure import adding, writing
from joblint.rule import Reports, advice, mistake, place, rule
from joblint.tree import Node, Scalar
from joblint.value import Value

if TYPE_CHECKING:
    from joblint.context import Context

_FIRST_DELAY = 10  # seconds
_ON_FAILURE, _NEVER = "OnFailure", "Never"
_DEADLINE, _LIMIT = "activeDeadlineSeconds", "backoffLimit"
# No newer release waits less than the oldest one does, six minutes at the most.
_LONGEST_DELAY = 360
_ONCE = (
    r"(?:\bruns?|\btry|\btried|\bexecuted?|\bstart(?:s|ed)?)\s+(?:it\s+|this\s+)?(?:only\s+|just\s+|exactly\s+)?once\b"
    r"|\b(?:no|without|don'?t|do not|never|disable|avoid)\s+(?:any\s+)?(?:re-?tr(?:y|ies|ying)|re-?runs?)\b"
)
_NOT_ALWAYS = r"\b(?:if|unless|when|after|until|success|succeed|default|instead|pod'?s?|container|kubelet|in place)\b"


@rule("restart-despite-limit", on="JobSpec")
def restart_despite_limit(spec: Value, _: "Context") -> Reports:
    """Under OnFailure the kubelet starts the container again, and the controller ends the Job when it sees that."""
    limit, policy = spec.get(_LIMIT), spec.at("template", "spec", "restartPolicy")
    if limit is None or policy is None or limit.scalar() != 0 or policy.scalar() != _ON_FAILURE:
        return
    if any(one.has("restartPolicy") for one in spec.data["template"].at("spec").items("containers")):
        return  # from 1.34 on a container can have one of its own
    message = "`backoffLimit: 0` allows no retry, but with `OnFailure` the container is started again before that acts"
    report = mistake(policy, f"{message}, and the Pod is deleted with its logs; write `Never`")
    report.related = ((place(limit), "no retry"),)
    yield report.cure(*writing(policy, _NEVER), safe=False)


@rule("deadline-before-retries", on="JobSpec")
def deadline_before_retries(spec: Value, _: "Context") -> Reports:
    """The delays alone, without any time to run, are longer than the Job may take."""
    limit, deadline = spec.get(_LIMIT), spec.get(_DEADLINE)
    if limit is None or deadline is None or deadline.scalar() < 1 or limit.scalar() < 1 or _shared_out(spec):
        return
    policy = spec.at("template", "spec", "restartPolicy")
    at_once = policy is not None and policy.scalar() == _ON_FAILURE  # the kubelet's first restart does not wait
    reached, waited = _started(limit.data, deadline.data, at_once)
    if reached >= limit.data:
        return
    message = f"the Job ends after {deadline.data} s, and before retry {reached + 1} the delays alone take {waited} s"
    report = advice(limit, f"{message}: no more than {reached} of {limit.data} retries ever start")
    report.related = ((place(deadline), "the deadline"),)
    yield report.cure(*writing(limit, reached), safe=False)


def _started(limit: int, deadline: int, at_once: bool) -> tuple[int, int]:
    """How many retries start before a deadline, `limit` at the most, and the seconds of all delays before the next."""
    reached, waited = 0, 0
    while reached < limit and (waited := waited + (delay := _delay(reached - at_once))) < deadline:
        reached += 1
        if delay == _LONGEST_DELAY:  # as all that follow: both numbers may be huge
            more = min(limit - reached, (deadline - 1 - waited) // delay)
            reached, waited = reached + more, waited + more * delay
    return reached, waited


def _delay(failures: int) -> int:
    """Seconds before a retry, after so many in a row before it that waited."""
    return 0 if failures < 0 else min(_FIRST_DELAY << min(failures, 10), _LONGEST_DELAY)


def _shared_out(spec: Value) -> bool:
    """Whether several Pods may fail at the same time, or some failures do not wait for each other."""
    at_once = spec.integer("parallelism")
    return (at_once is not None and at_once > 1) or spec.has("podFailurePolicy") or spec.has("backoffLimitPerIndex")


@rule("retried-run-once", on="JobSpec")
def retried_run_once(spec: Value, ctx: "Context") -> Reports:
    """`restartPolicy: Never` whose comment says that the Job is not tried again, while the controller does."""
    policy = spec.at("template", "spec", "restartPolicy")
    if policy is None or policy.scalar() != _NEVER or spec.has("backoffLimitPerIndex") or spec.has("podFailurePolicy"):
        return
    limit = spec.integer(_LIMIT)
    node, text = policy.node, ctx.manifest.document.text
    if limit is not None or not isinstance(node, Scalar):
        return
    line = text[node.end : node.end + 400].partition("\n")[0]
    before, sign, comment = line.partition("#")
    if not sign or before.strip():
        return
    import re

    if not re.search(_ONCE, comment, re.IGNORECASE) or re.search(_NOT_ALWAYS, comment, re.IGNORECASE):
        return
    message = f"`Never` is the kubelet's: the Job starts up to {DEFAULT_BACKOFF_LIMIT} more Pods when one fails"
    report = mistake(policy, f"{message}; set `backoffLimit: 0` to run it once")
    start = node.end + len(before)
    report.related = ((Node(start, start + 1 + len(comment.rstrip())), "the comment"),)
    yield report.cure(*adding(spec, _LIMIT, 0), safe=False)


@rule("no-failed-pod", on="JobSpec")
def no_failed_pod(spec: Value, _: "Context") -> Reports:
    """Under OnFailure the one Pod is active to the end, and active Pods are deleted when the Job fails."""
    policy = spec.at("template", "spec", "restartPolicy")
    if policy is None or policy.scalar() != _ON_FAILURE or spec.integer(_LIMIT) == 0:
        return
    message = "when the retries are used up, the Pod is deleted with its logs; with `Never` each one that failed stays"
    yield advice(policy, message).cure(*writing(policy, _NEVER), safe=False)
