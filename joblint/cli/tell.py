"""The output of a run: the report, lines on standard error and the summary; and the exit code."""

from collections.abc import Callable, Iterator, Sequence

from joblint.cli import output
from joblint.cli.call import CLEAN, FOUND, Call
from joblint.manifests.template import UNKNOWN
from joblint.report import ALWAYS, FORMATS, NEVER, ON_REQUEST, Look, Note, Run, counted, fixable, stderr, summary, worst
from joblint.report.rendered import rendered
from joblint.rule.cards import left
from joblint.rule.finding import SEVERITIES


def tell(call: Call, run: Run, write: Callable[[str], None] = output.write) -> int:
    """Print the report of a run with `write`, and all other lines, and return the exit code."""
    format_ = format_of(call)
    look = output.look(call.display.colour)
    for sieve in call.sieves:
        run = sieve(run)
    run = run._replace(failing=failing(call.exit.fail_on))
    if call.display.verbose:
        from joblint.cli.unparsed import with_unparsed

        run = with_unparsed(run, call.paths)
    if call.display.statistics and not call.display.quiet:
        unused = statistics_unused(format_)
        if unused:
            stderr.complain(unused)
    saved = True
    if call.display.outputs:  # first, because the reader of standard output may go away
        from joblint.cli import save

        saved = save.reports(run, call.display.outputs)
    pieces = rendered(run, format_, look, call.display.statistics)
    for piece in ["".join(pieces)] if FORMATS[format_].is_document else pieces:  # half a document is of no use
        write(piece)
    if call.display.verbose:
        for line in left_alone(run):
            stderr.say(line)
    for error in (*run.errors, *run.stale):
        stderr.say(told(error))
    if not call.display.quiet:
        for line in left():
            stderr.complain(line)
        conclude(run, format_, look, write)
    code = max(exit_code(run), empty(call, run))
    return code if saved else output.FAILED


def told(error: Note) -> str:
    """Return an error as a line."""
    return f"joblint: {error.path}: {error.message}" if error.path else f"joblint: {error.message}"


def format_of(call: Call) -> str:
    """Return the format of the report on standard output."""
    return call.display.format or ("text" if output.is_terminal() else "concise")


def tells_edits(call: Call) -> bool:
    """Return whether a report has fixes, or counts them, after they were tried."""
    written = {format_of(call), *(format_ for format_, _ in call.display.outputs)}
    return call.display.statistics or any(FORMATS[format_].tries_fixes for format_ in written)


def statistics_unused(format_: str) -> str:
    """Return what to say if --statistics does not change the report of a format; empty if it does."""
    counts = FORMATS[format_].counts
    if counts == ON_REQUEST:
        return ""
    if counts == ALWAYS:
        return f"--statistics has no effect with --format {format_}, which always has counts"
    others = [name for name, known in FORMATS.items() if known.counts]
    return f"--statistics has no effect with --format {format_}; use {', '.join(others[:-1])} or {others[-1]}"


def empty(call: Call, run: Run) -> int:
    """Print a line if there was nothing to judge, and return the exit code for that."""
    if run.jobs or run.findings or run.known or run.older or run.errors:
        return CLEAN
    if run.part and not call.exit.fail_on_empty:
        if not call.display.quiet:
            stderr.complain("the change affects no Job or CronJob")
        return CLEAN
    if not call.display.quiet or call.exit.fail_on_empty:
        more = "" if call.display.verbose or not run.left_alone else "; --verbose lists what was left alone"
        nothing = f"no Job or CronJob found in {counted(run.files, 'file')}{more}"
        listed = call.files_from and not call.paths
        stderr.complain(
            f"--files-from {call.files_from}: the list is empty; nothing was checked" if listed else nothing
        )
    return FOUND if call.exit.fail_on_empty else CLEAN


def left_alone(run: Run) -> Iterator[str]:
    """Yield a line for everything that was not checked, or only in part."""
    for path, line, what, why in run.left_alone:
        place = f"{path}:{line}" if line else path
        subject = f"{what or 'this document'} " if line else ""
        yield f"{place}: left alone: {subject}{why}"


def conclude(run: Run, format_: str, look: Look, write: Callable[[str], None]) -> None:
    """Print the summary, and hints."""
    if any(one.why.startswith(UNKNOWN) for one in run.left_alone):
        from joblint.cli.render import hint

        said = hint(run.left_alone)
        if said:
            stderr.complain(said)
    if run.jobs and run.against and not run.applied and not run.part:
        stderr.complain(f"none of these Jobs and CronJobs exist in {run.against}: all were checked as new objects")
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
    """Return the severities that make the exit code 1."""
    return () if fail_on == NEVER else SEVERITIES[: SEVERITIES.index(fail_on) + 1]


def exit_code(run: Run) -> int:
    """Return the exit code 0, 1 or 2, as the help text says."""
    if run.errors:
        return output.FAILED
    return FOUND if run.stale or any(finding.severity in run.failing for finding in run.findings) else CLEAN
