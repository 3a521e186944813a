"""`joblint rules`: the list of rules."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import click

from joblint.cli import options, output
from joblint.finding import SEVERITY
from joblint.report import Paint

_WIDTH = 100
_KEYS = ("name", "group", "effects", "default", "summary", "fix", "aliases")

_EPILOG = """\b
Examples:
  joblint rules                            all of them, by group
  joblint rules dropped schedule           by effect, group or name
  joblint rules --format json              for programs
"""


@click.command("rules", epilog=_EPILOG)
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=options.complete_selectors)
@click.option("--format", "format_", type=click.Choice(("text", "json")), default="text", help="Default: text.")
@options.colour
def command(names: Sequence[str], format_: str, colour: str) -> None:
    """List the rules, with their effects and what each stands for; all of them, or those of some groups or effects."""
    from joblint.bundle import load

    rules = load()["rules"]
    for name in names:
        if not any(_wanted(rule, [name]) for rule in rules):
            raise click.UsageError(f"there is no rule, group or effect `{name}`")
    rules = [rule for rule in rules if _wanted(rule, names)]
    if format_ == "json":
        import json

        output.write(json.dumps([{key: rule[key] for key in _KEYS} for rule in rules], indent=2) + "\n")
    else:
        output.write("\n".join(lines(rules, output.painter(colour))) + "\n")


def _wanted(rule: dict[str, Any], names: Sequence[str]) -> bool:
    known = {rule["name"], rule["group"], *rule["effects"], *rule["aliases"], "all"}
    return not names or bool(known.intersection(names))


def lines(rules: Sequence[dict[str, Any]], paint: Paint) -> Iterator[str]:
    """The list as it is printed: by group, each rule with its effects and its summary."""
    width = min(output.width(_WIDTH), _WIDTH)
    for group in sorted({rule["group"] for rule in rules}):
        yield paint(group, "heading")
        for rule in rules:
            if rule["group"] == group:
                effects = ", ".join(paint(effect, SEVERITY[effect]) for effect in rule["effects"])
                yield f"  {rule['name']}: {effects}"
                yield from textwrap.wrap(
                    rule["summary"], width, initial_indent="      ", subsequent_indent="      ", break_long_words=False
                )
        yield ""
    off = sum(not rule["default"] for rule in rules)
    yield f"{len(rules)} rules" + (f"; {off} of them, advice, are off until they are selected" if off else "")
