"""Edits of random documents: the value is what the operation says, and no comment is lost."""

import copy
import io
import re
from typing import Any

import pytest
import ruamel.yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from joblint.manifests.document import Document
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import Entry, Mapping, Node, Scalar, Sequence
from joblint.rule.cure.cure import Add, Cure, Cut, Delete, Insert, Move, Operation, Put, Quote, Rename, Restyle
from joblint.rule.cure.edit import fix
from joblint.rule.finding import Edit
from tests.rule.edit.yamls import documents

COMMENT = re.compile(r"#!? (?:why|a: b|x) (\d+)")


def load(text: str) -> Any:
    """What ruamel.yaml makes of a text, by YAML 1.1."""
    yaml = ruamel.yaml.YAML(typ="safe")
    yaml.version = (1, 1)
    return yaml.load(io.StringIO(text))


def apply(text: str, edits: tuple[Edit, ...]) -> str:
    """A text with its edits made."""
    for edit in reversed(edits):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def edited(text: str, *operations: Operation, document: Document | None = None) -> str | None:
    """A text after a cure; None where the cure is impossible."""
    document = document or Document(Source("x.yaml", text), text, 0)
    found = fix(document, Cure(True, "", operations))
    return None if found is None else apply(text, found.edits)


Place = tuple[tuple[str | int, ...], Mapping | Sequence, Entry | None, Node]


def places(node: Node, path: tuple[str | int, ...] = ()) -> list[Place]:
    """Every entry and item of a document: its path, what holds it, its entry, its value."""
    found: list[Place] = []
    if isinstance(node, Mapping):
        for entry in node.entries:
            found.append(((*path, entry.name), node, entry, entry.value))
            found += places(entry.value, (*path, entry.name))
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            found.append(((*path, index), node, None, item))
            found += places(item, (*path, index))
    return found


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    """What stands at a path."""
    for step in path:
        value = value[step]
    return value


def drawn(draw: st.DataObject, text: str, wanted: type[Node] = Node) -> tuple[Document, Any, Place]:
    """A document, its value, and one of its places; the document's own where no other is of the kind wanted."""
    document = Document(Source("x.yaml", text), text, 0)
    root = document.root
    assert isinstance(root, Mapping), document.problem
    found = [place for place in places(root) if isinstance(place[3], wanted)]
    whole: Place = ((), root, None, root)
    return document, load(text), draw.draw(st.sampled_from(found or [whole]))


def check(before: str, after: str, wanted: Any, gone: str = "") -> None:
    """Every comment that was not in `gone` is still there, once; and the value is the one wanted."""
    assert load(after) == wanted, after
    lost = set(COMMENT.findall(before)) - set(COMMENT.findall(after))
    assert lost <= set(COMMENT.findall(gone)), after
    assert sorted(set(COMMENT.findall(after))) == sorted(COMMENT.findall(after))
    assert "\r\n" in before or "\r" not in after
    if "\r\n" in before:
        assert "\n" not in after.replace("\r\n", "")
    if after:
        assert before.endswith("\n") == after.endswith("\n"), (before, after)


@given(documents(), st.data())
def test_deleted(text: str, draw: st.DataObject) -> None:
    document, value, (path, owner, entry, node) = drawn(draw, text)
    after = edited(text, Delete(owner, entry.key if entry else node), document=document)
    assume(after is not None)
    assert after is not None
    del at(value, path[:-1])[path[-1]]
    start = entry.key.start if entry else text.rfind("-", 0, node.start)
    end = text.find("\n", node.end)
    check(text, after, value, text[start : len(text) if end < 0 else end] + _below(text, end))


def _below(text: str, end: int) -> str:
    """The comments behind an entry, which may go with it."""
    found = re.match(r"(?:\s*#[^\n]*\n?|\s*\n)*", text[end + 1 :]) if end >= 0 else None
    return found[0] if found else ""


@given(documents(), st.data())
def test_added(text: str, draw: st.DataObject) -> None:
    document, value, (path, _, _, node) = drawn(draw, text, Mapping)
    names = draw.draw(st.sampled_from((("new",), ("new", "er"), ("spec", "new"))))
    what = draw.draw(st.sampled_from((1, "a", "yes", "a, b", ["x", {"k": "v", "l": [1]}], {"k": {"l": "m"}})))
    after = edited(text, Add(node, names, what), document=document)
    assume(after is not None)
    assert after is not None
    inner = at(value, path)
    for name in names[:-1]:
        inner[name] = inner.get(name) or {}
        inner = inner[name]
    inner[names[-1]] = what
    check(text, after, value)


