"""Which quantity was meant, if that is clear: `100MB` is 100M, `1GiB` is 1Gi, `0.5 cores` is 0.5.

Loaded when a suggestion is asked for.
"""

from joblint.kube.quantity.quantity import BINARY_SUFFIXES, SUFFIXES, QuantityError, parse

_MAX_LENGTH = 40  # of a text that is worth fixing
_CPU = ("core", "cores", "cpu", "cpus", "vcpu", "vcpus")
_MILLI_CPU = ("mcpu", "mcpus", "mcore", "mcores", "millicpu", "millicpus", "millicore", "millicores")
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def cure(text: str) -> str | None:
    """Return what to write in place of `text`; None if that is not clear."""
    plain = "".join(text.split()).replace("_", "").strip("\"'`")
    if not plain or len(text) > _MAX_LENGTH:
        return None
    number = plain.rstrip(_LETTERS)
    if number.count(",") == 1 and "." not in number and len(number.partition(",")[2]) != 3:
        number = number.replace(",", ".")  # a decimal comma, unless it separates thousands
    suffix = _suffix(_unit(text))
    if suffix is None or not number.strip("+-."):
        return None
    cured = number + suffix
    return cured if cured != text and _parses(cured) else None


def sure(text: str, meant: str) -> bool:
    """Return whether nothing but `meant`, the result of `cure`, can be meant: `1g` and `1K` are often powers of two."""
    unit = meant.lstrip("+-.0123456789")
    return len(unit) != 1 or text.rstrip("\"'` ").endswith(unit) or len(_unit(text)) > 1


def _unit(text: str) -> str:
    plain = "".join(text.split()).strip("\"'`")
    return plain[len(plain.rstrip(_LETTERS)) :]


def _suffix(unit: str) -> str | None:
    """Return the suffix for a unit in the wrong case, or followed by the name of what it counts."""
    if unit in SUFFIXES or unit in BINARY_SUFFIXES:
        return unit
    low = unit.lower()
    if low == "e":
        return None  # more likely an incomplete exponent than exa
    if low in _CPU:
        return ""
    if low in _MILLI_CPU:
        return "m"
    for word in ("bytes", "byte", "b"):
        low = low.removesuffix(word)
        if low != unit.lower():
            break
    if not low:
        return ""
    by_letter = {suffix.lower(): suffix for suffix in (*BINARY_SUFFIXES, "k", "M", "G", "T", "P", "E")}
    return by_letter.get(low)


def _parses(text: str) -> bool:
    try:
        parse(text)
    except QuantityError:
        return False
    return True
