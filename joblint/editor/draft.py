"""Write the text of completions: data with holes for the author to fill in, as YAML or JSON, in snippet syntax.

Data is made of dicts, lists and scalars. A hole is written `${:text}` (with a default text that the author can
replace), `${|a,b|}` (a choice) or `${}`; the holes are numbered when the whole is written. That is the snippet syntax
of the language server protocol; `plain` removes the holes again.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from joblint.manifests.yaml.scalar import resolve
from joblint.rule.cure.edit import render

Data = Any
OPEN: Data = {"": "${}"}  # a mapping whose fields are left to the author: a line for its first key
_HOLE = re.compile(r"\$\{(?P<rest>:[^}]*|\|[^}]*\||)\}")
_NUMBERED = re.compile(r"\\(?P<escaped>[$}\\])|\$(?:\{\d+(?::(?P<text>[^}]*)|\|(?P<choices>[^|}]*)\|)?\}|\d+)")


def hole(text: str = "", choices: tuple[str, ...] = ()) -> str:
    """Return a hole, with its default text, or with the texts to choose from."""
    if choices:
        return "${|" + ",".join(choices) + "|}"
    return "${:" + text + "}" if text else "${}"


class Block(render.Block):
    """Writes like a fix, except for holes, keys that are holes, and lists of numbers, which are put on one line."""

    def entry(self, key: str, value: Data) -> list[str]:
        """Return the lines of `key: value`, or only of the value if the key is left to the author."""
        if not key:
            return [_scalar(value)]
        if isinstance(value, list) and value and all(_is_number(item) for item in value):
            return [f"{_scalar(key)}: [{', '.join(map(_scalar, value))}]"]
        return super().entry(key, value)

    def small(self, data: Data) -> str:
        """Return the text of a key, a scalar, or an empty mapping or list."""
        return _scalar(data)


def braces(data: Data, step: int, quotes: bool, lines: bool) -> list[str]:
    """Return the lines of a value in brackets: one line, or several if `lines`. `quotes`: keys and texts are quoted."""
    write: Callable[[Data], list[str]] = lambda value: braces(value, step, quotes, lines)  # noqa: E731
    if isinstance(data, dict):
        heads = (f"{_key(key, quotes)}: " if key else "" for key in data)
        parts = [
            _prefixed(head, [data[""]] if not head else write(data[key])) for head, key in zip(heads, data, strict=True)
        ]
        return _enclosed("{}", parts, step, lines)
    if isinstance(data, list):
        return _enclosed("[]", [write(item) for item in data], step, lines and any(map(_is_collection, data)))
    return [_quoted(data) if quotes else _scalar(data, flow=True)]


def _is_collection(data: Data) -> bool:
    return isinstance(data, (dict, list))


def _enclosed(brackets: str, parts: list[list[str]], step: int, lines: bool) -> list[str]:
    if not parts:
        return [brackets]
    if not lines:
        return [brackets[0] + ", ".join("".join(part) for part in parts) + brackets[1]]
    inner = [line for part in parts[:-1] for line in [*part[:-1], part[-1] + ","]] + parts[-1]
    return [brackets[0], *(" " * step + line for line in inner), brackets[1]]


def _prefixed(head: str, lines: list[str]) -> list[str]:
    return [head + lines[0], *lines[1:]]


def _key(key: str, quotes: bool) -> str:
    return json.dumps(key) if quotes else _scalar(key, flow=True)


def _scalar(data: Data, flow: bool = False) -> str:
    if _is_collection(data):
        return json.dumps(data)  # an empty one
    if isinstance(data, str) and "${" in data:
        return data
    return render.scalar(data, flow=flow)


def key(name: str) -> str:
    """Return a key in YAML."""
    return render.scalar(name, flow=True)


def value(text: str, style: str, flow: bool) -> str:
    """Return a string in YAML, in the given style of quotes if possible."""
    return render.scalar(text, style=style if style in ("'", '"') else "", flow=flow)


def _quoted(data: Data) -> str:
    if not isinstance(data, str) or _is_number(data):
        return data if isinstance(data, str) else json.dumps(data)
    if data.startswith('"'):
        return data
    return f'"{data}"' if "${" in data else json.dumps(data, ensure_ascii=False)


def _is_number(data: Data) -> bool:
    """Check whether a value, or the default of a hole, is a number, true or false."""
    if not isinstance(data, str):
        return not isinstance(data, (dict, list))
    found = _HOLE.fullmatch(data)
    if found is None:
        return False
    first = found["rest"].strip(":|").partition(",")[0]
    return bool(first) and not isinstance(resolve(first), str)


def numbered(text: str) -> str:
    """Return a text with its holes numbered from 1, as in snippets."""
    count = 0

    def number(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"${{{count}{found['rest']}}}" if found["rest"] else f"${count}"

    return _HOLE.sub(number, text)


def escaped(text: str) -> str:
    """Return a text escaped for snippets."""
    return re.sub(r"([$}\\])", r"\\\1", text)


def plain(text: str) -> str:
    """Return a snippet with each hole replaced by its default text, or its first choice."""

    def fill(found: re.Match[str]) -> str:
        return found["escaped"] or found["text"] or (found["choices"] or "").partition(",")[0]

    return _NUMBERED.sub(fill, text)
