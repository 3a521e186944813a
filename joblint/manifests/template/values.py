"""The default values of a chart, where a template inserts them plainly."""

import re
from functools import cached_property, lru_cache
from typing import NamedTuple

from joblint.manifests.source import Source
from joblint.manifests.template.lex import Token
from joblint.manifests.yaml.parse import parse
from joblint.manifests.yaml.tree import Mapping, Node, Problem, Scalar, target

_NAME = r"(?P<root>\$?)\.Values(?P<names>(?:\.\w+)+)"
_TEXT = r"(?P<text>\s*\|\s*(?:toString|quote|squote))?"
_PLAIN = re.compile(rf"{_NAME}(?:\s*\|\s*default\s+(?:\"[^\"]*\"|\S+))?{_TEXT}")
_NAMED = re.compile(_NAME + _TEXT)
_MERGE, _OF_OTHERS = "<<", ("global",)  # a chart that this one is a part of may set these
_MOST = 999_999  # Go writes greater numbers of a values file as `1e+06`
_LONGEST = 1000


class Default(NamedTuple):
    """A default value: what a template calls it, its node, and what is written for it."""

    name: str
    node: Scalar
    text: str


class Values:
    """The values of a file. A key that is repeated, or that comes through an alias, counts as not known."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._known: dict[int, dict[str, Node | None]] = {}  # of mappings, by id

    @cached_property
    def root(self) -> Node | None:
        """Return the tree of the file; None if it cannot be read."""
        try:
            return parse(self.source.text)
        except Problem:
            return None

    def of(self, token: Token, template: str, is_moved: bool) -> Default | None:
        """Return the default of what an action inserts; None if that is not plain. `is_moved`: `.` is another."""
        found = _PLAIN.fullmatch(token.inside(template))
        if found is None or (is_moved and not found["root"]):
            return None
        node = self._find(found["names"][1:].split("."))
        text = _written(node) if isinstance(node, Scalar) else ""
        if not isinstance(node, Scalar) or not text:
            return None
        how = (found["text"] or "").strip(" \t\r\n|")
        if how in ("quote", "squote"):
            if {'"', "\\", "'", "\n"} & set(text):
                return None
            text = f"'{text}'" if how == "squote" else f'"{text}"'
        return Default(f".Values{found['names']}", node, text)

    def lacks(self, token: Token, template: str, is_moved: bool) -> str:
        """Return the name of the value that an action inserts if the file has none of it; empty if it has, or may."""
        found = _NAMED.fullmatch(token.inside(template))
        if found is None or (is_moved and not found["root"]):
            return ""
        names = found["names"][1:].split(".")
        if names[0] in _OF_OTHERS:
            return ""
        node = self.root
        for name in names:
            if not isinstance(node, Mapping) or any(entry.name == _MERGE for entry in node.entries):
                return ""
            children = self._children(node)
            if name not in children:
                return f".Values{found['names']}"
            node = children[name]
        return ""

    def _find(self, names: list[str]) -> Node | None:
        node: Node | None = self.root
        for name in names:
            if not isinstance(node, Mapping):
                return None
            node = self._children(node).get(name)
        return node

    def _children(self, node: Mapping) -> dict[str, Node | None]:
        """Return the values of a mapping by their keys; None for one that is not plain."""
        found = self._known.get(id(node))
        if found is None:
            found = self._known[id(node)] = {}
            for entry in node.entries:
                plain = entry.name not in found and target(entry.value) is entry.value
                found[entry.name] = entry.value if plain else None
        return found


def _written(node: Scalar) -> str:
    """Return what Go writes for a value; empty if that is nothing, or not plain."""
    value = node.value
    if isinstance(value, bool):
        return "true" if value else ""  # `default` takes the other one for false
    if isinstance(value, int):
        return str(value) if 0 < value <= _MOST else ""
    if not isinstance(value, str) or len(value) > _LONGEST or "{{" in value:
        return ""
    return "" if value != value.strip() or "\n" in value else value


@lru_cache(maxsize=4)
def values_in(source: Source) -> Values:
    """Return the values of a file: all templates of its chart ask for them."""
    return Values(source)
