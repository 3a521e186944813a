"""How to fix a schedule that Kubernetes rejects, if it is clear what its author meant.

Loaded when a suggestion is asked for. Every fix is tried: what is suggested parses.
"""

from joblint.kube.cron import parse as cron
from joblint.kube.cron.field import DAY_OF_WEEK, FIELDS, HOUR, MINUTE, Bounds
from joblint.kube.cron.parse import DESCRIPTORS, EVERY, ScheduleError
from joblint.kube.gotext import SPACE, lower

_QUOTES = "\"'`"
_MAX_LENGTH = 200  # of a text that is worth fixing
_MAX_MISTAKES = 10  # in one schedule
# fmt: off
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december")
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_UNITS = {"sec": "s", "secs": "s", "second": "s", "seconds": "s", "min": "m", "mins": "m", "minute": "m",
          "minutes": "m", "hr": "h", "hrs": "h", "hour": "h", "hours": "h"}
_HOURS = {"d": 24, "day": 24, "days": 24, "w": 168, "week": 168, "weeks": 168}
# fmt: on
_EVERY_MINUTE = ("minutely", "every_minute", "every minute")


def cure(error: ScheduleError) -> str | None:
    """Return what to write in place of error.text[error.start:error.end]; None if that is not clear."""
    if len(error.text) > _MAX_LENGTH:
        return None
    written = error.text[error.start : error.end]
    if error.bounds is not None:
        cured = _part(written, error.bounds)
    elif error.kind == "field-count":
        cured = _whole(written)
    elif error.kind == "duration":
        cured = _duration(written)
    elif error.kind == "descriptor":
        cured = _descriptor(written)
    elif error.kind == "time-zone":
        cured = _time_zone(error)
    else:
        return None
    return cured if cured is not None and _better(error, cured) else None


def whole(error: ScheduleError) -> tuple[str, bool] | None:
    """Return the whole schedule with all its mistakes fixed, and whether nothing else can have been meant.

    None if one of them has no fix.
    """
    sure = True
    for _ in range(_MAX_MISTAKES):
        better = cure(error)
        if better is None:
            return None
        sure = sure and _sure(error, better)
        text = error.text[: error.start] + better + error.text[error.end :]
        try:
            cron.parse(text)
        except ScheduleError as other:
            error = other
        else:
            return text, sure
    return None


def _sure(error: ScheduleError, better: str) -> bool:
    """Return whether nothing but `better` can have been meant.

    Not sure are: another time zone, the fields of other programs (Quartz counts days from 1), and hour 24 (it can be
    either midnight).
    """
    written = error.text[error.start : error.end]
    if error.kind == "time-zone":
        return written.lower() == better.lower()
    if error.kind == "field-count":
        return _without_seconds(written.split()) != better
    return error.bounds not in (HOUR, MINUTE) or not better.isdigit()


def _better(error: ScheduleError, cured: str) -> bool:
    """Return whether nothing is wrong up to the end of the fix; another mistake may follow after it."""
    text = error.text[: error.start] + cured + error.text[error.end :]
    try:
        cron.parse(text)
    except ScheduleError as other:
        return error.bounds is not None and other.start >= error.start + len(cured)
    return True


def _time_zone(error: ScheduleError) -> str | None:
    from joblint.kube.cron import timezone

    at = error.text.index("=") + 1
    return timezone.nearest(error.text[error.start : error.end]) if error.start == at else None


# -- the whole


def _whole(text: str) -> str | None:
    plain = text.strip(SPACE + _QUOTES)
    fields = plain.split()
    if plain != text and _parses(plain):
        return plain
    word = "_".join(fields).lower()
    if word in _EVERY_MINUTE:
        return "* * * * *"
    if len(fields) == 1:
        return "@" + word if "@" + word in DESCRIPTORS else None
    return _joined(fields) or _without_seconds(fields)


def _without_seconds(fields: list[str]) -> str | None:
    """Return the schedule without the seconds that Quartz and others write first, and the year that some write last."""
    extra = len(fields) - len(FIELDS)
    if extra not in (1, 2) or fields[0].strip("0") or (extra == 2 and fields[-1] not in ("*", "?")):
        return None
    rest = " ".join(fields[1 : len(FIELDS) + 1])
    return rest if _parses(rest) else None


def _joined(fields: list[str]) -> str | None:
    """Return the schedule without blanks inside a step, a list or a range, such as `* /5` and `1, 2`."""
    joined = " ".join(fields)
    for sign in ("/", ",", "-"):
        joined = sign.join(piece.strip() for piece in joined.split(sign))
    return joined if _parses(joined) else None


# -- after an `@`


