"""Find the few programs that joblint starts (git, helm, kustomize), and never one of the files under review."""

import os
import shutil

from joblint.boundary import inside


def find_program(name: str, under_review: str = "") -> str | None:
    """The absolute path of a program on the PATH; None where there is none.

    Relative entries of the PATH (`.`, an empty one) are passed over, and so is the current directory, where Windows
    would look first: both may be the repository under review. `under_review` is the real path of a directory whose
    programs are never taken.
    """
    for directory in os.get_exec_path():
        if not os.path.isabs(directory):
            continue
        found = shutil.which(os.path.join(directory, name))
        if found and not (under_review and inside(os.path.realpath(directory), under_review)):
            return found
    return None
