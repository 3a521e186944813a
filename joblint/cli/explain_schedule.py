"""`joblint explain-schedule`: explain when a schedule fires."""

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import click

from joblint.cli import options, output, terminal
from joblint.cli.call import CLEAN, FOUND
from joblint.report import stderr
from joblint.report.visible import inert, inert_json

_RUNS, _MOST_RUNS = 10, 1000
_YEARS = range(1900, 9900)  # years in which no sum of times leaves the calendar

_EPILOG = """\b
Examples:
  joblint explain-schedule '0 3 * * 1' --time-zone Europe/Paris
  joblint explain-schedule '*/7 * * * *' --after 2027-03-28T00:00 --count 3
  joblint explain-schedule -f cronjob.yaml

\b
Exit codes:
  0  Kubernetes accepts the schedule
  1  Kubernetes rejects it; the error is shown, and a likely correction
  2  a file cannot be read or has no CronJob, or the command line is wrong
"""


def _time(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime | None:
    """Return a time, with or without an offset, or None if none is given. Raises BadParameter."""
    if value is None:
        return None
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(
            f"`{value}` is not a valid time; write it as 2027-03-28T02:30 or 2027-03-28T02:30Z"
        ) from None
    if time.year not in _YEARS:
        raise click.BadParameter(f"the year must be between {_YEARS[0]} and {_YEARS[-1]}")
    return time


def _complete_zones(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
    from joblint.cli.completing import zones

    return zones(ctx, param, incomplete)


@click.command("explain-schedule", epilog=_EPILOG)
@click.argument("words", nargs=-1, metavar="[SCHEDULE]")
@click.option(
    "--time-zone",
    metavar="ZONE",
    shell_complete=_complete_zones,
    help="The `timeZone` of the CronJob, such as Europe/Paris. Default: UTC, as in most clusters.",
)
@options.kube_version("The Kubernetes minor: 1.29 or v1.29.3-gke.1. Default: the newest.")
@click.option(
    "--count", type=click.IntRange(0, _MOST_RUNS), default=_RUNS, show_default=True, help="Number of runs to list."
)
@click.option("--after", metavar="TIME", callback=_time, help="List the runs after this time (ISO 8601). Default: now.")
@click.option("-f", "--file", "files", multiple=True, metavar="FILE", type=click.Path(allow_dash=True),
              help="Explain the schedules of all CronJobs in a file; a dash is standard input.")  # fmt: skip
@options.text_or_json
@options.colour
def command(
    words: Sequence[str],
    time_zone: str | None,
    minors: tuple[int, ...],
    count: int,
    after: datetime | None,
    files: Sequence[str],
    format_: str,
    colour: str,
) -> int:
    """Explain in words when SCHEDULE fires, list its next runs, and show how daylight saving affects it for a year.

    A picture shows one week: each row is a day, each column an hour, and the number how many runs start in it.
    """
    if len(words) > 1:
        raise click.UsageError("the shell has split the schedule into words: put it in quotes, such as '0 3 * * 1'")
    schedule = words[0] if words else None
    if (schedule is None) == (not files):
        raise click.UsageError("write either one SCHEDULE in quotes, or -f FILE")
    if files and time_zone is not None:
        raise click.UsageError("--time-zone requires a SCHEDULE: CronJobs in a file have their own `timeZone`")
    minor = options.one_minor(minors, "name only one minor")
    from joblint.cli.schedule_report import report
    from joblint.cli.schedules import Asked, explain

    asked = [Asked("", schedule, time_zone)] if schedule is not None else list(_from_files(files))
    if not asked:
        return output.FAILED
    found = [explain(one, minor, count, after) for one in asked]
    if format_ == "json":
        output.write(_json([one.data() for one in found], alone=schedule is not None))
    else:
        paint, dots = output.painter(colour), _takes_dots()
        output.write(inert("\n".join("".join(f"{line}\n" for line in report(one, paint, dots)) for one in found)))
    return FOUND if any(one.refused for one in found) else CLEAN


def _json(found: Sequence[dict[str, Any]], alone: bool) -> str:
    import json

    return inert_json(json.dumps(found[0] if alone else found, indent=2)) + "\n"


def _takes_dots() -> bool:
    """Return whether standard output can show more than ASCII."""
    from joblint.kube.cron.picture import DOTS

    try:
        "".join(DOTS).encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeError, LookupError):
        return False
    return True


def _from_files(paths: Sequence[str]) -> Iterator[Any]:
    """Yield the schedules of the CronJobs in files. Print an error, and yield none, if a file cannot be read."""
    from joblint.cli.inputs import STDIN, STDIN_NAME, Inputs
    from joblint.cli.schedules import asked_of

    if STDIN in paths:
        terminal.announce("a manifest")
    inputs = Inputs()
    inputs.read(paths, STDIN_NAME)
    for path, message in inputs.errors:
        stderr.complain(f"{path}: {message}")
    if inputs.errors:
        return
    found = [one for source in inputs.sources for one in asked_of(source)]
    if not found:
        stderr.complain(f"no CronJob with a schedule found in {', '.join(paths)}")
    yield from found
