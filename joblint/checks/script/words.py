"""The words of command and args, as the kernel and a shell take them: which one is the program, and which are lost.

Sources: pkg/apis/core/types.go (Container.Command: "Not executed within a shell"); execve(2): the first word names a
file, blanks and all; POSIX.1, sh: what follows the command string are `$0` and the positional parameters.
"""

import re
from typing import TYPE_CHECKING

from joblint.checks.reading.expand import tokens
from joblint.checks.reading.place import mentions
from joblint.checks.reading.script import LONGEST, basename, interpreter, program
from joblint.kube.names.names import short
from joblint.kube.shellwords import SHELLS, of_shell
from joblint.rule.cure.cure import Cut, Delete, Insert, Put
from joblint.rule.registry import rule
from joblint.rule.report import Report, Reports, mistake
from joblint.rule.value import Value

if TYPE_CHECKING:
    from joblint.rule.context import Context

# What reads the words behind a command string, or hands them on: `$1`, `"$@"`, `shift`, `for x; do`, a sourced file.
_READS_WORDS = (
    r"\$\{?[#!]?[0-9@*#]|\bshift\b|\bgetopts?\b|\bset\s+--|BASH_ARG|\beval\b|\bsource\b|(?:\A|[\s;&|({])\.\s"
    r"|\b(?:for|select)\s+\w+(?:\s*;\s*|\s+)do\b|\bargv\b"
)
_NAMES = SHELLS | {"--", "-", "_", "$0"}  # what people write for the name that `$0` is

_INTERPRETERS = frozenset(("java", "lua", "node", "perl", "php", "python", "Rscript", "ruby", "pwsh"))
_PROGRAMS = frozenset(
    ("aws", "az", "bundle", "cargo", "cat", "chmod", "cp", "curl", "date", "deno", "dotnet", "echo", "env", "exec",
     "find", "gcloud", "go", "gradle", "kubectl", "ls", "make", "mkdir", "mongodump", "mv", "mvn", "mysql",
     "mysqldump", "npm", "npx", "oc", "pg_dump", "pip", "pip3", "pnpm", "poetry", "psql", "rake", "redis-cli", "rm",
     "rsync", "sleep", "sudo", "tar", "touch", "uv", "wget", "yarn")
)  # fmt: skip
# Of these nobody names a script of his own, without its directory.
_NO_SCRIPTS = frozenset(
    ("cat", "chmod", "cp", "curl", "echo", "kubectl", "ls", "mkdir", "mv", "node", "npm", "pip", "psql", "python",
     "python3", "rm", "sleep", "tar", "wget")
)  # fmt: skip
_SIMPLE_WORD = (
    r"(?:[\w./:=@%+,-]|\$\(\w+\)|\$(?=\w)|\$\{\w+\})+"  # what a shell takes for one word, and runs nothing for
)
_SIMPLE_SCRIPT = rf"{_SIMPLE_WORD}(?: {_SIMPLE_WORD})*"
_ASSIGNS = r"[A-Za-z_]\w*="  # a variable for this one command, which only a shell understands
_SHELL_SIGNS = rf"\A{_ASSIGNS}" + r"|[|&;<>`*?~\"'\\$(){}\[\]#!]"  # what only a shell understands


@rule("words-behind-script", on="Container")
def words_behind_script(container: Value, ctx: "Context") -> Reports:
    """`sh -c echo hello`: the script is `echo`, and nobody reads the rest."""
    if not mentions(ctx, "sh"):
        return
    found = program(container)
    if found.shell is None or not found.name:
        return
    code = found.shell.value
    at = next(i for i, value in enumerate(found.argv) if value is code)
    behind, script = found.argv[at + 1 :], str(code.scalar())
    if not behind or any(value.opaque for value in behind) or not _is_lost(script, [str(v.scalar()) for v in behind]):
        return
    first = behind[0]
    shown = short(script.strip())
    if len(script) > 40 or "\n" in script.strip():
        message = f"`{found.name} -c` runs the one word before this one, and nobody reads what follows it"
    else:
        message = f"`{found.name} -c` runs `{shown}` alone, and nobody reads the words that follow it"
    yield _joined(mistake(first, f"{message}: write all of it as one word"), code, behind, script)


def _joined(report: Report, code: Value, behind: tuple[Value, ...], script: str) -> Report:
    """The report with its cure, where a shell takes all words as they are: `echo`, `hello` become `echo hello`.

    Words with blanks or signs in them may be meant as scripts, or as they stand: there is no obvious cure.
    """
    words, code_list = [str(value.scalar()) for value in behind], code.parent
    if not re.fullmatch(_SIMPLE_SCRIPT, script) or not all(re.fullmatch(_SIMPLE_WORD, word) for word in words):
        return report
    operations: list[Cut | Delete] = []
    for at, value in enumerate(behind):
        if at and value.parent is behind[at - 1].parent:
            continue
        owner = value.parent
        assert owner is not None
        if owner is code_list:
            operations.append(Cut(owner.node, value.node))
        elif owner.parent is not None and owner.key is not None:
            operations.append(Delete(owner.parent.node, owner.key))
    joined = " ".join([script, *words])
    return report.cure(f"write `{short(joined)}`", Put(code.node, joined), *operations, safe=False)


