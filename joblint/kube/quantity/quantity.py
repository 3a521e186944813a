"""Quantities: `500m`, `1Gi`, `1e3`, as Kubernetes reads them.

Source: apimachinery pkg/api/resource, quantity.go (ParseQuantity, ScaledValue), suffix.go, amount.go, math.go, the same
from 1.21 to 1.37, on gopkg.in/inf.v0. Kubernetes keeps what fits an int64 in one, and the rest as a decimal, which is
rounded up to nano; a binary suffix caps it at 2^63-1, a decimal one does not. If numbers overflow, Kubernetes sees the
wrapped value, and so does joblint.

The digits stay text, so that the cost is linear in the length of the input: `1e999999999` is compared, never computed.
"""

import re
from functools import cache

SUFFIXES = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}  # powers of ten
BINARY_SUFFIXES = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}  # powers of two

_MAX = (1 << 63) - 1
_MAX_DIGITS = len(str(_MAX))
_INT32, _INT64 = 1 << 32, 1 << 64
_NANO, _MILLI = -9, -3
_NANOS = 10**9
_FAST_DIGITS = 18  # this many decimal digits fit an int64
_FAST_BINARY_DIGITS = 14  # with a binary suffix this many, less the digits that the suffix adds
_CHUNK = 18  # digits that are turned into a number at a time
# Digits after the point that decide the value of a binary quantity: those of nano, and one more for each factor of two.
# Whatever follows is more than zero, and less than one.
_BINARY_FRACTION = max(BINARY_SUFFIXES.values()) - _NANO
_WRAPPING = (1, 2, 3, 6, 9)  # the powers of ten that math.go multiplies by at once
_MAX_LOOK = 100  # characters of the text that are searched for white space
_MAX_SHOWN = 20  # characters of the text that messages repeat


class QuantityError(ValueError):
    """Text that is not a valid quantity. `kind` is `empty`, `format`, `number` or `suffix`."""

    def __init__(self, message: str, kind: str, text: str) -> None:
        super().__init__(message)
        self.kind, self.text = kind, text


