"""Checks for JOB_COMPLETION_INDEX as `$NAME` in the arguments of an Indexed Job's program, which is not expanded.

`$(NAME)` is expanded in all minors: the Job controller puts the variable into `env` itself (index.py).
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from joblint.checks.pattern.index import has_index
from joblint.checks.reading.index_reads import INDEX
from joblint.checks.reading.place import mentions, place_in, rewriting
from joblint.checks.reading.script import EVALUATORS, Program, Text, basename, interpreter, program
from joblint.checks.script.dollars import runs_without_shell
from joblint.kube.shellwords import SHELLS
from joblint.rule.registry import author_rule
from joblint.rule.report import Report, Reports, advice, mistake
from joblint.rule.value import Value

if TYPE_CHECKING:
    from joblint.rule.context import Context

# Programs that run a file of the image and pass the words to it unchanged.
_INTERPRETERS = frozenset(("java", "lua", "node", "perl", "php", "python", "ruby", "Rscript"))
_OPTION_FOR_CODE = r"-\w*[ce]"  # what follows is for a shell, or the image's own program is one
_BETTER = f"$({INDEX})"
_EXPANDS = r"(?:\A|/)(?:ba|da|a|k|z)?sh\Z|envsubst|expandvars|\beval\b"


@author_rule("variable-without-shell", on="Container")
def index_without_shell(container: Value, ctx: "Context") -> Reports:
    """Report `command: [python3, work.py, --shard=$JOB_COMPLETION_INDEX]`."""
    if not mentions(ctx, INDEX) or not has_index(container):
        return
    command = program(container)
    if (
        command.entrypoint
        or interpreter(command.name) not in _INTERPRETERS
        or any(text.language for text in command.texts)
    ):
        return
    if any(re.search(_EXPANDS, str(text.value.scalar())) for text in command.texts):
        return
    for text, span, written in _reads(command):
        message = f"`{written}` is not expanded, because no shell runs here; use `{_BETTER}`, which Kubernetes expands"
        yield _with_fix(mistake(text.value, message), text, span, ctx)


@author_rule("variable-without-shell", on="Container")
def index_for_the_image(container: Value, ctx: "Context") -> Reports:
    """Report `args: [--shard=$JOB_COMPLETION_INDEX]`, unless the image's own program is a shell or evaluates it."""
    if not mentions(ctx, INDEX) or not has_index(container):
        return
    command = program(container)
    shown = interpreter(command.name) in _INTERPRETERS or runs_without_shell(command)
    words = [str(text.value.scalar()) for text in command.texts]
    if shown or any(text.language for text in command.texts) or any(re.fullmatch(_OPTION_FOR_CODE, w) for w in words):
        return
    if not (EVALUATORS - SHELLS).isdisjoint(map(basename, words)):
        return
    for text, span, written in _reads(command):
        if not re.search(r"\s", str(text.value.scalar())):
            message = f"Kubernetes does not expand `{written}`, and the image may not run a shell; use `{_BETTER}`"
            yield _with_fix(advice(text.value, message), text, span, ctx)


def _reads(command: Program) -> Iterator[tuple[Text, tuple[int, int], str]]:
    """Yield the words that read the variable in a shell's syntax, each with the span and the text of the read."""
    for text in command.texts:
        for match in re.finditer(rf"(?<!\$)\$(?:{INDEX}\b|\{{{INDEX}\}})", str(text.value.scalar())):
            if command.name != "java" or match[0][1] != "{":  # Spring puts the value in
                yield text, match.span(), match[0]


def _with_fix(report: Report, text: Text, span: tuple[int, int], ctx: "Context") -> Report:
    report.node = place_in(text.value, span, ctx)
    return report.cure(f"write `{_BETTER}`", *rewriting(text.value, [(*span, _BETTER)], ctx), safe=False)