def _is_lost(script: str, behind: list[str]) -> bool:
    """Whether the words behind a script can be of no use. One that only gives it a name is no mistake."""
    if len(script) > LONGEST or not script.strip() or re.search(_READS_WORDS, script):
        return False
    if any(token.name for token in tokens(script)) or re.fullmatch(r"\s*\"?\$\{?\w+\}?\"?\s*", script):
        return False  # what Kubernetes or the shell puts in may read them
    first = behind[0]
    if len(behind) > 1:
        return True
    own = basename(script.split(maxsplit=1)[0])
    is_name = basename(first) in _NAMES | {own} or first.strip() in ("", "$0")
    return not is_name and (len(script.split()) == 1 or first.startswith("-") or bool(re.search(r"\s", first.strip())))


@rule("shell-without-script", on="Container")
def shell_without_script(container: Value, _: "Context") -> Reports:
    """`/bin/sh echo -c hello`: without `-c` right behind it, a shell takes the first word for a script's file."""
    argv = [*container.items("command"), *container.items("args")]
    if len(argv) < 2 or not container.has("command") or argv[0].opaque or argv[1].opaque:
        return
    shell, first = basename(str(argv[0].scalar())), str(argv[1].scalar())
    if shell not in SHELLS:
        return
    behind = ["" if value.opaque else str(value.scalar()) for value in argv[2:]]
    if first in _NO_SCRIPTS or (re.search(r"\A[\w./-]+\s+\S", first) and not behind):
        lacking = "`-c` has to stand before it" if "-c" in behind else "it wants `-c` before a command"
        yield mistake(argv[1], f"`{shell}` takes `{short(first)}` for the name of a script's file: {lacking}")


@rule("command-line-in-one-word", on=("Container", "ExecAction"))
def command_line_in_one_word(runs: Value, _: "Context") -> Reports:
    """`command: ["python main.py"]`: no shell takes it apart, so the file of that name is looked for."""
    command = runs.items("command")
    if not command or command[0].opaque:
        return
    value = command[0]
    text = str(value.scalar())
    if (" " not in text and "\n" not in text) or not _is_command_line(text):
        return
    alone = len(command) == 1 and not (runs.has("args") and runs.items("args"))
    if "\n" in text.strip():
        report = mistake(value, 'the kernel looks for a file of this whole name: a script wants `["sh", "-c", …]`')
        yield _in_shell(report, value, text) if alone else report
        return
    parts = text.split()
    if len(parts) == 1:
        report = mistake(value, "the blank beside it is part of the program's name, so no such file is found")
        yield report.cure(f"write `{short(parts[0])}`", Put(value.node, parts[0]))
        return
    inner = of_shell(text)
    parts = inner or parts
    needs_shell = not inner and re.search(_SHELL_SIGNS, text) is not None
    hint = 'it wants a shell, `["sh", "-c", …]`' if needs_shell else "write each word as an element of its own"
    report = mistake(value, f"no shell runs here: the kernel looks for a file named `{short(text)}`; {hint}")
    if not needs_shell:
        assert value.parent is not None
        others = Insert(value.parent.node, value.node, tuple(parts[1:]), behind=True)
        report.cure("write each word as an element of its own", Put(value.node, parts[0]), others)
    elif alone:
        _in_shell(report, value, text)
    yield report


def _in_shell(report: Report, value: Value, text: str) -> Report:
    """The report with its cure: the shell that the script's first line asks for, or `sh`, before it."""
    asked = re.match(r"#!\s*(?:\S*/env\s+)?(\S+)", text)
    shell = asked[1] if asked else "sh"
    if basename(shell) not in SHELLS:
        return report
    assert value.parent is not None
    added = Insert(value.parent.node, value.node, (shell, "-c"))
    return report.cure(f"put `{short(shell)}`, `-c` before it", added, safe=False)


def _is_command_line(text: str) -> bool:
    """Whether a text is several words beyond doubt, and no path with a blank in it."""
    if "\\" in text or re.match(r"[A-Za-z]:|\s*[$<{%]", text):
        return False  # a path of Windows, or a placeholder
    parts = text.split()
    if "\n" in text.strip() or len(parts) < 2:
        return bool(parts)
    if re.match(_ASSIGNS, parts[0]):
        return True
    name, second = basename(parts[0]), parts[1]
    known = name in _PROGRAMS or name in SHELLS or interpreter(name) in _INTERPRETERS
    return known or second.startswith("-") or bool(re.search(r"\.(?:sh|bash|py|rb|pl|js|php|jar)\Z", name))
