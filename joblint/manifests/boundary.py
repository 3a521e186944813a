"""What a path that somebody names may lead to: a link that was checked in does not make it any file of the machine."""

import os
from collections.abc import Sequence

_GIT = ".git"


class Outside(OSError):
    """A file is not in what joblint was given."""


def inside(path: str, directory: str) -> bool:
    """Whether a path is a directory, or lies in it; both real, or both absolute."""
    return path == directory or path.startswith(os.path.join(directory, ""))


def tree_of(path: str) -> str:
    """The real path of the tree that a path, as it is written, is in: what a link of it may lead to.

    That is its git repository; without one the current directory, if the path is in there; else the directory itself,
    or that of the file.
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
    """The real path of a file that was found in one of `named`, to write it. Raises Outside.

    A link may lead to what is in a directory that was named. What was named may be a link itself, inside its tree.
    """
    real = os.path.realpath(path)
    for one in (path, *named) if path in named else named:  # most of many thousands that were named are not its root
        root = os.path.realpath(one)
        if inside(real, root) and inside(root, tree_of(one)):
            return real
    raise Outside(f"it is a link to {real}, which is outside of what joblint was given; nothing was written")


def check_link(path: str) -> None:
    """That a file to write, there or not, is not behind a link out of its tree. Raises Outside."""
    real = os.path.realpath(path)
    if not inside(real, tree_of(path)):
        raise Outside(f"a link leads to {real}, which is outside of {tree_of(path)}; nothing was written")


def repository(directory: str) -> str | None:
    """The nearest directory at or above this one that holds `.git`, which is a file in a work tree of its own."""
    at = directory
    while not os.path.lexists(os.path.join(at, _GIT)):
        if os.path.dirname(at) == at:
            return None
        at = os.path.dirname(at)
    return at
