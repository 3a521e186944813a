"""The options that choose a configuration, and the layer of settings that the other options put above it."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import click
from click.core import ParameterSource

from joblint.cli import ENVIRONMENT, options
from joblint.cli.inputs import STDIN
from joblint.cli.own_option import RULES
from joblint.manifests import disk
from joblint.project.config import MAX_BYTES
from joblint.project.config.inforce import ConfigError, Configuration, common
from joblint.project.config.keys import KEYS, VALUES
from joblint.project.config.read import Given
from joblint.report import stderr
from joblint.rule.settings import Settings


def _patterns(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> Sequence[str]:
    from joblint.project.config.patterns import PatternError, check

    try:
        for pattern in value:
            check(pattern)
    except PatternError as error:
        raise click.BadParameter(str(error)) from None
    return value


def _complete_sections(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
    from joblint.cli.completing import sections

    return sections(ctx, param, incomplete)


OPTIONS = (
    click.option(
        "--severity",
        "severities",
        multiple=True,
        metavar="NAME=LEVEL",
        shell_complete=options.complete_severities,
        help="Set the severity of a rule, group or effect: error, warning, info or off. Repeatable.",
    ),
    click.option(
        "--per-path",
        multiple=True,
        metavar="PATTERN:KEY=VALUE",
        shell_complete=_complete_sections,
        help="Set a key of the configuration for paths that match a .gitignore pattern: "
        "'old/**:ignore=missing-ttl,wrong-type'. Takes precedence over other options. Repeatable.",
    ),
    click.option(
        "--require-reason/--no-require-reason",
        default=False,
        help="Report suppressions without a reason; they have no effect.",
    ),
    RULES,
    click.option(
        "--exclude",
        multiple=True,
        metavar="PATTERN",
        callback=_patterns,
        help="Files and directories to leave out, even if they are named: a .gitignore pattern. Repeatable.",
    ),
    click.option(
        "--config",
        "config",
        metavar="FILE",
        type=click.Path(),
        help="The configuration for all files. Default: for each file the nearest .joblint.yaml, .joblint.toml (also "
        "without the dot) or pyproject.toml with [tool.joblint], in its directory or above.",
    ),
    click.option("--isolated", is_flag=True, help="Ignore all configurations."),
)
_NAMES = {"minors": "kube-version"}  # parameters that do not have the name of their key
_LISTS = ("select", "extend-select", "ignore")  # separated by commas


def configuration(given: Mapping[str, Any], paths: Iterable[str]) -> tuple[Configuration, Settings]:
    """Return the configuration for some options, and the settings for the common directory of all paths.

    Raises click.UsageError.
    """
    from joblint.rule.cards import UnknownSelector

    if given["isolated"] and given["config"] is not None:
        raise click.UsageError("--isolated cannot be combined with --config: it ignores all configurations")
    if given["config"] is not None:
        _check_config(given["config"])
    found = Configuration(tuple(_line(given)), given["config"], given["isolated"])
    try:
        place = common(path for path in paths if path != STDIN)
        found.said(place)  # first, because the configuration may name users' own rules
        _check_names(found.line)
        if given["severities"] or given["per_path"]:
            _read_line(found, given)
        settings = found.settings(place)
        if given["severities"] and not (given["per_path"] or given["ignore"] or given.get("quiet")):
            _tell_off(found.line, settings)
        return found, settings
    except (UnknownSelector, ConfigError) as error:
        raise click.UsageError(str(error)) from None


def _check_config(path: str) -> None:
    """Check that a path can be a configuration. Raises click.UsageError."""
    if os.path.isdir(path):
        raise click.UsageError(f"--config {path}: this is a directory; name a file")
    if _is_manifest(path):
        why = "this is a Kubernetes manifest and not a configuration; to check it, pass it without --config"
        raise click.UsageError(f"--config {path}: {why}")


def _is_manifest(path: str) -> bool:
    """Return whether a file has an `apiVersion` and a `kind`, which are not keys of a configuration."""
    try:
        data = disk.read_start(path, MAX_BYTES)
    except (OSError, ValueError, disk.ReadError):  # what cannot be read is reported later
        return False
    return all(
        re.search(rb"(?m)^[ \t{]{0,9}[\"']?" + key + rb"[\"']?[ \t]*:", data) for key in (b"apiVersion", b"kind")
    )


def _check_names(line: Iterable[Given]) -> None:
    """Check that lists name only rules, groups and effects. Raises click.UsageError with the option."""
    from joblint.rule.cards import UnknownSelector, pairs

    for one in line:
        try:
            pairs([str(one.value)] if one.key in _LISTS and one.value else [])
        except UnknownSelector as error:
            raise click.UsageError(f"{one.origin}: {error}") from None


def _tell_off(line: Iterable[Given], settings: Settings) -> None:
    """Print the names in --severity whose rules are all off: a severity does not turn them on."""
    from joblint.project.config.keys import OFF
    from joblint.rule.cards import effects, pairs

    able = effects()
    for one in line:
        if one.key != "severity" or one.value == OFF:
            continue
        if not any(effect in able[rule] and settings.wants(rule, effect) for rule, effect in pairs([one.name])):
            stderr.complain(f"--severity: `{one.name}` is off; `--extend-select {one.name}` turns it on")


def _read_line(configuration: Configuration, given: Mapping[str, Any]) -> None:
    """Add --severity and --per-path to the layer of the command line. Raises click.UsageError."""
    from joblint.project.config.find import absolute
    from joblint.project.config.line import LineError, sections, severities

    try:
        configuration.line = (*configuration.line, *severities(given["severities"]))
        configuration.sections = sections(given["per_path"], absolute(configuration.directory))
    except LineError as error:
        raise click.UsageError(str(error)) from None


def _line(given: Mapping[str, Any]) -> Iterator[Given]:
    """Yield the values that the command line and the environment give for keys of the configuration."""
    ctx = click.get_current_context()
    for parameter, value in given.items():
        key = _NAMES.get(parameter, parameter.replace("_", "-"))
        source = ctx.get_parameter_source(parameter)
        if key in KEYS and key != VALUES and source not in (None, ParameterSource.DEFAULT):
            origin = f"{ENVIRONMENT} in the environment" if source is ParameterSource.ENVIRONMENT else f"--{key}"
            for name, one in _values(key, value):
                yield Given(key, one, origin, name)


def _values(key: str, value: Any) -> Iterator[tuple[str, str | bool | None]]:
    """Yield the values of an option, each with its name or an empty one; for an empty list yield None."""
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, str | bool):
        yield "", value
    elif key in _LISTS:
        words = options.words(value)
        yield from (("", word) for word in words) if words else (("", None),)
    else:
        for one in value:
            yield "", f"1.{one}" if key == "kube-version" else one
