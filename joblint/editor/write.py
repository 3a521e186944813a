"""Write something new at a place: with its indentation and list style, as JSON in JSON, and with commas if needed."""

import json
import re
from typing import NamedTuple

from joblint.editor import draft
from joblint.editor.draft import Data
from joblint.editor.place import Place
from joblint.manifests.source import indent_of
from joblint.manifests.yaml.tree import Mapping, Scalar

_STEP = 2
_LIST = re.compile(r"^(?P<key>[ ]*(?:- +)?)[\w.]+:[ \t]*\r?\n(?P<dash>[ ]*)- ", re.MULTILINE)
_NESTED = re.compile(r"^(?P<key>[ ]*(?:- +)?)[\w.]+:[ \t]*\r?\n(?P<inner>[ ]+)[\w\"']", re.MULTILINE)


class Written(NamedTuple):
    """The replacement for [start, end) of the file: `text` in snippet syntax, and the `match` for what is typed."""

    start: int
    end: int
    text: str
    match: str


class Writer:
    """Writes a proposal at one place."""

    def __init__(self, place: Place) -> None:
        self.place, self.text = place, place.document.text
        self.start, self.end = place.span
        block = place.document.block
        self.prefix = block.segments.prefix if block else ""
        self.newline = "\r\n" if "\r\n" in self.text else "\n"
        json_file = place.document.source.language == "json"
        self.quotes = place.flow and (json_file or self._quoted_keys())
        self.lines = place.flow and (json_file or self.text.lstrip()[:1] == "{")  # JSON, not a flow collection in YAML

    def _quoted_keys(self) -> bool:
        owner = self.place.owner
        if isinstance(owner, Mapping) and owner.entries and self.place.entry is None:
            key = owner.entries[0].key
            return isinstance(key, Scalar) and key.style == '"'
        return self.text.lstrip()[:1] in ("{", "[")

    def key(self, name: str, value: Data) -> Written:
        """Return an entry, or only its key if a value is already there."""
        place = self.place
        key = json.dumps(name) if self.quotes else draft.key(name)
        if place.entry is not None and self._has_colon():
            return self._written([key], key)
        if place.flow:
            lines = draft.braces({name: value}, self._step(), self.quotes, self.lines)
            inner = self._unwrapped(lines)
            return self._written(inner, key, self._comma())
        return self._written(self._block().entry(name, value), key)

    def keys(self, data: dict[str, Data], match: str) -> Written:
        """Return several entries."""
        if self.place.flow:
            inner = self._unwrapped(draft.braces(data, self._step(), self.quotes, self.lines))
            return self._written(inner, json.dumps(match) if self.quotes else match, self._comma())
        return self._written(self._block().lines(data), match)

    def item(self, value: Data, match: str) -> Written:
        """Return an element of a list, with its dash."""
        if self.place.flow:
            return self._written(draft.braces(value, self._step(), self.quotes, self.lines), match, self._comma())
        return self._written(self._block().lines([value]), f"- {match}")

    def value(self, text: str, plain: bool = False) -> Written:
        """Return a scalar, in the quotes that are already there; `plain`: it is not a string."""
        node = self.place.node
        style = node.style if isinstance(node, Scalar) else ""
        if plain:
            written = text
        elif self.quotes or style == '"':
            written = json.dumps(text, ensure_ascii=False)
        else:
            written = draft.value(text, style, self.place.flow)
        blank = " " if self._follows_colon() else ""
        return self._written([blank + draft.escaped(written)], written)

    def _follows_colon(self) -> bool:
        """Check whether the place is right after a colon or dash, where YAML needs a blank."""
        place = self.place
        return place.start == place.end and self.text[place.start - 1 : place.start] in (":", "-")

    def _has_colon(self) -> bool:
        return self.text[self.place.end : self.place.end + 20].lstrip(" \t").startswith(":")

    def _unwrapped(self, lines: list[str]) -> list[str]:
        """Return the lines of a mapping without its braces."""
        if len(lines) == 1:
            return [lines[0][1:-1]]
        step = self._step()
        return [line[step:] for line in lines[1:-1]]

    def _comma(self) -> str:
        """Return a comma if more follows."""
        rest = self.text[self.place.end :].lstrip()[:1]
        return "," if rest and rest not in ",]}:" else ""

    def _written(self, lines: list[str], match: str, after: str = "") -> Written:
        indent = " " * (self.place.column if not self.place.flow else self._indent())
        joined = (self.newline + self.prefix + indent).join(lines) + after
        return Written(self.start, self.end, draft.numbered(joined), match)

    def _indent(self) -> int:
        """Return the indentation of the place's line."""
        line = self.text[self.text.rfind("\n", 0, self.place.start) + 1 : self.place.start]
        return indent_of(line)

    def _block(self) -> draft.Block:
        return draft.Block(self._step(), self._flush())

    def _step(self) -> int:
        found = _NESTED.search(self.text)
        step = len(found["inner"]) - len(found["key"]) if found else 0
        return step if step > 0 else _STEP

    def _flush(self) -> bool:
        found = _LIST.search(self.text)
        return found is None or len(found["dash"]) <= len(found["key"])
