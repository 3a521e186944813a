"""Check for misspelt variables in Python scripts: `os.environ["NAME"]` is never set, a similar one is never read."""

import re
from typing import TYPE_CHECKING

from joblint.checks.pattern.index import has_index
from joblint.checks.reading.place import rewriting
from joblint.checks.reading.python import Code, code, offset, tree
from joblint.checks.reading.script import program
from joblint.checks.script.unset import MOST, is_for_the_index, is_slip, is_used, message_for_index, message_for_slip
from joblint.rule.registry import author_rule
from joblint.rule.report import Report, Reports, mistake, place
from joblint.rule.value import Value

if TYPE_CHECKING:
    import ast

    from joblint.rule.context import Context

_NAME = r"[A-Z][A-Z0-9_]{4,60}"
# What may set a variable, or read others than the text shows.
_SETS = r"dotenv|environ\.(?:update|setdefault|copy|items|pop)|putenv|\bexec\b|\beval\b|environ\s*(?:[,)}|]|=)"


@author_rule("misspelt-variable", on="Container")
def misspelt_in_python(container: Value, ctx: "Context") -> Reports:
    """Report `os.environ["DATABSE_URL"]` in a container that sets DATABASE_URL and never uses it."""
    if container.has("envFrom") or not (container.has("env") or has_index(container)):
        return
    script = code(container, ctx)
    if script is None or "env" not in script.text or re.search(_SETS, script.text):
        return
    entries = {entry.text("name"): entry for entry in container.items("env")[:MOST]}
    for name, (start, end) in _reads(script.text).items():
        if name in entries:
            continue
        span = script.place(start, end, ctx)
        if has_index(container) and is_for_the_index(name, ctx):
            yield script.point(mistake(script.word, message_for_index(name)), span, "read here")
            continue
        meant = [other for other in entries if is_slip(name, other)]
        if (
            len(meant) == 1
            and meant[0] not in script.text
            and not is_used(meant[0], container, program(container).texts)
        ):
            report = mistake(script.word, message_for_slip(name, meant[0]))
            report.related = ((place(entries[meant[0]].data["name"]), "set here"),)
            yield _with_fix(script.point(report, span, "read here"), script, (start, end), meant[0], ctx)


def _with_fix(report: Report, script: Code, span: tuple[int, int], meant: str, ctx: "Context") -> Report:
    """Add the fix to the report, if the script is in the manifest itself."""
    operations = () if script.file else rewriting(script.word, [(*span, meant)], ctx)
    return report.cure(f"write `{meant}`", *operations, safe=False)


def _reads(text: str) -> dict[str, tuple[int, int]]:
    """Return the variables that a script requires, each with the span of one read, if it only reads them.

    A variable that has a default, or is used in a condition, may be unset.
    """
    import ast

    module, spans = tree(text), dict[str, tuple[int, int]]()
    if module is None:
        return spans
    optional: set[int] = set()
    count: dict[str, int] = {}
    for node in ast.walk(module):
        if isinstance(node, (ast.If, ast.IfExp, ast.While)):
            optional |= {id(inner) for inner in ast.walk(node.test)}
        elif isinstance(node, (ast.BoolOp, ast.Compare, ast.Try)):
            optional |= {id(inner) for inner in ast.walk(node)}
        read = _variable(node)
        if read is None or not re.fullmatch(_NAME, read[0]) or len(count) >= MOST:
            continue
        name, line, column = read
        count[name] = count.get(name, 0) + 1
        if id(node) not in optional:
            start = offset(text, line, column) + 1  # after the quote
            if text.startswith(name, start):
                spans.setdefault(name, (start, start + len(name)))
    return {name: span for name, span in spans.items() if text.count(name) == count[name]}


def _variable(node: "ast.AST") -> tuple[str, int, int] | None:
    """Return the name in `os.environ["NAME"]` and `os.getenv("NAME")`, if it is read and has no default.

    The name comes with the line of its quotes, from 1, and the column there in bytes.
    """
    import ast

    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        name, owner, wanted = node.slice, node.value, "environ"
    elif isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        name, owner, wanted = node.args[0], node.func, "getenv"
        if isinstance(owner, ast.Attribute) and owner.attr == "get":
            owner, wanted = owner.value, "environ"
    else:
        return None
    known = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
    if known != wanted or not isinstance(name, ast.Constant) or not isinstance(name.value, str):
        return None
    return name.value, name.lineno, name.col_offset
