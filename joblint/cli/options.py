"""Options that several commands share, with their shell completion."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from joblint.cli import ENVIRONMENT, output
from joblint.kube.nearest import did_you_mean
from joblint.report import stderr

_BOOLEANS = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}


class Choice(click.Choice[str]):
    """One of some words. The error for any other word says which one was probably meant."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word. Raises BadParameter."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(
                f"`{value}` is not one of {', '.join(self.choices)}{did_you_mean(value, self.choices)}", param, ctx
            )


def words(values: Iterable[str]) -> list[str]:
    """Return the words of an option that may be repeated and accepts lists with commas."""
    return [word.strip() for value in values for word in value.split(",") if word.strip()]


def minors(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> tuple[int, ...]:
    """Return the requested minors (29 for 1.29), oldest first, including unknown newer ones. Raises BadParameter."""
    from joblint.kube.minors.versions import requested

    try:
        return requested(words(value) or None)
    except ValueError as error:
        named = ctx.get_parameter_source("minors") is ParameterSource.ENVIRONMENT
        raise click.BadParameter(
            str(error), param_hint=f"environment variable {ENVIRONMENT}" if named else None
        ) from None


def one_minor(minors: Sequence[int], why: str) -> int:
    """Return the one requested minor, or with a warning the newest known one. Raises BadParameter with `why`."""
    from joblint.kube.minors.versions import known_minors, unknown

    if len(minors) > 1:
        raise click.BadParameter(why, param_hint="--kube-version")
    said = unknown(minors)
    if said:
        stderr.complain(said)
    return known_minors(minors)[0]


def gates(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> dict[str, bool]:
    """Return the feature gates in `A=true,B=false`, the form of the server's flag. Raises BadParameter."""
    found = {}
    for word in words(value):
        name, _, setting = (part.strip() for part in word.partition("="))
        if setting.lower() not in _BOOLEANS or not name:
            raise click.BadParameter(
                f"`{word}` does not set a feature gate; write {name or 'NAME'}=true or {name or 'NAME'}=false"
            )
        found[name] = _BOOLEANS[setting.lower()]
    return found


def outputs(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> list[tuple[str, str]]:
    """Return the formats and files in `FORMAT=FILE` words. Raises BadParameter."""
    if not value:
        return []
    from joblint.cli.save import parse_all

    try:
        return parse_all(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def complete_minors(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the minors that joblint knows, newest first."""
    from joblint.kube.minors.minor import MINORS

    return _last_of_list(incomplete, {f"1.{minor}": "" for minor in reversed(MINORS)})


def complete_gates(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the feature gates that affect Jobs, with both values."""
    from joblint.kube.minors.bundle import load

    return _last_of_list(incomplete, {f"{gate}={value}": "" for gate in load()["gates"] for value in ("true", "false")})


def complete_against(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete files and directories, and the branches and tags of the repository in the current directory."""
    from joblint.cli.against import GIT
    from joblint.project.git import Repository
    from joblint.project.git_process import GitError

    files = [CompletionItem(incomplete, type="file")]
    if incomplete != GIT and GIT.startswith(incomplete):
        return [CompletionItem(GIT, help="the files at a commit, branch or tag"), *files]
    if not incomplete.startswith(GIT):
        return files
    try:
        names = Repository(".").names()
    except GitError:
        return []
    return [CompletionItem(GIT + name) for name in names if (GIT + name).startswith(incomplete)]


def complete_outputs(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the formats, and files after a format."""
    from joblint.cli.save import choices

    return [CompletionItem(choice) for choice in choices(incomplete)]


def complete_revisions(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the branches and tags of the repository in the current directory."""
    from joblint.project.git import Repository
    from joblint.project.git_process import GitError

    try:
        names = Repository(".").names()
    except GitError:
        return []
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def complete_rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the names of rules."""
    return _last_of_list(incomplete, _rules(ctx))


def complete_selectors(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete rules, groups and effects."""
    return _last_of_list(incomplete, _selectors(ctx))


def complete_severities(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete rules, groups and effects, and severities after a `=`."""
    from joblint.project.config.keys import OFF
    from joblint.rule.finding import SEVERITIES

    last, equals, _ = incomplete.rpartition(",")[2].partition("=")
    names = _selectors(ctx)
    begun = [one for one in names if (one == last if equals else one.startswith(last))]
    for name in begun if len(begun) == 1 else ():
        return _last_of_list(incomplete, {f"{name}={level}": "" for level in (*SEVERITIES, OFF)})
    return _last_of_list(incomplete, {f"{one}=": said for one, said in names.items()})


def _selectors(ctx: click.Context) -> dict[str, str]:
    from joblint.rule.cards import listed
    from joblint.rule.finding import EFFECTS

    names = _rules(ctx)
    groups = {card["group"]: "a group" for card in listed()}
    return {"all": "", **dict.fromkeys(EFFECTS, "an effect"), **groups, **names}


def _rules(ctx: click.Context) -> dict[str, str]:
    """Return all rules with their summaries, including the user's own from --rules or the configuration."""
    from joblint.cli import own_option
    from joblint.rule.cards import listed

    own_option.take_quietly(ctx.params.get("rules") or ())
    return {card["name"]: card["summary"] for card in listed()}


def _last_of_list(incomplete: str, choices: dict[str, str]) -> list[CompletionItem]:
    """Complete the last word of a list with commas."""
    done, comma, last = incomplete.rpartition(",")
    return [
        CompletionItem(done + comma + choice, help=said or None)
        for choice, said in choices.items()
        if choice.startswith(last)
    ]


def selectors(name: str, help_text: str) -> Callable[[Any], Any]:
    """Return an option that accepts rules, groups and effects."""
    return click.option(name, multiple=True, metavar="NAMES", shell_complete=complete_selectors, help=help_text)


def kube_version(help_text: str) -> Callable[[Any], Any]:
    """Return the option --kube-version. The command gets the parameter `minors`."""
    return click.option(
        "--kube-version",
        "minors",
        multiple=True,
        metavar="VERSION",
        envvar=ENVIRONMENT,
        callback=minors,
        shell_complete=complete_minors,
        help=help_text,
    )


text_or_json = click.option(
    "--format",
    "format_",
    type=Choice(("text", "json")),
    default="text",
    help="The format of the output. Default: text.",
)
colour = click.option(
    "--color",
    "colour",
    type=Choice(output.COLOURS),
    default=output.AUTO,
    help="Use colours. auto: on a terminal, subject to NO_COLOR and FORCE_COLOR.",
)
