"""Which configuration speaks for a path: the nearest one, from its directory upwards.

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
# What a walk looks out for: a directory without any of them is as the one above it.
MARKS = frozenset((*NAMES, PYPROJECT, *_HINTS, _TOP))


class Place(NamedTuple):
    """What holds in a directory: the configurations of the nearest directory that has one (a second one beside the
    first is a mistake), and the directories at and above it, nearest first, that have a chart or a kustomization.
    """

    files: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


NOWHERE = Place()


class Finder:
    """The places looked at so far, by directory: as somebody wrote it, and as an absolute path."""

    def __init__(self, alone: bool = False) -> None:
        """`alone`: configurations are not looked for."""
        self.alone = alone
        self._written: dict[str, Place] = {}
        self._absolute: dict[str, Place] = {}

    def place(self, directory: str, marked: bool = True) -> Place:
        """The place of a directory; the empty path is the current one. `marked`: one of MARKS may be in it."""
        found = self._written.get(directory)
        if found is None and not marked:
            found = self._written.get(os.path.dirname(directory))
        if found is None:
            found = self._at(absolute(directory))
        self._written[directory] = found
        return found

    def _at(self, directory: str) -> Place:
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

    def _look(self, directory: str, above: Place) -> Place:
        files = () if self.alone else tuple(configurations(directory))
        hint = any(os.path.lexists(os.path.join(directory, name)) for name in _HINTS)
        if not files and not hint:
            return above
        return Place(files or above.files, (directory, *above.hints) if hint else above.hints)


def configurations(directory: str) -> list[str]:
    """The configurations in a directory, the one that counts first."""
    found = [path for name in _DOTTED if os.path.lexists(path := os.path.join(directory, name))]
    for name in (*_PLAIN, PYPROJECT):
        path = os.path.join(directory, name)
        if os.path.lexists(path):
            from joblint.project.config.recognize import is_configuration

            if is_configuration(path):
                found.append(path)
    return found


def absolute(path: str) -> str:
    """The path from the root. Links are not followed: a file is configured where it is named."""
    try:
        return os.path.abspath(path)
    except OSError:  # the current directory has been removed
        return os.path.join(os.sep, path)
