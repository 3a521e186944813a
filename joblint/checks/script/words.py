"""Checks of the words of command and args, as the kernel and a shell read them: the program, and what is ignored.

Sources: pkg/apis/core/types.go (Container.Command: "Not executed within a shell"); execve(2): the first word names a
file, including its spaces; POSIX.1, sh: the command string is followed by `$0` and the positional parameters.
"""

import re
from typing import TYPE_CHECKING

from joblint.checks.reading.expand import tokens
from joblint.checks.reading.place import mentions
from joblint.checks.reading.script import LONGEST, basename, interpreter, program
from joblint.kube.names.names import short
from joblint.kube.shellwords import SHELLS, of_shell
from joblint.rule.cure.cure import Cut, Delete, Insert, Put
from joblint.rule.registry import author_rule
from joblint.rule.report import Report, Reports, mistake
from joblint.rule.value import Value

if TYPE_CHECKING:
    from joblint.rule.context import Context

# What reads the words after a command string, or passes them on: `$1`, `"$@"`, `shift`, `for x; do`, a sourced file.
_READS_WORDS = (
    r"\$\{?[#!]?[0-9@*#]|\bshift\b|\bgetopts?\b|\bset\s+--|BASH_ARG|\beval\b|\bsource\b|(?:\A|[\s;&|({])\.\s"
    r"|\b(?:for|select)\s+\w+(?:\s*;\s*|\s+)do\b|\bargv\b"
)
_NAMES = SHELLS | {"--", "-", "_", "$0"}  # what people write as the name for `$0`

_INTERPRETERS = frozenset(("java", "lua", "node", "perl", "php", "python", "Rscript", "ruby", "pwsh"))
_PROGRAMS = frozenset(
    ("aws", "az", "bundle", "cargo", "cat", "chmod", "cp", "curl", "date", "deno", "dotnet", "echo", "env", "exec",
     "find", "gcloud", "go", "gradle", "kubectl", "ls", "make", "mkdir", "mongodump", "mv", "mvn", "mysql",
     "mysqldump", "npm", "npx", "oc", "pg_dump", "pip", "pip3", "pnpm", "poetry", "psql", "rake", "redis-cli", "rm",
     "rsync", "sleep", "sudo", "tar", "touch", "uv", "wget", "yarn")
)  # fmt: skip
# A script is never named like one of these, at least not without its directory.
_NO_SCRIPTS = frozenset(
    ("cat", "chmod", "cp", "curl", "echo", "kubectl", "ls", "mkdir", "mv", "node", "npm", "pip", "psql", "python",
     "python3", "rm", "sleep", "tar", "wget")
)  # fmt: skip
_SIMPLE_WORD = r"(?:[\w./:=@%+,-]|\$\(\w+\)|\$(?=\w)|\$\{\w+\})+"  # what is one word to a shell, and runs nothing
_SIMPLE_SCRIPT = rf"{_SIMPLE_WORD}(?: {_SIMPLE_WORD})*"
_ASSIGNS = r"[A-Za-z_]\w*="  # a variable for this one command, which only a shell understands
_SHELL_SIGNS = rf"\A{_ASSIGNS}" + r"|[|&;<>`*?~\"'\\$(){}\[\]#!]"  # what only a shell understands


@author_rule("words-behind-script", on="Container")
def words_behind_script(container: Value, ctx: "Context") -> Reports:
    """Report `sh -c echo hello`: the script is `echo`, and the rest is ignored."""
    if not mentions(ctx, "sh"):
        return
    command = program(container)
    if command.shell is None or not command.name:
        return
    code = command.shell.value
    at = next(i for i, value in enumerate(command.argv) if value is code)
    behind, script = command.argv[at + 1 :], str(code.scalar())
    if not behind or any(value.opaque for value in behind) or not _is_lost(script, [str(v.scalar()) for v in behind]):
        return
    first = behind[0]
    shown = short(script.strip())
    if len(script) > 40 or "\n" in script.strip():
        message = f"`{command.name} -c` runs only the script, and ignores the words after the script"
    else:
        message = f"`{command.name} -c` runs only `{shown}`, and ignores the words after it"
    yield _joined(mistake(first, f"{message}; pass the whole command as one string"), code, behind, script)


