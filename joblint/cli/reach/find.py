"""Find the files that a change can affect."""

from collections.abc import Sequence

from joblint.cli.reach import Reach
from joblint.cli.reach.search import Search
from joblint.cli.repositories import repositories
from joblint.project.changes import Unknown
from joblint.project.config.inforce import Configuration
from joblint.project.git_process import GitError


def find_reach(paths: Sequence[str], ref: str, configuration: Configuration | None) -> Reach | None:
    """Return which of the files to check the change since a revision can affect, or None if that may be all.

    An error in the revision is not reported here, but by the check of all files.
    """
    try:
        found = repositories(paths)
        if len(found) == 1:
            return Search(paths, found[0], found[0].revision(ref), configuration).reach()
    except (GitError, Unknown):
        pass
    return None
