"""The functions that Kubernetes adds to CEL, as far as the library supports them.

Source: apiserver pkg/cel/library (quantity.go, regex.go, lists.go, urls.go, ip.go, cidr.go), 1.37; `sets` is
cel-go's ext/sets.go. The library does not support custom types, so a quantity, URL, address or network is a map here,
with one key that names its kind; equal values are equal maps.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

from joblint.checks.own.addresses import ADDRESSES, URLS
from joblint.checks.own.quantities import QUANTITIES
from joblint.checks.own.tagged import Row


def extension(cel: Any) -> Any:
    """Return all functions, as an extension for an environment."""
    overloads_by_name: dict[str, list[Any]] = {}
    for name, parameters, result, member, impl in _table():
        kind = "_".join((name, *parameters))
        types = [_type(cel, one) for one in parameters]
        overload = cel.Overload(kind, _type(cel, result), types, is_member=member, impl=impl)
        overloads_by_name.setdefault(name, []).append(overload)
    return cel.CelExtension(
        "joblint", [cel.FunctionDecl(name, overloads) for name, overloads in overloads_by_name.items()]
    )


def _type(cel: Any, name: str) -> Any:
    types = cel.Type
    if name == "list":
        return types.List(types.DYN)
    if name == "map":
        return types.Map(types.STRING, types.DYN)
    return getattr(types, name.upper())


def _table() -> Iterator[Row]:
    """Yield for each function its name, parameters, result, whether it is a member function, and its implementation."""
    yield from QUANTITIES
    yield from _TEXTS
    yield from _LISTS
    yield from _SETS
    yield from URLS
    yield from ADDRESSES


# -- texts


@lru_cache(256)
def _compiled(pattern: str) -> Any:
    """Return a compiled pattern of RE2, as in CEL's `matches`. Raises ValueError."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0] if error.args else ""
        said = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        raise ValueError(f"not a valid regular expression: {said}") from None


def _find(text: str, pattern: str) -> str:
    match = _compiled(pattern).search(text)
    return "" if match is None else str(match.group())


def _find_all(text: str, pattern: str, limit: int = -1) -> list[str]:
    matches: list[str] = []
    last = -1
    for match in _compiled(pattern).finditer(text):
        if match.start() == match.end() == last:  # as in Go, an empty match directly after another is skipped
            continue
        if 0 <= limit <= len(matches):
            break
        last = match.end()
        matches.append(match.group())
    return matches


_TEXTS: list[Row] = [
    ("find", ("string", "string"), "string", True, _find),
    ("findAll", ("string", "string"), "list", True, _find_all),
    ("findAll", ("string", "string", "int"), "list", True, _find_all),
]


# -- lists


_ORDERED = {bool, float, str, bytes, datetime, timedelta}


def _ordered(function: str, values: list[Any]) -> list[Any]:
    """Return values that can be ordered. Raises ValueError."""
    kinds = {float if type(one) is int else type(one) for one in values}
    if len(kinds) > 1 or not kinds <= _ORDERED:
        raise ValueError(f"`{function}` requires a list of comparable values of the same type")
    return values


def _sorted(values: list[Any]) -> bool:
    return all(a <= b for a, b in pairwise(_ordered("isSorted", values)))


def _sort(values: list[Any]) -> list[Any]:
    return sorted(_ordered("sort", values))


def _sum(values: list[Any]) -> Any:
    kinds = {type(one) for one in values}
    if kinds not in (set(), {int}, {float}):
        raise ValueError("`sum` requires a list of numbers of the same type")
    total = sum(values)
    if kinds == {int} and not -(1 << 63) <= total < 1 << 63:
        raise ValueError("integer overflow")
    return total


def _index(values: list[Any], value: Any) -> int:
    return next((number for number, one in enumerate(values) if _same(one, value)), -1)


def _last(values: list[Any], value: Any) -> int:
    index = _index(values[::-1], value)
    return -1 if index < 0 else len(values) - 1 - index


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _slice(values: list[Any], start: int, end: int) -> list[Any]:
    if not 0 <= start <= end <= len(values):
        elements = "1 element" if len(values) == 1 else f"{len(values)} elements"
        raise ValueError(f"`slice` from {start} to {end} is out of range: the list has {elements}")
    return values[start:end]


def _distinct(values: list[Any]) -> list[Any]:
    distinct: list[Any] = []
    for one in values:
        if _index(distinct, one) < 0:
            distinct.append(one)
    return distinct


def _flat(values: list[Any]) -> list[Any]:
    return [one for inner in values for one in (inner if isinstance(inner, list) else [inner])]


def _least(values: list[Any]) -> Any:
    return min(_some("min", values))


def _most(values: list[Any]) -> Any:
    return max(_some("max", values))


def _some(function: str, values: list[Any]) -> list[Any]:
    if not values:
        raise ValueError(f"`{function}` is called on an empty list")
    if isinstance(values[0], datetime | timedelta):
        raise ValueError(f"joblint does not evaluate `{function}` of times")
    return _ordered(function, values)


_LISTS: list[Row] = [
    ("isSorted", ("list",), "bool", True, _sorted),
    ("sum", ("list",), "dyn", True, _sum),
    ("min", ("list",), "dyn", True, _least),
    ("max", ("list",), "dyn", True, _most),
    ("indexOf", ("list", "dyn"), "int", True, _index),
    ("lastIndexOf", ("list", "dyn"), "int", True, _last),
    ("slice", ("list", "int", "int"), "list", True, _slice),
    ("sort", ("list",), "list", True, _sort),
    ("distinct", ("list",), "list", True, _distinct),
    ("flatten", ("list",), "list", True, _flat),
]


def _contains(all_: list[Any], some: list[Any]) -> bool:
    return all(_index(all_, one) >= 0 for one in some)


_SETS: list[Row] = [
    ("sets.contains", ("list", "list"), "bool", False, _contains),
    ("sets.equivalent", ("list", "list"), "bool", False, lambda a, b: _contains(a, b) and _contains(b, a)),
    ("sets.intersects", ("list", "list"), "bool", False, lambda a, b: any(_index(b, one) >= 0 for one in a)),
]
