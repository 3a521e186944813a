"""Where a path that a user names may lead: a link that was checked in must not lead to just any file on the machine."""

import os
from collections.abc import Sequence

_GIT = ".git"


class Outside(OSError):
    """A file that is outside of what joblint was given."""


def inside(path: str, directory: str) -> bool:
    """Return whether a path is a directory or is inside it; both paths are real, or both absolute."""
    return path == directory or path.startswith(os.path.join(directory, ""))


def tree_of(path: str) -> str:
    """Return the real path of the tree that a path, as written, is in: its links may lead to anything in that tree.

    The tree is its git repository; without one, the current directory if the path is inside it; otherwise the
    directory itself, or that of the file.
    """
    place = os.path.abspath(path)
    top = repository(place)
    if top is not None:
        return os.path.realpath(top)
    here = os.path.abspath(os.curdir)
    if inside(place, here):
        return os.path.realpath(here)
    return os.path.realpath(place if os.path.isdir(place) else os.path.dirname(place))


def writable(named: Sequence[str], path: str) -> str:
    """Return the real path of a file that was found in one of `named`, so that it can be written. Raises Outside.

    A link may lead to anything in a directory that was named. What was named may itself be a link, inside its tree.
    """
    real = os.path.realpath(path)
    for one in (path, *named) if path in named else named:  # try the path first: `named` may have many thousands
        root = os.path.realpath(one)
        if inside(real, root) and inside(root, tree_of(one)):
            return real
    raise Outside(f"it is a link to {real}, which is outside of what joblint was given; nothing was written")


def check_link(path: str) -> None:
    """Check that no link leads a file to write, existing or not, out of its tree. Raises Outside."""
    real = os.path.realpath(path)
    if not inside(real, tree_of(path)):
        raise Outside(f"a link leads to {real}, which is outside of {tree_of(path)}; nothing was written")


def repository(directory: str) -> str | None:
    """Return the nearest directory at or above this one that has `.git`, which is a file in a linked work tree."""
    at = directory
    while not os.path.lexists(os.path.join(at, _GIT)):
        if os.path.dirname(at) == at:
            return None
        at = os.path.dirname(at)
    return at
