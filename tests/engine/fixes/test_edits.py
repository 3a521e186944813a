"""Edits that once went wrong, each found by test_properties.py."""

import pytest

import joblint
from joblint.manifests.document import Document
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import Mapping, Node, Sequence, target
from joblint.rule.cure.cure import Add, Delete, Move, MoveItem, Operation
from tests.rule.edit.test_edit import edited


def document(text: str) -> Document:
    return Document(Source("x", text), text, 0)


def mapping(node: Node | None, *names: str) -> Mapping:
    """The mapping that names lead to."""
    for name in names:
        assert isinstance(node, Mapping)
        node = target(next(entry.value for entry in node.entries if entry.name == name))
    assert isinstance(node, Mapping)
    return node


def key(owner: Mapping, name: str) -> Node:
    return next(entry.key for entry in owner.entries if entry.name == name)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: {x: 1}\n", "a: {p: {q: {w: 1}}}\n"),
        ('{"a": {"x": [1, 2]}}', '{"a": {"p": {"q": {"w": [1, 2]}}}}'),
        ("a: {x: 1, z: 2}\n", "a: {p: {q: {w: 1}}, z: 2}\n"),
        ("a:\n  x: 1\n", "a:\n  p:\n    q:\n      w: 1\n"),
        ("a:\r\n  # why\r\n  x: 1  # so", "a:\r\n  p:\r\n    q:\r\n      # why\r\n      w: 1  # so"),
        ("a:\n  x:\n  - 1\n  z: 2\n", "a:\n  p:\n    q:\n      w:\n      - 1\n  z: 2\n"),
    ],
)
def test_an_entry_is_moved_deeper_into_its_own_mapping(before: str, after: str) -> None:
    whole = document(before)
    home = mapping(whole.root, "a")
    assert edited(before, Move(home, key(home, "x"), home, ("p", "q", "w")), document=whole) == after


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_item_in_braces_is_moved_with_its_line_endings(newline: str) -> None:
    before = 'a: {c: [\n  {n: 1},\n  {\n    n: "2"\n  }]}\n'.replace("\n", newline)
    after = 'a: {i: [{\n    n: "2", r: x\n  }], c: [\n  {n: 1}]}\n'.replace("\n", newline)
    whole = document(before)
    home = mapping(whole.root, "a")
    items = home.entries[0].value
    assert isinstance(items, Sequence)
    assert edited(before, MoveItem(items, items.items[1], home, "i", "r", "x"), document=whole) == after


ANCHORED = "a: &x {n: 1}\nb: *x\nc: {d: 2}\n"


@pytest.mark.parametrize("name", ["deleted", "moved", "alias moved", "added to", "alias added to"])
def test_what_stands_in_several_places_is_left_alone(name: str) -> None:
    whole = document(ANCHORED)
    root = mapping(whole.root)
    operations: dict[str, Operation] = {
        "deleted": Delete(root, key(root, "a")),  # the alias would have no anchor
        "moved": Move(root, key(root, "a"), mapping(root, "c"), ("a",)),
        "alias moved": Move(root, key(root, "b"), mapping(root, "c"), ("b",)),
        "added to": Add(root, ("a", "e"), 1),  # `b` would have it too
        "alias added to": Add(root, ("b", "e"), 1),
    }
    assert edited(ANCHORED, operations[name], document=whole) is None


def test_an_alias_alone_can_go() -> None:
    whole = document(ANCHORED)
    root = mapping(whole.root)
    assert edited(ANCHORED, Delete(root, key(root, "b")), document=whole) == "a: &x {n: 1}\nc: {d: 2}\n"


def test_a_template_that_is_none_is_no_crash_on_an_update() -> None:
    spec = "restartPolicy: Never, containers: [{name: a, image: x}]"
    old = f"apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a}}\nspec: {{template: {{spec: {{{spec}}}}}}}\n"
    new = old.replace("}}}\n", "}}, template: again}\n")
    assert [f.rule for f in joblint.lint(new, old=old)] == ["duplicate-key", "wrong-type"]
