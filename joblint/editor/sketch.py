"""A tree of a text that is still being typed: what parse.py would give, as far as it can be told, and never a refusal.

Read line by line: the indentation tells what belongs to what. A line without a colon at the column of a mapping is a
key that is being typed: it becomes an entry with nothing behind it. A quote or bracket that is not closed ends where
the next line plainly begins something new. Anchors and tags are skipped, an alias is a scalar.
"""

from functools import lru_cache

from joblint.editor import flow
from joblint.scalar import BadTag, key_text, resolve
from joblint.tree import Entry, Mapping, Node, Scalar, Sequence

_KEPT = 4
_LOOK = 50  # lines that a quoted scalar may have
_BLANK = " \t\r"
_ENDS = ("", "\n", "\r", " ", "\t")


@lru_cache(_KEPT)
def sketch(text: str) -> Node | None:
    """The root of the one document in `text`, None where there is nothing but comments. Raises nothing.

    The last few are remembered: an editor asks several things of each text.
    """
    return _Reader(text).read()


class _Level:
    """A block collection that is open: its node, and the column of its keys or dashes."""

    __slots__ = ("column", "node")

    def __init__(self, node: Mapping | Sequence, column: int) -> None:
        self.node, self.column = node, column

    @property
    def last(self) -> Node | None:
        """The value that was read last."""
        if isinstance(self.node, Mapping):
            return self.node.entries[-1].value if self.node.entries else None
        return self.node.items[-1] if self.node.items else None

    def put(self, node: Node) -> None:
        """Put a node in the place of the value that was read last."""
        if isinstance(self.node, Mapping):
            self.node.entries[-1].value = node
        else:
            self.node.items[-1] = node


