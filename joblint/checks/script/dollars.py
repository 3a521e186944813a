"""`$(NAME)`, `$$` and `$NAME`: what Kubernetes expands, what a shell does, and what nobody does.

Sources: expand.py; pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables): a variable of `env` can refer to those
before it, to `envFrom` and to services, never to one behind it or to the image's own.
"""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from joblint.checks.pattern.index import has_index
from joblint.checks.reading.expand import Token, as_shell_sees, tokens
from joblint.checks.reading.index_reads import INDEX
from joblint.checks.reading.place import mentions, place_in, rewriting
from joblint.checks.reading.script import EVALUATORS, Program, program
from joblint.kube.names.names import short
from joblint.rule.registry import rule
from joblint.rule.report import Report, Reports, advice, mistake
from joblint.rule.value import Value

if TYPE_CHECKING:
    from joblint.rule.context import Context

_Make = Callable[[Value, str], Report]
_REFERENCE, _ESCAPE = "$(", "$$"
_OF_A_SERVICE = r"KUBERNETES_|.*_SERVICE_(HOST|PORT)|.*_PORT(_\d+_(TCP|UDP|SCTP).*)?\Z"
_UPPER = r"[A-Z][A-Z0-9_]{1,99}"
_DEFINITION = r"\b(\w++)\s*+\(\)|\bfunction\s+(\w++)|\balias\s+(\w++)="
_COMMANDS = frozenset(("arch", "date", "groups", "hostname", "id", "logname", "nproc", "pwd", "tty", "uname", "whoami"))
_SCRIPTS = r"\.(?:sh|bash)\Z|entrypoint|launcher|wrapper|start|run|init"  # programs that are mostly scripts
_LITERAL = ("raw_string", "ansi_c_string", "comment", "heredoc_body", "regex")  # where `$$` is no process number
# Programs whose patterns may end in a dollar sign.
_PATTERNS = frozenset(("awk", "egrep", "expr", "fgrep", "find", "gawk", "grep", "jq", "mawk", "perl", "rg", "sed"))
# A file that is sourced may define functions of any name.
_SOURCES = r"\bsource\b|(?:\A|[\s;&|({])\.\s"
# Programs that put the values of variables into their own words, or hand these to a shell.
_EXPANDING = frozenset(
    ("alloy", "auditbeat", "filebeat", "fluent-bit", "flyway", "heartbeat", "java", "liquibase", "logstash", "loki",
     "metricbeat", "mimir", "npm", "npx", "otelcol", "otelcol-contrib", "packetbeat", "pnpm", "powershell",
     "powershell.exe", "promtail", "pwsh", "sops", "telegraf", "tempo", "vector", "yarn")
)  # fmt: skip
_BEHIND = r"{(\[@*#?!$"  # with `$` before it, a shell takes it for something else: nobody wants a process number there


@rule("reference-before-definition", on="Container")
def reference_before_definition(container: Value, ctx: "Context") -> Reports:
    """`value: $(LATER)` where LATER is set further down, or by the Job controller, which appends the index."""
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
                continue  # it comes before all of `env`, and may have the variable
            if distance or _extends_path(name, str(value.scalar())):
                shown = short(name)
                yield _at(value, token, f"`$({shown})` stays as it is: {_before(shown, distance)}", ctx)


def _extends_path(name: str, value: str) -> bool:
    """`PATH: $(PATH):/opt/bin`. A value that is the reference alone is a placeholder of kustomize."""
    return name.endswith("PATH") and value != f"$({name})"


def _before(name: str, distance: int) -> str:
    if name == INDEX:
        return "the Job controller adds that variable behind all others; put it into `env` yourself, before this one"
    if distance == 0:
        return f"Kubernetes does not know the image's own `{name}`"
    return f"`{name}` is set further down, and a variable can only refer to those before it"


@rule("undefined-reference", on="Container")
def undefined_reference(container: Value, ctx: "Context") -> Reports:
    """`$(NAME)` of a variable that the container does not have: a shell runs NAME, others get it as it stands."""
    if not mentions(ctx, _REFERENCE) or container.has("envFrom"):
        return
    found, known = program(container), _names(container)
    for text in found.texts:
        script = str(text.value.scalar())
        undefined = [token for token in tokens(script) if token.name not in known and _is_variable(token.name)]
        if undefined and text.language == "shell" and re.search(_SOURCES, script):
            continue
        defined = re.findall(_DEFINITION, script) if undefined and text.language == "shell" else ()
        own = {name for names in defined for name in names}
        for token in undefined:
            name = token.name
            if text.language != "shell":
                message = f"`$({name})` stays as it is: the container has no variable `{name}`"
                yield _at(text.value, token, message, ctx, advice)
            elif name not in own and _is_run(token.start, script):
                better = f"${{{name}}}"
                message = f"`$({name})` runs a command: the container has no such variable, and a shell's is `{better}`"
                yield _cured(text.value, token, message, better, ctx)


def _is_variable(name: str | None) -> bool:
    """Whether a name is that of a variable, and not one that Kubernetes itself sets for a service."""
    return name is not None and bool(re.fullmatch(_UPPER, name)) and not re.match(_OF_A_SERVICE, name)


