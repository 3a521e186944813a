"""Remember what was found in the documents of a text, also if they move, and recognize a document again."""

from typing import NamedTuple

from joblint.manifests.document import Document
from joblint.manifests.languages import TEMPLATES
from joblint.rule.finding import Edit, Finding
from joblint.rule.settings import Skipped

Key = tuple[str, str, tuple[tuple[int, int], ...], str]


class DocumentPlace(NamedTuple):
    """Where a document begins in its file: the line, from 1, the offset, and how many documents are before it."""

    line: int
    offset: int
    number: int


class Judged(NamedTuple):
    """What was found in one document when it was at `place`.

    `broken`: it does not parse. `left` and `passed_over` are as in the engine. `asked` has the words that a rule
    searched in all texts, with the answers; `repeated` the names that it searched in the same text; `searched`: it read
    other texts, so that any change in one matters; `changed`: whether kustomizations change objects, if it asked that.
    """

    place: DocumentPlace
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

    def at(self, place: DocumentPlace) -> "Judged":
        """Return the same for another place."""
        if place == self.place:
            return self
        findings = tuple(_at(finding, self.place, place) for finding in self.findings)
        by = place.line - self.place.line
        skipped = tuple(one._replace(line=one.line + by) for one in self.skipped)
        return self._replace(place=place, findings=findings, skipped=skipped)


def _at(finding: Finding, old: DocumentPlace, new: DocumentPlace) -> Finding:
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
        """Return what was found in a document with that key."""
        found = self._now.get(key)
        return found if found is not None else self._last.get(key)

    def put(self, key: Key, judged: Judged) -> None:
        """Remember what was found in a document."""
        self._now[key] = judged

    def turn(self) -> None:
        """End a version that was checked completely, and forget what is neither in it nor in the last one."""
        self._last, self._now = self._now, {}


def place_of(document: Document) -> DocumentPlace:
    """Return where a document begins."""
    offset = document.outer(0)
    return DocumentPlace(document.source.position(offset)[0], offset, document.index)


def key_of(document: Document) -> Key | None:
    """Return a key that identifies a document at any place in its file; None if there is none."""
    problem = document.problem.message if document.problem is not None else ""
    if document.block is None:
        return document.text, "", (), problem
    # The conditions of a template decide for which minors it is judged.
    if document.block.flaws or document.source.language in TEMPLATES:
        return None
    # How a text is embedded in its file is determined by the lines that it is on.
    source, start = document.source, document.outer(0)
    line, _ = source.position(start)
    lies = source.text[source.lines[line - 1] : document.outer(len(document.text))]
    return document.text, lies, document.holes, f"{document.block.guess}{problem}"
