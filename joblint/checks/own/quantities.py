"""Quantities in CEL, as in apiserver pkg/cel/library/quantity.go of 1.37."""

from fractions import Fraction
from typing import Any

from joblint.checks.own.tagged import QUANTITY, Row, held
from joblint.kube.names import names
from joblint.kube.quantity.quantity import Quantity, QuantityError, parse

_MAX_EXPONENT = 1000  # of the numbers that are computed with


def _quantity(text: str) -> dict[str, Any]:
    try:
        return _made(_number(parse(text)))
    except QuantityError as error:
        raise ValueError(f"`{names.short(text)}` is not a valid quantity: {error}") from None


def _number(quantity: Quantity) -> Fraction:
    if abs(quantity.exponent) > _MAX_EXPONENT or len(quantity.digits) > _MAX_EXPONENT:
        raise ValueError("the quantity is too large to compute with")
    return quantity.sign * int(quantity.digits or "0") * Fraction(10) ** quantity.exponent


def _made(number: Fraction) -> dict[str, Any]:
    return {QUANTITY: f"{number.numerator}/{number.denominator}"}


def _amount(value: Any) -> Fraction:
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    return Fraction(held(QUANTITY, value))


def _compared(one: Any, other: Any) -> int:
    a, b = _amount(one), _amount(other)
    return (a > b) - (a < b)


def _is_quantity(text: str) -> bool:
    try:
        parse(text)
    except QuantityError:
        return False
    return True


def _is_integer(value: Any) -> bool:
    try:
        _whole(value)
    except ValueError:
        return False
    return True


def _whole(value: Any) -> int:
    number = _amount(value)
    if number.denominator != 1 or not -(1 << 63) <= number.numerator < 1 << 63:
        raise ValueError("the quantity is not a 64-bit integer")
    return number.numerator


QUANTITIES: list[Row] = [
    ("quantity", ("string",), "map", False, _quantity),
    ("isQuantity", ("string",), "bool", False, _is_quantity),
    ("compareTo", ("map", "map"), "int", True, _compared),
    ("isGreaterThan", ("map", "map"), "bool", True, lambda a, b: _compared(a, b) > 0),
    ("isLessThan", ("map", "map"), "bool", True, lambda a, b: _compared(a, b) < 0),
    ("sign", ("map",), "int", False, lambda a: _compared(a, 0)),
    ("add", ("map", "dyn"), "map", True, lambda a, b: _made(_amount(a) + _amount(b))),
    ("sub", ("map", "dyn"), "map", True, lambda a, b: _made(_amount(a) - _amount(b))),
    ("isInteger", ("map",), "bool", True, _is_integer),
    ("asInteger", ("map",), "int", True, _whole),
    ("asApproximateFloat", ("map",), "double", True, lambda a: float(_amount(a))),
]
