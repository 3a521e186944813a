"""What `joblint check` does, without the parsing of its options: a call with paths alone needs no option parser."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from joblint.cli import output
from joblint.cli.judge import STDIN_NAME, Inputs, judge
from joblint.finding import SEVERITIES
from joblint.report import Paint, Run, counted, summary, worst
from joblint.settings import Settings
from joblint.source import Source

CLEAN, FOUND = 0, 1  # exit codes
FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown")
COUNTED = ("text", "concise")  # formats in which counts take the place of the findings, with --statistics
NEVER, FAIL_ON = "never", "warning"


class Call(NamedTuple):
    """What a call of `check` or `fix` asks for: what to judge, how to say what was found, and what to change."""

    paths: Sequence[str]
    settings: Settings
    stdin_name: str = STDIN_NAME
    against: str | None = None
    format: str | None = None
    colour: str = output.AUTO
    fail_on: str = FAIL_ON
    verbose: bool = False
    quiet: bool = False
    statistics: bool = False
    outputs: Sequence[tuple[str, str]] = ()  # a format and the file that takes it
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False


def check(call: Call) -> int:
    """Judge files and directories, print what is to be said, and give the exit code."""
    inputs = Inputs()
    inputs.read(call.paths or (".",), call.stdin_name)
    old = read_old(call, inputs)
    if call.against is not None and old is None:
        return output.FAILED
    if call.fix:
        from joblint.cli.mend import mend

        return mend(call, inputs, old)
    return tell(call, judge(inputs, call.settings, call.against or "", old))


def read_old(call: Call, inputs: Inputs) -> Sequence[Source] | None:
    """The manifests that the files are judged against; None where there are none, or, which is said, none to be had."""
    if call.against is None:
        return None
    from joblint.cli.against import AgainstError, read

    try:
        old = read(call.against, call.paths, inputs.sources)
    except AgainstError as error:
        output.complain(f"--against {call.against}: {error}")
        return None
    inputs.errors += old.errors
    return old.sources


def tell(call: Call, run: Run) -> int:
    """Print what is to be said of a run, and give the exit code."""
    format_ = call.format or ("text" if output.is_terminal() else "concise")
    paint = output.painter(call.colour)
    run = run._replace(failing=failing(call.fail_on))
    saved = True
    if call.outputs:  # first, for whoever reads standard output may go away
        from joblint.cli import save

        saved = save.reports(run, call.outputs)
    for piece in rendered(run, format_, paint, call.statistics):
        output.write(piece)
    if call.verbose:
        for line in left_alone(run):
            output.say(line)
    for path, message in run.errors:
        output.complain(f"{path}: {message}")
    if not call.quiet:
        conclude(run, format_, paint)
    return exit_code(run) if saved else output.FAILED


def rendered(run: Run, format_: str, paint: Paint, statistics: bool = False) -> Iterator[str]:
    """The report, in pieces. With `statistics`, counts take the place of the findings where people read them."""
    if statistics and format_ in COUNTED:
        from joblint.report.statistics import report as counts

        return counts(run, paint)
    if format_ == "text":
        from joblint.report import text

        return text.report(run, paint, output.width(text.WIDTH))
    report: Callable[[Run], Iterator[str]] = __import__(f"joblint.report.{format_}", fromlist=["report"]).report
    return report(run)


def left_alone(run: Run) -> Iterator[str]:
    """A line for all that was not judged, or only in part."""
    for path, line, what, why in run.left_alone:
        place = f"{path}:{line}" if line else path
        subject = f"{what or 'this document'} " if line else ""
        yield f"{place}: left alone: {subject}{why}"


def conclude(run: Run, format_: str, paint: Paint) -> None:
    """The summary, or a note that there was nothing to judge."""
    if run.jobs and run.against and not run.applied:
        output.complain(f"no Job or CronJob of these is in {run.against}: each is judged as a new one")
    if not run.jobs and not run.findings:
        if not run.errors:
            more = "" if not run.left_alone else "; --verbose says what was left alone"
            output.complain(f"no Job or CronJob found in {counted(run.files, 'file')}{more}")
    elif format_ == "concise":
        output.say(summary(run))
    elif format_ == "text":
        output.write(paint(summary(run), worst(run)) + "\n")


def failing(fail_on: str) -> Sequence[str]:
    """The severities that make the exit code 1."""
    return () if fail_on == NEVER else SEVERITIES[: SEVERITIES.index(fail_on) + 1]


def exit_code(run: Run) -> int:
    """0, 1 or 2, as the help text says."""
    if run.errors:
        return output.FAILED
    return FOUND if any(finding.severity in run.failing for finding in run.findings) else CLEAN
