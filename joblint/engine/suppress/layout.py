"""The places of documents, objects and scalars in a file, to find out what a comment belongs to."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from joblint.manifests.document import Document, Manifest
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import Mapping, Node, Scalar, Sequence

MARK = "joblint:"


class Tall(NamedTuple):
    """The span in the file of a scalar of several lines, or of a quoted one that mentions joblint."""

    start: int
    end: int
    quoted: bool


class Layout:
    """The places of documents, objects and tall scalars in a file, as offsets in the file."""

    def __init__(
        self, source: Source, documents: Iterable[Document], manifests: Callable[[Document], list[Manifest]]
    ) -> None:
        self.source = source
        self.documents = [document for document in documents if document.text]
        self.starts = [document.outer(0) for document in self.documents]
        self.ends = [document.outer(len(document.text) - 1) + 1 for document in self.documents]
        self.blocks = _blocks(self.documents)
        self.objects: dict[int, list[Manifest]] = {}
        self.tall: list[Tall] = []
        for document in self.documents:
            if document.may_hold_job or MARK in document.text:  # also of a ConfigMap: its script may have findings
                self.objects[document.index] = manifests(document)
                self.tall += _tall(document)
        self.tall.sort()
        self.tops = [scalar.start for scalar in self.tall]

    def at(self, offset: int) -> int:
        """Return the index in `documents` of the document at an offset of the file, or -1."""
        found = bisect_right(self.starts, offset) - 1
        return found if found >= 0 and offset < self.ends[found] else -1

    def scalar(self, offset: int) -> Tall | None:
        """Return the tall scalar at an offset of the file, or None."""
        found = bisect_right(self.tops, offset) - 1
        return self.tall[found] if found >= 0 and offset < self.tall[found].end else None

    def head(self, line: int) -> int:
        """Return the first line of the scalar that a line is in, or the line itself if its start is not in a scalar."""
        found = self.scalar(self.source.offset(line, 1))
        return self.source.position(found.start)[0] if found is not None else line


def _blocks(documents: list[Document]) -> list[int]:
    """Return the number of each document's block. Documents in one code fence have the same block."""
    found: list[int] = []
    for number, document in enumerate(documents):
        same = number and document.block is documents[number - 1].block and document.block is not None
        found.append(found[-1] if same else number)
    return found


def _tall(document: Document) -> Iterator[Tall]:
    """Yield the scalars of a document that have several lines, or are quoted and mention joblint."""
    todo: list[Node] = [document.root] if document.root is not None else []
    text, outer = document.text, document.outer
    while todo:
        node = todo.pop()
        if isinstance(node, Scalar):
            quoted = node.style in ("'", '"')
            if node.end > node.start and (
                text.find("\n", node.start, node.end) >= 0 or (quoted and text.find(MARK, node.start, node.end) >= 0)
            ):
                yield Tall(outer(node.start), outer(node.end - 1) + 1, quoted)
        elif isinstance(node, Mapping):
            for entry in node.entries:
                todo += (entry.key, entry.value)
        elif isinstance(node, Sequence):
            todo += node.items
