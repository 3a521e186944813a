"""The size of an expression's value: an expression that doubles a string again and again is rejected before it is run.

The library limits the steps of loops, not the size of what they build. So the size of the result is computed for
values of one typical size, and loops of one step: it depends on how often a value is used to build the next one. Long
lists can still be built from long lists; they are no longer than the number of the loops' steps.
"""

from collections.abc import Mapping

from joblint.checks.own.syntax import Call, Expr, Ident, Items, Literal, Loop, Select

_SIZE = 64  # of any value of an object
_MOST = 1 << 20
_COMPOSED = "variables."
_VARIABLES = Ident("variables")


class TooLarge(ValueError):
    """Raised for an expression whose result can be many times as large as everything that it reads."""


def check(expression: Expr, composed: Mapping[str, int]) -> int:
    """Return the size that an expression's value can have, for sizes of a policy's variables. Raises TooLarge."""
    return _size(expression, {_COMPOSED + name: size for name, size in composed.items()})


def _size(node: Expr, names: Mapping[str, int]) -> int:
    size = 1
    if isinstance(node, Literal):
        size = len(node.value or "") + 1
    elif isinstance(node, Ident):
        size = names.get(node.name, _SIZE)
    elif isinstance(node, Select):
        known = names.get(_COMPOSED + node.field) if node.operand == _VARIABLES else None
        size = _size(node.operand, names) if known is None else known
    elif isinstance(node, Call):
        size = _built(node.function, [_size(one, names) for one in node.arguments])
    elif isinstance(node, Items):
        size = 1 + sum(_size(one, names) for one in node.items)
    elif isinstance(node, Loop):
        over, start = _size(node.range, names), _size(node.start, names)
        inner = {**names, node.variable: over, node.accumulator: start, **({node.second: over} if node.second else {})}
        _size(node.condition, inner)
        size = _size(node.result, {**names, node.accumulator: _size(node.step, inner)})
    if size > _MOST:
        raise TooLarge("the expression can create a value many times as large as the object")
    return size


def _built(function: str, sizes: list[int]) -> int:
    if function == "replace" and len(sizes) > 2:
        return sizes[0] * (1 + sizes[2])
    if function == "join":
        return sizes[0] * (1 + sum(sizes[1:]))
    return sum(sizes)
