"""What must not change in an existing Job: its pod template, its completions, its policies, its name.

Source: pkg/apis/batch/validation/validation.go (ValidateJobUpdate, ValidateJobSpecUpdate, validatePodTemplateUpdate,
validatePodResourceUpdatesOnly, validateCompletions), pkg/registry/batch/job/strategy.go (validationOptionsForJob),
apimachinery pkg/api/validation/objectmeta.go (ValidateObjectMetaAccessorUpdate), 1.21 to 1.37. A CronJob's template may
change: its next Job uses it.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from joblint.rule.registry import UPDATE, rule
from joblint.rule.report import Reports, invalid
from joblint.rule.value import Value
from joblint.server.parts import INDEXED, JOB, KINDS, absent, completion_mode, lacking
from joblint.server.update.changed import FieldChange, Freedom, changes
from joblint.server.update.words import DELETE_OR_RENAME, change_advice, change_refusal

if TYPE_CHECKING:
    from joblint.rule.context import Context

_POLICIES = ("selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy")
# The parts of a suspended Job's template that may change, and since when.
_DIRECTIVES = {
    "metadata.annotations": 23,
    "metadata.labels": 23,
    "spec.affinity.nodeAffinity": 23,
    "spec.nodeSelector": 23,
    "spec.schedulingGates": 27,
    "spec.tolerations": 23,
}
_AFFINITY = "spec.affinity"
_CONTAINERS = ("containers", "initContainers")
_IDENTITY = ("uid", "deletionTimestamp", "deletionGracePeriodSeconds")


@rule("changed-pod-template", on=JOB, verb=UPDATE)
def template(root: Value, ctx: "Context") -> Reports:
    """Report changes, except of the scheduling and resources of a suspended Job (validatePodTemplateUpdate)."""
    assert ctx.live is not None
    before, spec = ctx.live.data["spec"], root.data["spec"]
    suspended = before.flag("suspend")
    free = frozenset(_free(ctx)) if suspended else frozenset()
    parts = frozenset((f"spec.template.{_AFFINITY}",)) if free else frozenset()
    old, new = before.data["template"], spec.data["template"]
    field, owner, step = "spec.template", spec, "template"
    if suspended and ctx.facts.since(36) and ctx.facts.enabled("MutablePodResourcesForSuspendedJobs"):
        field, owner, step = "spec.template.spec", new, "spec"
        old, new = old.data["spec"], new.data["spec"]
        free |= frozenset(_resources(old, new))
    changed = list(changes(old, new, owner, step, Freedom(free, parts)))
    if changed:
        what = "a Job's pod template cannot be changed"
        if free:
            what = "in a suspended Job's pod template, only the scheduling of the Pods can be changed"
            if not ctx.facts.since(36):
                what += ", and only if the Job has never started"
        yield change_refusal(changed, field, what, DELETE_OR_RENAME, ctx, "spec.template.")


@rule("template-of-started-job", on=JOB, verb=UPDATE)
def template_of_started_job(root: Value, ctx: "Context") -> Reports:
    """Report changes that a suspended Job accepts, if the minor checks `status.startTime` (validationOptionsForJob)."""
    assert ctx.live is not None
    before, spec = ctx.live.data["spec"], root.data["spec"]
    if not before.flag("suspend") or ctx.facts.since(36):
        return
    old, new = before.data["template"], spec.data["template"]
    free = frozenset(_free(ctx))
    parts = frozenset((f"spec.template.{_AFFINITY}",))
    if not free or any(changes(old, new, spec, "template", Freedom(free, parts))):
        return
    changed = list(changes(old, new, spec, "template", Freedom(frozenset(), frozenset())))
    if changed:
        what = "before 1.36, this cannot be changed once the Job has started, even if it is suspended"
        yield change_advice(changed, what, ctx, "spec.template.")


def _free(ctx: "Context") -> Iterator[str]:
    """Yield the paths that may change in a suspended Job that has not run yet."""
    if not ctx.facts.enabled("JobMutableNodeSchedulingDirectives") or _waits(ctx):
        return
    for path, since in _DIRECTIVES.items():
        if ctx.facts.since(since):
            yield f"spec.template.{path}"


def _waits(ctx: "Context") -> bool:
    """Return whether the server requires the condition Suspended, which a new Job lacks: 1.35 with that gate."""
    return not ctx.facts.since(36) and ctx.facts.enabled("MutableSchedulingDirectivesForSuspendedJobs")


def _resources(old: Value, new: Value) -> Iterator[str]:
    """Yield the paths of the resources of containers whose number and names have not changed."""
    for listed in _CONTAINERS:
        befores, afters = old.items(listed), new.items(listed)
        if len(befores) == len(afters):
            for before, after in zip(befores, afters, strict=True):
                if before.text("name") == after.text("name"):
                    yield after.child_path("resources")


@rule("changed-completions", on=JOB, verb=UPDATE)
def completions(root: Value, ctx: "Context") -> Reports:
    """Report changed completions; an Indexed Job may change them with its parallelism (validateCompletions)."""
    changed = _field("completions", root, ctx)
    spec = root.data["spec"]
    if not changed:
        return
    if not ctx.facts.enabled("ElasticIndexedJob") or completion_mode(spec) != INDEXED:
        yield change_refusal(
            changed, "spec.completions", "a Job's `completions` cannot be changed", DELETE_OR_RENAME, ctx
        )
        return
    now, at_once = changed[0].new, spec.integer("parallelism")
    if now is not None and now.scalar() != at_once:
        what = "an Indexed Job's `completions` can only be changed together with `parallelism`, to the same number"
        cure = f"also set `parallelism: {now.scalar()}`, or keep the number of completions"
        yield change_refusal(changed, "spec.completions", what, cure, ctx)


@rule("changed-job-policy", on=JOB, verb=UPDATE)
def policies(root: Value, ctx: "Context") -> Reports:
    """Report changes of the fields that decide how a Job's Pods are found, counted and retried."""
    for name in _POLICIES:
        changed = _field(name, root, ctx)
        if changed:
            yield change_refusal(changed, f"spec.{name}", f"a Job's `{name}` cannot be changed", DELETE_OR_RENAME, ctx)


def _field(name: str, root: Value, ctx: "Context") -> list[FieldChange]:
    assert ctx.live is not None
    old, new = ctx.live.data["spec"], root.data["spec"]
    return list(changes(old.get(name), new.get(name), new, name))


@rule("changed-identity", on=KINDS, verb=UPDATE)
def name(root: Value, ctx: "Context") -> Reports:
    """Report a changed name: objects are found by name, so only a special tool can try to change it."""
    assert ctx.live is not None
    old, new = ctx.live.data["metadata"], root.data["metadata"]
    if not new.text("name"):
        yield lacking(root, "metadata", "name", message="an object needs `metadata.name`")
    was = old.text("name")
    if new.text("name") == was:
        return
    message = f"an object's name (`{was}`) cannot be changed, because another name means another object"
    if new.has("name"):
        yield invalid(new.data["name"], message)
    else:
        yield absent(new, "name", message)


@rule("changed-identity", on=KINDS, verb=UPDATE)
def identity(root: Value, ctx: "Context") -> Reports:
    """Report changes of the other fields that identify an object: the server sets them."""
    metadata = root.data["metadata"]
    assert ctx.live is not None
    known = ctx.live.data["metadata"].text("uid")
    for field in _IDENTITY:
        value = metadata.get(field)
        if value is not None and not value.opaque and value.data != known and (field != "uid" or value.data):
            yield invalid(value, f"the server sets `{field}`, which cannot be changed: remove this field")
