"""From the lines of helm's output to the lines of the templates that write them, by their marks (marks.py).

The output is rendered twice, without and with marks. Only the first is read as manifests; of the second only the marks
count. Where the two are not alike, lines have no place. Pure: texts in, places out.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise, zip_longest
from typing import NamedTuple

from joblint.manifests.source import Source
from joblint.manifests.template.lex import COMMENT, TEXT, Token, tokens
from joblint.manifests.template.marks import Spot, core, unmarked
from joblint.manifests.template.parse import Problem

SEPARATOR, _SOURCE = "---", "# Source: "


class Template(NamedTuple):
    """A template with marks, as the user names it, and the places of its marks."""

    source: Source
    spots: Sequence[Spot]


class Origin(NamedTuple):
    """The origin of a line of the output: a template, the spot of the mark that follows, and the one before (or -1).

    `marked`: the mark is at the end of this line. Otherwise, the line was inserted.
    """

    template: int
    spot: int
    before: int
    marked: bool


class Trace(NamedTuple):
    """The part of a template that writes a part of a line: its span, and the action that inserts it, if one does.

    `exact`: the template has the text itself.
    """

    start: int
    end: int
    exact: bool
    action: Token | None = None


class Piece(NamedTuple):
    """A part of what a spot writes: a text of the template (`token` is None), or what an action inserts."""

    start: int
    end: int
    token: Token | None


def origins(plain: str, marked: str) -> list[Origin | None]:
    """Return the origin of each line of an output, given the output with marks."""
    lines = plain.split("\n")
    bare: list[str] = []
    marks: list[tuple[int, int] | None] = []
    for line in marked.split("\n"):
        text, found = unmarked(line)
        bare.append(text)
        marks.append(found)
    made: list[Origin | None] = [None] * len(lines)
    for here, there, last_line in _pairs(lines, bare):
        before, begun = (-1, -1), here[0]
        for at, other in zip(range(*here), range(*there), strict=True):
            mark = marks[other]
            if mark is None:
                continue
            last = before[1] if before[0] == mark[0] else -1
            for number in range(begun, at + 1):
                made[number] = Origin(*mark, last, number == at)
            before, begun = mark, at + 1
        final = next((found for found in marks[there[1] : last_line] if found is not None), None)
        if final is not None:
            last = before[1] if before[0] == final[0] else -1
            made[begun : here[1]] = [Origin(*final, last, False)] * (here[1] - begun)
    return made


_Lines = tuple[int, int]  # a span of lines


def _pairs(lines: Sequence[str], bare: Sequence[str]) -> Iterator[tuple[_Lines, _Lines, int]]:
    """Yield the spans of the documents of two outputs that are the same, line by line, and the end of the second one.

    A single line may be different: a checksum of another template, or a random value. Helm removes blank lines at the
    end of a document, but not if they have a mark: these are after the span of the second one.
    """
    if lines == bare:
        yield from ((one, two, two[1]) for one, two in zip(_documents(lines), _documents(bare), strict=True))
        return
    ours, theirs = _by_source(lines), _by_source(bare)
    for name, spans in ours.items():
        others = theirs.get(name, [])
        if len(spans) == len(others):
            alike = zip(spans, others, strict=True)
            yield from ((one[:2], two[:2], two[2]) for one, two in alike if one[1] - one[0] == two[1] - two[0])


def _by_source(lines: Sequence[str]) -> dict[str, list[tuple[int, int, int]]]:
    """Return the spans of the documents that have any text, without blank lines around it, by the template they name.

    The third number is the end of the document.
    """
    found: dict[str, list[tuple[int, int, int]]] = {}
    for start, end in _documents(lines):
        written = [at for at in range(start + 2, end) if lines[at].strip()]
        if written:
            found.setdefault(lines[start + 1], []).append((written[0], written[-1] + 1, end))
    return found


def _documents(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return the spans of the lines of documents, each with its separator and the comment that names its template."""
    starts = [
        at
        for at, (line, following) in enumerate(pairwise(lines))
        if line == SEPARATOR and following.startswith(_SOURCE)
    ]
    return [(start, end or len(lines)) for start, end in zip_longest(starts, starts[1:])]


