"""Checks of `$(NAME)`, `$$` and `$NAME`: what Kubernetes expands, what a shell expands, and what is not expanded.

Sources: expand.py; pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables): a variable of `env` can refer to those
before it, to `envFrom` and to services, never to one after it or to the image's own.
"""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from joblint.checks.pattern.index import has_index
from joblint.checks.reading.expand import Token, as_shell_sees, tokens
from joblint.checks.reading.index_reads import INDEX, INDEX_PATH
from joblint.checks.reading.place import mentions, place_in, rewriting
from joblint.checks.reading.script import EVALUATORS, Program, program
from joblint.kube.names.names import short
from joblint.rule.registry import author_rule
from joblint.rule.report import Report, Reports, advice, mistake
from joblint.rule.value import Value
from joblint.server.pod.common import called

if TYPE_CHECKING:
    from joblint.rule.context import Context

_Make = Callable[[Value, str], Report]
_REFERENCE, _ESCAPE = "$(", "$$"
_OF_A_SERVICE = r"KUBERNETES_|.*_SERVICE_(HOST|PORT)|.*_PORT(_\d+_(TCP|UDP|SCTP).*)?\Z"
_UPPER = r"[A-Z][A-Z0-9_]{1,99}"
_DEFINITION = r"\b(\w++)\s*+\(\)|\bfunction\s+(\w++)|\balias\s+(\w++)="
_COMMANDS = frozenset(("arch", "date", "groups", "hostname", "id", "logname", "nproc", "pwd", "tty", "uname", "whoami"))
_SCRIPTS = r"\.(?:sh|bash)\Z|entrypoint|launcher|wrapper|start|run|init"  # programs that are mostly scripts
_LITERAL = ("raw_string", "ansi_c_string", "comment", "heredoc_body", "regex")  # where `$$` is not the process ID
# Programs whose patterns may end in a dollar sign.
_PATTERNS = frozenset(("awk", "egrep", "expr", "fgrep", "find", "gawk", "grep", "jq", "mawk", "perl", "rg", "sed"))
# A file that is sourced may define functions of any name.
_SOURCES = r"\bsource\b|(?:\A|[\s;&|({])\.\s"
# Programs that expand variables in their own arguments, or pass these to a shell.
_EXPANDING = frozenset(
    ("alloy", "auditbeat", "filebeat", "fluent-bit", "flyway", "heartbeat", "java", "liquibase", "logstash", "loki",
     "metricbeat", "mimir", "npm", "npx", "otelcol", "otelcol-contrib", "packetbeat", "pnpm", "powershell",
     "powershell.exe", "promtail", "pwsh", "sops", "telegraf", "tempo", "vector", "yarn")
)  # fmt: skip
_BEHIND = r"{(\[@*#?!$"  # after `$` it is something else to a shell: no process ID is wanted there


@author_rule("reference-before-definition", on="Container")
def reference_before_definition(container: Value, ctx: "Context") -> Reports:
    """Report `value: $(LATER)` if LATER is set later, or by the Job controller, which appends the index."""
    if not mentions(ctx, _REFERENCE):
        return
    env = container.items("env")
    first: dict[str, int] = {}
    for at, entry in enumerate(env):
        first.setdefault(entry.text("name"), at)
    if has_index(container):
        first.setdefault(INDEX, len(env))
    for at, entry in enumerate(env):
        value = entry.get("value")
        if value is None or value.opaque:
            continue
        for token in tokens(str(value.scalar())):
            name = token.name
            if not name or (distance := first.get(name, -1) - at) < 0:
                continue
            if container.has("envFrom") and name != INDEX:
                continue  # `envFrom` comes before all of `env`, and may have the variable
            if distance or _extends_path(name, str(value.scalar())):
                shown = short(name)
                yield _at(
                    value,
                    token,
                    f"`$({shown})` is not expanded, because {_before(shown, distance, called(entry))}",
                    ctx,
                )


