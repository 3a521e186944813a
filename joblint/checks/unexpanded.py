"""JOB_COMPLETION_INDEX in the words of an Indexed Job's program, as `$NAME`: the program gets these very characters."""

import re
from typing import TYPE_CHECKING

from joblint.checks.index import has_index
from joblint.checks.place import mentions, place_in, rewriting
from joblint.checks.reads import INDEX
from joblint.checks.script import interpreter, program
from joblint.rule import Reports, mistake, rule
from joblint.value import Value

if TYPE_CHECKING:
    from joblint.context import Context

# Programs that run a file of the image and give it the words as they are.
_INTERPRETERS = frozenset(("java", "lua", "node", "perl", "php", "python", "ruby", "Rscript"))
_EXPANDS = r"(?:\A|/)(?:ba|da|a|k|z)?sh\Z|envsubst|expandvars|\beval\b"


@rule("variable-without-shell", on="Container")
def index_without_shell(container: Value, ctx: "Context") -> Reports:
    """`command: [python3, work.py, --shard=$JOB_COMPLETION_INDEX]`."""
    if not mentions(ctx, INDEX) or not has_index(container):
        return
    found = program(container)
    if found.entrypoint or interpreter(found.name) not in _INTERPRETERS or any(text.language for text in found.texts):
        return
    if any(re.search(_EXPANDS, str(text.value.scalar())) for text in found.texts):
        return
    for text in found.texts:
        word = str(text.value.scalar())
        for match in re.finditer(rf"(?<!\$)\$(?:{INDEX}\b|\{{{INDEX}\}})", word):
            if found.name == "java" and match[0][1] == "{":
                continue  # Spring puts the value in
            better = f"$({INDEX})"
            message = f"`{match[0]}` stays as it is: no shell runs here, and Kubernetes expands `{better}` only"
            report = mistake(text.value, message)
            report.node = place_in(text.value, match.span(), ctx)
            yield report.cure(f"write `{better}`", *rewriting(text.value, [(*match.span(), better)], ctx), safe=False)
