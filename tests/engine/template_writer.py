"""A random template of a Job whose output is known: what it writes for each choice of its conditions."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from hypothesis.strategies import DrawFn, composite, integers, sampled_from

PLAIN, IF, ELSE, HOLE, INSERT, WITH, RANGE = "plain", "if", "else", "hole", "insert", "with", "range"
_OFTEN = (PLAIN,) * 8
_FLAGS, _WORDS = ("a", "b", "c"), ("x", "y", "z")
CONDITIONS: Mapping[str, Any] = {
    ".a": lambda on: on["a"],
    ".b": lambda on: on["b"],
    "not .a": lambda on: not on["a"],
    "and .a .c": lambda on: on["a"] and on["c"],
    "or .b (not .c)": lambda on: on["b"] or not on["c"],
    'eq .word "x"': lambda on: on["word"] == "x",
    'ne .word "y"': lambda on: on["word"] != "y",
}
Choice = Mapping[str, Any]


class Go:
    """How a Go template is written."""

    language = "helm"

    def __init__(self, draw: DrawFn) -> None:
        self.draw = draw

    def open(self, keyword: str, condition: str, times: int) -> str:
        """The line that opens a control structure, whose body is written some times."""
        return f"{{{{- {keyword} {condition} }}}}"

    def otherwise(self) -> str:
        """The line of an `else`."""
        return "{{- else }}"

    def end(self, keyword: str) -> str:
        """The line that ends a control structure."""
        return "{{- end }}"

    def hole(self, value: Any) -> str:
        """An action that writes a value."""
        return "{{ .v | quote }}" if isinstance(value, str) else "{{ .v }}"

    def insert(self, found: list[str], indent: int) -> str:
        """An action on a line of its own that writes some lines, which have that indentation."""
        return f"{' ' * indent}{{{{- toYaml .rest | nindent {indent} }}}}"

    def insert_below(self, name: str, found: list[str], indent: int) -> Iterator[str]:
        """The lines of a key whose value is inserted."""
        yield f"{name}: {{{{- toYaml .v | nindent {indent} }}}}"


@dataclass
class Line:
    """A line of the template, and what is written for it; `more` are lines that come after it when it is written."""

    text: str
    written: str | None
    more: list[str] = field(default_factory=list)


@dataclass
class Branches:
    """Two lists of parts, of which a condition chooses one; `keyword` opens it. `times` the first one is written."""

    condition: str
    one: "list[Part]"
    other: "list[Part]"
    keyword: str = "if"
    times: int = 1


Part = Line | Branches


class Written:
    """A template, and what it writes."""

    def __init__(self, parts: list[Part], style: Go) -> None:
        self.parts, self.style = parts, style
        self.lines: list[str] = []
        self.numbers: dict[int, int] = {}  # of the parts that are lines, by id
        self._template(parts)
        self.text = "".join(f"{line}\n" for line in self.lines)

    def _template(self, parts: list[Part]) -> None:
        for part in parts:
            if isinstance(part, Line):
                self.lines.append(part.text)
                self.numbers[id(part)] = len(self.lines)
                continue
            self.lines.append(self.style.open(part.keyword, part.condition, part.times))
            self._template(part.one)
            if part.other:
                self.lines.append(self.style.otherwise())
                self._template(part.other)
            self.lines.append(self.style.end(part.keyword))

    def output(self, choice: Choice) -> tuple[str, list[int]]:
        """Return what is written for a choice, and of each line the template's, 0 for what is inserted."""
        found = list(self._output(self.parts, choice))
        return "".join(f"{text}\n" for text, _ in found), [number for _, number in found]

    def _output(self, parts: list[Part], choice: Choice) -> Iterator[tuple[str, int]]:
        for part in parts:
            if isinstance(part, Line):
                if part.written is not None:
                    yield part.written, self.numbers[id(part)]
                yield from ((text, 0) for text in part.more)
            elif CONDITIONS[part.condition](choice) if part.keyword == "if" else choice[part.condition[1:]]:
                for _ in range(part.times):
                    yield from self._output(part.one, choice)
            else:
                yield from self._output(part.other, choice)


def choices() -> Iterator[Choice]:
    """Yield all choices."""
    for a, b, c, word in product((True, False), (True, False), (True, False), _WORDS):
        yield {"a": a, "b": b, "c": c, "word": word}


