"""Collections in brackets and braces: where their commas and comments are, and what is written between them.

A comment ends at the end of its line, so nothing may be appended to a line that has one. YAML allows a comma after the
last entry, JSON does not; but JSON has no comments either.
"""

import re
from collections.abc import Iterator

from joblint.manifests.source import indent_of
from joblint.manifests.yaml.tree import Mapping, Node, Sequence
from joblint.rule.cure.edit.text import Patch, begins_line, column, line_start, plain

_COMMENT = re.compile(r"#[^\r\n]*")
_GAP = re.compile(r"[\s,]*")


def comma_after(text: str, at: int, stop: int) -> int | None:
    """Return the place of the comma after an entry, skipping comments; None if there is none before `stop`."""
    while at < stop and text[at] != ",":
        comment = _COMMENT.match(text, at, stop)
        at = comment.end() if comment else at + 1
    return at if at < stop else None


def comments_end(text: str, at: int, stop: int) -> int | None:
    """Return where the last comment in a gap between entries ends; None if the gap has no comment."""
    end = None
    for comment in _COMMENT.finditer(text, at, stop):
        end = comment.end()
    return end


def append_member(text: str, owner: Mapping | Sequence, first: Node, last: int, written: str) -> list[Patch]:
    """Return the patches that add an entry after the last one, on a new line if that one is on its own line.

    It is also added on a new line if a comment follows the last entry. `first` is the first node of the last entry,
    `last` is where that entry ends.
    """
    close = owner.end - 1
    own_line = begins_line(text, first) and "\n" in text[owner.start : first.start]
    indent = column(text, first) if own_line else indent_of(text[line_start(text, first.start) :]) + 2
    behind = comments_end(text, last, close)
    if behind is None:
        return [Patch(last, last, f",\n{' ' * indent}{written}" if own_line else f", {written}")]
    comma = comma_after(text, last, close)
    line = Patch(behind, behind, f"\n{' ' * indent}{written}")
    return [line] if comma is not None else [Patch(last, last, ","), line]


def delete_member(text: str, owner: Mapping | Sequence, parts: list[tuple[int, int]], index: int) -> Patch:
    """Return the patch that removes an entry with one comma. `parts` are the spans of entries; comments are kept."""
    start, end = parts[index]
    last = index + 1 == len(parts)
    stop = owner.end - 1 if last else parts[index + 1][0]
    comma = comma_after(text, end, stop)
    if comma is None:  # it is the last one
        before = parts[index - 1][1] if index else start
        joined = index > 0 and _GAP.fullmatch(text, before, start) is not None
        return Patch(before if joined else start, end, "")
    if not last and _GAP.fullmatch(text, end, stop):
        return Patch(start, stop, "")
    return Patch(start, comma + 1, plain(text[end:comma]))


def on_one_line(text: str, node: Node) -> str:
    """Return a value as it is written, but on one line, if it has no comment and its scalars have no line breaks."""
    pieces, at = [], node.start
    for scalar in _leaves(node):
        pieces += [text[at : scalar.start], text[scalar.start : scalar.end]]
        at = scalar.end
    pieces.append(text[at : node.end])
    if any("#" in gap for gap in pieces[::2]):
        return plain(text[node.start : node.end])
    for number in range(0, len(pieces), 2):
        gap = re.sub(r"(?<=[\[{])\s*\n\s*|\s*\n\s*(?=[\]}])", "", pieces[number])
        pieces[number] = re.sub(r"\s*\n\s*", " ", gap)
    return plain("".join(pieces))


def _leaves(node: Node) -> Iterator[Node]:
    """Yield the scalars and aliases in a value, in order."""
    if isinstance(node, Mapping) and node.entries:
        for entry in node.entries:
            yield from _leaves(entry.key)
            yield from _leaves(entry.value)
    elif isinstance(node, Sequence) and node.items:
        for item in node.items:
            yield from _leaves(item)
    elif not isinstance(node, (Mapping, Sequence)):
        yield node
