"""Which files git ignores: the patterns of `.gitignore` and `.git/info/exclude`, asked one directory entry at a time.

A walk goes from the top down and never enters what is ignored, so a pattern has to match an entry itself only.
"""

import os
import re
from collections.abc import Iterable, Sequence

NAME = ".gitignore"
_EXCLUDE = os.path.join("info", "exclude")
_MAX_BYTES = 1 << 20
# Each wildcard more is one more nested loop in the expression that pathspec makes of a pattern. Nobody needs as many as
# these, and with more of them a pattern in somebody's pull request could keep joblint busy for hours.
_MAX_STARS, _MAX_GLOBSTARS = 3, 2
_STARS = re.compile(r"\*+")


class Rules:
    """The patterns of one file; `base` is the directory that they are relative to, as the walk names it, "" or with a `/`."""

    __slots__ = ("_patterns", "base")

    def __init__(self, base: str, lines: Iterable[str]) -> None:
        self.base = base
        # The last pattern that matches decides. With each: whether it has to match the path below `base` or the name alone.
        self._patterns = [found for line in reversed(list(lines)) if (found := _pattern(line)) is not None]

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def ignores(self, path: str, name: str) -> bool | None:
        """Whether an entry is ignored; None where no pattern speaks of it. The path and name of a directory end in `/`."""
        below = path[len(self.base) :]
        for match, anchored, ignored in self._patterns:
            if match(below if anchored else name):
                return ignored
        return None


def ignored(rules: Sequence[Rules], path: str, name: str) -> bool:
    """Whether git ignores an entry: of the files that speak of it, the one nearest to it decides (they come last)."""
    for one in reversed(rules):
        verdict = one.ignores(path, name)
        if verdict is not None:
            return verdict
    return False


def read(file: str, base: str) -> Rules | None:
    """The rules in a file, None where it cannot be read (git does not complain either) or says nothing."""
    try:
        with open(file, "rb") as opened:
            text = opened.read(_MAX_BYTES).decode("utf-8", "surrogateescape")
    except OSError:
        return None
    return Rules(base, text.removeprefix("\ufeff").splitlines()) or None


def above(root: str) -> list[Rules]:
    """The rules that hold in a directory because of the directories above it, up to the top of its git repository.

    Outside of a repository there are none; nor where they ignore the directory itself, since somebody asked for it.
    """
    here = os.path.abspath(root)
    top = here
    while not os.path.exists(os.path.join(top, ".git")):
        if os.path.dirname(top) == top:
            return []
        top = os.path.dirname(top)
    below = os.path.relpath(here, top)
    steps = [] if below == "." else below.split(os.sep)
    found = [read(os.path.join(top, ".git", _EXCLUDE), "")]
    found += [read(os.path.join(top, *steps[:n], NAME), _joined(steps[:n])) for n in range(len(steps))]
    rules = [one for one in found if one is not None]
    for n, step in enumerate(steps):
        if ignored(rules, _joined(steps[: n + 1]), f"{step}/"):
            return []
    return [_moved(one, _joined(steps)) for one in rules]


def _joined(steps: Sequence[str]) -> str:
    return "".join(f"{step}/" for step in steps)


def _moved(rules: Rules, start: str) -> Rules:
    """Rules of a directory above, for a walk that begins at `start` (both relative to the top): what they match is below it."""
    moved = Rules("", ())
    prefix = start[len(rules.base) :]
    moved._patterns = [
        ((lambda path, match=match: match(prefix + path)) if anchored else match, anchored, ignored)
        for match, anchored, ignored in rules._patterns
    ]
    return moved
