"""Templates as trees, with what Go writes for them: exactly, and of each line of the output where it is from.

Source: Go 1.26, text/template/parse/lex.go (trim markers act on the texts beside an action in the file, in whatever
branch these are) and text/template/exec.go.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SPACE = " \t\r\n"
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Choice:
    """What a template is rendered with: values, by dotted name, and the minor version of Kubernetes."""

    values: Values
    minor: str

    def nested(self) -> dict[str, Any]:
        """Return the values as helm has them."""
        made: dict[str, Any] = {}
        for name, value in self.values.items():
            *parents, last = name.split(".")
            at = made
            for parent in parents:
                at = at.setdefault(parent, {})
            at[last] = value
        return made


Item = Any  # what `range` is at
Writes = Callable[[Choice, Item], str]


@dataclass(eq=False)
class Action:
    """An action that is not a control structure; `writes` tells what it is replaced by."""

    inside: str
    writes: Writes = lambda choice, item: ""
    before: bool = False  # has a trim marker there
    after: bool = False

    @property
    def source(self) -> str:
        """Return it as it is written."""
        return f"{'{{-' if self.before else '{{'} {self.inside} {'-}}' if self.after else '}}'}"


@dataclass(eq=False)
class Text:
    """A text; `shown` are the parts that are not trimmed, each with the number of its line."""

    text: str
    shown: list[tuple[str, int]] = field(default_factory=list)


@dataclass(eq=False)
class Branch:
    """A head (`if .a`, `else`), when it is written, and what is in it."""

    head: Action
    test: Callable[[Choice], bool]
    body: "list[Node]"


@dataclass(eq=False)
class Control:
    """A control structure. `items` are those that a `range` goes through."""

    branches: list[Branch]
    end: Action
    items: Callable[[Choice], Sequence[Item]] = lambda choice: (None,)


@dataclass(eq=False)
class Call:
    """An action that includes a `define` with an indentation, on lines of its own."""

    action: Action
    body: "list[Node]"
    indent: int


Node = Action | Text | Control | Call


class Template:
    """A template, and the templates that it defines by their names."""

    def __init__(self, nodes: "list[Node]", defined: "Mapping[str, list[Node]]") -> None:
        flat: list[Text | Action] = []
        between = [Text("\n") for _ in defined]
        for (name, body), text in zip(defined.items(), between, strict=True):
            flat += [Action(f'define "{name}"', before=True), *_flat(body), Action("end", before=True), text]
        flat += _flat(nodes)
        self.nodes = [*between, *nodes]
        self.text = "".join(one.text if isinstance(one, Text) else one.source for one in flat)
        _trim(flat)

    def output(self, choice: Choice) -> tuple[str, list[int]]:
        """Return what is written, and the line of the template that each line of it is from: 0 if it is inserted."""
        pieces = list(_written(self.nodes, choice, None))
        text = "".join(piece for piece, _ in pieces)
        numbers, at = [0], 0
        for piece, number in pieces:
            for part in piece.splitlines(keepends=True):
                if part.strip() and not numbers[at]:
                    numbers[at] = number
                if part.endswith("\n"):
                    numbers.append(0)
                    at += 1
        return text, numbers


def _flat(nodes: "Sequence[Node]") -> Iterator[Text | Action]:
    for node in nodes:
        if isinstance(node, Control):
            for branch in node.branches:
                yield branch.head
                yield from _flat(branch.body)
            yield node.end
        else:
            yield node.action if isinstance(node, Call) else node


def _trim(flat: Sequence[Text | Action]) -> None:
    """Take away what trim markers take away, and number the lines."""
    kept = [[0, len(one.text)] if isinstance(one, Text) else [0, 0] for one in flat]
    for number, one in enumerate(flat):
        if isinstance(one, Text):
            continue
        at = number - 1
        while one.before and at >= 0 and isinstance(text := flat[at], Text):
            kept[at][1] = max(len(text.text.rstrip(SPACE)), kept[at][0])
            if text.text.strip(SPACE):
                break
            at -= 1
        at = number + 1
        while one.after and at < len(flat) and isinstance(text := flat[at], Text):
            kept[at][0] = len(text.text) - len(text.text.lstrip(SPACE))
            if text.text.strip(SPACE):
                break
            at += 1
    line = 1
    for one, (start, end) in zip(flat, kept, strict=True):
        source = one.text if isinstance(one, Text) else one.source
        if isinstance(one, Text) and start < end:
            at = line + source.count("\n", 0, start)
            for part in source[start:end].splitlines(keepends=True):
                one.shown.append((part, at))
                at += 1
        line += source.count("\n")


def _written(nodes: "Sequence[Node]", choice: Choice, item: Item) -> Iterator[tuple[str, int]]:
    """Yield what nodes write, each part with its line, 0 for what is inserted."""
    for node in nodes:
        if isinstance(node, Text):
            yield from node.shown
        elif isinstance(node, Action):
            yield node.writes(choice, item), 0
        elif isinstance(node, Call):
            pad = " " * node.indent
            yield "\n" + pad, 0
            for piece, number in _written(node.body, choice, item):
                yield piece.replace("\n", "\n" + pad), number
        else:
            items = node.items(choice)
            for branch in node.branches:
                if branch.test(choice):
                    for one in items if branch is node.branches[0] else (item,):
                        yield from _written(branch.body, choice, one if one is not None else item)
                    break
