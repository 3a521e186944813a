"""A search for names that are almost one of a few others (a slip, to rules), without comparing all pairs."""

import re
from collections.abc import Iterable, Iterator

from joblint.checks.neighbours.references import is_slip


class Near:
    """Some names, indexed by the parts that a similar name has in common with them."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_key: dict[str, list[str]] = {}
        self._said: dict[str, bool] = {}
        for name in names:
            for key in _keys(name):
                self._by_key.setdefault(key, []).append(name)

    def has(self, other: str) -> bool:
        """Return whether one of the names may be a slip for another."""
        said = self._said.get(other)
        if said is None:
            said = self._said[other] = any(
                is_slip(name, other) for key in _keys(other) for name in self._by_key.get(key, ())
            )
        return said


def _keys(name: str) -> Iterator[str]:
    """Yield the keys that two names share if they differ only in one segment, or in the separators."""
    segments = re.split(r"[-.]", name)
    yield "".join(segments)
    for number in range(len(segments)):
        yield "-".join(("*" if at == number else one) for at, one in enumerate(segments))
