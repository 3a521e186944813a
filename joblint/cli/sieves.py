"""Sieves: functions that remove findings from a run that a baseline has or that are older than a revision."""

from collections.abc import Callable, Sequence

from joblint.cli.call import Call, Refused
from joblint.cli.inputs import Inputs
from joblint.manifests.source import Source
from joblint.report import Note, Run

Sieve = Callable[[Run], Run]


def sieves(call: Call, inputs: Inputs, old: Sequence[Source] | None) -> list[Sieve]:
    """Return the sieves of a call; `old` is as in `judge`. Raises Refused if this fails."""
    makers = [_since(call, inputs, old)] if call.comparison.since is not None else []
    if call.comparison.write_baseline is not None:
        makers.append(_writer(call))
    elif call.comparison.baseline:
        makers.append(_baseline(call, inputs))
    elif call.comparison.strict_baseline:
        makers.append(Note("--strict-baseline", "requires --baseline FILE"))
    wrong = [made for made in makers if isinstance(made, Note)]
    if wrong:
        raise Refused(*wrong)
    return [made for made in makers if not isinstance(made, Note)]


def _since(call: Call, inputs: Inputs, old: Sequence[Source] | None) -> Sieve | Note:
    """Return the sieve of --since, or an error."""
    from joblint.cli.since import Since
    from joblint.project.git_process import GitError

    try:
        return Since(call.comparison.since or "", call.paths, call.settings, inputs, old)
    except GitError as error:
        return Note(f"--since {call.comparison.since}", str(error))


def _baseline(call: Call, inputs: Inputs) -> Sieve | Note:
    from joblint.cli.baseline import Baseline
    from joblint.report.baseline import BaselineError

    try:
        # Findings that `--since` left out still exist, so nothing can be said about stale entries.
        told = call.comparison.since is None
        return Baseline(
            call.comparison.baseline or "",
            call.settings,
            inputs,
            call.display.verbose and told,
            call.comparison.strict_baseline and told,
        )
    except BaselineError as error:
        return Note(f"--baseline {call.comparison.baseline}", str(error))


def _writer(call: Call) -> Sieve | Note:
    from joblint.cli.baseline import Writer
    from joblint.report.baseline import BaselineError

    path = call.comparison.write_baseline or call.comparison.baseline
    if not path:
        return Note("--write-baseline", "requires a file: --write-baseline=joblint-baseline.json")
    try:
        return Writer(path, call.display.quiet)
    except BaselineError as error:
        return Note(f"--write-baseline {path}", str(error))
