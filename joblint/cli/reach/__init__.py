"""The files that a change can affect: those that it touched, and those that refer to them or that they refer to.

A run that reports only what is new since a commit reads and checks only these. It finds what a check of all files would
find, because no other file can have a new finding. In doubt, a file is included; if joblint cannot tell which files
these are, there is no Reach, and all files are checked.
"""

import os
from collections.abc import Callable
from typing import NamedTuple

from joblint.project.git import Repository
from joblint.project.walk import Within


class Reach(NamedTuple):
    """The files that a change since a commit can affect. Paths are from the top of the repository.

    `within` are the files to read, `judged` those that may have new findings. `before` has the content, at the commit,
    of files that differ; `same` are the files of the work tree that do not. `touched` are the files that differ, of
    those to check and those that are gone. `elsewhere(word)` returns whether a word is in a file that is not read, but
    would be read in a check of all files. `read` returns the content of a file of the work tree, and caches it.
    """

    repository: Repository
    commit: str
    within: Within
    judged: frozenset[str]
    touched: frozenset[str]
    before: dict[str, bytes]
    same: set[str]
    elsewhere: Callable[[str], bool]
    read: Callable[[str], bytes]

    def real(self, path: str) -> str:
        """Return the path of a file in the file system."""
        return os.path.join(self.repository.top, path)

    def as_it_was(self, path: str) -> bytes | None:
        """Return the content of a file at the commit, or None if it did not exist."""
        return self.read(path) if path in self.same else self.before.get(path)