def _joined(report: Report, code: Value, behind: tuple[Value, ...], script: str) -> Report:
    """Add the fix to the report, if all words are simple ones to a shell: `echo`, `hello` become `echo hello`.

    Words with spaces or special characters may be meant as scripts or literally: there is no obvious fix.
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
    """Return whether the words after a script cannot have any effect. A single name for it is not a mistake."""
    if len(script) > LONGEST or not script.strip() or re.search(_READS_WORDS, script):
        return False
    if any(token.name for token in tokens(script)) or re.fullmatch(r"\s*\"?\$\{?\w+\}?\"?\s*", script):
        return False  # what Kubernetes or the shell fills in may read them
    first = behind[0]
    if len(behind) > 1:
        return True
    own = basename(script.split(maxsplit=1)[0])
    is_name = basename(first) in _NAMES | {own} or first.strip() in ("", "$0")
    return not is_name and (len(script.split()) == 1 or first.startswith("-") or bool(re.search(r"\s", first.strip())))


@author_rule("shell-without-script", on="Container")
def shell_without_script(container: Value, _: "Context") -> Reports:
    """Report `/bin/sh echo -c hello`: unless `-c` comes first, a shell treats the first word as a script file."""
    argv = [*container.items("command"), *container.items("args")]
    if len(argv) < 2 or not container.has("command") or argv[0].opaque or argv[1].opaque:
        return
    shell, first = basename(str(argv[0].scalar())), str(argv[1].scalar())
    if shell not in SHELLS:
        return
    behind = ["" if value.opaque else str(value.scalar()) for value in argv[2:]]
    if first in _NO_SCRIPTS or (re.search(r"\A[\w./-]+\s+\S", first) and not behind):
        hint = f"{'move' if '-c' in behind else 'add'} `-c` before `{short(first)}`"
        yield mistake(argv[1], f"`{shell}` treats `{short(first)}` as the name of a script file; {hint}")


@author_rule("command-line-in-one-word", on=("Container", "ExecAction"))
def command_line_in_one_word(runs: Value, _: "Context") -> Reports:
    """Report `command: ["python main.py"]`: no shell splits it, so it is the name of a file."""
    command = runs.items("command")
    if not command or command[0].opaque:
        return
    value = command[0]
    text = str(value.scalar())
    if (" " not in text and "\n" not in text) or not _is_command_line(text):
        return
    single = len(command) == 1 and not (runs.has("args") and runs.items("args"))
    if "\n" in text.strip():
        message = 'the whole text in `command` is used as a program name; for a script, use `["sh", "-c", …]`'
        report = mistake(value, message)
        yield _in_shell(report, value, text) if single else report
        return
    parts = text.split()
    if len(parts) == 1:
        report = mistake(value, f"`{short(text)}` contains a space, so the program is not found; remove the space")
        yield report.cure(f"write `{short(parts[0])}`", Put(value.node, parts[0]))
        return
    inner = of_shell(text)
    parts = inner or parts
    needs_shell = not inner and re.search(_SHELL_SIGNS, text) is not None
    separate = "write each word as a separate element"
    hint = 'use `["sh", "-c", …]`' if needs_shell else separate
    report = mistake(value, f"`{short(text)}` is used as a program name, because no shell runs here; {hint}")
    if not needs_shell:
        assert value.parent is not None
        others = Insert(value.parent.node, value.node, tuple(parts[1:]), behind=True)
        report.cure(separate, Put(value.node, parts[0]), others)
    elif single:
        _in_shell(report, value, text)
    yield report


def _in_shell(report: Report, value: Value, text: str) -> Report:
    """Add the fix to the report: the shell that the script's first line asks for, or `sh`, before it."""
    asked = re.match(r"#!\s*(?:\S*/env\s+)?(\S+)", text)
    shell = asked[1] if asked else "sh"
    if basename(shell) not in SHELLS:
        return report
    assert value.parent is not None
    added = Insert(value.parent.node, value.node, (shell, "-c"))
    return report.cure(f"add `{short(shell)}` and `-c` before it", added, safe=False)


def _is_command_line(text: str) -> bool:
    """Return whether a text is certainly several words, and not a path with a space."""
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
