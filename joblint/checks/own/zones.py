"""Check of the time zones that an expression names: the library would open any file of that name, even a FIFO.

Source: cel-go common/types/timestamp.go (timeZone) and Go's time.LoadLocation, which also reject such names.
"""

import re

from joblint.checks.own.syntax import Call, Expr, Literal, walk
from joblint.kube.names import names

_TAKES_ZONE = frozenset(
    (
        "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes",
        "getSeconds", "getMilliseconds",
    )
)  # fmt: skip
_WITH_ZONE = 2  # arguments, with the receiver
_ZONE = re.compile(r"(?!Fixed/|localtime$|Local$)[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*|[+-]?[0-9]{2}:[0-9]{2}|")


def wrong_zone(expression: Expr) -> str:
    """Return what is wrong with a time zone that an expression names; empty if nothing is."""
    for zone in _zones(expression):
        if isinstance(zone, Literal) and zone.value is not None and not _ZONE.fullmatch(zone.value):
            shown = names.short(zone.value)
            return f"`{shown}` is not a time zone: use a name such as `Europe/Berlin`, or an offset such as `+02:00`"
    return ""


def computed_zone(expression: Expr) -> bool:
    """Return whether a time zone is only known when the expression is evaluated."""
    return any(not isinstance(zone, Literal) for zone in _zones(expression))


def _zones(expression: Expr) -> list[Expr]:
    calls = [node for node in walk(expression) if isinstance(node, Call) and node.function in _TAKES_ZONE]
    return [node.arguments[1] for node in calls if len(node.arguments) == _WITH_ZONE]
