"""Describe values in words: quantities, images, seconds, and when a schedule runs next."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from joblint.kube.cron.clock import ever_fires, next_run
from joblint.kube.cron.words import duration, in_words

if TYPE_CHECKING:
    from joblint.kube.quantity.quantity import Quantity

_CPU = "cpu"
_BYTES = ("memory", "storage", "ephemeral-storage", "sizeLimit")
_HUGE_PAGES = "hugepages-"
_MAX_DIGITS = 24  # of a quantity that is written out
_BINARY = ((1 << 60, "EiB"), (1 << 50, "PiB"), (1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))
_DECIMAL = ((10**18, "EB"), (10**15, "PB"), (10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB"))
_SHOWN = 3  # next runs


def quantity(text: str, name: str) -> str:
    """Return a quantity of a resource or field of that name in words; empty if it is invalid, or too long to show."""
    from joblint.kube.quantity.quantity import QuantityError, parse

    try:
        found = parse(text.strip())
    except QuantityError:
        return ""
    number = _written_out(found)
    if not number:
        return ""
    if name == _CPU:
        return f"{number} CPU core" + ("" if number == "1" else "s")
    if name in _BYTES or name.startswith(_HUGE_PAGES):
        return f"{number} byte{'' if number == '1' else 's'}{_in_units(number)}"
    return number


def _written_out(quantity: "Quantity") -> str:
    """Return a quantity as a decimal number with commas; empty if that would be too long."""
    digits = quantity.digits.rstrip("0") or "0"
    exponent = quantity.exponent + len(quantity.digits) - len(digits) if quantity.digits else 0
    if len(digits) + abs(exponent) > _MAX_DIGITS:
        return ""
    whole, fraction = (digits + "0" * exponent, "") if exponent >= 0 else _split(digits, -exponent)
    shown = f"{int(whole or '0'):,}" + (f".{fraction}" if fraction else "")
    return f"-{shown}" if quantity.negative else shown


def _split(digits: str, places: int) -> tuple[str, str]:
    padded = digits.rjust(places, "0")
    return padded[: len(padded) - places], padded[len(padded) - places :].rstrip("0")


def _in_units(number: str) -> str:
    """Return a number of bytes in larger units."""
    if "." in number or number.startswith("-"):
        return ""
    size = int(number.replace(",", ""))
    shown = [_rounded(size, units) for units in (_BINARY, _DECIMAL)]
    return f" ({', '.join(filter(None, shown))})" if any(shown) else ""


def _rounded(size: int, units: tuple[tuple[int, str], ...]) -> str:
    for unit, name in units:
        if size >= unit:
            exact, text = size * 100 % unit == 0, f"{size / unit:.2f}".rstrip("0").rstrip(".")
            return f"{'' if exact else 'about '}{text} {name}"
    return ""


def image(text: str) -> str:
    """Return what an image reference means in full, as Markdown; empty if it is not valid."""
    from joblint.kube.names.images import DEFAULT_TAG, read

    found = read(text)
    if found is None:
        return ""
    parts = [f"Registry `{found.registry}`"] if found.registry else []
    parts.append(f"repository `{found.repository}`")
    if found.tag or not found.digest:
        parts.append(f"tag `{found.tag or DEFAULT_TAG}`" + ("" if found.tag else " (the default)"))
    if found.digest:
        parts.append(f"digest `{found.digest}`")
    said = ", ".join(parts)
    if found.floats:
        said += ". The image that it refers to can change from one run to the next"
    return said[0].upper() + said[1:] + "."


def seconds(number: int) -> str:
    """Return a number of seconds in words, if that is clearer; else empty."""
    return duration(number) if 60 <= number < 10**12 else ""


class Clock:
    """A schedule with its time zone, at a moment. Raises ValueError for what Kubernetes rejects."""

    def __init__(self, schedule: str, zone: str, now: datetime, *, legacy: bool = False) -> None:
        from joblint.kube.cron import timezone
        from joblint.kube.cron.parse import parse

        self.schedule, self.now, self.zone = parse(schedule, legacy=legacy), now, zone
        refused = timezone.refusal(zone) if zone else None
        if refused:
            raise ValueError(refused)

    @property
    def words(self) -> str:
        """Return when it runs, in words, with the name of the time zone if it is set."""
        said = in_words(self.schedule)
        return f"{said} {self.zone}" if self.zone and self._has_clock() else said

    def _has_clock(self) -> bool:
        return not self.schedule.every and ever_fires(self.schedule)

    def next(self, count: int = _SHOWN) -> list[str]:
        """Return the next times at which it runs; none if they depend on the last run (`@every`)."""
        from joblint.kube.cron import timezone

        at: datetime | None = self.now.astimezone(timezone.load(self.zone) if self.zone else UTC)
        shown: list[str] = []
        while self._has_clock() and at is not None and len(shown) < count:
            at = next_run(self.schedule, at)
            if at is not None:
                shown.append(_shown(at))
        return shown


def _shown(at: datetime) -> str:
    """Return a moment in its time zone, such as "Mon 2026-11-23 03:00 +01:00"."""
    offset = at.strftime("%z")
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[at.weekday()]
    return f"{day} {at:%Y-%m-%d %H:%M} " + ("UTC" if offset == "+0000" else f"{offset[:3]}:{offset[3:5]}")
