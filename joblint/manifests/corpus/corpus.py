"""What is judged together: the sources of one run, and the objects in them that a Job refers to."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from joblint.manifests.corpus.named import Named
from joblint.manifests.document import Document, Manifest, documents, manifests
from joblint.manifests.languages import embeds
from joblint.manifests.source import Source

if TYPE_CHECKING:
    from joblint.manifests.corpus.against import Against
    from joblint.manifests.corpus.kustomized import Kustomized

# The kinds of objects that Jobs refer to by name, those that may take a Job's Pods for their own, and those that bound
# what Pods take.
REFERRED = ("ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount", "PriorityClass")
TAKING = ("Service", "Deployment", "StatefulSet", "DaemonSet")
BOUNDING = ("ResourceQuota", "LimitRange")
# What a file has that matters to the Jobs of another one. Scripts in ConfigMaps are looked for wherever they stand.
MARKS = (
    REFERRED[0],
    *(mark for kind in (*REFERRED[1:], *TAKING, *BOUNDING) for mark in (f"kind: {kind}", f'"{kind}"')),
)
CONFIG_MAP = "onfigMap"  # in configMap, configMapRef and configMapKeyRef
# Parts of the fields in which Jobs refer to them: what one Job means, another one's slip of the pen does not.
REFERRING = (CONFIG_MAP, "ecret", "claimName", "serviceAccount", "priorityClassName")


class Corpus:
    """The sources of one run. Documents are parsed when somebody asks for what they may hold, and once."""

    __slots__ = (
        "_beside",
        "_documents",
        "_first",
        "_kustomized",
        "_manifests",
        "_mentions",
        "_objects",
        "_once",
        "_ordered",
        "elsewhere",
        "named",
        "old",
        "others",
        "sources",
        "whole",
    )
    old: "Against | None"

    def __init__(
        self,
        sources: Sequence[Source],
        others: Sequence[Source] = (),
        old: Sequence[Source] | None = None,
        *,
        lone: bool = False,
        whole: bool = True,
        elsewhere: Callable[[str], bool] | None = None,
    ) -> None:
        """`sources` are judged; `others` are looked into only for what a Job refers to.

        `old` are the manifests of the objects that are there already, None where nobody knows of any; `lone` as in
        Against. `whole`: of the directories of `sources` nothing is left out that could matter to a Job.
        `elsewhere`, where files are left out: whether one of these has a word.
        """
        self.sources, self.others, self.whole, self.elsewhere = sources, others, whole, elsewhere
        self.old = None
        if old is not None:
            from joblint.manifests.corpus.against import Against

            self.old = Against(old, lone=lone)
        self._documents: dict[int, list[Document]] = {}
        self._manifests: dict[int, list[Manifest]] = {}
        self._mentions: dict[str, bool] = {}
        self.named = Named(self.documents)
        self._first: dict[int, dict[tuple[str, str, str], Manifest]] = {}
        self._objects: dict[tuple[str, str], list[Manifest]] = {}
        self._ordered: list[Source] = []
        self._once: dict[tuple[object, ...], Any] = {}
        self._beside: dict[str, list[Source]] = {}
        self._kustomized: Kustomized | bool = False  # not looked for yet; True: there is none

    def documents(self, source: Source) -> list[Document]:
        """The documents of a source, in order."""
        found = self._documents.get(id(source))
        if found is None:
            found = self._documents[id(source)] = documents(source)
        return found

    def read(self, kustomization: Source) -> list[Document]:
        """The documents of a kustomization."""
        return self.documents(kustomization)

    def manifests(self, document: Document) -> list[Manifest]:
        """The objects of a document; empty where it cannot be read."""
        found = self._manifests.get(id(document))
        if found is None:
            found = self._manifests[id(document)] = manifests(document, document.index)
        return found

    def forget(self, document: Document) -> None:
        """Let go of a document's tree, which is most of the memory; it is parsed again if somebody asks for it."""
        self._manifests.pop(id(document), None)
        self._first.pop(id(document), None)
        document.forget()

    def mentions(self, word: str) -> bool:
        """Whether any file of the run has a word; looked for once."""
        found = self._mentions.get(word)
        if found is None:
            found = any(word in source.text for source in (*self.sources, *self.others))
            self._mentions[word] = found
        return found

    def has(self, kind: str) -> bool:
        """Whether any file of the run may have an object of a kind."""
        return self.mentions(kind)

    def says_elsewhere(self, word: str, near: Document) -> bool:
        """Whether a file that does not belong to a document's has a word."""
        own = set(map(id, self.beside(near)))
        if any(word in source.text for source in (*self.sources, *self.others) if id(source) not in own):
            return True
        return self.elsewhere is not None and self.elsewhere(word)

    def says_anywhere(self, word: str) -> bool:
        """Whether any file has a word, also one that the run need not read."""
        return self.mentions(word) or (self.elsewhere is not None and self.elsewhere(word))

    def find(self, kind: str, name: str, near: Document) -> Manifest | None:
        """The object of that kind and name: in the file of `near` if it is there, else in the first that has it."""
        for source in (near.source, *self.naming(name)):
            for document in self.named.documents(source, name):
                for manifest in self.manifests(document) if document.may_hold(kind) else ():
                    if manifest.kind == kind and manifest.text("metadata", "name") == name:
                        return manifest
        return None

    def naming(self, name: str) -> Iterable[Source]:
        """The sources that may have something of a name, by path."""
        return self.named.among(name, self._by_path())

    def source(self, path: str) -> Source | None:
        """The source of a path; None if no file of the run has it."""
        every = self._by_path()
        at = bisect_left(every, path, key=_path)
        return every[at] if at < len(every) and every[at].path == path else None

    def _by_path(self) -> list[Source]:
        if not self._ordered:
            self._ordered = sorted((*self.sources, *self.others), key=_path)
        return self._ordered

    def beside(self, near: Document) -> list[Source]:
        """The files that belong to a document's: its own first, then those of its directory where all are given.

        None where it stands in a text, where one example has nothing to do with the next.
        """
        if near.block is not None:
            return []
        own = near.source
        if not self.whole:
            return [own]
        if not self._beside:
            for source in (*self.sources, *self.others):
                if not embeds(source.language):
                    self._beside.setdefault(_directory(source), []).append(source)
        return [own, *(source for source in self._beside.get(_directory(own), ()) if source is not own)]

    def objects(self, kind: str, near: Document) -> list[Manifest]:
        """The objects of a kind in the files that belong to a document's, in the order of their paths."""
        if near.block is not None or not self.mentions(kind):
            return []
        key = (kind, _directory(near.source) if self.whole else near.source.path)
        found = self._objects.get(key)
        if found is None:
            found = self._objects[key] = []
            for source in sorted(self.beside(near), key=_path):  # whoever asks first
                if kind in source.text:
                    for document in self.documents(source):
                        if document.may_hold(kind):
                            found += [one for one in self.manifests(document) if one.kind == kind]
        return found

    def once(self, near: Document, key: tuple[object, ...], make: Callable[[], Any]) -> Any:
        """What is the same for all documents to which the same files belong, made once; `key` says what it is."""
        whole = (*key, _directory(near.source) if self.whole else near.source.path)
        if whole not in self._once:
            self._once[whole] = make()
        return self._once[whole]

    def objects_in(self, path: str, kind: str) -> list[Manifest]:
        """The objects of a kind in the file of a path, as kustomized.py has it; none where nobody does."""
        key = (kind, f"\0{path}")
        found = self._objects.get(key)
        if found is None:
            source = self._kustomized.source(path) if not isinstance(self._kustomized, bool) else None
            given = self.documents(source) if source is not None and kind in source.text else []
            each = (one for document in given if document.may_hold(kind) for one in self.manifests(document))
            found = self._objects[key] = [one for one in each if one.kind == kind]
        return found

    def kustomized(self, near: Document) -> "Kustomized | None":
        """The kustomizations of the run that make others of the objects of a file; None where there is none such."""
        if near.block is not None or near.source.rendered is not None or not self.whole:
            return None
        return self._all_kustomized()

    def _all_kustomized(self) -> "Kustomized | None":
        if self._kustomized is False:
            self._kustomized = True
            every = (*self.sources, *self.others)
            from joblint.manifests.corpus.kustomization import is_kustomization

            written = [source for source in every if is_kustomization(source.path)]
            if written:
                from joblint.manifests.corpus.kustomized import WORDS, Kustomized

                if any(word in source.text for source in written for word in WORDS):
                    self._kustomized = Kustomized(every, self.read)
        return None if isinstance(self._kustomized, bool) else self._kustomized

    def is_repeated(self, name: str, near: Document) -> bool:
        """Whether the file of a document may have two Jobs or CronJobs of a name: asked before first_named()."""
        return self.named.is_repeated(name, near)

    def first_named(self, kind: str, name: str, near: Document, namespace: str = "") -> Manifest | None:
        """The first Job or CronJob of a name in the file of a document, which may be the one that asks."""
        for document in self.named.within(near.source).get(name, (near,)):
            found = self._firsts(document).get((kind, name, namespace))
            if found is not None:
                return found
        return None

    def _firsts(self, document: Document) -> dict[tuple[str, str, str], Manifest]:
        """The objects of a document by kind, name and namespace, of each the first."""
        found = self._first.get(id(document))
        if found is None:
            found, objects = {}, self.manifests(document)
            for one in objects:
                found.setdefault((one.kind, one.text("metadata", "name"), one.text("metadata", "namespace")), one)
            if len(objects) > 1:  # of a List many ask
                self._first[id(document)] = found
        return found


def _path(source: Source) -> str:
    return source.path


def _directory(source: Source) -> str:
    return source.path.replace("\\", "/").rpartition("/")[0]
