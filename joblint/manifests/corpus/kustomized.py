"""How the kustomizations of a tree change the objects in its files: names, namespaces, labels, selectors.

This follows kustomize without custom `configurations` (api/internal/konfig/builtinpluginconsts of release 5.8): first
the resources of a kustomization, as changed by the kustomizations that they come from; then its components; then its
own changes. Only resources in files are known.
"""

import posixpath
from collections.abc import Callable, Iterable
from typing import NamedTuple

from joblint.manifests.corpus.kustomization import (
    LABELLING,
    NAMES,
    NOTHING,
    Change,
    Kustomization,
    is_kustomization,
    normal,
)
from joblint.manifests.document import Document, documents
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import Node

WORDS = ("namePrefix", "nameSuffix", "Generator", *LABELLING)
_LEVELS = 50  # of nested kustomizations
_MOST = 50_000  # files and names, counted for each kustomization that reaches them
_SUFFIXES = (".yaml", ".yml", ".json")

NamePlace = tuple[Document, Node]


class Reach(NamedTuple):
    """The files that a kustomization reaches, each with the change of its objects, and what is generated there.

    `patched`: labels or selectors may also be changed in ways that are not known.
    """

    files: list[tuple[str, Change]]
    generated: dict[tuple[str, str], NamePlace]
    patched: bool


class Kustomized:
    """The kustomizations of some sources, and the files that they reach."""

    def __init__(self, sources: Iterable[Source], read: Callable[[Source], list[Document]] = documents) -> None:
        """Prepare to search the sources. `read` returns the documents of a source."""
        self._sources = {normal(source.path): source for source in sources}
        self._read = read
        self._kustomizations: dict[str, Kustomization | None] = {}
        self._reached: dict[str, Reach | None] = {}
        self._room = _MOST
        self._by_file: dict[str, list[tuple[Kustomization, Change]]] | None = None

    def of(self, path: str) -> list[tuple[Kustomization, Change]]:
        """Return the kustomizations that reach a file, each with the change; sorted by directory."""
        if self._by_file is None:
            self._by_file = {}
            for directory in sorted(map(posixpath.dirname, filter(is_kustomization, self._sources))):
                top = self._kustomization(directory)
                if top is not None and not top.is_component:
                    for file, change in self.reach(directory).files:
                        self._by_file.setdefault(file, []).append((top, change))
        return self._by_file.get(normal(path), [])

    def renew(self, sources: dict[str, Source], *apart: str) -> None:
        """Replace the sources, by their normalized paths; the kustomizations must be the same.

        `apart`: paths whose text may differ without anything being computed again.
        """
        before, self._sources = self._sources, sources
        others = {path for path, source in sources.items() if before.get(path) is not source}
        others |= before.keys() - sources.keys()
        if not others.issubset(apart):
            self._reached, self._by_file, self._room = {}, None, _MOST

    def source(self, path: str) -> Source | None:
        """Return the source of a normalized path."""
        return self._sources.get(path)

    def beside(self, paths: Iterable[str]) -> set[str]:
        """Return the files that are in the same kustomization as one of these."""
        tops = {top.directory for path in paths for top, _ in self.of(path)}
        return {file for directory in tops for file, _ in self.reach(directory).files}

    def reach(self, directory: str, level: int = 0) -> Reach:
        """Return what the kustomization of a directory reaches."""
        known = self._reached.get(directory)
        if known is None:
            self._reached[directory] = Reach([], {}, False)  # in case it leads back to itself
            known = self._reached[directory] = self._reach(directory, level)
        return known

    def _reach(self, directory: str, level: int) -> Reach:
        one = self._kustomization(directory)
        if one is None or level > _LEVELS or self._room <= 0:
            return Reach([], {}, False)
        files, generated, patched = self._gathered(one, level)
        for path in dict.fromkeys(one.paths("components")):
            component = self._kustomization(path)
            if component is not None and level < _LEVELS:
                more = self._gathered(component, level + 1)
                files = _changed([*files, *more.files], component.change)
                generated |= more.generated
                patched = patched or more.patched
        kinds = len({id(change) for _, change in files})
        self._room -= len(files) + len(generated) + kinds * (len(one.change.labels) + len(one.change.selectors))
        return Reach(_changed(files, one.change) if self._room > 0 else [], generated, patched)

    def _gathered(self, one: Kustomization, level: int) -> Reach:
        """Return what a kustomization has before its components and its own fields change anything."""
        files: list[tuple[str, Change]] = []
        generated: dict[tuple[str, str], NamePlace] = {}
        patched = one.patches(self._text)
        for path in dict.fromkeys(one.paths("resources", "bases")):  # kustomize rejects duplicates
            if path in self._sources or path.lower().endswith(_SUFFIXES):
                files.append((path, NOTHING))
                continue
            below = self.reach(path, level + 1)
            files += below.files
            generated |= below.generated
            patched = patched or below.patched
        generated |= {key: (one.document, node) for key, node in one.generated.items()}
        return Reach(files, generated, patched)

    def _kustomization(self, directory: str) -> Kustomization | None:
        if directory not in self._kustomizations:
            paths = (posixpath.join(directory, name) for name in NAMES)
            source = next((self._sources[path] for path in paths if path in self._sources), None)
            documents = self._read(source) if source is not None else []
            self._kustomizations[directory] = Kustomization(directory, documents[0]) if documents else None
        return self._kustomizations[directory]

    def _text(self, path: str) -> str | None:
        source = self._sources.get(path)
        return None if source is None else source.text


def _changed(files: list[tuple[str, Change]], change: Change) -> list[tuple[str, Change]]:
    if change == NOTHING:
        return files
    after = {id(before): before.then(change) for before in {id(before): before for _, before in files}.values()}
    return [(path, after[id(before)]) for path, before in files]
