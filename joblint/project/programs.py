"""Find the few programs that joblint starts (git, helm, kustomize), never those in a repository under review."""

import os
import shutil

from joblint.manifests.boundary import inside, repository


def find_program(name: str, under_review: str = "") -> str | None:
    """Return the absolute path of a program on the PATH; None if there is none.

    Relative entries of the PATH (`.`, an empty one) are skipped, and so is the current directory, where Windows would
    look first: both may be the repository under review. `under_review` is the real path of a directory whose programs
    are never used; nor are those of the repository around the current directory.
    """
    avoided = [directory for directory in (under_review, _repository_here()) if directory]
    for directory in os.get_exec_path():
        if not os.path.isabs(directory):
            continue
        found = shutil.which(os.path.join(directory, name))
        if found and not any(inside(os.path.realpath(directory), one) for one in avoided):
            return found
    return None


def _repository_here() -> str:
    """Return the real path of the repository that the current directory is in; empty if it is in none."""
    top = repository(os.path.realpath(os.curdir))
    return "" if top is None else top
