"""What ruamel.yaml sees in a text: values with their types, the order of keys, keys that stand twice, and comments.

A tree is composed, not constructed: `0755` and `"0755"` differ in their tag, and of two equal keys both are there. So
nothing here depends on joblint's own reader.
"""

import io
import json
import re
from collections import Counter
from typing import Any

import ruamel.yaml
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_MARK = re.compile(r"^---[^\n]*\n?", re.MULTILINE)
_COMMENT = re.compile(r"(?:^|(?<=[ \t,\[\]{}]))#[^\n]*", re.MULTILINE)
Span = tuple[int, int]


class Tree:
    """A node: `kind` is "map" (`parts` are [key, value] pairs), "list" (`parts` are nodes) or a scalar's tag."""

    __slots__ = ("anchor", "kind", "loose", "parts", "text")

    def __init__(self, kind: str, text: str = "", parts: list[Any] | None = None, anchor: str | None = None) -> None:
        self.kind, self.text, self.anchor = kind, text, anchor
        self.parts: list[Any] = [] if parts is None else parts
        self.loose = False  # of a key: its entry may stand anywhere in its mapping

    def become(self, new: "Tree") -> None:
        """Have another value; an anchor stays."""
        self.kind, self.text, self.parts = new.kind, new.text, new.parts

    def __repr__(self) -> str:
        return repr(plain(self))


def plain(tree: Tree) -> Any:
    """A tree as tuples, which can be compared and shown."""
    if tree.kind == "map":
        return "map", tree.anchor, tuple((plain(key), plain(value)) for key, value in tree.parts)
    if tree.kind == "list":
        return "list", tree.anchor, tuple(map(plain, tree.parts))
    return tree.kind, tree.anchor, tree.text


def compose(text: str) -> Node | None:
    """The node that a document holds; None for none. Raises YAMLError."""
    yaml = ruamel.yaml.YAML(typ="rt", pure=True)
    yaml.version = (1, 1)
    found: Node | None = yaml.compose(io.StringIO(text))
    return found


def documents(text: str) -> list[str]:
    """The documents of a text that hold anything, cut at their `---` lines as kubectl cuts them.

    A file that begins with an object of JSON is read object by object up to the first `---`.
    """
    found = pieces(text)
    if not text.lstrip().startswith("{"):
        return found
    return [*(part for part in _objects(found[0]) if part.strip()), *found[1:]]


def pieces(text: str) -> list[str]:
    """The parts of a text between its `---` lines that hold anything."""
    return [piece for piece in _MARK.split(text.replace("\r\n", "\n")) if piece.strip()]


def _objects(piece: str) -> list[str]:
    start = len(piece) - len(piece.lstrip())
    try:
        end = json.JSONDecoder().raw_decode(piece, start)[1]
    except ValueError:  # not JSON: YAML in braces, or a comment inside
        return [piece]
    return [piece[:end], piece[end:]]


def tree(text: str) -> Tree:
    """A document's tree; one that ruamel.yaml cannot read is a scalar of all its text."""
    try:
        node = compose(text)
    except ruamel.yaml.error.YAMLError:
        return Tree("unreadable", text.rstrip())
    return Tree("none") if node is None else _tree(node, {})


def trees(text: str) -> list[Tree]:
    """The trees of a text's documents."""
    return [tree(piece) for piece in documents(text)]


def _tree(node: Node, made: dict[int, Tree]) -> Tree:
    if id(node) in made:  # behind an alias
        return made[id(node)]
    found = made[id(node)] = Tree("", anchor=node.anchor)
    if isinstance(node, MappingNode):
        found.kind = "map"
        found.parts = [[_tree(key, made), _tree(value, made)] for key, value in node.value]
    elif isinstance(node, SequenceNode):
        found.kind = "list"
        found.parts = [_tree(item, made) for item in node.value]
    else:
        assert isinstance(node, ScalarNode)
        found.kind = str(node.tag).rpartition(":")[2]
        found.text = "" if found.kind == "null" else node.value
    return found


def same(wanted: Tree, found: Tree) -> bool:
    """Whether a tree is the one wanted; a loose entry may stand anywhere among the others."""
    if wanted.kind == "mode":  # JSON has no octal numbers
        return found.kind == "int" and found.text in (wanted.text, str(int(wanted.text, 8)))
    if (wanted.kind, wanted.anchor, wanted.text) != (found.kind, found.anchor, found.text):
        return False
    if len(wanted.parts) != len(found.parts):
        return False
    if wanted.kind != "map":
        return all(same(a, b) for a, b in zip(wanted.parts, found.parts, strict=True))
    rest = list(found.parts)
    for key, value in [pair for pair in wanted.parts if pair[0].loose]:
        at = next((i for i, pair in enumerate(rest) if same(key, pair[0]) and same(value, pair[1])), None)
        if at is None:
            return False
        del rest[at]
    fixed = [pair for pair in wanted.parts if not pair[0].loose]
    return all(same(a, c) and same(b, d) for (a, b), (c, d) in zip(fixed, rest, strict=True))


def scalar_spans(node: Node | None, text: str) -> list[Span]:
    """Where the scalars of a document stand, without the header line of a block scalar; in order."""
    found, todo, seen = [], [node] if node is not None else [], set()
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, ScalarNode):
            start, end = one.start_mark.index, one.end_mark.index
            if one.style in ("|", ">"):
                start = min(text.find("\n", start) % (len(text) + 1) + 1, end)
                end = start + len(text[start:end].rstrip())
            if start < end:
                found.append((start, end))
        elif isinstance(one, MappingNode):
            todo += [part for pair in one.value for part in pair]
        elif one is not None:
            todo += one.value
    return sorted(found)


def comment_spans(text: str) -> list[Span]:
    """Where the comments of a document stand (its line breaks are line feeds); empty where it cannot be read."""
    try:
        spans = scalar_spans(compose(text), text)
    except ruamel.yaml.error.YAMLError:
        return []
    masked = list(text)
    for start, end in spans:
        masked[start:end] = ["x" if character != "\n" else "\n" for character in text[start:end]]
    return [found.span() for found in _COMMENT.finditer("".join(masked))]


def comments(text: str) -> "Counter[str]":
    """The comments of a document, and how often each is there."""
    text = text.replace("\r\n", "\n")
    return Counter(text[start:end].rstrip() for start, end in comment_spans(text))
