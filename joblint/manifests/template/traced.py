"""What has written a part of a line of helm's output: a text of the template, or an action. Pure: no I/O."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from joblint.manifests.source import Source
from joblint.manifests.template.aligned import Origin
from joblint.manifests.template.lex import COMMENT, TEXT, Token, tokens
from joblint.manifests.template.marks import Spot, core
from joblint.manifests.template.parse import Problem

_MOST_TOKENS = 1000  # tokens of a template that may write one line
_MOST_SKIPPED = 1000  # spots before a mark that may have written a line without one


class Template(NamedTuple):
    """A template with marks, as the user names it, and the places of its marks."""

    source: Source
    spots: Sequence[Spot]


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

    @cached_property
    def _starts(self) -> list[int]:
        return [token.start for token in self._tokens]

    def trace(self, origin: Origin, line: str, start: int, end: int) -> Trace | None:
        """Return what has written the characters from `start` to `end` (from 0) of a line, or None if it is unclear."""
        pieces = self._pieces(self.spots[origin.spot])
        if not origin.marked:
            inserting = _inserting(pieces)
            if inserting is not None:
                return _whole(inserting)
            found = [
                spans
                for spot in range(max(origin.before + 1, origin.spot - _MOST_SKIPPED), origin.spot)
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

    @cached_property
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
        first, last = bisect_right(self._ends, spot.start), bisect_left(self._starts, spot.end)
        for number in range(first, last) if last - first <= _MOST_TOKENS else ():
            token = self._tokens[number]
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
        elif line[at:].strip(" "):  # blanks may follow a mark
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
