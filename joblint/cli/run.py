"""What `joblint check` does, without the parsing of its options: a call with paths alone needs no option parser."""

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from joblint.cli import output
from joblint.cli.inputs import STDIN, STDIN_NAME, Inputs
from joblint.cli.judge import judge
from joblint.config.inforce import Configuration
from joblint.finding import SEVERITIES
from joblint.leave import TEMPLATE
from joblint.report import FAIL_ON, NEVER, Paint, Run, counted, summary, worst
from joblint.settings import Settings
from joblint.source import Source

CLEAN, FOUND = 0, 1  # exit codes
COUNTED = ("text", "concise")  # formats in which counts take the place of the findings, with --statistics
EXACT = ("json", "sarif", "markdown")  # formats that tell, or count, the edits of fixes
_WHOLE_RUN = ("format", "fail_on", "baseline")  # fields of a Call that a configuration may give


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
    exit_zero: bool = False
    render: bool = False
    baseline: str | None = None
    write_baseline: str | None = None
    since: str | None = None
    add_ignore: str | None = None  # the rules to ignore, as words with commas
    sieves: Sequence[Callable[[Run], Run]] = ()  # each leaves something out of a run
    configuration: Configuration | None = None  # None: there is none, and `settings` are for all files


def check(call: Call) -> int:
    """Judge files and directories, print what is to be said, and give the exit code."""
    call = configured(call)
    call = call._replace(settings=call.settings._replace(edits=_wants_edits(call)))
    if call.exit_zero:
        call = call._replace(fail_on=NEVER)
    inputs = Inputs(call.configuration)
    if not call.quiet and output.is_terminal(sys.stderr):
        from joblint.cli import progress

        inputs.progress = progress.start()
    try:
        code = _check(call, inputs)
        return CLEAN if call.exit_zero and code == FOUND else code
    finally:
        inputs.progress.clear()


def _check(call: Call, inputs: Inputs) -> int:
    paths = call.paths or (".",)
    if call.render:
        from joblint.cli import render

        paths = render.take(inputs, paths, call.settings)
    inputs.read(paths, call.stdin_name)
    if call.configuration is not None and call.configuration.wrong:
        for wrong in dict.fromkeys(call.configuration.wrong):
            output.say(str(wrong))
        return output.FAILED
    old = read_old(call, inputs)
    if call.against is not None and old is None:
        return output.FAILED
    if call.baseline or call.write_baseline is not None or call.since is not None:
        from joblint.cli import sieves

        found = sieves.sieves(call, inputs, old)
        if found is None:
            return output.FAILED
        call = call._replace(sieves=found)
    if call.fix:
        from joblint.cli.mend import mend

        return mend(call, inputs, old)
    if call.add_ignore is not None:
        from joblint.cli.ignores import ignore

        return ignore(call, inputs, old)
    return tell(call, judge(inputs, call.settings, call.against or "", old))


def _wants_edits(call: Call) -> bool:
    """Whether anything asks how a fix would be written, and not only what it does."""
    return call.fix or tells_edits(call)


def tells_edits(call: Call) -> bool:
    """Whether the report tells, or counts, the edits of fixes."""
    written = {call.format, *(format_ for format_, _ in call.outputs)}
    return call.statistics or not written.isdisjoint(EXACT)


def configured(call: Call) -> Call:
    """The call with what its configuration, or an option over that, says of the whole run."""
    if call.configuration is None:
        return call
    said = call.configuration.whole_run(call.stdin_name if path == STDIN else path for path in call.paths)
    given: dict[str, Any] = {key.replace("-", "_"): one.value for key, one in said.items()}
    return call._replace(**{name: given[name] for name in _WHOLE_RUN if name in given})


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


def tell(call: Call, run: Run, write: Callable[[str], None] = output.write) -> int:
    """Print what is to be said of a run, and give the exit code. `write` takes the report."""
    format_ = call.format or ("text" if output.is_terminal() else "concise")
    paint = output.painter(call.colour)
    for sieve in call.sieves:
        run = sieve(run)
    run = run._replace(failing=failing(call.fail_on))
    saved = True
    if call.outputs:  # first, for whoever reads standard output may go away
        from joblint.cli import save

        saved = save.reports(run, call.outputs)
    for piece in rendered(run, format_, paint, call.statistics):
        write(piece)
    if call.verbose:
        for line in left_alone(run):
            output.say(line)
    for path, message in run.errors:
        output.complain(f"{path}: {message}")
    if not call.quiet:
        conclude(run, format_, paint, write)
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


def conclude(run: Run, format_: str, paint: Paint, write: Callable[[str], None]) -> None:
    """The summary, or a note that there was nothing to judge."""
    if any(one.why == TEMPLATE for one in run.left_alone):
        from joblint.cli.render import hint

        said = hint(run.left_alone)
        if said:
            output.complain(said)
    if run.jobs and run.against and not run.applied:
        output.complain(f"no Job or CronJob of these is in {run.against}: each is judged as a new one")
    if not run.jobs and not run.findings:
        if not run.errors:
            more = "" if not run.left_alone else "; --verbose says what was left alone"
            output.complain(f"no Job or CronJob found in {counted(run.files, 'file')}{more}")
    elif format_ == "concise":
        output.say(summary(run))
    elif format_ == "text":
        write(paint(summary(run), worst(run)) + "\n")


def failing(fail_on: str) -> Sequence[str]:
    """The severities that make the exit code 1."""
    return () if fail_on == NEVER else SEVERITIES[: SEVERITIES.index(fail_on) + 1]


def exit_code(run: Run) -> int:
    """0, 1 or 2, as the help text says."""
    if run.errors:
        return output.FAILED
    return FOUND if any(finding.severity in run.failing for finding in run.findings) else CLEAN
