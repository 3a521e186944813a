"""Patterns in gitignore syntax for paths below a directory: for exclusions, and for the files of a section."""

import os
from collections.abc import Iterable, Iterator, Sequence

from joblint.project.gitignore import Rules


class PatternError(ValueError):
    """Raised for a pattern that cannot match."""


def check(pattern: str) -> None:
    """Check that a pattern can match a path below its directory. Raises PatternError."""
    if ".." in pattern.removeprefix("!").split("/"):
        raise PatternError(f"`{pattern}` must not contain `..`: patterns match only paths below the base directory")
    if not Rules([_plain(pattern)], "").blocks or "\n" in pattern:
        raise PatternError(f"`{pattern}` matches nothing; use the pattern syntax of .gitignore")


def _plain(pattern: str) -> str:
    """Return a pattern in gitignore's spelling: `./jobs` is `/jobs`."""
    sign = "!" if pattern.startswith("!") else ""
    rest = pattern.removeprefix("!")
    return sign + (rest[1:] if rest.startswith("./") else rest)


class Patterns:
    """Patterns for paths below a directory; the last that matches decides. Outside of it only plain names are matched.

    Paths are absolute; that of a directory ends in a slash. `origin` says where the patterns were set.
    """

    __slots__ = ("_base", "_inside", "_outside", "origin")

    def __init__(self, patterns: Iterable[str], directory: str, origin: str) -> None:
        lines = [_plain(pattern) for pattern in patterns]
        self.origin = origin
        self._base = os.path.join(directory, "")
        self._inside = Rules(lines, self._base)
        self._outside = Rules([line for line in lines if "/" not in line.rstrip("/")], "")

    def match(self, path: str) -> bool:
        """Check whether they match a file or directory itself, without the directories above it."""
        rules = self._inside if path.startswith(self._base) else self._outside
        return bool(rules.ignores(path, os.path.basename(path.rstrip("/")) + path[len(path.rstrip("/")) :]))

    def hold(self, path: str) -> bool:
        """Check whether they match a file or directory, or one of the directories that it is in."""
        start = len(self._base) if path.startswith(self._base) else 1
        at = path.find("/", start)
        while 0 <= at < len(path) - 1:
            if self.match(path[: at + 1]):
                return True
            at = path.find("/", at + 1)
        return self.match(path)


def exclude(several: Sequence[Patterns], whole: str, *lists: list[str]) -> Iterator[tuple[str, str]]:
    """Remove the names that patterns match from some lists, and yield each with the origin of its pattern.

    `whole` is the directory of the names. The first list has the names of directories.
    """
    for number, names in enumerate(lists):
        end = "/" if number == 0 else ""
        entries = names.copy()
        names.clear()
        for name in entries:
            found = next((patterns for patterns in several if patterns.match(whole + name + end)), None)
            if found is None:
                names.append(name)
            else:
                yield name + end, found.origin
