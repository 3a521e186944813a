"""Check for labels written by hand that the API server sets on a Job's Pods itself.

Source: pkg/registry/batch/job/strategy.go (generateSelector), pkg/apis/batch/validation/validation.go
(validateGeneratedSelector), which looks at Jobs, never at a CronJob's template; pkg/controller/cronjob/utils.go
(getJobFromTemplate2).
"""

from typing import TYPE_CHECKING

from joblint.rule.cure.cure import leaving_none_out
from joblint.rule.registry import author_rule
from joblint.rule.report import Reports, advice, mistake
from joblint.rule.value import Value
from joblint.server.job.labels import (
    CONTROLLER_UID,
    JOB_NAME,
    LEGACY_CONTROLLER_UID,
    LEGACY_JOB_NAME,
    generated,
    set_to,
)
from joblint.server.parts import CRONJOB, JOB, object_name

if TYPE_CHECKING:
    from joblint.rule.context import Context

_LABELS = frozenset((LEGACY_JOB_NAME, JOB_NAME, LEGACY_CONTROLLER_UID, CONTROLLER_UID))


@author_rule("handwritten-job-label", on=CRONJOB)
def in_cronjob(root: Value, ctx: "Context") -> Reports:
    """Report a Job's own label in a CronJob: its Jobs have other names and uids, and the API server rejects them."""
    labels = root.at("spec", "jobTemplate", "spec", "template", "metadata", "labels")
    if labels is None or not labels.scalar():
        return
    if _LABELS.isdisjoint(labels.data):
        return
    for key in (key for keys in generated(ctx) for key in keys if key in labels.data):
        why = f"the label `{key}` must be the Job's {set_to(key)}, which differs in each run"
        message = f"{why}, so the CronJob's Jobs are rejected; remove the label"
        yield mistake(labels.data[key], message).cure_by(leaving_none_out(labels.data[key]))


@author_rule("handwritten-job-label", on=JOB)
def in_job(root: Value, ctx: "Context") -> Reports:
    """Report a Job's own label with the right value: the API server sets it, and a copy of the Job is rejected."""
    labels = root.at("spec", "template", "metadata", "labels")
    if labels is None or not labels.scalar() or root.data["spec"].flag("manualSelector"):
        return
    if _LABELS.isdisjoint(labels.data):
        return
    for key in (key for key in generated(ctx)[0] if key in labels.data):
        if labels.data[key].scalar() == object_name(root):
            message = f"the API server sets the label `{key}` itself; remove it: a copy with another name is rejected"
            yield advice(labels.data[key], message).cure_by(leaving_none_out(labels.data[key]))
