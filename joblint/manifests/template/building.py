"""The building of a template's tree, and the white space around its control lines: what all dialects but Go's share."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from joblint.manifests.template.lex import SPACE, TEXT, Token
from joblint.manifests.template.parse import MAX_DEPTH, Branch, Control, Leaf, Node
from joblint.manifests.yaml.tree import Problem


class Open(NamedTuple):
    """A control structure whose end is still to come: its kind, its keyword in the template, and its branches."""

    kind: str
    word: str
    branches: list[Branch]


class Builder:
    """Builds a tree from leaves and from the beginnings and ends of control structures, in order."""

    def __init__(self) -> None:
        self.root: list[Node] = []
        self.stack: list[Open] = []
        self.body = self.root

    @property
    def word(self) -> str:
        """The keyword of the innermost open control structure; empty if none is open."""
        return self.stack[-1].word if self.stack else ""

    def leaf(self, kind: str, token: Token) -> None:
        """Add a text, a comment or an action without a body."""
        self.body.append(Leaf(kind, token))

    def open(self, kind: str, word: str, token: Token, condition: str) -> None:
        """Begin a control structure. Raises Problem if there are too many in each other."""
        if len(self.stack) >= MAX_DEPTH:
            raise Problem(f"control structures are nested more than {MAX_DEPTH} levels deep", token.start, "")
        self.stack.append(Open(kind, word, [Branch(token, condition, [])]))
        self.body = self.stack[-1].branches[-1].body

    def branch(self, token: Token, condition: str, words: Sequence[str]) -> None:
        """Begin a further branch, which is only allowed in some control structures. Raises Problem."""
        last = self.stack[-1] if self.stack else None
        if last is None or last.word not in words or (len(last.branches) > 1 and not last.branches[-1].condition):
            raise Problem("this branch is not allowed here", token.start, "")
        last.branches.append(Branch(token, condition, []))
        self.body = last.branches[-1].body

    def close(self, token: Token) -> None:
        """End the innermost control structure. Raises Problem if none is open."""
        if not self.stack:
            raise Problem("no block is open before this end", token.start, "remove it")
        done = self.stack.pop()
        self.body = self.stack[-1].branches[-1].body if self.stack else self.root
        self.body.append(Control(done.kind, done.branches, token))

    def done(self) -> list[Node]:
        """Return the tree. Raises Problem if something is still open."""
        if self.stack:
            raise Problem(f"this `{self.stack[-1].word}` has no end", self.stack[-1].branches[0].head.start, "add it")
        return self.root


def spaced(
    text: str,
    found: Sequence[Token],
    is_idle: Callable[[Token], bool],
    trimmed: Callable[[str], tuple[int, int]],
    trims_lines: bool,
) -> list[Token]:
    """Return tokens whose texts have only what is written in their inner span.

    A line that has nothing but actions that write nothing is not written. `trimmed` returns how much of a text a trim
    marker removes, at its start and at its end; `trims_lines`: that can be the end of another line.
    """
    spans = [(token.inner_start, token.inner_end) for token in found]
    number = 0
    while number < len(found):
        last = _run_end(text, found, number, is_idle)
        if last < number:
            number += 1
            continue
        if not (trims_lines and (found[number].trims_before or found[last].trims_after)):
            _drop_line(text, found, spans, number, last)
        number = last + 1
    return [
        _trimmed(text, found, number, spans[number], trimmed)
        if token.kind == TEXT
        else token._replace(trims_before=False, trims_after=False)  # they have had their effect
        for number, token in enumerate(found)
    ]


def _run_end(text: str, found: Sequence[Token], number: int, is_idle: Callable[[Token], bool]) -> int:
    """Return the last token of those that write nothing from one on, with blanks between them; -1 if it writes."""
    last = -1
    while number < len(found) and (is_idle(found[number]) or _is_blank(text, found[number])):
        if found[number].kind != TEXT:
            last = number
        elif last < 0:
            return -1
        number += 1
    return last


def _is_blank(text: str, token: Token) -> bool:
    return token.kind == TEXT and not text[token.start : token.end].strip(" \t")


def _drop_line(text: str, found: Sequence[Token], spans: list[tuple[int, int]], first: int, last: int) -> None:
    """Take the blanks around some actions away, and the line's end, if the line has nothing else."""
    before = found[first - 1] if first else None
    after = found[last + 1] if last + 1 < len(found) else None
    begin, end = found[first].start, found[last].end
    if before is not None:
        if before.kind != TEXT:
            return
        begin = text.rfind("\n", before.start, before.end) + 1
        if (not begin and before.start) or text[begin : before.end].strip(" \t"):
            return
    if after is not None:
        if after.kind != TEXT:
            return
        newline = text.find("\n", after.start, after.end)
        end = newline + 1 if newline >= 0 else after.end
        if text[after.start : end].strip(SPACE) or (newline < 0 and after.end < len(text)):
            return
        spans[last + 1] = (max(spans[last + 1][0], end), spans[last + 1][1])
    if before is not None:
        spans[first - 1] = (spans[first - 1][0], min(spans[first - 1][1], begin))
    for number in range(first, last):
        if found[number].kind == TEXT:
            spans[number] = (found[number].start, found[number].start)


def _trimmed(
    text: str,
    found: Sequence[Token],
    number: int,
    span: tuple[int, int],
    trimmed: Callable[[str], tuple[int, int]],
) -> Token:
    token = found[number]
    start, end = span[0], max(span)
    if number and found[number - 1].trims_after:
        start += trimmed(text[start:end])[0]
    if number + 1 < len(found) and found[number + 1].trims_before:
        end -= trimmed(text[start:end])[1]
    return token._replace(inner_start=start, inner_end=max(start, end))
