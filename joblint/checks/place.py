"""Where something inside a value stands, and whether an object speaks of it at all."""

from functools import lru_cache
from typing import TYPE_CHECKING

from joblint.tree import Scalar
from joblint.value import Value

if TYPE_CHECKING:
    from joblint.checks.content import Content
    from joblint.context import Context


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


@lru_cache(maxsize=2)
def _content(text: str, scalar: Scalar) -> "Content":
    """One map serves all that is found in a scalar."""
    from joblint.checks.content import Content

    return Content(text, scalar)
