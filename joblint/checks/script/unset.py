"""Check for a variable that a script reads and that is never set, if a similar one is set and never read.

A variable that is only unset is not reported: the image may set it.
"""

import re
from typing import TYPE_CHECKING

from joblint.checks.pattern.index import has_index
from joblint.checks.reading.expand import as_shell_sees, tokens
from joblint.checks.reading.index_reads import INDEX
from joblint.checks.reading.place import mentions, place_in, rewriting
from joblint.checks.reading.script import LONGEST, Text, program
from joblint.kube.names.names import short
from joblint.rule.cure.cure import Write
from joblint.rule.registry import author_rule
from joblint.rule.report import Report, Reports, mistake, place
from joblint.rule.value import Value

if TYPE_CHECKING:
    from joblint.rule.context import Context

_READ = r"\$(?:\{([A-Z][A-Z0-9_]{4,60})\}|([A-Z][A-Z0-9_]{4,60})\b)"  # `${NAME:-x}` says that it may be unset
# What may set a variable, other than an assignment.
_SETS = r"\bsource\b|(?:\A|[\s;&|({])\.\s|\beval\b|\bset\s+-\w*a|allexport"
# Names that people use for the variable of the index by mistake.
_NOT_THE_INDEX = ("JOB_INDEX", "JOB_COMPLETION_IDX", "JOB_COMPLETION_ID", "JOB_COMPLETIONS_INDEX", "COMPLETION_INDEX")
_OF_THE_INDEX = "_I"  # a part of all of these names
# What a shell or the container runtime sets.
_OF_THE_SHELL = frozenset(
    ("BASHPID", "COLUMNS", "GROUPS", "HOSTNAME", "HOSTTYPE", "LINENO", "LINES", "LOGNAME", "MACHTYPE", "OLDPWD",
     "OPTARG", "OPTERR", "OPTIND", "OSTYPE", "PIPESTATUS", "RANDOM", "REPLY", "SECONDS", "SHELL", "SHLVL")
)  # fmt: skip
MOST = 200  # variables of a container, or of its script, that are compared


@author_rule("misspelt-variable", on="Container")
def misspelt_variable(container: Value, ctx: "Context") -> Reports:
    """Report `$DATABSE_URL` in a container that sets DATABASE_URL and never uses it."""
    if not mentions(ctx, "$") or not container.has("env") or container.has("envFrom"):
        return
    command = program(container)
    if command.shell is None or any(value.opaque for value in command.argv):
        return
    script = str(command.shell.value.scalar())
    if len(script) > LONGEST or "$" not in script or re.search(_SETS, script):
        return
    entries = {entry.text("name"): entry for entry in container.items("env")[:MOST]}
    known = {*entries, INDEX} if has_index(container) else {*entries}
    reads: dict[str, re.Match[str]] = {}
    for match in re.finditer(_READ, script):
        if (name := match[1] or match[2]) not in known and len(reads) < MOST:
            reads.setdefault(name, match)
    for name, match in reads.items():
        meant = [other for other in entries if is_slip(name, other)]
        if len(meant) != 1 or is_used(meant[0], container, command.texts) or _is_set(name, script):
            continue
        if _is_expanded(match.start(), script):
            start = match.start() + (2 if match[1] else 1)
            yield _report(command.shell.value, (start, start + len(name)), name, entries[meant[0]], ctx)


@author_rule("misspelt-variable", on="Container")
def misspelt_index(container: Value, ctx: "Context") -> Reports:
    """Report `$JOB_INDEX` in an Indexed Job: the variable has another name."""
    if not mentions(ctx, _OF_THE_INDEX) or not has_index(container):
        return
    command = program(container)
    if command.shell is None or container.has("envFrom"):
        return
    value, script = command.shell.value, str(command.shell.value.scalar())
    known = {entry.text("name") for entry in container.items("env")}
    if len(script) > LONGEST or re.search(_SETS, script):
        return
    for match in re.finditer(_READ, script):
        name, start = match[1] or match[2], match.start() + (2 if match[1] else 1)
        if is_for_the_index(name, ctx) and name not in known and not _is_set(name, script):
            if _is_expanded(match.start(), script):
                report = mistake(value, message_for_index(name))
                report.node = place_in(value, (start, start + len(name)), ctx)
                yield report.cure(
                    f"write `{INDEX}`", *_renaming(value, (start, start + len(name)), INDEX, ctx), safe=False
                )
            return


