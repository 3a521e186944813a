"""The schedule of a CronJob: the grammar of robfig/cron, which Kubernetes reads `spec.schedule` with.

Source: robfig/cron v3.0.1, parser.go (ParseStandard), which Kubernetes calls from 1.22 on in
pkg/apis/batch/validation/validation.go (validateScheduleFormat) and in its CronJob controller. Kubernetes 1.21 calls
v1.1.0 instead: it knows no `TZ=`, and a step leaves the star of `*/2` in force. `parse(..., legacy=True)` is that one.
When a schedule fires is in clock.py, how to fix a wrong one in cure.py.
"""

import re
from typing import NamedTuple

from joblint.kube.cron.field import FIELDS, Bounds, Field, FieldError, quoted, read
from joblint.kube.gotext import SPACE

TIME_ZONE_PREFIXES = ("TZ=", "CRON_TZ=")
EVERY = "@every "
_MAX_COUNTED = 20  # fields; of more, the number is not worth counting

# Descriptors as the five fields that mean the same.
DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


class ScheduleError(ValueError):
    """A schedule that Kubernetes refuses.

    `kind` is `empty`, `field-count`, `number` (not one), `name` (a word that is none), `range`, `step`, `syntax`,
    `descriptor`, `duration` or `time-zone`. `start` and `end` are the offsets in the text of what is wrong, all of it
    where nothing is narrower. `field` is the name of the field (`day of week`), empty where it is in none.
    """

    def __init__(self, message: str, kind: str, text: str, start: int, end: int, field: Bounds | None = None) -> None:
        super().__init__(message)
        self.kind, self.text, self.start, self.end, self.bounds = kind, text, start, end, field

    @property
    def field(self) -> str:
        """The name of the field that is wrong, as `minute` or `day of week`; empty where it is in none."""
        return self.bounds.name if self.bounds else ""


class Schedule(NamedTuple):
    """A schedule that Kubernetes takes.

    `fields` are minute, hour, day of month, month and day of week; there are none with `@every`, whose whole seconds
    are in `every`. `descriptor` is the word behind `@`, at included. `time_zone` is what stands behind `TZ=`, None
    where there is no such prefix.
    """

    text: str
    fields: tuple[Field, ...]
    descriptor: str | None = None
    every: int | None = None
    time_zone: str | None = None
    legacy: bool = False


def parse(text: str, *, legacy: bool = False) -> Schedule:
    """Read `text` as Kubernetes reads `spec.schedule`. `legacy`: as Kubernetes 1.21 does. Raises ScheduleError.

    Whether `TZ=` is allowed beside `spec.timeZone`, or at all (not from 1.29 on), is not asked here.
    """
    if not text:
        raise ScheduleError("the schedule is empty", "empty", text, 0, 0)
    start, end, zone = 0, len(text), None
    if not legacy and text.startswith(TIME_ZONE_PREFIXES):
        zone, start = _time_zone(text)
        start = end - len(text[start:].lstrip(SPACE))
        end = max(start, len(text.rstrip(SPACE)))
    if text.startswith("@", start):
        return _descriptor(text, start, end, zone, legacy)
    spans = _split(text, start, end)
    if len(spans) != len(FIELDS):
        raise ScheduleError(_miscounted(len(spans)), "field-count", text, 0, len(text))
    fields = tuple(_field(text, span, bounds, legacy) for span, bounds in zip(spans, FIELDS, strict=True))
    return Schedule(text, fields, time_zone=zone, legacy=legacy)


def _field(text: str, span: tuple[int, int], bounds: Bounds, legacy: bool) -> Field:
    try:
        return read(text, *span, bounds, legacy)
    except FieldError as error:
        raise ScheduleError(error.args[0], error.kind, text, error.start, error.end, bounds) from None


def _time_zone(text: str) -> tuple[str, int]:
    """The zone of a `TZ=` prefix, and the offset behind it."""
    from joblint.kube.cron import timezone

    at, space = text.index("=") + 1, text.find(" ")
    if space < 0:
        raise ScheduleError(f"there is no schedule behind {text[:at]}", "time-zone", text, 0, len(text))
    zone = text[at:space]
    if not timezone.loads(zone):
        raise ScheduleError(timezone.refusal(zone) or "", "time-zone", text, at, space)
    return zone, space


def _miscounted(count: int) -> str:
    found = str(count) if count <= _MAX_COUNTED else f"more than {_MAX_COUNTED}"
    names = ", ".join(bounds.name for bounds in FIELDS)
    hint = "; there are none for seconds or a year" if count > len(FIELDS) else ""
    return f"a schedule has {len(FIELDS)} fields ({names}), this one has {found}{hint}"


def _split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the fields stand; no more than are worth counting."""
    spans: list[tuple[int, int]] = []
    for match in re.compile(f"[^{SPACE}]+").finditer(text, start, end):
        spans.append(match.span())
        if len(spans) > _MAX_COUNTED:
            break
    return spans


def _descriptor(text: str, start: int, end: int, zone: str | None, legacy: bool) -> Schedule:
    word = text[start:end]
    if word.startswith(EVERY):
        seconds = _every(text, start + len(EVERY), end)
        return Schedule(text, (), EVERY.rstrip(), seconds, zone, legacy)
    if word not in DESCRIPTORS:
        known = ", ".join(DESCRIPTORS)
        raise ScheduleError(
            f"{quoted(word)} is not {known} or {EVERY.rstrip()} with a time", "descriptor", text, start, end
        )
    plain = parse(DESCRIPTORS[word], legacy=legacy)
    fields = tuple(field._replace(text=word, start=start, end=end, parts=()) for field in plain.fields)
    return Schedule(text, fields, word, None, zone, legacy)


def _every(text: str, start: int, end: int) -> int:
    """The whole seconds of an `@every`; a shorter time, or one that runs backwards, counts as one second."""
    from joblint.kube.cron import duration

    try:
        return max(1, duration.parse(text[start:end]) // duration.SECOND)
    except duration.DurationError as error:
        raise ScheduleError(str(error), "duration", text, start, end) from error
