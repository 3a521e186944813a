"""Find what is at an offset of a file: which object, which field of which type, the key or the value.

`over` finds what is written there (for hover and definitions), `free` what could be written there (for completion),
even if nothing is there yet. Only the document at the offset is read; one that does not parse is read by sketch.py.
"""

from bisect import bisect_right
from collections.abc import Iterator
from collections.abc import Sequence as Items
from functools import lru_cache
from typing import NamedTuple

from joblint.editor.sketch import sketch
from joblint.kube.minors.minor import MINORS, Facts
from joblint.manifests.document import Document, Manifest, documents
from joblint.manifests.kinds import CURRENT, KINDS_OF_VERSION, kind_of
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import Alias, Entry, Mapping, Node, Scalar, Sequence, target
from joblint.server.decode.fragment import whole

KEY, VALUE, ITEM = "key", "value", "item"
_MOST_KEPT = 4096  # types of fields that are cached; for one set of minors, Kubernetes has fewer
_MAX_LISTS = 8  # levels of a List in a List that are read
_MAX_OBJECTS = 10_000  # of a document; with aliases, a small text can have very many


class Step(NamedTuple):
    """One step of a path: the type that has the field or the element, and the field's name or the element's index."""

    owner: str
    name: str | int


class Place(NamedTuple):
    """A place in an object. Offsets are those of the document's text.

    `steps` lead from the object to the place, including the place's own field or element, except for a key that is not
    there yet. `type` is the type expression of what is there; for a key that is not there yet, that of the struct that
    would get it. `what` is KEY, VALUE, or ITEM (an element of a list, with its dash). `owner` is the collection around
    it, if there is one, `entry` and `node` what is already there. text[start:end] is the word there. `column` is that
    of a new key or dash, and `flow` means that the place is in brackets.
    """

    document: Document
    manifest: Manifest
    steps: tuple[Step, ...]
    type: str
    what: str
    start: int
    end: int
    owner: Node | None = None
    entry: Entry | None = None
    node: Node | None = None
    column: int = 0
    flow: bool = False

    @property
    def field(self) -> Step | None:
        """Return the last step that is a field: an element belongs to the field of its list."""
        return next((step for step in reversed(self.steps) if isinstance(step.name, str)), None)

    @property
    def span(self) -> tuple[int, int]:
        """Return the span of the word in the file."""
        start = self.document.outer(self.start)
        return start, max(start, self.document.outer(self.end - 1) + 1) if self.end > self.start else start


class Base(NamedTuple):
    """Where a path begins in an object: its node, its type, and the steps to it (only a part of a Job has any)."""

    manifest: Manifest
    node: Mapping
    type: str
    steps: tuple[Step, ...] = ()


def at(source: Source, offset: int, known: Items[Document] | None = None) -> tuple[Document, int] | None:
    """Return the document that an offset of the file is in, and the offset in its text; None if it is in none.

    `known` are the documents of the file, if the caller has them.
    """
    found = documents(source) if known is None else known
    for document in found[max(0, bisect_right(found, offset, key=_begin) - 1) :][:2]:
        inner = inside(document, offset)
        if inner is not None:
            return document, inner
    return None


def _begin(document: Document) -> int:
    return document.outer(0)


def inside(document: Document, offset: int) -> int | None:
    """Return the offset in a document's text of an offset of its file; None if it is outside of the document."""
    size = len(document.text)
    if document.block is None:
        inner = offset - document.base
    else:
        segments = document.block.segments
        run = bisect_right(segments.outers, offset) - 1
        if run < 0 or offset - segments.outers[run] > segments.lengths[run]:
            return None
        inner = segments.starts[run] + offset - segments.outers[run] - segments.base - document.base
    if inner == size and document.text.endswith("\n") and document.source.text[offset : offset + 1].strip():
        return None  # something else follows on that line: a separator, the end of a fence
    return inner if 0 <= inner <= size else None


def root_of(document: Document) -> Node | None:
    """Return the tree of a document; if it does not parse, what can be recognized."""
    return document.root or (None if document.problem is None else sketch(document.text))


def base(document: Document, offset: int) -> Base | None:
    """Return the Job or CronJob that an offset is in, or the part of one if a text shows only that; else None."""
    manifest = object_at(document, offset)
    return base_of(manifest) if manifest is not None else None


def base_of(manifest: Manifest) -> Base | None:
    """Return the same for an object."""
    kind = kind_of(manifest)
    if kind:
        version = manifest.api_version if (manifest.api_version, kind) in KINDS_OF_VERSION else CURRENT
        return Base(manifest, manifest.node, KINDS_OF_VERSION[version, kind])
    if manifest.document.block is None or manifest.kind or manifest.api_version:
        return None
    part = whole(manifest)
    if part is None:
        return None
    spec = part.node.entries[0].value
    steps = (Step(part.kind, "spec"),)
    return Base(part, spec, f"{part.kind}Spec", steps) if isinstance(spec, Mapping) else None