class Quantity:
    """A quantity: `digits` times 10 to the power of `exponent`, with the sign. That value is compared exactly.

    `held` is how Kubernetes stores it, which decides what `milli` and `value` return for a number that is too large
    for them: `int64`, `nano` (a decimal in units of nano), or `capped` (at 2^63-1).
    """

    __slots__ = ("digits", "exponent", "held", "negative", "text")

    def __init__(self, text: str, negative: bool, digits: str, exponent: int, held: str) -> None:
        self.text, self.digits, self.exponent, self.held = text, digits.lstrip("0"), exponent, held
        self.negative = negative and bool(self.digits)

    @property
    def sign(self) -> int:
        """Return -1, 0 or 1."""
        return -1 if self.negative else int(bool(self.digits))

    def milli(self) -> int:
        """Return Kubernetes' MilliValue: thousandths, rounded up, as an int64 that may have overflowed."""
        return self._scaled(_MILLI)

    def value(self) -> int:
        """Return Kubernetes' Value: units, rounded up, as an int64 that may have overflowed."""
        return self._scaled(0)

    def is_integer(self) -> bool:
        """Return whether it has no fraction for Kubernetes, which looks for one in milli()."""
        return self.milli() % 1000 == 0

    def _scaled(self, scale: int) -> int:
        if not self.digits:
            return 0
        if self.held == "nano":
            return self._scaled_nano(scale)
        value = -int(self.digits) if self.negative else int(self.digits)
        if self.held == "capped":
            return _wrap(value * _power(-scale), _INT64)
        if self.exponent >= scale:
            return _raised(value, _wrap(self.exponent - scale, _INT32))
        size = -(-abs(value) // _power(scale - self.exponent))
        return -size if value < 0 else size

    def _scaled_nano(self, scale: int) -> int:
        """Scale as math.go's scaledValue: short or negative numbers in an int64, others exactly, then cut to one."""
        drop = scale - _NANO
        zeros = self.exponent - _NANO
        short = len(self.digits) + zeros <= _MAX_DIGITS and int(self.digits) * _power(zeros) < _MAX
        if short or self.negative:
            nanos = _modulo(self.digits, zeros)
            nanos = _wrap(-nanos if self.negative else nanos, _INT64)
            size = abs(nanos) // _power(drop)
            return (-size if nanos < 0 else size) + (nanos % _power(drop) != 0)
        cut = max(0, drop - zeros)
        whole = self.digits[:-cut] if cut else self.digits
        rest = bool(cut and self.digits[-cut:].strip("0"))
        return _wrap(_wrap(_modulo(whole, max(0, zeros - drop)), _INT64) + rest, _INT64)

    def compare(self, other: "Quantity") -> int:
        """Return -1, 0 or 1 if this quantity is less than, equal to or greater than the other."""
        if self.sign != other.sign:
            return 1 if self.sign > other.sign else -1
        size, than = self._size(), other._size()
        return 0 if size == than else (1 if (size > than) != self.negative else -1)

    def _size(self) -> tuple[int, str]:
        """Return the power of ten of the first digit, and the digits: a key that sorts as the numbers do."""
        return (len(self.digits) + self.exponent, self.digits.rstrip("0")) if self.digits else (0, "")

    def __lt__(self, other: "Quantity") -> bool:
        return self.compare(other) < 0

    def __le__(self, other: "Quantity") -> bool:
        return self.compare(other) <= 0

    def __gt__(self, other: "Quantity") -> bool:
        return self.compare(other) > 0

    def __ge__(self, other: "Quantity") -> bool:
        return self.compare(other) >= 0

    def __eq__(self, other: object) -> bool:
        return self.compare(other) == 0 if isinstance(other, Quantity) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.sign, self._size()))

    def __repr__(self) -> str:
        return f"Quantity({_shown(self.text)!r})"


def parse(text: str) -> Quantity:
    """Parse `text` as ParseQuantity does. Raises QuantityError.

    In a field of an object, white space around the quantity is also accepted (UnmarshalJSON): strip it first.
    """
    if not text:
        raise QuantityError("it is empty; use a number and a suffix, such as 500m or 1Gi", "empty", text)
    match = _pattern().fullmatch(text)
    if match is None:
        raise QuantityError(_misshapen(text), "format", text)
    sign, whole, fraction, suffix = match.group(1, 2, 3, 4)
    power = BINARY_SUFFIXES.get(suffix)
    exponent = _exponent(suffix) if power is None else 0
    if exponent is None:
        raise QuantityError(_unknown(suffix), "suffix", text)
    number = (text, sign == "-", whole.lstrip("0") or "0", fraction or "")
    quantity = _fast(*number, exponent, power)
    if quantity is not None:
        return quantity
    if not (whole or fraction):  # the fast path reads that as zero
        raise QuantityError(f"{_shown(text)} has no number", "number", text)
    return _binary(*number, power) if power else _decimal(*number, exponent)


def _misshapen(text: str) -> str:
    if any(character.isspace() for character in text[:_MAX_LOOK]):
        return f"there is white space in {_shown(text)}"
    rest = text.lstrip("+-.0123456789")
    if rest.isalpha() and rest != text:
        return _unknown(rest)
    return f"{_shown(text)} is not a number with an optional suffix, such as 500m, 1.5 or 1Gi"


def _unknown(suffix: str) -> str:
    known = ", ".join(filter(None, [*SUFFIXES, *BINARY_SUFFIXES]))
    return f"{_shown(suffix)} is not one of the suffixes {known}"


@cache
def _pattern() -> re.Pattern[str]:
    # Possessive: no part gives back what it has matched.
    return re.compile(r"([+-]?+)([0-9]*+)(?:\.([0-9]*+))?+([eEinumkKMGTP]*+[+-]?+[0-9]*+)")


