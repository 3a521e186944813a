"""`joblint check`: judge files and directories."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from joblint.cli import options
from joblint.cli.judge import STDIN_NAME
from joblint.cli.run import FAIL_ON, FORMATS, NEVER, Call, check
from joblint.finding import SEVERITIES
from joblint.server.unknown import FIELD_VALIDATION, STRICT

_EPILOG = """\b
Examples:
  joblint check                            this directory, and all below it
  joblint check manifests/ tutorial.md     directories, and files of any name
  kubectl create job a --image=busybox --dry-run=client -o yaml | joblint check -
  joblint check --kube-version 1.24-1.37   each finding says for which it holds
  joblint check --extend-select advice     what teams choose, too
  joblint check --select rejected,dropped  only what the API server does
  joblint check --against git:main         what it says of the changes since main
  joblint check --against old.yaml new.yaml

\b
Exit codes:
  0  nothing found at or above --fail-on
  1  something found, or a file that does not parse
  2  a path or OLD that cannot be read, or wrong usage; what was found is still printed
"""


Command = Callable[..., int]
# What `check` and `fix` have in common. An option that a Call has a field for goes there under its name.
OPTIONS = (
    click.argument("paths", nargs=-1, metavar="[PATH]... | -", type=click.Path(allow_dash=True)),
    click.option(
        "--stdin-filename",
        "stdin_name",
        default=STDIN_NAME,
        metavar="NAME",
        type=click.Path(),
        help="What to call standard input; its suffix says what it is.",
    ),
    options.kube_version("Minors to judge for: 1.29, v1.29.3-gke.1, 1.24,1.30, 1.24-1.37. Default: the newest."),
    click.option(
        "--feature-gates",
        multiple=True,
        metavar="NAME=BOOL",
        callback=options.gates,
        shell_complete=options.complete_gates,
        help="Feature gates of the API server that are not at their defaults, set in all minors that let them be set.",
    ),
    click.option(
        "--field-validation",
        type=click.Choice(FIELD_VALIDATION, case_sensitive=False),
        default=STRICT,
        show_default=True,
        help="What the API server is asked to do with unknown and duplicate fields, as kubectl's --validate: "
        "refuse them; take the object and warn of them (before 1.25: without a warning); or say nothing.",
    ),
    click.option(
        "--against",
        metavar="OLD",
        shell_complete=options.complete_against,
        help="Judge as an update, as `kubectl apply` makes it, what also stands in OLD: a file, a directory, or "
        "git:REF, which is the files as they are at that commit, branch or tag. What OLD lacks is judged as new.",
    ),
    click.option(
        "--select",
        multiple=True,
        metavar="NAMES",
        shell_complete=options.complete_selectors,
        help="Rules, groups or effects to use, in place of the default.",
    ),
    click.option(
        "--extend-select",
        multiple=True,
        metavar="NAMES",
        shell_complete=options.complete_selectors,
        help="Rules, groups or effects to use besides.",
    ),
    click.option(
        "--ignore",
        multiple=True,
        metavar="NAMES",
        shell_complete=options.complete_selectors,
        help="Rules, groups or effects to leave out; this wins.",
    ),
    click.option(
        "--format",
        "format",
        type=click.Choice(FORMATS),
        help="Default: text on a terminal, else concise: one line a finding.",
    ),
    options.colour,
    click.option(
        "--fail-on",
        type=click.Choice((*SEVERITIES, NEVER)),
        default=FAIL_ON,
        show_default=True,
        help="The mildest severity that makes the exit code 1.",
    ),
    click.option("-v", "--verbose", is_flag=True, help="List what was left alone, and why."),
    click.option("-q", "--quiet", is_flag=True, help="Print findings and errors only."),
)
FIXES = (
    click.option("--fix", is_flag=True, help="Mend what has a safe fix, and report what is left."),
    click.option("--unsafe-fixes", is_flag=True, help="Apply also the fixes that may not be what the author meant."),
    click.option("--diff", is_flag=True, help="Show what the fixes would change, and change nothing."),
)


def with_options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Give a command these options, in this order in its help."""

    def give(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return give


@click.command("check", epilog=_EPILOG)
@with_options(*OPTIONS, *FIXES)
def command(**given: Any) -> int:
    """Check the Jobs and CronJobs in files and directories (default: the current one).

    Directories are searched for .yaml, .yml, .json, .md, .markdown, .sh and .bash files; what git ignores is left out.
    Files that are named are read whatever their suffix. A dash is standard input.
    """
    if not given["fix"] and (given["unsafe_fixes"] or given["diff"]):
        raise click.UsageError(f"{'--diff' if given['diff'] else '--unsafe-fixes'} goes with --fix")
    return check(call(given))


def call(given: Mapping[str, Any]) -> Call:
    """What was asked for, from the values of the options. Raises click.UsageError."""
    from joblint.api import make_settings

    try:
        settings = make_settings(
            [f"1.{minor}" for minor in given["minors"]],
            given["feature_gates"],
            options.words(given["select"]) if given["select"] else None,
            options.words(given["extend_select"]),
            options.words(given["ignore"]),
            field_validation=given["field_validation"],
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    return Call(settings=settings, **{name: value for name, value in given.items() if name in Call._fields})
