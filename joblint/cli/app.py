"""The group of commands, and what all commands share: how they end."""

import os
import sys
from collections.abc import Sequence

import click

from joblint.cli.output import FAILED, guarded
from joblint.cli.own_option import OwnRules
from joblint.cli.version import version_text
from joblint.kube.minors.minor import NEWEST, OLDEST
from joblint.report.stderr import say

# The commands, each with a line about it, so that the list is printed without loading any of them.
COMMANDS = {
    "check": "Check the Jobs and CronJobs in files and directories.",
    "fix": "Apply safe fixes, and check again.",
    "config": "Show the configuration that applies to a path.",
    "explain": "Explain a rule, with examples.",
    "explain-schedule": "Explain when a schedule fires.",
    "rules": "List the rules.",
    "lsp": "Serve an editor as a language server.",
    "schema": "Print the JSON Schema of Job and CronJob for a minor.",
}
_NAME = "joblint"
HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_SUMMARY = f"""Check Kubernetes Job and CronJob manifests without a cluster.

joblint reports what the API server of a Kubernetes version would reject, drop or warn about, and mistakes it accepts.

It reads YAML, JSON, and manifests in Markdown, reStructuredText and shell scripts. It knows Kubernetes 1.{OLDEST} to
1.{NEWEST}.
"""
_EPILOG = """\b
Examples:
  joblint check                            this directory and all below it
  joblint check --kube-version 1.29 job.yaml
  joblint explain unknown-field

\b
Shell completion: add one of these lines to the start-up file of your shell:
  eval "$(_JOBLINT_COMPLETE=bash_source joblint)"
  eval "$(_JOBLINT_COMPLETE=zsh_source joblint)"
  _JOBLINT_COMPLETE=fish_source joblint | source
"""


class Group(click.Group):
    """A group of commands that loads each command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command and return it, or None if there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        module = __import__(f"joblint.cli.{cmd_name.replace('-', '_')}", fromlist=["command"])
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands into the help text."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments name, or fail with the one that was probably meant."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            ctx.fail(f"`{name}` is not a command{_meant(name)}")
        return super().resolve_command(ctx, args)


def _meant(name: str) -> str:
    from joblint.kube.nearest import did_you_mean

    return did_you_mean(name, COMMANDS) or (f"; did you mean `joblint check {name}`?" if os.path.exists(name) else "")


def _print_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(version_text(), nl=False)
        ctx.exit()


@click.group(cls=Group, help=_SUMMARY, epilog=_EPILOG, context_settings=HELP)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Print the version."
)
def app() -> None:
    """Run a command of joblint."""


def run(arguments: Sequence[str] | None = None, completion: str = "") -> int:
    """Run a command and return the exit code. `completion` is the variable by which a shell asks for completions."""
    return guarded(lambda: _run(arguments, completion))


def _show(error: click.ClickException, arguments: Sequence[str]) -> None:
    """Print an error of click. It repeats words of the command line, so these are made visible."""
    import io

    if isinstance(error, OwnRules):
        error.show()
        return
    if isinstance(error, click.UsageError) and error.ctx is None:  # click prints no usage if an option lacks its value
        error.ctx = _context(arguments)
    text = io.StringIO()
    error.show(text)
    for line in text.getvalue().split("\n")[:-1]:
        say(line)


def _context(arguments: Sequence[str]) -> click.Context:
    """Return the context of the command that some arguments call, for its usage."""
    top = click.Context(app, info_name=_NAME)
    command = app.get_command(top, arguments[0]) if arguments else None
    if command is None:
        return top
    name = arguments[0]
    called = getattr(command, "called", None)  # of a command that has subcommands
    if called is not None:
        inner, command = called(arguments[1:])
        name = f"{name} {inner}".rstrip()
    return click.Context(command, info_name=name, parent=top)


def _run(arguments: Sequence[str] | None, completion: str) -> int:
    if completion and os.environ.get(completion):
        from joblint.cli import shells

        shells.register()
    try:
        result = app.main(arguments, prog_name=_NAME, standalone_mode=False)
    except click.ClickException as error:
        given = sys.argv[1:] if arguments is None else arguments
        _show(error, given)
        from joblint.cli.refuse import misused

        misused(given, error.format_message())
        return FAILED
    except click.Abort:
        raise KeyboardInterrupt from None
    return result if isinstance(result, int) else 0