@given(documents(), st.data())
def test_moved(text: str, draw: st.DataObject) -> None:
    document = Document(Source("x.yaml", text), text, 0)
    value, root = load(text), document.root
    assert isinstance(root, Mapping)
    homes = [((), root), *((p, n) for p, _, _, n in places(root) if isinstance(n, Mapping))]
    ways = [
        (path, owner, entry, to_path, to)
        for path, owner, entry, _ in places(root)
        for to_path, to in homes
        if entry is not None and isinstance(owner, Mapping) and to is not owner and to_path[: len(path)] != path
    ]
    assume(ways)
    path, owner, entry, to_path, to = draw.draw(st.sampled_from(ways))
    name = draw.draw(st.sampled_from(("moved", entry.name)))
    assume(to is not owner)
    names = draw.draw(st.sampled_from(((name,), ("new", name))))
    after = edited(text, Move(owner, entry.key, to, names), document=document)
    assume(after is not None)
    assert after is not None
    taken = at(value, path)
    wanted = copy.deepcopy(value)
    target = at(wanted, to_path)
    for step in names[:-1]:
        target = target.setdefault(step, {})
    assert names[-1] not in target
    target[names[-1]] = taken
    del at(wanted, path[:-1])[path[-1]]
    check(text, after, wanted)


@given(documents(), st.data())
def test_renamed_put_and_quoted(text: str, draw: st.DataObject) -> None:
    document, value, (path, _, entry, node) = drawn(draw, text)
    if entry is not None and draw.draw(st.booleans()):
        assume("new" not in at(value, path[:-1]))
        after = edited(text, Rename(entry.key, "new"), document=document)
        above = at(value, path[:-1])
        above["new"] = above.pop(path[-1])
    elif isinstance(node, Scalar) and isinstance(node.value, int) and draw.draw(st.booleans()):
        after = edited(text, Quote(node), document=document)
        at(value, path[:-1])[path[-1]] = node.text
    else:
        what = draw.draw(st.sampled_from((1, "a", "yes", "a, b", "it's", "- x", "#", "a: b", "é", True)))
        after = edited(text, Put(node, what), document=document)
        at(value, path[:-1])[path[-1]] = what
    assume(after is not None)
    assert after is not None
    check(text, after, value)


WORDS = st.lists(st.sampled_from(("sh", "-c", "a, b", "yes", "--all", "it's", "é", "#x")), min_size=1, max_size=3)


@given(documents(), st.data())
def test_items_inserted_and_cut(text: str, draw: st.DataObject) -> None:
    document = Document(Source("x.yaml", text), text, 0)
    value, root = load(text), document.root
    assert root is not None
    items = [(path, owner, node) for path, owner, entry, node in places(root) if entry is None and path]
    assume(items)
    path, owner, node = draw.draw(st.sampled_from(items))
    number, listed = path[-1], at(value, path[:-1])
    assert isinstance(number, int)
    operation: Operation = Cut(owner, node)
    if draw.draw(st.booleans()):
        words, behind = draw.draw(WORDS), draw.draw(st.booleans())
        operation = Insert(owner, node, tuple(words), behind)
        listed[number + behind : number + behind] = words
    else:
        del listed[number:]
    after = edited(text, operation, document=document)
    assume(after is not None)
    assert after is not None
    check(text, after, value)


SCRIPT = "a:\n- b\n- {}\n  x\n  y\n\n    z\n# why 1\nb: 2\n"


@pytest.mark.parametrize("header", [">", ">-", "> # x 2", "!!str >", "&a >2"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_lines_of_a_folded_scalar_stay_lines(header: str, newline: str) -> None:
    text = SCRIPT.replace("{}", header).replace("\n", newline)
    document = Document(Source("x.yaml", text), text, 0)
    root = document.root
    assert root is not None
    found = [node for *_, node in places(root) if isinstance(node, Scalar) and node.style == ">"]
    after = edited(text, Restyle(found[0]), document=document)
    assert after == text.replace(">", "|")
    assert load(after)["a"][1].startswith("x\ny\n\n  z")
    assert edited(text, Restyle(root), document=document) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a:\n# why 1\n- |\n  x\n\n# why 2\nb: 1\n", "a:\n# why 1\n- sh\n- -c\n- |\n  x\n\n# why 2\nb: 1\n"),
        ("a:\n  -   x y # why 1\n  # why 2\n", "a:\n  -   sh\n  -   -c\n  -   x y # why 1\n  # why 2\n"),
        ('{"a": ["x && y"]}', '{"a": ["sh", "-c", "x && y"]}'),
        ("a: ['x']", "a: ['sh', '-c', 'x']"),
        ("a: [\n  x # why 1\n]\n", "a: [\n  sh, -c, x # why 1\n]\n"),
    ],
)
def test_a_shell_is_put_before_a_word(before: str, after: str) -> None:
    document = Document(Source("x.yaml", before), before, 0)
    assert document.root is not None
    [(_, owner, _, node)] = [place for place in places(document.root) if place[0] == ("a", 0)]
    assert edited(before, Insert(owner, node, ("sh", "-c")), document=document) == after


def test_words_are_not_cut_with_their_comments() -> None:
    text = "a:\n- x\n- y # why 1\n- z\n"
    document = Document(Source("x.yaml", text), text, 0)
    assert document.root is not None
    [owner] = [node for *_, node in places(document.root) if isinstance(node, Sequence)]
    assert edited(text, Cut(owner, owner.items[1]), document=document) is None
    assert edited(text, Cut(owner, owner.items[2]), document=document) == "a:\n- x\n- y # why 1\n"
    assert edited(text, Cut(owner, owner.items[0]), document=document) is None
