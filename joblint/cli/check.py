"""`joblint check`: judge files and directories."""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import click

from joblint.cli import configured, ignoring, listed, options, render_options
from joblint.cli.call import Call
from joblint.cli.inputs import STDIN_NAME
from joblint.cli.run import check
from joblint.report import FAIL_ON, FORMATS, NEVER
from joblint.rule.finding import SEVERITIES
from joblint.rule.settings import FIELD_VALIDATION, NAMESPACE, STRICT, check_namespace

_EPILOG = """\b
Examples:
  joblint check                            this directory, and all below it
  joblint check manifests/ tutorial.md     directories and files of any name
  kubectl create job a --image=b --dry-run=client -o yaml | joblint check -
  joblint check --kube-version 1.24-1.37   which minors a finding holds for
  joblint check --extend-select advice     what teams choose, too
  joblint check --select rejected,dropped  only what the API server does
  joblint check --watch                    again whenever a file changes
  joblint check --against git:main         changes since main, as updates
  joblint check --against old.yaml new.yaml

\b
Exit codes:
  0  nothing found at or above --fail-on
  1  something found, or a file that looks like a Job and does not parse;
     with --fail-on-empty: no Job or CronJob;
     with --strict-baseline: the baseline has what is no longer found
  2  a path or OLD that cannot be read, or wrong usage;
     what was found is still printed
"""


def _namespace(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """The name of a namespace. Raises BadParameter."""
    if value != NAMESPACE:
        try:
            check_namespace(value)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None
    return value


Command = Callable[..., int]
# What the settings of a file are made of; `joblint config` has them too.
SETTINGS = (
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
        type=options.Choice(FIELD_VALIDATION, case_sensitive=False),
        default=STRICT,
        show_default=True,
        help="What the API server is asked to do with unknown and duplicate fields, as kubectl's --validate: "
        "refuse them; take the object and warn of them (before 1.25: without a warning); or say nothing.",
    ),
    click.option(
        "--namespace",
        default=NAMESPACE,
        show_default=True,
        metavar="NAME",
        callback=_namespace,
        help="The namespace that objects without one are created in, as policies and rules of your own see them.",
    ),
    options.selectors("--select", "Rules, groups or effects to use, in place of the default."),
    options.selectors("--extend-select", "Rules, groups or effects to use besides."),
    options.selectors("--ignore", "Rules, groups or effects to leave out; this wins."),
    *configured.OPTIONS,
)
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
    *listed.OPTIONS,
    *SETTINGS,
    click.option(
        "--against",
        metavar="OLD",
        shell_complete=options.complete_against,
        help="Judge as an update, as `kubectl apply` makes it, what also stands in OLD: a file, a directory, or "
        "git:REF, which is the files as they are at that commit, branch or tag. What OLD lacks is judged as new.",
    ),
    click.option(
        "--since",
        metavar="REF",
        shell_complete=options.complete_revisions,
        help="Report only what is new since a commit, branch or tag (git); with `...` behind it, since HEAD left it.",
    ),
    click.option(
        "--baseline", metavar="FILE", type=click.Path(), help="Leave out of the report what is known: what FILE has."
    ),
    click.option(
        "--write-baseline",
        is_flag=False,
        flag_value="",
        metavar="[FILE]",
        type=click.Path(),
        help="Write all that is found into a baseline: FILE, or that of --baseline.",
    ),
    click.option(
        "--strict-baseline/--no-strict-baseline",
        default=False,
        help="Exit with 1 if the baseline has findings that are no longer found, and name them.",
    ),
    click.option(
        "--no-suppressions",
        "suppress",
        flag_value=False,
        default=True,
        help="Report also what comments and annotations suppress.",
    ),
    click.option(
        "--format",
        "format",
        type=options.Choice(FORMATS),
        help="Default: text on a terminal, else concise: one line a finding.",
    ),
    click.option(
        "--output",
        "outputs",
        multiple=True,
        metavar="FORMAT=FILE",
        callback=options.outputs,
        shell_complete=options.complete_outputs,
        help="Write a report into a file besides. May be given several times.",
    ),
    click.option("--statistics", is_flag=True, help="Print how many findings each rule has, in place of the findings."),
    options.colour,
    click.option(
        "--fail-on",
        type=options.Choice((*SEVERITIES, NEVER)),
        default=FAIL_ON,
        show_default=True,
        help="The mildest severity that makes the exit code 1.",
    ),
    click.option(
        "--fail-on-empty/--no-fail-on-empty",
        default=False,
        help="Exit with 1 if no Job or CronJob was checked.",
    ),
    click.option(
        "--fail-on-unknown-version/--no-fail-on-unknown-version",
        default=False,
        help="Exit with 2 if a Kubernetes version is newer than joblint knows. Default: check as the newest.",
    ),
    click.option(
        "--exit-zero",
        is_flag=True,
        help="Exit with 0 whatever is found; this wins over --fail-on. What cannot be read still makes it 2.",
    ),
    click.option(
        "--render",
        is_flag=True,
        help="Judge what helm or kustomize makes of each PATH that is a chart or a kustomization; with --against, over "
        "what they made of it at OLD.",
    ),
    *render_options.OPTIONS,
    click.option("-v", "--verbose", is_flag=True, help="List what was left alone, and why."),
    click.option("-q", "--quiet", is_flag=True, help="Print findings and errors only."),
)
FIXES = (
    click.option("--fix", is_flag=True, help="Mend what has a safe fix, and report what is left."),
    click.option("--unsafe-fixes", is_flag=True, help="Apply also the fixes that may not be what the author meant."),
    click.option(
        "--diff", is_flag=True, help="Show what the fixes (or --add-ignore) would change, and change nothing."
    ),
    click.option(
        "--show-fixes/--no-show-fixes",
        default=None,
        help="List the fixes that are applied. Default: in a terminal.",
    ),
)


