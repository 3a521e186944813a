"""Lines of a document's text, as edits see them; offsets count in the document."""

from typing import NamedTuple

from joblint.manifests.source import indent_of
from joblint.manifests.yaml.tree import Node


class Impossible(Exception):
    """An operation that cannot be written reliably."""


class Patch(NamedTuple):
    """Replace [start, end) of the document's text by `text`, whose lines end in plain line feeds."""

    start: int
    end: int
    text: str


def line_start(text: str, at: int) -> int:
    """Return where the line with the character at `at` starts."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Return where the line with the character at `at` ends, including its line break."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def column(text: str, node: Node) -> int:
    """Return the column of a node's first character, from 0."""
    return node.start - line_start(text, node.start)


def begins_line(text: str, node: Node) -> bool:
    """Return whether only blanks precede a node on its line."""
    return not text[line_start(text, node.start) : node.start].strip(" ")


def plain(text: str) -> str:
    """Return a piece of text with plain line feeds."""
    return text.replace("\r\n", "\n")


def is_comment(line: str) -> bool:
    """Return whether a line has only a comment."""
    return line.lstrip(" ").startswith("#")


def shifted(lines: str, by: int) -> str:
    """Return lines shifted to the right by `by` columns; empty lines stay empty, and comments stop at the margin.

    Raises Impossible if a line does not have enough blanks to be shifted to the left.
    """
    moved = []
    for line in lines.split("\n"):
        if not line.strip():  # a blank line in a block scalar may be part of its value
            moved.append(line[-by:] if by < 0 else " " * by + line if line else "")
        elif by >= 0:
            moved.append(" " * by + line)
        elif indent_of(line) >= -by:
            moved.append(line[-by:])
        elif is_comment(line):
            moved.append(line.lstrip(" "))
        else:
            raise Impossible
    return "\n".join(moved)
