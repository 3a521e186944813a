"""The named templates of a chart: where `{{ define "app.labels" }}` is, and the line in it that has written a text."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from joblint.manifests.source import Source
from joblint.manifests.template.lex import SPACE
from joblint.manifests.template.parse import BLOCK, DEFINE, Control, Problem, parse, walk

Related = tuple[Source, int, int, str]  # a file, a span in it, and a message
_CALLS = re.compile(r"""(?:\binclude|\btemplate)\s+(?:"([^"\\\n]+)"|`([^`]+)`)""")
_MAX_DEPTH, _MAX_BODIES = 10, 100
_MAX_SEARCHED = 32 << 20  # characters in which lines are looked for
_LITERAL = 3  # characters before an action by which a line is recognized


class _Body(NamedTuple):
    """A named template: its file, the span of what opens it, and that of its body."""

    source: Source
    start: int
    end: int
    body_end: int


class Helpers:
    """The named templates in some files."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._sources = sources
        self._found: dict[str, _Body] | None = None
        self._left = _MAX_SEARCHED

    def written(self, action: str, line: str) -> Iterator[Related]:
        """Yield the place of the line in a named template that has written a line, given the action that inserted it.

        If no line or more than one line can have written it, that is the place of the named template.
        """
        called = self._called(action)
        if not called:
            return
        found = [place for name, body in self._reached(called) for place in _lines(body, line, name)]
        if len(found) == 1:
            yield found[0]
        elif len(called) == 1 and called[0] in self._bodies:
            body = self._bodies[called[0]]
            yield body.source, body.start, body.end, f"inserted by `{called[0]}`"

    @staticmethod
    def _called(text: str) -> list[str]:
        return list(dict.fromkeys(found[1] or found[2] for found in _CALLS.finditer(text)))

    def _reached(self, names: list[str]) -> Iterator[tuple[str, _Body]]:
        """Yield some named templates, and those that they insert."""
        seen, todo = set[str](), [(name, 0) for name in names]
        while todo and len(seen) < _MAX_BODIES:
            name, depth = todo.pop(0)
            body = self._bodies.get(name)
            if body is None or name in seen or depth > _MAX_DEPTH:
                continue
            seen.add(name)
            self._left -= body.body_end - body.end
            if self._left < 0:
                return
            yield name, body
            todo += ((one, depth + 1) for one in self._called(body.source.text[body.end : body.body_end]))

    @property
    def _bodies(self) -> dict[str, _Body]:
        if self._found is None:
            self._found = {}
            for source in self._sources:
                for name, body in _defined(source):
                    self._found.setdefault(name, body)
        return self._found


def _defined(source: Source) -> Iterator[tuple[str, _Body]]:
    """Yield the named templates of a file; none if Go cannot read it."""
    if DEFINE not in source.text and BLOCK not in source.text:
        return
    try:
        nodes = parse(source.text)
    except Problem:
        return
    for node in walk(nodes):
        if isinstance(node, Control) and node.kind in (DEFINE, BLOCK):
            head = node.branches[0]
            name = re.match(r'"([^"\\\n]+)"|`([^`]+)`', head.condition)
            if name is not None:
                yield name[1] or name[2], _Body(source, head.head.start, head.head.end, node.end.start)


def _lines(body: _Body, line: str, name: str) -> Iterator[Related]:
    """Yield the lines of a named template that may have written a line."""
    wanted, text = line.strip(), body.source.text
    if not wanted:
        return
    at = body.end
    for piece in text[body.end : body.body_end].split("\n"):
        bare = piece.strip(SPACE)
        literal, action, _ = bare.partition("{{")
        known = len(literal.strip()) >= _LITERAL and wanted.startswith(literal) if action else bare == wanted
        if known:
            start = at + piece.index(bare)
            yield body.source, start, start + len(bare), f"written by `{name}`"
        at += len(piece) + 1
