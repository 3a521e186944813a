"""A random writer of templates: an object is cut up by actions, so that what is written for it depends on values.

What is written need not be a right manifest. It only has to be known.
"""

import json
from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Any

from conformance.helm.language import (
    CONDITIONS,
    MINORS,
    MOST,
    PLAIN,
    PRINTABLE,
    SAFE,
    WORDS,
    Test,
    go_text,
    is_safe,
    to_yaml,
)
from conformance.helm.model import Action, Branch, Call, Choice, Control, Item, Node, Template, Text

_FLAGS = "abc"
_IDENTITY = ("apiVersion", "kind")


class Writer:
    """The writer of one template. `dice` decides everything."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self.slots: dict[str, list[Any]] = {}  # values by name, each with what it may be
        self.defined: dict[str, list[Node]] = {}
        self.moved = 0  # `with` and `range` around this place
        self.style = dice.choice(("before", "before", "mixed"))

    def template(self, value: dict[str, Any]) -> Template:
        """Return a template that writes an object, more or less."""
        body = self.mapping(value, 0)
        how = self.dice.random()
        if how < 0.15:
            body = self.control("if", body, 0, [])
        elif how < 0.3:
            self.defined["chart.job"] = body
            body = [Call(Action('include "chart.job" . | nindent 0'), body, 0), Text("\n")]
        elif how < 0.4:
            body = [*body, Text("---\n"), *self.mapping(value, 0)]
        return Template(body, self.defined)

    def choices(self, count: int) -> Iterator[Choice]:
        """Yield choices of values: all as they were first, then at random."""
        for number in range(count):
            flags = {name: self.dice.random() < 0.5 if number else True for name in _FLAGS}
            slots = {name: self.dice.choice(may) if number else may[0] for name, may in self.slots.items()}
            several = {"word": self.dice.choice(WORDS), "list": list(WORDS[: self.dice.randint(0, 2)])}
            yield Choice({**flags, **several, **slots}, self.dice.choice(MINORS) if number else MINORS[-1])

    # Mappings and lists

    def mapping(self, value: dict[str, Any], indent: int, sure: bool = False) -> list[Node]:
        """Return the entries of a mapping, on lines of their own. `sure`: the first one is always there."""
        entries = list(value.items())
        whole = self.dice.randint(int(sure), len(entries) * 8) if indent else len(entries)
        found: list[Node] = []
        for key, inner in entries[:whole]:
            if sure and not found:
                found = self.entry(key, inner, indent)
                continue
            if key in _IDENTITY:
                found += self.identity(f"{' ' * indent}{key}: {inner}\n", indent)
                continue
            found += self.wrapped(partial(self.entry, key, inner, indent), indent)
            if self.dice.random() < 0.03:
                found += self.wrapped(partial(self.entry, key, inner, indent), indent)
        return [*found, *self.rest(dict(entries[whole:]), indent)]

    def identity(self, line: str, indent: int) -> list[Node]:
        """Return the line that says what an object is. It is always there: what follows may only count for a Job."""
        if self.dice.random() < 0.9:
            return [Text(line)]
        made = self.control("if", [Text(line)], indent, [[Text(line)]])
        control = made[1]
        assert isinstance(control, Control)
        control.branches[1] = Branch(self.tag("else"), lambda choice: True, control.branches[1].body)
        return made

    def items(self, value: list[Any], indent: int, sure: bool = False) -> list[Node]:
        """Return the items of a list, on lines of their own. `sure`: the first one is always there."""
        whole = self.dice.randint(int(sure), len(value) * 8)
        found: list[Node] = []
        for inner in value[:whole]:
            if sure and not found:
                found = self.item(inner, indent)
                continue
            found += self.wrapped(partial(self.item, inner, indent), indent, ranged=True)
        return [*found, *self.rest(value[whole:], indent)]

    def item(self, inner: Any, indent: int) -> list[Node]:
        """Return an item of a list; the first entry of a mapping is on the line of the dash."""
        pad = " " * indent
        if not isinstance(inner, dict) or not inner:
            return [Text(f"{pad}- "), *self.scalar(inner, indent + 2), Text("\n")]
        (key, first), *rest = inner.items()
        head = self.entry(key, first, indent + 2)
        assert isinstance(head[0], Text)
        head[0] = Text(f"{pad}- {head[0].text[indent + 2 :]}")
        return [*head, *self.mapping(dict(rest), indent + 2)]

    def entry(self, key: str, inner: Any, indent: int) -> list[Node]:
        """Return an entry of a mapping."""
        pad = " " * indent
        name = key if SAFE.match(key) else json.dumps(key)
        lead = Text(f"{pad}{name}:")
        if isinstance(inner, str) and "\n" in inner and inner.strip():
            return self.script(lead, inner, indent + 2)
        if not isinstance(inner, (dict, list)) or not inner:
            return [Text(f"{lead.text} "), *self.scalar(inner, indent), Text("\n")]
        if isinstance(inner, list) and self.dice.random() < 0.2 and not any(isinstance(i, (dict, list)) for i in inner):
            return [Text(f"{lead.text} "), *self.flow(inner, indent), Text("\n")]
        if is_safe(inner) and self.dice.random() < 0.08:
            return [lead, *self.inserted(inner, indent + 2)]
        if isinstance(inner, dict):
            return [lead, Text("\n"), *self.mapping(inner, indent + 2)]
        return [lead, Text("\n"), *self.items(inner, indent + self.dice.choice((0, 2)))]

    def rest(self, value: Any, indent: int) -> list[Node]:
        """Return what is left of a mapping or a list: inserted, or from a `define`."""
        if not value:
            return []
        pad = " " * indent
        if self.dice.random() < 0.5 or not is_safe(value):
            name = f"chart.part{len(self.defined)}"
            self.defined[name] = []
            moved, self.moved = self.moved, 1
            body = self.mapping(value, 0, sure=True) if isinstance(value, dict) else self.items(value, 0, sure=True)
            self.moved = moved
            self.defined[name] = body
            return [
                Text(pad),
                Call(Action(f'include "{name}" $ | nindent {indent}', before=True), body, indent),
                Text("\n"),
            ]
        return [Text(pad), *self.inserted(value, indent)]

    def inserted(self, value: Any, indent: int) -> list[Node]:
        """Return `toYaml`, which trims what is before it."""
        less = [dict(list(value.items())[:1])] if isinstance(value, dict) else [value[:1]]
        name = self.slot(value, *less)

        def writes(choice: Choice, item: Item) -> str:
            return "\n" + "\n".join(" " * indent + line for line in to_yaml(choice.values[name]))

        return [Action(f"toYaml {self.root()}.{name} | nindent {indent}", writes, before=True), Text("\n")]

    # Scalars

    def scalar(self, value: Any, indent: int) -> list[Node]:
        """Return a scalar: as it is, or with an action in it."""
        if self.dice.random() < 0.2 and value is not None and value not in ("", {}, []):
            if isinstance(value, str) and PRINTABLE.match(value):
                return self.text_hole(value)
            if isinstance(value, bool) or (isinstance(value, int) and 0 <= value <= MOST):
                return self.number_hole(value)
        if isinstance(value, str) and PLAIN.match(value) and SAFE.match(value.split()[0]) and self.dice.random() < 0.6:
            return [Text(value)]
        return [Text(json.dumps(value))]

    def text_hole(self, value: str) -> list[Node]:
        others = [value, value[:-1] or "x", "other"]
        how = self.dice.choice(("quote", "squote", "inside", "part", "default", "printf", "plain"))
        if how == "inside":
            return [Text('"'), self.value(self.slot(*others)), Text('"')]
        if how == "part" and len(value) > 1:
            cut = self.dice.randint(1, len(value) - 1)
            if self.dice.random() < 0.5:
                return [Text('"'), self.value(self.slot(value[:cut], "p")), Text(f'{value[cut:]}"')]
            return [Text(f'"{value[:cut]}'), self.value(self.slot(value[cut:], "s", "")), Text('"')]
        if how == "default":
            name = self.slot(None, *others)
            inside = f'{self.root()}.{name} | default "{value}" | quote'
            return [Action(inside, lambda choice, item: json.dumps(choice.values[name] or value))]
        if how == "printf":
            name = self.slot(*others)
            return [Action(f'printf "%s" {self.root()}.{name} | quote', _quoted(name, '"'))]
        if how == "plain" and all(map(SAFE.match, others)):
            return [self.value(self.slot(*others))]
        if how == "squote" and "'" not in value:
            return [Action(f"{self.root()}.{self.slot(*others)} | squote", _quoted(self.last, "'"))]
        return [Action(f"{self.root()}.{self.slot(*others)} | quote", _quoted(self.last, '"'))]

    def number_hole(self, value: Any) -> list[Node]:
        others = [value, not value] if isinstance(value, bool) else [value, value + 1, 1]
        if self.dice.random() < 0.3:
            written, name = go_text(value), self.slot(None, *others)
            return [
                Action(
                    f"{self.root()}.{name} | default {written}",
                    lambda choice, item: go_text(choice.values[name]) if choice.values[name] else written,
                )
            ]
        return [self.value(self.slot(*others))]

    def value(self, name: str) -> Action:
        return Action(f"{self.root()}.{name}", lambda choice, item: go_text(choice.values[name]))

    def flow(self, value: list[Any], indent: int) -> list[Node]:
        found: list[Node] = [Text("[")]
        for number, inner in enumerate(value):
            found += [*([Text(", ")] if number else []), *self.scalar(inner, indent)]
        return [*found, Text("]")]

    def script(self, lead: Text, value: str, indent: int) -> list[Node]:
        """Return a block scalar; its lines may be under conditions."""
        lines = value.rstrip("\n").split("\n")
        if not lines[0].strip() or lines[0] != lines[0].lstrip() or any("\t" in line for line in lines):
            return [Text(f"{lead.text} {json.dumps(value)}\n")]
        found: list[Node] = [Text(f"{lead.text} {'|' if value.endswith(chr(10)) else '|-'}\n")]
        for number, line in enumerate(lines):
            body: list[Node] = [Text(f"{' ' * indent}{line}\n" if line else "\n")]
            is_cut = number and self.dice.random() < 0.15
            found += self.control("if", body, indent, []) if is_cut else body
        return found

    # Conditions

    def wrapped(self, make: Callable[[], list[Node]], indent: int, ranged: bool = False) -> list[Node]:
        """Return what `make` gives, perhaps under a condition, or with something that writes nothing before it."""
        how = self.dice.choice((*["plain"] * 14, "if", "if", "else", "with", "note", *["range"] * ranged))
        pad = " " * indent
        if how == "plain":
            return make()
        if how == "note":
            note = self.dice.choice(("/* a note */", "/* two\n   lines */", "$x := 1", '$y := printf "%s" "z"'))
            tag = self.tag(note)
            return [Text(pad), Note(note, before=tag.before, after=tag.after), Text("\n"), *make()]
        if how in ("with", "range"):
            self.moved += 1
            body = make()
            self.moved -= 1
            return self.control(how, body, indent, [])
        body = make()
        others = [make() for _ in range(self.dice.randint(1, 2))] if how == "else" else []
        return self.control("if", body, indent, others)

    def control(self, kind: str, body: list[Node], indent: int, others: "list[list[Node]]") -> list[Node]:
        """Return a control structure around lines."""
        pad = " " * indent
        if kind == "if":
            condition, test = self.condition()
        elif kind == "with":
            name = self.slot("something", "", "else")
            condition, test = f"{self.root()}.{name}", lambda choice: bool(choice.values[name])
        else:
            condition, test = f"{self.root()}.list", lambda choice: bool(choice.values["list"])
        branches = [Branch(self.tag(f"{kind} {condition}"), test, [Text("\n"), *body, Text(pad)])]
        for number, other in enumerate(others):
            if number < len(others) - 1 or self.dice.random() < 0.3:
                condition, also = self.condition()
                branches.append(Branch(self.tag(f"else if {condition}"), also, [Text("\n"), *other, Text(pad)]))
            else:
                branches.append(Branch(self.tag("else"), lambda choice: True, [Text("\n"), *other, Text(pad)]))
        made = Control(branches, self.tag("end"))
        if kind == "range":
            made.items = lambda choice: choice.values["list"]
        return [Text(pad), made, Text("\n")]

    def condition(self) -> tuple[str, Test]:
        condition, test = self.dice.choice(CONDITIONS)
        return condition.replace("R.", f"{self.root()}."), test

    def tag(self, inside: str) -> Action:
        """Return an action on a line of its own."""
        style = "before" if self.style == "before" else self.dice.choice(("before", "none", "before", "after"))
        return Action(inside, before=style == "before", after=style == "after")

    # Values

    def slot(self, *may: Any) -> str:
        """Return the name of a new value, with what it may be."""
        name = f"{self.dice.choice(('v', 'job.v', 'job.pod.v'))}{len(self.slots)}"
        self.slots[name] = list(may)
        self.last = name
        return name

    def root(self) -> str:
        """Return what values are called here."""
        return "$.Values" if self.moved or self.dice.random() < 0.2 else ".Values"


class Note(Action):
    """A comment, or a variable that is set. A comment has no space between it and its delimiters."""

    @property
    def source(self) -> str:
        if not self.inside.startswith("/*"):
            return super().source
        return f"{'{{- ' if self.before else '{{'}{self.inside}{' -}}' if self.after else '}}'}"


def _quoted(name: str, mark: str) -> Callable[[Choice, Item], str]:
    return lambda choice, item: f"{mark}{choice.values[name]}{mark}"
