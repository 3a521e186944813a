"""What a template says at a place of its output, for people: a hole is shown as the action that fills it."""

from collections.abc import Callable

from joblint.manifests.template import is_open
from joblint.manifests.template.dialect import Dialect, dialect_of
from joblint.manifests.template.lex import ACTION
from joblint.manifests.yaml.tree import Node, Problem, Scalar

_UNKNOWN = "..."  # the inside of an action of which no place is known


def written(language: str, template: str, document: str, outer: Callable[[int], int], node: Node) -> str:
    """Return the text of a scalar as the template has it.

    `language` is that of the template, `document` is what it writes, and `outer` leads from its offsets to those of
    the template.
    """
    if not isinstance(node, Scalar):
        return ""
    if not is_open(node.text):
        return node.text
    start, end = node.start, node.end
    if node.style in ("'", '"'):
        start, end = start + 1, end - 1
    dialect = dialect_of(language)
    pieces = [_action(dialect, template, outer(at)) for at in range(start, end) if is_open(document[at])]
    return filled(node.text, dialect.marks, pieces)


def filled(text: str, marks: tuple[str, str], pieces: list[str] | None = None) -> str:
    """Return a text with actions in place of its holes, in order; between `marks` are dots if there are too few."""
    if not is_open(text):
        return text
    left = list(reversed(pieces or ()))
    unknown = _marked(marks, _UNKNOWN)
    return "".join((left.pop() if left else unknown) if is_open(character) else character for character in text)


def _action(dialect: Dialect, text: str, start: int) -> str:
    """Return the action at an offset of a template."""
    try:
        token = dialect.action_at(text, start) if text.startswith(dialect.marks[0], start) else None
    except Problem:
        token = None
    if token is None or token.kind != ACTION:
        return _marked(dialect.marks, _UNKNOWN)
    return _marked(dialect.marks, " ".join(token.inside(text).split()))


def _marked(marks: tuple[str, str], inside: str) -> str:
    return f"{marks[0]} {inside} {marks[1]}".rstrip()
