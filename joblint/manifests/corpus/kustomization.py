"""One kustomization as it is written: how it changes objects, what it generates, which files it names.

How several in a tree work together is in joblint/manifests/corpus/kustomized.py.
"""

import posixpath
from collections.abc import Callable, Iterator
from typing import NamedTuple

from joblint.manifests.document import Document, field
from joblint.manifests.yaml.tree import Mapping, Node, Scalar, Sequence, target

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
LABELLING = ("commonLabels", "includeSelectors", "includeTemplates")  # these add labels to Pods
_GENERATORS = {"configMapGenerator": "ConfigMap", "secretGenerator": "Secret"}
_TAKES_PART = ("Service", "Job")  # parts of kinds whose labels or selectors a patch may change
_PARTS = ("labels", "selector", "$patch")  # words of such a patch


def is_kustomization(path: str) -> bool:
    """Return whether a path is that of a kustomization."""
    return normal(path).rpartition("/")[2] in NAMES


def normal(path: str) -> str:
    """Return a path in the one form in which paths of different files are compared."""
    return posixpath.normpath(path.replace("\\", "/"))


class Change(NamedTuple):
    """How a file's objects are changed: their name, their namespace, the labels of their Pods, their selectors."""

    prefix: str
    suffix: str
    namespace: str
    labels: dict[str, str]
    selectors: dict[str, str]

    def then(self, other: "Change") -> "Change":
        """Return this change followed by that of a kustomization around it."""
        return Change(
            other.prefix + self.prefix,
            self.suffix + other.suffix,
            other.namespace or self.namespace,
            {**self.labels, **other.labels},
            {**self.selectors, **other.selectors},
        )


NOTHING = Change("", "", "", {}, {})


class Kustomization:
    """One kustomization as it is written.

    `names` are the nodes of its `namePrefix` and `nameSuffix`, `labelled` those of the labels that it adds.
    `generated` are the nodes of the names of the ConfigMaps and Secrets that it generates, by kind and name.
    """

    __slots__ = ("change", "directory", "document", "generated", "labelled", "names", "root")

    def __init__(self, directory: str, document: Document) -> None:
        self.directory, self.document = directory, document
        root = document.root
        self.root = None if root is None else target(root)
        self.names = [node for name in ("namePrefix", "nameSuffix") if (node := field(self.root, name)) is not None]
        self.labelled: dict[str, Node] = {}
        labels, selectors = self._labels()
        prefix, suffix, namespace = (self._text(name) for name in ("namePrefix", "nameSuffix", "namespace"))
        self.change = Change(prefix, suffix, namespace, labels, selectors)
        self.generated = dict(self._generated())

    @property
    def is_component(self) -> bool:
        """Return whether it is a component, which is only used as a part of others."""
        return _string(field(self.root, "kind")) == "Component"

    def paths(self, *names: str) -> Iterator[str]:
        """Yield the paths in some of its lists, relative to the top of the tree."""
        for name in names:
            for item in _items(field(self.root, name)):
                path = _string(item)
                if path and "\n" not in path and "://" not in path:
                    yield _joined(self.directory, path)

    def _text(self, name: str) -> str:
        return _string(field(self.root, name))

    def _labels(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return the labels that it adds to Pods, and those that it adds to selectors."""
        common = self._pairs(field(self.root, "commonLabels"))
        labels, selectors = dict(common), dict(common)
        for item in _items(field(self.root, "labels")):
            both = _is_true(field(item, "includeSelectors"))
            if both or _is_true(field(item, "includeTemplates")):
                pairs = self._pairs(field(item, "pairs"))
                labels.update(pairs)
                selectors.update(pairs if both else {})
        return labels, selectors

    def _pairs(self, node: Node | None) -> dict[str, str]:
        pairs = {}
        for entry in node.entries if isinstance(node, Mapping) else ():
            value = target(entry.value)
            if isinstance(value, Scalar):
                pairs[entry.name] = value.text
                self.labelled[entry.name] = entry.key
        return pairs

    def _generated(self) -> Iterator[tuple[tuple[str, str], Node]]:
        if _hashes_not(field(self.root, "generatorOptions")):
            return
        for generator, kind in _GENERATORS.items():
            for item in _items(field(self.root, generator)):
                node = field(item, "name")
                if node is not None and not _hashes_not(field(item, "options")):
                    yield (kind, _string(node)), node

    def patches(self, text_of: Callable[[str], str | None]) -> bool:
        """Return whether it may change labels or selectors of Services and Jobs in ways that are not followed here.

        `text_of` returns the text of a file by its path; None if it is not known.
        """
        if any(field(self.root, name) is not None for name in ("transformers", "replacements")):
            return True
        return any(
            _matters(item, lambda path: text_of(_joined(self.directory, path)))
            for name in ("patches", "patchesStrategicMerge", "patchesJson6902")
            for item in _items(field(self.root, name))
        )


def _joined(directory: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(directory, path))


def _matters(item: Node, text_of: Callable[[str], str | None]) -> bool:
    """Return whether a patch may change labels or selectors of Services and Jobs."""
    aim, inline = field(item, "target"), field(item, "patch")
    kind = _string(field(aim, "kind"))
    if kind and kind.isalpha() and not any(part in kind for part in _TAKES_PART):
        return False
    written = _string(inline) if inline is not None else _string(item)
    if "\n" not in written:
        read = text_of(_string(field(item, "path")) or written)
        if read is None:  # the file of a patch without a target would be known if its kind mattered
            return aim is not None
        written = read
    if aim is None and not any(part in written for part in _TAKES_PART):
        return False
    return any(part in written for part in _PARTS)


def _items(node: Node | None) -> list[Node]:
    return [target(item) for item in node.items] if isinstance(node, Sequence) else []


def _string(node: Node | None) -> str:
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""


def _is_true(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.value is True


def _hashes_not(options: Node | None) -> bool:
    return _is_true(field(options, "disableNameSuffixHash"))
