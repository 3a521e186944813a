"""The option --add-ignore, and those that say what else its comments tell."""

from collections.abc import Mapping
from typing import Any

import click

from joblint.cli.inputs import STDIN

_LONGEST = 400  # characters of a reason: what is read of a comment


def _date(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """A day that has not passed. Raises BadParameter."""
    if value is None:
        return None
    from joblint.engine.suppress import expiry
    from joblint.rule.settings import today

    wrong = expiry.problem(value)
    if not wrong and value < today():
        wrong = f"{value} has passed (days are in UTC)"
    if wrong:
        raise click.BadParameter(wrong)
    return value


def _reason(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """A text that can be the end of a comment. Raises BadParameter."""
    if value is None:
        return None
    from joblint.engine.suppress import expiry
    from joblint.engine.suppress.layout import MARK

    text = " ".join(value.split())
    wrong = ""
    if not text or not text.isprintable():
        wrong = "a reason is a text"
    elif len(text) > _LONGEST:
        wrong = f"a reason has at most {_LONGEST} characters"
    elif MARK in text or text[:1] in ":[" or expiry.read(text) != expiry.Expiry("", text):
        wrong = f"`{text}` would be read as more than a reason"
    if wrong:
        raise click.BadParameter(wrong)
    return text


OPTIONS = (
    click.option(
        "--add-ignore",
        metavar="[=NAMES]",
        help="Suppress what is found by comments written into the files; of these rules, groups or effects only.",
    ),
    click.option("--reason", metavar="TEXT", callback=_reason, help="The reason that --add-ignore writes."),
    click.option(
        "--until",
        metavar="DATE",
        callback=_date,
        help="The last day (YYYY-MM-DD, in UTC) on which the comments of --add-ignore count.",
    ),
)


class Check(click.Command):
    """A command whose option --add-ignore takes its value behind a `=` only, so that no path is taken for one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments."""
        end = args.index("--") if "--" in args else len(args)
        bare = [f"{word}=all" if word == "--add-ignore" else word for word in args[:end]]
        return super().parse_args(ctx, bare + args[end:])


def check(given: Mapping[str, Any]) -> None:
    """Raises click.UsageError where --add-ignore cannot be done, or where it is missing."""
    if given["add_ignore"] is None:
        alone = next((name for name in ("reason", "until") if given[name] is not None), "")
        if alone:
            raise click.UsageError(f"--{alone} requires --add-ignore")
        return
    from joblint.rule.cards import UnknownSelector, selection

    without = {"fix": "--fix", "write_baseline": "--write-baseline"}
    other = next((name for key, name in without.items() if given[key] not in (False, None)), "")
    other = other or ("" if given["suppress"] else "--no-suppressions")
    if other:
        raise click.UsageError(f"give one of --add-ignore and {other}")
    if STDIN in given["paths"]:
        raise click.UsageError("--add-ignore changes files, and standard input is none")
    try:
        selection(given["add_ignore"].split(","))
    except UnknownSelector as error:
        raise click.UsageError(f"--add-ignore: {error}") from None
