"""Checks of how often and for how long a failure is retried: fields that contradict each other or a comment.

Source: pkg/controller/job/job_controller.go (pastBackoffLimitOnFailure). The delays are in backoff.py.
"""

from typing import TYPE_CHECKING

from joblint.checks.deadline.deadlines import DEFAULT_BACKOFF_LIMIT
from joblint.manifests.yaml.tree import Node, Scalar
from joblint.rule.cure.cure import adding, writing
from joblint.rule.registry import author_rule
from joblint.rule.report import Reports, advice, mistake, place
from joblint.rule.value import Value

if TYPE_CHECKING:
    from joblint.rule.context import Context

_ON_FAILURE, _NEVER = "OnFailure", "Never"
_DEADLINE, _LIMIT, _PER_INDEX = "activeDeadlineSeconds", "backoffLimit", "backoffLimitPerIndex"
_ONCE = (
    r"(?:\bruns?|\btry|\btried|\bexecuted?|\bstart(?:s|ed)?)\s+(?:it\s+|this\s+)?(?:only\s+|just\s+|exactly\s+)?once\b"
    r"|\b(?:no|without|don'?t|do not|never|disable|avoid)\s+(?:any\s+)?(?:re-?tr(?:y|ies|ying)|re-?runs?)\b"
)
_NOT_ALWAYS = r"\b(?:if|unless|when|after|until|success|succeed|default|instead|pod'?s?|container|kubelet|in place)\b"


@author_rule("restart-despite-limit", on="JobSpec")
def restart_despite_limit(spec: Value, _: "Context") -> Reports:
    """Report OnFailure with a limit of 0: the kubelet restarts the container before the controller ends the Job."""
    limit, policy = spec.get(_LIMIT), spec.at("template", "spec", "restartPolicy")
    if limit is None or policy is None or limit.scalar() != 0 or policy.scalar() != _ON_FAILURE:
        return
    if any(one.has("restartPolicy") for one in spec.data["template"].at("spec").items("containers")):
        return  # from 1.34 on a container can have its own policy
    message = "with `OnFailure`, a failed container is restarted despite `backoffLimit: 0`"
    report = mistake(policy, f"{message}, then the Pod and its logs are deleted; use `restartPolicy: Never`")
    report.related = ((place(limit), "no retry"),)
    yield report.cure_by(writing(policy, _NEVER), safe=False)


@author_rule("deadline-before-retries", on="JobSpec")
def deadline_before_retries(spec: Value, ctx: "Context") -> Reports:
    """Report a limit that the delays between retries already make unreachable before the Job's deadline."""
    per_index = spec.has(_PER_INDEX)
    limit, deadline = spec.get(_PER_INDEX if per_index else _LIMIT), spec.get(_DEADLINE)
    if limit is None or deadline is None or deadline.scalar() < 1 or limit.scalar() < 1:
        return
    if not per_index and _shares_retries(spec):
        return
    from joblint.checks.deadline import backoff

    policy = spec.at("template", "spec", "restartPolicy")
    on_failure = policy is not None and policy.scalar() == _ON_FAILURE
    delays = backoff.of_containers(ctx.facts) if on_failure else backoff.of_pods(ctx.facts)
    started, waited = backoff.retries_before(deadline.data, limit.data, delays)
    if started >= limit.data:
        return
    quick = " if every Pod fails immediately" if delays.forgets else ""
    retry = f"retry {started + 1} of {limit.data}{' of an index' if per_index else ''}"
    message = f"`{_DEADLINE}: {deadline.data}` ends the Job before {retry}{quick}"
    why = f"Kubernetes waits longer before each retry, {waited} s in total up to that one"
    report = advice(limit, f"{message}: {why}; use a longer deadline or fewer retries")
    report.related = ((place(deadline), "the deadline"),)
    yield report.cure_by(writing(limit, started), safe=False)


def _shares_retries(spec: Value) -> bool:
    """Return whether some failures may not wait for each other, or a success in between may reset the delay."""
    several = any((spec.integer(name) or 1) > 1 for name in ("parallelism", "completions"))
    return several or spec.has("podFailurePolicy")


@author_rule("retried-run-once", on="JobSpec")
def retried_run_once(spec: Value, ctx: "Context") -> Reports:
    """Report `restartPolicy: Never` whose comment says that the Job is not retried, although the controller does."""
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
    message = "`restartPolicy: Never` only prevents container restarts: after failures the Job starts up to"
    report = mistake(policy, f"{message} {DEFAULT_BACKOFF_LIMIT} more Pods; to run once, set `backoffLimit: 0`")
    start = node.end + len(before)
    report.related = ((Node(start, start + 1 + len(comment.rstrip())), "the comment"),)
    yield report.cure_by(adding(spec, _LIMIT, 0), safe=False)


@author_rule("no-failed-pod", on="JobSpec")
def no_failed_pod(spec: Value, _: "Context") -> Reports:
    """Report OnFailure: its Pod is active until the Job fails, and active Pods are deleted then."""
    policy = spec.at("template", "spec", "restartPolicy")
    if policy is None or policy.scalar() != _ON_FAILURE or spec.integer(_LIMIT) == 0:
        return
    message = "with `restartPolicy: OnFailure` the Pod and its logs are deleted after the last retry"
    yield advice(policy, f"{message}; to keep failed Pods, use `Never`").cure_by(writing(policy, _NEVER), safe=False)
