"""Failures that nobody sees: exit codes that a script never returns, or swallows.

Sources: POSIX.1, Shell Command Language, 2.8 (exit status); pkg/controller/job/pod_failure_policy.go, which looks at
the exit codes of containers and init containers.
"""

from typing import TYPE_CHECKING

from joblint.checks.expand import as_shell_sees, tokens
from joblint.checks.place import mentions, place_in
from joblint.checks.script import SHELLS, Text, basename, containers, program
from joblint.kube.names import short
from joblint.rule import Reports, advice, mistake, rule
from joblint.value import Value

if TYPE_CHECKING:
    from joblint.context import Context

_BY_SIGNAL = 126  # and above: what the kernel, the runtime or a signal makes of a process, whatever its script says
_SHOWN = 8  # exit codes that are told of a script
# Commands of which nobody minds a failure.
_HARMLESS = frozenset(
    (":", "[", "awk", "basename", "bc", "break", "cat", "cd", "continue", "cut", "date", "df", "dirname", "echo", "env",
     "exit", "export", "expr", "false", "free", "grep", "head", "hostname", "id", "let", "ls", "nproc", "printenv",
     "printf", "ps", "pwd", "return", "sed", "seq", "set", "shift", "shuf", "sleep", "sort", "tail", "test", "tr",
     "true", "tty", "uname", "uniq", "wait", "wc", "whoami")
)  # fmt: skip


def shell_text(container: Value) -> tuple[Text, str] | None:
    """The script that a container's first process, a shell, runs, and the words of its options."""
    found = program(container)
    if found.entrypoint or found.shell is None or found.argv[0].opaque:
        return None
    if basename(str(found.argv[0].scalar())) not in SHELLS:
        return None
    words = []
    for value in found.argv[1:]:
        if value is found.shell.value:
            break
        words.append(str(value.scalar()))
    return found.shell, " ".join(words)


@rule("unreturned-exit-code", on="JobSpec")
def unreturned_exit_code(spec: Value, ctx: "Context") -> Reports:
    """`onExitCodes: {operator: In, values: [42]}` where no script ever ends with 42."""
    policy = spec.get("podFailurePolicy") if mentions(ctx, "onExitCodes") else None
    pod = spec.at("template", "spec")
    if policy is None or pod is None:
        return
    known: dict[str, int | None] = {}
    for entry in policy.items("rules"):
        on_codes = entry.get("onExitCodes")
        if on_codes is None or on_codes.text("operator") != "In":
            continue
        name, codes = on_codes.text("containerName"), 0
        judged = [c for c in containers(pod) if name in ("", c.text("name"))]
        for container in judged:
            own = container.text("name")
            if own not in known:
                known[own] = _codes(container, ctx)
            found = known[own]
            if found is None:
                break
            codes |= found
        else:
            yield from _unreturned(on_codes, codes, judged)


def _codes(container: Value, ctx: "Context") -> int | None:
    """The codes that a container can end with of its own, None where nobody can tell."""
    from joblint.checks.mounted import mounted
    from joblint.checks.status import ANY, statuses

    file = mounted(container, ctx)
    found = shell_text(container)
    if file is not None:
        codes = statuses(file.text, file.options)
    elif found is not None:
        codes = statuses(str(found[0].value.scalar()), found[1])
    else:
        return None
    return None if codes == ANY else codes


def _unreturned(on_codes: Value, codes: int, judged: list[Value]) -> Reports:
    from joblint.checks.status import listed

    returned = listed(codes)
    if not judged or len(returned) > _SHOWN:
        return
    shown = ", ".join(map(str, returned))
    names = ", ".join(f"`{short(container.text('name'))}`" for container in judged[:_SHOWN])
    for value in on_codes.items("values"):
        if 0 < value.scalar() < _BY_SIGNAL and not codes >> value.scalar() & 1:
            message = f"`{value.data}` is never the exit code of {names}: the script can only end with {shown}"
            yield mistake(value, message)


@rule("swallowed-failure", on="Container")
def swallowed_failure(container: Value, ctx: "Context") -> Reports:
    """`|| true`, `exit 0`, `; echo done`: whatever fails, the container succeeds."""
    found = shell_text(container) if container.parent is not None and container.parent.step == "containers" else None
    spec = container.up("JobSpec")
    if found is None or spec is None:
        return
    from joblint.checks import shell, status

    value, script = found[0].value, str(found[0].value.scalar())
    root = shell.parse(as_shell_sees(script))
    if root is None:
        return
    filled = {
        token.name for token in tokens(script)
    }  # `$(NAME)`: a value that Kubernetes puts in, or a mistake of its own
    names = [name for _, name in status.commands(root, script)]
    failing = next((name for name in names if basename(name) not in _HARMLESS and name not in filled), None)
    if failing is None or status.statuses(script, found[1]) != status.OK:
        return
    last = next((node for node in reversed(root.named_children) if node.type != "comment"), None)
    if last is None:
        return
    shown = short(" ".join(shell.text_of(last, script).split()))
    policy = next((name for name in ("podFailurePolicy", "backoffLimitPerIndex", "backoffLimit") if spec.has(name)), "")
    never = f", and `{policy}` never acts on one" if policy else ""
    message = f"the script ends with 0 (`{shown}`) even if `{short(failing)}` fails: the Job sees no failure{never}"
    report = advice(value, message)
    report.node = place_in(value, (last.start_byte, last.end_byte), ctx)
    yield report
