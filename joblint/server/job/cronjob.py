"""A CronJob's spec: schedule, time zone, concurrency policy. Its numbers are in job.py.

Source: pkg/apis/batch/validation/validation.go, validateCronJobSpec; pkg/registry/batch/cronjob/strategy.go.
"""

from typing import TYPE_CHECKING

from joblint.kube.minors.minor import bit
from joblint.kube.names import names
from joblint.manifests.yaml.tree import Scalar
from joblint.rule.cure.cure import adding, leaving_out, writing
from joblint.rule.registry import rule
from joblint.rule.report import Report, Reports, invalid, warned
from joblint.rule.value import Value
from joblint.server.parts import CRONJOB, CRONJOB_SPEC, lacking
from joblint.server.pod.common import choice

if TYPE_CHECKING:
    from joblint.kube.cron.parse import ScheduleError
    from joblint.kube.minors.minor import Facts
    from joblint.rule.context import Context

_POLICIES = ("Allow", "Forbid", "Replace")
_FIELD = "timeZone"
_SIGNED = ("Etc/GMT-", "Etc/GMT+")
_TIME_ZONE = "TZ"  # anywhere in a schedule: the server does not look closer


@rule("invalid-schedule", on=CRONJOB)
def missing_schedule(root: Value, _: "Context") -> Reports:
    value = root.at("spec", "schedule")
    if value is None or not value.scalar():
        yield lacking(root, "spec", "schedule", message='a CronJob needs a `schedule`, such as "30 4 * * *"')


@rule("invalid-schedule", on=CRONJOB_SPEC)
def schedule(spec: Value, ctx: "Context") -> Reports:
    from joblint.kube.cron import parse as cron

    value = spec.get("schedule")
    if value is None or not value.scalar():
        return
    try:
        cron.parse(value.data, legacy=not ctx.facts.since(22))
    except cron.ScheduleError as error:
        if error.kind != "time-zone" or not ctx.facts.since(29):  # from then on, it is refused as a time zone
            yield _invalid_schedule(value, error, ctx)


def _invalid_schedule(value: Value, error: "ScheduleError", ctx: "Context") -> Report:
    from joblint.kube.cron.cure import cure

    text, better = value.data, cure(error)
    if _TIME_ZONE in text and error.kind == "field-count":  # 1.21 counts `TZ=Asia/Tokyo` as a field
        return invalid(value, f"the schedule `{names.short(text)}` is invalid: 1.21 does not allow a time zone in it")
    hint = f"; did you mean `{text[: error.start]}{better}{text[error.end :]}`?" if better else ""
    report = invalid(value, f"the schedule `{names.short(text)}` is invalid: {error}{hint}")
    if better:
        _cure(report, value, error)
    node = value.node
    # If the text is written without escapes, only the wrong part is marked.
    if isinstance(node, Scalar) and error.end > error.start:
        start = node.start + (node.style in ("'", '"'))
        if ctx.manifest.document.text.startswith(text, start):
            report.node = (start + error.start, start + error.end)
    return report


def _cure(report: Report, value: Value, error: "ScheduleError") -> None:
    from joblint.kube.cron.cure import whole

    fix = whole(error)
    if fix is not None:
        report.cure_by(writing(value, fix[0]), safe=fix[1])


@rule("time-zone-in-schedule", on=CRONJOB_SPEC)
def time_zone_in_schedule(spec: Value, ctx: "Context") -> Reports:
    value = spec.get("schedule")
    if value is None or _TIME_ZONE not in value.scalar():
        return
    zone, rest = _apart(value.data)
    cure = "use `timeZone`"
    if zone:
        cure = f'write `schedule: "{names.short(rest)}"` and `timeZone: {names.short(zone)}`'
    if ctx.facts.since(29):
        report = invalid(value, f"`schedule` must not contain `TZ=` or `CRON_TZ=`: {cure}")
    elif spec.has("timeZone"):
        report = invalid(
            value, "`schedule` must not contain `TZ=` or `CRON_TZ=` when `timeZone` is set: remove that prefix"
        )
    elif ctx.facts.since(22):
        since = "" if ctx.facts.since(25) else "from 1.25 on, "
        message = "`TZ=` or `CRON_TZ=` in `schedule` is not supported, and is refused from 1.29"
        report = warned(value, f"{message}: {since}{cure}")
    else:
        return
    yield _to_field(report, spec, value, zone, rest) if zone else report


def _apart(text: str) -> tuple[str, str]:
    """Return the zone and the rest of `TZ=Asia/Tokyo 30 4 * * *`; two empty texts for another form."""
    prefix, _, rest = text.partition(" ")
    name, _, zone = prefix.partition("=")
    return (zone, rest.strip()) if name in ("TZ", "CRON_TZ") and zone and rest.strip() else ("", "")


def _to_field(report: Report, spec: Value, value: Value, zone: str, rest: str) -> Report:
    """Return the report with its fix: the zone in its own field, if every minor has that field and keeps it."""
    from joblint.kube.cron import parse as cron
    from joblint.kube.cron import timezone

    try:
        cron.parse(rest)
    except cron.ScheduleError:
        return report
    written = spec.shown(_FIELD)
    if timezone.refusal(zone) or (spec.has(_FIELD) and written != zone):
        return report
    message, write = writing(value, rest)
    if written:
        return report.cure(message, write)
    more, add = adding(spec, _FIELD, zone, after=value)
    return report.cure(f"{message} and {more}", write, add, where=lambda facts: _keeps_zone(spec.type, facts))


def _keeps_zone(type_: str, facts: "Facts") -> bool:
    return bool(facts.minors_with(type_, _FIELD) & bit(facts.minor)) and not facts.disabled("CronJobTimeZone")


@rule("invalid-time-zone", on=CRONJOB_SPEC)
def time_zone(spec: Value, _: "Context") -> Reports:
    from joblint.kube.cron import timezone

    value = spec.get("timeZone")
    if value is not None and (why := timezone.refusal(value.scalar())):
        near = timezone.nearest(value.data)
        reversed_sign = near is not None and near.startswith(_SIGNED) and not value.data.strip().startswith("Etc/")
        meant = f"; did you mean `{near}`?" if near else ""
        if reversed_sign:
            meant = f", or `{near}`, which means {names.short(value.data.strip())}"
        report = invalid(value, f"{why}{meant}")
        if near:
            report.cure_by(writing(value, near), safe=near.lower() == value.data.strip().lower())
        elif not value.data:
            report.cure_by(leaving_out(value))
        yield report


@rule("invalid-concurrency-policy", on=CRONJOB_SPEC)
def concurrency_policy(spec: Value, _: "Context") -> Reports:
    yield from choice(spec, "concurrencyPolicy", _POLICIES)
