"""The work of `joblint explain-schedule` for one schedule: the question and the answer, also for programs."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from joblint.kube.cron import parse as cron
from joblint.kube.cron import timezone
from joblint.kube.cron.changes import Effect, effects
from joblint.kube.cron.clock import next_run
from joblint.kube.cron.cure import cure
from joblint.kube.cron.picture import week
from joblint.kube.nearest import nearest
from joblint.manifests.source import Source

_YEAR = timedelta(days=365)
_NEWER_PARSER = 22  # the first minor with robfig/cron v3
_HOLES = ("${", "{{", "$(")  # a template or a shell fills in the schedule
_RULES = (
    "unknown-field", "gated-field", "time-zone-in-schedule", "uneven-step", "impossible-date", "day-of-month-or-week",
    "every-minute-of-an-hour",
)  # fmt: skip

# pkg/controller/cronjob/utils.go, mostRecentScheduleTime
_EVERY = (
    "`@every` counts from the creation of the CronJob, and then from its last run; the times here are for a CronJob "
    "that is created, or has run, at the start of the list"
)
_SUSPENDED = "the CronJob has `suspend: true`: none of these runs takes place until that is removed"


class Asked(NamedTuple):
    """A schedule to explain: where it is (empty: an argument), its text, and the time zone of its CronJob."""

    where: str
    schedule: str
    time_zone: str | None
    suspended: bool = False


class Wrong(NamedTuple):
    """The reason why Kubernetes rejects a schedule: the text, the start and end in it, and a likely correction."""

    message: str
    text: str
    start: int
    end: int
    better: str | None


class Explained(NamedTuple):
    """The explanation of a schedule. If Kubernetes rejects it, there is only `refused`."""

    asked: Asked
    minor: int
    refused: Wrong | None = None
    words: str = ""
    notes: tuple[str, ...] = ()
    runs: tuple[datetime, ...] = ()
    changes: tuple[Effect, ...] = ()
    until: date | None = None
    week: tuple[tuple[date, Sequence[int]], ...] = ()

    def data(self) -> dict[str, Any]:
        """Return the explanation for programs."""
        asked = {"schedule": self.asked.schedule, "timeZone": self.asked.time_zone, "kubeVersion": f"1.{self.minor}"}
        if self.asked.where:
            asked = {"where": self.asked.where, **asked}
        if self.refused is not None:
            wrong = self.refused
            error = {"message": wrong.message, "text": wrong.text, "start": wrong.start, "end": wrong.end}
            return {**asked, "error": {**error, "suggestion": wrong.better}}
        return {
            **asked,
            "words": self.words,
            "notes": list(self.notes),
            "runs": [{"time": run.isoformat(), "utc": _utc(run)} for run in self.runs],
            "clockChanges": [_change(one) for one in self.changes],
            "timeZoneData": {"joblint": timezone.release(), "kubernetes": timezone.COMPILED_IN.get(self.minor)},
            "week": [{"date": day.isoformat(), "runs": list(counts)} for day, counts in self.week],
        }


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _change(effect: Effect) -> dict[str, Any]:
    change = effect.change
    return {
        "at": _utc(change.at),
        "from": change.before.isoformat(),
        "to": change.after.isoformat(),
        "skipped": [time.isoformat() for time in effect.skipped],
        "doubled": [time.isoformat() for time in effect.doubled],
    }


# -- asking


def asked_of(source: Source) -> Iterator[Asked]:
    """Yield the schedules of the CronJobs in a file."""
    from joblint.manifests.document import documents, manifests
    from joblint.manifests.yaml.tree import Scalar

    for document in documents(source):
        for manifest in manifests(document, 0) if document.may_hold_job else ():
            node = manifest.field("spec", "schedule")
            if manifest.kind != "CronJob" or not isinstance(node, Scalar) or not isinstance(node.value, str):
                continue
            if any(start < node.end and end > node.start for start, end in document.holes):
                continue
            if any(hole in node.value for hole in _HOLES):
                continue
            line, column = source.position(document.outer(node.start))
            name = manifest.shown("metadata", "name") or manifest.shown("metadata", "generateName")
            where = f"{source.path}:{line}:{column}: {f'{manifest.kind} {name}'.strip()}"
            suspend = manifest.field("spec", "suspend")
            suspended = isinstance(suspend, Scalar) and suspend.value is True
            yield Asked(where, node.value, manifest.text("spec", "timeZone") or None, suspended)


# -- working it out


def explain(asked: Asked, minor: int, count: int, after: datetime | None) -> Explained:
    """Return the explanation of a schedule in a minor, with `count` runs after `after` (None: now)."""
    from joblint.kube.cron.words import in_words

    found = Explained(asked, minor)
    try:
        schedule = cron.parse(asked.schedule, legacy=minor < _NEWER_PARSER)
    except cron.ScheduleError as error:
        return found._replace(refused=_refusal(error))
    wrong = _wrong_zone(asked)
    if wrong is not None:
        return found._replace(refused=wrong)
    refused, notes = _judged(asked, minor)
    if refused is not None:
        return found._replace(refused=refused)
    if schedule.every:
        notes = (*notes, _EVERY)
    if asked.suspended:
        notes = (*notes, _SUSPENDED)
    zone = _zone(asked.time_zone or schedule.time_zone)
    start = _start(after, zone)
    runs = _runs(schedule, start, count)
    until = start.astimezone(UTC) + _YEAR
    changed = effects(schedule, zone, start, until) if schedule.fields else []
    rows = tuple(week(schedule, zone, start)) if next_run(schedule, start) is not None else ()
    return found._replace(
        words=in_words(schedule), notes=notes, runs=runs, changes=tuple(changed), until=until.date(), week=rows
    )


def _refusal(error: cron.ScheduleError) -> Wrong:
    better, text = cure(error), error.text
    word = text[error.start : error.end]
    if better is None and word.startswith("@"):
        better = nearest(word, cron.DESCRIPTORS) or None
    whole = None if better is None else text[: error.start] + better + text[error.end :]
    return Wrong(str(error), text, error.start, error.end, whole)


def _wrong_zone(asked: Asked) -> Wrong | None:
    from joblint.kube.cron import timezone

    zone = asked.time_zone
    why = None if zone is None else timezone.refusal(zone)
    return Wrong(why, zone, 0, len(zone), timezone.nearest(zone)) if why and zone is not None else None


def _judged(asked: Asked, minor: int) -> tuple[Wrong | None, tuple[str, ...]]:
    """Check a CronJob with this schedule. Return why the API server rejects it, and the messages of other rules."""
    import json

    from joblint.engine.api import lint_sources, make_settings

    spec: dict[str, Any] = {"schedule": asked.schedule}
    if asked.time_zone is not None:
        spec["timeZone"] = asked.time_zone
    pod = {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a:1"}]}
    spec["jobTemplate"] = {"spec": {"template": {"spec": pod}}}
    version = "batch/v1"
    text = json.dumps({"apiVersion": version, "kind": "CronJob", "metadata": {"name": "a"}, "spec": spec})
    found = lint_sources([Source("", text, "json")], make_settings(f"1.{minor}", select=_RULES))
    for one in found:
        if one.effect == "rejected":
            whole = asked.time_zone if "timeZone" in one.field and asked.time_zone else asked.schedule
            return Wrong(one.message, whole, 0, len(whole), None), ()
    return None, tuple(one.message for one in found)


def _zone(name: str | None) -> tzinfo:
    from joblint.kube.cron import timezone

    return UTC if not name or name == "Local" else timezone.load(name)


def _start(after: datetime | None, zone: tzinfo) -> datetime:
    """Return the start of the list in a time zone. A time without an offset is in that zone."""
    if after is None:
        return datetime.now(zone).replace(microsecond=0)
    return after.replace(tzinfo=zone) if after.utcoffset() is None else after.astimezone(zone)


def _runs(schedule: cron.Schedule, start: datetime, count: int) -> tuple[datetime, ...]:
    from datetime import timezone as fixed

    runs: list[datetime] = []
    at = next_run(schedule, start) if count else None
    while at is not None and len(runs) < count:
        runs.append(at.replace(tzinfo=fixed(at.utcoffset() or timedelta(0)), fold=0))
        at = next_run(schedule, at)
    return tuple(runs)
