"""What is checked together: the sources of one run, and the objects in them that a Job refers to."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from joblint.manifests.corpus.named import Named
from joblint.manifests.document import Document, Manifest, documents, manifests
from joblint.manifests.languages import embeds
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import Node

if TYPE_CHECKING:
    from joblint.manifests.corpus.against import Against
    from joblint.manifests.corpus.charted import Charted
    from joblint.manifests.corpus.kustomized import Kustomized

# The kinds of objects that Jobs refer to by name, those that may select a Job's Pods by mistake, and those that limit
# what Pods may use.
REFERRED = ("ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount", "PriorityClass")
TAKING = ("Service", "Deployment", "StatefulSet", "DaemonSet")
BOUNDING = ("ResourceQuota", "LimitRange")
# Words of a file that matter to the Jobs of another file. Scripts in ConfigMaps are searched for everywhere.
MARKS = (
    REFERRED[0],
    *(mark for kind in (*REFERRED[1:], *TAKING, *BOUNDING) for mark in (f"kind: {kind}", f'"{kind}"')),
)
CONFIG_MAP = "onfigMap"  # in configMap, configMapRef and configMapKeyRef
# Parts of the names of the fields in which Jobs refer to such objects.
REFERRING = (CONFIG_MAP, "ecret", "claimName", "serviceAccount", "priorityClassName")


class Corpus:
    """The sources of one run. A document is parsed once, when something that it may contain is asked for."""

    __slots__ = (
        "_beside",
        "_charts",
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
        """Create the corpus. `sources` are checked; `others` are only searched for what a Job refers to.

        `old` are the manifests of the objects that exist already, None if none are known; `lone` is as in Against.
        `whole`: nothing in the directories of `sources` that could matter to a Job is missing.
        `elsewhere`: if files are missing, it returns whether one of these has a word.
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
        self._charts: dict[str, Charted] = {}  # by what the paths of its templates begin with
        self._kustomized: Kustomized | bool = False  # not looked for yet; True: there is none

    def documents(self, source: Source) -> list[Document]:
        """Return the documents of a source, in order."""
        split = self._documents.get(id(source))
        if split is None:
            split = self._documents[id(source)] = documents(source)
        return split

    def read(self, kustomization: Source) -> list[Document]:
        """Return the documents of a kustomization."""
        return self.documents(kustomization)

    def manifests(self, document: Document) -> list[Manifest]:
        """Return the objects of a document; empty if it cannot be parsed."""
        objects = self._manifests.get(id(document))
        if objects is None:
            objects = self._manifests[id(document)] = manifests(document, document.index)
        return objects

    def forget(self, document: Document) -> None:
        """Forget a document's tree, which is most of the memory; it is parsed again if it is needed."""
        self._manifests.pop(id(document), None)
        self._first.pop(id(document), None)
        document.forget()

    def mentions(self, word: str) -> bool:
        """Return whether any file of the run has a word; each word is searched for once."""
        mentioned = self._mentions.get(word)
        if mentioned is None:
            mentioned = any(word in source.text for source in (*self.sources, *self.others))
            self._mentions[word] = mentioned
        return mentioned

    def has(self, kind: str) -> bool:
        """Return whether any file of the run may have an object of a kind."""
        return self.mentions(kind)

    def says_elsewhere(self, word: str, near: Document) -> bool:
        """Return whether a file has a word, apart from the files that belong to a document's file."""
        own = set(map(id, self.beside(near)))
        if any(word in source.text for source in (*self.sources, *self.others) if id(source) not in own):
            return True
        return self.elsewhere is not None and self.elsewhere(word)

    def says_anywhere(self, word: str) -> bool:
        """Return whether any file has a word, including files that the run does not need to read."""
        return self.mentions(word) or (self.elsewhere is not None and self.elsewhere(word))

    def find(self, kind: str, name: str, near: Document) -> Manifest | None:
        """Return the object of that kind and name: from the file of `near`, or else from the first that has it."""
        for source in (near.source, *self.naming(name)):
            for document in self.named.documents(source, name):
                for manifest in self.manifests(document) if document.may_hold(kind) else ():
                    if manifest.kind == kind and manifest.text("metadata", "name") == name:
                        return manifest
        return None

    def of_chart(self, near: Manifest, name: Node) -> Manifest | None:
        """Return the ConfigMap that a template names by an action, from the templates of its chart; None if unclear."""
        from joblint.manifests.corpus.charted import chart_of, charted

        source = near.document.source
        chart = chart_of(source)
        if chart not in self._charts:
            self._charts[chart] = charted(source, self._by_path())
        return self._charts[chart].config_map(near, name)

    def naming(self, name: str) -> Iterable[Source]:
        """Return the sources that may have something of a name, sorted by path."""
        return self.named.among(name, self._by_path())

    def source(self, path: str) -> Source | None:
        """Return the source of a path; None if no file of the run has that path."""
        every = self._by_path()
        at = bisect_left(every, path, key=_path)
        return every[at] if at < len(every) and every[at].path == path else None

    def _by_path(self) -> list[Source]:
        if not self._ordered:
            self._ordered = sorted((*self.sources, *self.others), key=_path)
        return self._ordered

    def beside(self, near: Document) -> list[Source]:
        """Return the files that belong to a document: its own, then the others in its directory if all are given.

        Empty if it is embedded in a text, because there one example has nothing to do with the next.
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
        """Return the objects of a kind in the files that belong to a document, in the order of their paths."""
        if near.block is not None or not self.mentions(kind):
            return []
        key = (kind, _directory(near.source) if self.whole else near.source.path)
        same_kind = self._objects.get(key)
        if same_kind is None:
            same_kind = self._objects[key] = []
            for source in sorted(self.beside(near), key=_path):  # the order must not depend on who asks first
                if kind in source.text:
                    for document in self.documents(source):
                        if document.may_hold(kind):
                            same_kind += [one for one in self.manifests(document) if one.kind == kind]
        return same_kind

    def once(self, near: Document, key: tuple[object, ...], make: Callable[[], Any]) -> Any:
        """Make something once for all documents to which the same files belong; `key` says what it is."""
        whole = (*key, _directory(near.source) if self.whole else near.source.path)
        if whole not in self._once:
            self._once[whole] = make()
        return self._once[whole]

    def objects_in(self, path: str, kind: str) -> list[Manifest]:
        """Return the objects of a kind in the file of a path, in the form of kustomized.py; empty if it is unknown."""
        key = (kind, f"\0{path}")
        same_kind = self._objects.get(key)
        if same_kind is None:
            source = self._kustomized.source(path) if not isinstance(self._kustomized, bool) else None
            given = self.documents(source) if source is not None and kind in source.text else []
            each = (one for document in given if document.may_hold(kind) for one in self.manifests(document))
            same_kind = self._objects[key] = [one for one in each if one.kind == kind]
        return same_kind

    def kustomized(self, near: Document) -> "Kustomized | None":
        """Return the kustomizations of the run that change the objects of a file; None if there are none."""
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
        """Return whether a document's file may have two Jobs or CronJobs of a name; call it before first_named()."""
        return self.named.is_repeated(name, near)

    def first_named(self, kind: str, name: str, near: Document, namespace: str = "") -> Manifest | None:
        """Return the first Job or CronJob of a name in a document's file; it may be the one that is asked about."""
        for document in self.named.within(near.source).get(name, (near,)):
            first = self._firsts(document).get((kind, name, namespace))
            if first is not None:
                return first
        return None

    def _firsts(self, document: Document) -> dict[tuple[str, str, str], Manifest]:
        """Return the objects of a document by kind, name and namespace; of several, the first."""
        firsts = self._first.get(id(document))
        if firsts is None:
            firsts, objects = {}, self.manifests(document)
            for one in objects:
                firsts.setdefault((one.kind, one.text("metadata", "name"), one.text("metadata", "namespace")), one)
            if len(objects) > 1:  # for a List it is needed many times
                self._first[id(document)] = firsts
        return firsts


def _path(source: Source) -> str:
    return source.path


def _directory(source: Source) -> str:
    return source.path.replace("\\", "/").rpartition("/")[0]
