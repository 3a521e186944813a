"""What is wrong with a rule that a user wrote, and where."""

from joblint.manifests.document import Document
from joblint.manifests.yaml.tree import Node, Scalar, target
from joblint.rule.flaw import Flaw


class OwnError(ValueError):
    """Own rules that cannot be used, in words; a line for each reason."""


class Wrong(Exception):
    """Raised for a mistake at a node of a card; `offset`, if there is one, counts inside the text of a scalar."""

    def __init__(self, node: Node, message: str, offset: int = -1) -> None:
        super().__init__(message)
        self.node, self.message, self.offset = node, message, offset


class NotHere(Wrong):
    """Raised for an expression that is right, and asks for what joblint does not have."""


def flaw(document: Document, node: Node, message: str, offset: int = -1) -> Flaw:
    """A mistake at a node, or, from 0 on, so many characters into the text of a scalar."""
    source = document.source
    inside = place(document.text, node, offset)
    return Flaw(source.path, *source.position(min(len(source.text), document.outer(inside))), message)


def place(text: str, node: Node, offset: int) -> int:
    """Where in a document's text the character stands that is the `offset`th of a scalar's content.

    Styles differ in white space only (and in escapes: where such are on the way, the scalar itself is the place). So
    what is no white space is counted on both sides.
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
