"""What the kustomizations of a tree make of the objects in its files: names, namespaces, labels, selectors.

As kustomize does it without anybody's `configurations` (api/internal/konfig/builtinpluginconsts of release 5.8): the
resources of a kustomization first, those of its own tree with what their kustomization made of them; then its
components; then its own changes. Only what stands in files counts: what lies elsewhere is not known.
"""

import posixpath
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from joblint.corpus import is_kustomization
from joblint.document import Document, documents, field
from joblint.kustomize import LABELLING, NAMES, normal
from joblint.source import Source
from joblint.tree import Mapping, Node, Scalar, Sequence, target

WORDS = ("namePrefix", "nameSuffix", "Generator", *LABELLING)
_LEVELS = 50  # kustomizations one inside the other
_MOST = 50_000  # files that are looked at, counted for each kustomization that reaches them
_GENERATORS = {"configMapGenerator": "ConfigMap", "secretGenerator": "Secret"}
_SUFFIXES = (".yaml", ".yml", ".json")
_TAKES_PART = ("Service", "Job")  # parts of kinds whose labels or selectors a patch may change
_PARTS = ("labels", "selector", "$patch")  # what such a patch speaks of

Place = tuple[Document, Node]


class Change(NamedTuple):
    """What is made of a file's objects: their name, their namespace, the labels of their Pods, selectors."""

    prefix: str
    suffix: str
    namespace: str
    labels: dict[str, str]
    selectors: dict[str, str]

    def then(self, other: "Change") -> "Change":
        """This, and then what a kustomization around it does."""
        return Change(
            other.prefix + self.prefix,
            self.suffix + other.suffix,
            other.namespace or self.namespace,
            {**self.labels, **other.labels},
            {**self.selectors, **other.selectors},
        )


NOTHING = Change("", "", "", {}, {})


class Kustomization:
    """One kustomization as it is written. `names`: where its `namePrefix`, `nameSuffix` stand; `labelled`: its labels.

    `generated` are the names of the ConfigMaps and Secrets that it makes, by kind and name.
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
        """Whether it is a part of others, and nothing by itself."""
        return _string(field(self.root, "kind")) == "Component"

    def paths(self, *names: str) -> Iterator[str]:
        """The paths that lists of it have, from where the tree's own paths count."""
        for name in names:
            for item in _items(field(self.root, name)):
                path = _string(item)
                if path and "\n" not in path and "://" not in path:
                    yield _joined(self.directory, path)

    def _text(self, name: str) -> str:
        return _string(field(self.root, name))

    def _labels(self) -> tuple[dict[str, str], dict[str, str]]:
        """The labels that it gives to Pods, and those that it adds to selectors."""
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
        found = {}
        for entry in node.entries if isinstance(node, Mapping) else ():
            value = target(entry.value)
            if isinstance(value, Scalar):
                found[entry.name] = value.text
                self.labelled[entry.name] = entry.key
        return found

    def _generated(self) -> Iterator[tuple[tuple[str, str], Node]]:
        if _hashes_not(field(self.root, "generatorOptions")):
            return
        for generator, kind in _GENERATORS.items():
            for item in _items(field(self.root, generator)):
                node = field(item, "name")
                if node is not None and not _hashes_not(field(item, "options")):
                    yield (kind, _string(node)), node

    def patches(self, text_of: Callable[[str], str | None]) -> bool:
        """Whether it may change labels or selectors of Services and Jobs by other means, which nobody follows here.

        `text_of` gives the text of a file by its path; None where nobody knows it.
        """
        if any(field(self.root, name) is not None for name in ("transformers", "replacements")):
            return True
        return any(
            _matters(item, lambda path: text_of(_joined(self.directory, path)))
            for name in ("patches", "patchesStrategicMerge", "patchesJson6902")
            for item in _items(field(self.root, name))
        )


class Reach(NamedTuple):
    """The files that a kustomization reaches, each with what becomes of its objects, and what is generated there.

    `patched`: labels or selectors may become others than is said.
    """

    files: list[tuple[str, Change]]
    generated: dict[tuple[str, str], Place]
    patched: bool


