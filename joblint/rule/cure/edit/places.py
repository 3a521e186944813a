"""Edits that add entries, or move them as they are written."""

from joblint.manifests.source import indent_of
from joblint.manifests.yaml.tree import Entry, Mapping, Node, Scalar, Sequence
from joblint.rule.cure.cure import Add, Data, Move
from joblint.rule.cure.edit import entries, flow, render
from joblint.rule.cure.edit.text import (
    Impossible,
    Patch,
    begins_line,
    column,
    line_end,
    line_start,
    plain,
    shifted,
)

_FIRST = ("metadata", "spec")  # a new mapping is put in the usual order
_TEMPLATES = ("template", "jobTemplate")
_STEP = 2  # columns per level, if the text does not show another step


def add_field(text: str, operation: Add) -> list[Patch]:
    """Return the patches for a field that is added."""
    owner, names, data = _descend(operation.owner, operation.names, operation.data)
    for name in reversed(names[1:]):
        data = {name: data}
    if isinstance(owner, Entry):
        return [_below_key(text, owner, lambda step: render.Block(step, flush=True).entry(names[0], data))]
    if owner.flow:
        style = _quotes(owner)
        return _into_braces(
            text, owner, f"{render.scalar(names[0], style=style, flow=True)}: {render.inline(data, style=style)}"
        )
    lines = "\n".join(render.Block(_step(text, owner), _flush(text, owner)).entry(names[0], data))
    before = next((e for e in owner.entries if e.key is operation.before), None)
    if before is not None:
        return [_insert_above(text, before, lines)]
    after = next((e for e in owner.entries if e.key is operation.after), None)
    return [_at_end(text, owner, lines) if after is None else _insert(text, owner, after, lines)]


def move_entry(text: str, operation: Move) -> list[Patch]:
    """Return the patches for an entry that is moved: one removes it, the others add it."""
    home, index = entries.find_entry(operation.owner, operation.key)
    entry = home.entries[index]
    owner, names, _ = _descend(operation.to, operation.names, None)
    if owner is home:
        return _nest_in_braces(text, home, entry, names) if home.flow else [_nest(text, home, index, names)]
    if home.flow:
        return [entries.delete_member(text, home, entry.key), *_flow_to(text, entry, owner, names)]
    taken, lines = _cut(text, home, index)
    lines = _renamed(lines, entry, names[-1])
    if isinstance(owner, Mapping) and owner.flow:
        if lines.startswith("#"):
            raise Impossible  # its comments cannot be written in braces
        return [taken, *_block_to_flow(text, entry, owner, names)]
    step = _step(text, home)
    lines = _below(names[:-1], lines, step)
    if isinstance(owner, Entry):
        return [taken, _below_key(text, owner, lambda _: lines.split("\n"))]
    above = next((e for e in owner.entries if (names[0], e.name) == _FIRST), None)
    if above is not None and begins_line(text, above.key):
        return [taken, _insert_above(text, above, lines)]
    return [taken, _at_end(text, owner, lines)]


def _descend(owner: Node, names: tuple[str, ...], data: Data) -> tuple[Mapping | Entry, tuple[str, ...], Data]:
    """Return the last mapping on a path that exists, the names below it, and the data; or an Entry without a value.

    Raises Impossible if the field exists already, or if something on the path is not a mapping of its own.
    """
    if not isinstance(owner, Mapping) or not owner.entries or not isinstance(owner.entries[0].key, Scalar):
        raise Impossible
    entry = next((e for e in owner.entries if e.name == names[0]), None)
    if entry is None:
        return owner, names, data
    inner = entry.value
    if len(names) == 1 or (isinstance(inner, Mapping) and not inner.entries):
        raise Impossible
    if isinstance(inner, Scalar) and inner.start == inner.end and not owner.flow:
        return entry, names[1:], data
    return _descend(inner, names[1:], data)


