"""Where something inside a value stands, and whether an object speaks of it at all."""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from joblint.manifests.template import is_open
from joblint.manifests.yaml.tree import Scalar
from joblint.rule.cure.cure import Write
from joblint.rule.value import Value

if TYPE_CHECKING:
    from joblint.checks.reading.content import Content
    from joblint.rule.context import Context

_FIRST_LINES = 20  # of a block, among which one is not blank
_PLAIN = frozenset("$()_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")  # wherever they stand


def mentions(ctx: "Context", word: str) -> bool:
    """Whether a word stands in the text of the object: asked before anything that costs time."""
    found = ctx.words.get(word)
    if found is None:
        node = ctx.manifest.node
        found = ctx.words[word] = ctx.manifest.document.text.find(word, node.start, node.end) >= 0
    return found


def may_mention(ctx: "Context", word: str) -> bool:
    """Whether a word is in the text of the object, or may be in what a template inserts into it."""
    node = ctx.manifest.node
    return mentions(ctx, word) or is_open(ctx.manifest.document.text[node.start : node.end])


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


def line_break(value: Value, ctx: "Context") -> str:
    """What is written between two lines of a value in a literal block scalar; empty where it is in no such one."""
    node = value.node
    if not isinstance(node, Scalar) or node.style != "|" or node.text != value.data:
        return ""
    header, *lines = ctx.manifest.document.text[node.start : node.end].split("\n", _FIRST_LINES)
    line = next((line for line in lines if line.strip()), "")
    indent = len(line) - len(line.lstrip(" "))
    # With an indicator such as `|2` the first line may be further to the right than others are.
    return "\n" + " " * indent if indent and not any(sign.isdigit() for sign in header) else ""


def begin_with(command: str, at: int, value: Value, script: str, ctx: "Context") -> tuple[Write, ...]:
    """The operations that put a command before what stands at a place of a script, on a line of its own if it can."""
    begins = at == 0 or script[at - 1] == "\n"
    between = (line_break(value, ctx) if begins else "") or "; "
    return rewriting(value, [(at, at + 1, f"{command}{between}{script[at]}")], ctx)


def _escaped(text: str, style: str) -> str:
    """A text of one line as it is written inside a scalar of that style."""
    if style == '"':
        return text.replace("\\", "\\\\").replace('"', '\\"')
    return text.replace("'", "''") if style == "'" else text


@lru_cache(maxsize=2)
def _content(text: str, scalar: Scalar) -> "Content":
    """One map serves all that is found in a scalar."""
    from joblint.checks.reading.content import Content

    return Content(text, scalar)
