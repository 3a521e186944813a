"""Patterns of gitignore's syntax for paths below a directory: what is excluded, and which files a section is for."""

import os
from collections.abc import Iterable, Iterator, Sequence

from joblint.project.gitignore import Rules


class PatternError(ValueError):
    """A pattern that matches nothing."""


def check(pattern: str) -> None:
    """Raises PatternError where a pattern can match no path below its directory."""
    if ".." in pattern.removeprefix("!").split("/"):
        raise PatternError(f"`{pattern}` leads out of the directory that paths are relative to")
    if not Rules([_plain(pattern)], "").blocks or "\n" in pattern:
        raise PatternError(f"`{pattern}` matches nothing; patterns are those of .gitignore")


def _plain(pattern: str) -> str:
    """`./jobs` as gitignore has it: `/jobs`."""
    sign = "!" if pattern.startswith("!") else ""
    rest = pattern.removeprefix("!")
    return sign + (rest[1:] if rest.startswith("./") else rest)


class Patterns:
    """Patterns for what lies below a directory; outside of it those without a slash inside count. The last one wins.

    Paths are absolute; that of a directory ends in a slash. `origin` says who gave the patterns.
    """

    __slots__ = ("_base", "_inside", "_outside", "origin")

    def __init__(self, patterns: Iterable[str], directory: str, origin: str) -> None:
        lines = [_plain(pattern) for pattern in patterns]
        self.origin = origin
        self._base = os.path.join(directory, "")
        self._inside = Rules(lines, self._base)
        self._outside = Rules([line for line in lines if "/" not in line.rstrip("/")], "")

    def match(self, path: str) -> bool:
        """Whether they match a file or directory itself, whatever lies above it."""
        rules = self._inside if path.startswith(self._base) else self._outside
        return bool(rules.ignores(path, os.path.basename(path.rstrip("/")) + path[len(path.rstrip("/")) :]))

    def hold(self, path: str) -> bool:
        """Whether they match a file or directory, or one of the directories that it lies in."""
        start = len(self._base) if path.startswith(self._base) else 1
        at = path.find("/", start)
        while 0 <= at < len(path) - 1:
            if self.match(path[: at + 1]):
                return True
            at = path.find("/", at + 1)
        return self.match(path)


def exclude(several: Sequence[Patterns], whole: str, *lists: list[str]) -> Iterator[tuple[str, str]]:
    """Take the names out of some lists that patterns match, and say which by whose; `whole` is their directory.

    The first list is of directories.
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
