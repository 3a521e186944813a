"""The work of `joblint check`, without the parsing of options: a call with only paths needs no option parser."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from joblint.cli import output
from joblint.cli.call import CLEAN, FOUND, Call, Refused, Rendering
from joblint.cli.inputs import STDIN, Inputs
from joblint.cli.judge import judge
from joblint.cli.tell import tell, tells_edits
from joblint.manifests.source import Source
from joblint.project.config.inforce import Configuration
from joblint.report import NEVER, Note, stderr

if TYPE_CHECKING:
    from joblint.project.render.values import Values


def check(call: Call) -> int:
    """Check files and directories, print the report, and return the exit code."""
    call = configured(call)
    call = call._replace(settings=call.settings._replace(edits=_wants_edits(call)))
    if call.exit.exit_zero:
        call = call.with_options({"fail_on": NEVER})
    inputs = Inputs(call.configuration)
    if not call.display.quiet and output.is_terminal(sys.stderr):
        from joblint.cli import progress

        inputs.progress = progress.start()
    try:
        code = _check(call, inputs)
        return CLEAN if call.exit.exit_zero and code == FOUND else code
    except (output.ClosedError, output.WriteError, BrokenPipeError):
        raise
    except Exception as error:
        from joblint.cli.refuse import refuse

        why = error if isinstance(error, Refused) else Refused(Note("", stderr.bug(error)))
        return refuse(call, inputs, why)
    finally:
        inputs.progress.clear()


def _check(call: Call, inputs: Inputs) -> int:
    paths, values = _without_charts(call, inputs)
    if _is_about_a_change(call):
        from joblint.cli.reach.find import find_reach

        inputs.reach = find_reach(paths, call.comparison.since or "", call.configuration)
    inputs.written = {os.path.realpath(file) for _, file in call.display.outputs}
    if STDIN in paths and not call.display.quiet:
        from joblint.cli import terminal

        terminal.announce("a manifest")
    inputs.read(paths, call.stdin_name)
    if inputs.given and not call.display.quiet:
        from joblint.cli import render

        render.warn_of_no_template(call, inputs)
    if inputs.errors:
        from joblint.cli.missing import explained

        inputs.errors = list(explained(call, inputs.errors))
    if not call.paths and not call.files_from and not call.display.quiet:
        from joblint.cli import piped

        piped.warn()
    if call.configuration is not None:
        _heed(call, call.configuration)
    old = read_old(call, inputs, values) if call.comparison.against is not None else None
    if (
        call.comparison.baseline
        or call.comparison.strict_baseline
        or call.comparison.write_baseline is not None
        or call.comparison.since is not None
    ):
        from joblint.cli import sieves

        call = call._replace(sieves=sieves.sieves(call, inputs, old))
    if call.editing.fix:
        from joblint.cli.mend import mend

        return mend(call, inputs, old)
    if call.editing.add_ignore is not None:
        from joblint.cli.ignores import ignore

        return ignore(call, inputs, old)
    run = judge(inputs, call.settings, call.comparison.against or "", old)
    if run.part and call.exit.fail_on_empty and not run.jobs:
        from joblint.cli.reach.empty import holds_job

        call = call.with_options({"fail_on_empty": not holds_job(inputs, call.settings)})
    return tell(call, run)


def _without_charts(call: Call, inputs: Inputs) -> "tuple[Sequence[str], Values | None]":
    """Render the charts and kustomizations if that is asked for; return the other paths, and the values for charts."""
    paths = call.paths or (() if call.files_from else (".",))
    if call.rendering == Rendering():
        return paths, None
    from joblint.cli import render

    values, inputs.given = render.values(call)
    if not call.rendering.render:
        return paths, values
    # Of an update, only what was rendered with the same values can be compared.
    once = call.comparison.against is not None
    return render.take(inputs, paths, call.settings, values, once=once), values


def _is_about_a_change(call: Call) -> bool:
    """Return whether to check only what a change can affect."""
    changing = call.editing.fix or call.editing.add_ignore is not None
    return call.comparison.since is not None and not (changing or call.rendering.render or STDIN in call.paths)


def _heed(call: Call, configuration: Configuration) -> None:
    """Raise Refused for mistakes in configurations, and print which versions are newer than joblint knows."""
    if configuration.wrong:
        raise Refused(flaws=list(dict.fromkeys(configuration.wrong)))
    if configuration.asked:
        from joblint.kube.minors.versions import unknown

        newer = unknown(configuration.asked)
        if newer and call.exit.fail_on_unknown_version:
            raise Refused(Note("--fail-on-unknown-version", unknown(configuration.asked, refused=True)))
        if newer and not call.display.quiet:
            stderr.complain(newer)


def _wants_edits(call: Call) -> bool:
    """Return whether the edits of fixes are needed, and not only their descriptions."""
    return call.editing.fix or tells_edits(call)


def configured(call: Call) -> Call:
    """Return the call with the values that its configuration, or an option above it, has for the whole run."""
    if call.configuration is None:
        return call
    said = call.configuration.whole_run(call.stdin_name if path == STDIN else path for path in call.paths)
    if not said:
        return call
    from joblint.project.config.keys import OF_A_RUN

    return call.with_options({key.replace("-", "_"): said[key].value for key in OF_A_RUN if key in said})


def read_old(call: Call, inputs: Inputs, values: "Values | None") -> Sequence[Source]:
    """Return the manifests of OLD. Raises Refused."""
    from joblint.cli.against import AgainstError, read

    try:
        if call.rendering.render:
            from joblint.cli import render_old

            old = render_old.read(
                call.comparison.against or "", call.paths or (".",), inputs, values, call.display.quiet
            )
        else:
            old = read(call.comparison.against or "", call.paths, inputs.sources, inputs.reach)
    except AgainstError as error:
        raise Refused(Note(f"--against {call.comparison.against}", str(error))) from None
    inputs.errors += old.errors
    return old.sources
