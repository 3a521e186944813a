"""Kubernetes versions as people write them: `1.29`, `v1.29.3-gke.1`, lists and ranges."""

import re
from collections.abc import Iterable, Sequence

from joblint.kube.minors.minor import MINORS

_VERSION = r"v?1\.(\d{1,3})(?:[.+-][\w.+-]*)?\Z"
_RANGE = r"(v?1\.\d{1,3})\s*(?:-|\.\.|…)\s*(v?1\.\d{1,3})\Z"
_TO_COME = 20  # minors: six years of releases


def parse_versions(words: str | Sequence[str] | None) -> tuple[int, ...]:
    """The minors to judge for (29 for 1.29), oldest first; the newest known where nothing is given.

    Takes one version, a list, or a text with commas; each a version or a range `1.24-1.37`. A minor that is newer than
    the newest known stands for that one. Raises ValueError, which names what is known, for anything else.
    """
    return known_minors(requested(words))


def requested(words: str | Sequence[str] | None) -> tuple[int, ...]:
    """Return the minors as they were asked for, those that are newer than the newest known as well.

    Arguments and errors as in parse_versions.
    """
    if words is None:
        return (MINORS[-1],)
    parts = words.split(",") if isinstance(words, str) else [p for w in words for p in w.split(",")]
    found: set[int] = set()
    for part in parts:
        found |= _part(part.strip())
    if not found:
        raise ValueError(f"no Kubernetes version given; {known()}")
    return tuple(sorted(found))


def known_minors(minors: Iterable[int]) -> tuple[int, ...]:
    """Return the minors that stand for those asked for: the newest known for each that is newer."""
    return tuple(sorted({min(minor, MINORS[-1]) for minor in minors}))


def unknown(minors: Iterable[int], refused: bool = False) -> str:
    """Return the line to print about those minors that are newer than the newest known; empty if none is.

    `refused`: nothing is checked.
    """
    newer = sorted(minor for minor in minors if minor > MINORS[-1])
    if not newer:
        return ""
    named = f"1.{newer[0]}" if len(newer) == 1 else ", ".join(f"1.{minor}" for minor in newer[:-1])
    named += f" and 1.{newer[-1]}" if len(newer) > 1 else ""
    is_are = "is" if len(newer) == 1 else "are"
    what = f"nothing was checked; {known()}" if refused else f"checked as 1.{MINORS[-1]}"
    return f"Kubernetes {named} {is_are} newer than this joblint knows: {what}; update joblint"


def known() -> str:
    """What joblint knows, for messages."""
    return f"joblint knows 1.{MINORS[0]} to 1.{MINORS[-1]}"


def foreseen(minor: int) -> bool:
    """Whether a minor is one that joblint knows, or one that may come: a much higher number is a typing error."""
    return MINORS[0] <= minor <= MINORS[-1] + _TO_COME


def _part(text: str) -> set[int]:
    if not text:
        return set()
    match = re.match(_RANGE, text)
    if not match:
        return {_minor(text)}
    first, last = _minor(match[1]), _minor(match[2])
    if first > last:
        raise ValueError(f"`{text}` is an empty range: the older version comes first")
    return set(range(first, last + 1))


def _minor(text: str) -> int:
    match = re.match(_VERSION, text)
    if not match:
        raise ValueError(f"`{text}` is no Kubernetes version; write 1.29 or v1.29.3; {known()}")
    minor = int(match[1])
    if not foreseen(minor):
        raise ValueError(f"Kubernetes 1.{minor} is not known; {known()}")
    return minor
