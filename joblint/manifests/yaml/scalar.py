"""The value of a YAML scalar to Kubernetes' own reader.

Source: go.yaml.in/yaml/v2 v2.4, resolve.go, and sigs.k8s.io/yaml v1.6, yaml.go (what a key becomes in JSON).
YAML 1.1 words (`y`, `on`, `0755`, `1_000`) are not strings here; base 60 (`12:30:45`) and dates are.
"""

import re

type_value = None | bool | int | float | str

_WORDS: dict[str, type_value] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
# First characters of anything that is not a string; this decides for nearly every scalar of a manifest.
_HINTS = frozenset("+-.0123456789yYnNtTfFoO~")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_LOOSE = r"(?<![0-9])_|_(?![0-9])"  # an underscore that is not between digits
_INT = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))\Z")
_BASES = (16, 2, 8, 10)
_MAX_DIGITS = 70  # 64 binary digits and a margin: longer numbers are out of range in every base
_INT_MIN, _UINT_MAX = -(1 << 63), (1 << 64) - 1
_PREFIX = "tag:yaml.org,2002:"
_TAGS = {bool: "!!bool", int: "!!int", float: "!!float", type(None): "!!null", str: "!!str"}
_CLOCK = r"(?:[01]?[0-9]|2[0-3]):[0-5]?[0-9]:[0-5]?[0-9](?:[.,][0-9]+)?"
_TIME = rf"(?: {_CLOCK}|[Tt]{_CLOCK}(?:Z|[+-](?:[01][0-9]|2[0-4]):(?:[0-5][0-9]|60)))"
_TIMESTAMP = rf"([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}}){_TIME}?"
_NEWLINES = {10: None, 13: None}
_LEAP_YEAR = 2000  # the calendar repeats every 400 years


class BadTag(ValueError):
    """An explicit tag that does not fit its scalar (`!!int abc`)."""


def resolve(text: str, tag: str | None = None) -> type_value:
    """Return the value of a plain scalar, or of one with an explicit tag, as Kubernetes' reader types it.

    Raises BadTag if the tag does not fit.
    """
    if tag is not None:
        return _tagged(text, tag)
    if text and text[0] not in _HINTS:
        return text
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if first == ".":
        return _float(text.replace("_", "") if "_" in text and not re.search(_LOOSE, text) else text)
    return _number(text) if first in "+-0123456789" else text


def _number(text: str) -> int | float | str:
    plain = text.replace("_", "")
    match = _INT.match(plain)
    if match and len(plain) <= _MAX_DIGITS:
        digits, base = next((d, b) for d, b in zip(match.groups()[1:], _BASES, strict=True) if d is not None)
        value = int(match[1] + digits, base)
        # Unsigned 64-bit numbers are also accepted, but without a sign.
        if _INT_MIN <= value < 1 << 63 or (value <= _UINT_MAX and value > 0 and not match[1]):
            return value
    value_or_text = _float(plain)
    return value_or_text if isinstance(value_or_text, float) else text


def _float(text: str) -> float | str:
    if not _FLOAT.match(text):
        return text
    value = float(text)
    return text if value in (float("inf"), float("-inf")) else value


def _tagged(text: str, tag: str) -> type_value:
    if not tag.startswith(_PREFIX):
        return text
    name = "!!" + tag[len(_PREFIX) :]
    if name in ("!!str", "!!merge"):
        return text
    if name == "!!binary":
        return _binary(text)
    if name == "!!timestamp":
        return _timestamp(text)
    value = resolve(text)
    if name == "!!float" and isinstance(value, int) and not isinstance(value, bool) and value < 1 << 63:
        return float(value)
    if name in _TAGS.values() and _TAGS[type(value)] != name:
        raise BadTag(f"`{text[:40]}` is not a valid {name[2:]}, but its tag is {name}")
    return value if name in _TAGS.values() else text


def _timestamp(text: str) -> str:
    """Return a date or time, which is kept as text."""
    match = re.fullmatch(_TIMESTAMP, text)
    try:
        if match is None:
            raise ValueError
        from datetime import date

        date(_LEAP_YEAR + int(match[1]) % 400, int(match[2]), int(match[3]))
    except ValueError:
        raise BadTag(f"`{text[:40]}` is not a valid timestamp, but its tag is !!timestamp") from None
    return text


def _binary(text: str) -> str:
    import base64
    import binascii

    try:
        return base64.b64decode(text.translate(_NEWLINES).encode(), validate=True).decode("utf-8", "surrogateescape")
    except (binascii.Error, ValueError):
        raise BadTag("!!binary contains invalid base64 data") from None
