"""The files that `--watch` looks at: those of a run, their directories, and others that decide the result.

Files are polled with calls of the system: this needs no dependency, and works on every system and file system.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import click

from joblint.cli import listed
from joblint.cli.against import GIT
from joblint.manifests import boundary
from joblint.project import gitignore
from joblint.project.config.find import MARKS, absolute
from joblint.project.config.inforce import ConfigError, Configuration, common
from joblint.project.config.read import Given
from joblint.project.walk import Walk

Sign = tuple[int, ...] | None  # the state of a file; None if it does not exist
_STEERING = (*sorted(MARKS - {".git"}), gitignore.NAME)  # names of files that decide how others are checked
_BASELINE, _RULES, _EXCLUDE = "baseline", "rules", "exclude"


class Seen(NamedTuple):
    """The state of files and directories. `steering` are the files that are not checked but decide the result."""

    files: dict[str, Sign]
    directories: dict[str, Sign]
    steering: frozenset[str]

    def changed_between(self, start: int, end: int) -> bool:
        """Return whether anything was changed between two times, in nanoseconds."""
        signs = (*self.files.values(), *self.directories.values())
        return any(sign is not None and start < sign[0] < end for sign in signs)


def look(given: Mapping[str, Any]) -> Seen:
    """Return the state of all files that a run with some options reads."""
    try:
        paths = listed.with_listed(given)["paths"] or (() if given["files_from"] else (os.curdir,))
    except click.UsageError:  # the run reports it
        paths = given["paths"]
    try:
        return _look(given, paths, _configuration(given))
    except (ConfigError, click.UsageError, ValueError):
        return _look(given, paths, Configuration(isolated=True))


def sign_of(path: str) -> Sign:
    """Return the state of a file: the times of the last change of its content and inode, its size, its inode."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def sign_of_directory(path: str) -> Sign:
    """Return the state of a directory, which changes when a name in it is added, removed or replaced."""
    sign = sign_of(path)
    return sign and (sign[0], sign[3])


class _Recorder(Walk):
    """A walk that records its directories, and the files in them that decide the result of a run."""

    def __init__(self, configuration: Configuration) -> None:
        super().__init__(_ignored, _ignored, configuration, None)
        self.directories: list[str] = []
        self.steering: set[str] = set()

    def listing(self, here: str) -> Any:
        """Return the content of a directory, and record it."""
        self.directories.append(here or os.curdir)
        found = super().listing(here)
        if found.marked or found.ignore:
            self.steering.update(here + name for name in _STEERING)
        return found


def _ignored(path: str, why: str) -> None:
    """Ignore what is left out: the run reports it."""


def _look(given: Mapping[str, Any], paths: Sequence[str], configuration: Configuration) -> Seen:
    walk = _Recorder(configuration)
    for path in paths:
        walk.add(path)
    roots = {absolute(path) if os.path.isdir(path) else os.path.dirname(absolute(path)) for path in paths}
    walk.steering.update(path for root in roots for path in _above(root))
    walk.steering.update(_named(given, configuration, paths))
    files = {*walk.files(), *walk.steering, *(path for path in paths if not os.path.isdir(path))}
    written = {os.path.realpath(file) for _, file in given["outputs"]}  # by the run itself
    if written:
        names = {os.path.basename(file) for file in written}
        files = {path for path in files if os.path.basename(path) not in names or os.path.realpath(path) not in written}
    directories = {path: sign_of_directory(path) for path in walk.directories}
    return Seen({path: sign_of(path) for path in files}, directories, frozenset(walk.steering))


def _configuration(given: Mapping[str, Any]) -> Configuration:
    """Return the configuration, as far as it decides which files are left out."""
    line = tuple(Given(_EXCLUDE, pattern, f"--{_EXCLUDE}") for pattern in given[_EXCLUDE])
    return Configuration(line, given["config"], given["isolated"])


def _above(directory: str) -> Iterator[str]:
    """Yield the files that may decide a run, in a directory and above it up to the top of the repository."""
    top = boundary.repository(directory)
    while True:
        yield from (os.path.join(directory, name) for name in _STEERING)
        above = os.path.dirname(directory)
        if directory in (top, above):
            return
        directory = above


def _named(given: Mapping[str, Any], configuration: Configuration, paths: Iterable[str]) -> Iterator[str]:
    """Yield the files that options and the configuration name."""
    said = [one for layer in configuration.said(common(paths)).layers for one in layer]
    named = [str(one.value) for one in said if one.key in (_BASELINE, _RULES) and one.value]
    against = given["against"] or ""
    named += [given["config"], given["files_from"], given[_BASELINE], *given[_RULES]]
    named += [] if against.startswith(GIT) else [against]
    if given["since"] is not None or against.startswith(GIT):
        top = boundary.repository(os.getcwd())
        named.append(os.path.join(top, ".git", "logs", "HEAD") if top else "")  # it grows with each commit and checkout
    for one in filter(None, named):
        yield one
        for directory, _, names in os.walk(one):
            yield from (os.path.join(directory, name) for name in names)
