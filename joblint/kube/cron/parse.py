"""The schedule of a CronJob: the grammar of robfig/cron, with which Kubernetes parses `spec.schedule`.

Source: robfig/cron v3.0.1, parser.go (ParseStandard), which Kubernetes calls from 1.22 on in
pkg/apis/batch/validation/validation.go (validateScheduleFormat) and in its CronJob controller. Kubernetes 1.21 calls
v1.1.0 instead, which does not know `TZ=` and counts `*/2` as a star; `parse(..., legacy=True)` reads as that one does.
clock.py tells when a schedule fires; cure.py tells how to fix an invalid one.
"""

import re
from typing import NamedTuple

from joblint.kube.cron.field import FIELDS, Bounds, Field, FieldError, quoted, read
from joblint.kube.gotext import SPACE

TIME_ZONE_PREFIXES = ("TZ=", "CRON_TZ=")
EVERY = "@every "
_MAX_COUNTED = 20  # fields; more are not worth counting

# Descriptors, and the five fields that mean the same.
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
    """A schedule that Kubernetes rejects.

    `kind` is `empty`, `field-count`, `number` (not a number), `name` (an unknown name), `range`, `step`, `syntax`,
    `descriptor`, `duration` or `time-zone`. `start` and `end` are the offsets in the text of what is wrong; they span
    all of it if nothing narrower can be named. `field` is the name of the field (`day of week`); empty outside fields.
    """

    def __init__(self, message: str, kind: str, text: str, start: int, end: int, field: Bounds | None = None) -> None:
        super().__init__(message)
        self.kind, self.text, self.start, self.end, self.bounds = kind, text, start, end, field

    @property
    def field(self) -> str:
        """Return the name of the field that is wrong, such as `minute` or `day of week`; empty outside fields."""
        return self.bounds.name if self.bounds else ""


class Schedule(NamedTuple):
    """A schedule that Kubernetes accepts.

    `fields` are minute, hour, day of month, month and day of week; there are none with `@every`, whose whole seconds
    are in `every`. `descriptor` is the word with its `@`. `time_zone` is the value of the `TZ=` prefix; None if there
    is no such prefix.
    """

    text: str
    fields: tuple[Field, ...]
    descriptor: str | None = None
    every: int | None = None
    time_zone: str | None = None
    legacy: bool = False


def parse(text: str, *, legacy: bool = False) -> Schedule:
    """Parse `text` as Kubernetes parses `spec.schedule`. `legacy`: as Kubernetes 1.21 does. Raises ScheduleError.

    Whether `TZ=` is allowed together with `spec.timeZone`, or at all (not from 1.29 on), is not checked here.
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
    """Return the zone of a `TZ=` prefix, and the offset after it."""
    from joblint.kube.cron import timezone

    at, space = text.index("=") + 1, text.find(" ")
    if space < 0:
        raise ScheduleError(f"the schedule is missing after {text[:at]}", "time-zone", text, 0, len(text))
    zone = text[at:space]
    if not timezone.loads(zone):
        raise ScheduleError(timezone.refusal(zone) or "", "time-zone", text, at, space)
    return zone, space


def _miscounted(count: int) -> str:
    found = str(count) if count <= _MAX_COUNTED else f"more than {_MAX_COUNTED}"
    names = ", ".join(bounds.name for bounds in FIELDS)
    hint = "; seconds and years are not supported" if count > len(FIELDS) else ""
    return f"a schedule must have {len(FIELDS)} fields ({names}), but has {found}{hint}"


def _split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the places of the fields; no more than are worth counting."""
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
            f"{quoted(word)} is not one of {known}, or {EVERY.rstrip()} with a duration", "descriptor", text, start, end
        )
    plain = parse(DESCRIPTORS[word], legacy=legacy)
    fields = tuple(field._replace(text=word, start=start, end=end, parts=()) for field in plain.fields)
    return Schedule(text, fields, word, None, zone, legacy)


def _every(text: str, start: int, end: int) -> int:
    """Return the whole seconds of an `@every`; a shorter or negative duration counts as one second."""
    from joblint.kube.cron import duration

    try:
        return max(1, duration.parse(text[start:end]) // duration.SECOND)
    except duration.DurationError as error:
        raise ScheduleError(str(error), "duration", text, start, end) from error
