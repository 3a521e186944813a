"""What `joblint check` does, without the parsing of its options: a call with paths alone needs no option parser."""

from collections.abc import Iterator, Sequence

from joblint.cli import output
from joblint.cli.judge import STDIN_NAME, Inputs, judge
from joblint.finding import SEVERITIES
from joblint.report import Paint, Run, counted, summary, worst
from joblint.settings import Settings

CLEAN, FOUND = 0, 1  # exit codes
FORMATS = ("text", "concise", "json")
NEVER, FAIL_ON = "never", "warning"


def check(
    paths: Sequence[str],
    settings: Settings,
    stdin_name: str | None = None,
    format_: str | None = None,
    colour: str = output.AUTO,
    fail_on: str = FAIL_ON,
    verbose: bool = False,
    quiet: bool = False,
) -> int:
    """Judge files and directories, print what is to be said, and give the exit code."""
    inputs = Inputs()
    inputs.read(paths or (".",), stdin_name or STDIN_NAME)
    run = judge(inputs, settings)
    format_ = format_ or ("text" if output.is_terminal() else "concise")
    paint = output.painter(colour)
    for piece in rendered(run, format_, paint):
        output.write(piece)
    if verbose:
        for line in left_alone(run):
            output.say(line)
    for path, message in run.errors:
        output.complain(f"{path}: {message}")
    if not quiet:
        conclude(run, format_, paint)
    return exit_code(run, fail_on)


def rendered(run: Run, format_: str, paint: Paint) -> Iterator[str]:
    """The report, in pieces."""
    if format_ == "json":
        from joblint.report import json

        return json.report(run)
    if format_ == "concise":
        from joblint.report import concise

        return concise.report(run)
    from joblint.report import text

    return text.report(run, paint, output.width(text.WIDTH))


def left_alone(run: Run) -> Iterator[str]:
    """A line for all that was not judged, or only in part."""
    for path, line, what, why in run.left_alone:
        place = f"{path}:{line}" if line else path
        subject = f"{what or 'this document'} " if line else ""
        yield f"{place}: left alone: {subject}{why}"


def conclude(run: Run, format_: str, paint: Paint) -> None:
    """The summary, or a note that there was nothing to judge."""
    if not run.jobs and not run.findings:
        if not run.errors:
            more = "" if not run.left_alone else "; --verbose says what was left alone"
            output.complain(f"no Job or CronJob found in {counted(run.files, 'file')}{more}")
    elif format_ == "concise":
        output.say(summary(run))
    elif format_ == "text":
        output.write(paint(summary(run), worst(run)) + "\n")


def exit_code(run: Run, fail_on: str) -> int:
    """0, 1 or 2, as the help text says."""
    if run.errors:
        return output.FAILED
    if fail_on == NEVER:
        return CLEAN
    counted = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    return FOUND if any(finding.severity in counted for finding in run.findings) else CLEAN
