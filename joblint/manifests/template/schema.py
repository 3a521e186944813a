"""What the JSON schema of a chart's values says about one of them, where it says that plainly.

Nothing is fetched, and no pattern is matched. Source: helm 3.22, pkg/chartutil/jsonschema.go.
"""

from functools import lru_cache
from typing import NamedTuple

from joblint.manifests.source import Source
from joblint.manifests.template.values import root_of
from joblint.manifests.yaml.tree import Mapping, Node, Scalar, Sequence

_MAX_REFERENCES = 50
_REFERENCE = "$ref"
# Keywords that may allow what `properties` does not list.
_OTHERS = frozenset(
    ("allOf", "anyOf", "oneOf", "if", "not", "patternProperties", "dependencies", "dependentSchemas",
     "unevaluatedProperties", "$dynamicRef", "$recursiveRef", "extends")
)  # fmt: skip
# Types of which every value, without quotes, is not a string in YAML: what messages call them, and one of their values.
_UNQUOTED = {"integer": ("an integer", "1"), "number": ("a number", "1"), "boolean": ("a boolean", "true")}
_NULL = "null"
# What messages call the types of JSON Schema, and the types of the scalars that they allow.
_TYPES: dict[str, tuple[str, tuple[type, ...]]] = {
    "string": ("a string", (str,)),
    "integer": ("an integer", (int,)),
    "number": ("a number", (int, float)),
    "boolean": ("a boolean", (bool,)),
    "object": ("a mapping", ()),
    "array": ("a list", ()),
    _NULL: ("null", (type(None),)),
}
_MOST_LISTED = 5  # values of an `enum` that a message lists


class Declared(NamedTuple):
    """The type of a value: what messages call it, one value of it as Go writes it, and the place in the schema.

    `sample` is empty if a value of this type may be a string in YAML.
    """

    said: str
    sample: str
    start: int
    end: int


class Excluded(NamedTuple):
    """What a schema requires, as messages say it, and the place where it does."""

    said: str
    start: int
    end: int


class Schema:
    """The schema in a file."""

    def __init__(self, root: Mapping) -> None:
        self.root = root
        self._left = _MAX_REFERENCES
        self._known: dict[int, dict[str, Node]] = {}  # the keywords of schemas, by id

    def declared(self, names: list[str]) -> Declared | None:
        """Return the type of a value by the names that lead to it; None if the schema does not say it plainly."""
        node = self._walk(names)[0]
        type_ = self._keyword(node, "type") if isinstance(node, Mapping) else None
        words = _words(type_) if type_ is not None else set()
        if type_ is None or len(words - {_NULL}) != 1:
            return None
        said, sample = _UNQUOTED.get(min(words - {_NULL}), ("", ""))
        return Declared(said, sample, type_.start, type_.end)

    def excludes(self, names: list[str], value: object, is_given: bool) -> Excluded | None:
        """Return what the schema requires in place of a scalar; None if it allows the scalar, or may.

        A default that is not in an `enum` may be there to make the user choose, so `enum` counts for given values only.
        """
        node = self._walk(names)[0]
        if not isinstance(node, Mapping) or value is None or value == "":
            return None
        type_, listed = self._keyword(node, "type"), self._keyword(node, "enum")
        words = _words(type_) if type_ is not None else set()
        if type_ is not None and words and words <= _TYPES.keys():
            allowed = {one for word in words for one in _TYPES[word][1]}
            is_whole = isinstance(value, float) and value.is_integer() and int in allowed
            if type(value) not in allowed and not is_whole:
                said = " or ".join(_TYPES[word][0] for word in sorted(words))
                return Excluded(said, type_.start, type_.end)
        items = listed.items if isinstance(listed, Sequence) else []
        if is_given and items and all(isinstance(item, Scalar) and not _is_same(item.value, value) for item in items):
            shown = ", ".join(f"`{item.text}`" for item in items[:_MOST_LISTED] if isinstance(item, Scalar))
            said = f"one of {shown}" + ", ..." * (len(items) > _MOST_LISTED)
            return Excluded(said, items[0].start, items[-1].end)
        return None

    def may_have(self, names: list[str]) -> bool:
        """Return whether a value is in the schema, or may be allowed by it in a way that is not plain."""
        node, is_unclear = self._walk(names)
        return node is not None or is_unclear

    def _keyword(self, node: Mapping, name: str) -> Node | None:
        return self._children(node).get(name)

    def _children(self, node: Mapping) -> dict[str, Node]:
        found = self._known.get(id(node))
        if found is None:
            found = self._known[id(node)] = {entry.name: entry.value for entry in node.entries}
        return found

    def _is_open(self, node: Mapping, name: str) -> bool:
        """Return whether a schema may allow a value that its `properties` do not list."""
        keywords = self._children(node)
        required = keywords.get("required")
        if isinstance(required, Sequence) and name in _words(required):
            return True
        more = keywords.get("additionalProperties")
        return not _OTHERS.isdisjoint(keywords) or isinstance(more, Mapping)

    def _walk(self, names: list[str]) -> tuple[Node | None, bool]:
        """Return the schema of a value; without one, also whether it may still be allowed in another way."""
        self._left = _MAX_REFERENCES
        node = self._resolved(self.root)
        for name in names:
            if not isinstance(node, Mapping):
                return None, True
            found = self._keyword(node, "properties")
            listed = self._children(found) if isinstance(found, Mapping) else {}
            if name not in listed:
                return None, not listed or self._is_open(node, name)
            node = self._resolved(listed[name])
        return node, True

    def _resolved(self, node: Node | None) -> Node | None:
        """Return what a schema refers to, or the schema itself; None if that is not plainly in this file."""
        while isinstance(node, Mapping):
            keywords = self._children(node)
            if node is not self.root and ("$id" in keywords or isinstance(keywords.get("id"), Scalar)):
                return None  # references in it are relative to that
            if _REFERENCE not in keywords:
                return node
            to, self._left = keywords[_REFERENCE], self._left - 1
            if not isinstance(to, Scalar) or not to.text.startswith("#") or self._left < 0 or "%" in to.text:
                return None
            node = self.root
            for step in to.text.split("/")[1:]:
                node = (
                    self._keyword(node, step.replace("~1", "/").replace("~0", "~"))
                    if isinstance(node, Mapping)
                    else None
                )
        return node


def _is_same(one: object, other: object) -> bool:
    """Return whether two scalars are the same in JSON, where `true` is not 1 but `1.0` is."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _words(node: Node) -> set[str]:
    """Return a word, or the words in a list."""
    items = node.items if isinstance(node, Sequence) else [node]
    return {item.text if isinstance(item, Scalar) else "" for item in items}


@lru_cache(maxsize=16)
def schema_of(source: Source) -> Schema | None:
    """Return the schema in a file; None if it cannot be read."""
    root = root_of(source)
    return Schema(root) if isinstance(root, Mapping) else None
