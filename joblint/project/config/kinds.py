"""The kinds of values in a configuration: each reads a node of the file, and says as JSON Schema what it takes.

`read(node)` yields the Values in a node, and a Mistake for each thing that is none: it goes on behind one.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from joblint.manifests.yaml.tree import Mapping, Node, Scalar, Sequence, target
from joblint.rule.near import near

Check = Callable[[str], None]  # raises ValueError for a word that does not exist
Schema = dict[str, Any]
_SHOWN = 40  # characters of a value in a message


class Value(NamedTuple):
    """One value and where it stands; `name` is what it is the value of, in a mapping. None: an empty list."""

    value: str | bool | int | None
    node: Node
    name: str = ""


class Mistake(NamedTuple):
    """What is wrong with a node."""

    node: Node
    message: str


Read = Iterator[Value | Mistake]


def shown(node: Node) -> str:
    """A value in a message."""
    if isinstance(node, Mapping | Sequence):
        return "a mapping" if isinstance(node, Mapping) else "a list"
    if not isinstance(node, Scalar) or not node.text:
        return "nothing"
    return f"`{node.text[:_SHOWN]}`" + ("…" if len(node.text) > _SHOWN else "")


class Kind:
    """What a key takes: `said` in words."""

    said = ""

    def read(self, node: Node) -> Read:
        """The values in a node."""
        raise NotImplementedError

    def schema(self) -> Schema:
        """What it takes as JSON Schema."""
        raise NotImplementedError

    def unquoted(self, node: Node) -> bool:
        """Whether a string would be one of its values if it were not in quotes."""
        return False

    def wrong(self, node: Node) -> Mistake:
        """A value of another type."""
        hint = ""
        if isinstance(node, Scalar) and isinstance(node.value, bool) and node.text.lower() not in ("true", "false"):
            hint = f": `{node.text}` is {str(node.value).lower()} to YAML; put it in quotes"
        elif self.unquoted(node):
            return Mistake(node, f"takes {self.said}, not a string: write {shown(node)} without quotes")
        return Mistake(node, f"takes {self.said}, not {shown(node)}{hint}")


class Choice(Kind):
    """One of some words."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)
        self.said = " or ".join((", ".join(f"`{word}`" for word in self.words[:-1]), f"`{self.words[-1]}`"))

    def read(self, node: Node) -> Read:
        """The word."""
        # YAML takes `off` for false; here it is a word.
        word = node.text if isinstance(node, Scalar) else ""
        if word in self.words:
            yield Value(word, node)
        else:
            mistake = self.wrong(node)
            yield mistake._replace(message=mistake.message + (near(word, self.words) if word else ""))

    def schema(self) -> Schema:
        """The words."""
        return {"enum": list(self.words)}


class Flag(Kind):
    """True or false."""

    said = "`true` or `false`"

    def read(self, node: Node) -> Read:
        """The boolean."""
        # `yes` and `off` are booleans in YAML 1.1 only: an editor with the schema refuses them.
        if isinstance(node, Scalar) and isinstance(node.value, bool) and node.text.lower() in ("true", "false"):
            yield Value(node.value, node)
        else:
            yield Mistake(node, f"takes {self.said}, not {shown(node)}")

    def unquoted(self, node: Node) -> bool:
        """A boolean in quotes."""
        return isinstance(node, Scalar) and isinstance(node.value, str) and node.text in ("true", "false")

    def schema(self) -> Schema:
        """A boolean."""
        return {"type": "boolean"}


class Whole(Kind):
    """A whole number of at least `least`."""

    def __init__(self, least: int) -> None:
        self.least = least
        self.said = f"a whole number from {least} on"

    def read(self, node: Node) -> Read:
        """The number."""
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, int) and not isinstance(value, bool) and value >= self.least:
            yield Value(value, node)
        else:
            yield self.wrong(node)

    def unquoted(self, node: Node) -> bool:
        """A number in quotes."""
        return isinstance(node, Scalar) and isinstance(node.value, str) and node.text.isascii() and node.text.isdigit()

    def schema(self) -> Schema:
        """An integer."""
        return {"type": "integer", "minimum": self.least}


class Word(Kind):
    """A text that `check` takes. `numbers`: `1.30` without quotes is the text `1.30` too."""

    def __init__(self, said: str, check: Check, schema: Callable[[], Schema], numbers: bool = False) -> None:
        self.said, self.check, self._schema, self.numbers = said, check, schema, numbers

    def read(self, node: Node) -> Read:
        """The text."""
        if not isinstance(node, Scalar) or not self._is_text(node):
            yield self.wrong(node)
            return
        try:
            self.check(node.text)
        except ValueError as error:
            yield Mistake(node, str(error))
        else:
            yield Value(node.text, node)

    def _is_text(self, node: Scalar) -> bool:
        number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
        return isinstance(node.value, str) or (self.numbers and number)

    def schema(self) -> Schema:
        """A string."""
        return self._schema()


class Words(Kind):
    """One word, or a list of them."""

    def __init__(self, word: Word, said: str, empty: bool = True) -> None:
        """`empty`: the list may be."""
        self.word, self.said, self.empty = word, said, empty

    def read(self, node: Node) -> Read:
        """The words; of an empty list that it is one."""
        if isinstance(node, Sequence):
            if not node.items:
                yield Value(None, node) if self.empty else Mistake(node, f"takes {self.said}, not an empty list")
            for item in node.items:
                yield from self.word.read(target(item))
        elif isinstance(node, Mapping) or (isinstance(node, Scalar) and node.value is None):
            yield self.wrong(node)
        else:
            yield from self.word.read(node)

    def schema(self) -> Schema:
        """A string or an array."""
        one = self.word.schema()
        return {"anyOf": [one, {"type": "array", "items": one, **({} if self.empty else {"minItems": 1})}]}


class Table(Kind):
    """A mapping from names, which `check` takes, to values of a kind; `of`: to what each name takes."""

    def __init__(self, said: str, check: Check, of: Callable[[str], Kind], schema: Callable[[], Schema]) -> None:
        self.said, self.check, self.of, self._schema = said, check, of, schema

    def read(self, node: Node) -> Read:
        """The values, each with its name; with the names of tables in tables before it, and dots between."""
        if not isinstance(node, Mapping):
            yield self.wrong(node)
            return
        seen: set[str] = set()
        for entry in node.entries:
            try:
                if entry.name in seen:
                    raise ValueError(f"`{entry.name}` stands here twice")
                self.check(entry.name)
            except ValueError as error:
                yield Mistake(entry.key, str(error))
                continue
            seen.add(entry.name)
            for found in self.of(entry.name).read(target(entry.value)):
                if isinstance(found, Value):
                    yield found._replace(name=f"{entry.name}.{found.name}" if found.name else entry.name)
                else:
                    yield found._replace(message=f"`{entry.name}` {found.message}")

    def schema(self) -> Schema:
        """An object."""
        return self._schema()
