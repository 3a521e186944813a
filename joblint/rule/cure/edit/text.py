"""Lines of a document's text, as edits see them; offsets count in the document."""

from typing import NamedTuple

from joblint.manifests.yaml.tree import Node


class Impossible(Exception):
    """An operation that cannot be written plainly."""


class Patch(NamedTuple):
    """Replace [start, end) of the document's text by `text`, whose lines end in plain line feeds."""

    start: int
    end: int
    text: str


def line_start(text: str, at: int) -> int:
    """Where the line that holds the character at `at` begins."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Where the line that holds the character at `at` ends, its line break included."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def indent_of(line: str) -> int:
    """How many blanks a line begins with."""
    return len(line) - len(line.lstrip(" "))


def column(text: str, node: Node) -> int:
    """The column of a node's first character, from 0."""
    return node.start - line_start(text, node.start)


def begins_line(text: str, node: Node) -> bool:
    """Whether nothing but blanks stands before a node on its line."""
    return not text[line_start(text, node.start) : node.start].strip(" ")


def plain(text: str) -> str:
    """A piece of text with plain line feeds."""
    return text.replace("\r\n", "\n")


def is_comment(line: str) -> bool:
    """Whether a line is nothing but a comment."""
    return line.lstrip(" ").startswith("#")


def shifted(lines: str, by: int) -> str:
    """Some lines, `by` columns further to the right; empty ones stay empty, and comments may end at the margin.

    Raises Impossible where a line has not so many blanks to give.
    """
    found = []
    for line in lines.split("\n"):
        if not line.strip():  # the blanks of a line in a block scalar may be part of its value
            found.append(line[-by:] if by < 0 else " " * by + line if line else "")
        elif by >= 0:
            found.append(" " * by + line)
        elif indent_of(line) >= -by:
            found.append(line[-by:])
        elif is_comment(line):
            found.append(line.lstrip(" "))
        else:
            raise Impossible
    return "\n".join(found)
