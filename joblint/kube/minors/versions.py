"""Kubernetes versions as people write them: `1.29`, `v1.29.3-gke.1`, lists and ranges."""

import re
from collections.abc import Iterable, Sequence

from joblint.kube.minors.minor import MINORS

_VERSION = r"v?1\.(\d{1,3})(?:[.+-][\w.+-]*)?\Z"
_RANGE = r"(v?1\.\d{1,3})\s*(?:-|\.\.|…)\s*(v?1\.\d{1,3})\Z"
_TO_COME = 20  # minors: six years of releases


def parse_versions(words: str | Sequence[str] | None) -> tuple[int, ...]:
    """Return the minors to check for (29 for 1.29), oldest first; the newest supported one if nothing is given.

    Accepts one version, a list, or a text with commas; each is a version or a range `1.24-1.37`. For a minor that is
    newer than the newest supported one, that one is used. Raises ValueError, with what is supported, for anything else.
    """
    return known_minors(requested(words))


def requested(words: str | Sequence[str] | None) -> tuple[int, ...]:
    """Return the minors as they were requested, including those that are newer than the newest supported one.

    Arguments and errors are those of parse_versions.
    """
    if words is None:
        return (MINORS[-1],)
    parts = words.split(",") if isinstance(words, str) else [p for w in words for p in w.split(",")]
    minors: set[int] = set()
    for part in parts:
        minors |= _part(part.strip())
    if not minors:
        raise ValueError(f"no Kubernetes version given; {known()}")
    return tuple(sorted(minors))


def known_minors(minors: Iterable[int]) -> tuple[int, ...]:
    """Return the minors to check: the newest supported one for each that is newer."""
    return tuple(sorted({min(minor, MINORS[-1]) for minor in minors}))


def unknown(minors: Iterable[int], refused: bool = False) -> str:
    """Return the line to print about minors that are newer than the newest supported one; empty if none is.

    `refused`: nothing is checked.
    """
    newer = sorted(minor for minor in minors if minor > MINORS[-1])
    if not newer:
        return ""
    named = f"1.{newer[0]}" if len(newer) == 1 else ", ".join(f"1.{minor}" for minor in newer[:-1])
    named += f" and 1.{newer[-1]}" if len(newer) > 1 else ""
    is_are = "is" if len(newer) == 1 else "are"
    what = f"nothing was checked; {known()}" if refused else f"checked as 1.{MINORS[-1]}"
    return f"Kubernetes {named} {is_are} newer than this joblint supports: {what}; update joblint"


def known() -> str:
    """Return which versions joblint supports, for messages."""
    return f"joblint supports 1.{MINORS[0]} to 1.{MINORS[-1]}"


def foreseen(minor: int) -> bool:
    """Return whether joblint supports a minor, or may one day: a much higher number is a typo."""
    return MINORS[0] <= minor <= MINORS[-1] + _TO_COME


def _part(text: str) -> set[int]:
    if not text:
        return set()
    match = re.match(_RANGE, text)
    if not match:
        return {_minor(text)}
    first, last = _minor(match[1]), _minor(match[2])
    if first > last:
        raise ValueError(f"`{text}` is an empty range: write the older version first")
    return set(range(first, last + 1))


def _minor(text: str) -> int:
    match = re.match(_VERSION, text)
    if not match:
        raise ValueError(f"`{text}` is not a valid Kubernetes version; write 1.29 or v1.29.3; {known()}")
    minor = int(match[1])
    if not foreseen(minor):
        raise ValueError(f"Kubernetes 1.{minor} is not supported; {known()}")
    return minor
