"""`joblint check`: check files and directories."""

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
  joblint check                            this directory and all below it
  joblint check manifests/ tutorial.md     directories, and files of any name
  kubectl create job a --image=b --dry-run=client -o yaml | joblint check -
  joblint check --kube-version 1.24-1.37   and which minors a finding is for
  joblint check --extend-select advice     also best practices
  joblint check --select rejected,dropped  only what the API server does
  joblint check --watch                    again whenever a file changes
  joblint check --against git:main         as updates of what main has
  joblint check --against old.yaml new.yaml

\b
Exit codes:
  0  no finding at or above --fail-on
  1  findings, or a file that looks like a Job and cannot be parsed;
     with --fail-on-empty: no Job or CronJob was checked;
     with --strict-baseline: the baseline lists findings that are gone
  2  a path or OLD cannot be read, or the command line or a
     configuration is wrong; findings are still printed
"""


def _namespace(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """Return the name of a namespace. Raises BadParameter."""
    if value != NAMESPACE:
        try:
            check_namespace(value)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None
    return value


Command = Callable[..., int]
# The options that make the settings of a file; `joblint config` also has them.
SETTINGS = (
    options.kube_version(
        "Kubernetes minors to check for: 1.29, v1.29.3-gke.1, 1.24,1.30, 1.24-1.37. Default: the newest."
    ),
    click.option(
        "--feature-gates",
        multiple=True,
        metavar="NAME=BOOL",
        callback=options.gates,
        shell_complete=options.complete_gates,
        help="Feature gates of the API server that differ from their defaults. Each is set in all minors that allow "
        "it.",
    ),
    click.option(
        "--field-validation",
        type=options.Choice(FIELD_VALIDATION, case_sensitive=False),
        default=STRICT,
        show_default=True,
        help="What the API server is asked to do with unknown and duplicate fields, as with kubectl's --validate: "
        "refuse the object, accept it with a warning (before 1.25: without one), or ignore them.",
    ),
    click.option(
        "--namespace",
        default=NAMESPACE,
        show_default=True,
        metavar="NAME",
        callback=_namespace,
        help="The namespace in which objects without one are created. Policies and your own rules see it.",
    ),
    options.selectors("--select", "Rules, groups or effects to use instead of the default."),
    options.selectors("--extend-select", "More rules, groups or effects to use."),
    options.selectors(
        "--ignore", "Rules, groups or effects not to use. Takes precedence over --select and --extend-select."
    ),
    *configured.OPTIONS,
)
# The options that `check` and `fix` share. An option that is the name of a field of Call is passed in that field.
OPTIONS = (
    click.argument("paths", nargs=-1, metavar="[PATH]... | -", type=click.Path(allow_dash=True)),
    click.option(
        "--stdin-filename",
        "stdin_name",
        default=STDIN_NAME,
        metavar="NAME",
        type=click.Path(),
        help="The file name to use for standard input; its suffix decides the language.",
    ),
    *listed.OPTIONS,
    *SETTINGS,
    click.option(
        "--against",
        metavar="OLD",
        shell_complete=options.complete_against,
        help="Check objects that are also in OLD as updates of it, as `kubectl apply` does, and all others as new. OLD "
        "is a file, a directory, or git:REF: the files at that commit, branch or tag.",
    ),
    click.option(
        "--since",
        metavar="REF",
        shell_complete=options.complete_revisions,
        help="Report only findings that are new since a git commit, branch or tag. With `...` after it: since the "
        "commit where HEAD branched off.",
    ),
    click.option("--baseline", metavar="FILE", type=click.Path(), help="Do not report findings listed in FILE."),
    click.option(
        "--write-baseline",
        is_flag=False,
        flag_value="",
        metavar="[FILE]",
        type=click.Path(),
        help="Write all findings to a baseline: FILE, or the file of --baseline.",
    ),
    click.option(
        "--strict-baseline/--no-strict-baseline",
        default=False,
        help="Exit with 1 if the baseline lists findings that are gone, and name them.",
    ),
    click.option(
        "--no-suppressions",
        "suppress",
        flag_value=False,
        default=True,
        help="Also report findings that comments and annotations suppress.",
    ),
    click.option(
        "--format",
        "format",
        type=options.Choice([*FORMATS]),
        help="The format of the report. Default: text on a terminal, otherwise concise (one line per finding).",
    ),
    click.option(
        "--output",
        "outputs",
        multiple=True,
        metavar="FORMAT=FILE",
        callback=options.outputs,
        shell_complete=options.complete_outputs,
        help="Also write a report to a file. Repeatable.",
    ),
    click.option(
        "--statistics",
        is_flag=True,
        help="Print the number of findings of each rule instead of the findings (formats text and concise).",
    ),
    options.colour,
    click.option(
        "--fail-on",
        type=options.Choice((*SEVERITIES, NEVER)),
        default=FAIL_ON,
        show_default=True,
        help="Lowest severity that makes joblint exit with 1.",
    ),
    click.option(
        "--fail-on-empty/--no-fail-on-empty",
        default=False,
        help="Exit with 1 if no Job or CronJob was checked.",
    ),
    click.option(
        "--fail-on-unknown-version/--no-fail-on-unknown-version",
        default=False,
        help="Exit with 2 if joblint does not know a Kubernetes version yet. Default: check for the newest it knows.",
    ),
    click.option(
        "--exit-zero",
        is_flag=True,
        help="Exit with 0 even if there are findings. Takes precedence over --fail-on. Errors still exit with 2.",
    ),
    click.option(
        "--render",
        is_flag=True,
        help="Run helm or kustomize on each PATH that is a chart or a kustomization, and check the output. With "
        "--against, OLD is rendered as well.",
    ),
    *render_options.OPTIONS,
    click.option(
        "-v", "--verbose", is_flag=True, help="List what was left alone and why, and named files that cannot be parsed."
    ),
    click.option("-q", "--quiet", is_flag=True, help="Print only findings and errors."),
)
FIXES = (
    click.option("--fix", is_flag=True, help="Apply safe fixes, and report what is left."),
    click.option("--unsafe-fixes", is_flag=True, help="Also apply fixes that may not be what the author meant."),
    click.option("--diff", is_flag=True, help="Show what the fixes (or --add-ignore) would change; change nothing."),
    click.option(
        "--show-fixes/--no-show-fixes",
        default=None,
        help="List the fixes. Default: only on a terminal.",
    ),
)


def with_options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Return a decorator that gives a command these options, in this order in its help."""

    def give(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return give


_WATCH = click.option(
    "--watch",
    is_flag=True,
    help="Check again whenever a file changes, until Ctrl-C. Clears the terminal before each run.",
)


@click.command("check", cls=ignoring.Check, epilog=_EPILOG)
@with_options(*OPTIONS, *FIXES, *ignoring.OPTIONS, _WATCH)
def command(**given: Any) -> int:
    """Check the Jobs and CronJobs in files and directories (default: the current one).

    Directories are searched for .yaml, .yml, .json, .md, .markdown, .rst, .sh and .bash files that git does not
    ignore. Named files are read whatever their suffix is. A dash is standard input.
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
    """Check that no option requires --fix. Raises click.UsageError."""
    if given["unsafe_fixes"] or given["show_fixes"] is not None:
        raise click.UsageError(f"{'--unsafe-fixes' if given['unsafe_fixes'] else '--show-fixes'} requires --fix")
    if given["diff"] and given["add_ignore"] is None:
        raise click.UsageError("--diff requires --fix or --add-ignore")
    check_diff(given)


def check_fix(given: Mapping[str, Any]) -> None:
    """Check that no option excludes fixes. Raises click.UsageError."""
    if given["write_baseline"] is not None:
        raise click.UsageError("--write-baseline cannot be combined with fixes")
    check_diff(given)


def check_diff(given: Mapping[str, Any]) -> None:
    """Check that no option excludes --diff. Raises click.UsageError."""
    if given["diff"] and (given["outputs"] or given["statistics"] or given["format"]):
        raise click.UsageError(
            "--diff cannot be combined with --format, --output or --statistics: it prints a diff and not a report"
        )


def call(given: Mapping[str, Any]) -> Call:
    """Return the call that the values of the options ask for. Raises click.UsageError."""
    if given["since"] is not None and given["write_baseline"] is not None:
        raise click.UsageError("--write-baseline cannot be combined with --since: it must write all findings")
    line = click.get_current_context().get_parameter_source("strict_baseline")
    if given["since"] is not None and given["strict_baseline"] and line is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("--strict-baseline cannot be combined with --since: it needs all findings")
    render_options.check(given)
    given = listed.with_listed(given)
    configuration, settings = configured.configuration(given, given["paths"])
    settings = settings._replace(suppress=given["suppress"])
    return Call((), settings, configuration=configuration).with_options(given)
