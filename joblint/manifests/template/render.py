"""A template as Go would write it, where nothing is known but which conditions hold: with holes for what is inserted.

HOLE is in the place of a value, MORE in that of any number of entries or items. Everything else is at its place in the
template: `Segments` leads there.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from joblint.manifests.embed.segments import Segments
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

MAX_OUTPUT = 1 << 22  # characters

_INDENT = re.compile(r"\|\s*(n?)indent\s+(\d{1,4})\s*\Z")
_QUOTE = re.compile(r"\|\s*(s?)quote\s*\Z")
_UNGLUED = re.compile(rf"\A[{HOLE}{MORE}]+(?=(?:apiVersion|kind):|---\s*\Z)")  # what only checks values writes nothing
_KEY_AND_MORE = re.compile(rf"(( *(?:- )?)[\w./\"'-]+:) *{MORE}\s*\Z")
_ENTRY = re.compile(r" *(?:- |[\w./\"'-]+:(?:\s|\Z))")
_LITERAL = re.compile(r'"(?P<plain>[^"\\\n]*)"\Z|`(?P<raw>[^`]*)`\Z')
_LINES = re.compile(r"\b(?:toYaml|toYamlPretty|include|tpl|template|toToml|nindent|indent)\b")

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
        self.pieces.append(Piece(f"{break_}{indent}{MORE}\n", end.start, end.end, insert=True))

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


def settled(pieces: list[Piece]) -> tuple[str, Segments]:
    """Return the output as YAML that can be read, with its map.

    A line that only inserts becomes an entry, an item or a value.
    """
    text = "".join(piece.text for piece in pieces)[:MAX_OUTPUT]
    lines = [_UNGLUED.sub("", line) for line in text.split("\n")]
    value = -1  # the indentation of a line that is a value as a whole: those after it insert into the same
    for number, line in enumerate(lines):
        if line.strip() == f"{MORE}:" and not _is_deeper(lines, number):  # a slip: no key is inserted without a value
            lines[number] = line = line.replace(":", "")
        if not line.strip() or line.strip(" " + MORE + HOLE):
            value = -1 if line.strip() else value
            lines[number] = _opened(lines, number) or line.replace(MORE, HOLE)
        elif value == indent_of(line):
            lines[number] = ""
        else:
            lines[number] = _line(lines, number)
            value = indent_of(line) if not lines[number].strip(" " + HOLE) else -1
    return _mapped(pieces, text, lines)


def _opened(lines: list[str], number: int) -> str:
    """Return a line in which something is inserted after a key and before what is in it; empty for others."""
    found = _KEY_AND_MORE.match(lines[number])
    if found is None:
        return ""
    indent = len(found[2])
    for line in lines[number + 1 :]:
        if line.strip() and not _is_comment(line):
            if indent_of(line) <= indent or not _ENTRY.match(line):
                return ""
            lead = line[: indent_of(line)]
            return f"{found[1]}\n{lead}" + (f"- {MORE}" if line.lstrip().startswith("- ") else f"{MORE}: {HOLE}")
    return ""


def _line(lines: list[str], number: int) -> str:
    """Return what is written for a line that only inserts, by the lines around it."""
    line = lines[number]
    indent = indent_of(line)
    lead = " " * indent
    above = number - 1
    while above >= 0 and (not lines[above].strip() or indent_of(lines[above]) > indent or _is_comment(lines[above])):
        above -= 1
    before = lines[above].rpartition("\n")[2] if above >= 0 else ""
    if before and _opens_block(before) and indent_of(before) < indent:
        return line.replace(MORE, HOLE)
    same = bool(before) and indent_of(before) == indent
    if same and before.lstrip().startswith("- "):
        item = f"{lead}- {MORE}"
        if _is_below_its_key(lines, above, indent) and not (_following(lines, number, indent) or "").startswith("- "):
            return f"{item}\n{lead}{MORE}: {HOLE}"  # more items, or what comes after the list
        return item
    if before and not same and (before.rstrip().endswith((":", ": |", ": >")) or before.split()[-1] == "-"):
        following = _following(lines, number, indent)
        if following is None:
            return f"{lead}{HOLE}"
        return f"{lead}- {MORE}" if following.startswith("- ") else f"{lead}{MORE}: {HOLE}"
    if same and before.rstrip().endswith(":") and _following(lines, number, indent, only_items=True) is not None:
        return f"{lead}- {MORE}"
    if before and not same and _ENTRY.match(before):  # deeper than what it is inserted after, which has a value
        lead = " " * min(indent, indent_of(before.replace("-", " ", 1) if before.lstrip().startswith("- ") else before))
    return f"{lead}{MORE}: {HOLE}"


def _is_below_its_key(lines: list[str], number: int, indent: int) -> bool:
    """Return whether the list that a line is an item of is not indented further than its key."""
    for line in reversed(lines[:number]):
        if line.strip() and not _is_comment(line) and indent_of(line) <= indent:
            if indent_of(line) < indent:
                return False
            if not line.lstrip().startswith("- "):
                return True
    return False


def _following(lines: list[str], number: int, indent: int, only_items: bool = False) -> str | None:
    """Return the next line of the same mapping or list, without its indentation."""
    for line in lines[number + 1 :]:
        if not line.strip() or _is_comment(line) or not line.strip(" " + MORE + HOLE) or indent_of(line) > indent:
            continue
        found = line.lstrip()
        if indent_of(line) < indent or (only_items and not found.startswith("- ")):
            return None
        return found
    return None


def _is_deeper(lines: list[str], number: int) -> bool:
    """Return whether the next line that says something is further to the right."""
    following = next((line for line in lines[number + 1 :] if line.strip()), "")
    return indent_of(following) > indent_of(lines[number])


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _opens_block(line: str) -> bool:
    """Return whether the lines below are the content of a block scalar."""
    return re.search(r"(?:^|\s|:|-)[|>][-+0-9]{0,2}\s*(?:#.*)?\Z", line.rstrip()) is not None


def _mapped(pieces: list[Piece], text: str, lines: list[str]) -> tuple[str, Segments]:
    """Return the text that `lines` have become, with the map of what is verbatim in it."""
    done = "\n".join(lines)
    starts: list[int] = []
    outers: list[int] = []
    lengths: list[int] = []
    at = moved = 0
    changes = _changes(text, lines)
    for piece in pieces:
        end = at + len(piece.text)
        if end > len(text):
            break
        while changes and changes[0][0] < at:
            moved += changes.pop(0)[1]
        starts.append(at + moved)
        outers.append(piece.start)
        lengths.append(len(piece.text) if piece.verbatim else 0)
        at = end
    return done, Segments(done, tuple(starts) or (0,), tuple(outers) or (0,), tuple(lengths) or (0,))


def _changes(text: str, lines: list[str]) -> list[tuple[int, int]]:
    """Return after which offsets of the text lines have become longer, and by how much."""
    found: list[tuple[int, int]] = []
    at = 0
    for old, new in zip(text.split("\n"), lines, strict=True):
        if len(old) != len(new):
            found.append((at, len(new) - len(old)))
        at += len(old) + 1
    return found
