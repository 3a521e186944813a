"""Which files git ignores: the patterns of `.gitignore` and `.git/info/exclude`, asked one directory entry at a time.

A walk goes from the top down and never enters what is ignored, so a pattern has to match an entry itself only.
Paths are written with `/`; the path and the name of a directory end in one.
"""

import os
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

NAME = ".gitignore"
_EXCLUDE = os.path.join(".git", "info", "exclude")
_MAX_BYTES = 1 << 20
# Each wildcard more is one more nested loop in the expression that pathspec makes of a pattern. Nobody needs as many as
# these, and with more of them a pattern in somebody's pull request could keep joblint busy for hours.
_MAX_STARS, _MAX_GLOBSTARS = 3, 2
_STARS = re.compile(r"\*+")
_NEGATED = re.compile(r"(?<!\\)\[\^(?!/\])")

Match = Callable[[str], object]


class Rules:
    """The patterns of one file.

    `base` is the part of a walk's paths that is cut off before they are matched, and `prefix` what comes in its place:
    the way down from the directory of the file to where the walk began.
    """

    __slots__ = ("base", "patterns", "prefix")

    def __init__(self, lines: Iterable[str], base: str, prefix: str = "") -> None:
        self.base, self.prefix = base, prefix
        # The last pattern that matches decides.
        self.patterns = [found for line in reversed(list(lines)) if (found := _pattern(line)) is not None]

    def ignores(self, path: str, name: str) -> bool | None:
        """Whether an entry is ignored; None where no pattern speaks of it."""
        below = self.prefix + path[len(self.base) :]
        for match, anchored, verdict in self.patterns:
            if match(below if anchored else name):
                return verdict
        return None


def ignored(rules: Sequence[Rules], path: str, name: str) -> bool:
    """Whether git ignores an entry: of the files that speak of it, the one nearest to it decides. They come last."""
    for one in reversed(rules):
        verdict = one.ignores(path, name)
        if verdict is not None:
            return verdict
    return False


def read(file: str, base: str) -> list[Rules]:
    """The rules in a file; none where it cannot be read (git does not complain either) or says nothing."""
    try:
        with open(file, "rb") as opened:
            text = opened.read(_MAX_BYTES).decode("utf-8", "surrogateescape")
    except OSError:
        return []
    rules = Rules(text.removeprefix("\ufeff").split("\n"), base)
    return [rules] if rules.patterns else []


def above(root: str, base: str) -> list[Rules]:
    """The rules that hold in the directory `root` because of those above it, up to the top of its git repository.

    `base` is what the paths of the walk begin with. Outside of a repository there are no rules; nor where they ignore
    `root` itself, since somebody asked for it.
    """
    here = os.path.abspath(root)
    top = here
    while not os.path.lexists(os.path.join(top, ".git")):
        if os.path.dirname(top) == top:
            return []
        top = os.path.dirname(top)
    steps = [f"{step}/" for step in os.path.relpath(here, top).split(os.sep) if step != "."]
    rules = read(os.path.join(top, _EXCLUDE), "")
    for depth, step in enumerate(steps):
        way = "".join(steps[:depth])
        rules += read(os.path.join(top, way, NAME), way)
        if ignored(rules, way + step, step):
            return []
    for one in rules:
        one.base, one.prefix = base, "".join(steps)[len(one.base) :]
    return rules


def _pattern(line: str) -> tuple[Match, bool, bool] | None:
    """How to match a line, whether it wants the path and not the name alone, whether it ignores; None for a comment."""
    line = line.rstrip("\r")
    if not line.strip() or line.startswith("#") or _costly(line):
        return None
    from pathspec import GitIgnoreSpec

    try:
        pattern: Any = next(iter(GitIgnoreSpec.from_lines([line]).patterns))
    except Exception:  # ValueError, re.error, ...: what pathspec cannot read, git does not complain of either
        return None
    if pattern.regex is None or pattern.include is None:
        return None
    anchored = "/" in line.rstrip().removesuffix("/").removeprefix("!")
    expression = pattern.regex
    if "[!" in line or "[^" in line:  # pathspec lets these match a slash
        expression = re.compile(_NEGATED.sub("[^/", expression.pattern))
    return _search(line.rstrip(), expression.search), anchored, pattern.include


def _search(line: str, search: Match) -> Match:
    """How to match one entry: `a/**` is all below `a` and not `a` itself, which pathspec does not tell apart."""
    if line.endswith("/**"):
        return lambda path: search(path.removesuffix("/"))
    if line.endswith("/**/"):
        return lambda path: path.endswith("/") and search(path[:-1])
    return search


def _costly(line: str) -> bool:
    segments = [_STARS.sub("*", segment) for segment in line.split("/") if segment != "**"]
    globstars = line.count("/") + 1 - len(segments)
    return globstars > _MAX_GLOBSTARS or any(segment.count("*") > _MAX_STARS for segment in segments)
