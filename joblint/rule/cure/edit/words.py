"""Edits of a command: adding and removing items of its list, and keeping the lines of its script."""

from joblint.manifests.yaml.tree import Node, Scalar, Sequence, target
from joblint.rule.cure.cure import Cut, Insert, Restyle
from joblint.rule.cure.edit import entries, render
from joblint.rule.cure.edit.text import Impossible, Patch, line_start


def patch_words(text: str, operation: Restyle | Insert | Cut) -> Patch:
    """Return the patch for one of these operations."""
    if isinstance(operation, Restyle):
        return _restyled(text, operation.node)
    owner = operation.owner
    if not isinstance(owner, Sequence) or any(target(node) is not node for node in owner.items):
        raise Impossible
    index = entries.find_item(owner, operation.item)
    if isinstance(operation, Cut):
        return _cut(text, owner, index)
    return _in_brackets(text, operation) if owner.flow else _lines(text, operation)


def _restyled(text: str, node: Node) -> Patch:
    """Return the patch that replaces the sign of a folded block scalar, after its anchor and tag."""
    start, _ = render.content_span(text, node)
    if not isinstance(node, Scalar) or node.style != ">" or text[start : start + 1] != ">":
        raise Impossible
    return Patch(start, start + 1, "|")


def _in_brackets(text: str, operation: Insert) -> Patch:
    """Return the patch that adds items in brackets, in the quotes of the item next to them."""
    item = operation.item
    start, end = render.content_span(text, item)
    if not isinstance(item, Scalar) or start == end:
        raise Impossible
    style = item.style if item.style in ("'", '"') else ""
    written = ", ".join(render.scalar(word, style=style, flow=True) for word in operation.data)
    if operation.behind:
        return Patch(end, end, f", {written}")
    return Patch(item.start, item.start, f"{written}, ")


def _lines(text: str, operation: Insert) -> Patch:
    """Return the patch that adds items on separate lines; before an item, they are written after its dash."""
    item = operation.item
    if item.start == item.end:  # nothing is written after the dash
        raise Impossible
    dash = _dash(text, item)
    style = item.style if isinstance(item, Scalar) and item.style in ("'", '"') else ""
    blanks = " " * (dash - line_start(text, dash))
    lead = text[dash : item.start]
    words = [render.scalar(word, style=style) for word in operation.data]
    if not operation.behind:
        return Patch(item.start, item.start, "".join(f"{word}\n{blanks}{lead}" for word in words))
    at = entries.block_end(text, item, len(blanks))
    lines = "\n".join(f"{blanks}{lead}{word}" for word in words)
    return Patch(at, at, f"\n{lines}" if at and text[at - 1] != "\n" else f"{lines}\n")


def _dash(text: str, item: Node) -> int:
    """Return the place of the dash before an item on its line."""
    line = line_start(text, item.start)
    dash = text.rfind("-", line, item.start)
    if dash < 0 or text[line:dash].strip(" ") or text[dash + 1 : item.start].strip(" "):
        raise Impossible
    return dash


def _cut(text: str, owner: Sequence, index: int) -> Patch:
    """Return the patch that removes the items from an index to the end of a list."""
    if not index:
        raise Impossible
    before, last = owner.items[index - 1], owner.items[-1]
    if owner.flow:
        start, end = before.end, last.end
    else:
        dash = _dash(text, owner.items[index])
        start, end = line_start(text, dash), entries.block_end(text, last, dash - line_start(text, dash))
    if "#" in text[start:end]:
        raise Impossible
    return Patch(start, end, "") if owner.flow else entries.whole_lines(text, start, end)