def _insert(text: str, owner: Mapping, after: Entry, lines: str) -> Patch:
    """Return the patch that adds lines, given at the margin, to a block mapping after one of its entries."""
    entries.check_key(text, owner.entries[0].key)
    at = entries.entry_end(text, after)
    written = shifted(lines, column(text, owner.entries[0].key))
    if at and text[at - 1] != "\n":
        return Patch(at, at, "\n" + written)
    return Patch(at, at, written + "\n")


def _at_end(text: str, owner: Mapping, lines: str) -> Patch:
    """Return the patch that adds lines, given at the margin, at the end of a mapping, or one line above a template.

    The mapping is in block style; a template is usually long.
    """
    last = owner.entries[-1]
    if last.name not in _TEMPLATES or "\n" in lines or not begins_line(text, last.key):
        return _insert(text, owner, last, lines)
    entries.check_key(text, last.key)
    indent = column(text, last.key)
    at = entries.with_comments(text, line_start(text, last.key.start), indent)
    return Patch(at, at, shifted(lines, indent) + "\n")


def _insert_above(text: str, before: Entry, lines: str) -> Patch:
    """Return the patch that adds lines, given at the margin, to a block mapping right before one of its entries."""
    entries.check_key(text, before.key)
    if not begins_line(text, before.key):
        raise Impossible
    at = line_start(text, before.key.start)
    return Patch(at, at, shifted(lines, column(text, before.key)) + "\n")


def _below_key(text: str, entry: Entry, lines: object) -> Patch:
    """Return the patch that adds lines below a key that has no value yet."""
    entries.check_key(text, entry.key)
    assert callable(lines)
    written = shifted("\n".join(lines(_STEP)), column(text, entry.key) + _STEP)
    at = line_end(text, entry.value.end)
    if text[entry.value.end : at].strip() and not text[entry.value.end : at].strip().startswith("#"):
        raise Impossible
    return Patch(at, at, written + "\n") if text[at - 1] == "\n" else Patch(at, at, "\n" + written)


def _into_braces(text: str, owner: Mapping, written: str) -> list[Patch]:
    """Return the patches that add an entry after the last one in braces."""
    last = owner.entries[-1]
    at = max(last.value.end, last.key.end)
    if text[at : at + 1] == ":":
        at += 1  # nothing is written after the colon
    return flow.append_member(text, owner, last.key, at, written)


def _nest(text: str, home: Mapping, index: int, names: tuple[str, ...]) -> Patch:
    """Return the patch that puts new mappings around an entry, which stays in its place."""
    entry = home.entries[index]
    entries.check_key(text, entry.key)
    start, end = _whole(text, entry)
    lines = _below(names[:-1], _renamed(_at_margin(text, entry, start, end), entry, names[-1]), _step(text, home))
    written = shifted(lines, column(text, entry.key))
    if start == entry.key.start:
        written = written.lstrip(" ")
    return Patch(start, end, written + ("\n" if text[end - 1] == "\n" else ""))


def _nest_in_braces(text: str, home: Mapping, entry: Entry, names: tuple[str, ...]) -> list[Patch]:
    """Return the patches that put new mappings around an entry in braces."""
    style = _quotes(home)
    *outer, last = (render.scalar(name, style=style, flow=True) for name in names)
    key = text[entry.key.start : entry.key.end] if names[-1] == entry.name else last
    end = max(entry.value.end, entry.key.end)
    if text[end : end + 1] == ":":
        raise Impossible  # nothing is written after the colon
    head = Patch(entry.key.start, entry.key.end, "".join(f"{name}: {{" for name in outer) + key)
    return [head, Patch(end, end, "}" * len(outer))]


def _below(names: tuple[str, ...], lines: str, step: int) -> str:
    """Return lines, given at the margin, as the value of nested mappings with the keys `names`."""
    for name in reversed(names):
        lines = f"{render.scalar(name)}:\n" + shifted(lines, step)
    return lines


def _whole(text: str, entry: Entry) -> tuple[int, int]:
    """Return where the lines of an entry start, including the comments above it, and where they end.

    After a dash they start with its key.
    """
    start = entry.key.start
    if begins_line(text, entry.key):
        start = entries.with_comments(text, line_start(text, start), column(text, entry.key))
    return start, entries.entry_end(text, entry)