def is_for_the_index(name: str, ctx: "Context") -> bool:
    """Return whether a variable must be meant as that of the index: a typo, or the Job has no other name for it."""
    return is_slip(name, INDEX) or (name in _NOT_THE_INDEX and not mentions(ctx, INDEX))


def message_for_index(name: str) -> str:
    """Return the message for a variable that is meant as that of the index."""
    return f"`{short(name)}` is never set; did you mean `{INDEX}`, the index of an Indexed Job's Pod?"


def message_for_slip(name: str, meant: str) -> str:
    """Return the message for a variable whose name is almost that of one that is set."""
    return f"`{short(name)}` is never set; did you mean `{short(meant)}`, which is set but never read?"


def _report(value: Value, span: tuple[int, int], name: str, entry: Value, ctx: "Context") -> Report:
    meant = entry.text("name")
    report = mistake(value, message_for_slip(name, meant))
    report.node = place_in(value, span, ctx)
    report.related = ((place(entry.data["name"]), "set here"),)
    return report.cure(f"write `{short(meant)}`", *_renaming(value, span, meant, ctx), safe=False)


def _renaming(value: Value, span: tuple[int, int], name: str, ctx: "Context") -> tuple[Write, ...]:
    """Return the operations that read another variable, with its `$`, which has a backslash in a heredoc."""
    start, end = span
    sign = "${" if str(value.scalar())[start - 1] == "{" else "$"
    return rewriting(value, [(start - len(sign), end, f"{sign}{name}")], ctx)


def is_used(name: str, container: Value, texts: tuple[Text, ...]) -> bool:
    """Return whether a word of the container, or another variable, mentions a variable."""
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    if any(word.search(str(text.value.scalar())[:LONGEST]) for text in texts):
        return True
    return any(word.search(entry.text("value")[:LONGEST]) for entry in container.items("env")[:MOST])


def _is_set(name: str, script: str) -> bool:
    """Return whether the script mentions the variable other than by reading its value."""
    return re.search(rf"(?<![\w${{]){name}(?!\w)|\$\{{{name}:?=", script) is not None


def _is_expanded(at: int, script: str) -> bool:
    """Return whether the shell expands the variable here, and Kubernetes has not done so before."""
    from joblint.checks.reading import shell

    if any(token.start <= at < token.end for token in tokens(script)):
        return False
    root = shell.parse(as_shell_sees(script))
    node = None if root is None else root.descendant_for_byte_range(at + 1, at + 2)
    while node is not None and node.type not in ("simple_expansion", "expansion"):
        node = node.parent
    return node is not None and shell.enclosing(node, "heredoc_body", "raw_string") is None


def is_slip(one: str, other: str) -> bool:
    """Return whether two names differ by one added, missing or wrong letter, or by two swapped letters."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    a, b = one[start : len(one) - end], other[start : len(other) - end]
    if any(char.isdigit() for char in a + b) or (a or b) == "S":
        return False  # HOST1 and HOST2, HTTP_PROXY and HTTPS_PROXY
    if one in _OF_THE_SHELL or ((a or b) == "_" and other.startswith("PG")):
        return False  # PGHOST is read by libpq
    if len(a) == len(b) == 1:
        before, behind = one[:start], one[len(one) - end :]
        return bool(before.strip("_") and behind) and not (before.endswith("_") and behind.startswith("_"))
    return (len(a) <= 1 and len(b) <= 1) or (len(a) == len(b) == 2 and a == b[::-1])
