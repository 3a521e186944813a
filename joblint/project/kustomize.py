"""Find out whether the kustomizations next to and above a file name it as a patch, or as a resource."""

import os

from joblint.manifests.corpus.kustomization import NAMES
from joblint.manifests.disk import ReadError, read_start
from joblint.manifests.document import field
from joblint.manifests.yaml.parse import parse
from joblint.manifests.yaml.tree import Node, Problem, Scalar, Sequence, target

_PATCHES = ("patches", "patchesStrategicMerge", "patchesJson6902")
_RESOURCES = ("resources", "bases")
_LEVELS = 12  # directories above a file that are searched, but not beyond the top of its repository
_MAX_BYTES = 1 << 20

Named = tuple[frozenset[str], frozenset[str]]  # the absolute paths of patches, and of resources


class Kustomizations:
    """The kustomizations that were read so far, by directory."""

    def __init__(self) -> None:
        self._read: dict[str, Named] = {}

    def patches(self, path: str) -> bool:
        """Check whether a kustomization next to or above a file names it as a patch."""
        return self._named(path, 0)

    def resources(self, path: str) -> bool:
        """Check whether a kustomization next to or above a file names it as a resource."""
        return self._named(path, 1)

    def _named(self, path: str, what: int) -> bool:
        whole = os.path.abspath(path)
        directory = os.path.dirname(whole)
        for _ in range(_LEVELS):
            if whole in self._in(directory)[what]:
                return True
            above = os.path.dirname(directory)
            if above == directory or os.path.lexists(os.path.join(directory, ".git")):
                break
            directory = above
        return False

    def _in(self, directory: str) -> Named:
        found = self._read.get(directory)
        if found is None:
            found = self._read[directory] = _load(directory)
        return found


def is_one(directory: str) -> bool:
    """Check whether a directory contains a kustomization."""
    return any(os.path.isfile(os.path.join(directory, name)) for name in NAMES)


def _load(directory: str) -> Named:
    for name in NAMES:
        root = _parsed(os.path.join(directory, name))
        if root is not None:
            return _paths(root, _PATCHES, directory), _paths(root, _RESOURCES, directory)
    return frozenset(), frozenset()


def _parsed(path: str) -> Node | None:
    """Return the root of a kustomization; None if there is none or it cannot be read, which kustomize reports."""
    try:
        root = parse(read_start(path, _MAX_BYTES).decode("utf-8-sig"))
    except (OSError, ReadError, ValueError, Problem):
        return None
    return None if root is None else target(root)


def _paths(root: Node, names: tuple[str, ...], directory: str) -> frozenset[str]:
    """Return the files that some lists of a kustomization name, directly or as `path`."""
    found = set()
    for name in names:
        items = field(root, name)
        for item in items.items if isinstance(items, Sequence) else ():
            node = target(item)
            path = node if isinstance(node, Scalar) else field(node, "path")
            if isinstance(path, Scalar) and isinstance(path.value, str) and "\n" not in path.value:
                found.add(os.path.normpath(os.path.join(directory, path.value)))
    return frozenset(found)
