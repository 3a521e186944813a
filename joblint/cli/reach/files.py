"""The files of a repository's work tree that may matter to Jobs, for the search for neighbours."""

import os
from collections.abc import Iterable, Iterator, Sequence

from joblint.cli.inputs import DEFINED, is_neighbour
from joblint.manifests import disk
from joblint.manifests.relevance import file_may_hold_job
from joblint.project.charts import NOT_READ, language_in_tree
from joblint.project.walk import SUFFIXES

_ROOM = 64 << 20  # bytes that are cached
_SMALL = 1 << 16


class Files:
    """Files by their path from the top of the work tree. Their content is cached, as far as there is room."""

    def __init__(self, top: str, tracked: Iterable[str], roots: Sequence[str]) -> None:
        """Take all tracked files. Those below `roots`, which end in a slash, are in scope."""
        self._start = os.path.join(top, "")
        self.tracked = [path for path in tracked if is_named_as_one(path)]
        starts = tuple(roots)
        self.in_scope = self.tracked if "" in starts else [path for path in self.tracked if path.startswith(starts)]
        self._read: dict[str, bytes] = {}
        self._room = _ROOM

    def real(self, path: str) -> str:
        """Return the path of a file in the file system."""
        return f"{self._start}{path}"

    def read(self, path: str) -> bytes:
        """Return the content of a file. It is empty if it cannot be read, which the check reports."""
        data = self._read.get(path)
        if data is None:
            data = _content(self.real(path))
            self._room -= len(data)
            if self._room >= 0:
                self._read[path] = data
        return data

    def beside(self, directory: str) -> Iterator[str]:
        """Yield the files of a directory."""
        try:
            names = os.listdir(self.real(directory))
        except OSError:
            return
        for name in names:
            if is_named_as_one(name):
                yield f"{directory}/{name}" if directory else name

    def may_hold_job(self, path: str, data: bytes) -> bool:
        """Return whether a file with this content is checked."""
        language = language_in_tree(self.real(path), data)
        return language != NOT_READ and file_may_hold_job(data, language)

    def matters(self, path: str, data: bytes) -> bool:
        """Return whether a file with this content is checked, or may matter to one that is."""
        return bool(data) and (DEFINED in data or is_neighbour(path, data) or self.may_hold_job(path, data))


def _content(path: str) -> bytes:
    """Return the content of a file. Most files are small, so they are read without asking for their size."""
    try:
        descriptor = os.open(path, disk.FLAGS)
        try:
            data = os.read(descriptor, _SMALL)
        finally:
            os.close(descriptor)
        return data if len(data) < _SMALL else disk.read(path)
    except (OSError, disk.ReadError):
        return b""


def is_named_as_one(path: str) -> bool:
    """Return whether a walk finds files of this name."""
    return path.lower().endswith(SUFFIXES)
