"""Check a text that keeps changing: what was found in a YAML document is kept until the document changes.

What is found in a document depends on its text, on its place (lines, offsets, number), on the settings, and, if a rule
asked for them, on the other documents. Findings are moved to the new place; other settings use another Bench and an
empty memory; what was asked about other documents is asked again.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from joblint.editor.lsp.memory import Judged, Memory, key_of, place_of
from joblint.editor.lsp.watched import Watched
from joblint.engine.findings import seen_from
from joblint.engine.run import Run
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.document import Document, documents
from joblint.manifests.relevance import text_may_hold_job
from joblint.manifests.source import Source
from joblint.project.leave import Leave
from joblint.report.stderr import bug, complain
from joblint.rule.finding import Finding
from joblint.rule.own import OWN
from joblint.rule.settings import Settings, Skipped


class Engine(Run):
    """A run that keeps what it knows about the minors, and what it found in documents."""

    corpus: Watched
    memory: Memory | None = None

    def start(self, source: Source, others: Sequence[Source], memory: Memory | None) -> None:
        """Start with a text."""
        self.corpus.turn(source, others)
        self.findings, self.skipped, self.suppressed, self.unread = [], [], [], []
        self.told.clear()
        self.make.scripts.clear()
        self.settlers.clear()
        self.judged = 0
        self.memory = memory
        self.broken: list[tuple[int, int]] = []
        self.apart = True  # no document asked for others

    def document(self, document: Document) -> None:
        """Check a document, or repeat what was found in it before."""
        memory, key = self.memory, key_of(document)
        known = memory.get(key) if memory is not None and key is not None else None
        if known is None or not self.holds(known, document):
            known = self.anew(document)
        else:
            known = known.at(place_of(document))
            self.recall(document, known)
        if memory is not None and key is not None and not document.source.unread:  # a limit counts for all of a file
            memory.put(key, known)
        if known.broken:
            last = document.source.position(document.outer(max(len(document.text) - 1, 0)))[0]
            self.broken.append((known.place.line, last))
        self.apart = self.apart and not known.asked and not known.changed

    def shown_here(self, found: list[Finding], path: str) -> list[Finding]:
        """Return the findings of a text as they are shown in it, without those that a script's file suppresses."""
        return [seen_from(one, path) for one in found if one.path == path or self.hidden_there(one) is None]

    def holds(self, known: Judged, document: Document) -> bool:
        """Check whether what a document asked about others would have the same answers now."""
        if known.searched or (known.changed is False and not self.corpus.is_plain):
            return False
        if any(Corpus.is_repeated(self.corpus, name, document) != said for name, said in known.repeated):
            return False
        return all(Corpus.mentions(self.corpus, word) == said for word, said in known.asked)

    def recall(self, document: Document, known: Judged) -> None:
        """Repeat what was found before."""
        self.findings += known.findings
        self.skipped += known.skipped
        self.judged += known.judged
        self.passed_over |= known.passed_over
        if known.left:
            self.left.add(document.index)

    def anew(self, document: Document) -> Judged:
        """Check a document. A bug in joblint is logged, and the other documents are still checked."""
        found, skipped, judged = len(self.findings), len(self.skipped), self.judged
        passed_over, self.passed_over = self.passed_over, set()
        self.corpus.forget_asked()
        try:
            super().document(document)
        except Exception as error:
            tell(error, document.source)
        self.findings[found:] = self.shown_here(self.findings[found:], document.source.path)
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
            tuple(self.corpus.repeated.items()),
            self.corpus.searched,
            self.corpus.changed,
            document.problem is not None and not guess and len(self.skipped) == skipped,
        )


class Outcome(NamedTuple):
    """The result for a text: its findings, in order, and the lines of documents that do not parse.

    `apart`: none of it depends on other files, unless a kustomization is added. `judged` counts the objects. `unread`:
    from which line on a limit left something out, and why.
    """

    source: Source
    findings: list[Finding]
    broken: list[tuple[int, int]]
    judged: int
    skipped: list[Skipped]
    apart: bool
    unread: list[Skipped]


class Bench:
    """An engine for one set of settings. `warn` is called with errors in the evaluation of the user's own rules."""

    def __init__(self, settings: Settings, warn: Callable[[str], None] = lambda message: None) -> None:
        self.settings, self.warn = settings, warn
        self.leave = Leave()
        # Fixes are tried when one is requested (lsp/cures.py).
        self.engine = Engine(self.leave.settings(settings._replace(verify=False)), Watched())

    def judge(self, source: Source, others: Sequence[Source], memory: Memory | None) -> Outcome:
        """Check a text."""
        engine = self.engine
        engine.start(source, others, memory)
        try:
            engine.source(source)
        except Exception as error:  # from what applies to the whole text, such as suppressions
            tell(error, source)
        self.rest()
        if memory is not None:
            memory.turn()
        return Outcome(
            source, engine.findings, engine.broken, engine.judged, engine.skipped, engine.apart, engine.unread
        )

    def unknown(self, source: Source, memory: Memory) -> list[Document]:
        """Return the documents of a text that have to be checked."""
        return [one for one in documents(source) if (key := key_of(one)) is None or memory.get(key) is None]

    def learn(self, source: Source, document: Document, others: Sequence[Source], memory: Memory) -> None:
        """Check one document, only for the memory."""
        engine = self.engine
        engine.start(source, others, memory)
        engine.left.clear()
        engine.document(document)
        self.rest()

    def rest(self) -> None:
        """Forget what belongs to the text that was checked."""
        for place, why, _ in OWN.take_trouble():  # without the places, which change: it is reported once
            self.warn(f"{place}: {why}")
        self.leave.templates.clear()
        self.engine.corpus.rest()


def tell(error: Exception, source: Source) -> None:
    """Log a bug in joblint that a text has triggered, to standard error."""
    complain(bug(error, source.path))


def speaks(source: Source) -> bool:
    """Check whether a text may contain a Job: cheap, with false positives, as when files are read."""
    from joblint.manifests import disk

    if len(source.text) > disk.MAX_BYTES:
        return False
    return text_may_hold_job(source.text, source.language)
