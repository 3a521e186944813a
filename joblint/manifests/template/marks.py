"""Marks at the ends of a template's lines, by which each line of the output is traced to the line that writes it.

A mark is a YAML comment with private-use characters, ` #<number:spot>`, right before a line end that is written: helm
reads the manifests that it writes, and a comment changes none of them. Marks are only put outside of actions and of
`define`, where texts are written as they are, and only before what is certainly the end of a line of the output:

    spec:{{ nl }}                                the line end is written
      {{- include "a" . | nindent 2 }}           `{{-` removes the line end before it, but `nindent` begins with another

What an `include` inserts is between two marks. Pure: no I/O.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from joblint.manifests.template.lex import SPACE, TEXT, Token, tokens
from joblint.manifests.template.parse import BLOCK, COMMENT, DEFINE, OUTPUT, RANGE, SET, Control, Leaf, Node, parse
from joblint.manifests.template.parse import walk as every_node

_OPEN, _CLOSE = "\ue010", "\ue011"  # private characters
MARK = re.compile(f" ?#{_OPEN}([0-9]+):([0-9]+){_CLOSE}")
_WRITTEN = re.compile(r"\r?\n")
_NEW_LINE = re.compile(r"[ \t]*(?:\r?\n|\Z)")
# A pipeline whose value certainly begins with a line end (sprig, strings.go, nindent).
_NINDENT = re.compile(r"(?:\A|.*\|\s*)nindent\s+[^|\s]+(?:\s+[^|]*)?\Z", re.DOTALL)
# Actions that write nothing themselves.
_SILENT = re.compile(r"(?:if|else|end|with|range|define|block|break|continue)\b|\$\w*\s*(?:,\s*\$\w*\s*)?:?=(?!=)")
_SEPARATORS = ("---", "...")  # helm splits its output at them


class Spot(NamedTuple):
    """A marked line end: the span of the template from which the line of the output comes, up to the mark."""

    start: int
    end: int


class Marked(NamedTuple):
    """A template with marks, and the place of each mark."""

    text: str
    spots: list[Spot]


def mark(text: str, number: int) -> Marked:
    """Return a template with marks, which contain the template's number. Raises Problem if Go cannot read it.

    A text that already has such characters gets no marks.
    """
    if _OPEN in text or _CLOSE in text:
        return Marked(text, [])
    nodes, every = parse(text), [*tokens(text)]
    bodies = [
        (node.branches[0].head.start, node.end.end)
        for node in every_node(nodes)
        if isinstance(node, Control) and node.kind in (DEFINE, BLOCK)
    ]
    ends = _Ends(text, every)
    ends.read(nodes, True)
    spots = [*_spots(text, every, ends, bodies)]
    pieces, at = [], 0
    for index, spot in enumerate(spots):
        pieces += [text[at : spot.end], f" #{_OPEN}{number}:{index}{_CLOSE}"]
        at = spot.end
    return Marked("".join([*pieces, text[at:]]), spots)


def unmarked(line: str) -> tuple[str, tuple[int, int] | None]:
    """Return a line of the output without marks, and the first mark in it: the number of its template and spot."""
    found = MARK.search(line)
    if found is None:
        return line, None
    return MARK.sub("", line), (int(found[1]), int(found[2]))


def core(text: str, every: Sequence[Token], number: int) -> tuple[int, int]:
    """Return the span of a text token that is written: without what the actions next to it trim."""
    start, end = every[number].start, every[number].end
    if number and every[number - 1].trims_after:
        start = end - len(text[start:end].lstrip(SPACE))
    if number + 1 < len(every) and every[number + 1].trims_before:
        end = start + len(text[start:end].rstrip(SPACE))
    return start, end


class _Ends:
    """Which texts are certainly followed by a line end, or by nothing, in whatever way the template is executed."""

    def __init__(self, text: str, every: Sequence[Token]) -> None:
        self.text = text
        self.cores = {
            token.start: core(text, every, number) for number, token in enumerate(every) if token.kind == TEXT
        }
        self.sure: dict[int, bool] = {}  # by the start of a text
        self._known: dict[tuple[int, bool], bool] = {}  # what read() returned: a body is read at most twice

    def read(self, nodes: Sequence[Node], after: bool) -> bool:
        """Return whether nodes begin with a line end, if `after` says whether what comes after them does."""
        key = (id(nodes), after)
        if key not in self._known:
            for node in reversed(nodes):
                after = self._control(node, after) if isinstance(node, Control) else self._leaf(node, after)
            self._known[key] = after
        return self._known[key]

    def _leaf(self, leaf: Leaf, after: bool) -> bool:
        token = leaf.token
        if leaf.kind == TEXT:
            self.sure[token.start] = after and self.sure.get(token.start, True)
            start, end = self.cores[token.start]
            if not self.text[start:end].strip(" \t"):
                return after
            return _NEW_LINE.match(self.text, start, end) is not None
        if leaf.kind in (COMMENT, SET):
            return after
        return leaf.kind == OUTPUT and _NINDENT.match(token.inside(self.text)) is not None

    def _control(self, node: Control, after: bool) -> bool:
        if node.kind == DEFINE:
            return after
        if node.kind == BLOCK:  # another chart may define it
            return False
        first = True
        for branch in node.branches:
            begins = self.read(branch.body, after)
            if node.kind == RANGE and after and not begins:  # a body may also be followed by itself
                self.read(branch.body, False)
            first = first and begins
        complete = len(node.branches) > 1 and not node.branches[-1].condition
        return first and (complete or after)


def _spots(text: str, every: Sequence[Token], ends: _Ends, bodies: Sequence[tuple[int, int]]) -> Iterator[Spot]:
    """Yield the spots of a template in order. `bodies` are the spans of definitions."""
    start, has, left = 0, False, iter(sorted(bodies))
    body = next(left, None)
    for number, token in enumerate(every):
        while body is not None and token.start >= body[1]:
            body, start, has = next(left, None), token.start, False
        if body is not None and token.start >= body[0]:
            continue
        if token.kind != TEXT:
            has = has or _writes(token, text)
            continue
        begin, end = core(text, every, number)
        for found in _WRITTEN.finditer(text, begin, end):
            has = has or bool(text[begin : found.start()].strip(SPACE))
            if has and not _separates(text, start, found.start()):
                yield Spot(start, found.start())
            start, has, begin = found.end(), False, found.end()
        has = has or bool(text[begin:end].strip(SPACE))
        trimmed = end < token.end and (end > token.start or not (number and every[number - 1].trims_after))
        if has and trimmed and "\n" in text[end : token.end] and ends.sure[token.start]:
            if not _separates(text, start, end):
                yield Spot(start, end)
            start, has = end, False


def _writes(token: Token, text: str) -> bool:
    """Return whether an action may write something itself."""
    return token.kind != COMMENT and _SILENT.match(token.inside(text)) is None


def _separates(text: str, start: int, end: int) -> bool:
    """Return whether a line, or the rest of one, separates documents."""
    return text[max(start, text.rfind("\n", start, end) + 1) : end].lstrip().startswith(_SEPARATORS)
