"""Changes of `scheduling`: only a gang's `minCount` can change. Since 1.37, with the gate WorkloadWithJob.

Sources: pkg/apis/batch/v1/zz_generated.validations.go (Validate_JobSchedulingConfiguration),
pkg/apis/batch/validation/validation.go (validateJobSchedulingUpdate), 1.37.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from joblint.rule.registry import UPDATE, rule
from joblint.rule.report import Reports
from joblint.rule.value import Value
from joblint.server.parts import JOB, KINDS
from joblint.server.update.changed import FieldChange, changes
from joblint.server.update.words import DELETE_OR_RENAME, change_refusal

if TYPE_CHECKING:
    from joblint.rule.context import Context

_FIELD, _POLICY, _VARIANT = "scheduling", "schedulingPolicy", "basic"
_FROZEN = ("schedulingConstraints", "disruptionMode", "resourceClaims")
_TEMPLATE = "jobTemplate"


@rule("changed-job-policy", on=KINDS, verb=UPDATE)
def scheduling(root: Value, ctx: "Context") -> Reports:
    """Report `scheduling` or a part of it that was added, removed or changed, also in a CronJob's template."""
    assert ctx.live is not None
    before, spec = ctx.live.data["spec"], root.data["spec"]
    if spec.has(_TEMPLATE) and before.has(_TEMPLATE):
        before, spec = (value.data[_TEMPLATE].data["spec"] for value in (before, spec))
    for owner, name, changed in _changed(before, spec, frozen_variant=root.type == JOB):
        yield change_refusal(
            changed, owner.child_path(name), f"a {ctx.kind}'s `{name}` cannot be changed", DELETE_OR_RENAME, ctx
        )


def _changed(before: Value, spec: Value, frozen_variant: bool) -> Iterator[tuple[Value, str, list[FieldChange]]]:
    """Yield what has changed: the value that has or lacks it, its name there, and the changes."""
    old, new = before.get(_FIELD), spec.get(_FIELD)
    if old is None or new is None:
        names, owner, old, new = (_FIELD,), spec, before, spec
    else:
        was, now = old.get(_POLICY), new.get(_POLICY)
        swapped = was is not None and now is not None and was.has(_VARIANT) != now.has(_VARIANT)
        come = (was is None) != (now is None)
        names, owner = (*((_POLICY,) if come or (swapped and frozen_variant) else ()), *_FROZEN), new
    for name in names:
        if changed := list(changes(old.get(name), new.get(name), owner, name)):
            yield owner, name, changed
