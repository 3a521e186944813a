"""Mistakes in a rule that a user wrote, with their place."""

from joblint.manifests.document import Document
from joblint.manifests.yaml.tree import Node, Scalar, target
from joblint.rule.flaw import Flaw


class OwnError(ValueError):
    """Raised if own rules cannot be used, with one line for each reason."""


class Wrong(Exception):
    """Raised for a mistake at a node of a card; `offset`, unless negative, is a position in a scalar's content."""

    def __init__(self, node: Node, message: str, offset: int = -1) -> None:
        super().__init__(message)
        self.node, self.message, self.offset = node, message, offset


class NotHere(Wrong):
    """Raised for a valid expression that needs something that joblint does not have."""


def flaw(document: Document, node: Node, message: str, offset: int = -1) -> Flaw:
    """Return a mistake at a node, or, with an offset from 0 on, at a position in the content of a scalar."""
    source = document.source
    inside = place(document.text, node, offset)
    return Flaw(source.path, *source.position(min(len(source.text), document.outer(inside))), message)


def place(text: str, node: Node, offset: int) -> int:
    """Return the position in a document's text of the character at `offset` of a scalar's content.

    The two only differ in white space (and in escapes: if there are any before, the result is the scalar's start). So
    everything but white space is counted on both sides.
    """
    node = target(node)
    if not isinstance(node, Scalar) or offset < 0:
        return node.start
    at = node.start
    if node.style in ("|", ">"):
        at = text.find("\n", at) + 1
    elif node.style:
        at += 1
    for character in node.text[: offset + 1]:
        if character.isspace():
            continue
        while at < node.end and text[at].isspace():
            at += 1
        if at >= node.end or text[at] != character:
            return node.start
        at += 1
    behind = offset >= len(node.text) or node.text[offset].isspace()
    return at if behind else at - 1
