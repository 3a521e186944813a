"""Read JSON and flow collections of YAML that may be incomplete: the part of sketch.py for what is in brackets."""

import json
import re

from joblint.manifests.yaml.keys import key_text
from joblint.manifests.yaml.scalar import BadTag, resolve
from joblint.manifests.yaml.tree import Entry, Mapping, Node, Scalar, Sequence

_CLOSERS: dict[str, type[Mapping] | type[Sequence]] = {"}": Mapping, "]": Sequence}
_KEY_LINE = r"[ \t]*(?:-[ \t\r\n]|[A-Za-z_][\w./-]*:(?:\s|\Z))"
_PLAIN_END = re.compile(r"[\n,\[\]{}]|:(?=[\s,\[\]{}]|\Z)|[ \t]#")


def read(text: str, at: int, column: int) -> tuple[Mapping | Sequence, int]:
    """Return the collection that begins at a bracket, and the offset after it.

    `column` is that of the key or item that contains it, -1 at the top. A collection that is not closed ends before the
    next line with a key or an item that is not indented further.
    """
    return _Brackets(text, column).read(at)


def quote_end(text: str, at: int, limit: int) -> int:
    """Return the offset after a quoted scalar that begins at `at`; 0 if it is not closed before `limit`."""
    quote = text[at]
    close = text.find(quote, at + 1, limit)
    while close >= 0:
        if quote == "'":
            if not text.startswith("''", close):
                return close + 1
            close += 1
        else:
            before = close
            while text[before - 1] == "\\":
                before -= 1
            if (close - before) % 2 == 0:
                return close + 1
        close = text.find(quote, close + 1, limit)
    return 0


def quoted(text: str, start: int, end: int) -> Scalar:
    """Return a quoted scalar, closed or not."""
    style = text[start]
    closed = end - start > 1 and text[end - 1] == style
    content = text[start + 1 : end - 1 if closed else end]
    if style == "'":
        content = content.replace("''", "'")
    elif "\\" in content:
        try:
            content = str(json.loads(f'"{content}"'))
        except ValueError:
            pass
    return Scalar(start, end, content, content, style)


class _Brackets:
    """Reads what is between one pair of brackets, without recursion."""

    __slots__ = ("colon", "column", "counts", "key", "open", "text")

    def __init__(self, text: str, column: int) -> None:
        self.text, self.column = text, column
        self.open: list[Mapping | Sequence] = []
        self.key: Scalar | None = None  # of the innermost mapping, if its value has not been read yet
        self.colon = False
        self.counts = {Mapping: 0, Sequence: 0}  # how many are open

    def read(self, at: int) -> tuple[Mapping | Sequence, int]:
        root = self._begin(at)
        at, size, text = at + 1, len(self.text), self.text
        while at < size and self.open:
            character = text[at]
            if character == "\n":
                if self._ends(at + 1):
                    break
                at += 1
            elif character in " \t\r":
                at += 1
            elif character in "[{":
                self._begin(at)
                at += 1
            elif character in _CLOSERS:
                at += 1
                self._end(_CLOSERS[character], at)
            elif character == ",":
                self._flush()
                at += 1
            elif character == ":":
                self._colon()
                at += 1
            elif character == "#":
                at = self._line_end(at)
            else:
                at = self._scalar(at)
        while self.open:
            self._end(type(self.open[-1]), at)
        return root, at

    def _ends(self, line: int) -> bool:
        """Check whether a line begins something new, so that the bracket must be missing."""
        if self.column < 0:
            return False
        text, at = self.text, line
        while text[at : at + 1] == " ":
            at += 1
        return at - line <= self.column and re.compile(_KEY_LINE).match(text, at) is not None

    def _line_end(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def _begin(self, at: int) -> Mapping | Sequence:
        node: Mapping | Sequence
        node = Mapping(at, at + 1, True) if self.text[at] == "{" else Sequence(at, at + 1, True)
        if self.open:
            self._put(node)
        self.open.append(node)
        self.counts[type(node)] += 1
        self.key, self.colon = None, False
        return node

    def _end(self, kind: type[Mapping] | type[Sequence], at: int) -> None:
        """Close the innermost collection of a kind, with what is open inside of it."""
        if not self.counts[kind]:
            return
        while self.open:
            self._flush()
            node = self.open.pop()
            self.counts[type(node)] -= 1
            node.end = at
            if isinstance(node, kind):
                return

    def _flush(self) -> None:
        """End an entry; a key without a value gets an empty one."""
        if self.key is not None:
            self._entry(self.key, Scalar(self.key.end, self.key.end, None, "", ""))
        self.key, self.colon = None, False

    def _entry(self, key: Scalar, value: Node) -> None:
        owner = self.open[-1]
        if isinstance(owner, Mapping):
            owner.entries.append(Entry(key_text(key.value) or key.text, key, value, False))

    def _put(self, node: Node) -> None:
        owner = self.open[-1]
        if isinstance(owner, Sequence):
            owner.items.append(node)
        elif self.key is not None and self.colon:
            self._entry(self.key, node)
            self.key, self.colon = None, False
        elif isinstance(node, Scalar):
            self._flush()
            self.key = node
        else:
            self._flush()

    def _colon(self) -> None:
        owner = self.open[-1]
        if self.key is None and isinstance(owner, Mapping) and owner.entries:
            last = owner.entries[-1].value
            if isinstance(last, Scalar) and last.start < last.end:  # it was not a value but the next key
                owner.entries[-1].value = Scalar(owner.entries[-1].key.end, owner.entries[-1].key.end, None, "", "")
                self.key = last
        self.colon = self.key is not None

    def _scalar(self, at: int) -> int:
        text = self.text
        if text[at] in "'\"":
            limit = self._line_end(at)
            end = quote_end(text, at, limit) or at + len(text[at:limit].rstrip())
            self._put(quoted(text, at, end))
            return end
        found = _PLAIN_END.search(text, at + 1)
        end = found.start() if found else len(text)
        content = text[at:end].rstrip()
        try:
            value = resolve(content)
        except BadTag:
            value = content
        self._put(Scalar(at, at + len(content), value, content, ""))
        return max(end, at + 1)
