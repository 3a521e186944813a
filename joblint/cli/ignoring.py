"""The option --add-ignore, and the options for what its comments say."""

from collections.abc import Mapping
from typing import Any

import click

from joblint.cli.inputs import STDIN

_LONGEST = 400  # characters of a reason; of a longer comment only the start is read


def _date(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Return a date that has not passed. Raises BadParameter."""
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
    """Return a text that can be the end of a comment. Raises BadParameter."""
    if value is None:
        return None
    from joblint.engine.suppress import expiry
    from joblint.engine.suppress.layout import MARK

    text = " ".join(value.split())
    wrong = ""
    if not text or not text.isprintable():
        wrong = "the reason must be a printable text"
    elif len(text) > _LONGEST:
        wrong = f"the reason must have at most {_LONGEST} characters"
    elif MARK in text or text[:1] in ":[" or expiry.read(text) != expiry.Expiry("", text):
        wrong = f"the reason must not contain `{MARK}`, or begin with `:`, `[` or `{expiry.WORD}` and a date"
    if wrong:
        raise click.BadParameter(wrong)
    return text


OPTIONS = (
    click.option(
        "--add-ignore",
        metavar="[=NAMES]",
        help="Write comments into the files that suppress all findings, or those of some rules, groups or effects.",
    ),
    click.option("--reason", metavar="TEXT", callback=_reason, help="The reason that --add-ignore writes."),
    click.option(
        "--until",
        metavar="DATE",
        callback=_date,
        help="The last day (YYYY-MM-DD, in UTC) on which the comments of --add-ignore are valid.",
    ),
)


class Check(click.Command):
    """A command whose option --add-ignore accepts a value only after `=`, so that a path is never used as one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments."""
        end = args.index("--") if "--" in args else len(args)
        bare = [f"{word}=all" if word == "--add-ignore" else word for word in args[:end]]
        return super().parse_args(ctx, bare + args[end:])


def check(given: Mapping[str, Any]) -> None:
    """Check that --add-ignore is possible, and given if an option requires it. Raises click.UsageError."""
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
        raise click.UsageError(f"--add-ignore cannot be combined with {other}")
    if STDIN in given["paths"]:
        raise click.UsageError("--add-ignore requires files: it cannot change standard input")
    try:
        selection(given["add_ignore"].split(","))
    except UnknownSelector as error:
        raise click.UsageError(f"--add-ignore: {error}") from None
