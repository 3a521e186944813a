"""`joblint rules test` and `joblint rules export`: the commands for users' own rules."""

from collections.abc import Sequence

import click
from click.shell_completion import CompletionItem

from joblint.cli import options, output, own_option
from joblint.report import counted, stderr
from joblint.report.visible import inert, visible

_TEST = """\b
Examples:
  joblint rules test rules/                the cards in rules/
  joblint rules test                       the cards that are configured

\b
Exit codes:
  0  all bad examples have their findings, and no good example has any
  1  an example failed
  2  a card is wrong or cannot be read
"""
_EXPORT = """\b
Examples:
  joblint rules --rules rules/ export our-registry --as vap
  joblint rules export --rules rules/ our-registry | kubectl apply -f -
"""


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the cards that can be exported."""
    from joblint.checks import own

    own_option.take_quietly(ctx.params.get("rules") or ())
    return [CompletionItem(one.name) for one in own.cards() if one.name.startswith(incomplete)]


@click.command("test", epilog=_TEST)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@options.colour
def test(paths: Sequence[str], colour: str) -> int:
    """Test the examples of your own cards, in files and directories or in those that the configuration names."""
    from joblint.checks import own
    from joblint.cli.own_trial import try_out
    from joblint.rule.own import OWN

    paint = output.painter(colour)
    _load(paths)
    if not OWN:
        where = f"in {', '.join(paths)}" if paths else "in the configuration; name a file or directory"
        raise own_option.OwnRules(f"no rules of your own found {where}")
    trial = try_out(own.cards())
    for failure in trial.failures:
        place = inert(f"{visible(failure.path)}:{failure.line}:{failure.column}")
        output.write(f"{paint(place, 'path')}: {paint('error', 'error')}: {visible(failure.message)}\n")
    for trouble in trial.trouble:
        stderr.complain(trouble)
    cards, examples = trial.cards, trial.examples
    output.write(f"{counted(cards, 'rule')}, {counted(examples, 'example')}")
    output.write(f", {len(trial.failures)} failed\n" if trial.failures else ": all passed\n")
    return output.FAILED if trial.trouble else int(bool(trial.failures))


@click.command("export", epilog=_EXPORT)
@click.argument("names", nargs=-1, required=True, metavar="NAME...", shell_complete=_complete)
@click.option(
    "--as", "form", type=options.Choice(("vap",)), default="vap", show_default=True, help="The kind of output."
)
@own_option.RULES
def export(names: Sequence[str], form: str, rules: Sequence[str]) -> int:
    """Print your own rules as ValidatingAdmissionPolicies with bindings, so that a cluster enforces them."""
    from joblint.checks import own
    from joblint.checks.own.export import ExportError, policy

    if not rules:
        _load(())
    cards = {card.name: card for card in own.cards()}
    try:
        for name in names:
            if name not in cards:
                raise ExportError(f"`{name}` is not one of your own rules; name their files with --rules")
        output.write("---\n".join(policy(cards[name]) for name in names))
    except ExportError as error:
        raise click.UsageError(str(error)) from None
    return 0


def _load(paths: Sequence[str]) -> None:
    """Load the rules of some paths, or those of the configuration if `paths` is empty."""
    from joblint.checks import own

    try:
        for path in paths:
            own.take(path)
    except own.OwnError as error:
        raise own_option.OwnRules(str(error)) from None
    if not paths:
        own_option.take_configured()


SUBCOMMANDS = {"test": test, "export": export}
