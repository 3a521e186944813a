"""The files of the workspace: which may contain a Job, and the texts that Jobs of other files may refer to.

They are read when one of them is first needed, and again when the editor reports that they have changed. For an open
file, the editor's text is used.
"""

import asyncio
import os
import time
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from joblint.editor.lsp.folders import Folder
from joblint.manifests import disk
from joblint.manifests.corpus.corpus import MARKS, REFERRING
from joblint.manifests.corpus.kustomization import is_kustomization
from joblint.manifests.relevance import file_may_hold_job
from joblint.manifests.source import NotText, Source, decode
from joblint.project import walk
from joblint.project.charts import NOT_READ, language_in_tree

SLICE = 0.01  # seconds of work before other tasks may run
_WORDS = (*MARKS, *REFERRING)  # in files that Jobs of other files may refer to
_MARKS = tuple(mark.encode() for mark in _WORDS)
_MAX_KEPT = 64 << 20  # bytes of such files


class File(NamedTuple):
    """A file on disk: its time and size, whether it may contain a Job, and its text if Jobs may refer to it."""

    stamp: tuple[int, int]
    speaks: bool
    source: Source | None = None


class Library:
    """The files of all folders; `version` and `kustomizations` count changes of texts that Jobs may depend on."""

    def __init__(self) -> None:
        self.version = 0
        self.kustomizations = 0
        self.files: dict[str, File] = {}
        self.open: dict[str, Source] = {}
        self._bare: set[str] = set()  # also open, but without anything that other files may refer to
        self.read = False  # whether the folders have been walked
        self._kept = 0
        self._others: tuple[str, int, Sequence[Source]] = ("", -1, ())
        self._lock = asyncio.Lock()

    def others(self, path: str) -> Sequence[Source]:
        """Return the texts that the Jobs of a file may refer to; the same list until one of them changes."""
        if self._others[:2] != (path, self.version):
            closed = [file.source for name, file in self.files.items() if file.source and not self._is_open(name)]
            found = [*self.open.values(), *closed]
            self._others = (path, self.version, [source for source in found if source.path != path])
        return self._others[2]

    def having(self, word: str, without: Collection[str]) -> list[Source]:
        """Return the texts on disk that contain a word: Jobs and what they may refer to, except at some paths."""
        found, raw = [], word.encode("utf-8", "replace")
        for path, file in self.files.items():
            source = file.source
            if path in without or (source is None and not file.speaks):
                continue
            try:
                data = disk.read(path) if source is None else b""
                if source is None and raw in data:
                    source = Source(path, decode(data), language_in_tree(path, data))
            except (OSError, disk.ReadError, NotText):
                continue
            if source is not None and word in source.text:
                found.append(source)
        return found

    def edited(self, path: str, source: Source | None) -> bool:
        """Set the text of an open file (None: it was closed), and return whether other files may depend on it."""
        before = self._text(path)
        self.open.pop(path, None)
        self._bare.discard(path)
        if source is not None:
            if is_kustomization(path) or any(mark in source.text for mark in _WORDS):
                self.open[path] = source
            else:
                self._bare.add(path)
        changed = before is not self._text(path)
        self.version += changed
        self.kustomizations += changed and is_kustomization(path)
        return changed

    def _is_open(self, path: str) -> bool:
        return path in self.open or path in self._bare

    def _text(self, path: str) -> Source | None:
        """Return the text of a file that Jobs of other files may refer to."""
        file = self.files.get(path)
        return self.open.get(path) if file is None or self._is_open(path) else file.source

    async def walk(self, folders: Iterable[Folder]) -> None:
        """Read the folders, unless they have been read."""
        async with self._lock:
            if self.read:
                return
            self.read = True  # changes from now on need another walk
            found: set[str] = set()
            for folder in folders:
                found.update(await self._walk(folder))
            for path in [path for path in self.files if path not in found]:
                self._put(path, self.files[path], None)

    async def _walk(self, folder: Folder) -> list[str]:
        from joblint.project.config.inforce import Configuration

        configuration = Configuration(folder.line, folder.configuration.file, directory=folder.path)
        names = await asyncio.get_running_loop().run_in_executor(None, _find, folder.path, configuration)
        began = time.monotonic()
        for name in names:
            self.look(name)
            if time.monotonic() - began > SLICE:
                await asyncio.sleep(0)
                began = time.monotonic()
        return names

    def look(self, path: str) -> bool:
        """Read a file if it has changed, and return whether it has."""
        before = self.files.get(path)
        try:
            status = os.stat(path)
            stamp = (status.st_mtime_ns, status.st_size)
            if before is not None and before.stamp == stamp:
                return False
            after = self._file(path, stamp)
        except (OSError, ValueError, disk.ReadError):
            after = None
        return self._put(path, before, after)

    def closed(self, path: str) -> None:
        """Handle that a file was closed: it may differ on disk, or be one that a walk leaves out."""
        if path in self.files:
            self.look(path)
        else:
            self.read = False

    def forget(self, folders: Iterable[Folder] = ()) -> None:
        """Forget the files outside of some folders, and walk the folders again when needed."""
        self.files = {path: file for path, file in self.files.items() if any(one.holds(path) for one in folders)}
        self._kept = sum(len(file.source.text) for file in self.files.values() if file.source)
        self.read = False
        self.version += 1
        self.kustomizations += 1

    def _file(self, path: str, stamp: tuple[int, int]) -> File:
        data = disk.read(path)
        language = language_in_tree(path, data)
        if language == NOT_READ:
            return File(stamp, False)
        source = None
        matters = is_kustomization(path) or any(mark in data for mark in _MARKS)
        if matters and self._kept + len(data) < _MAX_KEPT:
            try:
                source = Source(path, decode(data), language)
            except NotText:
                pass
        return File(stamp, file_may_hold_job(data, language), source)

    def _put(self, path: str, before: File | None, after: File | None) -> bool:
        for file, sign in ((before, -1), (after, 1)):
            if file is not None and file.source is not None:
                self._kept += sign * len(file.source.text)
                self.version += 1
                self.kustomizations += is_kustomization(path)
        if after is None:
            self.files.pop(path, None)
        else:
            self.files[path] = after
        return before is not None or after is not None


def _find(path: str, configuration: "object") -> list[str]:
    from joblint.project.config.inforce import Configuration

    assert isinstance(configuration, Configuration)
    return walk.find([path], lambda *_: None, lambda *_: None, configuration)
