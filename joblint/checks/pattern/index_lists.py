"""Indexed Jobs held against their scripts: a list that an index picks from, and an index that nobody reads.

Source: pkg/controller/job/indexed_job_utils.go: the indexes are 0 to completions - 1.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from joblint.checks.pattern.pattern import is_local
from joblint.checks.reading.expand import as_shell_sees
from joblint.checks.reading.index_reads import INDEX
from joblint.checks.reading.place import may_mention, mentions, place_in
from joblint.checks.reading.script import LONGEST, Text, containers, program
from joblint.kube.names.names import short
from joblint.rule.cure.cure import leaving_out, writing
from joblint.rule.registry import rule
from joblint.rule.report import Report, Reports, advice, mistake, place
from joblint.rule.value import Value
from joblint.server.parts import INDEXED, completion_mode, completions, indexes_there

if TYPE_CHECKING:
    import ast

    from tree_sitter import Node as Syntax

    from joblint.rule.context import Context

_ANNOTATION, _HOST = "job-completion-index", "hostname"
_PER_INDEX = ("backoffLimitPerIndex", "successPolicy", "managedBy")
_GUARDS = frozenset(("if_statement", "case_statement", "test_command", "while_statement", "for_statement", "list"))
_WIDE = 80  # bytes of what could be the index
_SET_AND_USED = 2  # mentions of a name that is set and then used, each once
_UNSURE = frozenset("*?[{$`(")  # in a word: the shell may make several of it, or none


class _List(NamedTuple):
    """A list in a script: its name, how many entries it has, where it is written."""

    name: str
    length: int
    span: tuple[int, int]


@rule("index-beyond-list", on="JobSpec")
def index_beyond_list(spec: Value, ctx: "Context") -> Reports:
    """`${items[$JOB_COMPLETION_INDEX]}` with fewer or more items than there are indexes."""
    total, pod = completions(spec), spec.at("template", "spec")
    if total is None or pod is None or not mentions(ctx, INDEX) or completion_mode(spec) != INDEXED:
        return
    for container in containers(pod):
        if INDEX in {env.text("name") for env in container.items("env")}:
            continue
        for text in program(container).texts:
            if text.language in ("shell", "python") and INDEX in str(text.value.scalar()):
                for found in _lists(text):
                    if found.length != total:
                        yield _report(found, total, text, spec, ctx)


def _report(found: _List, total: int, text: Text, spec: Value, ctx: "Context") -> Report:
    value = text.value
    has = f"`{short(found.name)}` has {found.length} {'entry' if found.length == 1 else 'entries'}, and there "
    has += indexes_there(total)
    if found.length < total:
        rest = f"indexes {found.length} to {total - 1} get" if total - found.length > 1 else f"index {total - 1} gets"
        report = mistake(value, f"{has}: {rest} none")
    else:
        rest = (
            f"the last {beyond} are never reached" if (beyond := found.length - total) > 1 else "the last is not read"
        )
        report = advice(value, f"{has}: {rest}")
    report.node = place_in(value, found.span, ctx)
    written = spec.get("completions")
    if written is None:
        return report
    report.related = ((place(written), "the number of indexes"),)
    if not found.length:
        return report
    operations, at_once = [writing(written, found.length)[1]], spec.get("parallelism")
    message = f"set `completions` to {found.length}"
    if at_once is not None and not at_once.opaque and at_once.data > found.length:
        operations.append(writing(at_once, found.length)[1])
        message += ", and `parallelism` with it"
    return report.cure(message, *operations, safe=False)


def _lists(text: Text) -> Iterator[_List]:
    script = str(text.value.scalar())
    yield from _shell_lists(script) if text.language == "shell" else _python_lists(script)


# -- bash


def _shell_lists(script: str) -> Iterator[_List]:
    """Arrays that are written once, never changed, and whose subscript is the index alone."""
    if "[" not in script or "(" not in script:
        return
    from joblint.checks.reading import shell

    seen = as_shell_sees(script)
    root = shell.parse(seen)
    if root is None:
        return
    nodes = [*shell.walk(root)]
    if any(node.type in _GUARDS for node in nodes):  # which indexes come as far as the list?
        return
    names = {INDEX, *_copies(nodes, seen)}
    picked = {name for node in nodes if node.type == "subscript" and (name := _picked(node, names, seen))}
    for node in nodes if picked else ():
        if node.type == "variable_assignment" and len(node.named_children) == 2:
            found = _array(node, seen)
            if found is not None and found.name in picked and _written_once(seen, found.name):
                yield found


def _copies(nodes: "list[Syntax]", script: str) -> list[str]:
    """The variables that are set once, and to the index alone."""
    from joblint.checks.reading import shell

    plain = (f"${INDEX}", f"${{{INDEX}}}", f'"${INDEX}"', f'"${{{INDEX}}}"')
    written = [shell.text_of(node, script).partition("=") for node in nodes if node.type == "variable_assignment"]
    return [name for name, _, value in written if value in plain and _written_once(script, name)]


def _picked(node: "Syntax", names: set[str], script: str) -> str:
    """The array of a subscript that is the index alone, read and not assigned; else nothing."""
    from joblint.checks.reading import shell

    array, _, rest = shell.text_of(node, script).partition("[")
    subscript = rest.rpartition("]")[0].strip().strip('"')
    if node.parent is None or node.parent.type != "expansion":
        return ""
    if shell.text_of(node.parent, script) != f"${{{shell.text_of(node, script)}}}":  # no fallback, no length
        return ""
    return array if subscript.removeprefix("$").strip("{}") in names else ""


def _array(node: "Syntax", script: str) -> _List | None:
    from joblint.checks.reading import shell

    name, array = node.named_children
    written = shell.text_of(node, script)
    if array.type != "array" or "+=" in written[: array.start_byte - node.start_byte]:
        return None
    entries = [child for child in array.named_children if child.type != "comment"]
    for child in entries:
        text = shell.text_of(child, script)
        if "[" in text[:1] or (child.type != "raw_string" and not _one_word(text)):
            return None
    return _List(shell.text_of(name, script), len(entries), (node.start_byte, node.end_byte))


def _one_word(text: str) -> bool:
    """Whether the shell makes one word of it, whatever it expands to."""
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        return "@" not in text
    return _UNSURE.isdisjoint(text)


def _written_once(script: str, name: str) -> bool:
    """Whether a name stands but once outside of expansions and subscripts: where it is set."""
    import re

    return len(re.findall(rf"(?<![\w$\[{{]){re.escape(name)}(?!\w)", script)) == 1


# -- Python


def _python_lists(script: str) -> Iterator[_List]:
    """Lists of a script's top level that are written once, and that the index alone picks from, whatever it is."""
    if len(script) > LONGEST or "[" not in script:
        return
    import ast

    from joblint.checks.reading.python import offset, tree

    read = tree(script)
    if read is None:
        return
    nodes = [*ast.walk(read)]
    if any(isinstance(node, (ast.If, ast.IfExp, ast.Try, ast.While, ast.For, ast.Match)) for node in nodes):
        return
    uses = [node.id for node in nodes if isinstance(node, ast.Name)]
    values = {
        node.targets[0].id: node.value
        for node in read.body
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
    }
    for node in nodes:
        if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name):
            continue
        name, index = node.value.id, node.slice
        if isinstance(index, ast.Name) and isinstance(node.ctx, ast.Load):
            index = values.get(index.id, index) if uses.count(index.id) == _SET_AND_USED else index
        found = values.get(name)
        if not isinstance(found, (ast.List, ast.Tuple)) or uses.count(name) != _SET_AND_USED:
            continue
        if not any(isinstance(entry, ast.Starred) for entry in found.elts) and _is_index(index):
            start = offset(script, found.lineno, found.col_offset)
            yield _List(name, len(found.elts), (start, start + 1))


