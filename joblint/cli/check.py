"""`joblint check`: judge files and directories."""

from collections.abc import Sequence

import click

from joblint.cli import options
from joblint.cli.run import FAIL_ON, FORMATS, NEVER, check
from joblint.finding import SEVERITIES

_EPILOG = """\b
Examples:
  joblint check                            this directory, and all below it
  joblint check manifests/ tutorial.md     directories, and files of any name
  kubectl create job a --image=busybox --dry-run=client -o yaml | joblint check -
  joblint check --kube-version 1.24-1.37   each finding says for which it holds
  joblint check --extend-select advice     what teams choose, too
  joblint check --select rejected,dropped  only what the API server does

\b
Exit codes:
  0  nothing found at or above --fail-on
  1  something found, or a file that does not parse
  2  a path that cannot be read, or wrong usage; what was found is still printed
"""


@click.command("check", epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="[PATH]... | -", type=click.Path(allow_dash=True))
@click.option(
    "--stdin-filename",
    metavar="NAME",
    type=click.Path(),
    help="What to call standard input; its suffix says what it is.",
)
@options.kube_version("Minors to judge for: 1.29, v1.29.3-gke.1, 1.24,1.30, 1.24-1.37. Default: the newest.")
@click.option(
    "--feature-gates",
    multiple=True,
    metavar="NAME=BOOL",
    callback=options.gates,
    shell_complete=options.complete_gates,
    help="Feature gates of the API server that are not at their defaults.",
)
@click.option(
    "--select",
    multiple=True,
    metavar="NAMES",
    shell_complete=options.complete_selectors,
    help="Rules, groups or effects to use, in place of the default.",
)
@click.option(
    "--extend-select",
    multiple=True,
    metavar="NAMES",
    shell_complete=options.complete_selectors,
    help="Rules, groups or effects to use besides.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="NAMES",
    shell_complete=options.complete_selectors,
    help="Rules, groups or effects to leave out; this wins.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="Default: text on a terminal, else concise: one line a finding.",
)
@options.colour
@click.option(
    "--fail-on",
    type=click.Choice((*SEVERITIES, NEVER)),
    default=FAIL_ON,
    show_default=True,
    help="The mildest severity that makes the exit code 1.",
)
@click.option("-v", "--verbose", is_flag=True, help="List what was left alone, and why.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings and errors only.")
def command(
    paths: Sequence[str],
    stdin_filename: str | None,
    minors: tuple[int, ...],
    feature_gates: dict[str, bool],
    select: Sequence[str],
    extend_select: Sequence[str],
    ignore: Sequence[str],
    format_: str | None,
    colour: str,
    fail_on: str,
    verbose: bool,
    quiet: bool,
) -> int:
    """Check the Jobs and CronJobs in files and directories (default: the current one).

    Directories are searched for .yaml, .yml, .json, .md, .markdown, .sh and .bash files; what git ignores is left out.
    Files that are named are read whatever their suffix. A dash is standard input.
    """
    from joblint.api import make_settings

    chosen = options.words(select) if select else None
    versions = [f"1.{minor}" for minor in minors]
    try:
        settings = make_settings(versions, feature_gates, chosen, options.words(extend_select), options.words(ignore))
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    return check(paths, settings, stdin_filename, format_, colour, fail_on, verbose, quiet)
