"""Checks for failures that are not seen: exit codes that a script never returns, or swallows.

Sources: POSIX.1, Shell Command Language, 2.8 (exit status); pkg/controller/job/pod_failure_policy.go, which looks at
the exit codes of containers and init containers.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

from joblint.checks.reading.expand import as_shell_sees, tokens
from joblint.checks.reading.place import begin_with, mentions, place_in
from joblint.checks.reading.script import Text, basename, containers, program
from joblint.kube.names.names import short
from joblint.kube.shellwords import SHELLS
from joblint.rule.registry import author_rule
from joblint.rule.report import Report, Reports, advice, mistake
from joblint.rule.value import Value
from joblint.server.pod.common import called

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

    from joblint.rule.context import Context

_BY_SIGNAL = 126  # and above: exit codes of the kernel, the runtime or a signal, which do not depend on the script
_SHOWN = 8  # exit codes of a script that are listed in a message
# Commands whose failure does not matter.
_HARMLESS = frozenset(
    (":", "[", "awk", "basename", "bc", "break", "cat", "cd", "continue", "cut", "date", "df", "dirname", "echo", "env",
     "exit", "export", "expr", "false", "free", "grep", "head", "hostname", "id", "let", "ls", "nproc", "printenv",
     "printf", "ps", "pwd", "return", "sed", "seq", "set", "shift", "shuf", "sleep", "sort", "tail", "test", "tr",
     "true", "tty", "uname", "uniq", "wait", "wc", "whoami")
)  # fmt: skip
# Commands that only prepare the work.
_PREPARES = frozenset(("apk", "apt-get", "chmod", "cp", "ln", "mkdir", "mktemp", "mv", "rm", "tar", "touch"))


def shell_text(container: Value) -> tuple[Text, str] | None:
    """Return the script that a container's first process, a shell, runs, and the words of its options."""
    command = program(container)
    if command.entrypoint or command.shell is None or command.argv[0].opaque:
        return None
    if basename(str(command.argv[0].scalar())) not in SHELLS:
        return None
    words = []
    for value in command.argv[1:]:
        if value is command.shell.value:
            break
        words.append(str(value.scalar()))
    return command.shell, " ".join(words)


@author_rule("unreturned-exit-code", on="JobSpec")
def unreturned_exit_code(spec: Value, ctx: "Context") -> Reports:
    """Report `onExitCodes: {operator: In, values: [42]}`, or NotIn, if no script ever exits with 42."""
    policy = spec.get("podFailurePolicy") if mentions(ctx, "onExitCodes") else None
    pod = spec.at("template", "spec")
    if policy is None or pod is None:
        return
    known: dict[str, int | None] = {}
    for entry in policy.items("rules"):
        on_codes = entry.get("onExitCodes")
        if on_codes is None or on_codes.text("operator") not in ("In", "NotIn"):
            continue
        name, codes = on_codes.text("containerName"), 0
        judged = [c for c in containers(pod) if name in ("", c.text("name"))]
        for container in judged:
            own = container.text("name")
            if own not in known:
                known[own] = _codes(container, ctx)
            own_codes = known[own]
            if own_codes is None:
                break
            codes |= own_codes
        else:
            yield from _unreturned(on_codes, codes, judged)


def _codes(container: Value, ctx: "Context") -> int | None:
    """Return the exit codes of a container's own program as bits, None if they are not known."""
    from joblint.checks.reading.status import ANY, statuses

    script = _script(container, ctx)
    codes = statuses(script.text, script.options) if script is not None else _codes_of_python(container, ctx)
    return None if codes == ANY else codes


def _codes_of_python(container: Value, ctx: "Context") -> int | None:
    from joblint.checks.reading.python import code

    script = code(container, ctx)
    if script is None or program(container).entrypoint:
        return None
    from joblint.checks.reading.python_status import statuses

    return statuses(script.text)


