"""The options that set values of charts."""

from collections.abc import Mapping, Sequence
from typing import Any

import click


def _set(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> Sequence[str]:
    """Return values for charts, such as `a.b=1`, which helm's `--set` parses. Raises BadParameter."""
    for text in value:
        name, equals, _ = text.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter(f"`{text}` does not set a value: write NAME=VALUE, such as `image.tag=1.4`")
        _check(text)
    return value


def _check(text: str) -> None:
    """Check that helm would accept a text. Raises BadParameter."""
    from joblint.manifests.template import strvals

    try:
        strvals.tree(text)
    except ValueError as error:
        raise click.BadParameter(f"`{text}`: {error}") from None


# Options by their fields in Call.
_NAMES = {"values": "--values", "set_values": "--set", "set_strings": "--set-string"}
OPTIONS = (
    click.option(
        "--values",
        multiple=True,
        metavar="FILE",
        type=click.Path(),
        help="A file with values for the charts, as in helm. Repeatable.",
    ),
    click.option(
        "--set",
        "set_values",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_set,
        help="A value for the charts, as in helm. Repeatable.",
    ),
    click.option(
        "--set-string",
        "set_strings",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_set,
        help="As --set, but the value is always a string. Repeatable.",
    ),
)


def check(given: Mapping[str, Any]) -> None:
    """Check that --render has a chart if there are values for charts. Raises click.UsageError."""
    option = next((option for name, option in _NAMES.items() if given[name]), "")
    if option and given["render"]:
        from joblint.project.render import HELM, kind_of

        if HELM not in map(kind_of, given["paths"] or (".",)):
            raise click.UsageError(f"{option} requires a PATH that is a Helm chart (a directory with a Chart.yaml)")
