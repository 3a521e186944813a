"""The trial of each fix on its own before anyone gets it: it is applied, and the result is parsed and checked again.

A user may apply any one of the fixes that a report, the Python API or an editor shows. So a finding keeps its fix only
if the text with only that fix can be read, does not have the finding, and has no new finding.

Fixes of different objects do not affect each other. So they are tried at the same time, one for each object: as often
as the object with the most fixes requires, and not once for each fix. The cost of this is limited.
"""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from joblint.engine.fix import apart, apply
from joblint.engine.harm import Found, Scope, harms, suspects
from joblint.engine.run import Run
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.document import Document, Manifest
from joblint.manifests.languages import TEMPLATES
from joblint.manifests.source import Source
from joblint.rule.finding import Edit, Finding, Fix
from joblint.rule.settings import Settings

if TYPE_CHECKING:
    from joblint.engine.suppress.settle import Settler

# Characters that may be checked again for the fixes of a file: a number, plus a multiple of the file's own.
_AT_LEAST, _TIMES = 1 << 19, 6
_WHOLE = 1 << 16  # characters up to which a file is checked as a whole, and not only the changed objects
_READING = 4  # checking a text takes this many times as long as reading it


class _Fixes(NamedTuple):
    """A fix, and the findings that it must remove."""

    scope: Scope
    fix: Fix
    findings: list[Finding]


def verified(run: Run, spans: Sequence[tuple[Source, int, int]], settings: Settings) -> list[Finding]:
    """Return the findings of a run, without the fixes that do not work. `spans` has the range of each source.

    `settings` are those of the run, without the functions that note what is left alone.
    """
    findings = list(run.findings)
    there: dict[str, list[Finding]] = {}
    for finding in findings:
        there.setdefault(finding.path, []).append(finding)
    files = [_File(source, findings[start:end], start, there.get(source.path, []), run) for source, start, end in spans]
    files = [file for file in files if file.waiting]
    settings = settings._replace(verify=False, edits=False)
    going = files
    while going:
        going = [file for file in going if file.choose()]
        if going:
            _try(going, run, settings)
    for file in files:
        for number, finding in enumerate(file.findings, file.first):
            if finding.fix is not None and finding.fix.edits and finding.fix.edits not in file.good:
                findings[number] = finding._replace(fix=None)
    return findings


def _try(files: Sequence["_File"], run: Run, settings: Settings) -> None:
    """Check files with the fixes that each has chosen."""
    changed = {id(file.before.source): file.after for file in files}
    corpus = _Changed(run.corpus, changed)
    settlers: dict[str, Settler | None] = {}  # as in Run, of the same texts for all files
    for file in files:
        again = _Again(settings, corpus, file.touched)
        again.settlers = settlers
        try:
            again.source(file.after)
            found = again.findings
        except Exception:  # a fix whose result triggers a bug is removed
            file.learn({(): file.chosen[0].findings[0]})
            continue
        now = Found.of(file.after, found, corpus.documents(file.after))
        file.learn(harms(file.seen, now, (one for each in file.chosen for one in each.findings)))


