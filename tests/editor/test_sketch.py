"""What is still being typed is read as the real reader would read it, as far as that can be told."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from joblint.editor.sketch import sketch
from joblint.manifests.document import documents
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import Mapping, Node, Scalar, Sequence, target

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared/conformance/cases/real/cases.jsonl.gz"


def dumped(node: Node | None) -> Any:
    """A tree with its places; the text of block scalars and of scalars of several lines is not the same."""
    node = target(node) if node is not None else None
    if isinstance(node, Mapping):
        return [(entry.name, entry.key.start, entry.key.end, dumped(entry.value)) for entry in node.entries]
    if isinstance(node, Sequence):
        return [node.start, *map(dumped, node.items)]
    if isinstance(node, Scalar):
        return node.start, node.style, node.value if node.style not in ("|", ">") else ""
    return None


def brief(node: Node | None) -> Any:
    """A tree without its places; None is what has not been typed."""
    if isinstance(node, Mapping):
        return {entry.name: brief(entry.value) for entry in node.entries}
    if isinstance(node, Sequence):
        return [brief(item) for item in node.items]
    return node.value if isinstance(node, Scalar) else None


FIXTURES = [path for path in sorted((ROOT / "fixtures").rglob("*.yaml")) if "templates" not in path.parts]


def test_whole_documents_are_read_as_the_reader_does() -> None:
    read = 0
    for path in FIXTURES:
        for document in documents(Source("x", path.read_text(encoding="utf-8"))):
            aliases = "<<" in document.text or "*" in document.text
            if document.may_hold_job and document.root is not None and not aliases and path.name != "odd.yaml":
                read += 1
                assert dumped(sketch(document.text)) == dumped(document.root), path
    assert read > 50


@pytest.mark.skipif(not REAL.exists(), reason="the shared material is not there")
def test_real_manifests_are_read_as_the_reader_does() -> None:
    differ = read = 0
    with gzip.open(REAL) as lines:
        for line in lines:
            for document in documents(Source("x", json.loads(line)["yaml"])):
                if document.may_hold_job and document.root is not None:
                    read += 1
                    differ += dumped(sketch(document.text)) != dumped(document.root)
    assert read > 300
    assert differ <= read // 100  # scalars in quotes that run over several lines, and are folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb\nc: 2\n", {"a": 1, "b": None, "c": 2}),
        ("a:\n  b\n  c: 1\n", {"a": {"b": None, "c": 1}}),
        ("a:\n- b\n- c: 1\n  d\n", {"a": ["b", {"c": 1, "d": None}]}),
        ("a: 'x\nb: 1\n", {"a": "x", "b": 1}),
        ("a: [x, z\nb: 1\n", {"a": ["x", "z"], "b": 1}),
        ("a: {x: 1, z\nb: 1\n", {"a": {"x": 1, "z": None}, "b": 1}),
        ("a: {x: {z: 1}\nb: 1\n", {"a": {"x": {"z": 1}}, "b": 1}),
        ('{"a": {"b": 1, "c', {"a": {"b": 1, "c": None}}),
        ('{"a": \n"b": 1}', {"a": None, "b": 1}),
        ('{"a": 1\n"b": 2}', {"a": 1, "b": 2}),
        ("a: |\n  x: 1\nb: 2\n", {"a": "  x: 1", "b": 2}),
        ("a:\n  b: 1\n c: 2\n", {"a": {"b": 1, "c": 2}}),
        ("a: x\n  b: 1\n", {"a": {"x": None, "b": 1}}),
        ("- - x\n", [["x"]]),
        ("a: &n !!str x\nb: *n\n", {"a": "x", "b": "*n"}),
        ("a: 1\n...\nb: 2\n", {"a": 1}),
        ("", None),
        ("# x\n", None),
        ("word", "word"),
        ("ap\nkind: Job\n", {"ap": None, "kind": "Job"}),
        ("]", "]"),
    ],
)
def test_what_is_half_typed(text: str, expected: object) -> None:
    assert brief(sketch(text)) == expected


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "{a: " * 50_000, "]}" * 50_000, "[" * 50_000 + "}" * 50_000, "a: '\n" * 20_000, "- " * 50_000,
     '"\\' * 50_000, '{"' + "\\\"" * 50_000, "a:\n" + "".join(f"{' ' * n}b:\n" for n in range(1, 500)), " " * 100_000,
     "a: " + "'x" * 50_000, "? " * 50_000, "a: b\n" * 20_000, "x" * 100_000 + ":"],
)  # fmt: skip
def test_hostile_text_takes_no_time_to_speak_of(text: str) -> None:
    sketch(text)  # what is quadratic here would take minutes
