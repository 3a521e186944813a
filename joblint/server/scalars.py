"""Scalars of each type: what the decoder takes for one, and how a message tells of what it does not take."""

import re
from typing import Any

from joblint.cure import QUOTE_IT, Put, Quote, writing
from joblint.rule import Report
from joblint.scalar import resolve
from joblint.tree import Scalar
from joblint.value import HIDDEN, Value

_UNQUOTE = "take the quotes away"
_LONGEST = 40  # characters of a text that is looked at for what it could have meant
_MODES = ("defaultMode", "mode")  # where octal numbers are at home
INT_RANGES = {"int32": (-(1 << 31), (1 << 31) - 1), "int64": (-(1 << 63), (1 << 63) - 1)}
# What Go's time package takes for RFC 3339: one digit of the hour will do, and a comma before the fraction.
_TIME = (
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01]?[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.,][0-9]+)?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-4]):(?:[0-5][0-9]|60))"
)

# What must stand there, as a message says it.
ARTICLES = {
    "string": "a string",
    "boolean": "`true` or `false`",
    "int32": "a whole number",
    "int64": "a whole number",
    "number": "a number",
    "quantity": "a quantity",
    "intOrString": "a whole number or a string",
    "time": "a time such as 2024-01-31T12:00:00Z",
    "microTime": "a time such as 2024-01-31T12:00:00Z",
    "bytes": "base64 text",
}
# What null is decoded to.
ZEROS: dict[str, Any] = {"string": "", "boolean": False, "int32": 0, "int64": 0, "number": 0}
ZEROS |= dict.fromkeys(("quantity", "intOrString", "time", "microTime", "bytes"), HIDDEN)


def integer(raw: Any, type_: str) -> tuple[Any, bool]:
    """A number as its JSON has it, and whether it is one of that integer type."""
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e21:  # JSON writes 1e3 as 1000
        raw = int(raw)
    low, high = INT_RANGES[type_]
    return raw, isinstance(raw, int) and not isinstance(raw, bool) and low <= raw <= high


def other_scalar(type_: str, raw: Any) -> bool:
    """Whether a scalar is one of a type that is no string, boolean, integer or quantity."""
    if type_ == "intOrString":
        return isinstance(raw, str) or integer(raw, "int32")[1]
    if type_ in ("time", "microTime"):
        return isinstance(raw, str) and bool(re.fullmatch(_TIME, raw))
    if type_ == "number":
        return isinstance(raw, (int, float)) and not isinstance(raw, bool)
    return type_ == "bytes" and isinstance(raw, str)


def json_number(raw: Any) -> str:
    """A number as it stands in the JSON that the server reads."""
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e21:
        return str(int(raw))
    return repr(raw)


def called(value: Value) -> str:
    """A value's name in a message: its field's, or its list's with the index."""
    if isinstance(value.step, int) and value.parent is not None:
        return f"`{value.parent.step}[{value.step}]`"
    return f"`{value.step}`" if value.step else "the object"


def short(text: str) -> str:
    """A text as it is quoted in a message: in one line, and not too long."""
    text = text.replace("\n", " ")
    return text if len(text) <= 40 else text[:37] + "..."


def wrong_scalar(value: Value, node: Scalar) -> str:
    """Why a scalar of a field is not one of its type, and what to write."""
    name, wanted = called(value), ARTICLES[value.type]
    raw, text = node.value, short(node.text)
    if value.type == "string":
        kind = "a boolean" if isinstance(raw, bool) else "a number"
        return f"{name} must be a string, but `{text}` is {kind} to YAML: quote it"
    if isinstance(raw, str) and node.style in ('"', "'"):
        return f"{name} must be {wanted}, not the quoted text `{text}`"
    if value.type in INT_RANGES and isinstance(raw, (int, float)) and not isinstance(raw, bool):
        low, high = INT_RANGES[value.type]
        return f"{name} must be {wanted} from {low} to {high}, not `{text}`"
    return f"{name} must be {wanted}, not `{text}`"


def cured(report: Report, value: Value, node: Scalar) -> Report:
    """The report for a scalar of the wrong type, with its cure: quotes that are missing, or too many; a time's unit."""
    raw = node.value
    if value.type == "string":
        return report.cure(QUOTE_IT, Quote(node)) if not node.style else report
    if not isinstance(raw, str) or len(raw) > _LONGEST:
        return report
    quoted, inner = node.style in ('"', "'"), resolve(raw)
    if quoted and value.type == "boolean" and isinstance(inner, bool):
        return report.cure(_UNQUOTE, Put(node, inner))
    if value.type not in INT_RANGES:
        return report
    if quoted and str(inner) == raw and integer(inner, value.type)[1]:
        return report.cure(_UNQUOTE, Put(node, inner))
    if quoted and value.step in _MODES and re.fullmatch("0o?[0-7]{3}", raw):
        from joblint.server.pod.common import octal

        return report.cure(*octal(value, raw[-3:]))
    seconds = _seconds(raw) if str(value.step).endswith("Seconds") else None
    return report if seconds is None else report.cure(*writing(value, seconds))


def _seconds(text: str) -> int | None:
    """The whole seconds of a text such as `5m`; None where it is no such text."""
    from joblint.kube import duration

    try:
        found, rest = divmod(duration.parse("".join(text.split())), duration.SECOND)
    except duration.DurationError:
        return None
    return found if found > 0 and not rest and found <= INT_RANGES["int32"][1] else None
