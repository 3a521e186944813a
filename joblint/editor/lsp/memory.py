"""What was found in the documents of a text, wherever they stand by now, and by what a document is known again."""

from typing import NamedTuple

from joblint.manifests.document import Document
from joblint.manifests.languages import HELM
from joblint.rule.finding import Edit, Finding
from joblint.rule.settings import Skipped

Key = tuple[str, str, tuple[tuple[int, int], ...], str]


class Place(NamedTuple):
    """Where a document begins in its file: the line, from 1, the offset, and how many documents stand before it."""

    line: int
    offset: int
    number: int


class Judged(NamedTuple):
    """What was found in one document when it stood at `place`.

    `broken`: it cannot be read. `left`, `passed_over` as in the engine; `asked` is what a rule asked of all texts, with
    the answer, `repeated` whether names stand in the same text again, `searched`: it looked into others, so that any
    change in one counts; `changed`: whether there are kustomizations that change objects, where it asked for them.
    """

    place: Place
    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    judged: int = 0
    left: bool = False
    passed_over: frozenset[str] = frozenset()
    asked: tuple[tuple[str, bool], ...] = ()
    repeated: tuple[tuple[str, bool], ...] = ()
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


def place_of(document: Document) -> Place:
    """Where a document begins."""
    offset = document.outer(0)
    return Place(document.source.position(offset)[0], offset, document.index)


def key_of(document: Document) -> Key | None:
    """What tells a document from others, wherever it stands; None where that cannot be said."""
    problem = document.problem.message if document.problem is not None else ""
    if document.block is None:
        return document.text, "", (), problem
    if document.block.flaws or document.source.language == HELM:  # the conditions decide for which minors it is judged
        return None
    # How an embedded text lies in the file around it: the lines that it stands on say it.
    source, start = document.source, document.outer(0)
    line, _ = source.position(start)
    lies = source.text[source.lines[line - 1] : document.outer(len(document.text))]
    return document.text, lies, document.holes, f"{document.block.guess}{problem}"