class _File:
    """A file and its fixes: those that wait, those that are tried now, and those that work."""

    def __init__(self, source: Source, findings: list[Finding], first: int, there: list[Finding], run: Run) -> None:
        """Take the file's findings, the index `first` of these in the run, and all findings `there`, in the file.

        The latter differ if objects of several files use a script.
        """
        self.findings, self.first, self.good = findings, first, set[tuple[Edit, ...]]()
        self.before = Found(source, findings, [])
        self.waiting: dict[int, dict[Scope, deque[_Fixes]]] = {}  # by document, and there by object
        fixed = [one for one in findings if one.fix is not None and one.fix.edits]
        if not fixed:
            return
        self.documents = run.corpus.documents(source)
        self.before = Found.of(source, there, self.documents)
        by_edits: dict[tuple[Edit, ...], _Fixes] = {}
        for one in fixed:
            assert one.fix is not None
            fixes = by_edits.get(one.fix.edits)
            if fixes is None:
                fixes = by_edits[one.fix.edits] = _Fixes(self.before.scope(one), one.fix, [])
                document = fixes.scope[0] if fixes.scope else -1
                self.waiting.setdefault(document, {}).setdefault(fixes.scope, deque()).append(fixes)
            fixes.findings.append(one)
        size = len(source.text)
        self.left = _AT_LEAST + _TIMES * size
        # What a comment suppresses, and whether it does, only the whole file shows.
        self.whole = (
            size <= _WHOLE or source.language in TEMPLATES or (run.settings.suppress and "joblint" in source.text)
        )
        self.width = len(self.documents) + 1  # documents, and objects of one, whose fixes are tried at once
        self.widths: dict[int, int] = {}
        self.chosen: list[_Fixes] = []

    def choose(self) -> bool:
        """Choose the fixes to try next. Return False if there are none, or the cost would be too high."""
        chosen: list[_Fixes] = []
        for document, objects in list(self.waiting.items())[: self.width]:
            width = self.widths.get(document, len(objects))
            chosen += [fixes[0] for fixes in list(objects.values())[:width]]
        kept = {id(one) for one in apart([one.findings[0] for one in chosen])}
        self.chosen = [one for one in chosen if id(one.findings[0]) in kept]
        self.left -= self._cost()
        if not self.chosen or self.left < 0:
            return False
        text = apply(self.before.source.text, [one.fix for one in self.chosen])
        source = self.before.source
        self.after = source.changed(text)
        self.after.counterpart = source.counterpart
        self.touched = None if self.whole else {one.scope for one in self.chosen}
        self.seen = self.before
        if self.touched is not None:
            touched = {scope[:1] for scope in self.touched}  # findings without an object are found again
            scopes = [(one, self.before.scope(one)) for one in self.before.findings]
            inside = [
                one
                for one, scope in scopes
                if scope in self.touched or scope in touched or self.before.is_in_script(one)
            ]
            self.seen = self.before._replace(findings=inside)
        return True

    def _cost(self) -> int:
        if self.whole:
            return len(self.before.source.text)
        cost = len(self.before.source.text) // _READING**2
        for document, mine in Counter(one.scope[0] for one in self.chosen if one.scope).items():
            size, objects = len(self.documents[document].text), len(self.waiting[document])
            cost += size // _READING + size * mine // objects
        return cost

    def learn(self, harmed: dict[Scope, Finding]) -> None:
        """Take the harm that the chosen fixes have done, and note which of them work."""
        blamed = set(suspects([one.scope for one in self.chosen], harmed).values())
        of_documents = Counter(one.scope[:1] for one in self.chosen)
        if () in blamed and len(of_documents) > 1:
            self.width = max(len(of_documents) // 2, 1)
            return
        self.width *= 2
        for one in self.chosen:
            document = one.scope[0] if one.scope else -1
            beside = of_documents[one.scope[:1]]
            if blamed & {(), one.scope[:1]} and beside > 1:
                self.widths[document] = max(beside // 2, 1)
                continue
            self.widths[document] = 2 * beside
            if not blamed & {(), one.scope[:1], one.scope}:
                self.good.add(one.fix.edits)
            objects = self.waiting[document]
            objects[one.scope].popleft()
            if not objects[one.scope]:
                del objects[one.scope]
            if not objects:
                del self.waiting[document]


def _touches(scopes: Iterable[Scope], scope: Scope) -> bool:
    return scope in scopes or scope[:1] in scopes


class _Changed(Corpus):
    """The corpus of a run in which some sources have another text. The others are not parsed again."""

    __slots__ = ("_changed", "_run")

    def __init__(self, run: Corpus, changed: dict[int, Source]) -> None:
        among = [changed.get(id(one), one) for one in run.sources]
        super().__init__(among, run.others, whole=run.whole, elsewhere=run.elsewhere)
        self.old, self._run = run.old, run
        self._changed = {id(source): source for source in changed.values()}

    def documents(self, source: Source) -> list[Document]:
        """Return the documents of a source, as Corpus does."""
        return super().documents(source) if id(source) in self._changed else self._run.documents(source)

    def manifests(self, document: Document) -> list[Manifest]:
        """Return the objects of a document, as Corpus does."""
        mine = id(document.source) in self._changed
        return super().manifests(document) if mine else self._run.manifests(document)

    def forget(self, document: Document) -> None:
        """Forget a document, as Corpus does."""
        if id(document.source) in self._changed:
            super().forget(document)
        else:
            self._run.forget(document)


class _Again(Run):
    """A run over changed objects; `touched` names these or their documents (None: all of the file)."""

    def __init__(self, settings: Settings, corpus: Corpus, touched: set[Scope] | None) -> None:
        super().__init__(settings, corpus)
        self.touched = touched
        self.touched_documents = {scope[0] for scope in touched if scope} if touched is not None else set()

    def document(self, document: Document) -> None:
        """Check a document, as Run does, if it was touched."""
        if self.touched is None or document.index in self.touched_documents:
            super().document(document)

    def manifest(self, manifest: Manifest, kind: str) -> None:
        """Check an object, as Run does, if it was touched."""
        scope = (manifest.document.index, manifest.index)
        if self.touched is None or _touches(self.touched, scope):
            super().manifest(manifest, kind)