class _Reader:
    __slots__ = ("levels", "line", "root", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.levels: list[_Level] = []
        self.root: Node | None = None
        self.line = 0  # where the line at hand begins

    def read(self) -> Node | None:
        at, size = 0, len(self.text)
        while at < size:
            at = self._read_line(at)
        self._close(-1)
        return self.root

    def _read_line(self, at: int) -> int:
        """Take the line that begins here; returns where the next one does."""
        text, self.line = self.text, at
        end = self._line_end(at)
        start = self._skip(at, end)
        if start == end or text[start] == "#" or (start == at and text[at] == "%"):
            return end + 1
        if start == at and text.startswith("...", at) and not text[at + 3 : end].strip():
            return len(text)
        while text[start] == "-" and text[start + 1 : start + 2] in _ENDS:
            self._dash(start)
            start = self._skip(start + 1, end)
            if start == end or text[start] == "#":
                return end + 1
        column = start - at
        start = self._properties(start, end)
        key, behind = self._key(start, end)
        if key is None:
            return self._word(start, end, column)
        self._open_entry(key, column, behind)
        return self._value(self._skip(behind, end), end, column) if behind < end else end + 1

    # -- collections

    def _close(self, column: int) -> None:
        """Close what stands further to the right."""
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

    def _open_entry(self, key: Scalar, column: int, behind: int) -> None:
        """Begin an entry, whose value would stand from `behind` on."""
        self._close(column)
        if self.levels and isinstance(self.levels[-1].node, Sequence) and self.levels[-1].column == column:
            self._pop()
        level = self.levels[-1] if self.levels else None
        if level is None or not (isinstance(level.node, Mapping) and level.column == column):
            self._open(Mapping(key.start, key.end, False), column)
        mapping = self.levels[-1].node
        if isinstance(mapping, Mapping):
            name = key_text(key.value) or key.text
            mapping.entries.append(Entry(name, key, _nothing(behind), name == "<<"))

    def _open(self, node: Mapping | Sequence, column: int) -> None:
        """Put a collection where a value is missing, and go on inside it."""
        level = self.levels[-1] if self.levels else None
        before = level.last if level else self.root
        if isinstance(before, type(node)) and not getattr(before, "flow", True):
            self.levels.append(_Level(before, column))  # indented otherwise than what it goes on with
            return
        if isinstance(node, Mapping) and isinstance(before, Scalar) and before.start < before.end and not before.style:
            node.start = before.start  # what looked like a value is a key that is being typed
            node.entries.append(Entry(before.text, before, _nothing(before.end), False))
        elif isinstance(before, (Mapping, Sequence)) and level and isinstance(level.node, type(node)):
            node = level.node  # a value that is whole takes nothing more: this goes beside it
        if level is None:
            self.root = node
        elif node is not level.node and level.last is not None:
            level.put(node)
        self.levels.append(_Level(node, column))

    # -- scalars

    def _word(self, at: int, end: int, column: int) -> int:
        """Take a line that has no key: a value below its key, a key that is being typed, or more of a plain scalar."""
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
                stop = self._plain_end(at, end)
                self._open_entry(_plain(self.text, at, stop), column, stop)
            return end + 1
        last = level.last
        if last is not None and last.start == last.end:
            return self._value(at, end, level.column)
        if isinstance(last, Scalar) and not last.style:
            last.end = self._plain_end(at, end)
        return end + 1

    def _value(self, at: int, end: int, column: int) -> int:
        """Take the value that begins here, of something at a column; returns where the next line begins."""
        at = self._properties(at, end)
        text = self.text
        first = text[at] if at < end else "#"
        if first == "#":
            return end + 1
        node: Node
        if first in "|>":
            node, behind = self._block(at, end, column)
        elif first in "[{":
            node, behind = flow.read(text, at, column)
        elif first in "'\"":
            node, behind = self._quoted(at, end, column)
        else:
            behind = self._plain_end(at, end)
            node = _plain(text, at, behind)
        if self.levels:
            self.levels[-1].put(node)
        else:
            self.root = node
        return self._line_end(max(behind - 1, at)) + 1

    def _block(self, at: int, end: int, column: int) -> tuple[Scalar, int]:
        """A block scalar: the lines that stand further to the right than its key."""
        text, size, stop = self.text, len(self.text), end
        line = end + 1
        while line < size:
            close = self._line_end(line)
            start = self._skip(line, close)
            if start < close:
                if start - line <= column:
                    break
                stop = close
            line = close + 1
        body = text[end + 1 : stop]
        return Scalar(at, max(stop, at + 1), body, body, text[at]), line

    def _quoted(self, at: int, end: int, column: int) -> tuple[Scalar, int]:
        """A quoted scalar; one that is not closed ends with its line."""
        limit = end
        for _ in range(_LOOK):
            behind = flow.quote_end(self.text, at, limit)
            if behind:
                return flow.quoted(self.text, at, behind), behind
            if limit >= len(self.text):
                break
            close = self._line_end(limit + 1)
            start = self._skip(limit + 1, close)
            if start < close and start - limit - 1 <= column:
                break
            limit = close
        return flow.quoted(self.text, at, end), end

    # -- characters

    def _line_end(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def _skip(self, at: int, end: int) -> int:
        """Where the blanks end."""
        text = self.text
        while at < end and text[at] in _BLANK:
            at += 1
        return at

    def _properties(self, at: int, end: int) -> int:
        """Where the node itself begins, behind its anchor and tag."""
        while at < end and self.text[at] in "&!":
            while at < end and self.text[at] not in _BLANK:
                at += 1
            at = self._skip(at, end)
        return at

    def _key(self, at: int, end: int) -> tuple[Scalar | None, int]:
        """The key that begins here, and the offset behind its colon; None where there is none."""
        text = self.text
        if at < end and text[at] in "'\"":
            behind = flow.quote_end(text, at, end)
            colon = self._skip(behind, end) if behind else end
            if behind and colon < end and text[colon] == ":" and text[colon + 1 : colon + 2] in _ENDS:
                return flow.quoted(text, at, behind), colon + 1
            return None, at
        if at >= end or text[at] in "[]{},#|>%@`*":
            return None, at
        stop = self._plain_end(at, end)
        colon = text.find(":", at, stop)
        while colon >= 0:
            if text[colon + 1 : colon + 2] in _ENDS:
                return _plain(text, at, at + len(text[at:colon].rstrip(_BLANK))), colon + 1
            colon = text.find(":", colon + 1, stop)
        return None, at

    def _plain_end(self, at: int, end: int) -> int:
        """Where a plain scalar on one line ends: before a comment, and without blanks."""
        comment = self.text.find(" #", at, end)
        return at + len(self.text[at : end if comment < 0 else comment].rstrip(_BLANK))


def _plain(text: str, start: int, end: int) -> Scalar:
    content = text[start:end]
    try:
        return Scalar(start, end, resolve(content), content, "")
    except BadTag:
        return Scalar(start, end, content, content, "")


def _nothing(at: int) -> Scalar:
    return Scalar(at, at, None, "", "")
