"""`joblint config`: the configuration that applies to a path, and where each value comes from."""

import json
import os
import re
from collections.abc import Iterator, Sequence
from typing import Any

import click

from joblint.cli import configured, options, output
from joblint.cli.check import SETTINGS, with_options
from joblint.kube.minors.versions import unknown
from joblint.manifests.yaml.scalar import resolve
from joblint.project.config.keys import KEYS, NAMED
from joblint.project.config.layers import defaults, in_force
from joblint.project.config.read import Given
from joblint.report import Paint, stderr
from joblint.report.visible import inert_json, visible
from joblint.rule.settings import Settings

_EPILOG = """\b
Examples:
  joblint config                           for the current directory
  joblint config clusters/old/job.yaml     for a file
  joblint config --schema                  the JSON Schema, for editors

\b
The output is a valid configuration.
Its comments say where each value comes from.
"""
_COLUMN = 40  # where the comments start


@click.command("config", epilog=_EPILOG)
@with_options(
    click.argument("path", default=os.curdir, metavar="[PATH]", type=click.Path()),
    *SETTINGS,
    options.text_or_json,
    options.colour,
    click.option("--schema", is_flag=True, help="Print only the JSON Schema of a configuration."),
)
def command(path: str, format_: str, colour: str, schema: bool, **given: Any) -> int:
    """Show the configuration for a file or directory (default: the current one), and where each value comes from."""
    if schema:
        from joblint.project.config.schema import schema as made

        output.write(json.dumps(made(), indent=2, ensure_ascii=False) + "\n")
        return 0
    configuration, _ = configured.configuration(given, [path])
    place = os.path.join(path, "") if os.path.isdir(path) else path
    said, excluded = configuration.said(place), configuration.excludes(path)
    settings = configuration.settings(place)
    for wrong in dict.fromkeys(configuration.wrong):
        stderr.say(str(wrong))
    if configuration.wrong:
        return output.FAILED
    newer = unknown(configuration.asked)
    if newer:
        stderr.complain(newer)
    if not os.path.lexists(path):
        stderr.complain(f"{path}: no such file or directory; this is the configuration for a file of that name")
    values = in_force([defaults(), *said.layers])
    if format_ == "json":
        output.write(inert_json(json.dumps(_content(path, said.config, excluded, values, settings), indent=2)) + "\n")
    else:
        printed = _Printed(output.painter(colour))
        output.write("\n".join(printed.lines(path, said.config, excluded, values)) + "\n")
    return 0


def _content(path: str, config: str, excluded: str, values: Sequence[Given], settings: Settings) -> dict[str, Any]:
    """Return the configuration for programs. `config` and `excluded_by` may be null."""
    from joblint.rule.cards import effects

    on = {name: [e for e in able if settings.wants(name, e)] for name, able in effects().items()}
    return {
        "path": path,
        "config": config or None,
        "excluded_by": excluded or None,
        "values": [
            {"key": one.key, **({"name": one.name} if one.name else {}), "value": one.value, "from": one.origin}
            for one in values
        ],
        "rules": {name: able for name, able in on.items() if able},
    }


class _Printed:
    """A configuration as it is printed, in YAML: each value on a line, with a comment that says who set it."""

    def __init__(self, paint: Paint) -> None:
        self.paint = paint

    def lines(self, path: str, config: str, excluded: str, values: Sequence[Given]) -> Iterator[str]:
        """Yield the lines of the whole configuration."""
        yield self.paint(f"# {visible(path)}: {visible(config) or 'no configuration'}", "faint")
        if excluded:
            yield self.paint(f"# excluded by {visible(excluded)}", "faint")
        for name, key in KEYS.items():
            given = [one for one in values if one.key == name]
            if key.merge == NAMED and given:
                yield self.key(name)
                yield from self.named(given)
            elif len(given) == 1:
                yield self.line(name, _word(given[0].value), given[0])
            elif given:
                yield self.key(name)
                yield from (self.line("", f"- {_word(one.value)}", one) for one in given if one.value is not None)

    def named(self, given: Sequence[Given]) -> Iterator[str]:
        """Yield the lines of a mapping's values; the options of a rule follow the rule."""
        rule = ""
        for one in given:
            owner, dot, name = one.name.rpartition(".")
            if owner != rule:
                yield f"  {self.key(owner)}"
            rule = owner
            yield self.line(name, _word(one.value), one, "    " if dot else "  ")

    def key(self, name: str) -> str:
        """Return the key of a value, or of several values."""
        return f"{self.paint(name, 'heading')}:"

    def line(self, name: str, value: str, given: Given, indent: str = "") -> str:
        """Return the line of a value, with who set it."""
        start, key = (f"{name}: ", f"{self.key(name)} ") if name else ("", "")
        space = " " * (_COLUMN - len(indent + start + value))
        return f"{indent}{key}{value}{space} {self.paint(f'# {visible(given.origin)}', 'faint')}"


def _word(value: str | bool | int | None) -> str:
    """Return a value in YAML, in quotes if it would be read as something else."""
    if value is None:
        return "[]"
    plain = isinstance(value, str) and re.fullmatch(r"[\w/][\w/.-]*", value) and resolve(value) == value
    return value if isinstance(value, str) and plain else inert_json(json.dumps(value))