def _at_margin(text: str, entry: Entry, start: int, end: int) -> str:
    """Return the lines of an entry, shifted to the margin."""
    raw, indent = plain(text[start:end]).rstrip("\n"), column(text, entry.key)
    return shifted(" " * indent + raw if start == entry.key.start else raw, -indent)


def _cut(text: str, home: Mapping, index: int) -> tuple[Patch, str]:
    """Return the patch that removes an entry, and its lines with its comments, shifted to the margin."""
    entry = home.entries[index]
    entries.check_key(text, entry.key)
    start, end = _whole(text, entry)
    if begins_line(text, entry.key) and len(home.entries) > 1:
        return entries.whole_lines(text, start, end), _at_margin(text, entry, start, end)
    return entries.delete_member(text, home, entry.key), _at_margin(text, entry, entry.key.start, end)


def _renamed(lines: str, entry: Entry, name: str) -> str:
    """Return the lines of an entry with another key."""
    if entry.name == name:
        return lines
    split = lines.split("\n")
    for index, line in enumerate(split):
        if not line.startswith("#"):
            head, colon, rest = line.partition(":")
            if head.strip("'\" ") != entry.name or not colon:
                raise Impossible
            split[index] = f"{render.scalar(name)}:{rest}"
            return "\n".join(split)
    raise Impossible


def _flow_to(text: str, entry: Entry, owner: Mapping | Entry, names: tuple[str, ...]) -> list[Patch]:
    """Return the patches that write an entry from braces elsewhere."""
    raw = text[entry.value.start : entry.value.end] or "null"
    if isinstance(owner, Entry):
        raise Impossible
    if owner.flow:
        if _quotes(owner) and entry.value.end > entry.value.start:
            raw = flow.on_one_line(text, entry.value)
        return _into_braces(text, owner, _nested(names, plain(raw), _quotes(owner)))
    if "\n" in raw:
        raise Impossible
    lines = _below(names[:-1], f"{render.scalar(names[-1])}: {raw}", _step(text, owner))
    return [_insert(text, owner, owner.entries[-1], lines)]


def _block_to_flow(text: str, entry: Entry, owner: Mapping, names: tuple[str, ...]) -> list[Patch]:
    value = entry.value
    raw = text[value.start : value.end]
    single = value.style not in ("|", ">") if isinstance(value, Scalar) else getattr(value, "flow", False)
    if not single or "\n" in raw or not raw or (isinstance(value, Scalar) and not value.style and "," in raw):
        raise Impossible
    if "#" in text[value.end : line_end(text, value.end)]:
        raise Impossible  # its comment would be lost
    return _into_braces(text, owner, _nested(names, raw, _quotes(owner)))


def _nested(names: tuple[str, ...], raw: str, style: str) -> str:
    """Return `name: value` for a mapping in braces, inside the mappings that lead to it."""
    *outer, last = (render.scalar(name, style=style, flow=True) for name in names)
    return "".join(f"{name}: {{" for name in outer) + f"{last}: {raw}" + "}" * len(outer)


def _quotes(owner: Mapping) -> str:
    """Return the quotes of a mapping's keys: those of JSON, or none."""
    key = owner.entries[0].key
    return '"' if isinstance(key, Scalar) and key.style == '"' else ""


def _step(text: str, owner: Mapping) -> int:
    """Return by how many columns nested mappings are indented, as the entries of this one show."""
    for entry in owner.entries:
        inner = entry.value
        if isinstance(inner, Mapping) and not inner.flow and inner.entries:
            step = column(text, inner.entries[0].key) - column(text, entry.key)
            if step > 0:
                return step
    return _STEP


def _flush(text: str, owner: Mapping) -> bool:
    """Return whether lists are at the column of their key, as the lists of this mapping show."""
    for entry in owner.entries:
        if isinstance(entry.value, Sequence) and not entry.value.flow and entry.value.items:
            line = text[line_start(text, entry.value.items[0].start) :]
            return indent_of(line) == column(text, entry.key)
    return True