def _extends_path(name: str, value: str) -> bool:
    """Return whether it is like `PATH: $(PATH):/opt/bin`. A value that is just a reference is for kustomize."""
    return name.endswith("PATH") and value != f"$({name})"


def _before(name: str, distance: int, own: str) -> str:
    if name == INDEX:
        where = f"define it before {own}, with `fieldRef` to `{INDEX_PATH}`"
        return f"the Job controller adds `{name}` after all others; {where}"
    if distance == 0:
        return f"Kubernetes cannot read the image's own `{name}`; write the full value"
    return f"`{name}` is set later; move `{name}` before {own}"


@author_rule("undefined-reference", on="Container")
def undefined_reference(container: Value, ctx: "Context") -> Reports:
    """Report `$(NAME)` without such a variable: a shell runs the command NAME, other programs get the text."""
    if not mentions(ctx, _REFERENCE) or container.has("envFrom"):
        return
    command, known = program(container), _names(container)
    for text in command.texts:
        script = str(text.value.scalar())
        undefined = [token for token in tokens(script) if token.name not in known and _is_variable(token.name)]
        if undefined and text.language == "shell" and re.search(_SOURCES, script):
            continue
        defined = re.findall(_DEFINITION, script) if undefined and text.language == "shell" else ()
        own = {name for names in defined for name in names}
        for token in undefined:
            name = token.name
            if text.language != "shell":
                message = f"`$({name})` is not expanded: the container has no variable `{name}`"
                yield _at(text.value, token, message, ctx, advice)
            elif name not in own and _is_run(token.start, script):
                better = f"${{{name}}}"
                message = f"`{name}` is not a container variable, so `$({name})` runs it as a command"
                message += f"; for a shell variable, use `{better}`"
                yield _with_fix(text.value, token, message, better, ctx)


def _is_variable(name: str | None) -> bool:
    """Return whether it is the name of a variable, and not of one that Kubernetes sets for a service."""
    return name is not None and bool(re.fullmatch(_UPPER, name)) and not re.match(_OF_A_SERVICE, name)


@author_rule("doubled-dollar", on="Container")
def doubled_dollar(container: Value, ctx: "Context") -> Reports:
    """Report `$$`, which a shell only sees as `$`: it is not the process ID, and `$$(NAME)` is a command."""
    if not mentions(ctx, _ESCAPE):
        return
    command = program(container)
    if command.shell is None:
        return
    value = command.shell.value
    script = str(value.scalar())
    escapes = [token for token in tokens(script) if token.name is None]
    known = _names(container) if escapes else frozenset()
    single = [t for t in escapes if not _doubled(t, script)]
    for token in single:
        match = re.compile(r"\(([A-Za-z_]\w*)\)").match(script, token.end)
        if match and match[1] in known and match[1] not in _COMMANDS and _is_run(token.end - 1, script):
            whole = Token(token.start, match.end(), None)
            variable = f"$({short(match[1])})"
            message = f"Kubernetes turns `${variable}` into `{variable}`, which the shell runs as a command"
            message += f"; for the variable, use `{variable}`"
            yield _with_fix(value, whole, message, f"$({match[1]})", ctx)
    for token in _process_ids(single, script):
        message = "`$$` reaches the shell as `$`; for the shell's process ID, use `$$$$`"
        yield _with_fix(value, token, message, "$$$$", ctx, safe=True)


def _is_run(at: int, script: str) -> bool:
    """Return whether the shell runs the `$(` at a place: not in single quotes, a comment, or a quoted heredoc."""
    from joblint.checks.reading import shell

    root = shell.parse(as_shell_sees(script))
    if root is None or script[max(0, at - 2) : at].endswith(("\\", "\\$")):
        return False
    node = root.descendant_for_byte_range(at, at + 2)
    while node is not None and node.start_byte >= at and node.type != "command_substitution":
        node = node.parent
    return node is not None and node.start_byte == at and node.type == "command_substitution"


