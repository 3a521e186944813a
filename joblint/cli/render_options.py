"""The options that give charts values, for --render."""

from collections.abc import Mapping, Sequence
from typing import Any

import click


def _set(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> Sequence[str]:
    """Values for charts, `a.b=1`, as helm's `--set` takes them, which reads the rest. Raises BadParameter."""
    for text in value:
        name, equals, _ = text.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter(f"`{text}` does not set a value: write NAME=VALUE, such as `image.tag=1.4`")
    return value


# By the names that a Call has for them.
_NAMES = {"values": "--values", "set_values": "--set", "set_strings": "--set-string"}
OPTIONS = (
    click.option(
        "--values",
        multiple=True,
        metavar="FILE",
        type=click.Path(),
        help="With --render: a file with values for the charts, as helm's. May be given several times.",
    ),
    click.option(
        "--set",
        "set_values",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_set,
        help="With --render: a value for the charts, as helm's. May be given several times.",
    ),
    click.option(
        "--set-string",
        "set_strings",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_set,
        help="The same, and the value is always a string.",
    ),
)


def check(given: Mapping[str, Any]) -> None:
    """Raises click.UsageError where there is no chart that values could be for."""
    option = next((option for name, option in _NAMES.items() if given[name]), "")
    if option and not given["render"]:
        raise click.UsageError(f"{option} requires --render")
    if option:
        from joblint.project.render import HELM, kind_of

        if HELM not in map(kind_of, given["paths"] or (".",)):
            raise click.UsageError(f"{option} is for Helm charts, and no PATH is one (a directory with a Chart.yaml)")
