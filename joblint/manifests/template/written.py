"""What a template says at a place of its output, for people: a hole is shown as the action that fills it."""

from collections.abc import Callable

from joblint.manifests.template import is_open
from joblint.manifests.template.lex import ACTION, Token, action_at
from joblint.manifests.yaml.tree import Node, Problem, Scalar

UNKNOWN = "{{ ... }}"  # an action of which no place is known


def written(template: str, document: str, outer: Callable[[int], int], node: Node) -> str:
    """Return the text of a scalar as the template has it.

    `document` is what the template writes, and `outer` leads from its offsets to those of the template.
    """
    if not isinstance(node, Scalar):
        return ""
    if not is_open(node.text):
        return node.text
    start, end = node.start, node.end
    if node.style in ("'", '"'):
        start, end = start + 1, end - 1
    pieces = [_action(template, outer(at)) for at in range(start, end) if is_open(document[at])]
    return filled(node.text, pieces)


def filled(text: str, pieces: list[str] | None = None) -> str:
    """Return a text with actions in place of its holes, in order; UNKNOWN if there are too few."""
    if not is_open(text):
        return text
    left = list(reversed(pieces or ()))
    return "".join((left.pop() if left else UNKNOWN) if is_open(character) else character for character in text)


def _action(text: str, start: int) -> str:
    """Return the action at an offset of a template."""
    if not text.startswith("{{", start):
        return UNKNOWN
    try:
        token: Token = action_at(text, start)
    except Problem:
        return UNKNOWN
    inside = " ".join(token.inside(text).split())
    return f"{{{{ {inside} }}}}" if token.kind == ACTION else UNKNOWN
