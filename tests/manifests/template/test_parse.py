"""The structure of Go templates, against Go's own parser (conformance/template/README.md)."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance import recording
from conformance.template.questions import PIECES
from conformance.template.refresh import ANSWERS
from joblint.manifests.template.lex import SPACE, TEXT, tokens
from joblint.manifests.template.parse import BLOCK, DEFINE, IF, SET, TEMPLATE, WITH, Control, Leaf, Node, parse, walk
from joblint.manifests.yaml.tree import Problem

LINES = [*recording.read(ANSWERS)][1:]


class Flat:
    """What conformance/template/main.go prints of a template, made from our nodes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = {token.start: number for number, token in enumerate(tokens(text))}
        self.every = [*tokens(text)]
        self.defined: dict[str, list[Node]] = {}

    def all(self) -> list[list[Any]]:
        found = [*self.nodes(parse(self.text))]
        known = 0
        while len(self.defined) > known:  # a body may define more
            known = len(self.defined)
            for body in [*self.defined.values()]:
                [*self.nodes(body)]
        for name in sorted(self.defined, key=str.encode):
            found += [[f"define {name}"], *self.nodes(self.defined[name])]
        return found

    def nodes(self, nodes: list[Node]) -> Iterator[list[Any]]:
        for node in nodes:
            if isinstance(node, Control):
                yield from self.control(node)
            elif node.kind == TEXT:
                yield from self.plain(node)
            elif node.kind == "comment":
                yield [node.kind, self.bytes(node.token.inner_start - 2)]
            else:
                yield [node.kind, self.bytes(self.first(node))]

    def plain(self, leaf: Leaf) -> Iterator[list[Any]]:
        """A text, without what the actions beside it trim."""
        number = self.tokens[leaf.token.start]
        start, end = leaf.token.start, leaf.token.end
        if number and self.every[number - 1].trims_after:
            start = end - len(self.text[start:end].lstrip(SPACE))
        if number + 1 < len(self.every) and self.every[number + 1].trims_before:
            end = start + len(self.text[start:end].rstrip(SPACE))
        if end > start:
            yield [TEXT, self.bytes(start), len(self.text[start:end].encode())]

    def control(self, node: Control) -> Iterator[list[Any]]:
        if node.kind in (DEFINE, BLOCK):
            name = self.quoted(node.branches[0].condition)
            self.defined[name] = node.branches[0].body
            if node.kind == BLOCK:
                yield [TEMPLATE, self.bytes(self.condition(node, 0))]
            return
        ends = 1
        for number, branch in enumerate(node.branches):
            if number:
                yield ["else"]
            if number and branch.condition:
                ends += 1
            if branch.condition:
                yield [node.kind, self.bytes(self.condition(node, number))]
            yield from self.nodes(branch.body)
        yield from [["end"]] * ends

    def condition(self, node: Control, number: int) -> int:
        """The offset of a condition in its action."""
        branch = node.branches[number]
        return self.text.rindex(branch.condition, branch.head.inner_start, branch.head.inner_end)

    def first(self, leaf: Leaf) -> int:
        token = leaf.token
        inside = self.text[token.inner_start : token.inner_end]
        at = token.inner_start + len(inside) - len(inside.lstrip(SPACE))
        if leaf.kind == TEMPLATE:
            inside = self.text[at + len(TEMPLATE) : token.inner_end]
            at = token.inner_end - len(inside.lstrip(SPACE))
        return at

    def quoted(self, text: str) -> str:
        end = text.index(text[0], 1)
        return text[1:end]

    def bytes(self, offset: int) -> int:
        return len(self.text[:offset].encode())


@pytest.mark.parametrize("part", range(10))
def test_what_go_reads_is_read_alike(part: int) -> None:
    taken = 0
    for line in LINES[part::10]:
        if "error" not in line:
            taken += 1
            assert Flat(line["text"]).all() == line.get("nodes", []), line["text"]
    assert taken > 90


def test_what_is_refused_go_refuses_too() -> None:
    refused = 0
    for line in LINES:
        problem = refusal(line["text"])
        if problem is not None:
            refused += 1
            assert "error" in line, line["text"]
            assert 0 <= problem.offset <= len(line["text"])
    assert refused > 900


def refusal(text: str) -> Problem | None:
    try:
        parse(text)
    except Problem as problem:
        return problem
    return None


@given(st.lists(st.sampled_from(PIECES)).map("".join) | st.text(alphabet="{}-/*\"`' \nabif.end|=$"))
def test_no_text_is_lost(text: str) -> None:
    try:
        found = [*tokens(text)]
    except Problem:
        return
    assert "".join(text[token.start : token.end] for token in found) == text
    assert all(token.start <= token.inner_start <= token.inner_end <= token.end for token in found)


@pytest.mark.parametrize(
    "text",
    [
        "{{ if .a }}" * 100_000,
        "{{" * 100_000,
        '{{ "' * 50_000,
        "{{/*" * 100_000,
        "{{ end }}" * 1000,
        "{{ `" + "x" * 1_000_000,
    ],
)
def test_hostile_texts_end(text: str) -> None:
    with pytest.raises(Problem):
        parse(text)


def test_many_actions() -> None:
    text = "{{ if .a }}\nx: {{ .b }}\n{{ end }}" * 20_000
    assert sum(isinstance(node, Control) for node in walk(parse(text))) == 20_000
    assert {node.kind for node in parse("{{ $x := 1 }}")} == {SET}
    assert IF != WITH
