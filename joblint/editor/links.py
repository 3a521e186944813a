"""Find where a name is defined and where it is used: volumes, containers, and objects that a Job names.

Volumes and containers are searched in the same object; ConfigMaps, Secrets, claims and service accounts, and the keys
of the first two, in all files of a corpus.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from joblint.editor import around, place
from joblint.editor.place import Base, Place, Step, child_type
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.document import Document, Manifest
from joblint.manifests.source import Source
from joblint.manifests.template import is_open
from joblint.manifests.yaml.tree import Mapping, Node, Scalar, target
from joblint.manifests.yaml.tree import Sequence as List
from joblint.rule.settings import Settings

VOLUME, CONTAINER = "volume", "container"
_MAX_NODES = 200_000  # of one object: with aliases, a small text can have very many


class Location(NamedTuple):
    """A span of a file: [start, end)."""

    source: Source
    start: int
    end: int


class Name(NamedTuple):
    """A name, and what it names: VOLUME, CONTAINER or the kind of an object; `key` is one of the object's keys."""

    what: str
    name: str
    key: str = ""


def definitions(
    source: Source, offset: int, settings: Settings, corpus: Corpus, known: Sequence[Document] | None = None
) -> list[Location]:
    """Return where the name at an offset of a file is defined.

    `corpus` has the files to search, this one first; `known` are the file's documents.
    """
    found = _named_at(source, offset, settings, corpus, known)
    return list(_defined(*found, settings, corpus)) if found else []


def references(
    source: Source,
    offset: int,
    settings: Settings,
    corpus: Corpus,
    known: Sequence[Document] | None = None,
    *,
    declaration: bool = True,
) -> list[Location]:
    """Return where the name at an offset of a file is used; with `declaration`, also where it is defined."""
    found = _named_at(source, offset, settings, corpus, known)
    if found is None:
        return []
    said = list(_defined(*found, settings, corpus)) if declaration else []
    return said + [use for use in _used(*found, settings, corpus) if use not in said]


# -- what is named at the cursor


def _named_at(
    source: Source, offset: int, settings: Settings, corpus: Corpus, known: Sequence[Document] | None
) -> tuple[Name, Manifest] | None:
    """Return the name at an offset, and the object that it is in."""
    found = place.at(source, offset, known)
    if found is None:
        return None
    document, inner = found
    spot = place.over(document, inner, settings.minors)
    if spot is not None:
        name = _name(spot, corpus) if spot.what == place.VALUE and isinstance(spot.node, Scalar) else None
        return (name, spot.manifest) if name is not None else None
    manifest = place.object_at(document, inner) if any(kind in document.text for kind in around.KINDS) else None
    name = _own_name(manifest, inner) if manifest is not None and manifest.kind in around.KINDS else None
    return (name, manifest) if manifest is not None and name is not None else None


def _name(spot: Place, corpus: Corpus) -> Name | None:
    step, text = spot.steps[-1], spot.node.text if isinstance(spot.node, Scalar) else ""
    what = _what(spot.steps)
    if is_open(text):
        return None
    if what and text:
        return Name(what, text)
    if step.name == "key" and text:
        manifest = around.referred(spot, corpus)
        return Name(manifest.kind, manifest.text("metadata", "name"), text) if manifest is not None else None
    return None


def _what(steps: Sequence[Step]) -> str:
    """Return what the field at the end of some steps names, or is the name of; empty if it names nothing."""
    use = (steps[-1].owner, str(steps[-1].name))
    if use == ("Container", "name") or use in around.OF_CONTAINERS:
        return CONTAINER
    if use == ("Volume", "name") or use in around.OF_VOLUMES:
        return VOLUME
    return around.kind_of_use(steps)


def _own_name(manifest: Manifest, inner: int) -> Name | None:
    """Return the object's own name, or its key, if the cursor is on it."""
    name = manifest.field("metadata", "name")
    if not isinstance(name, Scalar) or not name.text or is_open(name.text):
        return None
    if name.start <= inner <= name.end:
        return Name(manifest.kind, name.text)
    for entry in around.data_of(manifest):
        if entry.key.start <= inner <= entry.key.end:
            return Name(manifest.kind, name.text, entry.name)
    return None


