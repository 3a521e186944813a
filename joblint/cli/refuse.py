"""What `check` and `fix` say where nothing can be judged: a wrong configuration, an OLD that cannot be read, a bug."""

from joblint.cli import output
from joblint.cli.inputs import STDIN, Inputs
from joblint.cli.run import DOCUMENTS, Call, Refused, rendered, told
from joblint.report import Run


def refuse(call: Call, inputs: Inputs, why: Refused) -> int:
    """Print why nothing is reported, and return the exit code.

    Programs that read the report get it as a document of their format, on standard output and in the files of --output.
    """
    every = [*why.errors, *inputs.errors]
    for line in [*map(str, why.flaws), *map(told, every)]:
        output.say(line)
    minors = [f"1.{minor}" for minor in call.settings.minors]
    run = Run((), {}, every, inputs.left_alone, inputs.files, 0, minors, flaws=why.flaws)
    if call.outputs:
        from joblint.cli import save

        save.reports(run, call.outputs)
    piped = call.fix and STDIN in call.paths  # standard output is for the text
    if call.format in DOCUMENTS and not call.diff and not piped:
        output.write("".join(rendered(run, call.format, output.painter(call.colour))))
    return output.FAILED
