"""One field of a schedule: `*`, `5`, `1-5`, `*/15`, `MON-FRI`, and lists of these.

Source: robfig/cron v3.0.1, parser.go (getField, getRange, getBits, parseIntOrName, mustParseInt).
"""

import re
from typing import NamedTuple

from joblint.kube.gotext import lower

MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAY_NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")

_FOREIGN = ("L", "W", "#", "H")  # last, nearest working day, nth weekday of Quartz; hash of Jenkins
_MAX_QUOTED = 40  # characters of the text that messages repeat
_MAX_PARTS = 256  # kept for a field; more are not to be expected, and those that are not kept still count
_MAX_INT = (1 << 63) - 1
_MAX_DIGITS = len(str(_MAX_INT))


class Bounds(NamedTuple):
    """What one of the five fields may contain: its name in messages, its range of numbers, and their names."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()  # of low, low + 1 and so on


MINUTE = Bounds("minute", 0, 59)
HOUR = Bounds("hour", 0, 23)
DAY_OF_MONTH = Bounds("day of month", 1, 31)
MONTH = Bounds("month", 1, 12, MONTH_NAMES)
DAY_OF_WEEK = Bounds("day of week", 0, 6, DAY_NAMES)
FIELDS = (MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK)


class Part(NamedTuple):
    """One element of a field's list: its place, and the numbers from `low` to `high` (inclusive) by `step`."""

    text: str
    start: int
    end: int
    low: int
    high: int
    step: int
    star: bool


class Field(NamedTuple):
    """One field as written at text[start:end]; bit N of `bits` is set if N is in it.

    `star` says that it counts as `*` when day of month and day of week are combined. For a descriptor, `start` and
    `end` span the whole of it, and there are no parts.
    """

    bounds: Bounds
    text: str
    start: int
    end: int
    bits: int
    star: bool
    parts: tuple[Part, ...]

    @property
    def values(self) -> list[int]:
        """Return the numbers in this field, lowest first."""
        return [n for n in range(self.bounds.low, self.bounds.high + 1) if self.bits >> n & 1]


class FieldError(Exception):
    """What is wrong with the element of a field at text[start:end], and the kind of the error (see ScheduleError)."""

    def __init__(self, message: str, kind: str, start: int, end: int) -> None:
        super().__init__(message)
        self.kind, self.start, self.end = kind, start, end


def read(text: str, start: int, end: int, bounds: Bounds, legacy: bool) -> Field:
    """Read the field at text[start:end]. `legacy`: as robfig/cron v1.1.0 does. Raises FieldError."""
    bits, star = 0, False
    parts: list[Part] = []
    seen: set[str] = set()
    for match in re.compile("[^,]+").finditer(text, start, end):  # an empty element is ignored, as in Go
        at, to = match.span()
        written = match.group()
        if len(parts) == _MAX_PARTS and written in seen:
            continue
        try:
            low, high, step, starred = _part(written, bounds)
        except _WrongError as wrong:
            raise FieldError(wrong.args[0], wrong.kind, at, to) from None
        starred = starred and (legacy or step == 1)
        star |= starred
        bits |= _bits(low, high, step)
        if len(parts) < _MAX_PARTS:
            parts.append(Part(written, at, to, low, high, step, starred))
            seen.add(written)
    return Field(bounds, text[start:end], start, end, bits, star, tuple(parts))


def _bits(low: int, high: int, step: int) -> int:
    if step == 1:
        return (1 << high + 1) - (1 << low)
    return sum(1 << n for n in range(low, high + 1, step))


class _WrongError(Exception):
    """What is wrong with an element of a field, and the kind of the error."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


def _part(written: str, bounds: Bounds) -> tuple[int, int, int, bool]:
    """Return low, high, step, and whether it starts with a star: `*`, `N`, `N-M`, each with or without `/STEP`.

    After `*-` anything is accepted: the library does not look there.
    """
    span, slash, by = written.partition("/")
    first, dash, last = span.partition("-")
    star = first in ("*", "?")
    if star:
        low, high = bounds.low, bounds.high
    else:
        if "-" in last:
            raise _WrongError(f"{bounds.name} {quoted(written)} has more than one hyphen", "syntax")
        low = _number(first, written, bounds)
        high = _number(last, written, bounds) if dash else low
    if "/" in by:
        raise _WrongError(f"{bounds.name} {quoted(written)} has more than one slash", "syntax")
    step = _step(by, written, bounds) if slash else 1
    if slash and not dash:
        high = bounds.high
    _check(low, high, written, bounds)
    return low, high, step, star


def _check(low: int, high: int, written: str, bounds: Bounds) -> None:
    for number in (low, high):
        if not bounds.low <= number <= bounds.high:
            sunday = "; use 0 for Sunday" if bounds is DAY_OF_WEEK and number == len(DAY_NAMES) else ""
            whole = f"{bounds.name} {number} is not in {bounds.low}-{bounds.high}{sunday}"
            raise _WrongError(whole, "range")
    if low > high:
        named = bounds.names and not any(map(str.isdigit, written))
        last = bounds.names[-1].upper() if named else bounds.high
        raise _WrongError(
            f"{bounds.name} range {quoted(written)} is backwards, because a range cannot wrap past {last}", "range"
        )


def _number(text: str, written: str, bounds: Bounds) -> int:
    word = lower(text)
    if word in bounds.names:
        return bounds.low + bounds.names.index(word)
    number = _integer(text)
    if number is not None and number >= 0:
        return number
    if not text:
        raise _WrongError(f"a number is missing in {bounds.name} {quoted(written)}", "number")
    what = f"{bounds.name} {quoted(text)}" + ("" if text == written else f" in {quoted(written)}")
    if number is not None:
        raise _WrongError(f"{what} is negative", "number")
    words = f", or {bounds.names[0].upper()} to {bounds.names[-1].upper()}" if bounds.names else ""
    message = f"{what} is not a number from {bounds.low} to {bounds.high}{words}{_foreign(text)}"
    raise _WrongError(message, "name" if text.isalpha() and bounds.names else "number")


def _foreign(text: str) -> str:
    """Return what to add to a message about a sign that other crons know."""
    sign = text.strip("0123456789-")[:1].upper()
    return f"; Kubernetes does not support {sign}" if sign and sign in _FOREIGN and len(text) < _MAX_QUOTED else ""


def _step(text: str, written: str, bounds: Bounds) -> int:
    number = _integer(text)
    if number is None or number <= 0:
        raise _WrongError(f"the step of {bounds.name} {quoted(written)} is not a positive number", "step")
    return number


def _integer(text: str) -> int | None:
    """Return the number that Go's strconv.Atoi reads: a sign, ASCII digits, within 64 bits; None for anything else."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit()):
        return None
    digits = digits.lstrip("0") or "0"
    if len(digits) > _MAX_DIGITS or int(digits) > _MAX_INT:
        return None
    return -int(digits) if text[0] == "-" else int(digits)


def quoted(text: str) -> str:
    """Return text in backquotes, shortened if it is long."""
    return f"`{text if len(text) <= _MAX_QUOTED else text[:_MAX_QUOTED] + '…'}`"