def _is_index(node: "ast.expr") -> bool:
    import ast

    if not isinstance(node, ast.Call) or node.end_lineno != node.lineno:
        return False
    if (node.end_col_offset or 0) - node.col_offset > _WIDE:
        return False
    return ast.unparse(node) in _PYTHON_INDEX


_PYTHON_INDEX = frozenset(
    f"int({call})"
    for call in (
        f"os.environ['{INDEX}']", f"os.environ.get('{INDEX}')", f"os.getenv('{INDEX}')", f"environ['{INDEX}']",
        f"getenv('{INDEX}')",
    )
)  # fmt: skip


# -- an index that nobody reads


@rule("unread-index", on="JobSpec")
def unread_index(spec: Value, ctx: "Context") -> Reports:
    """Where the programs are all there, reach nothing outside, and speak of no index: what for?"""
    mode, total = spec.get("completionMode"), completions(spec)
    if mode is None or mode.scalar() != INDEXED or (total or 0) < 2 or any(spec.has(name) for name in _PER_INDEX):
        return
    if any(may_mention(ctx, word) for word in (INDEX, _ANNOTATION, _HOST, "HOSTNAME")):
        return
    pod = spec.at("template", "spec")
    if pod is None or pod.has("subdomain") or not pod.items("containers"):
        return
    if all(not container.has("envFrom") and is_local(program(container)) for container in containers(pod)):
        message = f"nothing in these scripts reads `{INDEX}`: all {total} Pods do the same"
        report = advice(mode, f"{message}, and without `completionMode` they would too")
        yield report.cure(*leaving_out(mode), safe=False)
