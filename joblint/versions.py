"""Kubernetes versions as people write them: `1.29`, `v1.29.3-gke.1`, lists and ranges."""

import re
from collections.abc import Sequence

from joblint.facts import MINORS

_VERSION = r"v?1\.(\d{1,3})(?:[.+-][\w.+-]*)?\Z"
_RANGE = r"(v?1\.\d{1,3})\s*(?:-|\.\.|…)\s*(v?1\.\d{1,3})\Z"


def parse_versions(words: str | Sequence[str] | None) -> tuple[int, ...]:
    """The minors (29 for 1.29), oldest first; the newest known where nothing is given.

    Takes one version, a list, or a text with commas; each a version or a range `1.24-1.37`. Raises ValueError, which
    names what is known, for anything else.
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


def known() -> str:
    """What joblint knows, for messages."""
    return f"joblint knows 1.{MINORS[0]} to 1.{MINORS[-1]}"


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
    if minor not in MINORS:
        raise ValueError(f"Kubernetes 1.{minor} is not known; {known()}")
    return minor
