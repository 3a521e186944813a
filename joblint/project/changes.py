"""The differences between a work tree and a commit, according to git's index; untracked files are listed separately.

The files are not read: git compares their sizes and times with those in its index, as `git status` does.
"""

import os
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from joblint.manifests.disk import ReadError, read_start
from joblint.project.git import Repository
from joblint.project.git_process import running
from joblint.project.walk import SUFFIXES

_PLAIN = ("H 100644 ", "H 100755 ")  # from `ls-files`: a regular file, and git looks for changes in it
_UNTRACKED = "? "
_REGULAR = ("100644", "100755")
_UNMERGED = "M"
_ATTRIBUTES = ".gitattributes"
_MAX_BYTES = 1 << 20
_CHUNK, _MAX_LISTED, _MAX_MEMORY = 1 << 20, 256 << 20, 1 << 30
# Attributes that make the bytes in a work tree differ from git's by more than line ends.
_CONVERTING = re.compile(rb"(?:^|[\s!-])(?:filter|ident|working-tree-encoding)(?:[=\s]|$)")
_SAFE_NAME = re.compile(r"[\w.-]+")
_FILTER = "filter."


class Unknown(Exception):
    """Raised if git cannot tell what has changed without the files being read."""


class Changes(NamedTuple):
    """The paths that may differ between a commit and the work tree.

    `old` maps each such path to git's name of its content in the commit; empty if it was not a regular file there.
    `tracked` is all that git tracks, `odd` the part of it that is not a regular file. `untracked` has files, and
    directories whose paths end in a slash; it includes what git ignores.
    """

    old: dict[str, bytes]
    tracked: list[str]
    odd: list[str]
    untracked: list[str]


def changes(repository: Repository, commit: str) -> Changes:
    """Return what differs between a commit and the work tree. Raises GitError, and Unknown if git cannot tell."""
    found = Changes({}, [], [], [])
    for record in _listed(repository, "ls-files", "-s", "-v", "-o", "--directory", "-z", "--full-name", "--", ":/"):
        about, _, path = record.partition("\t")
        if about.startswith(_PLAIN):
            found.tracked.append(path)
        elif about.startswith(_UNTRACKED):
            found.untracked.append(record.removeprefix(_UNTRACKED))
        else:
            _note(about.split(" "), path, found)
    for path in found.tracked:
        if path.endswith(_ATTRIBUTES) and _converts(os.path.join(repository.top, path)):
            raise Unknown
    found.old.update(_differing(repository, commit))
    return found


def _note(about: Sequence[str], path: str, found: Changes) -> None:
    """Note what is tracked but not a plain file: links, other repositories, files git does not check for changes."""
    tag, mode, name, _ = about
    if tag.upper() == _UNMERGED:
        raise Unknown
    found.tracked.append(path)
    if mode in _REGULAR:
        found.old[path] = name.encode("ascii")
    else:
        found.odd.append(path)


def _differing(repository: Repository, commit: str) -> Iterable[tuple[str, bytes]]:
    options = ("--raw", "-z", "--no-renames", "--ignore-submodules=all", "--no-ext-diff", "--no-textconv")
    about = ""
    for record in _listed(repository, *_without_filters(repository), "diff-index", *options, commit, "--"):
        if not about:
            about = record
            continue
        mode, _, name, _, status = about.removeprefix(":").split(" ")
        if status[0] == "U":
            raise Unknown
        yield record, name.encode("ascii") if mode in _REGULAR else b""
        about = ""


def _without_filters(repository: Repository) -> list[str]:
    """Return the settings that keep git from starting filters, which it does to compare a file's content."""
    found = []
    for key in set(_listed(repository, "config", "-z", "-l", "--name-only")):
        if key.startswith(_FILTER):
            name = key.removeprefix(_FILTER).rpartition(".")[0]
            if not _SAFE_NAME.fullmatch(name):
                raise Unknown
            for what, value in (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false")):
                found += ["-c", f"{_FILTER}{name}.{what}={value}"]
    return found


def _converts(path: str) -> bool:
    """Check whether a .gitattributes file may make git convert files that joblint reads."""
    try:
        data = read_start(path, _MAX_BYTES)
    except (OSError, ReadError):
        return True
    return any(_CONVERTING.search(line) is not None and not _is_of_others(line) for line in data.splitlines())


def _is_of_others(line: bytes) -> bool:
    """Check whether a line of attributes is about files with a suffix that joblint does not read."""
    pattern = line.split()[0].decode("utf-8", "replace").lower()
    suffix = os.path.splitext(pattern)[1]
    return re.fullmatch(r"\.[a-z0-9]+", suffix) is not None and suffix not in SUFFIXES


def _listed(repository: Repository, *arguments: str) -> Iterable[str]:
    """Return the NUL-separated records that a git command prints. Raises GitError, and Unknown if they are too many."""
    parts, left = [], _MAX_LISTED
    with running(repository.directory, *arguments) as listing:
        _bound(listing.process.pid)
        while part := listing.read(_CHUNK):
            parts.append(part)
            left -= len(part)
            if left < 0:
                raise Unknown
    return os.fsdecode(b"".join(parts)).split("\0")[:-1]


def _bound(process: int) -> None:
    """Limit git's memory: it collects all differences before it prints one, and a small tree can have very many."""
    try:
        import resource

        resource.prlimit(process, resource.RLIMIT_DATA, (_MAX_MEMORY, _MAX_MEMORY))
    except (ImportError, AttributeError, OSError):  # there is no such limit here, or git has ended
        pass
