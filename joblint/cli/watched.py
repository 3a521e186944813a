"""What `--watch` looks at: the files of a run, their directories, and what else decides the run; and how they are.

Polled, with the system's own calls: no dependency, and the same on every system and file system.
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

Sign = tuple[int, ...] | None  # how a file is; None where there is none
_STEERING = (*sorted(MARKS - {".git"}), gitignore.NAME)  # names of files that decide how others are judged
_BASELINE, _RULES, _EXCLUDE = "baseline", "rules", "exclude"


class Seen(NamedTuple):
    """How files and directories were. `steering` are those of the files that are not judged, but decide the run."""

    files: dict[str, Sign]
    directories: dict[str, Sign]
    steering: frozenset[str]

    def changed_between(self, start: int, end: int) -> bool:
        """Whether anything was changed between two times, in nanoseconds."""
        signs = (*self.files.values(), *self.directories.values())
        return any(sign is not None and start < sign[0] < end for sign in signs)


def look(given: Mapping[str, Any]) -> Seen:
    """Look at all that the values of the options make a run read."""
    try:
        paths = listed.with_listed(given)["paths"] or (() if given["files_from"] else (os.curdir,))
    except click.UsageError:  # the run says it
        paths = given["paths"]
    try:
        return _look(given, paths, _configuration(given))
    except (ConfigError, click.UsageError, ValueError):
        return _look(given, paths, Configuration(isolated=True))


def sign_of(path: str) -> Sign:
    """How a file is: when its content and its inode were changed, its size, its number."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def sign_of_directory(path: str) -> Sign:
    """How a directory is: another when a name in it is added, removed or replaced."""
    sign = sign_of(path)
    return sign and (sign[0], sign[3])


class _Recorder(Walk):
    """A walk that keeps the directories that it went through, and what steers a run in them."""

    def __init__(self, configuration: Configuration) -> None:
        super().__init__(_ignored, _ignored, configuration, None)
        self.directories: list[str] = []
        self.steering: set[str] = set()

    def listing(self, here: str) -> Any:
        """What is in one directory."""
        self.directories.append(here or os.curdir)
        found = super().listing(here)
        if found.marked or found.ignore:
            self.steering.update(here + name for name in _STEERING)
        return found


def _ignored(path: str, why: str) -> None:
    """The run says it."""


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
    """The configuration, as far as it says what is left out."""
    line = tuple(Given(_EXCLUDE, pattern, f"--{_EXCLUDE}") for pattern in given[_EXCLUDE])
    return Configuration(line, given["config"], given["isolated"])


def _above(directory: str) -> Iterator[str]:
    """What may steer a run in a directory and those above it, up to the top of its repository."""
    top = boundary.repository(directory)
    while True:
        yield from (os.path.join(directory, name) for name in _STEERING)
        above = os.path.dirname(directory)
        if directory in (top, above):
            return
        directory = above


def _named(given: Mapping[str, Any], configuration: Configuration, paths: Iterable[str]) -> Iterator[str]:
    """The files that options and the configuration name."""
    said = [one for layer in configuration.said(common(paths)).layers for one in layer]
    named = [str(one.value) for one in said if one.key in (_BASELINE, _RULES) and one.value]
    against = given["against"] or ""
    named += [given["config"], given["files_from"], given[_BASELINE], *given[_RULES]]
    named += [] if against.startswith(GIT) else [against]
    if given["since"] is not None or against.startswith(GIT):
        top = boundary.repository(os.getcwd())
        named.append(os.path.join(top, ".git", "logs", "HEAD") if top else "")  # grows with each commit and checkout
    for one in filter(None, named):
        yield one
        for directory, _, names in os.walk(one):
            yield from (os.path.join(directory, name) for name in names)
