"""Findings of a text that keeps changing: what was found in a YAML document is kept until the document changes.

What is found in a document depends on its text, on its place (lines, offsets, number), on the settings, and, where a
rule asked for it, on the other documents. The place is reckoned in; for other settings there is another Bench and the
memory is emptied; what was asked of the others is asked again.
"""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from joblint.cli.output import bug
from joblint.corpus import Corpus, is_kustomization
from joblint.document import Document, Manifest, documents
from joblint.engine import Run
from joblint.finding import Edit, Finding
from joblint.kustomize import normal
from joblint.leave import Leave
from joblint.settings import Settings, Skipped
from joblint.source import Source

if TYPE_CHECKING:
    from joblint.kustomized import Kustomized

Key = tuple[str, str, tuple[tuple[int, int], ...], str]


class Place(NamedTuple):
    """Where a document begins in its file: the line, from 1, the offset, and how many documents stand before it."""

    line: int
    offset: int
    number: int


class Judged(NamedTuple):
    """What was found in one document when it stood at `place`.

    `broken`: it cannot be read. `left`, `passed_over` as in the engine; `asked` is what a rule asked of all texts, with
    the answer, `searched`: it looked into them, so that any change in one counts; `changed`: whether there are
    kustomizations that change objects, where it asked for them.
    """

    place: Place
    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    judged: int = 0
    left: bool = False
    passed_over: frozenset[str] = frozenset()
    asked: tuple[tuple[str, bool], ...] = ()
    searched: bool = False
    changed: bool | None = None
    broken: bool = False

    def at(self, place: Place) -> "Judged":
        """The same at another place."""
        if place == self.place:
            return self
        findings = tuple(_at(finding, self.place, place) for finding in self.findings)
        by = place.line - self.place.line
        skipped = tuple(one._replace(line=one.line + by) for one in self.skipped)
        return self._replace(place=place, findings=findings, skipped=skipped)


def _at(finding: Finding, old: Place, new: Place) -> Finding:
    by, further, path = new.line - old.line, new.offset - old.offset, finding.path
    about, fix = finding.object, finding.fix
    if about is not None:
        about = about._replace(document=about.document + new.number - old.number)
    if fix is not None:
        fix = fix._replace(edits=tuple(Edit(e.start + further, e.end + further, e.text) for e in fix.edits))
    related = tuple(
        one._replace(line=one.line + by, end_line=one.end_line + by) if one.path == path else one
        for one in finding.related
    )
    return finding._replace(
        line=finding.line + by, end_line=finding.end_line + by, object=about, related=related, fix=fix
    )


class Memory:
    """What was found in the documents of one text, of its last two versions."""

    __slots__ = ("_last", "_now")

    def __init__(self) -> None:
        self._last: dict[Key, Judged] = {}
        self._now: dict[Key, Judged] = {}

    def get(self, key: Key) -> Judged | None:
        """What was found in a document with that key."""
        found = self._now.get(key)
        return found if found is not None else self._last.get(key)

    def put(self, key: Key, judged: Judged) -> None:
        """Keep what was found."""
        self._now[key] = judged

    def turn(self) -> None:
        """A whole version was judged: what belongs to neither it nor the last one is let go."""
        self._last, self._now = self._now, {}


class Watched(Corpus):
    """One text at a time, and the others, which notes what a rule asks of them."""

    __slots__ = ("_known", "_normal", "_read", "asked", "changed", "searched")

    def __init__(self) -> None:
        super().__init__(())
        self.asked: dict[str, bool] = {}
        self.changed: bool | None = None
        self.searched = False
        self._read: dict[str, tuple[Source, list[Document]]] = {}
        self._known: dict[str, Source] = {}
        self._normal: dict[str, str] = {}

    def turn(self, source: Source, others: Sequence[Source]) -> None:
        """Take another text."""
        self._renew(source, others)
        if self.sources != [source] or self.others is not others:
            self.sources, self.others = [source], others
            self._documents.clear()
            self._manifests.clear()
            self._mentions.clear()
            self._beside.clear()
            self._names.clear()
            self._asked.clear()
            self._objects.clear()

    def _renew(self, source: Source, others: Sequence[Source]) -> None:
        """Keep what is known of kustomizations as long as they are the same texts."""
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
        """See Corpus; each is read once."""
        known = self._read.get(kustomization.path)
        if known is None or known[0] is not kustomization:
            known = self._read[kustomization.path] = kustomization, documents(kustomization)
        return known[1]

    def rest(self) -> None:
        """Let go of all trees but those of kustomizations."""
        self._objects.clear()
        self._names.clear()
        self._asked.clear()
        self._documents.clear()
        self._manifests.clear()

    def mentions(self, word: str) -> bool:
        """See Corpus."""
        self.asked[word] = found = super().mentions(word)
        return found

    def find(self, kind: str, name: str, near: Document) -> Manifest | None:
        """See Corpus."""
        self.searched = True
        return super().find(kind, name, near)

    def first_named(self, kind: str, name: str, near: Document, namespace: str = "") -> Manifest | None:
        """See Corpus."""
        self.searched = True
        return super().first_named(kind, name, near, namespace)

    def objects(self, kind: str, near: Document) -> list[Manifest]:
        """See Corpus."""
        self.searched = True
        return super().objects(kind, near)

    def kustomized(self, near: Document) -> "Kustomized | None":
        """See Corpus."""
        found = super().kustomized(near)
        self.changed = found is not None
        self.searched = self.searched or found is not None
        return found

    @property
    def is_plain(self) -> bool:
        """Whether no kustomization makes others of the objects in any file."""
        return self._all_kustomized() is None

    def beside(self, near: Document) -> list[Source]:
        """See Corpus."""
        self.searched = True
        return super().beside(near)


