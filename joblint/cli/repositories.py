"""The git repositories that paths on the command line are in."""

import os
from collections.abc import Iterable

from joblint.cli.inputs import STDIN
from joblint.manifests.boundary import repository as repository_above
from joblint.project.git import Repository
from joblint.project.git_process import GitError


def repositories(paths: Iterable[str]) -> list[Repository]:
    """Return the repositories that some paths are in. Raises GitError."""
    found: dict[str, Repository] = {}
    for path in paths or [os.curdir]:
        directory = _directory(path)
        top = repository_above(directory) or directory
        if top not in found:
            try:
                found[top] = Repository(top)
            except GitError as error:
                raise GitError(f"{path}: {error}") from None
    return list({repository.top: repository for repository in found.values()}.values())


def _directory(path: str) -> str:
    """Return a directory of a path's repository; for standard input and a shell's `<(...)` the current directory."""
    real = os.path.realpath(path)
    if os.path.isdir(real):
        return real
    known = os.path.isfile(real) or not os.path.lexists(real)
    return os.path.dirname(real) if path != STDIN and known else os.path.realpath(os.curdir)