class Kustomized:
    """The kustomizations of some sources, and the files that they reach."""

    def __init__(self, sources: Iterable[Source], read: Callable[[Source], list[Document]] = documents) -> None:
        """`read` gives the documents of a source."""
        self._sources = {normal(source.path): source for source in sources}
        self._read = read
        self._kustomizations: dict[str, Kustomization | None] = {}
        self._reached: dict[str, Reach | None] = {}
        self._room = _MOST
        self._by_file: dict[str, list[tuple[Kustomization, Change]]] | None = None

    def of(self, path: str) -> list[tuple[Kustomization, Change]]:
        """The kustomizations that reach a file, with what they make of it; those of a directory's name first."""
        if self._by_file is None:
            self._by_file = {}
            for directory in sorted(map(posixpath.dirname, filter(is_kustomization, self._sources))):
                top = self._kustomization(directory)
                if top is not None and not top.is_component:
                    for file, change in self.reach(directory).files:
                        self._by_file.setdefault(file, []).append((top, change))
        return self._by_file.get(normal(path), [])

    def renew(self, sources: dict[str, Source], *apart: str) -> None:
        """Take other sources, by their paths in the form that they have here; the kustomizations are the same.

        `apart`: paths whose text may be another one without anything being asked anew.
        """
        before, self._sources = self._sources, sources
        others = {path for path, source in sources.items() if before.get(path) is not source}
        others |= before.keys() - sources.keys()
        if not others.issubset(apart):
            self._reached, self._by_file, self._room = {}, None, _MOST

    def source(self, path: str) -> Source | None:
        """The source of a path in the form that they have here."""
        return self._sources.get(path)

    def beside(self, paths: Iterable[str]) -> set[str]:
        """The files that some kustomization puts together with one of these."""
        tops = {top.directory for path in paths for top, _ in self.of(path)}
        return {file for directory in tops for file, _ in self.reach(directory).files}

    def reach(self, directory: str, level: int = 0) -> Reach:
        """What the kustomization of a directory reaches."""
        known = self._reached.get(directory)
        if known is None:
            self._reached[directory] = Reach([], {}, False)  # for one that leads back to itself
            known = self._reached[directory] = self._reach(directory, level)
        return known

    def _reach(self, directory: str, level: int) -> Reach:
        one = self._kustomization(directory)
        if one is None or level > _LEVELS:
            return Reach([], {}, False)
        files, generated, patched = self._gathered(one, level)
        for path in one.paths("components"):
            component = self._kustomization(path)
            if component is not None and level < _LEVELS:
                more = self._gathered(component, level + 1)
                files = _changed([*files, *more.files], component.change)
                generated |= more.generated
                patched = patched or more.patched
        files = _changed(files, one.change)
        self._room -= len(files)
        return Reach(files if self._room > 0 else [], generated, patched)

    def _gathered(self, one: Kustomization, level: int) -> Reach:
        """What a kustomization has, before its components and itself change anything."""
        files: list[tuple[str, Change]] = []
        generated: dict[tuple[str, str], Place] = {}
        patched = one.patches(self._text)
        for path in one.paths("resources", "bases"):
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
            found = self._read(source) if source is not None else []
            self._kustomizations[directory] = Kustomization(directory, found[0]) if found else None
        return self._kustomizations[directory]

    def _text(self, path: str) -> str | None:
        source = self._sources.get(path)
        return None if source is None else source.text


def _changed(files: list[tuple[str, Change]], change: Change) -> list[tuple[str, Change]]:
    return files if change == NOTHING else [(path, before.then(change)) for path, before in files]


def _joined(directory: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(directory, path))


def _matters(item: Node, text_of: Callable[[str], str | None]) -> bool:
    """Whether a patch may change labels or selectors of Services and Jobs."""
    aim, inline = field(item, "target"), field(item, "patch")
    kind = _string(field(aim, "kind"))
    if kind and kind.isalpha() and not any(part in kind for part in _TAKES_PART):
        return False
    written = _string(inline) if inline is not None else _string(item)
    if "\n" not in written:
        read = text_of(_string(field(item, "path")) or written)
        if read is None:  # a patch of its own kind would be known, if that kind mattered
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
