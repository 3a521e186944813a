"""Which of many names are nearly one of a few: what rules call a slip of the pen, without comparing each with each."""

import re
from collections.abc import Iterable, Iterator

from joblint.checks.neighbours.references import is_slip


class Near:
    """Some names, by what is the same in another one that is nearly the same."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_key: dict[str, list[str]] = {}
        self._said: dict[str, bool] = {}
        for name in names:
            for key in _keys(name):
                self._by_key.setdefault(key, []).append(name)

    def has(self, other: str) -> bool:
        """Return whether one of the names may be a slip of the pen for another."""
        said = self._said.get(other)
        if said is None:
            said = self._said[other] = any(
                is_slip(name, other) for key in _keys(other) for name in self._by_key.get(key, ())
            )
        return said


def _keys(name: str) -> Iterator[str]:
    """What two names have in common that are one but for a segment, or for what stands between the segments."""
    segments = re.split(r"[-.]", name)
    yield "".join(segments)
    for number in range(len(segments)):
        yield "-".join(("*" if at == number else one) for at, one in enumerate(segments))
