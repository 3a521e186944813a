"""The option --rules. What it needs is imported only if there are such rules."""

from collections.abc import Sequence
from typing import Any

import click

from joblint.cli.output import FAILED
from joblint.report.stderr import complain, say


def own_rules(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> Sequence[str]:
    """Load users' own rules before all other options are parsed, because these may name them."""
    if value and not ctx.resilient_parsing:
        from joblint.checks import own

        try:
            for path in value:
                own.take(path)
        except own.OwnError as error:
            raise OwnRules(str(error)) from None
    return value


class OwnRules(click.ClickException):
    """Own rules cannot be used. Each line of the message that begins with a place is printed as it is."""

    exit_code = FAILED

    def show(self, file: Any = None) -> None:
        """Print the message."""
        for line in self.message.split("\n"):
            say(line) if ": error: " in line else complain(line)


def take_configured() -> None:
    """Load the own rules that the configuration for the current directory names. Raises OwnRules."""
    from joblint.project.config.find import Finder

    if not Finder().place("", True).files:
        return
    from joblint.project.config.inforce import Configuration

    found = Configuration()
    found.said("")
    if found.wrong:
        raise OwnRules("\n".join(map(str, dict.fromkeys(found.wrong))))


def take_quietly(paths: Sequence[str]) -> None:
    """Load the own rules of some paths or of the configuration for shell completion, and ignore errors."""
    try:
        if paths:
            from joblint.checks import own

            for path in paths:
                own.load(path)
        else:
            take_configured()
    except (OwnRules, ValueError):
        pass


RULES = click.option(
    "--rules",
    multiple=True,
    metavar="PATH",
    type=click.Path(),
    is_eager=True,
    callback=own_rules,
    help="Also use your own rules in a file or directory (docs/own-rules.md). Repeatable.",
)
