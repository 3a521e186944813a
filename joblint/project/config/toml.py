"""Parse TOML into the same nodes as YAML, which know their span.

Python's own `tomllib` says whether a text is TOML and what a value means, but not where it is. So the text is scanned
here: the scan stops at anything that is not valid TOML, and `tomllib` says why.
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
    """Raised if the scan cannot continue."""


def parse(text: str, *names: str) -> Node | None:
    """Return the value at a path of names (`tool`, `joblint`), usually a table; None if it is not there.

    Without names, return the whole document. Raises Problem if any part of the text is not valid TOML.
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
        raise Problem("this part cannot be read", scan.at)
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
    return Problem(f"not valid TOML: {said[:1].lower()}{said[1:]}", min(offset, len(text)))


def _evaluate(root: Node, loads: Any) -> None:
    """Set the values of the scalars below a node, which so far have only their text."""
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
    """Builds the tree of a text from its start to its end; `names` has the entries of each mapping by name."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth = text, 0, 0
        self.names: dict[int, dict[str, Entry]] = {}
        self.root = self.mapping(0, 0)

    def mapping(self, start: int, end: int, flow: bool = False) -> Mapping:
        made = Mapping(start, end, flow)
        self.names[id(made)] = {}
        return made

    def document(self) -> None:
        """Read the whole document. Raises _Stop, and Problem for what is nested too deeply."""
        table = self.root
        self.skip(_SPACE)
        while self.at < len(self.text):
            if self.text.startswith("[", self.at):
                table = self.header()
            else:
                self.pair(table)
            self.skip(_SPACE)

    def skip(self, what: re.Pattern[str]) -> str:
        """Skip what a pattern matches, and return the character after it."""
        found = what.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.text[self.at : self.at + 1]

    def take(self, mark: str) -> None:
        if not self.text.startswith(mark, self.at):
            raise _Stop
        self.at += len(mark)

    def header(self) -> Mapping:
        """Read a table header, `[a.b]` or `[[a.b]]`, and return its table."""
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
        """Read a dotted key, `a."b".c`, and the blanks around it."""
        parts: Parts = []
        while True:
            self.skip(_BLANK)
            found = _KEY.match(self.text, self.at)
            if found is None:
                raise _Stop
            if len(parts) == MAX_DEPTH:
                raise Problem(f"this key has more than {MAX_DEPTH} parts", self.at)
            parts.append(Scalar(found.start(), found.end(), None, _name(found[0]), ""))
            self.at = found.end()
            if self.skip(_BLANK) != ".":
                return parts
            self.at += 1

    def below(self, mapping: Mapping, parts: Parts) -> Mapping:
        """Return the table at a path of keys, created if needed; in a list of tables, the last one."""
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
        """Read a key and its value, `a.b = value`."""
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
        """Read comma-separated items up to a closing bracket."""
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
    """Return a key without its quotes."""
    if written[0] == '"' and "\\" in written:
        import tomllib

        try:
            return next(iter(tomllib.loads(f"{written} = 0")))
        except tomllib.TOMLDecodeError:
            raise _Stop from None
    return written[1:-1] if written[0] in "\"'" else written
