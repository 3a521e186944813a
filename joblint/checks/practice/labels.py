"""Labels written by hand that the server gives to a Job's Pods itself.

Source: pkg/registry/batch/job/strategy.go (generateSelector), pkg/apis/batch/validation/validation.go
(validateGeneratedSelector), which looks at Jobs, never at a CronJob's template; pkg/controller/cronjob/utils.go
(getJobFromTemplate2).
"""

from typing import TYPE_CHECKING

from joblint.rule.cure.cure import leaving_none_out
from joblint.rule.registry import rule
from joblint.rule.report import Reports, advice, mistake
from joblint.rule.value import Value
from joblint.server.job.labels import CONTROLLER_UID, JOB_NAME, LEGACY_CONTROLLER_UID, LEGACY_JOB_NAME, generated
from joblint.server.parts import CRONJOB, JOB, object_name

if TYPE_CHECKING:
    from joblint.rule.context import Context

_LABELS = frozenset((LEGACY_JOB_NAME, JOB_NAME, LEGACY_CONTROLLER_UID, CONTROLLER_UID))


@rule("handwritten-job-label", on=CRONJOB)
def in_cronjob(root: Value, ctx: "Context") -> Reports:
    """The CronJob is taken; each Job that it makes has a name and a uid of its own, and is refused."""
    found = root.at("spec", "jobTemplate", "spec", "template", "metadata", "labels")
    if found is None or not found.scalar():
        return
    if _LABELS.isdisjoint(found.data):
        return
    for key in (key for keys in generated(ctx) for key in keys if key in found.data):
        message = f"the server refuses every Job of this CronJob: `{key}` must be the Job's own; leave it out"
        yield mistake(found.data[key], message).cure(*leaving_none_out(found.data[key]))


@rule("handwritten-job-label", on=JOB)
def in_job(root: Value, ctx: "Context") -> Reports:
    """A name that happens to be right: the server would have written it, and a copy of the Job is refused."""
    found = root.at("spec", "template", "metadata", "labels")
    if found is None or not found.scalar() or root.data["spec"].flag("manualSelector"):
        return
    if _LABELS.isdisjoint(found.data):
        return
    for key in (key for key in generated(ctx)[0] if key in found.data):
        if found.data[key].scalar() == object_name(root):
            message = f"the server sets `{key}` itself, and refuses the Job once its name changes"
            yield advice(found.data[key], message).cure(*leaving_none_out(found.data[key]))
