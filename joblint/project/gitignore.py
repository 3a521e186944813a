"""Decide which files git ignores, by `.gitignore` and `.git/info/exclude`, one directory entry at a time.

A walk goes from the top down and never enters an ignored directory, so a pattern has to match the entry itself, not
what is above it. Paths are written with `/`; the path and the name of a directory end in one.

This does not use pathspec, which differs from git for some patterns, needs 16 ms to be imported, and takes hours for
`*a*a*a*a*a*b`. Here no pattern takes more than quadratic time. The tests compare it with git itself.
"""

import os
import re
from collections.abc import Iterable, Sequence

from joblint.manifests.boundary import repository
from joblint.manifests.disk import ReadError, read_start

NAME = ".gitignore"
_GIT = ".git"
_EXCLUDE = os.path.join(_GIT, "info", "exclude")
_MAX_BYTES = 1 << 20
_MAX_PATTERN = 4096  # characters: the system's limit for a path
_SPECIAL = frozenset("*?[\\")
_CLASSES = {
    "alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "blank": " \\t", "cntrl": "\\x00-\\x1f\\x7f", "digit": "0-9",
    "graph": "!-.0-~", "lower": "a-z", "print": " -.0-~", "punct": "!-.:-@\\[-`{-~", "space": "\\s", "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}  # fmt: skip


class Rules:
    """The patterns of one file.

    `base` is the part of a walk's paths that is cut off before they are matched, and `prefix` replaces it: the way
    down from the directory of the file to where the walk began.
    """

    __slots__ = ("base", "blocks", "prefix")

    def __init__(self, lines: Iterable[str], base: str, prefix: str = "") -> None:
        self.base, self.prefix = base, prefix
        self.blocks: list[_Block] = []  # the last first: the last pattern that matches decides
        for line in lines:
            verdict, text = (False, line[1:]) if line.startswith("!") else (True, line)
            text = "" if line.startswith("#") else _trimmed(text)
            if text.strip("/") and len(text) <= _MAX_PATTERN:
                if not self.blocks or self.blocks[0].verdict != verdict:
                    self.blocks.insert(0, _Block(verdict))
                self.blocks[0].add(text)

    def ignores(self, path: str, name: str) -> bool | None:
        """Check whether an entry is ignored; None if no pattern matches it."""
        below = self.prefix + path[len(self.base) :]
        for block in self.blocks:
            if block.matches(below, name):
                return block.verdict
        return None


class _Block:
    """Consecutive patterns that all ignore, or all re-include, grouped so that matching is fast.

    Most are plain names, or a `*` and an ending; the rest is one expression for names and one for paths.
    """

    __slots__ = ("_by_name", "_by_path", "directories", "endings", "for_names", "for_paths", "names", "verdict")

    def __init__(self, verdict: bool) -> None:
        self.verdict = verdict
        self.names: set[str] = set()
        self.directories: set[str] = set()
        self.endings: tuple[str, ...] = ()
        self.for_names: list[str] = []
        self.for_paths: list[str] = []
        self._by_name: re.Pattern[str] | None = None
        self._by_path: re.Pattern[str] | None = None

    def add(self, text: str) -> None:
        """Add a pattern, without its `!`."""
        pattern = text.removesuffix("/")
        only_directories = pattern != text
        if "/" in pattern:
            whole = _path_expression(pattern.removeprefix("/").split("/"))
            if whole:
                self.for_paths.append(whole + ("/" if only_directories else "/?"))
        elif _SPECIAL.isdisjoint(pattern):
            (self.directories if only_directories else self.names).add(pattern)
        elif pattern[0] == "*" and _SPECIAL.isdisjoint(pattern[1:]) and not only_directories:
            self.endings += (pattern[1:], pattern[1:] + "/")
        else:
            expression = _name_expression(pattern)
            if expression is not None:
                self.for_names.append(expression + ("/" if only_directories else "/?"))

    def matches(self, path: str, name: str) -> bool:
        """Check whether one of the patterns matches an entry."""
        plain = name.removesuffix("/")
        if plain in self.names or (plain != name and plain in self.directories) or name.endswith(self.endings):
            return True
        if self.for_names:
            self._by_name = self._by_name or re.compile("|".join(self.for_names), re.DOTALL)
            if self._by_name.fullmatch(name):
                return True
        if self.for_paths:
            self._by_path = self._by_path or re.compile("|".join(self.for_paths), re.DOTALL)
            return self._by_path.fullmatch(path) is not None
        return False


def ignored(rules: Sequence[Rules], path: str, name: str) -> bool:
    """Check whether git ignores an entry: the nearest file with a matching pattern decides. The nearest is the last."""
    for one in reversed(rules):
        verdict = one.ignores(path, name)
        if verdict is not None:
            return verdict
    return False


def read(file: str, base: str) -> list[Rules]:
    """Return the rules in a file; none if it is empty or cannot be read (git does not report that either)."""
    try:
        text = read_start(file, _MAX_BYTES).decode("utf-8", "surrogateescape")
    except (OSError, ReadError):
        return []
    rules = Rules((line.removesuffix("\r") for line in text.removeprefix("\ufeff").split("\n")), base)
    return [rules] if rules.blocks else []


def above(root: str, base: str) -> list[Rules]:
    """Return the rules that the directories above `root` set for it, up to the top of its git repository.

    `base` is what the paths of the walk begin with. There are no rules outside of a repository, or if they ignore
    `root` itself, since the user named it.
    """
    here = os.path.abspath(root)
    top = repository(here)
    if top is None:
        return []
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


def _trimmed(line: str) -> str:
    """Return a line without the spaces at its end; a space after a backslash is kept."""
    text = line.rstrip(" ")
    escaped = (len(text) - len(text.rstrip("\\"))) % 2 == 1
    return text + " " if escaped and text != line else text


def _path_expression(segments: Sequence[str]) -> str:
    """Return the expression for a path; empty if nothing matches. A segment `**` is any number of directories."""
    groups: list[list[str]] = [[]]
    for segment in segments:
        if segment == "**":
            groups.append([])
            continue
        expression = _name_expression(segment)
        if not expression:
            return ""
        groups[-1].append(expression)
    first, *rest = ("/".join(group) for group in groups)
    if not rest:
        return first
    # The first match of a group between two `**` is as good as any later one, so backtracking is not needed.
    middle = "".join(f"(?>(?:[^/]+/)*?{group}/)" for group in rest[:-1] if group)
    last = f"(?:[^/]+/)*{rest[-1]}" if rest[-1] else ".+"
    return (f"{first}/" if first else "") + middle + last


def _name_expression(text: str) -> str | None:
    """Return the expression for one name; None if the pattern is invalid to git, so that nothing matches."""
    parts, at = [""], 0
    while at < len(text):
        character = text[at]
        at += 1
        if character == "*":
            parts.append("")
        elif character == "?":
            parts[-1] += "[^/]"
        elif character == "[":
            found = _bracket(text, at)
            if found is None:
                return None
            parts[-1] += found[0]
            at = found[1]
        else:
            if character == "\\":
                if at == len(text):
                    return None
                character, at = text[at], at + 1
            parts[-1] += re.escape(character)
    first, *rest = parts
    if not rest:
        return first
    if not any(parts):
        return "[^/]+"
    # As above: the first match of the part between two stars is as good as any later one.
    return first + "".join(f"(?>[^/]*?{part})" for part in rest[:-1] if part) + f"[^/]*{rest[-1]}"


def _bracket(text: str, at: int) -> tuple[str, int] | None:
    """Return the expression for `[...]`, and where it ends; None if it does not end. `at` is after the `[`."""
    negated = text[at : at + 1] in ("!", "^")
    at += negated
    members: list[str] = []
    begin = at
    while at < len(text) and (text[at] != "]" or at == begin):
        if text.startswith("[:", at) and ":]" in text[at + 2 :]:
            end = text.index(":]", at + 2)
            if text[at + 2 : end] not in _CLASSES:
                return None
            members.append(_CLASSES[text[at + 2 : end]])
            at = end + 2
            continue
        low, at = _member(text, at)
        high = low
        if text.startswith("-", at) and text[at + 1 : at + 2] not in ("", "]"):
            high, at = _member(text, at + 1)
        if low <= high:
            members.append(f"{re.escape(low)}-{re.escape(high)}")
    if at >= len(text):
        return None
    if not members:  # a range that is the wrong way around
        return ("[^/]" if negated else "(?!)"), at + 1
    return f"(?!/)[{'^' if negated else ''}{''.join(members)}]", at + 1


def _member(text: str, at: int) -> tuple[str, int]:
    """Return a character inside brackets, and the offset of the next one."""
    if text[at] == "\\" and at + 1 < len(text):
        at += 1
    return text[at], at + 1
