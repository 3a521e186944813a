"""What leaves findings out of a report that are known already, as a call asks for it."""

from collections.abc import Callable, Sequence

from joblint.cli import output
from joblint.cli.inputs import Inputs
from joblint.cli.run import Call
from joblint.report import Run
from joblint.source import Source

Sieve = Callable[[Run], Run]


def sieves(call: Call, inputs: Inputs, old: Sequence[Source] | None) -> list[Sieve] | None:
    """The sieves of a call; None where one cannot be had, which is said. `old` as in `judge`."""
    makers = [_since(call, inputs, old)] if call.since is not None else []
    if call.write_baseline is not None:
        makers.append(_writer(call))
    elif call.baseline:
        makers.append(_baseline(call, inputs))
    wrong = [made for made in makers if isinstance(made, str)]
    for message in wrong:
        output.complain(message)
    return None if wrong else [made for made in makers if not isinstance(made, str)]


def _since(call: Call, inputs: Inputs, old: Sequence[Source] | None) -> Sieve | str:
    """The sieve, or why there is none."""
    from joblint.cli.git_process import GitError
    from joblint.cli.since import Since

    try:
        return Since(call.since or "", call.paths, call.settings, inputs, old)
    except GitError as error:
        return f"--since {call.since}: {error}"


def _baseline(call: Call, inputs: Inputs) -> Sieve | str:
    from joblint.baseline import BaselineError
    from joblint.cli.baseline import Baseline

    try:
        return Baseline(call.baseline or "", call.settings, inputs, call.verbose)
    except BaselineError as error:
        return f"--baseline {call.baseline}: {error}"


def _writer(call: Call) -> Sieve | str:
    from joblint.baseline import BaselineError
    from joblint.cli.baseline import Writer

    path = call.write_baseline or call.baseline
    if not path:
        return "--write-baseline: name the file, as in --write-baseline=joblint-baseline.json"
    try:
        return Writer(path, call.quiet)
    except BaselineError as error:
        return f"--write-baseline {path}: {error}"
