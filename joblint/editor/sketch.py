"""Build a tree of a text that is still being typed: what parse.py would return, as far as possible, without errors.

The text is read line by line, and the indentation decides what belongs to what. A line without a colon at the column of
a mapping is a key that is being typed: it becomes an entry with an empty value. A quote or bracket that is not closed
ends where the next line clearly begins something new. Anchors and tags are skipped; an alias is a scalar.
"""

from functools import lru_cache

from joblint.editor import flow
from joblint.editor.lines import ENDS, Lines
from joblint.manifests.yaml.keys import key_text
from joblint.manifests.yaml.tree import Entry, Mapping, Node, Scalar, Sequence

_KEPT = 4


@lru_cache(_KEPT)
def sketch(text: str) -> Node | None:
    """Return the root of the only document in `text`; None if there is nothing but comments. Never raises.

    The last few are cached: an editor sends several requests for each text.
    """
    return _Reader(text).read()


class _Level:
    """An open block collection: its node, and the column of its keys or dashes."""

    __slots__ = ("column", "node")

    def __init__(self, node: Mapping | Sequence, column: int) -> None:
        self.node, self.column = node, column

    @property
    def last(self) -> Node | None:
        """Return the value that was read last."""
        if isinstance(self.node, Mapping):
            return self.node.entries[-1].value if self.node.entries else None
        return self.node.items[-1] if self.node.items else None

    def put(self, node: Node) -> None:
        """Replace the value that was read last."""
        if isinstance(self.node, Mapping):
            self.node.entries[-1].value = node
        else:
            self.node.items[-1] = node


class _Reader:
    """Reads one text."""

    __slots__ = ("levels", "line", "lines", "root", "text")

    def __init__(self, text: str) -> None:
        self.text, self.lines = text, Lines(text)
        self.levels: list[_Level] = []
        self.root: Node | None = None
        self.line = 0  # where the current line begins

    def read(self) -> Node | None:
        at, size = 0, len(self.text)
        while at < size:
            at = self._read_line(at)
        self._close(-1)
        return self.root

    def _read_line(self, at: int) -> int:
        """Read the line that begins here, and return where the next one begins."""
        text, self.line = self.text, at
        end = self.lines.line_end(at)
        start = self.lines.skip(at, end)
        if start == end or text[start] == "#" or (start == at and text[at] == "%"):
            return end + 1
        if start == at and text.startswith("...", at) and not text[at + 3 : end].strip():
            return len(text)
        while text[start] == "-" and text[start + 1 : start + 2] in ENDS:
            self._dash(start)
            start = self.lines.skip(start + 1, end)
            if start == end or text[start] == "#":
                return end + 1
        column = start - at
        start = self.lines.properties(start, end)
        key, after = self.lines.key(start, end)
        if key is None:
            return self._word(start, end, column)
        self._open_entry(key, column, after)
        return self._value(self.lines.skip(after, end), end, column) if after < end else end + 1

    # -- collections

    def _close(self, column: int) -> None:
        """Close the levels that are indented further."""
        while self.levels and self.levels[-1].column > column:
            self._pop()

    def _pop(self) -> None:
        level = self.levels.pop()
        last = level.last
        if last is not None:
            level.node.end = max(level.node.start, last.end)

    def _dash(self, at: int) -> None:
        """Begin an item."""
        column = at - self.line
        self._close(column)
        level = self.levels[-1] if self.levels else None
        if level is None or not (isinstance(level.node, Sequence) and level.column == column):
            self._open(Sequence(at, at + 1, False), column)
        sequence = self.levels[-1].node
        if isinstance(sequence, Sequence):
            sequence.items.append(_nothing(at + 1))

    def _open_entry(self, key: Scalar, column: int, after: int) -> None:
        """Begin an entry, whose value would begin at `after`."""
        self._close(column)
        if self.levels and isinstance(self.levels[-1].node, Sequence) and self.levels[-1].column == column:
            self._pop()
        level = self.levels[-1] if self.levels else None
        if level is None or not (isinstance(level.node, Mapping) and level.column == column):
            self._open(Mapping(key.start, key.end, False), column)
        mapping = self.levels[-1].node
        if isinstance(mapping, Mapping):
            name = key_text(key.value) or key.text
            mapping.entries.append(Entry(name, key, _nothing(after), name == "<<"))

    def _open(self, node: Mapping | Sequence, column: int) -> None:
        """Put a collection where a value is missing, and continue inside it."""
        level = self.levels[-1] if self.levels else None
        before = level.last if level else self.root
        if isinstance(before, type(node)) and not getattr(before, "flow", True):
            self.levels.append(_Level(before, column))  # it continues a collection with another indentation
            return
        if isinstance(node, Mapping) and isinstance(before, Scalar) and before.start < before.end and not before.style:
            node.start = before.start  # what looked like a value is a key that is being typed
            node.entries.append(Entry(before.text, before, _nothing(before.end), False))
        elif isinstance(before, (Mapping, Sequence)) and level and isinstance(level.node, type(node)):
            node = level.node  # the value is complete: this is added next to it
        if level is None:
            self.root = node
        elif node is not level.node and level.last is not None:
            level.put(node)
        self.levels.append(_Level(node, column))

    # -- scalars

    def _word(self, at: int, end: int, column: int) -> int:
        """Read a line without a key: a value below its key, a key that is being typed, or more of a plain scalar."""
        self._close(column)
        level = self.levels[-1] if self.levels else None
        if level is None:
            if self.root is not None:
                return end + 1
            return self._value(at, end, -1)
        if level.column == column and at > self.line + column:
            return end + 1
        if level.column == column:
            if isinstance(level.node, Sequence) and len(self.levels) > 1 and self.levels[-2].column == column:
                self._pop()
            if isinstance(self.levels[-1].node, Mapping):
                stop = self.lines.plain_end(at, end)
                self._open_entry(self.lines.plain(at, stop), column, stop)
            return end + 1
        last = level.last
        if last is not None and last.start == last.end:
            return self._value(at, end, level.column)
        if isinstance(last, Scalar) and not last.style:
            last.end = self.lines.plain_end(at, end)
        return end + 1

    def _value(self, at: int, end: int, column: int) -> int:
        """Read the value that begins here, of a key or item at a column, and return where the next line begins."""
        at = self.lines.properties(at, end)
        text = self.text
        first = text[at] if at < end else "#"
        if first == "#":
            return end + 1
        node: Node
        if first in "|>":
            node, after = self.lines.block(at, end, column)
        elif first in "[{":
            node, after = flow.read(text, at, column)
        elif first in "'\"":
            node, after = self.lines.quoted(at, end, column)
        else:
            after = self.lines.plain_end(at, end)
            node = self.lines.plain(at, after)
        if self.levels:
            self.levels[-1].put(node)
        else:
            self.root = node
        return self.lines.line_end(max(after - 1, at)) + 1


def _nothing(at: int) -> Scalar:
    return Scalar(at, at, None, "", "")
