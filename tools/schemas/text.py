"""The layout of the files: JSON that folds what fits on a line, and YAML in the few forms that features.yaml needs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

WIDTH = 118


def dump(value: Any, indent: int = 0, before: int = 0) -> str:
    """Return JSON with sorted keys, one member per line unless it fits on one line. The result is deterministic.

    indent: of the line that the value begins on; before: how many characters of that line are used.
    """
    flat = json.dumps(value, sort_keys=True, ensure_ascii=False)
    if before + len(flat) <= WIDTH or not isinstance(value, (dict, list)) or not value:
        return flat
    inner, pad = indent + 1, " " * (indent + 1)
    if isinstance(value, dict):
        keys = {key: f"{pad}{json.dumps(key, ensure_ascii=False)}: " for key in sorted(value)}
        lines = [text + dump(value[key], inner, len(text)) for key, text in keys.items()]
    else:
        lines = [pad + dump(item, inner, inner) for item in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n" + ",\n".join(lines) + "\n" + " " * indent + closing


def scalar(value: Any) -> str:
    """Return a scalar or a small collection as YAML, on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {scalar(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(scalar(v) for v in value) + "]"
    if (
        isinstance(value, str)
        and value.replace("/", "").replace(".", "").replace("-", "").isalnum()
        and not value[0].isdigit()
    ):
        return value
    return json.dumps(value, ensure_ascii=False)