class Written:
    """The parts of a template that can write a line, to find the one that has written a text."""

    def __init__(self, template: Template) -> None:
        self.source, self.text, self.spots = template.source, template.source.text, template.spots

    @cached_property
    def _tokens(self) -> list[Token]:
        try:
            return [*tokens(self.text)]
        except Problem:
            return []

    @cached_property
    def _ends(self) -> list[int]:
        return [token.end for token in self._tokens]

    def trace(self, origin: Origin, line: str, start: int, end: int) -> Trace | None:
        """Return what has written the characters from `start` to `end` (from 0) of a line, or None if it is unclear."""
        pieces = self._pieces(self.spots[origin.spot])
        if not origin.marked:
            inserting = _inserting(pieces)
            if inserting is not None:
                return _whole(inserting)
            found = [
                spans
                for spot in range(origin.before + 1, origin.spot)
                if (spans := self._spans(self._pieces(self.spots[spot]), line)) is not None and self._says(spans)
            ]
            return self._at(found[0], start, end) if len(found) == 1 else None
        spans = self._spans(pieces, line)
        if spans is None:  # the last line of what was inserted
            for number, piece in enumerate(pieces):
                if piece.token is not None and number:
                    spans = self._spans(pieces[number:], line)
                    if spans is not None:
                        break
        if spans is not None:
            return self._at(spans, start, end)
        inserting = _inserting(pieces)
        return _whole(inserting) if inserting is not None else None

    def only_insertion(self) -> Trace | None:
        """Return the only action that writes anything, if there is one: all that the template writes comes from it."""
        pieces = [piece for spot in self.spots for piece in self._pieces(spot)]
        inserting = [piece for piece in pieces if piece.token is not None]
        return _whole(inserting[0].token) if len(inserting) == 1 and inserting[0].token is not None else None

    def _says(self, spans: Sequence[tuple[int, int, Piece]]) -> bool:
        """Return whether a line has text of the template itself."""
        return any(piece.token is None and self.text[piece.start : piece.end].strip() for _, _, piece in spans)

    def _pieces(self, spot: Spot) -> list[Piece]:
        """Return the parts of what writes a line, in order. All that a control structure writes is one part."""
        found: list[Piece] = []
        depth, opened = 0, None
        for number in range(bisect_right(self._ends, spot.start), len(self._tokens)):
            token = self._tokens[number]
            if token.start >= spot.end:
                break
            if token.kind == TEXT:
                begin, stop = core(self.text, self._tokens, number)
                begin, stop = max(begin, spot.start), min(stop, spot.end)
                if depth == 0 and begin < stop:
                    found.append(Piece(begin, stop, None))
                continue
            word = _word(token.inside(self.text)) if token.kind != COMMENT else "$"
            if word in _OPENERS:
                depth += 1
                opened = opened or token
            elif word == _END:
                depth = max(0, depth - 1)
                if depth == 0 and opened is not None:
                    found.append(Piece(opened.start, token.end, opened))
                    opened = None
            elif not depth and word not in _SILENT and not word.startswith("$"):
                found.append(Piece(token.start, token.end, token))
        if opened is not None:  # it is still open: what follows it is in the line
            return [*found, *self._inside(opened, spot)]
        return found

    def _inside(self, opened: Token, spot: Spot) -> list[Piece]:
        return self._pieces(Spot(opened.end, spot.end))

    def _spans(self, pieces: Sequence[Piece], line: str) -> list[tuple[int, int, Piece]] | None:
        """Return which part of a line each part of the template has written; None if they do not fit."""
        found: list[tuple[int, int, Piece]] = []
        at, pending = 0, None
        for number, piece in enumerate(pieces):
            if piece.token is not None:
                if pending is None:
                    pending = piece
                continue
            text = self.text[piece.start : piece.end]
            last = number == len(pieces) - 1
            place = at if pending is None else line.rfind(text) if last else line.find(text, at)
            if place < at or not line.startswith(text, place):
                return None
            if pending is not None:
                found.append((at, place, pending))
                pending = None
            found.append((place, place + len(text), piece))
            at = place + len(text)
        if pending is not None:
            found.append((at, len(line), pending))
        elif at != len(line):
            return None
        return found

    def _at(self, spans: Sequence[tuple[int, int, Piece]], start: int, end: int) -> Trace | None:
        """Return the part of the template that has written a part of a line."""
        number = bisect_right([span[0] for span in spans], start) - 1
        while number > 0 and spans[number][1] <= start and spans[number][0] == start:
            number -= 1
        if number < 0:
            return None
        begin, stop, piece = spans[number]
        if piece.token is not None:
            return _whole(piece.token) if piece.end == piece.token.end else Trace(piece.start, piece.end, False, None)
        at = piece.start + min(start - begin, stop - begin)
        if end <= stop:
            return Trace(at, max(at, piece.start + end - begin), True)
        last = max(bisect_left([span[0] for span in spans], end) - 1, number)
        begin, stop, piece = spans[last]
        if piece.token is None:
            return Trace(at, piece.start + min(end, stop) - begin, False)
        return Trace(at, piece.end, False, piece.token)


_OPENERS = ("if", "with", "range", "define", "block")
_END = "end"
_SILENT = ("else", "break", "continue")


def _word(inside: str) -> str:
    """Return the first word of an action; `$` for an assignment to a variable."""
    first = inside.split(None, 1)[0] if inside else ""
    if first.startswith("$") and "=" in inside.split("|", 1)[0]:
        return "$"
    return first.lstrip("$") if first.startswith("$") else first


def _inserting(pieces: Sequence[Piece]) -> Token | None:
    """Return the action that inserts lines; of several, the last one."""
    found = [piece.token for piece in pieces if piece.token is not None]
    return found[-1] if found else None


def _whole(token: Token) -> Trace:
    return Trace(token.start, token.end, False, token)
