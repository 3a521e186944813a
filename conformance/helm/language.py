"""What the writer can say: conditions with their meaning, and values with what Go and `toYaml` write for them."""

import json
import re
from collections.abc import Callable
from typing import Any

from conformance.helm.model import Choice

WORDS, MINORS = ("x", "y", "z"), ("1.21", "1.24", "1.25", "1.29", "1.33", "1.37")
SAFE = re.compile(r"(?!(?i:yes|no|on|off|true|false|null|y|n)\Z)[A-Za-z][\w./-]*\Z")
PRINTABLE = re.compile(r"[ -!#-\[\]-~]*\Z")  # what `quote` does not change
PLAIN = re.compile(r"(?!.*(?:: | #|:\Z))[A-Za-z/][\w ./:$()-]*(?<! )\Z")
MOST = 999_999  # Go writes greater numbers as `1e+06`

Test = Callable[[Choice], bool]
CONDITIONS: tuple[tuple[str, Test], ...] = (
    ("R.a", lambda c: c.values["a"]),
    ("R.b", lambda c: c.values["b"]),
    ("not R.a", lambda c: not c.values["a"]),
    ("and R.a R.c", lambda c: c.values["a"] and c.values["c"]),
    ("and R.b (not R.a)", lambda c: c.values["b"] and not c.values["a"]),
    ("or R.b (not R.c)", lambda c: c.values["b"] or not c.values["c"]),
    ('eq R.word "x"', lambda c: c.values["word"] == "x"),
    ('eq R.word "y"', lambda c: c.values["word"] == "y"),
    ('ne R.word "y"', lambda c: c.values["word"] != "y"),
    ('or (eq R.word "x") (eq R.word "z")', lambda c: c.values["word"] != "y"),
    ('has R.word (list "x" "y")', lambda c: c.values["word"] != "z"),
    ("R.list", lambda c: bool(c.values["list"])),
    ("gt (len R.list) 1", lambda c: len(c.values["list"]) > 1),
    ("R.a | default false", lambda c: c.values["a"]),
    ('semverCompare ">=1.25-0" $.Capabilities.KubeVersion.Version', lambda c: _minor(c) >= 25),
    ('semverCompare "<1.25.0" $.Capabilities.KubeVersion.GitVersion', lambda c: _minor(c) < 25),
    ('semverCompare "~1.29.0" $.Capabilities.KubeVersion.Version', lambda c: _minor(c) == 29),
    ('$.Capabilities.APIVersions.Has "batch/v1beta1/CronJob"', lambda c: _minor(c) <= 24),
    ('$.Capabilities.APIVersions.Has "batch/v1beta1"', lambda c: _minor(c) <= 24),
)


def _minor(choice: Choice) -> int:
    return int(choice.minor.partition(".")[2])


def go_text(value: Any) -> str:
    """Return what Go writes for a value."""
    return json.dumps(value) if isinstance(value, (bool, int)) else str(value)


def is_safe(value: Any) -> bool:
    """Return whether it is known how `toYaml` writes a value."""
    if isinstance(value, dict):
        return all(SAFE.match(key) and is_safe(inner) for key, inner in value.items())
    if isinstance(value, list):
        return all(map(is_safe, value))
    if isinstance(value, str):
        return SAFE.match(value) is not None
    return isinstance(value, bool) or (isinstance(value, int) and 0 <= value <= MOST)


def to_yaml(value: Any) -> list[str]:
    """Return the lines that `toYaml` writes for a value that is safe."""
    if not isinstance(value, (dict, list)):
        return [go_text(value)]
    if not value:
        return ["{}" if isinstance(value, dict) else "[]"]
    found: list[str] = []
    if isinstance(value, list):
        for inner in value:
            first, *more = to_yaml(inner)
            found += [f"- {first}", *(f"  {line}" for line in more)]
        return found
    for key in sorted(value):
        inner = value[key]
        if isinstance(inner, (dict, list)) and inner:
            pad = "  " if isinstance(inner, dict) else ""
            found += [f"{key}:", *(f"{pad}{line}" for line in to_yaml(inner))]
        else:
            found.append(f"{key}: {to_yaml(inner)[0]}")
    return found
