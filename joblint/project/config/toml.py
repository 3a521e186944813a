"""TOML to the same nodes as YAML, which know their span.

Python's own `tomllib` says whether a text is TOML and what a value means, but not where it stands. So the text is
scanned here: what is no TOML stops the scan, and `tomllib` says why.
"""

import re
from typing import Any

from joblint.manifests.yaml.tree import Entry, Mapping, Node, Problem, Scalar, Sequence

MAX_DEPTH = 20  # parts of a key, and brackets in each other: `tomllib` takes quadratic time for the first
_BLANK = re.compile(r"[ \t]*+")
_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*+")
_KEY = re.compile(r"""[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'""")
_SCALAR = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*+"{3,5}|' + r"'''(?:[^']|'{1,2}(?!'))*+'{3,5}|"
    r'"(?:[^"\\\n]|\\.)*+"|' + r"'[^'\n]*+'|[^\s,\]}#]++(?: \d\d:[^\s,\]}#]*+)?",
    re.DOTALL,
)
_DIGITS = re.compile(r"(?:[0-9]_?+){4301}")
_PLACE = re.compile(r" \((?:at line (\d+), column (\d+)|at end of document)\)$")

Parts = list[Scalar]


class _Stop(Exception):
    """The scan cannot go on."""


def parse(text: str, *names: str) -> Node | None:
    """The value of that name (`tool`, `joblint`), a table as a rule; the whole without a name; None if it is not there.

    Raises Problem where the text is no TOML, wherever that is.
    """
    import tomllib

    scan = _Scan(text)
    try:
        scan.document()
        stopped = False
    except _Stop:
        stopped = True
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _explained(error, text) from None
    except ValueError:  # Python's limit
        digits = _DIGITS.search(text)
        raise Problem("this number has too many digits", digits.start() if digits else 0) from None
    if stopped:  # a TOML that is newer than this module
        raise Problem("this cannot be read", scan.at)
    found: Node | None = scan.root
    for name in names:
        inner = scan.names.get(id(found), {}).get(name)
        found = inner.value if inner is not None else None
    if found is not None:
        _evaluate(found, tomllib.loads)
    return found


def _explained(error: Exception, text: str) -> Problem:
    message = str(error)
    place = _PLACE.search(message)
    offset = len(text)
    if place is not None and place[1]:
        offset = 0
        for _ in range(int(place[1]) - 1):
            offset = text.find("\n", offset) + 1
        offset += int(place[2]) - 1
    said = message[: place.start()] if place else message
    return Problem(f"this is no TOML: {said[:1].lower()}{said[1:]}", min(offset, len(text)))


def _evaluate(root: Node, loads: Any) -> None:
    """Give the scalars below a node their values; so far they have their text."""
    todo: list[Node] = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, Mapping):
            todo += [entry.value for entry in node.entries]
        elif isinstance(node, Sequence):
            todo += node.items
        elif isinstance(node, Scalar):
            value = loads(f"v = {node.text}")["v"]
            node.value = value if isinstance(value, bool | int | float | str) else None
            node.text = value if isinstance(value, str) else node.text


class _Scan:
    """The tree of a text, made on the way from its start to its end; `names`: the entries of each mapping by name."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth = text, 0, 0
        self.names: dict[int, dict[str, Entry]] = {}
        self.root = self.mapping(0, 0)

    def mapping(self, start: int, end: int, flow: bool = False) -> Mapping:
        made = Mapping(start, end, flow)
        self.names[id(made)] = {}
        return made

    def document(self) -> None:
        """Read all of it. Raises _Stop, and Problem for what is too deep."""
        table = self.root
        self.skip(_SPACE)
        while self.at < len(self.text):
            if self.text.startswith("[", self.at):
                table = self.header()
            else:
                self.pair(table)
            self.skip(_SPACE)

    def skip(self, what: re.Pattern[str]) -> str:
        """Go on to what follows, and say what character that is."""
        found = what.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.text[self.at : self.at + 1]

    def take(self, mark: str) -> None:
        if not self.text.startswith(mark, self.at):
            raise _Stop
        self.at += len(mark)

    def header(self) -> Mapping:
        """`[a.b]` or `[[a.b]]`."""
        start = self.at
        mark = "[[" if self.text.startswith("[[", start) else "["
        self.take(mark)
        *above, last = self.key()
        self.take("]" * len(mark))
        owner = self.below(self.root, above)
        if mark == "[":
            return self.below(owner, [last])
        entry = self.names[id(owner)].get(last.text)
        if entry is None:
            entry = self.put(owner, last, Sequence(start, self.at, False))
        if not isinstance(entry.value, Sequence):
            raise _Stop
        entry.value.items.append(self.mapping(start, self.at))
        return self.below(owner, [last])

    def key(self) -> Parts:
        """`a."b".c`, and the blanks around it."""
        parts: Parts = []
        while True:
            self.skip(_BLANK)
            found = _KEY.match(self.text, self.at)
            if found is None:
                raise _Stop
            if len(parts) == MAX_DEPTH:
                raise Problem(f"a key of more than {MAX_DEPTH} parts", self.at)
            parts.append(Scalar(found.start(), found.end(), None, _name(found[0]), ""))
            self.at = found.end()
            if self.skip(_BLANK) != ".":
                return parts
            self.at += 1

    def below(self, mapping: Mapping, parts: Parts) -> Mapping:
        """The table some keys down, made where it is not there; of a list of tables the last."""
        for part in parts:
            entry = self.names[id(mapping)].get(part.text)
            if entry is None:
                entry = self.put(mapping, part, self.mapping(part.start, part.end))
            node = entry.value
            if isinstance(node, Sequence) and node.items:
                node = node.items[-1]
            if not isinstance(node, Mapping):
                raise _Stop
            mapping = node
        return mapping

    def put(self, mapping: Mapping, key: Scalar, value: Node) -> Entry:
        entry = Entry(key.text, key, value, False)
        mapping.entries.append(entry)
        self.names[id(mapping)].setdefault(key.text, entry)
        return entry

    def pair(self, table: Mapping) -> None:
        """`a.b = value`."""
        *above, last = self.key()
        self.take("=")
        self.skip(_BLANK)
        self.put(self.below(table, above), last, self.value())

    def value(self) -> Node:
        start = self.at
        if self.depth == MAX_DEPTH:
            raise Problem(f"nested more than {MAX_DEPTH} levels deep", start)
        if self.text.startswith("[", start):
            items = Sequence(start, start, True)
            self.inside("]", lambda: items.items.append(self.value()))
            items.end = self.at
            return items
        if self.text.startswith("{", start):
            table = self.mapping(start, start, True)
            self.inside("}", lambda: self.pair(table))
            table.end = self.at
            return table
        found = _SCALAR.match(self.text, start)
        if found is None:
            raise _Stop
        self.at = found.end()
        return Scalar(start, self.at, None, found[0], found[0][0] if found[0][0] in "\"'" else "")

    def inside(self, closing: str, item: Any) -> None:
        """Items with commas between, in brackets."""
        self.at += 1
        self.depth += 1
        while self.skip(_SPACE) != closing:
            item()
            if self.skip(_SPACE) != ",":
                break
            self.at += 1
        self.depth -= 1
        self.take(closing)


def _name(written: str) -> str:
    """A key without its quotes."""
    if written[0] == '"' and "\\" in written:
        import tomllib

        try:
            return next(iter(tomllib.loads(f"{written} = 0")))
        except tomllib.TOMLDecodeError:
            raise _Stop from None
    return written[1:-1] if written[0] in "\"'" else written
