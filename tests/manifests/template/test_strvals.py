"""How `--set` is read, against helm's own parser (conformance/strvals/README.md)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance import recording
from conformance.strvals.questions import PIECES
from conformance.strvals.refresh import ANSWERS
from joblint.manifests.template.strvals import Leaf, List, Part, Reader, tree
from joblint.manifests.yaml.tree import Mapping, Scalar, Sequence

LINES = [*recording.read(ANSWERS)][1:]


def plain(part: Part | None) -> Any:
    """Return a value as JSON has it."""
    if part is None or isinstance(part, Leaf):
        return None if part is None else part.value
    if isinstance(part, List):
        return [plain(part.get(index)) for index in range(part.size)]
    return {key: plain(value) for key, value in part.items()}


def exactly(value: Any) -> Any:
    """Return a value that differs from another if their types do: `1 == True` in Python."""
    if isinstance(value, dict):
        return {key: exactly(one) for key, one in value.items()}
    if isinstance(value, list):
        return [exactly(one) for one in value]
    return type(value).__name__, value


def test_all_answers() -> None:
    wrong = []
    for line in LINES:
        try:
            found = plain(Reader(line["text"], line["strings"]).read())
        except ValueError:
            if "error" not in line:
                wrong.append((line, "refused"))
            continue
        if "error" in line or exactly(found) != exactly(line["values"]):
            wrong.append((line, found))
    assert wrong == []
    assert sum("error" not in line for line in LINES) > 1000


@pytest.mark.parametrize(
    ("text", "name", "value", "written"),
    [
        ("a=1", "a", 1, "1"),
        ("x=y,port=8080,z=1", "port", 8080, "8080"),
        ("port=8080,", "port", 8080, "8080"),
        ("a=", "a", "", ""),
    ],
)
def test_places(text: str, name: str, value: object, written: str) -> None:
    entries = {entry.name: entry.value for entry in tree(text.rstrip(",")).entries}
    node = entries[name]
    assert isinstance(node, Scalar)
    assert (node.value, text[node.start : node.end]) == (value, written)


def test_lists_are_opaque() -> None:
    found = tree("a={x,y},b[1].c=2,d.e=3").entries
    assert [type(entry.value) for entry in found] == [Sequence, Sequence, Mapping]


@pytest.mark.parametrize(
    "text", ["a" + "[0]" * 50_000 + "=1", "a" + "[0].a" * 30_000 + "=1", "a[65536]=1," * 10_000 + "a=1"]
)
def test_hostile(text: str) -> None:
    assert _size(text) in (0, 1, 2)


def _size(text: str) -> int:
    try:
        return len(tree(text).entries)
    except ValueError:
        return 0


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=2), max_size=12).map("".join), st.booleans())
def test_never_fails_otherwise(text: str, strings: bool) -> None:
    try:
        node = tree(text, strings)
    except ValueError:
        return
    todo = [entry.value for entry in node.entries]
    while todo:
        one = todo.pop()
        assert 0 <= one.start <= one.end <= len(text)
        if isinstance(one, Mapping):
            todo += [entry.value for entry in one.entries]
