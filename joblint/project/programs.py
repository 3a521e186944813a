"""Find the few programs that joblint starts (git, helm, kustomize), and never one of the files under review."""

import os
import shutil

from joblint.manifests.boundary import inside, repository


def find_program(name: str, under_review: str = "") -> str | None:
    """The absolute path of a program on the PATH; None where there is none.

    Relative entries of the PATH (`.`, an empty one) are passed over, and so is the current directory, where Windows
    would look first: both may be the repository under review. `under_review` is the real path of a directory whose
    programs are never taken; those of the repository around the current directory are not, either.
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
    """The real path of the repository that the current directory is in; empty where it is in none."""
    top = repository(os.path.realpath(os.curdir))
    return "" if top is None else top
