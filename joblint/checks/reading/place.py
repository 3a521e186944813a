"""The position of something inside a value, and whether an object mentions it at all."""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from joblint.manifests.source import indent_of
from joblint.manifests.template import is_open
from joblint.manifests.yaml.tree import Scalar
from joblint.rule.cure.cure import Write
from joblint.rule.value import Value

if TYPE_CHECKING:
    from joblint.checks.reading.content import Content
    from joblint.rule.context import Context

_FIRST_LINES = 20  # of a block; at least one of them is not blank
_PLAIN = frozenset("$()_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")  # plain everywhere


def mentions(ctx: "Context", word: str) -> bool:
    """Return whether the text of the object has a word: asked before anything that costs time."""
    mentioned = ctx.words.get(word)
    if mentioned is None:
        node = ctx.manifest.node
        mentioned = ctx.words[word] = ctx.manifest.document.text.find(word, node.start, node.end) >= 0
    return mentioned


def may_mention(ctx: "Context", word: str) -> bool:
    """Whether a word is in the text of the object, or may be in what a template inserts into it."""
    node = ctx.manifest.node
    return mentions(ctx, word) or is_open(ctx.manifest.document.text[node.start : node.end])


def place_in(value: Value, span: tuple[int, int], ctx: "Context") -> tuple[int, int]:
    """Return the document's span of a part of a value's content."""
    node = value.node
    if not isinstance(node, Scalar) or node.text != value.data:
        return node.start, node.end
    return _content(ctx.manifest.document.text, node).span(*span)


def rewriting(value: Value, changes: Iterable[tuple[int, int, str]], ctx: "Context") -> tuple[Write, ...]:
    """Return the operations that replace parts of a value's content, given by (start, end, text).

    There are none if one of them cannot be written simply: the content is hidden, or lacks quotes that it would need.
    """
    node = value.node
    if not isinstance(node, Scalar) or node.text != value.data:
        return ()
    content, writes = _content(ctx.manifest.document.text, node), []
    for start, end, text in changes:
        place = content.span(start, end)
        if not content.exact or (not node.style and not _PLAIN.issuperset(text)):
            return ()
        writes.append(Write(*place, _escaped(text, node.style)))
    return tuple(writes)


def line_break(value: Value, ctx: "Context") -> str:
    """Return what is written between two lines of a value in a literal block scalar; empty for other styles."""
    node = value.node
    if not isinstance(node, Scalar) or node.style != "|" or node.text != value.data:
        return ""
    header, *lines = ctx.manifest.document.text[node.start : node.end].split("\n", _FIRST_LINES)
    line = next((line for line in lines if line.strip()), "")
    indent = indent_of(line)
    # With an indicator such as `|2` the first line may be further to the right than others are.
    return "\n" + " " * indent if indent and not any(sign.isdigit() for sign in header) else ""


def begin_with(command: str, at: int, value: Value, script: str, ctx: "Context") -> tuple[Write, ...]:
    """Return the operations that insert a command at a position of a script, on its own line if possible."""
    begins = at == 0 or script[at - 1] == "\n"
    between = (line_break(value, ctx) if begins else "") or "; "
    return rewriting(value, [(at, at + 1, f"{command}{between}{script[at]}")], ctx)


def _escaped(text: str, style: str) -> str:
    """Return a text of one line as it is written inside a scalar of that style."""
    if style == '"':
        return text.replace("\\", "\\\\").replace('"', '\\"')
    return text.replace("'", "''") if style == "'" else text


@lru_cache(maxsize=2)
def _content(text: str, scalar: Scalar) -> "Content":
    """Return the map of a scalar; cached, because everything that is found in the scalar needs it."""
    from joblint.checks.reading.content import Content

    return Content(text, scalar)