def lines(value: Any, indent: int) -> list[str]:
    """A value as YAML in block style."""
    pad = " " * indent
    found: list[str] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, (dict, list)) and inner:
                found += [f"{pad}{json.dumps(key)}:", *lines(inner, indent + 2)]
            else:
                found.append(f"{pad}{json.dumps(key)}: {json.dumps(inner)}")
    else:
        for inner in value:
            if isinstance(inner, (dict, list)) and inner:
                first, *rest = lines(inner, indent + 2)
                found += [f"{pad}- {first.lstrip()}", *rest]
            else:
                found.append(f"{pad}- {json.dumps(inner)}")
    return found


@composite
def templates(draw: DrawFn, value: Any, kind: "type[Go] | None" = None) -> Written:
    """Templates whose output has the entries of an object, as far as their conditions hold."""
    style = (kind or Go)(draw)
    return Written(_mapping(draw, value, 0, style), style)


def _mapping(draw: DrawFn, value: dict[str, Any], indent: int, style: Go) -> list[Part]:
    found: list[Part] = []
    entries = list(value.items())
    whole = draw(integers(0, len(entries) * 6)) if indent else len(entries)
    for key, inner in entries[:whole]:
        found += _wrapped(draw, lambda key=key, inner=inner: _entry(draw, key, inner, indent, style))
    rest = dict(entries[whole:])
    if rest:
        more = lines(rest, indent)
        found.append(Line(style.insert(more, indent), None, more))
    return found


def _entry(draw: DrawFn, key: str, inner: Any, indent: int, style: Go) -> list[Part]:
    pad, name = " " * indent, json.dumps(key)
    nested = isinstance(inner, (dict, list)) and bool(inner)
    how = draw(sampled_from((*_OFTEN, INSERT if nested else HOLE)))
    if not nested:
        plain = f"{pad}{name}: {json.dumps(inner)}"
        return [Line(plain if how == PLAIN or inner in ({}, []) else f"{pad}{name}: {style.hole(inner)}", plain)]
    if how == INSERT:
        more = lines(inner, indent + 2)
        first, *below = style.insert_below(pad + name, more, indent + 2)
        return [
            Line(first, f"{pad}{name}:", [] if below else more),
            *(Line(line, None, more) for line in below),
        ]
    make = _mapping if isinstance(inner, dict) else _list
    body = make(draw, inner, indent + 2, style)
    return [Line(f"{pad}{name}:", f"{pad}{name}:"), *body]


def _list(draw: DrawFn, value: list[Any], indent: int, style: Go) -> list[Part]:
    found: list[Part] = []
    pad = " " * indent
    whole = draw(integers(0, len(value) * 6))
    for inner in value[:whole]:
        if isinstance(inner, dict) and inner:
            found += _wrapped(draw, lambda inner=inner: _item(draw, inner, indent, style), RANGE)
        else:
            text = f"{pad}- {json.dumps(inner)}"
            found += _wrapped(draw, lambda text=text: [Line(text, text)])
    if value[whole:]:
        more = lines(value[whole:], indent)
        found.append(Line(style.insert(more, indent), None, more))
    return found


def _item(draw: DrawFn, inner: dict[str, Any], indent: int, style: Go) -> list[Part]:
    """An element of a list; its first entry is always there."""
    (key, first), *rest = inner.items()
    head, *more = lines({key: first}, indent + 2)
    text = f"{' ' * indent}- {head.lstrip()}"
    return [Line(text, text), *(Line(one, one) for one in more), *_mapping(draw, dict(rest), indent + 2, style)]


def _wrapped(draw: DrawFn, make: Any, *also: str) -> list[Part]:
    """What `make` gives, perhaps under a condition."""
    how = draw(sampled_from((*_OFTEN, IF, ELSE, WITH, *also)))
    one: list[Part] = make()
    if how == PLAIN:
        return one
    if how == WITH:
        return [Branches("." + draw(sampled_from(_FLAGS)), one, [], "with")]
    if how == RANGE:
        return [Branches("." + draw(sampled_from(_FLAGS)), one, [], "range", draw(integers(1, 2)))]
    condition = draw(sampled_from(sorted(CONDITIONS)))
    other: list[Part] = make() if how == ELSE else []
    return [Branches(condition, one, other)]
