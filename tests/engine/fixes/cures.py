"""The cures of a text's findings, and what each means for plain data: made here anew, without joblint's edits."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import product
from typing import Any, NamedTuple

import joblint.rule.cure.edit
from joblint.engine.fix import Judge
from joblint.manifests.document import Document
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import Mapping, Node, Scalar, Sequence
from joblint.rule.cure.cure import (
    Add,
    Cure,
    Cut,
    Delete,
    Insert,
    Move,
    MoveItem,
    Octal,
    Operation,
    Put,
    Quote,
    Rename,
    Restyle,
    Write,
)  # fmt: skip
from joblint.rule.finding import Finding, Fix
from tests.engine.fixes.trees import Tree, tree

Way = tuple[int, ...]  # down a tree: of a mapping 2 * entry for the key and one more for the value, of a list the index


class Cured(NamedTuple):
    """A finding with a fix, and what the fix was made of."""

    finding: Finding
    fix: Fix
    cure: Cure
    document: Document
    root: Node  # the engine lets go of a document's tree; the operations are about the nodes of this one


@contextmanager
def recorded() -> Iterator[dict[int, tuple[Fix, Cure, Document, Node]]]:
    """What joblint.rule.cure.edit makes of cures while this holds, by the identity of the fix."""
    found: dict[int, tuple[Fix, Cure, Document, Node]] = {}
    real = joblint.rule.cure.edit.fix

    def fix(document: Document, cure: Cure) -> Fix | None:
        made = real(document, cure)
        if made is not None:
            assert document.root is not None
            found[id(made)] = (made, cure, document, document.root)
        return made

    joblint.rule.cure.edit.fix = fix
    try:
        yield found
    finally:
        joblint.rule.cure.edit.fix = real


def cures(source: Source, judge: Judge) -> tuple[list[Finding], list[Cured]]:
    """What is found in a source, and those findings that have a fix made of operations.

    The quotes that make a document readable (tests/manifests/test_problems.py) are none: there is no tree to compare
    with.
    """
    with recorded() as made:
        findings = judge(source)
    return findings, [
        Cured(f, f.fix, *made[id(f.fix)][1:]) for f in findings if f.fix is not None and id(f.fix) in made
    ]


def expected(cured: Cured) -> tuple[Tree, Callable[[Tree], bool]]:
    """The tree of a document after a cure; with a check of the scalars that are written into.

    The check gives them back the text that they had.
    """
    wanted = tree(cured.document.text.replace("\r\n", "\n"))
    ways = dict(_ways(cured.root, ()))
    writes: dict[Way, list[Write]] = {}
    places = []
    for operation in cured.cure.operations:
        if not isinstance(operation, Write):
            places.append(_Places(operation, ways, wanted, cured.document.text))
            continue
        node = _scalar_at(cured.root, operation.start, operation.end)
        if (operation.start, operation.end) == (node.start, node.end):
            at(wanted, ways[id(node)]).become(tree(operation.text))
        else:
            writes.setdefault(ways[id(node)], []).append(operation)
    leaves = {way: at(wanted, way) for way in writes}
    for place in places:
        place.apply()

    def check(found: Tree) -> bool:
        return all(_written(leaf, at(found, way), cured.document.text, writes[way]) for way, leaf in leaves.items())

    return wanted, check


def _written(leaf: Tree, found: Tree, text: str, writes: list[Write]) -> bool:
    """Whether a scalar differs by what was written into it alone, however that is escaped there."""
    pieces = [(_readings(text[w.start : w.end].replace("\r\n", "\n")), _readings(w.text)) for w in sorted(writes)]
    right = found.kind == leaf.kind and _spliced(leaf.text, found.text, pieces)
    found.text = leaf.text
    return right


def _readings(raw: str) -> set[str]:
    """What a piece of a scalar may stand for."""
    found = {raw, raw.replace("''", "'"), re.sub(r"\n +", "\n", raw)}  # the last in the lines of a block
    with suppress(ValueError):
        found.add(str(json.loads(f'"{raw}"')))
    return found


def _spliced(before: str, after: str, pieces: list[tuple[set[str], set[str]]]) -> bool:
    """Whether one text becomes the other when pieces of it are replaced, in this order."""
    if not pieces:
        return before == after
    olds, news = pieces[0]
    for i in range(len(before) + 1):
        for old, new in product(olds, news):
            here = before.startswith(old, i) and after.startswith(new, i)
            if here and _spliced(before[i + len(old) :], after[i + len(new) :], pieces[1:]):
                return True
        if before[i : i + 1] != after[i : i + 1]:
            return False
    return False


def _ways(node: Node, way: Way) -> Iterator[tuple[int, Way]]:
    """The way to each node of a document, by the node's identity."""
    yield id(node), way
    if isinstance(node, Mapping):
        for number, entry in enumerate(node.entries):
            yield from _ways(entry.key, (*way, 2 * number))
            yield from _ways(entry.value, (*way, 2 * number + 1))
    elif isinstance(node, Sequence):
        for number, item in enumerate(node.items):
            yield from _ways(item, (*way, number))


