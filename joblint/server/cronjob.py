"""A CronJob's spec: schedule, time zone, concurrency policy. Its numbers are in job.py.

Source: pkg/apis/batch/validation/validation.go, validateCronJobSpec; pkg/registry/batch/cronjob/strategy.go.
"""

from typing import TYPE_CHECKING

from joblint.kube import names
from joblint.rule import Report, Reports, invalid, rule, warned
from joblint.server.jobs import CRONJOB, CRONJOB_SPEC, lacking
from joblint.server.pod.common import choice
from joblint.tree import Scalar
from joblint.value import Value

if TYPE_CHECKING:
    from joblint.context import Context
    from joblint.kube.cron import ScheduleError

_POLICIES = ("Allow", "Forbid", "Replace")
_TIME_ZONE = "TZ"  # wherever it stands in a schedule: the server looks no closer


@rule("invalid-schedule", on=CRONJOB)
def missing_schedule(root: Value, _: "Context") -> Reports:
    value = root.at("spec", "schedule")
    if value is None or not value.scalar():
        yield lacking(root, "spec", "schedule", message='a CronJob needs a `schedule`, such as "30 4 * * *"')


@rule("invalid-schedule", on=CRONJOB_SPEC)
def schedule(spec: Value, ctx: "Context") -> Reports:
    from joblint.kube import cron

    value = spec.get("schedule")
    if value is None or not value.scalar():
        return
    try:
        cron.parse(value.data, legacy=not ctx.facts.since(22))
    except cron.ScheduleError as error:
        if error.kind != "time-zone" or not ctx.facts.since(29):  # from then on it is refused as such
            yield _invalid_schedule(value, error, ctx)


def _invalid_schedule(value: Value, error: "ScheduleError", ctx: "Context") -> Report:
    text, better = value.data, error.suggestion
    if _TIME_ZONE in text and error.kind == "field-count":  # 1.21 counts `TZ=Asia/Tokyo` as a field
        return invalid(value, f"the schedule `{names.short(text)}` is wrong: in 1.21 no time zone can stand before it")
    cure = f"; did you mean `{text[: error.start]}{better}{text[error.end :]}`?" if better else ""
    report = invalid(value, f"the schedule `{names.short(text)}` is wrong: {error}{cure}")
    node = value.node
    # Where the text stands as it is, only what is wrong is pointed at.
    if isinstance(node, Scalar) and error.end > error.start:
        start = node.start + (node.style in ("'", '"'))
        if ctx.manifest.document.text.startswith(text, start):
            report.node = (start + error.start, start + error.end)
    return report


@rule("time-zone-in-schedule", on=CRONJOB_SPEC)
def time_zone_in_schedule(spec: Value, ctx: "Context") -> Reports:
    value = spec.get("schedule")
    if value is None or _TIME_ZONE not in value.scalar():
        return
    cure = _without_zone(value.data)
    if ctx.facts.since(29):
        yield invalid(value, f"a schedule must not have `TZ=` or `CRON_TZ=`: {cure}")
    elif spec.has("timeZone"):
        yield invalid(value, "a schedule must not have `TZ=` or `CRON_TZ=` where `timeZone` is set: take it out")
    elif ctx.facts.since(22):
        since = "" if ctx.facts.since(25) else ", a field that is there from 1.25 on"
        message = "`TZ=` or `CRON_TZ=` in a schedule was never supported, and is refused from 1.29 on"
        yield warned(value, f"{message}: {cure}{since}")


def _without_zone(text: str) -> str:
    """What to write in place of `TZ=Asia/Tokyo 30 4 * * *`."""
    prefix, _, rest = text.partition(" ")
    name, _, zone = prefix.partition("=")
    if name not in ("TZ", "CRON_TZ") or not zone or not rest.strip():
        return "use `timeZone`"
    return f'write `schedule: "{names.short(rest.strip())}"` and `timeZone: {names.short(zone)}`'


@rule("invalid-time-zone", on=CRONJOB_SPEC)
def time_zone(spec: Value, _: "Context") -> Reports:
    from joblint.kube import timezone

    value = spec.get("timeZone")
    if value is not None and (why := timezone.refusal(value.scalar())):
        near = timezone.nearest(value.data)
        yield invalid(value, f"{why}{f'; did you mean `{near}`?' if near else ''}")


@rule("invalid-concurrency-policy", on=CRONJOB_SPEC)
def concurrency_policy(spec: Value, _: "Context") -> Reports:
    yield from choice(spec, "concurrencyPolicy", _POLICIES)
