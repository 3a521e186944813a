"""A corpus that records what a rule asks about other texts, and that can be reused for another text."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.corpus.kustomization import is_kustomization, normal
from joblint.manifests.document import Document, Manifest, documents
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import Node

if TYPE_CHECKING:
    from joblint.manifests.corpus.kustomized import Kustomized


class Watched(Corpus):
    """The corpus of one text at a time and the others; it records what a rule asks about the others."""

    __slots__ = ("_known", "_normal", "_read", "asked", "changed", "repeated", "searched")

    def __init__(self) -> None:
        super().__init__(())
        self.forget_asked()
        self._read: dict[str, tuple[Source, list[Document]]] = {}
        self._known: dict[str, Source] = {}
        self._normal: dict[str, str] = {}

    def forget_asked(self) -> None:
        """Start recording again."""
        self.asked: dict[str, bool] = {}
        self.repeated: dict[str, bool] = {}
        self.changed: bool | None = None
        self.searched = False

    def turn(self, source: Source, others: Sequence[Source]) -> None:
        """Switch to another text."""
        self._renew(source, others)
        if self.sources != [source] or self.others is not others:
            self.sources, self.others = [source], others
            self._documents.clear()
            self._manifests.clear()
            self._mentions.clear()
            self._beside.clear()
            self._charts.clear()
            self._ordered.clear()
            self._forget_objects()

    def _renew(self, source: Source, others: Sequence[Source]) -> None:
        """Keep what is known about kustomizations as long as their texts are the same."""
        every = (*others, source)
        now = {one.path: one for one in every if is_kustomization(one.path)}
        if now.keys() != self._known.keys() or any(self._known[path] is not one for path, one in now.items()):
            self._kustomized, self._known = False, now
            self._read = {path: known for path, known in self._read.items() if known[0] is now.get(path)}
        elif not isinstance(self._kustomized, bool):
            paths = {one.path: self._normal.get(one.path) or normal(one.path) for one in every}
            self._normal, last = paths, self.sources[0].path
            own = (paths[source.path], paths.get(last, ""))
            self._kustomized.renew({paths[one.path]: one for one in every}, *own)

    def read(self, kustomization: Source) -> list[Document]:
        """Return the documents of a kustomization, as in Corpus; each is read once."""
        known = self._read.get(kustomization.path)
        if known is None or known[0] is not kustomization:
            known = self._read[kustomization.path] = kustomization, documents(kustomization)
        return known[1]

    def rest(self) -> None:
        """Forget all trees except those of kustomizations."""
        self._forget_objects()
        self._documents.clear()
        self._manifests.clear()

    def _forget_objects(self) -> None:
        self._objects.clear()
        self._once.clear()
        self._first.clear()
        self.named.clear()

    def mentions(self, word: str) -> bool:
        """Record the call; see Corpus."""
        self.asked[word] = found = super().mentions(word)
        return found

    def is_repeated(self, name: str, near: Document) -> bool:
        """Record the call; see Corpus."""
        self.repeated[name] = found = super().is_repeated(name, near)
        return found

    def find(self, kind: str, name: str, near: Document) -> Manifest | None:
        """Record the call; see Corpus."""
        self.searched = True
        return super().find(kind, name, near)

    def of_chart(self, near: Manifest, name: Node) -> Manifest | None:
        """Record the call; see Corpus."""
        self.searched = True
        return super().of_chart(near, name)

    def first_named(self, kind: str, name: str, near: Document, namespace: str = "") -> Manifest | None:
        """Record the call; see Corpus."""
        self.searched = True
        return super().first_named(kind, name, near, namespace)

    def objects(self, kind: str, near: Document) -> list[Manifest]:
        """Record the call; see Corpus."""
        self.searched = self.searched or self.mentions(kind)  # recorded, so it is asked again
        return super().objects(kind, near)

    def once(self, near: Document, key: tuple[object, ...], make: Callable[[], Any]) -> Any:
        """Record the call; see Corpus. A later document that uses the result also depends on the others."""
        self.searched = True
        return super().once(near, key, make)

    def kustomized(self, near: Document) -> "Kustomized | None":
        """Record the call; see Corpus."""
        found = super().kustomized(near)
        self.changed = found is not None
        self.searched = self.searched or found is not None
        return found

    @property
    def is_plain(self) -> bool:
        """Check whether no kustomization changes objects in any file."""
        return self._all_kustomized() is None

    def beside(self, near: Document) -> list[Source]:
        """Record the call; see Corpus."""
        self.searched = True
        return super().beside(near)