def _unreturned(on_codes: Value, codes: int, judged: list[Value]) -> Reports:
    from joblint.checks.reading.status import FLUSH_FAILED, listed
    from joblint.kube.cron.words import listed as words

    returned = [code for code in listed(codes) if code != FLUSH_FAILED]
    if not judged or len(returned) > _SHOWN:
        return
    shown = words([str(code) for code in returned], "or")
    names = ", ".join(called(container) for container in judged[:_SHOWN])
    head, scripts = f"containers {names} never exit", "their scripts"
    if len(judged) == 1:
        head, scripts = f"container {names} never exits", "its script"
    for value in on_codes.items("values"):
        if 0 < value.scalar() < _BY_SIGNAL and not codes >> value.scalar() & 1:
            yield mistake(value, f"{head} with {value.data}: {scripts} can only exit with {shown}")


class Script(NamedTuple):
    """A script of the shell that is a container's first process; `file` is set if the script is in a ConfigMap."""

    value: Value
    text: str
    options: str
    file: Any  # Mounted or None; a name in quotes would add a millisecond to each run


def _script(container: Value, ctx: "Context") -> Script | None:
    """Return the script that determines a container's exit code. Raises Opaque."""
    from joblint.checks.reading.mounted import mounted

    file = mounted(container, ctx)
    if file is not None:
        return Script(file.word, file.text, file.options, file)
    text_and_options = shell_text(container)
    return (
        None
        if text_and_options is None
        else Script(text_and_options[0].value, str(text_and_options[0].value.scalar()), text_and_options[1], None)
    )


@author_rule("swallowed-failure", on="Container")
def swallowed_failure(container: Value, ctx: "Context") -> Reports:
    """Report `|| true`, `exit 0` and `; echo done`, with which the container succeeds whatever fails."""
    decides = container.parent is not None and container.parent.step == "containers"
    source = _script(container, ctx) if decides else None
    spec = container.up("JobSpec")
    if source is None or spec is None:
        return
    from joblint.checks.reading import shell, status

    script = source.text
    root = shell.parse(as_shell_sees(script))
    if root is None:
        return
    # `$(NAME)`: a value that Kubernetes fills in, or a mistake that another rule reports
    filled = {token.name for token in tokens(script)}
    names = [
        name
        for node, name in status.commands(root, script)
        if basename(name) not in _HARMLESS and name not in filled and not shell.enclosing(node, "command_substitution")
    ]
    failing = next((name for name in names if basename(name) not in _PREPARES), names[0] if names else None)
    if failing is None or status.statuses(script, source.options) != status.OK:
        return
    statements = [node for node in root.named_children if node.type != "comment"]
    if statements:
        shown = short(" ".join(shell.text_of(statements[-1], script).split()))
        message = f"if `{short(failing)}` fails, the script still exits with 0 (`{shown}`), so the container succeeds"
        yield _swallowed(source, f"{message}{_never_acts(spec)}", statements[0], statements[-1], ctx)


def _never_acts(spec: Value) -> str:
    policy = next((name for name in ("podFailurePolicy", "backoffLimitPerIndex", "backoffLimit") if spec.has(name)), "")
    return f", and `{policy}` has no effect" if policy else ""


def _swallowed(script: Script, message: str, first: "Syntax", last: "Syntax", ctx: "Context") -> Report:
    """Return the report, with `set -e` as the fix if that is enough: `|| true` still swallows a failure."""
    from joblint.checks.reading.status import OK, statuses

    report, span = advice(script.value, message), (last.start_byte, last.end_byte)
    if script.file is not None:
        script.file.point(report, span, "this determines the exit code")
        return report
    report.node = place_in(script.value, span, ctx)
    at = first.start_byte
    if statuses(f"set -e; {script.text}", script.options) == OK or at >= len(script.text):
        return report
    report.message += "; add `set -e`"
    return report.cure("add `set -e`", *begin_with("set -e", at, script.value, script.text, ctx), safe=False)
