"""What is judged together: the sources of one run, and the objects in them that a Job refers to."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from joblint.document import Document, Manifest, documents, manifests
from joblint.source import Source

if TYPE_CHECKING:
    from joblint.against import Against


class Corpus:
    """The sources of one run. Documents are parsed when somebody asks for what they may hold, and once."""

    __slots__ = ("_documents", "_manifests", "_mentions", "old", "others", "sources")
    old: "Against | None"

    def __init__(
        self,
        sources: Sequence[Source],
        others: Sequence[Source] = (),
        old: Sequence[Source] | None = None,
        *,
        lone: bool = False,
    ) -> None:
        """`sources` are judged; `others` are looked into only for what a Job refers to.

        `old` are the manifests of the objects that are there already, None where nobody knows of any; `lone` as in
        Against.
        """
        self.sources, self.others = sources, others
        self.old = None
        if old is not None:
            from joblint.against import Against

            self.old = Against(old, lone=lone)
        self._documents: dict[int, list[Document]] = {}
        self._manifests: dict[int, list[Manifest]] = {}
        self._mentions: dict[str, bool] = {}

    def documents(self, source: Source) -> list[Document]:
        """The documents of a source, in order."""
        found = self._documents.get(id(source))
        if found is None:
            found = self._documents[id(source)] = documents(source)
        return found

    def manifests(self, document: Document) -> list[Manifest]:
        """The objects of a document; empty where it cannot be read."""
        found = self._manifests.get(id(document))
        if found is None:
            found = self._manifests[id(document)] = manifests(document, document.index)
        return found

    def forget(self, document: Document) -> None:
        """Let go of a document's tree, which is most of the memory; it is parsed again if somebody asks for it."""
        self._manifests.pop(id(document), None)
        document.forget()

    def mentions(self, word: str) -> bool:
        """Whether any file of the run has a word; looked for once."""
        found = self._mentions.get(word)
        if found is None:
            found = any(word in source.text for source in (*self.sources, *self.others))
            self._mentions[word] = found
        return found

    def find(self, kind: str, name: str, near: Document) -> Manifest | None:
        """The object of that kind and name: in the file of `near` if it is there, else in another of the run."""
        rest = [s for s in (*self.sources, *self.others) if s is not near.source]
        for source in (near.source, *rest):
            if kind not in source.text or name not in source.text:
                continue
            for document in self.documents(source):
                if kind in document.text and name in document.text:
                    for manifest in self.manifests(document):
                        if manifest.kind == kind and manifest.text("metadata", "name") == name:
                            return manifest
        return None
