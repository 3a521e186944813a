"""`joblint rules`: list the rules."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import click
from click.shell_completion import CompletionItem

from joblint.cli import options, output, own_option
from joblint.kube.nearest import did_you_mean
from joblint.report import Paint, counted
from joblint.report.visible import inert, inert_json, visible
from joblint.rule.finding import SEVERITY

_WIDTH = 100
_SUBCOMMANDS = ("test", "export")
_KEYS = ("name", "group", "effects", "default", "summary", "fix", "aliases")

_EPILOG = """\b
Examples:
  joblint rules                            all rules, by group
  joblint rules dropped schedule           those of an effect and a group
  joblint rules --format json              for programs
  joblint rules test rules/                test your own rules
  joblint rules export --rules rules/ NAME
                                           as a ValidatingAdmissionPolicy
"""


class Rules(click.Command):
    """A command that has subcommands as well as the names that it accepts."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Return the context of the command that is called."""
        name, command = self.called(args)
        if name:
            return command.make_context(f"{info_name} {name}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)

    def called(self, args: Sequence[str]) -> tuple[str, click.Command]:
        """Return the name of the subcommand that some arguments call, and the subcommand; or no name and this one."""
        if not args or args[0] not in _SUBCOMMANDS:
            return "", self
        from joblint.cli.own import SUBCOMMANDS

        return args[0], SUBCOMMANDS[args[0]]


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the subcommands, and the names that can be listed."""
    from joblint.cli.own import SUBCOMMANDS

    first = [] if ctx.params.get("names") else [name for name in SUBCOMMANDS if name.startswith(incomplete)]
    commands = [CompletionItem(name, help=SUBCOMMANDS[name].get_short_help_str()) for name in first]
    return commands + options.complete_selectors(ctx, param, incomplete)


@click.command("rules", cls=Rules, epilog=_EPILOG)
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=_complete)
@own_option.RULES
@options.text_or_json
@options.colour
def command(names: Sequence[str], format_: str, colour: str, rules: Sequence[str]) -> None:
    """List rules with their effects and summaries: all rules, or those with the given names, groups or effects."""
    from joblint.rule.cards import listed

    if not rules:
        own_option.take_configured()
    known = listed()
    for name in names:
        if not any(_wanted(rule, [name]) for rule in known):
            words = {word for rule in known for word in (rule["name"], rule["group"], *rule["effects"])}
            raise click.UsageError(
                f"`{name}` is not a rule, group or effect{did_you_mean(name, (*words, *_SUBCOMMANDS))}"
            )
    found = [rule for rule in known if _wanted(rule, names)]
    if format_ == "json":
        import json

        output.write(inert_json(json.dumps([{key: rule[key] for key in _KEYS} for rule in found], indent=2)) + "\n")
    else:
        output.write(inert("\n".join(lines(found, output.painter(colour))) + "\n"))


def _wanted(rule: dict[str, Any], names: Sequence[str]) -> bool:
    known = {rule["name"], rule["group"], *rule["effects"], *rule["aliases"], "all"}
    return not names or bool(known.intersection(names))


def lines(rules: Sequence[dict[str, Any]], paint: Paint) -> Iterator[str]:
    """Yield the lines of the list: rules by group, each with its effects and summary."""
    width = min(output.width(_WIDTH), _WIDTH)
    for group in sorted({rule["group"] for rule in rules}):
        yield paint(group, "heading")
        for rule in rules:
            if rule["group"] == group:
                effects = ", ".join(paint(effect, SEVERITY[effect]) for effect in rule["effects"])
                yield f"  {visible(rule['name'])}: {effects}"
                text, indent = visible(rule["summary"]), " " * 6
                yield from textwrap.wrap(
                    text, width, initial_indent=indent, subsequent_indent=indent, break_long_words=False
                )
        yield ""
    off = sum(not rule["default"] for rule in rules)
    are = "is off until selected" if off == 1 else "are off until selected"
    yield counted(len(rules), "rule") + (f"; {off} of them (advice) {are}" if off else "")
