"""Values for which Kubernetes has its own types: here they are maps with a key that names their kind."""

from collections.abc import Callable
from typing import Any

# Name, parameters, result, whether it is a member function, and what it does.
Row = tuple[str, tuple[str, ...], str, bool, Callable[..., Any]]
_KIND = "joblint.checks.own/"
QUANTITY, URL, IP, CIDR = (_KIND + kind for kind in ("quantity", "url", "ip", "cidr"))


def held(kind: str, value: Any) -> Any:
    """Return the content of a map of that kind. Raises ValueError."""
    if not isinstance(value, dict) or kind not in value:
        raise ValueError(f"the value is not of type `{kind.removeprefix(_KIND)}`")
    return value[kind]


def holds(make: Callable[[str], Any], text: str) -> bool:
    """Return whether `make` accepts a text."""
    try:
        make(text)
    except ValueError:
        return False
    return True
