"""The syntax tree of an expression, from the bytes that the library returns.

They are protocol buffers: an Any with a CheckedExpr. Source of the numbers: cel-spec, proto/cel/expr/syntax.proto and
checked.proto. Only what is needed is read.
"""

from collections.abc import Iterator
from typing import NamedTuple

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class Literal(NamedTuple):
    """A constant; the value of a number is not kept."""

    value: str | None


class Ident(NamedTuple):
    """A variable."""

    name: str


class Select(NamedTuple):
    """`operand.field`, or, with `test`, `has(operand.field)`."""

    operand: "Expr"
    field: str
    test: bool


class Call(NamedTuple):
    """A call of a function or an operator; the receiver of a method is the first argument."""

    function: str
    arguments: "tuple[Expr, ...]"


class Items(NamedTuple):
    """The parts of a literal list, map or message."""

    items: "tuple[Expr, ...]"


class Loop(NamedTuple):
    """The expansion of a macro such as `all`: CEL's comprehension, which is a fold."""

    variable: str
    second: str
    range: "Expr"
    accumulator: str
    start: "Expr"
    condition: "Expr"
    step: "Expr"
    result: "Expr"


Expr = Literal | Ident | Select | Call | Items | Loop
Message = dict[int, list[bytes | int]]


def decode(data: bytes) -> Expr:
    """Return the tree of a compiled expression."""
    checked = _message(_bytes(_message(data), 2))
    return _expr(_bytes(checked, 4))


def walk(expression: Expr) -> Iterator[Expr]:
    """Yield an expression and all of its parts."""
    todo: list[Expr] = [expression]
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, Select):
            todo.append(node.operand)
        elif isinstance(node, Call):
            todo += node.arguments
        elif isinstance(node, Items):
            todo += node.items
        elif isinstance(node, Loop):
            todo += (node.range, node.start, node.condition, node.step, node.result)


def _expr(data: bytes) -> Expr:
    message = _message(data)
    for number, read in _KINDS.items():
        if number in message:
            return read(_message(_bytes(message, number)))
    return Literal(None)


def _literal(message: Message) -> Expr:
    return Literal(_text(message, 6) if 6 in message else None)


def _ident(message: Message) -> Expr:
    return Ident(_text(message, 1))


def _select(message: Message) -> Expr:
    return Select(_expr(_bytes(message, 1)), _text(message, 2), 3 in message)


def _call(message: Message) -> Expr:
    return Call(_text(message, 2), _parts(message, 1) + _parts(message, 3))


def _list(message: Message) -> Expr:
    return Items(_parts(message, 1))


def _struct(message: Message) -> Expr:
    entries = [_message(part) for part in message.get(2, []) if isinstance(part, bytes)]
    return Items(tuple(part for entry in entries for part in _parts(entry, 3) + _parts(entry, 4)))


def _loop(message: Message) -> Expr:
    parts = [_expr(_bytes(message, number)) for number in (2, 4, 5, 6, 7)]
    over, start, condition, step, result = parts
    return Loop(_text(message, 1), _text(message, 8), over, _text(message, 3), start, condition, step, result)


_KINDS = {3: _literal, 4: _ident, 5: _select, 6: _call, 7: _list, 8: _struct, 9: _loop}


def _parts(message: Message, number: int) -> tuple[Expr, ...]:
    return tuple(_expr(part) for part in message.get(number, []) if isinstance(part, bytes))


def _bytes(message: Message, number: int) -> bytes:
    last = message.get(number, [b""])[-1]
    return last if isinstance(last, bytes) else b""


def _text(message: Message, number: int) -> str:
    return _bytes(message, number).decode("utf-8", "replace")


def _message(data: bytes) -> Message:
    fields: Message = {}
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        kind = tag & 7
        value: bytes | int
        if kind == _VARINT:
            value, at = _varint(data, at)
        elif kind == _BYTES:
            size, at = _varint(data, at)
            value, at = data[at : at + size], at + size
        else:
            size = 8 if kind == _FIXED64 else 4
            value, at = data[at : at + size], at + size
        fields.setdefault(tag >> 3, []).append(value)
    return fields


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
