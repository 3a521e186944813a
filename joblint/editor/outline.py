"""The outline of a file: its Jobs and CronJobs with their containers and volumes, and the ranges to fold."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from joblint.editor import place
from joblint.editor.around import CONTAINERS, INIT, VOLUMES, named
from joblint.manifests.document import Document, Manifest, documents, field
from joblint.manifests.kinds import kind_of
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import Mapping, Node, Scalar
from joblint.manifests.yaml.tree import Sequence as List

OBJECT, CONTAINER, VOLUME = "object", "container", "volume"
_POD = (("template", "spec"), ("jobTemplate", "spec", "template", "spec"))


class Symbol(NamedTuple):
    """Something that has a name: what it is, its span in the file, and the span of its name."""

    name: str
    detail: str
    what: str
    start: int
    end: int
    name_start: int
    name_end: int
    children: "tuple[Symbol, ...]" = ()


class Folding(NamedTuple):
    """A range that can be folded into its first line: [start, end) of the file."""

    start: int
    end: int


def symbols(source: Source, known: Sequence[Document] | None = None) -> list[Symbol]:
    """Return the objects of a file, in order; Jobs and CronJobs with their containers and volumes."""
    found = documents(source) if known is None else known
    return [symbol for document in found for symbol in symbols_of(document)]


def symbols_of(document: Document) -> Iterator[Symbol]:
    """Yield the objects of one document, if it may contain Jobs."""
    if document.may_hold_job:
        for manifest in place.objects(document):
            if manifest.kind and manifest.node.entries:
                yield _object(manifest)


def _object(manifest: Manifest) -> Symbol:
    document, node = manifest.document, manifest.node
    name = manifest.field("metadata", "name") or manifest.field("metadata", "generateName")
    shown = _text(document, name) or manifest.kind
    at = name if isinstance(name, Scalar) and name.text else node.entries[0].key
    children = tuple(_children(manifest)) if kind_of(manifest) else ()
    kind = manifest.shown("kind") or manifest.kind
    return Symbol(shown, kind, OBJECT, *_span(document, node), *_span(document, at), children)


def _children(manifest: Manifest) -> Iterator[Symbol]:
    for path in _POD:
        pod = manifest.field("spec", *path)
        for what, lists in ((CONTAINER, (INIT, CONTAINERS)), (VOLUME, (VOLUMES,))):
            for _, at, element in named(pod, *lists):
                detail = _image(manifest.document, element) if what == CONTAINER else _source(element)
                place_of = (*_span(manifest.document, element), *_span(manifest.document, at))
                yield Symbol(_text(manifest.document, at) or what, detail, what, *place_of)


def _image(document: Document, container: Mapping) -> str:
    return _text(document, field(container, "image"))


def _text(document: Document, node: Node | None) -> str:
    """A scalar as it is written; of a template with its actions."""
    if not isinstance(node, Scalar):
        return ""
    if node.text.isascii():
        return node.text
    from joblint.manifests.template.written import written

    return written(document.source.language, document.source.text, document.text, document.outer, node)


def _source(volume: Mapping) -> str:
    return next((entry.name for entry in volume.entries if entry.name != "name"), "")


def _span(document: Document, node: Node) -> tuple[int, int]:
    return _outer(document, node.start, node.end)


def _outer(document: Document, start: int, end: int) -> tuple[int, int]:
    """Return the span in the file of a span of a document, without the blanks at its end."""
    end = start + len(document.text[start:end].rstrip())
    begin = document.outer(start)
    return begin, max(begin, document.outer(end - 1) + 1) if end > start else begin


def foldings(source: Source, known: Sequence[Document] | None = None) -> list[Folding]:
    """Return the ranges to fold in the documents of a file that may contain Jobs, in order."""
    found = documents(source) if known is None else known
    return [folding for document in found for folding in foldings_of(document)]


def foldings_of(document: Document) -> Iterator[Folding]:
    """Yield the ranges of one document: the whole, and each key or item of several lines; one for each line."""
    root = place.root_of(document) if document.may_hold_job else None
    line = -1
    for start, end in _spans(root) if root is not None else ():
        text = document.text
        close = text.find("\n", start, start + len(text[start:end].rstrip()))
        if close > line:  # the first range that begins on a line is the largest
            line = close
            yield Folding(*_outer(document, start, end))


def _spans(root: Node) -> Iterator[tuple[int, int]]:
    """Yield the spans of keys with their values and of items, in the order of the text."""
    todo: list[tuple[int, Node]] = [(root.start, root)]
    while todo:
        start, node = todo.pop()
        yield start, node.end
        if isinstance(node, Mapping):
            todo.extend((entry.key.start, entry.value) for entry in reversed(node.entries))
        elif isinstance(node, List):
            todo.extend((item.start, item) for item in reversed(node.items))
