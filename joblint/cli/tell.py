"""What is printed of a run: the report, lines on standard error, the summary; and the exit code."""

from collections.abc import Callable, Iterator, Sequence

from joblint.cli import output
from joblint.cli.call import CLEAN, FOUND, Call
from joblint.manifests.template import UNKNOWN
from joblint.report import NEVER, Look, Note, Run, counted, fixable, stderr, summary, worst
from joblint.report.rendered import DOCUMENTS, rendered
from joblint.rule.cards import left
from joblint.rule.finding import SEVERITIES

EXACT = ("text", "json", "sarif", "markdown")  # formats that tell of fixes as they are after a trial


def tell(call: Call, run: Run, write: Callable[[str], None] = output.write) -> int:
    """Print what is to be said of a run, and give the exit code. `write` takes the report."""
    format_ = format_of(call)
    look = output.look(call.colour)
    for sieve in call.sieves:
        run = sieve(run)
    run = run._replace(failing=failing(call.fail_on))
    saved = True
    if call.outputs:  # first, for whoever reads standard output may go away
        from joblint.cli import save

        saved = save.reports(run, call.outputs)
    pieces = rendered(run, format_, look, call.statistics)
    for piece in ["".join(pieces)] if format_ in DOCUMENTS else pieces:  # half a document is of no use
        write(piece)
    if call.verbose:
        for line in left_alone(run):
            stderr.say(line)
    for error in (*run.errors, *run.stale):
        stderr.say(told(error))
    if not call.quiet:
        for line in left():
            stderr.complain(line)
        conclude(run, format_, look, write)
    code = max(exit_code(run), empty(call, run))
    return code if saved else output.FAILED


def told(error: Note) -> str:
    """An error as a line."""
    return f"joblint: {error.path}: {error.message}" if error.path else f"joblint: {error.message}"


def format_of(call: Call) -> str:
    """The format of what goes to standard output."""
    return call.format or ("text" if output.is_terminal() else "concise")


def tells_edits(call: Call) -> bool:
    """Whether the report tells of fixes, or counts them, as they are after a trial."""
    written = {format_of(call), *(format_ for format_, _ in call.outputs)}
    return call.statistics or not written.isdisjoint(EXACT)


def empty(call: Call, run: Run) -> int:
    """Say so if there was nothing to judge, and give the exit code for that."""
    if run.jobs or run.findings or run.known or run.errors:
        return CLEAN
    if run.part and not call.fail_on_empty:
        if not call.quiet:
            stderr.complain("the change affects no Job or CronJob")
        return CLEAN
    if not call.quiet or call.fail_on_empty:
        more = "" if not run.left_alone else "; --verbose says what was left alone"
        nothing = f"no Job or CronJob found in {counted(run.files, 'file')}{more}"
        listed = call.files_from and not call.paths
        stderr.complain(
            f"--files-from {call.files_from}: the list is empty; nothing was checked" if listed else nothing
        )
    return FOUND if call.fail_on_empty else CLEAN


def left_alone(run: Run) -> Iterator[str]:
    """A line for all that was not judged, or only in part."""
    for path, line, what, why in run.left_alone:
        place = f"{path}:{line}" if line else path
        subject = f"{what or 'this document'} " if line else ""
        yield f"{place}: left alone: {subject}{why}"


def conclude(run: Run, format_: str, look: Look, write: Callable[[str], None]) -> None:
    """The summary, with hints."""
    if any(one.why.startswith(UNKNOWN) for one in run.left_alone):
        from joblint.cli.render import hint

        said = hint(run.left_alone)
        if said:
            stderr.complain(said)
    if run.jobs and run.against and not run.applied and not run.part:
        stderr.complain(f"no Job or CronJob of these is in {run.against}: each is judged as a new one")
    if not run.jobs and not run.findings:
        return
    fixes = fixable(run.findings)
    if format_ == "concise":
        stderr.say(summary(run))
        if fixes:
            stderr.say(fixes)
    elif format_ == "text":
        from joblint.report.wrap import wrap

        rows = [look.paint(row, worst(run)) for row in wrap(summary(run), look.width)]
        write("".join(f"{row}\n" for row in [*rows, *(wrap(fixes, look.width) if fixes else [])]))


def failing(fail_on: str) -> Sequence[str]:
    """The severities that make the exit code 1."""
    return () if fail_on == NEVER else SEVERITIES[: SEVERITIES.index(fail_on) + 1]


def exit_code(run: Run) -> int:
    """0, 1 or 2, as the help text says."""
    if run.errors:
        return output.FAILED
    return FOUND if run.stale or any(finding.severity in run.failing for finding in run.findings) else CLEAN
