"""Where something inside a value stands, and whether an object speaks of it at all."""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from joblint.cure import Write
from joblint.tree import Scalar
from joblint.value import Value

if TYPE_CHECKING:
    from joblint.checks.content import Content
    from joblint.context import Context

_PLAIN = frozenset("$()_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")  # wherever they stand


def mentions(ctx: "Context", word: str) -> bool:
    """Whether a word stands in the text of the object: asked before anything that costs time."""
    found = ctx.words.get(word)
    if found is None:
        node = ctx.manifest.node
        found = ctx.words[word] = ctx.manifest.document.text.find(word, node.start, node.end) >= 0
    return found


def place_in(value: Value, span: tuple[int, int], ctx: "Context") -> tuple[int, int]:
    """The document's span of a part of a value's content."""
    node = value.node
    if not isinstance(node, Scalar) or node.text != value.data:
        return node.start, node.end
    return _content(ctx.manifest.document.text, node).span(*span)


def rewriting(value: Value, changes: Iterable[tuple[int, int, str]], ctx: "Context") -> tuple[Write, ...]:
    """The operations that put other texts in the place of parts of a value's content, given by (start, end, text).

    None at all where one of them cannot be written plainly: the content is hidden, or lacks quotes that it would need.
    """
    node = value.node
    if not isinstance(node, Scalar) or node.text != value.data:
        return ()
    content, found = _content(ctx.manifest.document.text, node), []
    for start, end, text in changes:
        place = content.span(start, end)
        if not content.exact or (not node.style and not _PLAIN.issuperset(text)):
            return ()
        found.append(Write(*place, _escaped(text, node.style)))
    return tuple(found)


def _escaped(text: str, style: str) -> str:
    """A text of one line as it is written inside a scalar of that style."""
    if style == '"':
        return text.replace("\\", "\\\\").replace('"', '\\"')
    return text.replace("'", "''") if style == "'" else text


@lru_cache(maxsize=2)
def _content(text: str, scalar: Scalar) -> "Content":
    """One map serves all that is found in a scalar."""
    from joblint.checks.content import Content

    return Content(text, scalar)
