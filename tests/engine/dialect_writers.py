"""How random templates of Jinja and ERB are written (template_writer.py)."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis.strategies import DrawFn, sampled_from

from tests.engine.template_writer import Choice, Go

_PYTHON = {
    ".a": "a", ".b": "b", ".c": "c", "not .a": "not a", "and .a .c": "a and c", "or .b (not .c)": "b or not c",
    'eq .word "x"': "word == 'x'", 'ne .word "y"': "word != 'y'",
}  # fmt: skip
_RUBY = {
    ".a": "@a", ".b": "@b", ".c": "@c", "not .a": "!@a", "and .a .c": "@a && @c", "or .b (not .c)": "@b || !@c",
    'eq .word "x"': "@word == 'x'", 'ne .word "y"': "@word != 'y'",
}  # fmt: skip
SIGNS = ("{{", "{%", "{#", "<%", "#@")


class Jinja(Go):
    """How a Jinja template is written; `context` has the values of its variables, as far as these are not choices.

    `dashes`: control lines have trim markers, for an environment without `trim_blocks`.
    """

    language = "jinja"

    def __init__(self, draw: DrawFn) -> None:
        super().__init__(draw)
        self.dashes = draw(sampled_from((False, True)))
        self.context: dict[str, str] = {}

    def tag(self, inside: str) -> str:
        """A line with a tag and nothing else."""
        if self.dashes:
            return f"{{%- {inside} %}}"
        return f"{self.draw(sampled_from(('', '  ', '        ')))}{{% {inside} %}}"

    def open(self, keyword: str, condition: str, times: int) -> str:
        if keyword == "range":
            return self.tag(f"for each in {_PYTHON[condition]} * {times}")
        return self.tag(f"if {_PYTHON[condition]}")

    def otherwise(self) -> str:
        return self.tag("else")

    def end(self, keyword: str) -> str:
        return self.tag("endfor" if keyword == "range" else "endif")

    def hole(self, value: Any) -> str:
        return f"{{{{ {self.named(json.dumps(value))} }}}}"

    def insert(self, found: list[str], indent: int) -> str:
        return f"{' ' * indent}{{{{ {self.named(chr(10).join(found).lstrip())} }}}}"

    def insert_below(self, name: str, found: list[str], indent: int) -> Iterator[str]:
        yield f"{name}:"
        yield self.insert(found, indent)

    def named(self, text: str) -> str:
        """The name of a variable whose value is a text."""
        name = f"v{len(self.context)}"
        self.context[name] = text
        return name

    def rendered(self, text: str, choice: Choice) -> str:
        """What Jinja itself makes of a template."""
        from jinja2 import Environment, StrictUndefined

        strip = not self.dashes
        environment = Environment(trim_blocks=strip, lstrip_blocks=strip, undefined=StrictUndefined)
        # `each in a * 2`: a flag is a list in a loop.
        known = {name: [0] if value is True else [] if value is False else value for name, value in choice.items()}
        return environment.from_string(text).render(**self.context, **known)


class Erb(Jinja):
    """How an ERB template is written."""

    language = "erb"

    def tag(self, inside: str) -> str:
        pad = self.draw(sampled_from(("", "  ", "        ")))
        return f"{pad}<%- {inside} -%>" if self.dashes else f"{pad}<% {inside} %>"

    def open(self, keyword: str, condition: str, times: int) -> str:
        if keyword == "range":
            return self.tag(f"({_RUBY[condition]} ? {times} : 0).times do |each|")
        if condition == "not .a":
            return self.tag("unless @a")
        return self.tag(f"if {_RUBY[condition]}")

    def end(self, keyword: str) -> str:
        return self.tag("end")

    def hole(self, value: Any) -> str:
        return f"<%= {self.named(json.dumps(value))} %>"

    def insert(self, found: list[str], indent: int) -> str:
        return f"{' ' * indent}<%= {self.named('')} %>"


class Ytt(Jinja):
    """How a ytt template is written."""

    language = "ytt"

    def tag(self, inside: str) -> str:
        return f"{self.draw(sampled_from(('', '  ', '        ')))}#@ {inside}"

    def open(self, keyword: str, condition: str, times: int) -> str:
        if keyword == "range":
            return self.tag(f"for each in range({_PYTHON[condition]} * {times}):")
        return self.tag(f"if {_PYTHON[condition]}:")

    def otherwise(self) -> str:
        return self.tag("else:")

    def end(self, keyword: str) -> str:
        return self.tag("end")

    def hole(self, value: Any) -> str:
        return f"#@ {self.named('')}"

    def insert(self, found: list[str], indent: int) -> str:
        key = "-" if found[0].lstrip().startswith("- ") else "_:"
        return f"{' ' * indent}{key} #@ template.replace({self.named('')})"
