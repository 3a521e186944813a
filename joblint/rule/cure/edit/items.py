"""Edits that move items to another list."""

from joblint.manifests.source import indent_of
from joblint.manifests.yaml.tree import Entry, Mapping, Scalar, Sequence
from joblint.rule.cure.cure import MoveItem
from joblint.rule.cure.edit import entries, flow, render
from joblint.rule.cure.edit.text import Impossible, Patch, begins_line, column, line_start, plain, shifted


def move_item(text: str, operation: MoveItem) -> list[Patch]:
    """Return the patches that move a mapping to the end of another list and add a field to it."""
    home, item, to = operation.owner, operation.item, operation.to
    if not isinstance(home, Sequence) or not isinstance(item, Mapping) or not isinstance(to, Mapping):
        raise Impossible
    if len(home.items) < 2 or not item.entries:
        raise Impossible
    entries.find_item(home, item)
    there = next((e for e in to.entries if e.name == operation.name), None)
    if home.flow:
        written = _in_braces(text, item, operation)
        return [entries.delete_member(text, home, item), *_append_in_brackets(text, there, to, operation, written)]
    taken = entries.delete_member(text, home, item)
    start = entries.with_comments(text, taken.start, indent_of(text[taken.start : taken.end]))
    lines = _lines(text, start, item, operation)
    return [Patch(start, taken.end, taken.text), _append(text, there, home, to, operation, lines)]


def _lines(text: str, start: int, item: Mapping, operation: MoveItem) -> str:
    """Return the item's lines at the margin, with the comments above it and with the added field."""
    if item.flow or not isinstance(item.entries[0].key, Scalar) or begins_line(text, item.entries[0].key):
        raise Impossible
    end = entries.block_end(text, item, _dash(text, item))
    field = render.Block(2, flush=True).entry(operation.field, operation.data)
    indent = column(text, item.entries[0].key)
    raw = plain(text[start:end]).rstrip("\n") + "\n" + shifted("\n".join(field), indent)
    return shifted(raw, -_dash(text, item))


def _dash(text: str, item: Mapping) -> int:
    return indent_of(text[line_start(text, item.start) :])


def _append(text: str, there: Entry | None, home: Sequence, to: Mapping, operation: MoveItem, lines: str) -> Patch:
    """Return the patch that adds an item's lines at the end of a block list, which is created if it is missing."""
    if there is not None:
        listed = there.value
        if not isinstance(listed, Sequence) or listed.flow or not listed.items:
            raise Impossible
        last = listed.items[-1]
        indent = indent_of(text[line_start(text, last.start) :])
        at = entries.block_end(text, last, indent)
        return _insert(text, at, shifted(lines, indent))
    beside = next((e for e in to.entries if e.value is home), None)
    if to.flow or beside is None or not begins_line(text, beside.key):
        raise Impossible
    indent = column(text, beside.key)
    step = indent_of(text[line_start(text, home.items[0].start) :]) - indent
    head = " " * indent + f"{render.scalar(operation.name)}:\n"
    return _insert(text, line_start(text, beside.key.start), head + shifted(lines, indent + max(step, 0)))


def _insert(text: str, at: int, lines: str) -> Patch:
    if at and text[at - 1] != "\n":
        return Patch(at, at, "\n" + lines)
    return Patch(at, at, lines + "\n")


def _in_braces(text: str, item: Mapping, operation: MoveItem) -> str:
    """Return the item as it is written in braces, with the added field."""
    raw, last = text[item.start : item.end], item.entries[-1].value
    if not item.flow or not raw.startswith("{") or last.end <= item.entries[-1].key.end:
        raise Impossible
    style = _quotes(item)
    field = f"{render.scalar(operation.field, style=style, flow=True)}: {render.inline(operation.data, style=style)}"
    return f"{plain(text[item.start : last.end])}, {field}{plain(text[last.end : item.end])}"


def _append_in_brackets(text: str, there: Entry | None, to: Mapping, operation: MoveItem, written: str) -> list[Patch]:
    if there is not None:
        listed = there.value
        if not isinstance(listed, Sequence) or not listed.flow or not listed.items:
            raise Impossible
        last = listed.items[-1]
        return flow.append_member(text, listed, last, last.end, written)
    first = to.entries[0].key
    name = render.scalar(operation.name, style=_quotes(to), flow=True)
    if to.flow:
        return [Patch(first.start, first.start, f"{name}: [{written}], ")]
    beside = next((e for e in to.entries if e.value is operation.owner), None)
    if beside is None or not begins_line(text, beside.key):
        raise Impossible
    at = line_start(text, beside.key.start)
    return [Patch(at, at, " " * column(text, beside.key) + f"{name}: [{written}]\n")]


def _quotes(owner: Mapping) -> str:
    key = owner.entries[0].key
    return '"' if isinstance(key, Scalar) and key.style == '"' else ""
