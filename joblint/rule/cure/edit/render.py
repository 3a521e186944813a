"""Writing values in the style of the text around them."""

import json
import re

from joblint.manifests.yaml.scalar import resolve
from joblint.manifests.yaml.tree import Node, Scalar
from joblint.rule.cure.cure import Data, Octal
from joblint.rule.cure.edit.text import Impossible, Patch, line_end

# The value itself starts after its anchor and tag.
_PROPERTIES = re.compile(r"(?:[&!]\S*[ \t]+)*")
# A plain scalar that no reader misreads; with a comma it must not be in brackets.
_PLAIN = re.compile(r"(?:[A-Za-z0-9_./$]|--?(?=[A-Za-z]))(?:[-A-Za-z0-9_./@+()=,<>~*%^$]|:(?=[^\s,])| (?=[^\s#:]))*\Z")


def scalar(data: Data, *, style: str = "", flow: bool = False) -> str:
    """Return a scalar as YAML, in the requested quotes if possible, otherwise plain or in double quotes."""
    if isinstance(data, Octal) and style != '"':
        return f"0{data:o}"
    if data is None or isinstance(data, (bool, int)):
        return json.dumps(data)
    if not isinstance(data, str):
        raise Impossible
    if style == "'" and data.isprintable():
        return "'" + data.replace("'", "''") + "'"
    if style != '"' and _is_plain(data, flow):
        return data
    return json.dumps(data, ensure_ascii=not data.isprintable())


def _is_plain(text: str, flow: bool) -> bool:
    return bool(_PLAIN.match(text)) and not (flow and "," in text) and isinstance(resolve(text), str)


def inline(data: Data, *, style: str = "") -> str:
    """Return a value on one line; `style` is the quotes of keys and strings: those of JSON, or none."""
    if isinstance(data, dict):
        inner = ", ".join(f"{scalar(k, style=style, flow=True)}: {inline(v, style=style)}" for k, v in data.items())
        return "{" + inner + "}"
    if isinstance(data, list):
        return "[" + ", ".join(inline(item, style=style) for item in data) + "]"
    return scalar(data, style=style, flow=True)


class Block:
    """Writes values in block style, indented by `step` columns; lists are at the column of their key if `flush`."""

    def __init__(self, step: int, flush: bool) -> None:
        self.step, self.flush = step, flush

    def lines(self, data: Data) -> list[str]:
        """Return the lines of a value."""
        if isinstance(data, dict) and data:
            return [line for key, value in data.items() for line in self.entry(key, value)]
        if isinstance(data, list) and data:
            return [line for item in data for line in self._item(item)]
        return [self.small(data)]

    def entry(self, key: str, value: Data) -> list[str]:
        """Return the lines of `key: value`."""
        head, lines = self.small(key) + ":", self.lines(value)
        if not (isinstance(value, (dict, list)) and value):
            return [f"{head} {lines[0]}"]
        blanks = "" if self.flush and isinstance(value, list) else " " * self.step
        return [head, *(blanks + line for line in lines)]

    def small(self, data: Data) -> str:
        """Return a key, a scalar, or an empty mapping or list."""
        return inline(data) if isinstance(data, (dict, list)) else scalar(data)

    def _item(self, value: Data) -> list[str]:
        first, *others = self.lines(value)
        return ["- " + first, *("  " + line for line in others)]


def quote_scalar(text: str, node: Node) -> Patch:
    """Return the patch that puts a plain scalar in double quotes."""
    start, end = content_span(text, node)
    if not isinstance(node, Scalar) or node.style or "\n" in text[start:end]:
        raise Impossible
    return Patch(start, end, json.dumps(node.text, ensure_ascii=False))


def replace_scalar(text: str, node: Node, data: Data) -> Patch:
    """Return the patch that replaces a scalar by another value."""
    start, end = content_span(text, node)
    if not isinstance(node, Scalar) or node.style in ("|", ">"):
        raise Impossible
    # It is not in brackets if it has a comma, or if nothing after it closes them.
    flow = "," not in node.text and _is_in_brackets(text, end)
    scalars = not isinstance(data, (dict, list))
    written = scalar(data, style=node.style, flow=flow) if scalars else inline(data, style=node.style)
    if start == end:  # nothing is written after the colon
        written = " " + written
    return Patch(start, end, written)


def _is_in_brackets(text: str, end: int) -> bool:
    """Return whether a plain scalar that ends at `end` is in brackets: their next sign follows it or its comments."""
    while end < len(text):
        stop = line_end(text, end)
        rest = text[end:stop].strip()
        if rest and not rest.startswith("#"):
            return rest[0] in ",]}"
        end = stop
    return False


def rename_key(text: str, key: Node, name: str) -> Patch:
    """Return the patch that replaces a key by another name, in the same quotes."""
    start, end = content_span(text, key)
    if not isinstance(key, Scalar) or key.style in ("|", ">") or start == end:
        raise Impossible
    return Patch(start, end, scalar(name, style=key.style))


def content_span(text: str, node: Node) -> tuple[int, int]:
    """Return the span of a node without its anchor and tag."""
    match = _PROPERTIES.match(text, node.start, node.end)
    start = match.end() if match else node.start
    if text[start : start + 1] in ("&", "!") and start < node.end:  # only an anchor, without content
        raise Impossible
    return start, node.end
