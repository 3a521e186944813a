"""What a change can affect: the files that it touched, and those that refer to them or are referred to by them.

A run that reports only what is new since a commit reads and judges these alone. What it finds is what it would find
among all files: of the others nothing can be new. Too many are taken rather than one too few; where it cannot be told
which they are, there is no Reach, and all files are judged.
"""

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from joblint.project.git import Repository
from joblint.project.git_process import GitError
from joblint.project.walk import Within

if TYPE_CHECKING:
    from joblint.project.config.inforce import Configuration


class Reach(NamedTuple):
    """The files that a change since a commit can affect. Paths are from the top of the repository.

    `within`: what is read; `judged`: the files of which something may be new. `before`: the content, at the commit, of
    files that differ; `same` are the files of the work tree that do not. `touched`: of the files to check, and those
    that are gone, what differs. `elsewhere(word)`: whether a file that is not read, and that would be if all were, has
    a word. `read` gives the content of a file of the work tree, without asking for what was read before.
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
        """Return where a file is."""
        return os.path.join(self.repository.top, path)

    def as_it_was(self, path: str) -> bytes | None:
        """Return the content of a file at the commit; None where it had no such file."""
        return self.read(path) if path in self.same else self.before.get(path)


def find(paths: Sequence[str], ref: str, configuration: "Configuration | None") -> Reach | None:
    """Return what the change since a revision can affect of the files to check; None: perhaps all.

    What is wrong with the revision is left to be said by whoever asks for all.
    """
    from joblint.cli.against import repositories
    from joblint.cli.reach.search import Search
    from joblint.project.changes import Unknown

    try:
        found = repositories(paths)
        if len(found) == 1:
            return Search(paths, found[0], found[0].revision(ref), configuration).reach()
    except (GitError, Unknown):
        pass
    return None