def with_options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Give a command these options, in this order in its help."""

    def give(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return give


_WATCH = click.option(
    "--watch",
    is_flag=True,
    help="Check again whenever a file changes, until Ctrl-C; clears a terminal before each run.",
)


@click.command("check", cls=ignoring.Check, epilog=_EPILOG)
@with_options(*OPTIONS, *FIXES, *ignoring.OPTIONS, _WATCH)
def command(**given: Any) -> int:
    """Check the Jobs and CronJobs in files and directories (default: the current one).

    Directories are searched for .yaml, .yml, .json, .md, .markdown, .sh and .bash files; what git ignores is left out.
    Files that are named are read whatever their suffix. A dash is standard input.
    """
    if not given["fix"]:
        _check_without_fix(given)
    if given["fix"]:
        check_fix(given)
    ignoring.check(given)
    if given["watch"]:
        from joblint.cli import watch

        watch.check(given)
        return watch.watch(given, sys.argv[1:])
    return check(call(given))


def _check_without_fix(given: Mapping[str, Any]) -> None:
    """Raises click.UsageError for what needs --fix."""
    if given["unsafe_fixes"] or given["show_fixes"] is not None:
        raise click.UsageError(f"{'--unsafe-fixes' if given['unsafe_fixes'] else '--show-fixes'} needs --fix")
    if given["diff"] and given["add_ignore"] is None:
        raise click.UsageError("--diff needs --fix or --add-ignore")
    check_diff(given)


def check_fix(given: Mapping[str, Any]) -> None:
    """Raises click.UsageError for what cannot be asked for together with fixes."""
    if given["write_baseline"] is not None:
        raise click.UsageError("--write-baseline is for a run without fixes")
    check_diff(given)


def check_diff(given: Mapping[str, Any]) -> None:
    """Raises click.UsageError for what cannot be combined with --diff."""
    if given["diff"] and (given["outputs"] or given["statistics"] or given["format"]):
        raise click.UsageError(
            "--diff prints a diff and no report: --format, --output and --statistics cannot be combined with it"
        )


def call(given: Mapping[str, Any]) -> Call:
    """What was asked for, from the values of the options. Raises click.UsageError."""
    if given["since"] is not None and given["write_baseline"] is not None:
        raise click.UsageError("--write-baseline writes all that is found, and --since leaves some of it out")
    line = click.get_current_context().get_parameter_source("strict_baseline")
    if given["since"] is not None and given["strict_baseline"] and line is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("--strict-baseline needs all that is found, and --since leaves some of it out")
    render_options.check(given)
    given = listed.with_listed(given)
    configuration, settings = configured.configuration(given, given["paths"])
    values = {name: value for name, value in given.items() if name in Call._fields}
    settings = settings._replace(suppress=given["suppress"])
    return Call(settings=settings, configuration=configuration, **values)
