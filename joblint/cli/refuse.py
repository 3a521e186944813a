"""The output of `check` and `fix` if nothing can be checked: a wrong configuration, an unreadable OLD, or a bug."""

from collections.abc import Iterator, Sequence

from joblint.cli import output
from joblint.cli.call import Call, Refused
from joblint.cli.inputs import STDIN, Inputs
from joblint.cli.tell import told
from joblint.kube.minors.minor import NEWEST
from joblint.report import FORMATS, Look, Note, Run, stderr
from joblint.report.rendered import rendered


def refuse(call: Call, inputs: Inputs, why: Refused) -> int:
    """Print why nothing is reported, and return the exit code.

    Formats for programs get a whole document with the error, on standard output and in the files of --output.
    """
    every = [*why.errors, *inputs.errors]
    for line in [*map(str, why.flaws), *map(told, every)]:
        stderr.say(line)
    minors = [f"1.{minor}" for minor in call.settings.minors]
    run = Run((), {}, every, inputs.left_alone, inputs.files, 0, minors, flaws=why.flaws)
    if call.display.outputs:
        from joblint.cli import save

        save.reports(run, call.display.outputs)
    piped = call.editing.fix and STDIN in call.paths  # standard output is for the text
    if (
        call.display.format in FORMATS
        and FORMATS[call.display.format].is_document
        and not call.editing.diff
        and not piped
    ):
        output.write("".join(rendered(run, call.display.format, Look())))
    return output.FAILED


def misused(arguments: Sequence[str], why: str) -> None:
    """Print a report for a wrong command line of `check` or `fix`, in the formats that it names.

    It is a document with the error, as in `refuse`. The message for people is already on standard error.
    """
    if not arguments or arguments[0] not in ("check", "fix") or "--diff" in arguments:
        return
    run = Run((), {}, [Note("", line) for line in why.split("\n") if line], (), 0, 0, [f"1.{NEWEST}"])
    outputs = _outputs(arguments)
    if outputs:
        from joblint.cli import save

        save.reports(run, outputs)
    piped = STDIN in arguments and (arguments[0] == "fix" or "--fix" in arguments)
    format_ = next(iter([*_values(arguments, "--format")][-1:]), "")
    if format_ in FORMATS and FORMATS[format_].is_document and not piped:
        output.write("".join(rendered(run, format_, Look())))


def _outputs(arguments: Sequence[str]) -> list[tuple[str, str]]:
    """Return the formats and files of --output, or none if the option itself is wrong."""
    from joblint.cli import save

    try:
        return save.parse_all(list(_values(arguments, "--output")))
    except ValueError:
        return []


def _values(arguments: Sequence[str], option: str) -> Iterator[str]:
    """Yield the values of an option on a command line that cannot be parsed as a whole."""
    words = [*arguments[: arguments.index("--")]] if "--" in arguments else [*arguments]
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == option:
            yield following
        elif word.startswith(f"{option}="):
            yield word.removeprefix(f"{option}=")
