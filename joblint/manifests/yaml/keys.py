"""How a mapping's key is written in JSON, in which every key is a string.

Source: sigs.k8s.io/yaml v1.6, yaml.go, convertToJSONableObject; the same since v1.2. `conformance/reader` compares it
with the recorded answers of the real one.
"""

from joblint.manifests.yaml.scalar import type_value

_HIDDEN_BIT = 1 << 23
_BIAS = 150  # of the exponent of a 32-bit float, with the mantissa as an integer
_MAX_DIGITS = 9  # this many decimal digits distinguish any two 32-bit floats
_SPECIAL = {float("inf"): ".inf", float("-inf"): "-.inf"}
# strconv.FormatFloat(x, 'g', -1, 32) writes an exponent if it is below the first of these, or at least the second.
_FEWEST, _MOST = -4, 6


def key_text(value: type_value) -> str | None:
    """Return the key as a string; None if Kubernetes' reader rejects it (`~:`, an unsigned 64-bit number)."""
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, int) and value >= 1 << 63):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _float_text(value)


def _float_text(value: float) -> str:
    """Return the shortest text that parses to the same 32-bit float, as strconv.FormatFloat(value, 'g', -1, 32)."""
    import struct

    if value != value:
        return ".nan"
    try:
        (bits,) = struct.unpack("<I", struct.pack("<f", value))
    except OverflowError:  # rounds to infinity
        value = float("inf") if value > 0 else float("-inf")
    if value in _SPECIAL:
        return _SPECIAL[value]
    sign = "-" if bits >> 31 else ""
    if not bits << 1 & 0xFFFFFFFF:
        return f"{sign}0"
    digits, exponent = _shortest(bits & 0x7FFFFFFF)
    return sign + _written(digits, exponent)


def _shortest(bits: int) -> tuple[str, int]:
    """Return the fewest digits that distinguish a positive 32-bit float from its neighbours, and the exponent.

    Of several texts with the same number of digits, it is the nearest to the float. The exponent is that of the first
    digit.
    """
    power, mantissa = bits >> 23, bits & (_HIDDEN_BIT - 1)
    # The neighbour below a power of two is half as far away.
    narrow = mantissa == 0 and power > 1
    mantissa, power = (mantissa | _HIDDEN_BIT, power) if power else (mantissa, 1)
    # The midpoints between the float and its neighbours, in quarters of its last binary digit.
    low, high = 4 * mantissa - (1 if narrow else 2), 4 * mantissa + 2
    unit, scale = 2.0 ** (power - _BIAS), power - _BIAS - 2
    value = mantissa * unit
    for count in range(1, _MAX_DIGITS + 1):
        text = f"{value:.{count - 1}e}"
        if abs(float(text) - value) > unit:  # obviously too few digits
            continue
        head, _, tail = text.partition("e")
        rounded, exponent = int(head.replace(".", "")), int(tail)
        ten = exponent - count + 1
        good = [
            digits
            for digits in ((rounded + 1, rounded) if narrow else (rounded,))
            if _between(digits, ten, scale, low, high, mantissa % 2 == 0)
        ]
        if good:
            text = str(good[0] if len(good) == 1 else _nearest(good, ten, value))
            return text.rstrip("0"), ten + len(text) - 1
    raise AssertionError(f"no text for the float {bits:#x}")


def _nearest(digits: list[int], ten: int, value: float) -> int:
    """Return which of some numbers, times 10**`ten`, is nearest to a value; if there are two, the first."""
    from fractions import Fraction

    return min(digits, key=lambda one: abs(one * Fraction(10) ** ten - Fraction(value)))


def _between(digits: int, ten: int, two: int, low: int, high: int, ends: bool) -> bool:
    """Return whether `digits` * 10**`ten` is between `low` and `high`, both * 2**`two`; `ends`: or equal to one."""
    digits, unit = digits * 10 ** max(ten, 0) * 2 ** max(-two, 0), 10 ** max(-ten, 0) * 2 ** max(two, 0)
    low, high = low * unit, high * unit
    return low <= digits <= high if ends else low < digits < high


def _written(digits: str, exponent: int) -> str:
    """Return decimal digits as Go writes them; the first counts 10**`exponent`."""
    if exponent < _FEWEST or exponent >= _MOST:
        fraction = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{digits[0]}{fraction}e{exponent:+03d}"
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + digits
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    return f"{whole}.{digits[exponent + 1 :]}" if len(digits) > exponent + 1 else whole