@rule("doubled-dollar", on="Container")
def doubled_dollar(container: Value, ctx: "Context") -> Reports:
    """`$$` is `$` before a shell sees it: its process number is gone, and `$$(NAME)` is a command."""
    if not mentions(ctx, _ESCAPE):
        return
    found = program(container)
    if found.shell is None:
        return
    value = found.shell.value
    script = str(value.scalar())
    escapes = [token for token in tokens(script) if token.name is None]
    known = _names(container) if escapes else frozenset()
    alone = [t for t in escapes if not _doubled(t, script)]
    for token in alone:
        match = re.compile(r"\(([A-Za-z_]\w*)\)").match(script, token.end)
        if match and match[1] in known and match[1] not in _COMMANDS and _is_run(token.end - 1, script):
            whole = Token(token.start, match.end(), None)
            message = f"`$$({short(match[1])})` reaches the shell as a command to be run: drop one `$` for the variable"
            yield _cured(value, whole, message, f"$({match[1]})", ctx)
    for token in _process_ids(alone, script):
        message = "`$$` reaches the shell as `$`, not as its process number: Kubernetes wants `$$$$` for that"
        yield _cured(value, token, message, "$$$$", ctx, safe=True)


def _is_run(at: int, script: str) -> bool:
    """Whether the shell runs the `$(` at a place: not in single quotes, a comment, or a quoted heredoc."""
    from joblint.checks.reading import shell

    root = shell.parse(as_shell_sees(script))
    if root is None or script[max(0, at - 2) : at].endswith(("\\", "\\$")):
        return False
    node = root.descendant_for_byte_range(at, at + 2)
    while node is not None and node.start_byte >= at and node.type != "command_substitution":
        node = node.parent
    return node is not None and node.start_byte == at and node.type == "command_substitution"


def _doubled(token: Token, script: str) -> bool:
    """Whether it is half of `$$$$`, which gives the shell its `$$`."""
    return script.startswith("$$", token.end) or script.endswith("$$", 0, token.start)


def _process_ids(escapes: list[Token], script: str) -> Iterator[Token]:
    """Those that a shell would take for its process number, and for nothing else."""
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


@rule("variable-without-shell", on="Container")
def variable_without_shell(container: Value, ctx: "Context") -> Reports:
    """`command: [echo, $NAME]`: nobody expands it."""
    if not mentions(ctx, "$"):
        return
    found = program(container)
    if not runs_without_shell(found):
        return
    names = _names(container) - _filled_in(container)
    for text in found.texts:
        for match in re.finditer(r"(?<!\$)\$(?:(\w+)|\{(\w+)\})", str(text.value.scalar())):
            name = match[1] or match[2]
            if name in names:
                written = f"`{short(match[0])}` stays as it is"
                message = f"{written}: no shell runs here, and Kubernetes expands `$({short(name)})` only"
                token = Token(match.start(), match.end(), name)
                yield _cured(text.value, token, message, f"$({name})", ctx)


def runs_without_shell(found: Program) -> bool:
    """Whether the file shows the program, and neither it nor a word of it expands variables."""
    words = {str(text.value.scalar()).rpartition("/")[2] for text in found.texts}
    plain = bool(found.name) and not found.entrypoint and all(not text.language for text in found.texts)
    return plain and not re.search(_SCRIPTS, found.name) and words.isdisjoint(EVALUATORS | _EXPANDING)


def _filled_in(container: Value) -> set[str]:
    """The variables whose own value is a placeholder, which something may fill in before Kubernetes."""
    return {entry.text("name") for entry in container.items("env") if "$" in entry.text("value")}


@rule("reference-hides-command", on="Container")
def reference_hides_command(container: Value, ctx: "Context") -> Reports:
    """`echo $(date)` in a container that has a variable `date`."""
    if not mentions(ctx, _REFERENCE):
        return
    found = program(container)
    if found.shell is None:
        return
    hidden = _COMMANDS & _names(container)
    for token in tokens(str(found.shell.value.scalar())) if hidden else ():
        if token.name in hidden:
            message = f"`$({token.name})` is not the command, but the variable of that name that this container has"
            yield _at(found.shell.value, token, message, ctx, advice)


def _names(container: Value) -> frozenset[str]:
    """The variables that Kubernetes knows in this container, those of `envFrom` and of services left out."""
    names = {entry.text("name") for entry in container.items("env")}
    return frozenset(names | {INDEX} if has_index(container) else names)


def _at(value: Value, token: Token, message: str, ctx: "Context", make: _Make = mistake) -> Report:
    report = make(value, message)
    report.node = place_in(value, (token.start, token.end), ctx)
    return report


def _cured(value: Value, token: Token, message: str, better: str, ctx: "Context", safe: bool = False) -> Report:
    """A mistake at a token, with its cure: another text in the token's place."""
    cure = rewriting(value, [(token.start, token.end, better)], ctx)
    return _at(value, token, message, ctx).cure(f"write `{short(better)}`", *cure, safe=safe)