class Engine(Run):
    """A run that keeps what it knows of the minors, and what it found in documents."""

    corpus: Watched
    memory: Memory | None = None

    def start(self, source: Source, others: Sequence[Source], memory: Memory | None) -> None:
        """Begin with a text anew."""
        self.corpus.turn(source, others)
        self.findings, self.skipped, self.suppressed = [], [], []
        self.judged = 0
        self.memory = memory
        self.broken: list[tuple[int, int]] = []
        self.apart = True  # no document asked for others

    def document(self, document: Document) -> None:
        """Judge a document, or tell what was found in it before."""
        memory, key = self.memory, key_of(document)
        known = memory.get(key) if memory is not None and key is not None else None
        if known is None or not self.holds(known):
            known = self.anew(document)
        else:
            known = known.at(place_of(document))
            self.recall(document, known)
        if memory is not None and key is not None:
            memory.put(key, known)
        if known.broken:
            last = document.source.position(document.outer(max(len(document.text) - 1, 0)))[0]
            self.broken.append((known.place.line, last))
        self.apart = self.apart and not known.asked and not known.changed

    def holds(self, known: Judged) -> bool:
        """Whether what a document asked of the others would be answered in the same way."""
        if known.searched or (known.changed is False and not self.corpus.is_plain):
            return False
        return all(Corpus.mentions(self.corpus, word) == said for word, said in known.asked)

    def recall(self, document: Document, known: Judged) -> None:
        """Tell what was found before."""
        self.findings += known.findings
        self.skipped += known.skipped
        self.judged += known.judged
        self.passed_over |= known.passed_over
        if known.left:
            self.left.add(document.index)

    def anew(self, document: Document) -> Judged:
        """Judge a document. A bug that it wakes is told, and the others are judged all the same."""
        found, skipped, judged = len(self.findings), len(self.skipped), self.judged
        passed_over, self.passed_over = self.passed_over, set()
        self.corpus.asked, self.corpus.searched, self.corpus.changed = {}, False, None
        try:
            super().document(document)
        except Exception as error:
            tell(error, document.source)
        mine, self.passed_over = self.passed_over, self.passed_over | passed_over
        guess = document.block is not None and document.block.guess
        return Judged(
            place_of(document),
            tuple(self.findings[found:]),
            tuple(self.skipped[skipped:]),
            self.judged - judged,
            document.index in self.left,
            frozenset(mine),
            tuple(self.corpus.asked.items()),
            self.corpus.searched,
            self.corpus.changed,
            document.problem is not None and not guess and len(self.skipped) == skipped,
        )


def place_of(document: Document) -> Place:
    """Where a document begins."""
    offset = document.outer(0)
    return Place(document.source.position(offset)[0], offset, document.index)


def key_of(document: Document) -> Key | None:
    """What tells a document from others, wherever it stands; None where that cannot be said."""
    problem = document.problem.message if document.problem is not None else ""
    if document.block is None:
        return document.text, "", (), problem
    if document.block.flaws:
        return None
    # How an embedded text lies in the file around it: the lines that it stands on say it.
    source, start = document.source, document.outer(0)
    line, _ = source.position(start)
    lies = source.text[source.lines[line - 1] : document.outer(len(document.text))]
    return document.text, lies, document.holes, f"{document.block.guess}{problem}"


class Outcome(NamedTuple):
    """What is said of a text: its findings, in order; the lines of documents that cannot be read.

    `apart`: none of it depends on other files, unless a kustomization comes. `judged` counts the objects.
    """

    source: Source
    findings: list[Finding]
    broken: list[tuple[int, int]]
    judged: int
    skipped: list[Skipped]
    apart: bool


class Bench:
    """An engine for one set of settings, which stays."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.leave = Leave()
        self.engine = Engine(self.leave.settings(settings), Watched())

    def judge(self, source: Source, others: Sequence[Source], memory: Memory | None) -> Outcome:
        """Judge a text."""
        engine = self.engine
        engine.start(source, others, memory)
        try:
            engine.source(source)
        except Exception as error:  # of what concerns the whole text, as suppressions do
            tell(error, source)
        self.rest()
        if memory is not None:
            memory.turn()
        return Outcome(source, engine.findings, engine.broken, engine.judged, engine.skipped, engine.apart)

    def unknown(self, source: Source, memory: Memory) -> list[Document]:
        """The documents of a text in which something has to be looked for."""
        return [one for one in documents(source) if (key := key_of(one)) is None or memory.get(key) is None]

    def learn(self, source: Source, document: Document, others: Sequence[Source], memory: Memory) -> None:
        """Judge one document, for the memory alone."""
        engine = self.engine
        engine.start(source, others, memory)
        engine.left.clear()
        engine.document(document)
        self.rest()

    def rest(self) -> None:
        """Let go of what belongs to the text that was judged."""
        self.leave.templates.clear()
        self.engine.corpus.rest()


def tell(error: Exception, source: Source) -> None:
    """Say that a text has woken a bug, where the editor keeps its logs."""
    sys.stderr.write(f"joblint: {bug(error, source.path)}\n")


def speaks(source: Source) -> bool:
    """Whether a text could hold a Job: cheap, and generous, as when files are read."""
    from joblint import disk

    if len(source.text) > disk.MAX_BYTES:
        return False
    lower = source.text.lower()
    return disk.speaks(lower.encode("utf-8", "replace"), source.language)
