"""The option --rules. What it needs is imported only where there are such rules."""

from collections.abc import Sequence
from typing import Any

import click

from joblint.cli.output import FAILED
from joblint.report.stderr import complain, say


def own_rules(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> Sequence[str]:
    """Take users' own rules before any other option is looked at, for that may name them."""
    if value and not ctx.resilient_parsing:
        from joblint.checks import own

        try:
            for path in value:
                own.take(path)
        except own.OwnError as error:
            raise OwnRules(str(error)) from None
    return value


class OwnRules(click.ClickException):
    """Own rules that cannot be used: each line is told as it is, for it begins with a place."""

    exit_code = FAILED

    def show(self, file: Any = None) -> None:
        """Tell it."""
        for line in self.message.split("\n"):
            say(line) if ": error: " in line else complain(line)


def take_configured() -> None:
    """Take the own rules that the configuration for the current directory names. Raises OwnRules."""
    from joblint.project.config.find import Finder

    if not Finder().place("", True).files:
        return
    from joblint.project.config.inforce import Configuration

    found = Configuration()
    found.said("")
    if found.wrong:
        raise OwnRules("\n".join(map(str, dict.fromkeys(found.wrong))))


def take_quietly(paths: Sequence[str]) -> None:
    """Take the own rules of some paths, or of the configuration, as far as they can be used: for the shell."""
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
    help="Use the rules of your own in a file or directory, too: docs/own-rules.md. Repeatable.",
)