def _descriptor(word: str) -> str | None:
    plain = lower(word).strip(SPACE)
    bare = plain.lstrip("@").strip(SPACE)
    if "@" + bare in DESCRIPTORS:
        return "@" + bare
    if bare in _EVERY_MINUTE:
        return "* * * * *"
    if bare.startswith("every"):
        time = bare.removeprefix("every").lstrip(SPACE + "_-:=")
        return EVERY + (_duration(time) or time)
    return None


def _duration(text: str) -> str | None:
    """Return a duration in Go's units: `1 day` is 24h, `5 min` is 5m."""
    plain = "".join(text.lower().split())
    digits = plain.rstrip("abcdefghijklmnopqrstuvwxyz")
    unit = plain[len(digits) :]
    if unit in _HOURS and digits.isascii() and digits.isdigit():
        return f"{int(digits) * _HOURS[unit]}h"
    return digits + _UNITS.get(unit, unit)


# -- one element of a field


def _part(written: str, bounds: Bounds) -> str | None:
    for way in (_unquoted, _star, _name, _around, _above):
        cured = way(written, bounds)
        if cured is not None:
            return cured
    return None


def _unquoted(written: str, _bounds: Bounds) -> str | None:
    """Return the text without quotes that became part of the value."""
    plain = written.strip(_QUOTES)
    return plain if plain != written and plain else None


def _star(written: str, bounds: Bounds) -> str | None:
    """Correct a misspelt star: `*/*` and `*/` become `*`; `/5`, `*5` and `**/5` become `*/5`."""
    digits = written.lstrip("*/")
    if not written.startswith(("*", "/")) or set(written) <= {"*"}:
        return "*" if written == "**" else None
    if not digits:
        return "*"
    return f"*/{digits}" if digits.isascii() and digits.isdigit() and int(digits) > 0 else None


def _name(written: str, bounds: Bounds) -> str | None:
    """Shorten the names of days and months to three letters: `Monday` becomes `Mon`."""
    full = _DAYS if bounds is DAY_OF_WEEK else _MONTHS
    words = written.split("-")
    if not bounds.names or len(words) > 2:
        return None
    short = [
        word[:3] if len(word) > 3 and any(name.startswith(word.lower()) for name in full) else word for word in words
    ]
    return "-".join(short) if short != words else None


def _around(written: str, bounds: Bounds) -> str | None:
    """Split a range that wraps around: `FRI-MON` becomes `FRI-SAT,SUN-MON`, `22-6` becomes `22-23,0-6`."""
    span, slash, by = written.partition("/")
    low, high = _ends(span, bounds)
    if low is None or high is None or not bounds.low <= high < low <= bounds.high:
        return None
    first, _, last = span.partition("-")
    if slash:
        size = bounds.high - bounds.low + 1
        numbers = range(low, high + size + 1, int(by)) if by.isascii() and by.isdigit() and int(by) else range(0)
        return ",".join(str(n if n <= bounds.high else n - size) for n in numbers) or None
    top, bottom = (str(bounds.high), str(bounds.low))
    if bounds.names and first.isalpha():
        top, bottom = bounds.names[-1].upper(), bounds.names[0].upper()
    left = first if low == bounds.high else f"{first}-{top}"
    return f"{left},{last}" if high == bounds.low else f"{left},{bottom}-{last}"


def _above(written: str, bounds: Bounds) -> str | None:
    """Correct a number that is one above the highest: Sunday as 7, midnight as 24, the full hour as 60."""
    if bounds not in (DAY_OF_WEEK, HOUR, MINUTE):
        return None
    span, slash, by = written.partition("/")
    beyond = bounds.high + 1
    if not slash and span.isascii() and span.isdigit() and len(span) < 4 and int(span) == beyond:
        return str(bounds.low)
    low, high = _ends(span, bounds)
    if low is None or high != beyond or not bounds.low <= low < high:
        return None
    if bounds is not DAY_OF_WEEK:
        return ("*" + slash + by) if low == bounds.low else None
    step = int(by) if by.isascii() and by.isdigit() and len(by) < 4 else 1
    days = sorted({n % beyond for n in range(low, high + 1, max(1, step))})
    if len(days) == beyond:
        return "*"
    if slash or low == bounds.high:
        return ",".join(map(str, days))
    return f"{bounds.low},{low}-{bounds.high}"


def _ends(span: str, bounds: Bounds) -> tuple[int | None, int | None]:
    """Return the ends of a range, by number or by name; None for an end that is neither."""
    first, dash, last = span.partition("-")

    def number(word: str) -> int | None:
        if word.lower() in bounds.names:
            return bounds.low + bounds.names.index(word.lower())
        return int(word) if word.isascii() and word.isdigit() and len(word) < 4 else None

    return (number(first), number(last)) if dash else (None, None)


def _parses(text: str) -> bool:
    try:
        cron.parse(text)
    except ScheduleError:
        return False
    return True