# -- where it is defined


def _defined(name: Name, manifest: Manifest, settings: Settings, corpus: Corpus) -> Iterator[Location]:
    if name.what in (VOLUME, CONTAINER):
        own = ("Volume", "name") if name.what == VOLUME else ("Container", "name")
        for steps, node in walk(manifest, settings):
            if node.text == name.name and (steps[-1].owner, steps[-1].name) == own:
                yield _location(manifest.document, node)
        return
    for found in _objects(name, manifest, corpus):
        at: Node | None = found.field("metadata", "name")
        if name.key:
            at = next((entry.key for entry in around.data_of(found) if entry.name == name.key), None)
        if at is not None:
            yield _location(found.document, at)


def _objects(name: Name, manifest: Manifest, corpus: Corpus) -> Iterator[Manifest]:
    """Yield the objects of that name that may be in the manifest's namespace."""
    here = manifest.text("metadata", "namespace")
    for found in around.objects(corpus, name.what):
        there = found.text("metadata", "namespace")
        if found.text("metadata", "name") == name.name and (not here or not there or here == there):
            yield found


def _location(document: Document, node: Node) -> Location:
    start = document.outer(node.start)
    return Location(document.source, start, max(start, document.outer(node.end - 1) + 1))


# -- where it is used


def _used(name: Name, manifest: Manifest, settings: Settings, corpus: Corpus) -> Iterator[Location]:
    if name.what in (VOLUME, CONTAINER):
        own = ("Volume", "name") if name.what == VOLUME else ("Container", "name")
        for steps, node in walk(manifest, settings):
            if node.text == name.name and _what(steps) == name.what and (steps[-1].owner, steps[-1].name) != own:
                yield _location(manifest.document, node)
        return
    here = manifest.text("metadata", "namespace")
    for source in (*corpus.sources, *corpus.others):
        if name.name not in source.text:
            continue
        for document in corpus.documents(source):
            if name.name in document.text and document.may_hold_job:
                for job in place.objects(document):
                    there = job.text("metadata", "namespace")
                    if not here or not there or here == there:
                        yield from _uses_in(job, name, settings, corpus)


def _uses_in(job: Manifest, name: Name, settings: Settings, corpus: Corpus) -> Iterator[Location]:
    for steps, node in walk(job, settings):
        if name.key:
            if node.text == name.key and steps[-1].name == "key":
                spot = Place(job.document, job, steps, "string", place.VALUE, node.start, node.end, node=node)
                if _name(spot, corpus) == name:
                    yield _location(job.document, node)
        elif node.text == name.name and _what(steps) == name.what:
            yield _location(job.document, node)


def walk(manifest: Manifest, settings: Settings) -> Iterator[tuple[tuple[Step, ...], Scalar]]:
    """Yield the scalars of a Job or CronJob in the order of the text, each with the steps that lead to it.

    A node behind aliases is yielded once, where it is written.
    """
    base: Base | None = place.base_of(manifest)
    if base is None:
        return
    todo: list[tuple[Node, str, tuple[Step, ...]]] = [(base.node, base.type, base.steps)]
    seen: set[int] = set()
    while todo and len(seen) < _MAX_NODES:
        node, type_, steps = todo.pop()
        node = target(node)
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Scalar) and steps:
            yield steps, node
        elif isinstance(node, Mapping):
            for entry in reversed(node.entries):
                inner = child_type(type_, entry.name, settings.minors)
                if inner:
                    todo.append((entry.value, inner, (*steps, Step(type_, entry.name))))
        elif isinstance(node, List):
            inner = child_type(type_, 0, settings.minors)
            items = enumerate(reversed(node.items), 1) if inner else ()
            count = len(node.items)
            todo.extend((item, inner, (*steps, Step(type_, count - back))) for back, item in items)
