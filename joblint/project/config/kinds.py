"""The kinds of values in a configuration: each reads a node of the file, and describes its values as JSON Schema.

`read(node)` yields the ConfigValues in a node, and a Mistake for each part that is not valid, and continues after one.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from joblint.kube.nearest import did_you_mean
from joblint.manifests.yaml.tree import Mapping, Node, Scalar, Sequence, target

Check = Callable[[str], None]  # raises ValueError for a word that does not exist
Schema = dict[str, Any]
_SHOWN = 40  # characters of a value in a message
MUST_BE = "must be "  # how the message of a wrong value begins: it is written after the key's name


class ConfigValue(NamedTuple):
    """One value and its node; `name` is its key if it is in a mapping. A `value` of None is an empty list."""

    value: str | bool | int | None
    node: Node
    name: str = ""


class Mistake(NamedTuple):
    """A node that is not valid, and why."""

    node: Node
    message: str


Read = Iterator[ConfigValue | Mistake]


def shown(node: Node) -> str:
    """Return a value as messages quote it."""
    if isinstance(node, Mapping | Sequence):
        return "a mapping" if isinstance(node, Mapping) else "a list"
    if not isinstance(node, Scalar) or not node.text:
        return "empty"
    return f"`{node.text[:_SHOWN]}`" + ("…" if len(node.text) > _SHOWN else "")


class Kind:
    """The kind of values that a key accepts; `said` is its name in messages."""

    said = ""

    def read(self, node: Node) -> Read:
        """Yield the values in a node."""
        raise NotImplementedError

    def schema(self) -> Schema:
        """Return the JSON Schema of such values."""
        raise NotImplementedError

    def unquoted(self, node: Node) -> bool:
        """Check whether a string would be valid without its quotes."""
        return False

    def wrong(self, node: Node) -> Mistake:
        """Return the mistake for a value of another type."""
        hint = ""
        if isinstance(node, Scalar) and isinstance(node.value, bool) and node.text.lower() not in ("true", "false"):
            hint = f": YAML reads `{node.text}` as {str(node.value).lower()}; put it in quotes"
        elif self.unquoted(node):
            return Mistake(node, f"{MUST_BE}{self.said}, not a string: write {shown(node)} without quotes")
        return Mistake(node, f"{MUST_BE}{self.said}, not {shown(node)}{hint}")


class Choice(Kind):
    """One of some words."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)
        self.said = " or ".join((", ".join(f"`{word}`" for word in self.words[:-1]), f"`{self.words[-1]}`"))

    def read(self, node: Node) -> Read:
        """Yield the word."""
        # YAML reads `off` as false; here it is a word.
        word = node.text if isinstance(node, Scalar) else ""
        if word in self.words:
            yield ConfigValue(word, node)
        else:
            mistake = self.wrong(node)
            yield mistake._replace(message=mistake.message + (did_you_mean(word, self.words) if word else ""))

    def schema(self) -> Schema:
        """Return an enum of the words."""
        return {"enum": list(self.words)}


class Flag(Kind):
    """True or false."""

    said = "`true` or `false`"

    def read(self, node: Node) -> Read:
        """Yield the boolean."""
        # `yes` and `off` are booleans in YAML 1.1 only: an editor with the schema refuses them.
        if isinstance(node, Scalar) and isinstance(node.value, bool) and node.text.lower() in ("true", "false"):
            yield ConfigValue(node.value, node)
        else:
            yield Mistake(node, f"{MUST_BE}{self.said}, not {shown(node)}")

    def unquoted(self, node: Node) -> bool:
        """Check whether a node is a boolean in quotes."""
        return isinstance(node, Scalar) and isinstance(node.value, str) and node.text in ("true", "false")

    def schema(self) -> Schema:
        """Return the schema of a boolean."""
        return {"type": "boolean"}


class Whole(Kind):
    """An integer of at least `least`."""

    def __init__(self, least: int) -> None:
        self.least = least
        self.said = f"an integer of at least {least}"

    def read(self, node: Node) -> Read:
        """Yield the number."""
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, int) and not isinstance(value, bool) and value >= self.least:
            yield ConfigValue(value, node)
        else:
            yield self.wrong(node)

    def unquoted(self, node: Node) -> bool:
        """Check whether a node is a number in quotes."""
        return isinstance(node, Scalar) and isinstance(node.value, str) and node.text.isascii() and node.text.isdigit()

    def schema(self) -> Schema:
        """Return the schema of an integer."""
        return {"type": "integer", "minimum": self.least}


class Word(Kind):
    """A string that `check` accepts. With `numbers`, `1.30` without quotes is also the string `1.30`."""

    def __init__(self, said: str, check: Check, schema: Callable[[], Schema], numbers: bool = False) -> None:
        self.said, self.check, self._schema, self.numbers = said, check, schema, numbers

    def read(self, node: Node) -> Read:
        """Yield the string."""
        if not isinstance(node, Scalar) or not self._is_text(node):
            yield self.wrong(node)
            return
        try:
            self.check(node.text)
        except ValueError as error:
            yield Mistake(node, str(error))
        else:
            yield ConfigValue(node.text, node)

    def _is_text(self, node: Scalar) -> bool:
        number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
        return isinstance(node.value, str) or (self.numbers and number)

    def schema(self) -> Schema:
        """Return the schema of the string."""
        return self._schema()


class Words(Kind):
    """One word, or a list of them."""

    def __init__(self, word: Word, said: str, empty: bool = True) -> None:
        """If `empty` is set, the list may be empty."""
        self.word, self.said, self.empty = word, said, empty

    def read(self, node: Node) -> Read:
        """Yield the words; for an empty list, a ConfigValue of None."""
        if isinstance(node, Sequence):
            if not node.items:
                yield (
                    ConfigValue(None, node) if self.empty else Mistake(node, f"{MUST_BE}{self.said}, not an empty list")
                )
            for item in node.items:
                yield from self.word.read(target(item))
        elif isinstance(node, Mapping) or (isinstance(node, Scalar) and node.value is None):
            yield self.wrong(node)
        else:
            yield from self.word.read(node)

    def schema(self) -> Schema:
        """Return the schema of a string or an array of them."""
        one = self.word.schema()
        return {"anyOf": [one, {"type": "array", "items": one, **({} if self.empty else {"minItems": 1})}]}


class Table(Kind):
    """A mapping from names that `check` accepts to values; `of` gives the kind of the value of a name."""

    def __init__(self, said: str, check: Check, of: Callable[[str], Kind], schema: Callable[[], Schema]) -> None:
        self.said, self.check, self.of, self._schema = said, check, of, schema

    def read(self, node: Node) -> Read:
        """Yield the values, each with its name; in nested tables the name is dotted, `outer.inner`."""
        if not isinstance(node, Mapping):
            yield self.wrong(node)
            return
        seen: set[str] = set()
        for entry in node.entries:
            try:
                if entry.name in seen:
                    raise ValueError(f"`{entry.name}` is set twice")
                self.check(entry.name)
            except ValueError as error:
                yield Mistake(entry.key, str(error))
                continue
            seen.add(entry.name)
            for found in self.of(entry.name).read(target(entry.value)):
                if isinstance(found, ConfigValue):
                    yield found._replace(name=f"{entry.name}.{found.name}" if found.name else entry.name)
                else:
                    yield found._replace(message=f"`{entry.name}` {found.message}")

    def schema(self) -> Schema:
        """Return the schema of an object."""
        return self._schema()
