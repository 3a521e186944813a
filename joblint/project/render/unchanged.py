"""The places of kustomize's output in the files that it was built from: where a value is unchanged in its file.

Origin annotations name the file of each object. Names may have a prefix or a suffix in the output, and fields that a
patch or a transformer has written are not in the file: they have no place.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator
from typing import NamedTuple

from joblint.engine.findings import span
from joblint.manifests.document import Document, Manifest, documents, manifests
from joblint.manifests.origin import File, Find, Place
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import Entry, Mapping, Node, Scalar, Sequence, target
from joblint.project.render.bounds import Bounds
from joblint.project.render.contained import RenderError

_NAME = "name"


def find_unchanged(bounds: Bounds, output: Source, paths: Collection[str]) -> Find | None:
    """Return what finds the places of an output of kustomize in its files, given the paths of those that matter."""
    files = {}
    try:
        bounds = bounds.anew()
    except RenderError:
        return None
    for one in paths:
        try:
            files[one] = [manifest for document in _read(bounds, one) for manifest in _objects(document)]
        except RenderError:  # it was read before: it is being changed now
            continue
    return _Unchanged(output, files).find


def _read(bounds: Bounds, path: str) -> list[Document]:
    real = bounds.located(path)
    if bounds.leaves(real):
        raise RenderError(bounds.link("it", real), path)
    return documents(Source(path, bounds.source(real).text))


def _objects(document: Document) -> list[Manifest]:
    return [] if document.root is None else list(manifests(document, document.index))


class _Spot(NamedTuple):
    """A node in an object, by the way to it: names of fields, and items of lists with their lists."""

    steps: list["Entry | tuple[Sequence, int]"]
    node: Node
    key: bool


class _Unchanged:
    """An output, and the objects of the files that it was built from."""

    def __init__(self, output: Source, files: dict[str, list[Manifest]]) -> None:
        self.documents, self.files = documents(output), files
        self.bases = [document.base for document in self.documents]
        self.objects: dict[int, tuple[Manifest, Manifest] | None] = {}  # by document: there, and in its file
        self.parts = _Parts()

    def find(self, start: int, end: int) -> Place | None:
        """Return the place of a span of the output in its file, or None if it is not there, or is changed."""
        at = bisect_right(self.bases, start) - 1
        if at < 0:
            return None
        if at not in self.objects:
            self.objects[at] = self._pair(self.documents[at])
        pair = self.objects[at]
        if pair is None:
            return None
        here, there = pair
        base = here.document.base
        spot = self.parts.spot(here.node, start - base, end - base)
        found = self.parts.follow(spot, there.node) if spot is not None else None
        if found is None:
            return None
        begin, stop = span(found)
        outer, source = there.document.outer, there.document.source
        file = File(source.path, source.text, source.language)
        return Place(file, outer(begin), max(outer(begin), outer(max(begin, stop - 1)) + 1), True)

    def _pair(self, document: Document) -> tuple[Manifest, Manifest] | None:
        objects = _objects(document)
        if len(objects) != 1 or document.origin not in self.files:
            return None
        there = _same_object(objects[0], self.files[document.origin])
        return (objects[0], there) if there is not None else None


def _same_object(manifest: Manifest, among: list[Manifest]) -> Manifest | None:
    """Return the object of a file that one of the output was made from; None if it is not sure which it is."""
    alike = [one for one in among if (one.kind, one.api_version) == (manifest.kind, manifest.api_version)]
    name = manifest.text("metadata", _NAME)
    equal = [one for one in alike if one.text("metadata", _NAME) == name]
    found = equal or [one for one in alike if one.text("metadata", _NAME) and one.text("metadata", _NAME) in name]
    return found[0] if len(found) == 1 else None


class _Parts:
    """The parts of mappings and lists, by their places and names. Nodes are known by identity: the trees are kept."""

    def __init__(self) -> None:
        self._starts: dict[int, list[int]] = {}
        self._named: dict[int, dict[str, Entry]] = {}
        self._items: dict[int, dict[str, list[Node]]] = {}

    def spot(self, root: Node, start: int, end: int) -> _Spot | None:
        """Return the node of a tree that is at a span, or the smallest that has its start."""
        steps: list[Entry | tuple[Sequence, int]] = []
        node = root
        while True:
            if span(node) == (start, end):
                return _Spot(steps, node, False)
            if isinstance(node, Mapping):
                number = self._part(node, start)
                entry = node.entries[number] if number >= 0 else None
                if entry is None or entry.merge or start >= max(entry.value.end, entry.key.end):
                    return None
                steps.append(entry)
                if start < entry.key.end:
                    return _Spot(steps, entry.value, True)
                node = entry.value
            elif isinstance(node, Sequence):
                number = self._part(node, start)
                if number < 0 or start >= node.items[number].end:
                    return None
                steps.append((node, number))
                node = node.items[number]
            else:
                return (
                    _Spot(steps, node, False) if isinstance(node, Scalar) and node.start <= start < node.end else None
                )

    def _part(self, node: Mapping | Sequence, at: int) -> int:
        """Return the number of the entry or item that begins at or before an offset, or -1."""
        if id(node) not in self._starts:
            parts = [one.key for one in node.entries] if isinstance(node, Mapping) else node.items
            self._starts[id(node)] = [part.start for part in parts]
        return bisect_right(self._starts[id(node)], at) - 1

    def follow(self, spot: _Spot, root: Node) -> Node | None:
        """Return the node to which the same way leads in another tree, or None if there is none with the same value."""
        node, key = target(root), None
        for step in spot.steps:
            found: Node | None = None
            if isinstance(step, Entry) and isinstance(node, Mapping):
                entry = self._entry(node, step.name)
                found, key = (entry.value, entry.key) if entry is not None else (None, None)
            elif isinstance(step, tuple) and isinstance(node, Sequence):
                found = self._item(*step, node)
            if found is None:
                return None
            node = target(found)
        if not _unchanged(spot.node, node):
            return None
        return key if spot.key else node

    def _entry(self, mapping: Mapping, name: str) -> Entry | None:
        if id(mapping) not in self._named:
            self._named[id(mapping)] = {one.name: one for one in mapping.entries if not one.merge}
        return self._named[id(mapping)].get(name)

    def _item(self, items: Sequence, number: int, among: Sequence) -> Node | None:
        """Return the item of a list that is the same as one of another: that of its name, or else of its number."""
        name = _name(items.items[number])
        if not name:
            return among.items[number] if len(among.items) == len(items.items) else None
        if id(among) not in self._items:
            named: dict[str, list[Node]] = {}
            for one in among.items:
                named.setdefault(_name(target(one)), []).append(one)
            self._items[id(among)] = named
        found = self._items[id(among)].get(name, [])
        return found[0] if len(found) == 1 else None


def _name(node: Node) -> str:
    entries: Iterator[Entry] = iter(node.entries if isinstance(node, Mapping) else ())
    return next((one.value.text for one in entries if one.name == _NAME and isinstance(one.value, Scalar)), "")


def _unchanged(node: Node, other: Node) -> bool:
    """Return whether a value is the same in both trees; of a mapping and a list, only its type counts."""
    if isinstance(node, Scalar):
        return isinstance(other, Scalar) and type(node.value) is type(other.value) and node.value == other.value
    return type(target(node)) is type(other)