def _exponent(suffix: str) -> int | None:
    """Return the power of ten of a decimal suffix, None if it is not one. An exponent is cut to 32 bits."""
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    digits = suffix[2:] if suffix[1:2] in ("+", "-") else suffix[1:]
    if suffix[0] not in "eE" or not digits.isdigit():
        return None
    digits = digits.lstrip("0") or "0"
    if len(digits) > _MAX_DIGITS:
        return None
    number = -int(digits) if suffix[1] == "-" else int(digits)
    return _wrap(number, _INT32) if -_MAX - 1 <= number <= _MAX else None


def _fast(text: str, negative: bool, whole: str, fraction: str, exponent: int, power: int | None) -> Quantity | None:
    """Return the quantity if it plainly fits an int64; None otherwise."""
    if power is not None:
        if fraction or len(whole) > _FAST_BINARY_DIGITS - power * 3 // 10:
            return None
        return Quantity(text, negative, str(int(whole) << power), 0, "int64")
    low = _wrap(exponent - len(fraction), _INT32)
    if len(whole) + len(fraction) > _FAST_DIGITS or low < _NANO:
        return None
    return Quantity(text, negative, whole + fraction, low, "int64")


def _decimal(text: str, negative: bool, whole: str, fraction: str, exponent: int) -> Quantity:
    """Return a decimal quantity, rounded up to nano and not capped."""
    digits, low = (whole + fraction).lstrip("0"), _wrap(exponent - len(fraction), _INT32)
    if low >= _NANO:
        return Quantity(text, negative, digits, low, "nano")
    keep = max(0, len(digits) - (_NANO - low))
    kept = digits[:keep]
    return Quantity(text, negative, _next(kept) if digits[keep:].strip("0") else kept, _NANO, "nano")


def _binary(text: str, negative: bool, whole: str, fraction: str, power: int) -> Quantity:
    """Return a binary quantity, rounded up to nano and capped."""
    nanos, most = 0, _MAX * _NANOS
    if len(whole) <= _MAX_DIGITS:
        used, rest = fraction[:_BINARY_FRACTION], fraction[_BINARY_FRACTION:]
        nanos, remainder = divmod((int(whole + used) << power) * _NANOS, 10 ** len(used))
        nanos += bool(remainder or rest.strip("0"))
    if len(whole) > _MAX_DIGITS or nanos > most:
        return Quantity(text, negative, str(_MAX), 0, "capped")
    return Quantity(text, negative, str(nanos), _NANO, "nano")


def _next(digits: str) -> str:
    """Return the number plus one, digit by digit: it may be too long for an int."""
    head = digits.rstrip("9")
    zeros = "0" * (len(digits) - len(head))
    return (head[:-1] + str(int(head[-1]) + 1) if head else "1") + zeros


def _modulo(digits: str, zeros: int) -> int:
    """Return the number of `digits` followed by `zeros` zeros, modulo 2^64, a few digits at a time."""
    number = 0
    for at in range(0, len(digits), _CHUNK):
        chunk = digits[at : at + _CHUNK]
        number = (number * 10 ** len(chunk) + int(chunk)) % _INT64
    return number * pow(10, zeros, _INT64) % _INT64


def _raised(value: int, scale: int) -> int:
    """Return `value` times 10 to the power of `scale`, as math.go's positiveScaleInt64; overflow wraps or is 0."""
    if scale <= 0 or value == 0:
        return value
    if scale > _MAX_DIGITS:
        return 0
    raised = value * _power(scale)
    if -_MAX - 1 <= raised <= _MAX:
        return raised
    return _wrap(raised, _INT64) if scale in _WRAPPING else 0


def _power(exponent: int) -> int:
    return int(10**exponent)  # mypy cannot tell that the exponent is not negative


def _wrap(number: int, size: int) -> int:
    """Return a number as a signed machine word of `size` values holds it."""
    return (number + size // 2) % size - size // 2


def _shown(text: str) -> str:
    return f'"{text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "…"}"'
