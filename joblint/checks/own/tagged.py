"""Values that Kubernetes has types of its own for: here maps with a key that names their kind."""

from collections.abc import Callable
from typing import Any

# Name, parameters, result, whether it is a member function, and what it does.
Row = tuple[str, tuple[str, ...], str, bool, Callable[..., Any]]
_KIND = "joblint.checks.own/"
QUANTITY, URL, IP, CIDR = (_KIND + kind for kind in ("quantity", "url", "ip", "cidr"))


def held(kind: str, value: Any) -> Any:
    """What a map of that kind holds. Raises ValueError."""
    if not isinstance(value, dict) or kind not in value:
        raise ValueError(f"that is no {kind.removeprefix(_KIND)}")
    return value[kind]


def holds(make: Callable[[str], Any], text: str) -> bool:
    """Whether a text is one of the kind that `make` makes."""
    try:
        make(text)
    except ValueError:
        return False
    return True
