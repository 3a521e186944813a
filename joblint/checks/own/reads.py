"""The paths that an expression reads, from the syntax tree that the library returns.

A value that the file does not show (`${X}`) only matters to an expression that reads that value, or something that it
is part of. Source of the format: cel-spec, proto/cel/expr/syntax.proto and checked.proto.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from joblint.checks.own.syntax import Call, Expr, Ident, Items, Literal, Loop, Select

Path = tuple[str, ...]
ANY = "*"  # any element of a list, any key of a map
_INDEX, _OPTIONAL_INDEX, _OPTIONAL = "_[_]", "_[?_]", "_?._"
_CONDITIONAL = "_?_:_"
# Functions that return what they are called on or with.
_THROUGH = frozenset(("orValue", "or", "value", "dyn", "optional.of", "optional.ofNonZeroValue", _CONDITIONAL))
_SHALLOW = frozenset(("size", "hasValue"))


class Reads(NamedTuple):
    """The paths that are read, each starting at a variable: `whole` with everything below, `shallow` without.

    `result` are those whose value the expression may return unchanged.
    """

    whole: frozenset[Path]
    shallow: frozenset[Path]
    result: frozenset[Path]

    @property
    def paths(self) -> frozenset[Path]:
        """All paths that are read."""
        return self.whole | self.shallow | self.result

    @property
    def variables(self) -> frozenset[str]:
        """The variables that are read."""
        return frozenset(path[0] for path in self.paths)

    def meet(self, hidden: Path) -> bool:
        """Return whether the value at a path matters."""
        whole = self.whole | self.result
        return any(_starts(path, hidden) or _starts(hidden, path) for path in whole) or any(
            _starts(path, hidden) for path in self.shallow
        )

    def through(self, root: str, composed: "Mapping[str, Reads]") -> "Reads":
        """Return these paths and those that are read through the variables of a policy, which are below `root`."""
        parts = [frozenset(_resolved(part, root, composed)) for part in (self.whole, self.shallow, self.result)]
        used = [composed[path[1]] for path in self.paths if path[0] == root and len(path) > 1 and path[1] in composed]
        whole, shallow, result = parts
        return Reads(whole.union(*(one.whole for one in used)), shallow.union(*(one.shallow for one in used)), result)


def _resolved(paths: frozenset[Path], root: str, composed: Mapping[str, Reads]) -> Iterator[Path]:
    for path in paths:
        yield path
        if path[0] == root and len(path) > 1 and path[1] in composed:
            yield from ((*known, *path[2:]) for known in composed[path[1]].result)


def _starts(path: Path, beginning: Path) -> bool:
    return len(path) >= len(beginning) and all(a == b or ANY in (a, b) for a, b in zip(path, beginning, strict=False))


def reads_of(expression: Expr) -> Reads:
    """Return what an expression reads."""
    walk = _Walk()
    result = walk.visit(expression, {})
    return Reads(frozenset(walk.whole), frozenset(walk.shallow), result)


Names = Mapping[str, frozenset[Path]]
_NONE: frozenset[Path] = frozenset()


class _Walk:
    """Walks a tree. A visit returns the paths that a value may be; they are noted when the value is used."""

    def __init__(self) -> None:
        self.whole: set[Path] = set()
        self.shallow: set[Path] = set()

    def use(self, node: Expr, names: Names) -> None:
        self.whole |= self.visit(node, names)

    def visit(self, node: Expr, names: Names) -> frozenset[Path]:
        if isinstance(node, Ident):
            return names.get(node.name, frozenset([(node.name,)]))
        if isinstance(node, Select):
            paths = frozenset((*path, node.field) for path in self.visit(node.operand, names))
            if not node.test:
                return paths
            self.shallow |= paths
        elif isinstance(node, Call):
            return self._call(node, names)
        elif isinstance(node, Items):
            for item in node.items:
                self.use(item, names)
        elif isinstance(node, Loop):
            return self._loop(node, names)
        return _NONE

    def _call(self, node: Call, names: Names) -> frozenset[Path]:
        arguments = node.arguments
        if node.function in (_INDEX, _OPTIONAL_INDEX, _OPTIONAL) and len(arguments) == 2:
            key = arguments[1]
            step = key.value if isinstance(key, Literal) and isinstance(key.value, str) else ANY
            if not isinstance(key, Literal):
                self.use(key, names)
            return frozenset((*path, step) for path in self.visit(arguments[0], names))
        result: frozenset[Path] = _NONE
        for number, argument in enumerate(arguments):
            paths = self.visit(argument, names)
            if node.function in _SHALLOW:
                self.shallow |= paths
            elif node.function in _THROUGH and (number or node.function != _CONDITIONAL):
                result |= paths
            else:
                self.whole |= paths
        return result

    def _loop(self, node: Loop, names: Names) -> frozenset[Path]:
        over = self.visit(node.range, names)
        self.shallow |= over
        self.use(node.start, names)
        element = frozenset((*path, ANY) for path in over)
        inner = {**names, node.variable: element, node.accumulator: _NONE}
        if node.second:
            inner[node.second] = element
        self.use(node.condition, inner)
        self.use(node.step, inner)
        # What a loop returns was used when it was built.
        self.use(node.result, {**names, node.accumulator: _NONE})
        return _NONE