def at(root: Tree, way: Way) -> Tree:
    """The tree that a way leads to."""
    for step in way:
        root = root.parts[step // 2][step % 2] if root.kind == "map" else root.parts[step]
    return root


def data_tree(data: Any) -> Tree:
    """A value that is written anew, as a tree."""
    if isinstance(data, dict):
        return Tree("map", parts=[[data_tree(key), data_tree(value)] for key, value in data.items()])
    if isinstance(data, list):
        return Tree("list", parts=[data_tree(item) for item in data])
    if isinstance(data, str):
        return Tree("str", data)
    if isinstance(data, Octal):
        return Tree("mode", f"0{data:o}")
    return Tree("null") if data is None else Tree("bool" if isinstance(data, bool) else "int", json.dumps(data))


class _Places:
    """An operation and the parts of a tree that it speaks of, found before any of them is changed."""

    def __init__(self, operation: Operation, ways: dict[int, Way], root: Tree, text: str) -> None:
        self.operation = operation
        self.literal = _literal(operation.node, text) if isinstance(operation, Restyle) else ""
        nodes = [value for value in operation if isinstance(value, Node)]
        self.found = {id(node): at(root, ways[id(node)]) for node in nodes}

    def apply(self) -> None:
        """Change the tree."""
        operation = self.operation
        if isinstance(operation, Quote):
            node = operation.node
            assert isinstance(node, Scalar)
            self.found[id(node)].become(Tree("str", node.text))
        elif isinstance(operation, Put):
            self.found[id(operation.node)].become(data_tree(operation.data))
        elif isinstance(operation, Rename):
            self.found[id(operation.key)].become(Tree("str", operation.name))
        elif isinstance(operation, Restyle):
            self.found[id(operation.node)].text = self.literal
        elif isinstance(operation, Insert):
            items, item = self.found[id(operation.owner)].parts, self.found[id(operation.item)]
            at = next(i for i, part in enumerate(items) if part is item) + operation.behind
            items[at:at] = map(data_tree, operation.data)
        elif isinstance(operation, Cut):
            items, item = self.found[id(operation.owner)].parts, self.found[id(operation.item)]
            del items[next(i for i, part in enumerate(items) if part is item) :]
        elif isinstance(operation, Delete):
            self.take(operation.owner, operation.item)
        elif isinstance(operation, Add):
            _put_in(self.found[id(operation.owner)], operation.names, data_tree(operation.data))
        elif isinstance(operation, Move):
            value = self.take(operation.owner, operation.key)
            _put_in(self.found[id(operation.to)], operation.names, value)
        elif isinstance(operation, MoveItem):
            self.move_item(operation)

    def move_item(self, operation: MoveItem) -> None:
        """An item comes to stand at the end of another list, with a field more."""
        item = self.take(operation.owner, operation.item)
        _put_in(item, (operation.field,), data_tree(operation.data))
        owner = self.found[id(operation.to)]
        home = next((pair[1] for pair in owner.parts if pair[0].text == operation.name), None)
        if home is None:
            _put_in(owner, (operation.name,), Tree("list", parts=[item]))
        elif home.kind == "null":
            home.kind, home.parts = "list", [item]
        else:
            home.parts.append(item)

    def take(self, owner: Node, item: Node) -> Tree:
        """Take an entry, named by its key, or an item out, and give the value back."""
        home, gone = self.found[id(owner)], self.found[id(item)]
        number = next(i for i, part in enumerate(home.parts) if (part[0] if isinstance(part, list) else part) is gone)
        part = home.parts.pop(number)
        value: Tree = part[1] if isinstance(part, list) else part
        return value


def _literal(node: Node, text: str) -> str:
    """What the lines of a block scalar say where none are joined, by YAML 1.2.2, 8.1.2."""
    header, *lines = text[node.start : node.end].replace("\r\n", "\n").split("\n")
    kept = "" if lines[-1].strip(" ") or "-" in header.partition("#")[0] else "\n"  # the text may end in the last line
    while lines and not lines[-1].strip(" "):
        lines.pop()
    depth = next(len(line) - len(line.lstrip(" ")) for line in lines if line.strip(" "))
    assert "+" not in header, "kept line breaks are not modelled"
    return "\n".join(line[depth:] for line in lines) + kept


def _scalar_at(root: Node | None, start: int, end: int) -> Scalar:
    todo = [root] if root is not None else []
    while todo:
        node = todo.pop()
        if isinstance(node, Scalar) and node.start <= start and end <= node.end:
            return node
        if isinstance(node, Mapping):
            todo += [part for entry in node.entries for part in (entry.key, entry.value)]
        elif isinstance(node, Sequence):
            todo += node.items
    raise AssertionError("written outside of every scalar")


def _put_in(owner: Tree, names: tuple[str, ...], value: Tree) -> None:
    """Put a value where names lead, down from a mapping; an empty value on the way becomes a mapping."""
    for name in names[:-1]:
        inner = next((pair[1] for pair in owner.parts if pair[0].text == name), None)
        if inner is None:
            inner = Tree("map")
            owner.parts.append([_loose(name), inner])
        elif inner.kind == "null":
            inner.kind = "map"
        owner = inner
        assert owner.kind == "map"
    assert all(pair[0].text != names[-1] for pair in owner.parts), "it is there already"
    owner.parts.append([_loose(names[-1]), value])


def _loose(name: str) -> Tree:
    key = Tree("str", name)
    key.loose = True
    return key


def gone_with(text: str, cure: Cure) -> list[str]:
    """What may go of a document with a cure: entries and items that are deleted, with the comments that belong to them.

    In block style: their lines, from the line of the key or dash on, and the comments below that stand further to the
    right than it. In braces: the entry itself.
    """
    return [_deleted(text, operation) for operation in cure.operations if isinstance(operation, Delete)]


def _deleted(text: str, operation: Delete) -> str:
    owner, item = operation.owner, operation.item
    assert isinstance(owner, (Mapping, Sequence))
    node = item if isinstance(owner, Sequence) else next(e.value for e in owner.entries if e.key is item)
    if owner.flow:
        return text[item.start : max(node.end, item.end)]
    first = text.rfind("\n", 0, item.start) + 1
    line = text[first : item.end]
    column = len(line) - len(line.lstrip(" -")) if isinstance(owner, Mapping) else len(line) - len(line.lstrip(" "))
    stop = max(node.end, item.end)
    last = text.find("\n", stop - 1)
    at_ = len(text) if last < 0 else last + 1
    while at_ < len(text):
        end = text.find("\n", at_)
        end = len(text) if end < 0 else end + 1
        below = text[at_:end]
        if below.strip() and not (below.lstrip(" ").startswith("#") and len(below) - len(below.lstrip(" ")) > column):
            break
        at_ = end
    return text[first:at_]
