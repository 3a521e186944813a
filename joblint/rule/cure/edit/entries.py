"""The places of the entries of mappings and the items of lists in the text, with all that belongs to them."""

from bisect import bisect_left

from joblint.manifests.source import indent_of
from joblint.manifests.yaml.tree import Entry, Mapping, Node, Scalar, Sequence, target
from joblint.rule.cure.edit import flow
from joblint.rule.cure.edit.text import (
    Impossible,
    Patch,
    begins_line,
    column,
    is_comment,
    line_end,
    line_start,
)

_MOST_COMPARED = 1_000  # entries; no object of Kubernetes has as many fields


def find_entry(owner: Node, key: Node) -> tuple[Mapping, int]:
    """Return the mapping and the index of its entry with that key, which is to be taken out.

    Raises Impossible if there is none, or if an earlier one with the same name would be in force without it.
    """
    if isinstance(owner, Mapping):
        entries = owner.entries
        for index in range(bisect_left(entries, key.start, key=lambda entry: entry.key.start), len(entries)):
            if entries[index].key is key:
                if _hides_another(entries, index):
                    raise Impossible
                return owner, index
            if entries[index].key.start > key.start:
                break
    raise Impossible


def _hides_another(entries: list[Entry], index: int) -> bool:
    """Return whether an entry is the last of several with its name."""
    if len(entries) > _MOST_COMPARED:
        return False
    name = entries[index].name
    later = any(entry.name == name for entry in entries[index + 1 :])
    return not later and any(entry.name == name for entry in entries[:index])


def find_item(owner: Sequence, item: Node) -> int:
    """Return the index of an item in a list. Raises Impossible if it is not there."""
    items = owner.items
    for index in range(bisect_left(items, item.start, key=lambda node: node.start), len(items)):
        if items[index] is item:
            return index
        if items[index].start > item.start:
            break
    raise Impossible


def last_node(node: Node) -> Node:
    """Return the node inside a node whose text ends last."""
    while True:
        if isinstance(node, Mapping) and not node.flow and node.entries:
            node = node.entries[-1].value
        elif isinstance(node, Sequence) and not node.flow and node.items:
            node = node.items[-1]
        else:
            return node


def block_end(text: str, value: Node, indent: int) -> int:
    """Return where the lines of an entry or item in block style end, including comments that are indented below it."""
    last = last_node(value)
    stop = last.end
    if isinstance(last, Scalar) and last.style in ("|", ">"):
        if "+" in text[last.start : line_end(text, last.start)]:
            raise Impossible  # the blank lines after it are part of it
        stop = last.start + len(text[last.start : last.end].rstrip())
    end = line_end(text, max(stop - 1, 0)) if stop else 0
    rest = text[stop:end].strip()
    if rest and not rest.startswith("#"):
        raise Impossible
    at = end
    while at < len(text):
        following = line_end(text, at)
        line = text[at:following]
        if line.strip() and not (is_comment(line) and indent_of(line) > indent):
            break
        at = following
        if line.strip():
            end = at
    return end


def entry_end(text: str, entry: Entry) -> int:
    """Return where the lines of an entry of a block mapping end."""
    return block_end(text, entry.value if entry.value.end > entry.key.end else entry.key, column(text, entry.key))


def with_comments(text: str, start: int, indent: int) -> int:
    """Return where the comments start that are right above a line and have the same indentation."""
    while start:
        above = line_start(text, start - 1)
        line = text[above:start]
        if not (is_comment(line) and indent_of(line) == indent):
            break
        start = above
    return start


def check_key(text: str, key: Node) -> None:
    """Check that a key is that of a plain entry, not of a complex one (`? key`). Raises Impossible."""
    if not isinstance(key, Scalar) or text[line_start(text, key.start) : key.start].strip(" -"):
        raise Impossible


def delete_member(text: str, owner: Node, item: Node) -> Patch:
    """Return the patch that removes an entry or item; an emptied mapping or list is written as `{}` or `[]`."""
    if isinstance(owner, Mapping):
        _, index = find_entry(owner, item)
        entry = owner.entries[index]
        part, count = (entry.key, entry.value), len(owner.entries)
    elif isinstance(owner, Sequence):
        index = find_item(owner, item)
        part, count = (item, item), len(owner.items)
    else:
        raise Impossible
    if owner.flow:
        return _delete_in_flow(text, owner, index)
    if count == 1:
        return _empty(text, owner, part)
    return _delete_entry(text, owner, index) if isinstance(owner, Mapping) else _delete_item(text, item)


def _delete_entry(text: str, owner: Mapping, index: int) -> Patch:
    entry = owner.entries[index]
    check_key(text, entry.key)
    end = entry_end(text, entry)
    if begins_line(text, entry.key):
        return whole_lines(text, line_start(text, entry.key.start), end)
    following = owner.entries[index + 1].key if index + 1 < len(owner.entries) else None
    if following is None or text[end : following.start].strip():
        raise Impossible  # a comment in between would end up after the dash
    return Patch(entry.key.start, following.start, "")


def _delete_item(text: str, node: Node) -> Patch:
    dash = text.rfind("-", line_start(text, node.start), node.start)
    if dash < 0 or text[line_start(text, dash) : dash].strip() or text[dash + 1 : node.start].strip(" "):
        raise Impossible
    return whole_lines(text, line_start(text, dash), block_end(text, node, dash - line_start(text, dash)))


def whole_lines(text: str, start: int, end: int) -> Patch:
    """Return the patch that removes whole lines; at the end of a text without a last line break, one is removed."""
    if end == len(text) and not text.endswith("\n"):
        start = len(text[:start].rstrip())
    return Patch(start, end, "")


def _empty(text: str, owner: Mapping | Sequence, part: tuple[Node, Node]) -> Patch:
    """Return the patch that removes the only entry or item, which leaves its owner empty."""
    first, value = part
    empty = "{}" if isinstance(owner, Mapping) else "[]"
    if isinstance(owner, Mapping):
        check_key(text, first)
    indent = column(text, first) if isinstance(owner, Mapping) else column(text, first) - 2
    end = block_end(text, value if value.end > first.end else first, indent)
    start = owner.start
    if text[start : start + 1] in ("&", "!") or owner.start > first.start:
        raise Impossible
    line = line_start(text, start)
    if text[line:start].strip():  # `- key: value`
        return Patch(start, end, empty + ("\n" if text[end - 1 : end] == "\n" else ""))
    above = text[:line].rstrip()
    commented = is_comment(above[line_start(above, len(above)) :])
    if not above.endswith(":") or commented or "\n" in text[len(above) : line].replace("\n", "", 1):
        raise Impossible
    return Patch(len(above), end, " " + empty + ("\n" if text[end - 1 : end] == "\n" else ""))


def _delete_in_flow(text: str, owner: Mapping | Sequence, index: int) -> Patch:
    """Return the patch that removes an entry in brackets with the comma after it, or before it if it is the last."""
    if isinstance(owner, Mapping):
        around = [(one.key, one.value) for one in owner.entries[max(index - 1, 0) : index + 2]]
    else:
        around = [(node, node) for node in owner.items[max(index - 1, 0) : index + 2]]
    first, _ = around[min(index, 1)]
    if text[max(first.start - 1, 0) : first.start] == "?" or target(first) is not first:
        raise Impossible
    return flow.delete_member(text, owner, [(a.start, max(a.end, b.end)) for a, b in around], min(index, 1))
