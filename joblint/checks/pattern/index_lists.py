"""Checks of Indexed Jobs against their scripts: a list that an index picks from, and an index that is never read.

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
from joblint.rule.registry import author_rule
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
_UNSURE = frozenset("*?[{$`(")  # in a word: the shell may turn it into several words, or none


class _List(NamedTuple):
    """A list in a script: its name, the number of its entries, and its span."""

    name: str
    length: int
    span: tuple[int, int]


@author_rule("index-beyond-list", on="JobSpec")
def index_beyond_list(spec: Value, ctx: "Context") -> Reports:
    """Report `${items[$JOB_COMPLETION_INDEX]}` with fewer or more items than there are indexes."""
    total, pod = completions(spec), spec.at("template", "spec")
    if total is None or pod is None or not mentions(ctx, INDEX) or completion_mode(spec) != INDEXED:
        return
    for container in containers(pod):
        if INDEX in {env.text("name") for env in container.items("env")}:
            continue
        for text in program(container).texts:
            if text.language in ("shell", "python") and INDEX in str(text.value.scalar()):
                for picked in _lists(text):
                    if picked.length != total:
                        yield _report(picked, total, text, spec, ctx)


def _report(picked: _List, total: int, text: Text, spec: Value, ctx: "Context") -> Report:
    value = text.value
    has = f"`{short(picked.name)}` has {picked.length} {'entry' if picked.length == 1 else 'entries'}, but there "
    has += indexes_there(total)
    if picked.length < total:
        rest = f"indexes {picked.length} to {total - 1} have" if total - picked.length > 1 else f"index {total - 1} has"
        report = mistake(value, f"{has}, so {rest} no entry")
    else:
        beyond = picked.length - total
        rest = f"the last {beyond} entries are never used" if beyond > 1 else "the last entry is never used"
        report = advice(value, f"{has}, so {rest}")
    report.node = place_in(value, picked.span, ctx)
    written = spec.get("completions")
    if written is None:
        return report
    report.related = ((place(written), "the number of indexes"),)
    if not picked.length:
        return report
    operations, at_once = [writing(written, picked.length)[1]], spec.get("parallelism")
    fields = "`completions`"
    if at_once is not None and not at_once.opaque and at_once.data > picked.length:
        operations.append(writing(at_once, picked.length)[1])
        fields += " and `parallelism`"
    return report.cure(f"set {fields} to {picked.length}", *operations, safe=False)


def _lists(text: Text) -> Iterator[_List]:
    script = str(text.value.scalar())
    yield from _shell_lists(script) if text.language == "shell" else _python_lists(script)


# -- bash


def _shell_lists(script: str) -> Iterator[_List]:
    """Yield the arrays that are written once, never changed, and whose subscript is just the index."""
    if "[" not in script or "(" not in script:
        return
    from joblint.checks.reading import shell

    seen = as_shell_sees(script)
    root = shell.parse(seen)
    if root is None:
        return
    nodes = [*shell.walk(root)]
    if any(node.type in _GUARDS for node in nodes):  # which indexes reach the list?
        return
    names = {INDEX, *_copies(nodes, seen)}
    picked = {name for node in nodes if node.type == "subscript" and (name := _picked(node, names, seen))}
    for node in nodes if picked else ():
        if node.type == "variable_assignment" and len(node.named_children) == 2:
            array = _array(node, seen)
            if array is not None and array.name in picked and _written_once(seen, array.name):
                yield array


def _copies(nodes: "list[Syntax]", script: str) -> list[str]:
    """Return the variables that are set once, and to just the index."""
    from joblint.checks.reading import shell

    plain = (f"${INDEX}", f"${{{INDEX}}}", f'"${INDEX}"', f'"${{{INDEX}}}"')
    written = [shell.text_of(node, script).partition("=") for node in nodes if node.type == "variable_assignment"]
    return [name for name, _, value in written if value in plain and _written_once(script, name)]


def _picked(node: "Syntax", names: set[str], script: str) -> str:
    """Return the array of a subscript that is just the index and is read, not assigned; else an empty string."""
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
    """Return whether the shell turns it into exactly one word, whatever it expands to."""
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        return "@" not in text
    return _UNSURE.isdisjoint(text)


def _written_once(script: str, name: str) -> bool:
    """Return whether a name occurs only once outside of expansions and subscripts: where it is set."""
    import re

    return len(re.findall(rf"(?<![\w$\[{{]){re.escape(name)}(?!\w)", script)) == 1


# -- Python


def _python_lists(script: str) -> Iterator[_List]:
    """Yield the lists at a script's top level that are written once and only subscripted by the index."""
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
        picked = values.get(name)
        if not isinstance(picked, (ast.List, ast.Tuple)) or uses.count(name) != _SET_AND_USED:
            continue
        if not any(isinstance(entry, ast.Starred) for entry in picked.elts) and _is_index(index):
            start = offset(script, picked.lineno, picked.col_offset)
            yield _List(name, len(picked.elts), (start, start + 1))


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


# -- an index that is never read


@author_rule("unread-index", on="JobSpec")
def unread_index(spec: Value, ctx: "Context") -> Reports:
    """Report an Indexed Job whose programs are completely known, reach nothing outside, and do not use the index."""
    mode, total = spec.get("completionMode"), completions(spec)
    if mode is None or mode.scalar() != INDEXED or (total or 0) < 2 or any(spec.has(name) for name in _PER_INDEX):
        return
    if any(may_mention(ctx, word) for word in (INDEX, _ANNOTATION, _HOST, "HOSTNAME")):
        return
    pod = spec.at("template", "spec")
    if pod is None or pod.has("subdomain") or not pod.items("containers"):
        return
    if all(not container.has("envFrom") and is_local(program(container)) for container in containers(pod)):
        message = f"`{INDEX}` is never read, so all {total} Pods do the same work"
        report = advice(mode, f"{message}; read the index, or remove `completionMode`")
        yield report.cure_by(leaving_out(mode), safe=False)
