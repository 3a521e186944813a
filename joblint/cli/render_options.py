"""The options that set values of charts, for --render."""

from collections.abc import Mapping, Sequence
from typing import Any

import click


def _set(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> Sequence[str]:
    """Return values for charts, such as `a.b=1`, which helm's `--set` parses. Raises BadParameter."""
    for text in value:
        name, equals, _ = text.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter(f"`{text}` does not set a value: write NAME=VALUE, such as `image.tag=1.4`")
    return value


# Options by their fields in Call.
_NAMES = {"values": "--values", "set_values": "--set", "set_strings": "--set-string"}
OPTIONS = (
    click.option(
        "--values",
        multiple=True,
        metavar="FILE",
        type=click.Path(),
        help="With --render: a file with values for the charts, as in helm. Repeatable.",
    ),
    click.option(
        "--set",
        "set_values",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_set,
        help="With --render: a value for the charts, as in helm. Repeatable.",
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
    """Check that there is a chart if there are values for charts. Raises click.UsageError."""
    option = next((option for name, option in _NAMES.items() if given[name]), "")
    if option and not given["render"]:
        raise click.UsageError(f"{option} requires --render")
    if option:
        from joblint.project.render import HELM, kind_of

        if HELM not in map(kind_of, given["paths"] or (".",)):
            raise click.UsageError(f"{option} requires a PATH that is a Helm chart (a directory with a Chart.yaml)")
