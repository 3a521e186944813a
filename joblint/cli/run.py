"""What `joblint check` does, without the parsing of its options: a call with paths alone needs no option parser."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from joblint.cli import output
from joblint.cli.inputs import STDIN, STDIN_NAME, Inputs
from joblint.cli.judge import judge
from joblint.manifests.source import Source
from joblint.project.config.inforce import Configuration
from joblint.project.config.keys import OF_A_RUN
from joblint.project.leave import TEMPLATE
from joblint.report import FAIL_ON, NEVER, Look, Note, Run, counted, fixable, stderr, summary, worst
from joblint.report.visible import inert
from joblint.rule.cards import left
from joblint.rule.finding import SEVERITIES
from joblint.rule.flaw import Flaw
from joblint.rule.settings import Settings

if TYPE_CHECKING:
    from joblint.project.render.values import Values

CLEAN, FOUND = 0, 1  # exit codes
COUNTED = ("text", "concise")  # formats in which counts take the place of the findings, with --statistics
EXACT = ("text", "json", "sarif", "markdown")  # formats that tell of fixes as they are after a trial
# Formats that programs read: they get a whole document even if nothing could be checked.
DOCUMENTS = ("json", "sarif", "junit", "gitlab", "github", "markdown")


class Call(NamedTuple):
    """What a call of `check` or `fix` asks for: what to judge, how to say what was found, and what to change."""

    paths: Sequence[str]
    settings: Settings
    stdin_name: str = STDIN_NAME
    files_from: str | None = None  # what lists paths, which are among `paths` already
    against: str | None = None
    format: str | None = None
    colour: str = output.AUTO
    fail_on: str = FAIL_ON
    fail_on_empty: bool = False
    fail_on_unknown_version: bool = False
    verbose: bool = False
    quiet: bool = False
    statistics: bool = False
    outputs: Sequence[tuple[str, str]] = ()  # a format and the file that takes it
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    show_fixes: bool | None = None  # None: in a terminal
    exit_zero: bool = False
    render: bool = False
    values: Sequence[str] = ()  # files for --render, and texts of --set and --set-string
    set_values: Sequence[str] = ()
    set_strings: Sequence[str] = ()
    baseline: str | None = None
    strict_baseline: bool = False
    write_baseline: str | None = None
    since: str | None = None
    add_ignore: str | None = None  # the rules to ignore, as words with commas
    reason: str | None = None  # of what is ignored
    until: str | None = None  # the last day on which it is, as 2027-03-01
    sieves: Sequence[Callable[[Run], Run]] = ()  # each leaves something out of a run
    configuration: Configuration | None = None  # None: there is none, and `settings` are for all files


class Refused(Exception):
    """Why nothing is reported: errors, or mistakes in configurations."""

    def __init__(self, *errors: Note, flaws: Sequence[Flaw] = ()) -> None:
        super().__init__()
        self.errors, self.flaws = errors, flaws


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
    except (output.ClosedError, output.WriteError, BrokenPipeError):
        raise
    except Exception as error:
        from joblint.cli.refuse import refuse

        why = error if isinstance(error, Refused) else Refused(Note("", stderr.bug(error)))
        return refuse(call, inputs, why)
    finally:
        inputs.progress.clear()


def _check(call: Call, inputs: Inputs) -> int:
    paths, values = call.paths or (() if call.files_from else (".",)), None
    if call.render:
        from joblint.cli import render

        values = render.values(call)
        paths = render.take(inputs, paths, call.settings, values)
    if _is_about_a_change(call):
        from joblint.cli import reach

        inputs.reach = reach.find(paths, call.since or "", call.configuration)
    inputs.written = {os.path.realpath(file) for _, file in call.outputs}
    inputs.read(paths, call.stdin_name)
    if inputs.errors:
        from joblint.cli.missing import explained

        inputs.errors = list(explained(call, inputs.errors))
    if not call.paths and not call.files_from and not call.quiet:
        from joblint.cli import piped

        piped.warn()
    if call.configuration is not None:
        _heed(call, call.configuration)
    old = read_old(call, inputs, values) if call.against is not None else None
    if call.baseline or call.strict_baseline or call.write_baseline is not None or call.since is not None:
        from joblint.cli import sieves

        call = call._replace(sieves=sieves.sieves(call, inputs, old))
    if call.fix:
        from joblint.cli.mend import mend

        return mend(call, inputs, old)
    if call.add_ignore is not None:
        from joblint.cli.ignores import ignore

        return ignore(call, inputs, old)
    run = judge(inputs, call.settings, call.against or "", old)
    if run.part and call.fail_on_empty and not run.jobs:
        from joblint.cli.reach.empty import holds_job

        call = call._replace(fail_on_empty=not holds_job(inputs, call.settings))
    return tell(call, run)


def _is_about_a_change(call: Call) -> bool:
    """Whether only what a change can affect is to be judged."""
    changing = call.fix or call.add_ignore is not None
    return call.since is not None and not (changing or call.render or STDIN in call.paths)


def _heed(call: Call, configuration: Configuration) -> None:
    """Raises Refused for what is wrong in configurations; says which versions are newer than joblint knows."""
    if configuration.wrong:
        raise Refused(flaws=list(dict.fromkeys(configuration.wrong)))
    if configuration.asked:
        from joblint.kube.minors.versions import unknown

        newer = unknown(configuration.asked)
        if newer and call.fail_on_unknown_version:
            raise Refused(Note("--fail-on-unknown-version", unknown(configuration.asked, refused=True)))
        if newer and not call.quiet:
            stderr.complain(newer)


def told(error: Note) -> str:
    """An error as a line."""
    return f"joblint: {error.path}: {error.message}" if error.path else f"joblint: {error.message}"


def _wants_edits(call: Call) -> bool:
    """Whether anything asks how a fix would be written, and not only what it does."""
    return call.fix or tells_edits(call)


def format_of(call: Call) -> str:
    """The format of what goes to standard output."""
    return call.format or ("text" if output.is_terminal() else "concise")


def tells_edits(call: Call) -> bool:
    """Whether the report tells of fixes, or counts them, as they are after a trial."""
    written = {format_of(call), *(format_ for format_, _ in call.outputs)}
    return call.statistics or not written.isdisjoint(EXACT)


def configured(call: Call) -> Call:
    """The call with what its configuration, or an option over that, says of the whole run."""
    if call.configuration is None:
        return call
    said = call.configuration.whole_run(call.stdin_name if path == STDIN else path for path in call.paths)
    given: dict[str, Any] = {key.replace("-", "_"): said[key].value for key in OF_A_RUN if key in said}
    return call._replace(**given)


def read_old(call: Call, inputs: Inputs, values: "Values | None") -> Sequence[Source]:
    """The manifests that the files are judged against. Raises Refused."""
    from joblint.cli.against import AgainstError, read

    try:
        if call.render:
            from joblint.cli import render_old

            old = render_old.read(call.against or "", call.paths or (".",), inputs, values, call.quiet)
        else:
            old = read(call.against or "", call.paths, inputs.sources, inputs.reach)
    except AgainstError as error:
        raise Refused(Note(f"--against {call.against}", str(error))) from None
    inputs.errors += old.errors
    return old.sources


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


def rendered(run: Run, format_: str, look: Look, statistics: bool = False) -> Iterator[str]:
    """The report, in pieces. With `statistics`, counts take the place of the findings where people read them."""
    if statistics and format_ in COUNTED:
        from joblint.report.statistics import report as counts

        return map(inert, counts(run, look.paint))
    if format_ == "text":
        from joblint.report import text

        return map(inert, text.report(run, look))
    if format_ == "concise":
        from joblint.report import concise

        return map(inert, concise.report(run, look.paint))
    report: Callable[[Run], Iterator[str]] = __import__(f"joblint.report.{format_}", fromlist=["report"]).report
    return report(run)


def left_alone(run: Run) -> Iterator[str]:
    """A line for all that was not judged, or only in part."""
    for path, line, what, why in run.left_alone:
        place = f"{path}:{line}" if line else path
        subject = f"{what or 'this document'} " if line else ""
        yield f"{place}: left alone: {subject}{why}"


def conclude(run: Run, format_: str, look: Look, write: Callable[[str], None]) -> None:
    """The summary, with hints."""
    if any(one.why == TEMPLATE for one in run.left_alone):
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
