"""Time zones: which names Kubernetes accepts in `spec.timeZone`, and the zones themselves.

Names and zones are those of PyPI's `tzdata`, never the system's, so that two machines agree. Kubernetes reads the same
database: first the files of its image or host (/usr/share/zoneinfo), then the copy that Go has compiled in.

Source: pkg/apis/batch/validation/validation.go, validateTimeZone. It exists since 1.24; since 1.27 it also checks the
characters of the name, which makes no difference for a name that is in the database.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_MAX_NAME = 64  # longer than any name: a longer one is not compared
# Abbreviations that mean one place to nearly everybody, and that are not in the database.
_ABBREVIATIONS = {
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "mdt": "America/Denver",
    "cdt": "America/Chicago",
    "edt": "America/New_York",
    "bst": "Europe/London",
    "cest": "Europe/Berlin",
    "jst": "Asia/Tokyo",
    "kst": "Asia/Seoul",
    "aest": "Australia/Sydney",
    "aedt": "Australia/Sydney",
    "z": "UTC",
}
# The release of the database that is compiled into a minor's programs. Source: cmd/kube-controller-manager and
# cmd/kube-apiserver import Go's time/tzdata; .go-version of the last patch release (1.26.15, 1.27.16,
# 1.28.15, 1.29.15, 1.30.14, 1.31.14, 1.32.13, 1.33.13, 1.34.4, 1.35.6, 1.36.4, 1.37.1) names the Go release, whose
# lib/time/update.bash names the database's. Go before 1.21, which built 1.25 and older, is not published as a module.
COMPILED_IN = {
    26: "2023c", 27: "2023d", 28: "2023d", 29: "2024a", 30: "2024a", 31: "2025a", 32: "2025a", 33: "2025b", 34: "2025a",
    35: "2025b", 36: "2025c", 37: "2025c",
}  # fmt: skip


def refusal(name: str) -> str | None:
    """Return why Kubernetes rejects `spec.timeZone: name` (in any minor with the field); None if it accepts it."""
    if not name:
        return "the time zone is empty: remove the field, or use a name such as `Europe/Paris`"
    if name.lower() == "local":
        return f"`{name}` is not allowed because it depends on the machine: use a name such as `Europe/Paris`"
    if name not in names():
        return f"`{_short(name)}` is not an IANA time zone: use a name such as `Europe/Paris`"
    return None


def loads(name: str) -> bool:
    """Return whether Go's time.LoadLocation accepts `name`: unlike spec.timeZone, `TZ=` may be empty or `Local`."""
    return name in ("", "Local") or name in names()


def release() -> str:
    """Return the release of the database that joblint uses, such as `2026f`."""
    from importlib import import_module

    return str(import_module("tzdata").IANA_VERSION)


@cache
def names() -> frozenset[str]:
    """Return every name in the database, including links. This reads one file of 10 KB, once."""
    return frozenset(_resource("zones").decode("ascii").split())


@cache
def load(name: str) -> "ZoneInfo":
    """Return the zone of that name. Raises KeyError if the database has none."""
    from io import BytesIO
    from zoneinfo import ZoneInfo

    return ZoneInfo.from_file(BytesIO(data(name)), key=name)


def data(name: str) -> bytes:
    """Return the database's file for the zone of that name, in TZif. Raises KeyError if it has none."""
    if name not in names():
        raise KeyError(name)
    return _resource("zoneinfo", *name.split("/"))


def nearest(name: str) -> str | None:
    """Return the name that was probably meant (other case, only a city, an abbreviation, a typo); None if unclear."""
    if not name or len(name) > _MAX_NAME:
        return None
    wanted = name.strip().replace(" ", "_").lower()
    lowered = {known.lower(): known for known in sorted(names())}
    if wanted in lowered:
        return lowered[wanted]
    cities = sorted(known for low, known in lowered.items() if low.rpartition("/")[2] == wanted)
    if len(cities) == 1:
        return cities[0]
    return _ABBREVIATIONS.get(wanted) or _offset(wanted) or _similar(wanted, lowered)


def _offset(wanted: str) -> str | None:
    """Return the zone of an offset: `utc+2` is `Etc/GMT-2`, because these names reverse the sign."""
    for prefix in ("utc", "gmt"):
        sign, hours = wanted[len(prefix) :][:1], wanted[len(prefix) + 1 :]
        if wanted.startswith(prefix) and sign in ("+", "-") and hours.isascii() and hours.isdigit():
            hours = hours.lstrip("0") or "0"
            known = f"Etc/GMT{'-' if sign == '+' else '+'}{hours}"
            return known if known in names() else None
    return None


def _similar(wanted: str, lowered: dict[str, str]) -> str | None:
    from joblint.kube.nearest import SURE, as_written, nearest

    return lowered.get(nearest(wanted, lowered, cutoff=SURE, folded=as_written))


def _resource(*path: str) -> bytes:
    """Return a file of the tzdata package, through its loader, so that it may be in a zip file."""
    import os
    from importlib import import_module

    tzdata = import_module("tzdata")
    base, loader = os.path.dirname(str(tzdata.__file__)), tzdata.__loader__
    data: bytes = loader.get_data(os.path.join(base, *path))  # type: ignore[union-attr]
    return data


def _short(text: str) -> str:
    return text if len(text) <= _MAX_NAME else text[:_MAX_NAME] + "…"
