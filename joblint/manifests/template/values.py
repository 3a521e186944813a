"""The values of a chart, where a template inserts them plainly: the chart's own, and those that are given for it.

Source: helm 3.22, pkg/cli/values/options.go (MergeValues), pkg/chartutil/coalesce.go.
"""

import re
from collections.abc import Container, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from joblint.manifests.source import ChartValues, Source
from joblint.manifests.template.lex import Token
from joblint.manifests.yaml.parse import parse
from joblint.manifests.yaml.tree import Mapping, Node, Problem, Scalar, Sequence, target

_NAMES = r"\.Values(?P<names>(?:\.\w+)+)"
_NAME = rf"(?P<root>\$?){_NAMES}"
_TEXT = r"(?P<text>\s*\|\s*(?:toString|quote|squote))?"
_PLAIN = re.compile(rf"{_NAME}(?P<else>\s*\|\s*default\s+(?:\"[^\"]*\"|\S+))?{_TEXT}")
_NAMED = re.compile(_NAME + _TEXT)
_ASKED = re.compile(rf"{_NAMES}(?: == (?:\"(?P<word>[^\"\\]*)\"|(?P<flag>true|false)))?")
_COMMENTED = re.compile(r"(?m)^[^\n#]*#[# \t-]*(\w+)[ \t]*:")
_MERGE, GLOBAL = "<<", "global"  # a chart that this one is a part of may set the global values
_MOST = 999_999  # Go writes greater numbers of a values file as `1e+06`
_LONGEST = 1000
_UNREADABLE = Sequence(0, 0, True)  # nothing in it has a name


class Layer(NamedTuple):
    """Values from one place: `root` is their tree, None if there are none. `option` is that of the command line.

    `given`: they are not those of the chart or of one that it is a part of.
    """

    source: Source
    root: Node | None
    given: bool = False
    option: str = ""


class Inserted(NamedTuple):
    """A value that a template inserts: the name that it has there, its node and its layer, and what is written."""

    name: str
    node: Scalar
    text: str
    layer: Layer


class _Absent(Exception):
    """A layer has nothing of this name."""


