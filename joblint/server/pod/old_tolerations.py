"""Tolerations as JSON in an annotation, as before 1.6; the server still validates them, but they have no effect.

Source: pkg/apis/core/helper/helpers.go, GetTolerationsFromPodAnnotations; Go's encoding/json, which accepts a
field's name in any case, ignores null, and refuses a number that is not written as an integer.
"""

import json
from typing import Any

from joblint.rule.value import Opaque, Value
from joblint.server.decode.scalars import INT_RANGES

_FIELDS = {"key": "string", "operator": "string", "value": "string", "effect": "string", "tolerationSeconds": "int64"}
_FOLDED = {name.casefold(): name for name in _FIELDS}
_LONGEST = 20  # digits and sign of an int64; Python does not read numbers of any length


class _Object(list[tuple[str, Any]]):
    """The pairs of a JSON object: a name may be repeated."""


def read(template: Value, annotation: Value) -> list[Value]:
    """Return the tolerations in an annotation of a pod template, at the places that the server names.

    Raises ValueError, with a message, if the text is not JSON of tolerations; Opaque if it is too deep.
    """
    owner = Value("Annotations", annotation.node, annotation.key, template, "annotations", {})
    listed = Value("[]Toleration", annotation.node, annotation.key, owner, annotation.step, [])
    parsed = _parse(str(annotation.scalar()))
    if parsed is not None and (not isinstance(parsed, list) or isinstance(parsed, _Object)):
        raise ValueError("must be a JSON list")
    listed.data = [_toleration(content, listed, index) for index, content in enumerate(parsed or ())]
    return list(listed.data)


def _parse(text: str) -> Any:
    try:
        return json.loads(text, parse_int=_integer, parse_constant=_constant, object_pairs_hook=_Object)
    except RecursionError:
        raise Opaque from None
    except ValueError as error:
        raise ValueError(f"is not valid JSON: {error}") from None


def _integer(text: str) -> float:
    return int(text) if len(text) <= _LONGEST else float(text)


def _constant(text: str) -> None:
    raise ValueError(f"{text} is not allowed")


def _toleration(content: Any, listed: Value, index: int) -> Value:
    entry = Value("Toleration", listed.node, None, listed, index, {})
    if content is not None and not isinstance(content, _Object):
        raise ValueError(f"must have a JSON object at index {index}")
    for name, value in content or ():
        field = _FOLDED.get(name.casefold())
        if field is None or value is None:
            continue
        if not _fits(value, _FIELDS[field]):
            kind = "a string" if _FIELDS[field] == "string" else "a whole number"
            raise ValueError(f"must have {kind} as `{field}`")
        entry.data[field] = Value(_FIELDS[field], listed.node, listed.key, entry, field, value)
    return entry


def _fits(value: Any, type_: str) -> bool:
    if type_ == "string":
        return isinstance(value, str)
    low, high = INT_RANGES[type_]
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
