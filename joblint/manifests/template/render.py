"""A template as Go would write it, where nothing is known but which conditions hold: with holes for what is inserted.

HOLE is in the place of a value, MORE in that of any number of entries or items. Everything else is at its place in the
template: `Segments` leads there.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from joblint.manifests.source import indent_of
from joblint.manifests.template import HOLE, MORE
from joblint.manifests.template.lex import SPACE, Token
from joblint.manifests.template.parse import (
    BLOCK,
    DEFINE,
    OUTPUT,
    RANGE,
    TEMPLATE,
    TEXT,
    Control,
    Leaf,
    Node,
)

_INDENT = re.compile(r"\|\s*(n?)indent\s+(\d{1,4})\s*\Z")
_QUOTE = re.compile(r"\|\s*(s?)quote\s*\Z")
_LITERAL = re.compile(r'"(?P<plain>[^"\\\n]*)"\Z|`(?P<raw>[^`]*)`\Z')
_LINES = re.compile(r"\b(?:toYaml|toYamlPretty|include|tpl|template|toToml|nindent|indent)\b")

ITEMS = f"- {MORE}{MORE}"  # any number of items, and nothing else

Choose = Callable[[Control], int | None]  # which branch of a control structure is written
Plain = Callable[[str], str | None]  # what is written for the inside of an action, if that is known


def plainly(inside: str) -> str | None:
    """Return what Go writes for an action as far as it is plain: a literal, or a value in quotes."""
    literal = _LITERAL.match(inside)
    if literal:
        return literal["plain"] or literal["raw"] or ""
    quote = _QUOTE.search(inside)
    mark = "" if quote is None else "'" if quote[1] else '"'
    return f"{mark}{HOLE}{mark}" if mark else None


class Piece(NamedTuple):
    """A part of the output: its text, and the span of the template that it is from.

    `verbatim`: it is that part of the template, character by character. `insert`: it may be any number of lines.
    """

    text: str
    start: int
    end: int
    verbatim: bool = False
    insert: bool = False


def write(
    text: str, nodes: Sequence[Node], choose: Choose, known: Mapping[int, str] = {}, plain: Plain = plainly
) -> list[Piece]:
    """Return what a template writes, if of each control structure the branch that `choose` names is taken.

    `known` are the texts of insertions of which it is known, by their offset; `plain` knows those of other actions.
    """
    writer = _Writer(text, choose, known, plain)
    writer.write(nodes)
    return writer.pieces


class _Writer:
    """A writer of one template. Trim markers act on the texts next to them, in whatever branch these are."""

    def __init__(self, text: str, choose: Choose, known: Mapping[int, str], said: Plain) -> None:
        self.text, self.choose, self.known, self.said = text, choose, known, said
        self.pieces: list[Piece] = []
        self.trimming = False  # the action before has a trim marker at its end

    def write(self, nodes: Sequence[Node]) -> None:
        for number, node in enumerate(nodes):
            following = nodes[number + 1] if number + 1 < len(nodes) else None
            if isinstance(node, Control):
                self.control(node)
            elif node.kind == TEXT:
                self.plain(node.token, following)
            else:
                self.leaf(node)

    def plain(self, token: Token, following: Node | None) -> None:
        """Write a text; what follows it may trim it. The end of a branch is looked at in the template itself."""
        start, end = token.inner_start, token.inner_end
        if self.trimming:
            start += len(self.text[start:end]) - len(self.text[start:end].lstrip(SPACE))
        self.trimming = False
        if self.text.startswith("{{-", end) and self.text[end + 3 : end + 4] in tuple(SPACE):
            end = start + len(self.text[start:end].rstrip(SPACE))
        if end > start:
            self.pieces.append(Piece(self.text[start:end], start, end, verbatim=True))

    def control(self, node: Control) -> None:
        self.trimming = False
        chosen = None if node.kind == DEFINE else self.choose(node)
        if chosen is not None and node.kind != BLOCK:
            branch = node.branches[chosen]
            before = len(self.pieces)
            self.trimming = branch.head.trims_after
            self.write(branch.body)
            if node.kind == RANGE and branch.condition:
                self.again(node.end, before)
        elif node.kind == BLOCK:
            self.insert(node.branches[0].head.start, node.end.end, node.branches[0].head)
        self.trimming = node.end.trims_after

    def again(self, end: Token, before: int) -> None:
        """After the body of a `range` there may be more of the same."""
        written = "".join(piece.text for piece in self.pieces[before:])
        if not written.strip():
            return
        lead = self.line_before(before) + written[: len(written) - len(written.lstrip())]
        indent = lead.rpartition("\n")[2]
        if "\n" not in written or indent.strip():
            self.pieces.append(Piece(HOLE, end.start, end.end))
            return
        break_ = "" if written.endswith("\n") else "\n"
        more = ITEMS if written.lstrip().startswith("- ") else MORE
        self.pieces.append(Piece(f"{break_}{indent}{more}\n", end.start, end.end, insert=True))

    def line_before(self, number: int) -> str:
        """Return what is written on the line that a piece begins on, before it."""
        found = ""
        while number and "\n" not in found:
            number -= 1
            found = self.pieces[number].text + found
        return found.rpartition("\n")[2]

    def leaf(self, leaf: Leaf) -> None:
        token = leaf.token
        self.trimming = token.trims_after
        if leaf.kind == OUTPUT:
            self.output(token)
        elif leaf.kind == TEMPLATE:
            self.insert(token.start, token.end, token)

    def output(self, token: Token) -> None:
        inside = token.inside(self.text)
        if token.start in self.known:
            self.pieces.append(Piece(self.known[token.start], token.start, token.end))
            return
        said = self.said(inside)
        if said is not None:
            self.pieces.append(Piece(said, token.start, token.end))
            return
        self.insert(token.start, token.end, token)

    def insert(self, start: int, end: int, token: Token) -> None:
        """Write a hole, or where lines may come, lines."""
        inside = token.inside(self.text)
        indent = _INDENT.search(inside)
        if indent is not None:
            lead = "\n" if indent[1] else self.glued(token, int(indent[2]))
            self.pieces.append(Piece(lead + " " * min(int(indent[2]), 1000) + MORE, start, end, insert=True))
        else:
            self.pieces.append(Piece(MORE if _LINES.search(inside) else HOLE, start, end))

    def glued(self, token: Token, indent: int) -> str:
        """Return what is between a line and what is inserted at its end: it can only begin with a line break."""
        line = self.line_before(len(self.pieces)).rstrip()
        if not token.trims_before or not line or indent <= indent_of(line):
            return ""
        return "\n" if line.endswith((":", "-")) else f"{HOLE}\n"