class Values:
    """The values of a chart. A key that is repeated, or that comes through an alias, counts as not known."""

    def __init__(self, chart: ChartValues, given: tuple[Layer, ...] = ()) -> None:
        """`given` are the layers that take precedence, the highest first. They are for the outermost chart."""
        self.chart = chart
        own = [Layer(source, root_of(source)) if source is not None else None for source in chart.own]
        self._views = [*_views(own, chart.names, given)]
        # Of the global values, those of the chart around take precedence.
        self._global_views = [
            view for end in range(len(own)) for view in _views(own[: end + 1], chart.names[:end], given)
        ]
        self._known: dict[int, dict[str, Node | None]] = {}  # of mappings, by id

    def of(self, token: Token, template: str, is_moved: bool) -> Inserted | None:
        """Return the value that an action inserts; None if that is not plain. `is_moved`: `.` is another there."""
        found = _named(_PLAIN, token, template, is_moved)
        if found is None:
            return None
        node, layer = self._find(found["names"][1:].split("."))
        text = _written(node, bool(found["else"])) if isinstance(node, Scalar) else ""
        if not isinstance(node, Scalar) or layer is None or not text:
            return None
        how = (found["text"] or "").strip(" \t\r\n|")
        if how in ("quote", "squote"):
            if {'"', "\\", "'", "\n"} & set(text):
                return None
            text = f"'{text}'" if how == "squote" else f'"{text}"'
        return Inserted(f".Values{found['names']}", node, text, layer)

    def unset(self, token: Token, template: str, is_moved: bool) -> str:
        """Return the name of the value that an action inserts unquoted if it is empty or not set; else nothing."""
        found = _named(_NAMED, token, template, is_moved)
        if found is None or found["text"]:
            return ""
        node, layer = self._find(found["names"][1:].split("."))
        if layer is not None and not (isinstance(node, Scalar) and not node.value):
            return ""
        return f".Values{found['names']}"

    def lacks(self, token: Token, template: str, is_moved: bool) -> str:
        """Return the name of the value that an action inserts if no layer has it; empty if one has, or may.

        A value that a comment of values.yaml shows is not lacking.
        """
        found = _named(_NAMED, token, template, is_moved)
        own = self.chart.own[-1]
        if found is None or own is None or self.chart.imports:
            return ""
        names = found["names"][1:].split(".")
        if names[0] == GLOBAL or not isinstance(root_of(own), Mapping):
            return ""
        if self._find(names)[1] is not None or not _in_comments(own).isdisjoint((names[0], names[-1])):
            return ""
        return f".Values{found['names']}"

    def truths(self, atoms: Iterable[str], names: Container[str] | None = None) -> dict[str, bool]:
        """Return which conditions hold or not because of values that are given, or have one of these names (None: all).

        Those that hang on other values, or not plainly on such a one, are absent.
        """
        found: dict[str, bool] = {}
        for atom in atoms:
            asked = _ASKED.fullmatch(atom)
            node, layer = self._find(asked["names"][1:].split(".")) if asked else (None, None)
            if asked is None:
                continue
            if layer is None and names is None and not self.chart.imports and asked["word"] is asked["flag"]:
                found[atom] = False
            if node is None or layer is None:
                continue
            if not layer.given and names is not None and f".Values{asked['names']}" not in names:
                continue
            value = node.value if isinstance(node, Scalar) else None
            if asked["word"] is not None or asked["flag"] is not None:
                wanted = asked["word"] if asked["flag"] is None else asked["flag"] == "true"
                if type(value) is type(wanted):
                    found[atom] = value == wanted
            elif isinstance(node, Scalar):
                if value is not None:  # null takes a value away, and another may be left
                    found[atom] = bool(value)
            elif isinstance(node, Sequence):
                found[atom] = bool(node.items) or bool(layer.option)
            elif isinstance(node, Mapping) and node.entries:
                found[atom] = True
        return found

    def _find(self, names: list[str]) -> tuple[Node | None, Layer | None]:
        """Return a value and the layer that it is in. No layer: none has it. No value: it is not plain."""
        is_global = names[0] == GLOBAL
        found = self._all(names, self._global_views if is_global else self._views)
        node, layer = next(found, (None, None))
        # If one chart has a mapping of global values and another has something else there, either may be left.
        if is_global and (len(names) == 1 or any(type(other) is not type(node) for other, _ in found)):
            node = None
        return node, layer

    def _all(
        self, names: list[str], views: Iterable[tuple[Layer, tuple[str, ...]]]
    ) -> Iterator[tuple[Node | None, Layer]]:
        """Yield a value in each layer that has it."""
        for layer, above in views:
            try:
                yield self._in(layer, (*above, *names)), layer
            except _Absent:
                continue

    def _in(self, layer: Layer, names: Iterable[str]) -> Node | None:
        """Return the value of a layer; None if it is not plain. Raises _Absent."""
        node = layer.root
        if node is None:
            raise _Absent
        for name in names:
            if not isinstance(node, Mapping):
                return None
            children = self._children(node)
            if name not in children:
                if _MERGE in children:
                    return None
                raise _Absent
            node = children[name]
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


def _views(
    own: list[Layer | None], names: tuple[str, ...], given: tuple[Layer, ...]
) -> Iterator[tuple[Layer, tuple[str, ...]]]:
    """Yield the layers for the innermost of some charts, the highest first, each with the path to its values there."""
    yield from ((layer, names) for layer in given)
    yield from ((layer, names[depth:]) for depth, layer in enumerate(own) if layer is not None)


def _named(pattern: re.Pattern[str], token: Token, template: str, is_moved: bool) -> re.Match[str] | None:
    """Return what an action says of a value; None if it does not fit, or begins at another `.` than the top."""
    found = pattern.fullmatch(token.inside(template))
    return None if found is None or (is_moved and not found["root"]) else found


def is_insertion(inside: str) -> bool:
    """Return whether an action only inserts a value."""
    return _NAMED.fullmatch(inside) is not None


@lru_cache(maxsize=16)
def _in_comments(source: Source) -> set[str]:
    """Return the names of values that comments show how to set, as `# name: 5` does."""
    return set(_COMMENTED.findall(source.text))


def _written(node: Scalar, has_else: bool) -> str:
    """Return what Go writes for a value; empty if that is nothing, or not plain. `has_else`: `default` follows."""
    value = node.value
    if not value and (has_else or not isinstance(value, bool | int)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) <= _MOST else ""
    if not isinstance(value, str) or len(value) > _LONGEST or "{{" in value:
        return ""
    return "" if value != value.strip() or "\n" in value else value


@lru_cache(maxsize=128)
def root_of(source: Source) -> Node | None:
    """Return the tree of a file, None if it is empty; for one that cannot be read, a tree without names."""
    try:
        return parse(source.text)
    except Problem:
        return _UNREADABLE


@lru_cache(maxsize=128)
def values_of(chart: ChartValues, given: tuple[Layer, ...] = ()) -> Values:
    """Return the values of a chart: all of its templates ask for them."""
    return Values(chart, given)
