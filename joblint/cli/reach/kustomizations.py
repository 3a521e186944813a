"""The groups of files that a kustomization combines: the output for one file may depend on all."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping

from joblint.manifests.corpus.kustomization import Kustomization
from joblint.manifests.corpus.kustomized import WORDS
from joblint.manifests.document import documents, field
from joblint.manifests.source import NotText, Source, decode
from joblint.manifests.yaml.tree import Node, Scalar, Sequence, target

_PATCHES = ("patches", "patchesStrategicMerge", "patchesJson6902")
_WORDS = tuple(word.encode() for word in WORDS)


def matter(texts: Iterable[bytes]) -> bool:
    """Return whether any of some kustomizations changes objects in a way that rules check."""
    return any(word in text for text in texts for word in _WORDS)


class Groups:
    """The files of each kustomization: its own, and those that it and the kustomizations in it name."""

    def __init__(self, texts: Mapping[str, bytes]) -> None:
        """Take all kustomizations, by their paths from one directory."""
        self._by_directory = {posixpath.dirname(path): (path, data) for path, data in texts.items()}
        self._read: dict[str, tuple[set[str], list[str]]] = {}

    def around(self, paths: set[str]) -> set[str]:
        """Return the files of all kustomizations that include one of some files and change objects."""
        found: set[str] = set()
        for directory in self._by_directory:
            inside = list(self._inside(directory))
            if matter(self._by_directory[one][1] for one in inside):
                files = {path for one in inside for path in (self._by_directory[one][0], *self._of(one)[0])}
                if not files.isdisjoint(paths):
                    found |= files
        return found

    def _inside(self, directory: str) -> Iterator[str]:
        """Yield the directories of a kustomization and of the kustomizations in it."""
        todo, seen = [directory], set()
        while todo:
            one = todo.pop()
            if one not in seen and one in self._by_directory:
                seen.add(one)
                yield one
                todo += self._of(one)[1]

    def _of(self, directory: str) -> tuple[set[str], list[str]]:
        """Return the files and the directories that a kustomization names. A name may be either."""
        known = self._read.get(directory)
        if known is None:
            known = self._read[directory] = set(), []
            one = _read(directory, *self._by_directory[directory])
            if one is not None:
                known[1].extend(one.paths("resources", "bases", "components"))
                known[0].update(known[1], (posixpath.normpath(posixpath.join(directory, p)) for p in _patches(one)))
        return known


def _read(directory: str, path: str, data: bytes) -> Kustomization | None:
    try:
        found = documents(Source(path, decode(data)))
    except NotText:
        return None
    return Kustomization(directory, found[0]) if found else None


def _patches(one: Kustomization) -> Iterator[str]:
    for name in _PATCHES:
        items = field(one.root, name)
        for item in items.items if isinstance(items, Sequence) else ():
            node: Node | None = target(item)
            path = node if isinstance(node, Scalar) else field(node, "path")
            if isinstance(path, Scalar) and isinstance(path.value, str) and "\n" not in path.value:
                yield path.value