def objects(document: Document) -> Iterator[Manifest]:
    """Yield the objects of a document, even if it does not parse; the items of a List one by one."""
    todo: list[tuple[Node | None, str, str, int]] = [(root_of(document), "", "", 0)]
    for _ in range(_MAX_OBJECTS):
        if not todo:
            return
        root, version, kind, depth = todo.pop()
        manifest = _manifest(document, root, version, kind)
        if manifest is None:
            continue
        items = _items(manifest)
        if items is None or depth > _MAX_LISTS:
            yield manifest
        else:
            version, kind = _implied(manifest)
            todo.extend((item, version, kind, depth + 1) for item in reversed(items.items))


def _manifest(document: Document, root: Node | None, version: str, kind: str) -> Manifest | None:
    node = target(root) if root is not None else None
    if not isinstance(node, Mapping):
        return None
    manifest = Manifest(document, node, document.index, "", "")
    manifest.api_version = manifest.text("apiVersion") or version
    manifest.kind = manifest.text("kind") or kind
    return manifest


def _items(manifest: Manifest) -> Sequence | None:
    """Return the items of a List."""
    items = manifest.field("items") if manifest.kind.endswith("List") else None
    return items if isinstance(items, Sequence) and items.items else None


def _implied(manifest: Manifest) -> tuple[str, str]:
    """Return the apiVersion and kind of items that do not set them."""
    kind = manifest.kind.removesuffix("List")
    return (manifest.api_version if kind else ""), kind


def object_at(document: Document, offset: int) -> Manifest | None:
    """Return the object of any kind that an offset is in: the document's, or an item of a List."""
    root = root_of(document)
    version = kind = ""
    for _ in range(_MAX_LISTS):
        manifest = _manifest(document, root, version, kind)
        items = _items(manifest) if manifest is not None else None
        if manifest is None or items is None:
            return manifest
        version, kind = _implied(manifest)
        root = last_before(items.items, offset)
    return None


def last_before(nodes: list[Node], offset: int) -> Node | None:
    """Return the last of some nodes that begins at an offset or before it."""
    index = bisect_right(nodes, offset, key=lambda node: node.start)
    return nodes[index - 1] if index else None


def entry_before(mapping: Mapping, offset: int) -> Entry | None:
    """Return the last entry whose key begins at an offset or before it."""
    index = bisect_right(mapping.entries, offset, key=lambda entry: entry.key.start)
    return mapping.entries[index - 1] if index else None


def child_type(type_: str, name: str | int, minors: Items[int]) -> str:
    """Return the type expression of a field or an element, in the newest of these minors, or else any, that has it."""
    if type_.startswith(("{}", "[]")):
        return type_[2:] if isinstance(name, int) == type_.startswith("[]") else ""
    return _field_type(type_, str(name), tuple(minors)) if type_ else ""


@lru_cache(_MOST_KEPT)
def _field_type(type_: str, name: str, minors: tuple[int, ...]) -> str:
    for minor in (*reversed(minors), *reversed(MINORS)):
        found = Facts(minor).struct(type_).get(name)
        if found is not None:
            return found[0]
    return ""


def is_struct(type_: str) -> bool:
    """Check whether a type expression is that of a struct of Kubernetes."""
    return type_[:1].isupper() or type_.startswith("v1beta1.")


def over(document: Document, offset: int, minors: Items[int]) -> Place | None:
    """Return the place of what is written at an offset of the document: a key, or a scalar."""
    found = base(document, offset)
    if found is None:
        return None
    node: Node = found.node
    type_, steps = found.type, found.steps
    while True:
        owner, entry = node, None
        if isinstance(node, Mapping):
            entry = entry_before(node, offset)
            if entry is None:
                return None
            steps += (Step(type_, entry.name),)
            type_ = child_type(type_, entry.name, minors)
            if offset <= entry.key.end:
                key, value = entry.key, target(entry.value)
                return Place(document, found.manifest, steps, type_, KEY, key.start, key.end, owner, entry, value)
            node = entry.value
        elif isinstance(node, Sequence):
            item = last_before(node.items, offset)
            if item is None:
                return None
            steps += (Step(type_, _index(node.items, item)),)
            type_ = child_type(type_, 0, minors)
            node = item
        if not node.start <= offset <= node.end:
            return None
        if isinstance(node, (Scalar, Alias)):
            start, end, value = node.start, node.end, target(node)
            return Place(document, found.manifest, steps, type_, VALUE, start, end, owner, entry, value)


def _index(nodes: list[Node], node: Node) -> int:
    return bisect_right(nodes, node.start, key=lambda other: other.start) - 1
