"""The values that helm's `--set` sets, such as `a.b=1,c={x,y}`, each with its place in the text.

Source: helm 3.22, pkg/strvals/parser.go. A list is a mapping from its indexes, because `a[65536]=1` is also one.
"""

import re
from typing import NamedTuple

from joblint.manifests.yaml.tree import Entry, Mapping, Node, Scalar, Sequence

_MAX_INDEX, _MAX_NAMES = 65536, 30
_MAX_DEPTH = 200  # of lists in lists; helm has no limit
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BITS, _MAX_DIGITS = 63, 4000
_WORDS = {"true": True, "false": False, "null": None, "0": 0}


class Leaf(NamedTuple):
    """A value, and its span in the text."""

    value: str | int | bool | None
    start: int
    end: int


class List(dict[int, "Part"]):
    """A list: its elements by their indexes; those without one are null."""

    size = 0


Part = Leaf | List | dict[str, "Part"]


class _End(Exception):
    """The text ends here."""


class Reader:
    """A reader of one text. With `is_string`, each value is a string, as with `--set-string`."""

    def __init__(self, text: str, is_string: bool) -> None:
        self.text, self.is_string = text, is_string
        self.at = 0

    def read(self) -> dict[str, Part]:
        """Return the values. Raises ValueError for a text that helm refuses."""
        values: dict[str, Part] = {}
        try:
            while True:
                self._key(values, 0, 0)
        except _End:
            return values

    def _until(self, stops: str) -> tuple[str, str]:
        """Return the text up to one of some characters, and that character; an empty one at the end of the text."""
        found: list[str] = []
        while self.at < len(self.text):
            character = self.text[self.at]
            self.at += 1
            if character in stops:
                return "".join(found), character
            if character == "\\":
                if self.at == len(self.text):
                    break
                character = self.text[self.at]
                self.at += 1
            found.append(character)
        return "".join(found), ""

    def _key(self, values: dict[str, Part], names: int, depth: int) -> None:
        if depth > _MAX_DEPTH:
            raise ValueError("is nested too deeply")
        key, stop = self._until("=[,.")
        if not stop and not key:
            raise _End
        if not stop or stop == ",":
            raise ValueError(f"`{key}` has no value")
        if stop == "[":
            self._list(values, key, names, depth)
        elif stop == ".":
            self._nested(values, key, names + 1, depth)
        else:
            value, ends = self._value()
            _set(values, key, value)
            if ends:
                raise _End

    def _list(self, values: dict[str, Part], key: str, names: int, depth: int) -> None:
        index = self._index()
        found = values.get(key, List())
        if not isinstance(found, List):
            raise ValueError(f"`{key}` is not a list")
        try:
            self._item(found, index, names, depth + 1)
        finally:
            _set(values, key, found)

    def _nested(self, values: dict[str, Part], key: str, names: int, depth: int) -> None:
        if names > _MAX_NAMES:
            raise ValueError(f"a name has more than {_MAX_NAMES} parts")
        inner = values.get(key, dict[str, Part]())
        if isinstance(inner, Leaf | List):
            raise ValueError(f"`{key}` is not a mapping")
        try:
            self._key(inner, names, depth + 1)
        except _End:
            if inner:
                _set(values, key, inner)
            raise
        if not inner:
            raise ValueError(f"`{key}` has no value")
        _set(values, key, inner)

    def _index(self) -> int:
        digits, stop = self._until("]")
        if not stop or not _INTEGER.fullmatch(digits):
            raise ValueError("an index must be a number in brackets, such as `a[0]`")
        index = int(digits) if len(digits) <= _MAX_DIGITS else -1
        if not 0 <= index <= _MAX_INDEX:
            raise ValueError(f"an index must be between 0 and {_MAX_INDEX}")
        return index

    def _item(self, found: List, index: int, names: int, depth: int) -> None:
        """Read what follows an index, and set the element."""
        if depth > _MAX_DEPTH:
            raise ValueError("is nested too deeply")
        between, stop = self._until("[.=")
        if between:
            raise ValueError(f"`{between}` must not follow an index")
        if not stop:
            raise _End
        value: Part
        if stop == "=":
            value, _ = self._value()
        elif stop == "[":
            following = self._index()
            held = found.get(index, List())
            value = List() if isinstance(held, Leaf) and held.value is None else held
            if not isinstance(value, List):
                raise ValueError("an element is not a list")
            self._item(value, following, names, depth + 1)
        else:
            there = found.get(index)
            inner = there if isinstance(there, dict) and not isinstance(there, List) else dict[str, Part]()
            if index < found.size:
                found[index] = inner
            self._key(inner, names, depth + 1)
            value = inner
        found[index] = value
        found.size = max(found.size, index + 1)

    def _value(self) -> tuple[Part, bool]:
        """Return a value, and whether the text ends before it."""
        start = self.at
        if start == len(self.text):
            return Leaf("", start, start), True
        if self.text[start] != "{":
            return self._leaf(*self._until(",")), False
        self.at += 1
        found = List()
        while True:
            word, stop = self._until(",}")
            if not stop:
                raise ValueError("a list must end with `}`")
            found[found.size] = self._leaf(word, stop)
            found.size += 1
            if stop == "}":
                self.at += self.text.startswith(",", self.at)
                return found, False

    def _leaf(self, word: str, stop: str) -> Leaf:
        end = self.at - len(stop)
        return Leaf(word if self.is_string else _typed(word), max(end - len(word), 0), end)


def _typed(word: str) -> str | int | bool | None:
    folded = word.casefold()
    if folded in _WORDS:
        return _WORDS[folded]
    if not word.startswith("0") and len(word) <= _MAX_DIGITS and _INTEGER.fullmatch(word):
        number = int(word)
        if -(1 << _BITS) <= number < 1 << _BITS:
            return number
    return word


def _set(values: dict[str, Part], key: str, value: Part) -> None:
    if key:
        values[key] = value


def tree(text: str, is_string: bool = False) -> Mapping:
    """Return the values that a text sets as a tree. Raises ValueError, with the reason, for one that helm refuses."""
    node = _node(Reader(text, is_string).read(), len(text))
    assert isinstance(node, Mapping)
    return node


def _node(part: Part, size: int) -> Node:
    if isinstance(part, Leaf):
        return Scalar(part.start, part.end, part.value, str(part.value), "")
    if isinstance(part, List):
        return Sequence(0, size, True)  # no template names an element plainly
    made = Mapping(0, size, True)
    made.entries = [Entry(key, Scalar(0, 0, key, key, ""), _node(value, size), False) for key, value in part.items()]
    return made
