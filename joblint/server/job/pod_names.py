"""What is made from a name: a CronJob's name is part of its Jobs' names, a Job's name is a label of its Pods.

Sources: pkg/apis/batch/validation/validation.go (ValidateCronJobCreate, validateNameAllowsCompletions),
pkg/registry/batch/job/strategy.go (generateSelector, WarningsOnCreate), pkg/registry/batch/cronjob/strategy.go.
"""

from typing import TYPE_CHECKING

from joblint.kube.names import MAX_LABEL, names
from joblint.rule.registry import CREATE, rule
from joblint.rule.report import Reports, invalid, warned
from joblint.rule.value import Value
from joblint.server.job.labels import generated
from joblint.server.parts import (
    CRONJOB,
    INDEXED,
    JOB,
    KINDS,
    absent,
    completion_mode,
    completions,
    name_value,
    object_name,
)

if TYPE_CHECKING:
    from joblint.rule.context import Context

# The controller appends `-` and ten digits to a CronJob's name for each of its Jobs.
MAX_CRONJOB_NAME = MAX_LABEL - 11
_NAME = "metadata.name"


@rule("name-too-long", on=CRONJOB, verb=CREATE)
def cronjob_name(root: Value, _: "Context") -> Reports:
    length, value = names.size(object_name(root)), name_value(root)
    if value is not None and length > MAX_CRONJOB_NAME:
        why = f"a CronJob's name can have at most {MAX_CRONJOB_NAME} characters, not {length}"
        yield invalid(value, f"{why}, because 11 more are added for each Job", field=_NAME)


@rule("name-too-long", on=JOB, verb=CREATE)
def long_label(root: Value, ctx: "Context") -> Reports:
    if names.size(object_name(root)) > MAX_LABEL:
        yield from _wrong_label(root, ctx)


@rule("invalid-name", on=JOB, verb=CREATE)
def no_label_value(root: Value, ctx: "Context") -> Reports:
    if names.size(object_name(root)) <= MAX_LABEL:
        yield from _wrong_label(root, ctx)


def _wrong_label(root: Value, ctx: "Context") -> Reports:
    """Report a name that is not valid as the label that the Job's Pods get, unless the author has set that label."""
    value, wrong = name_value(root), names.label_value(object_name(root))
    if value is None or wrong is None or _manual(root):
        return
    template = root.at("spec", "template", "metadata", "labels")
    own = set() if template is None else set(template.scalar())
    if all(key in own for key in generated(ctx)[0]):
        return
    message = (
        f"the Job name, which becomes a label of its Pods, is not valid: `{names.short(object_name(root))}` {wrong}"
    )
    yield invalid(value, message, field="spec.template.labels")


@rule("name-too-long", on=JOB)
def long_hostname(root: Value, ctx: "Context") -> Reports:
    host, value = last_hostname(root, object_name(root)), name_value(root)
    if value is not None and names.size(host) > MAX_LABEL and ctx.facts.since(22):
        size = names.size(host)
        why = (
            f"the Pod host name (Job name, `-`, last index) has {size} characters, but at most {MAX_LABEL} are allowed"
        )
        yield invalid(value, f"{why}: shorten the Job name", field=_NAME)


@rule("name-not-dns-label", on=JOB)
def wrong_hostname(root: Value, ctx: "Context") -> Reports:
    host, value = last_hostname(root, object_name(root)), name_value(root)
    if value is None or not host or names.size(host) > MAX_LABEL or not names.dns_label(host):
        return
    # Other invalid names are already reported.
    if names.dns_subdomain(host) is None and ctx.facts.since(22):
        message = f"an Indexed Job's name must not contain a dot: its Pods get host names such as `{names.short(host)}`"
        yield invalid(value, message, field=_NAME)


@rule("invalid-name", on=JOB)
def no_hostname(root: Value, ctx: "Context") -> Reports:
    """Report the missing host names of an Indexed Job without a name, as the server does in addition."""
    if not object_name(root) and last_hostname(root, object_name(root)) and ctx.facts.since(22):
        metadata = root.get("metadata")
        message = "an Indexed Job needs a name, because its Pods' host names start with the Job's name"
        yield absent(root, _NAME, message) if metadata is None else absent(metadata, "name", message)


@rule("name-not-dns-label", on=KINDS, verb=CREATE)
def no_label(root: Value, ctx: "Context") -> Reports:
    name, value = object_name(root), name_value(root)
    if value is None or names.dns_label(name) is None or names.dns_subdomain(name) or not ctx.facts.since(27):
        return
    if root.type == JOB and (last_hostname(root, name) or (names.size(name) > MAX_LABEL and not _manual(root))):
        return  # refused
    if root.type == JOB or names.size(name) <= MAX_CRONJOB_NAME:
        what = "has a dot" if "." in name else f"has more than {MAX_LABEL} characters"
        change, better = ("changed", "no dots") if "." in name else ("shortened", f"at most {MAX_LABEL} characters")
        why = f"so the host names of its Pods are {change}; use a name with {better}"
        yield warned(value, f"the name `{names.short(name)}` {what}, {why}", field=_NAME)


def last_hostname(root: Value, name: str) -> str:
    """Return the host name of the last Pod of an Indexed Job with a name; empty for other Jobs."""
    spec = root.get("spec")
    if spec is None or completion_mode(spec) != INDEXED or (count := completions(spec)) is None or count <= 0:
        return ""
    return f"{name}-{count - 1}"


def _manual(root: Value) -> bool:
    spec = root.get("spec")
    return spec is not None and spec.flag("manualSelector")
