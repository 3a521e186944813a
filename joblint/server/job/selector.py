"""A Job's selector: what is written, what the server adds, and whether it selects the Job's own Pods.

Sources: pkg/apis/batch/validation/validation.go (validateGeneratedSelector, ValidateJobSpec, ValidateJobTemplateSpec),
pkg/registry/batch/job/strategy.go (generateSelector), apimachinery pkg/apis/meta/v1/validation (ValidateLabelSelector),
pkg/apis/meta/v1/helpers.go (LabelSelectorAsSelector).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from joblint.kube.names import names
from joblint.rule.cure.cure import leaving_out
from joblint.rule.registry import CREATE, rule
from joblint.rule.report import Report, Reports, forbidden, invalid, not_supported, required
from joblint.rule.value import Value
from joblint.server.job.labels import CONTROLLER_UID, LEGACY_CONTROLLER_UID, generated
from joblint.server.parts import JOB, absent, in_job, object_name
from joblint.server.pod.common import meant_as, words

if TYPE_CHECKING:
    from joblint.rule.context import Context

_WITH_VALUES, _WITHOUT = ("In", "NotIn"), ("Exists", "DoesNotExist")
_UIDS = frozenset((CONTROLLER_UID, LEGACY_CONTROLLER_UID))
_UID = "\0uid"  # stands for the uid, which cannot be written
# Returns a label's value, None if there is no such label. May raise Opaque.
Labels = Callable[[str], str | None]


@rule("invalid-selector", on="JobSpec")
def syntax(spec: Value, ctx: "Context") -> Reports:
    selector = spec.get("selector")
    if selector is not None and in_job(spec):
        yield from label_selector(selector, values=ctx.facts.since(26))


def label_selector(selector: Value, *, values: bool) -> Reports:
    """Report what is wrong with a LabelSelector; `values`: whether to check the values of its expressions."""
    labels = selector.entries("matchLabels")
    field = selector.child_path("matchLabels")
    for key, value in labels.items():
        if (wrong := names.qualified_name(key)) and value.key is not None:
            report = invalid(value, f"the label `{names.short(key)}` {wrong}", field=field)
            report.node = value.key
            yield report
        if not value.opaque and (wrong := names.label_value(value.data)):
            yield invalid(
                value, f"the value `{names.short(value.data)}` of the label `{names.short(key)}` {wrong}", field=field
            )
    for expression in selector.items("matchExpressions"):
        if not expression.opaque:
            yield from _expression(expression, values)


def _expression(expression: Value, values: bool) -> Reports:
    key, operator = expression.get("key"), expression.get("operator")
    listed = expression.get("values")
    if operator is None or not operator.opaque:
        yield from _operator(expression, "" if operator is None else operator.data, listed)
    if key is None or not key.data:
        yield absent(expression, "key", "a label selector requirement needs a `key`")
    elif not key.opaque and (wrong := names.qualified_name(key.data)):
        yield invalid(key, f"the label `{names.short(key.data)}` {wrong}")
    for value in listed.elements() if listed is not None and values and not listed.opaque else ():
        if not value.opaque and (wrong := names.label_value(value.data)):
            yield invalid(value, f"the value `{names.short(value.data)}` {wrong}")


def _operator(expression: Value, operator: str, listed: Value | None) -> Reports:
    filled = listed is not None and (listed.opaque or bool(listed.data))
    if operator in _WITH_VALUES and not filled:
        yield required(
            expression, "values", f"`operator: {operator}` requires `values`", because=expression.data["operator"]
        )
    elif operator in _WITHOUT and filled and listed is not None:
        yield forbidden(listed, f"`values` must not be set when `operator` is `{operator}`")
    elif operator not in (*_WITH_VALUES, *_WITHOUT):
        allowed = (*_WITH_VALUES, *_WITHOUT)
        missing = f"a label selector requirement needs an `operator`: {words(allowed)}"
        message = f"`operator` must be {words(allowed)}, not `{names.short(operator)}`" if operator else missing
        report = absent(expression, "operator", message)
        yield meant_as(report, expression.data["operator"], allowed) if operator else report


@rule("handwritten-selector", on=JOB, verb=CREATE)
def not_generated(root: Value, ctx: "Context") -> Reports:
    """Report a selector that does not match the labels that the server generates, without manualSelector."""
    spec = root.get("spec")
    selector = None if spec is None else spec.get("selector")
    if spec is None or selector is None or spec.flag("manualSelector"):
        return
    by_name, by_uid = generated(ctx)

    def label(key: str) -> str | None:
        return object_name(root) if key in by_name else _UID if key in by_uid else None

    if matches(selector, label) is False:
        cure = "remove `selector`, or set `manualSelector: true` and make sure that the selector is unique"
        message = f"the server generates a Job's selector: {cure}"
        yield invalid(selector, message).cure_by(leaving_out(selector))


@rule("handwritten-selector", on="JobSpec")
def in_cronjob(spec: Value, _: "Context") -> Reports:
    if in_job(spec):
        return
    if (selector := spec.get("selector")) is not None:
        message = "the server generates the selectors of a CronJob's Jobs: remove `selector`"
        yield invalid(selector, message).cure_by(leaving_out(selector))
    if spec.has("manualSelector") and spec.flag("manualSelector"):
        message = "the server generates the selectors of a CronJob's Jobs: remove `manualSelector`"
        manual = spec.data["manualSelector"]
        yield not_supported(manual, message).cure_by(leaving_out(manual))


@rule("handwritten-selector", on=JOB, verb=CREATE)
def unmatched(root: Value, ctx: "Context") -> Reports:
    """Check that the selector, as written or as the server completes it, matches the labels of the pod template."""
    spec = root.get("spec")
    if spec is None:
        return
    selector, manual = spec.get("selector"), spec.flag("manualSelector")
    if manual and selector is None:
        message = "`selector` is required when `manualSelector` is `true`"
        report = required(spec, "selector", message, because=spec.data["manualSelector"])
        yield report.cure_by(leaving_out(spec.data["manualSelector"]), safe=False)
    template = spec.get("template")
    written = None if template is None else template.at("metadata", "labels")
    if selector is None and not manual and (written is None or _UIDS.isdisjoint(written.scalar())):
        return  # what the server generates matches

    def label(key: str) -> str | None:
        if written is not None and key in written.scalar():
            return str(written.data[key].scalar())
        by_name, by_uid = generated(ctx)
        return None if manual else object_name(root) if key in by_name else _UID if key in by_uid else None

    added = {} if manual else {generated(ctx)[1][-1]: _UID}
    if (selector is None and manual) or matches(selector, label, added) is False:
        message = "`selector` does not match the labels in the pod template"
        because = spec.data["manualSelector"] if selector is None and manual else selector
        report = invalid(written, message) if written is not None else _unlabelled(spec, message, because)
        yield report.cure_by(leaving_out(selector)) if selector is not None and not manual else report


def _unlabelled(spec: Value, message: str, because: Value | None) -> Report:
    template = spec.get("template")
    metadata = None if template is None else template.get("metadata")
    if metadata is not None:
        return absent(metadata, "labels", message, because=because)
    if template is not None:
        return absent(template, "metadata.labels", message, because=because)
    return absent(spec, "template.metadata.labels", message, because=because)


def matches(selector: Value | None, label: Labels, added: dict[str, str] | None = None) -> bool | None:
    """Return whether a selector, with the labels that the server adds to it, matches; None if it is invalid."""
    wanted = {} if selector is None else {key: str(v.scalar()) for key, v in selector.entries("matchLabels").items()}
    expressions = [] if selector is None else [_requirement(e) for e in selector.items("matchExpressions")]
    if any(names.qualified_name(key) or names.label_value(value) for key, value in wanted.items()):
        return None
    if any(not _valid(*e) for e in expressions):
        return None
    wanted = {**(added or {}), **wanted}
    return all(label(key) == value for key, value in wanted.items()) and all(_holds(*e, label) for e in expressions)


def _requirement(expression: Value) -> tuple[str, str, list[str]]:
    return expression.text("key"), expression.text("operator"), expression.strings("values")


def _valid(key: str, operator: str, values: list[str]) -> bool:
    known = operator in _WITH_VALUES if values else operator in _WITHOUT
    return known and not names.qualified_name(key) and not any(names.label_value(value) for value in values)


def _holds(key: str, operator: str, values: list[str], label: Labels) -> bool:
    actual = label(key)
    if operator in _WITHOUT:
        return (actual is not None) == (operator == "Exists")
    return (actual in values) == (operator == "In")
