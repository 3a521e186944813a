"""Which object on the server a manifest is applied over; the objects are given as the manifests that created them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from joblint.manifests.document import Document, Manifest, documents, manifests
from joblint.manifests.kinds import kind_of
from joblint.manifests.languages import TEMPLATES
from joblint.manifests.source import Source

_DEFAULT = "default"
Identity = tuple[str, str, str, str]  # group, kind, namespace, name


class _ObjectPlace(NamedTuple):
    """The place of an object: its document, its index among that document's objects, and the offset of its start."""

    document: Document
    nth: int
    start: int

    @property
    def manifest(self) -> Manifest:
        """Return the object; it is parsed again if its tree has been forgotten."""
        return manifests(self.document, self.document.index)[self.nth]


class _Ours:
    """The Jobs and CronJobs of a file that is checked: how many have each identity, and the rank of each among them."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.count: dict[Identity, int] = {}
        self.rank: dict[tuple[int, int], int] = {}
        for place, who in _objects(source):
            rank = self.count[who] = self.count.get(who, 0) + 1
            self.rank[place.document.index, place.start] = rank - 1

    def of_kind(self, kind: str) -> int:
        """Return how many there are of a kind."""
        return sum(count for who, count in self.count.items() if who[1] == kind)


class Against:
    """The Jobs and CronJobs of OLD. They are found by identity, so that a file may have moved.

    Tutorials repeat names: the same `Job pi` is in several files, or several times in one. Of several with one
    identity, only those in a file with the same path count, and they are paired in order if both files have the same
    number. If that does not decide it, there is no pair: a wrong pair would report errors that do not exist, a create
    never does.
    """

    def __init__(self, sources: Sequence[Source], *, lone: bool = False) -> None:
        """Prepare to search OLD.

        `lone`: if both sides have a single Job, or a single CronJob, the two are a pair, whatever their names are.
        """
        self._sources, self._lone = sources, lone
        self._known: dict[Identity, dict[str, list[_ObjectPlace]]] | None = None
        self._ours: _Ours | None = None
        self._found: tuple[Manifest, Manifest | None] | None = None
        self.matched = 0  # how many manifests are applied over an object, of those that were looked for

    def find(self, manifest: Manifest, kind: str) -> Manifest | None:
        """The manifest of the object that this one is applied over; None where it is created."""
        if manifest.document.source.language in TEMPLATES:  # its name is only known once it is rendered
            return None
        if self._found is None or self._found[0] is not manifest:  # asked again for each minor
            self._found = (manifest, self._find(manifest, kind))
            self.matched += self._found[1] is not None
        return self._found[1]

    def _find(self, manifest: Manifest, kind: str) -> Manifest | None:
        if self._known is None:
            self._known = _by_identity(self._sources)
        source = manifest.document.source
        if self._ours is None or self._ours.source is not source:
            self._ours = _Ours(source)
        who = _identity(manifest, kind)
        equals = self._known.get(who, {}) if who[-1] else {}
        if not equals:
            lone = self._lone and self._ours.of_kind(kind) == 1
            return _partner(manifest, kind, self._known) if lone else None
        near = equals.get(source.path, _lone(equals, source))
        rank = self._ours.rank.get((manifest.document.index, manifest.node.start))
        return near[rank].manifest if rank is not None and self._ours.count[who] == len(near) else None


def _lone(equals: dict[str, list[_ObjectPlace]], source: Source) -> list[_ObjectPlace]:
    """Return those of the only file that has any; none if both were rendered: their directories are different."""
    if len(equals) != 1:
        return []
    [places] = equals.values()
    other = places[0].document.source
    return [] if other.rendered is not None and source.rendered is not None else places


def _partner(manifest: Manifest, kind: str, known: dict[Identity, dict[str, list[_ObjectPlace]]]) -> Manifest | None:
    """Return the only object of a kind in OLD, unless it is in another namespace."""
    lists = [listed for who, places in known.items() if who[1] == kind for listed in places.values()]
    theirs = [place for listed in lists for place in listed]
    if len(theirs) != 1:
        return None
    partner = theirs[0].manifest
    spaces = {m.text("metadata", "namespace") for m in (partner, manifest)} - {""}
    return partner if len(spaces) < 2 else None


def _by_identity(sources: Sequence[Source]) -> dict[Identity, dict[str, list[_ObjectPlace]]]:
    """Return the objects of some files, by identity and by the current path of their file."""
    places: dict[Identity, dict[str, list[_ObjectPlace]]] = {}
    for source in sources:
        for place, who in _objects(source):
            places.setdefault(who, {}).setdefault(source.counterpart, []).append(place)
    return places


def _objects(source: Source) -> Iterator[tuple[_ObjectPlace, Identity]]:
    """Yield the Jobs and CronJobs of a file; each document's tree is forgotten as soon as it has been searched."""
    for document in documents(source):
        if document.may_hold_job:
            for index, manifest in enumerate(manifests(document, document.index)):
                if kind := kind_of(manifest):
                    yield _ObjectPlace(document, index, manifest.node.start), _identity(manifest, kind)
            document.forget()


def _identity(manifest: Manifest, kind: str) -> Identity:
    group = manifest.api_version.rpartition("/")[0]
    return group, kind, manifest.text("metadata", "namespace") or _DEFAULT, manifest.text("metadata", "name")