def _doubled(token: Token, script: str) -> bool:
    """Return whether it is half of `$$$$`, which reaches the shell as `$$`."""
    return script.startswith("$$", token.end) or script.endswith("$$", 0, token.start)


def _process_ids(escapes: list[Token], script: str) -> Iterator[Token]:
    """Yield those that a shell would expand to its process ID, and to nothing else."""
    plain = [token for token in escapes if not re.match(rf"[\w{_BEHIND}]", script[token.end : token.end + 1])]
    if not plain:
        return
    from joblint.checks.reading import shell

    root = shell.parse(as_shell_sees(script))
    for token in plain:
        node = None if root is None else root.descendant_for_byte_range(token.start, token.end)
        if node is None or node.type in _LITERAL or shell.enclosing(node, *_LITERAL) is not None:
            continue
        command = shell.enclosing(node, "command")
        words = {word.rpartition("/")[2] for word in shell.words(command, script)} if command is not None else set()
        if _PATTERNS.isdisjoint(words):
            yield token


@author_rule("variable-without-shell", on="Container")
def variable_without_shell(container: Value, ctx: "Context") -> Reports:
    """Report `command: [echo, $NAME]`, which is not expanded."""
    if not mentions(ctx, "$"):
        return
    command = program(container)
    if not runs_without_shell(command):
        return
    names = _names(container) - _filled_in(container)
    for text in command.texts:
        for match in re.finditer(r"(?<!\$)\$(?:(\w+)|\{(\w+)\})", str(text.value.scalar())):
            name = match[1] or match[2]
            if name in names:
                written = f"`{short(match[0])}` is not expanded, because no shell runs here"
                message = f"{written}; use `$({short(name)})`, which Kubernetes expands"
                token = Token(match.start(), match.end(), name)
                yield _with_fix(text.value, token, message, f"$({name})", ctx)


def runs_without_shell(command: Program) -> bool:
    """Return whether the file shows the program, and neither it nor one of its words expands variables."""
    words = {str(text.value.scalar()).rpartition("/")[2] for text in command.texts}
    plain = bool(command.name) and not command.entrypoint and all(not text.language for text in command.texts)
    return plain and not re.search(_SCRIPTS, command.name) and words.isdisjoint(EVALUATORS | _EXPANDING)


def _filled_in(container: Value) -> set[str]:
    """Return the variables whose own value is a placeholder, which may be filled in before Kubernetes sees it."""
    return {entry.text("name") for entry in container.items("env") if "$" in entry.text("value")}


@author_rule("reference-hides-command", on="Container")
def reference_hides_command(container: Value, ctx: "Context") -> Reports:
    """Report `echo $(date)` in a container that has a variable `date`."""
    if not mentions(ctx, _REFERENCE):
        return
    command = program(container)
    if command.shell is None:
        return
    hidden = _COMMANDS & _names(container)
    for token in tokens(str(command.shell.value.scalar())) if hidden else ():
        if token.name in hidden:
            message = f"`$({token.name})` is replaced by the container's variable `{token.name}`"
            message += f"; to run the command, use `$$({token.name})`"
            yield _at(command.shell.value, token, message, ctx, advice)


def _names(container: Value) -> frozenset[str]:
    """Return the variables that Kubernetes knows in this container, without those of `envFrom` and of services."""
    names = {entry.text("name") for entry in container.items("env")}
    return frozenset(names | {INDEX} if has_index(container) else names)


def _at(value: Value, token: Token, message: str, ctx: "Context", make: _Make = mistake) -> Report:
    report = make(value, message)
    report.node = place_in(value, (token.start, token.end), ctx)
    return report


def _with_fix(value: Value, token: Token, message: str, better: str, ctx: "Context", safe: bool = False) -> Report:
    """Return a mistake at a token, with the fix: another text in place of the token."""
    cure = rewriting(value, [(token.start, token.end, better)], ctx)
    return _at(value, token, message, ctx).cure(f"write `{short(better)}`", *cure, safe=safe)
