"""Configuration keys set on the command line: `--severity RULE=LEVEL` and `--per-path PATTERN:KEY=VALUE`.

A value is turned into the JSON of a configuration and read as one: both accept the same and report the same.
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from joblint.project.config.keys import KEYS, OFF, PER_PATH
from joblint.project.config.kinds import Flag, Table, Words
from joblint.project.config.patterns import PatternError, Patterns, check
from joblint.project.config.read import Given, Section, read_text
from joblint.rule.finding import SEVERITIES

SEVERITY = "severity"
_SECTION = re.compile(r"(?P<pattern>.+):(?P<key>[\w-]+)=(?P<value>.*)", re.DOTALL)

_EXAMPLES = {SEVERITY: "warning", "feature-gates": "true", "options": "10"}


class LineError(ValueError):
    """Raised for an option that is not valid; the message says why."""


def severities(options: Iterable[str]) -> tuple[Given, ...]:
    """Return the values of `--severity`; if a name is given twice, the last is used. Raises LineError."""
    text = ",".join(options)
    return _given(SEVERITY, text, f"--{SEVERITY}", False) if _words(text) else ()


def sections(options: Sequence[str], base: str) -> tuple[Section, ...]:
    """Return the sections of `--per-path`, in order, for paths below the directory `base`. Raises LineError."""
    return tuple(_section(option, base) for option in options)


def _section(option: str, base: str) -> Section:
    found = _SECTION.fullmatch(option)
    if found is None:
        raise LineError(f"--{PER_PATH} `{option}`: write PATTERN:KEY=VALUE, such as 'old/**:ignore=missing-ttl'")
    pattern = found["pattern"]
    try:
        check(pattern)
    except PatternError as error:
        raise LineError(f"--{PER_PATH}: {error}") from None
    origin = f"--{PER_PATH} {option}"
    return Section(Patterns([pattern], base, origin), _given(found["key"], found["value"], origin, True))


def _given(key: str, value: str, origin: str, per_path: bool) -> tuple[Given, ...]:
    """Return the values that a key is set to. Raises LineError."""
    try:
        content = _content(key, value)
    except ValueError as error:
        raise LineError(f"{origin}: {error}") from None
    given, wrong = read_text(json.dumps({key: content}), origin, per_path)
    if wrong:
        what = "; ".join(one.message for one in wrong)
        raise LineError(f"{origin}: {what if per_path else what.removeprefix(f'`{key}`: ')}")
    return given


def _content(key: str, value: str) -> Any:
    """Return a value as in a configuration: a list of words, a mapping of NAME=VALUE, or a text. Raises ValueError."""
    kind = KEYS[key].kind if key in KEYS else None
    if isinstance(kind, Words):
        return _words(value)
    if not isinstance(kind, Table):
        return _typed(value) if isinstance(kind, Flag) else value
    found: dict[str, Any] = {}
    for word in _words(value):
        name, equals, setting = (part.strip() for part in word.partition("="))
        if not equals and key == SEVERITY and word in (*SEVERITIES, OFF):
            raise ValueError(f"`{word}` names no rule: write RULE={word}, such as missing-ttl={word}")
        if not equals or not name:
            raise ValueError(f"`{word}` has no {'value' if name else 'name'}: write {name or 'NAME'}={_EXAMPLES[key]}")
        owner, dot, name = name.rpartition(".")
        if dot and key == "options":
            found.setdefault(owner, {})[name] = _typed(setting)
        else:
            found[f"{owner}{dot}{name}"] = _typed(setting)
    return found


def _typed(word: str) -> str | bool | int:
    """Return a word as a configuration would read it without quotes."""
    if word in ("true", "false"):
        return word == "true"
    return int(word) if word.isascii() and word.isdigit() and len(word) < 10 else word


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
