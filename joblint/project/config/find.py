"""Find the configuration that applies to a path: the nearest one, from its directory upwards.

The search ends at the top of a repository (where `.git` is) or of the file system. Each directory is looked at once.
"""

import os
from typing import NamedTuple

from joblint.manifests.corpus.kustomization import NAMES as KUSTOMIZATIONS
from joblint.project.config import PYPROJECT

_DOTTED = (".joblint.yaml", ".joblint.yml", ".joblint.toml")
# A file of one of these names may be something else: joblint/project/config/recognize.py decides.
_PLAIN = ("joblint.yaml", "joblint.yml", "joblint.toml")
NAMES = (*_DOTTED, *_PLAIN)
CHART = "Chart.yaml"
_HINTS = (CHART, *KUSTOMIZATIONS)
_TOP = ".git"
# What a walk looks out for: the configuration of a directory without any of them is that of the directory above.
MARKS = frozenset((*NAMES, PYPROJECT, *_HINTS, _TOP))


class Surroundings(NamedTuple):
    """The configuration files that apply to a directory, and the charts and kustomizations around it.

    `files` are the configurations of the nearest directory that has one (more than one is a mistake); `hints` are the
    directories at and above it, nearest first, that have a chart or a kustomization.
    """

    files: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


NOWHERE = Surroundings()


class Finder:
    """Finds the configuration of directories, and remembers it by the path as written, and by the absolute path."""

    def __init__(self, alone: bool = False) -> None:
        """If `alone` is set, configurations are not looked for, only charts and kustomizations."""
        self.alone = alone
        self._written: dict[str, Surroundings] = {}
        self._absolute: dict[str, Surroundings] = {}

    def place(self, directory: str, marked: bool = True) -> Surroundings:
        """Return the place of a directory; the empty path is the current one. `marked`: it may contain one of MARKS."""
        found = self._written.get(directory)
        if found is None and not marked:
            found = self._written.get(os.path.dirname(directory))
        if found is None:
            found = self._at(absolute(directory))
        self._written[directory] = found
        return found

    def _at(self, directory: str) -> Surroundings:
        todo, place = [], self._absolute.get(directory)
        while place is None:
            todo.append(directory)
            above = os.path.dirname(directory)
            if above == directory or os.path.lexists(os.path.join(directory, _TOP)):
                place = NOWHERE
            else:
                directory, place = above, self._absolute.get(above)
        for directory in reversed(todo):
            place = self._absolute[directory] = self._look(directory, place)
        return place

    def _look(self, directory: str, above: Surroundings) -> Surroundings:
        files = () if self.alone else tuple(configurations(directory))
        hint = any(os.path.lexists(os.path.join(directory, name)) for name in _HINTS)
        if not files and not hint:
            return above
        return Surroundings(files or above.files, (directory, *above.hints) if hint else above.hints)


def configurations(directory: str) -> list[str]:
    """Return the configurations in a directory, the one that is used first."""
    found = [path for name in _DOTTED if os.path.lexists(path := os.path.join(directory, name))]
    for name in (*_PLAIN, PYPROJECT):
        path = os.path.join(directory, name)
        if os.path.lexists(path):
            from joblint.project.config.recognize import is_configuration

            if is_configuration(path):
                found.append(path)
    return found


def absolute(path: str) -> str:
    """Return the absolute path. Links are not followed: the configuration is that of the path as it was named."""
    try:
        return os.path.abspath(path)
    except OSError:  # the current directory has been removed
        return os.path.join(os.sep, path)
