"""Scalars of each type: what the decoder accepts, and the messages about what it does not accept."""

import re
from typing import Any

from joblint.manifests.yaml.scalar import resolve
from joblint.manifests.yaml.tree import QUOTE_IT, Scalar
from joblint.rule.cure.cure import Put, Quote, writing, writing_octal
from joblint.rule.report import Report
from joblint.rule.value import HIDDEN, Value

_UNQUOTE = "remove the quotes"
_LONGEST = 40  # characters; for a longer text, no meaning is guessed
_MODES = ("defaultMode", "mode")  # fields that are usually written in octal
INT_RANGES = {"int32": (-(1 << 31), (1 << 31) - 1), "int64": (-(1 << 63), (1 << 63) - 1)}
# What Go's time package accepts as RFC 3339: also one digit for the hour, and a comma before the fraction.
_TIME = (
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01]?[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.,][0-9]+)?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-4]):(?:[0-5][0-9]|60))"
)

# What people write for a boolean, and how similar a word must be to count as a typo.
_BOOLEANS = {
    "true": ("1", "t", "yes", "y", "on", "enabled", "enable"),
    "false": ("0", "f", "no", "n", "off", "disabled", "disable"),
}
_CLOSE = 0.7
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NOTHING = ("nil", "none", "nul", "null", "undefined", "")
_LETTERS = str.maketrans("OoIl", "0011")  # letters that look like digits

# What is expected of each type, in the words of a message.
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
    """Return a number as its JSON has it, and whether it is valid for that integer type."""
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e21:  # JSON writes 1e3 as 1000
        raw = int(raw)
    low, high = INT_RANGES[type_]
    return raw, isinstance(raw, int) and not isinstance(raw, bool) and low <= raw <= high


def other_scalar(type_: str, raw: Any) -> bool:
    """Return whether a scalar is valid for a type other than string, boolean, integer and quantity."""
    if type_ == "intOrString":
        return isinstance(raw, str) or integer(raw, "int32")[1]
    if type_ in ("time", "microTime"):
        return isinstance(raw, str) and bool(re.fullmatch(_TIME, raw))
    if type_ == "number":
        return isinstance(raw, (int, float)) and not isinstance(raw, bool)
    return type_ == "bytes" and isinstance(raw, str)


def json_number(raw: Any) -> str:
    """Return a number as it is in the JSON that the server reads."""
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e21:
        return str(int(raw))
    return repr(raw)


def value_name(value: Value) -> str:
    """Return a value's name for a message: its field's name, or its list's with the index."""
    if isinstance(value.step, int) and value.parent is not None:
        return f"`{value.parent.step}[{value.step}]`"
    return f"`{value.step}`" if value.step else "the object"


def short(text: str) -> str:
    """Return a text as a message quotes it: on one line, and not too long."""
    text = text.replace("\n", " ")
    return text if len(text) <= 40 else text[:37] + "..."


def wrong_scalar(value: Value, node: Scalar) -> str:
    """Return why a scalar is not valid for its field's type, and what to write."""
    name, wanted = value_name(value), ARTICLES[value.type]
    raw, text = node.value, short(node.text)
    if value.type == "string":
        kind = "a boolean" if isinstance(raw, bool) else "a number"
        return f"{name} must be a string, but YAML reads `{text}` as {kind}: quote it"
    if isinstance(raw, str) and node.style in ('"', "'"):
        return f"{name} must be {wanted}, not the quoted text `{text}`"
    if value.type in INT_RANGES and isinstance(raw, (int, float)) and not isinstance(raw, bool):
        low, high = INT_RANGES[value.type]
        return f"{name} must be {wanted} from {low} to {high}, not `{text}`"
    return f"{name} must be {wanted}, not `{text}`"


def guess_scalar(value: Value, node: Scalar) -> tuple[str, str | int | bool, bool]:
    """Return what was meant by a scalar of the wrong type: as text, as a value, and whether nothing else can be meant.

    The text is empty if that is not clear.
    """
    text = node.text.strip()
    if not text or len(text) > _LONGEST or value.type not in ("boolean", *INT_RANGES):
        return "", "", False
    if value.type == "boolean":
        return _boolean(text.lower())
    number = _number(text)
    if number is None or not integer(number, value.type)[1] or str(number) == text:
        return "", "", False
    return str(number), number, False


def _boolean(text: str) -> tuple[str, str | int | bool, bool]:
    if text in ("true", "false"):
        return text, text == "true", True
    for word, others in _BOOLEANS.items():
        if text in others:
            return word, word == "true", False
    from joblint.kube.nearest import as_written, nearest

    meant = nearest(text, _BOOLEANS, cutoff=_CLOSE, folded=as_written)
    return (meant, meant == "true", False) if meant else ("", "", False)


def _number(text: str) -> int | None:
    """Return the whole number of a text that spells it out, or has letters for digits or separators."""
    if text.lower() in _NUMBERS:
        return _NUMBERS.index(text.lower())
    digits = re.sub(r"(?<=\d)[, '](?=\d{3}(?!\d))", "", text.translate(_LETTERS))
    plain = re.fullmatch(r"-?(?:0|[1-9][0-9]{0,18})", digits)  # 0644 may be octal
    return int(digits) if plain and re.search("[0-9]", text) else None


def add_fix(report: Report, value: Value, node: Scalar) -> Report:
    """Return the report for a scalar of the wrong type with its fix: missing or unneeded quotes, a time's unit."""
    raw = node.value
    text, known, safe = guess_scalar(value, node)
    if text and not (node.style and isinstance(resolve(node.text), bool)):
        report.message += f"; did you mean `{text}`?"
        report.cure(f"write `{text}`", Put(node, known), safe=safe)
    elif value.type in ("boolean", *INT_RANGES) and node.text.lower() in _NOTHING:
        report.message += "; to leave it unset, remove the field"
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
        return report.cure_by(writing_octal(value, raw[-3:]))
    seconds = _seconds(raw) if str(value.step).endswith("Seconds") else None
    return report if seconds is None else report.cure_by(writing(value, seconds))


def _seconds(text: str) -> int | None:
    """Return the whole seconds of a text such as `5m`; None if it is not such a text."""
    from joblint.kube.cron import duration

    try:
        seconds, rest = divmod(duration.parse("".join(text.split())), duration.SECOND)
    except duration.DurationError:
        return None
    return seconds if seconds > 0 and not rest and seconds <= INT_RANGES["int32"][1] else None
