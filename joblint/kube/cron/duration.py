"""Durations as Go's time.ParseDuration reads them (`1h30m`, `-1.5s`), for `@every`.

Source: Go's src/time/format.go (ParseDuration, leadingInt, leadingFraction), the same in every Go release that built
Kubernetes.
"""

import re

SECOND = 10**9  # nanoseconds

_UNITS = {
    "ns": 1,
    "us": 10**3,
    "\u00b5s": 10**3,  # micro sign
    "\u03bcs": 10**3,  # Greek mu
    "ms": 10**6,
    "s": SECOND,
    "m": 60 * SECOND,
    "h": 3600 * SECOND,
}
_LIMIT = 1 << 63
_FRACTION_LIMIT = (_LIMIT - 1) // 10
_MAX_DIGITS = len(str(_LIMIT))  # longer numbers overflow, and int() would be slow
_MAX_FRACTION = 60  # further digits after the point are less than a nanosecond, and Go does not read that far
_TERM = r"([0-9]*)(\.?)([0-9]*)([^0-9.]*)"


class DurationError(ValueError):
    """Text that is not a valid duration; `unit` is the unit that Go does not know, if that is what is wrong."""

    def __init__(self, message: str, unit: str = "") -> None:
        super().__init__(message)
        self.unit = unit


def parse(text: str) -> int:
    """Return the nanoseconds of `text`. Raises DurationError."""
    negative = text[:1] == "-"
    at = 1 if text[:1] in ("-", "+") else 0
    if text[at:] == "0":
        return 0
    if at == len(text):
        raise DurationError("the duration is missing; use a duration such as 1h30m")
    term, total = re.compile(_TERM), 0
    while at < len(text):
        match = term.match(text, at)
        assert match is not None  # every part of the pattern may be empty
        total += _term(*match.groups())
        at = match.end()
        if total > _LIMIT:
            raise _overflow()
    if not negative and total == _LIMIT:
        raise _overflow()
    return -total if negative else total


def _term(whole: str, dot: str, fraction: str, unit: str) -> int:
    if not whole and not fraction:
        raise DurationError("a duration must be a number with a unit, such as 1h30m")
    if unit not in _UNITS:
        if not unit:
            raise DurationError(
                f"the number {_short(whole + dot + fraction)} has no unit; use a duration such as 90s, 5m or 1h30m", ""
            )
        raise DurationError(f"`{_short(unit)}` is not a valid unit of time; use h, m or s", unit)
    digits = whole.lstrip("0")
    if len(digits) > _MAX_DIGITS:
        raise _overflow()
    value = int(digits or "0") * _UNITS[unit]
    if value > _LIMIT:
        raise _overflow()
    return value + _fraction(fraction, _UNITS[unit])


def _fraction(digits: str, unit: int) -> int:
    """Return the value of the digits after the point; Go computes it in floating point, from as many as fit 64 bits."""
    value, scale = 0, 1.0
    for digit in digits[:_MAX_FRACTION]:
        more = value * 10 + int(digit)
        if value > _FRACTION_LIMIT or more > _LIMIT:
            break
        value, scale = more, scale * 10
    return int(float(value) * (unit / scale)) if value else 0


def _short(text: str) -> str:
    return text if len(text) <= 20 else text[:20] + "…"


def _overflow() -> DurationError:
    return DurationError("the duration is longer than Go can count (about 292 years)")
