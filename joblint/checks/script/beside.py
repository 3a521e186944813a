"""Check for background processes that a script does not wait for.

Source: POSIX.1, Shell Command Language, 2.9.3. A container exits when its first process exits, here its shell, and all
other processes end with it.
"""

import re
from typing import TYPE_CHECKING

from joblint.checks.reading.expand import as_shell_sees
from joblint.checks.reading.mounted import mounted
from joblint.checks.reading.place import line_break, mentions, place_in, rewriting
from joblint.checks.script.exits import shell_text
from joblint.rule.registry import author_rule
from joblint.rule.report import Report, Reports, mistake
from joblint.rule.value import Value

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

    from joblint.rule.context import Context

_NO_WAIT = "add `wait`"


@author_rule("unawaited-process", on="Container")
def unawaited_process(container: Value, ctx: "Context") -> Reports:
    """Report `work &` at the end of a script: the container exits with its shell, and the work ends with it."""
    text_and_options = shell_text(container) if mentions(ctx, "&") else None
    if text_and_options is None:
        return
    value, script = text_and_options[0].value, str(text_and_options[0].value.scalar())
    signed = _unawaited(script)
    if signed is not None:
        root, sign = signed
        message = "the container exits when its shell exits; the shell does not wait for this background process"
        report = mistake(value, f"{message}: {_NO_WAIT}")
        report.node = place_in(value, (sign.start_byte, sign.end_byte), ctx)
        yield _waiting(report, root, value, script, ctx)


@author_rule("unawaited-process", on="Container")
def unawaited_in_configmap(container: Value, ctx: "Context") -> Reports:
    """Report a script of a ConfigMap that ends with `work &`, where the script is started."""
    file = mounted(container, ctx)
    signed = _unawaited(file.text) if file is not None else None
    if file is not None and signed is not None:
        message = "the container exits when this script exits; the script does not wait for its background process"
        report = mistake(file.word, f"{message}: {_NO_WAIT}")
        file.point(report, (signed[1].start_byte, signed[1].end_byte), "the script does not wait for this")
        yield report


def _unawaited(script: str) -> "tuple[Syntax, Syntax] | None":
    """Return the syntax of a script, and the `&` whose process it does not wait for."""
    if not re.search(r"(?<![&>|<\\])&(?![&>\d])", script) or re.search(r"\b(?:wait|fg|coproc)\b", script):
        return None
    from joblint.checks.reading import shell

    root = shell.parse(as_shell_sees(script))
    sign = _last_sign(root, script) if root is not None else None
    return None if root is None or sign is None else (root, sign)


def _last_sign(root: "Syntax", script: str) -> "Syntax | None":
    """Return the last `&` after which, or after whose loop, nothing is run that takes time."""
    statements = [node for node in root.children if node.type != "comment"]
    while statements:
        node = statements.pop()
        if node.type == "&":
            return node
        if node.type in ("for_statement", "c_style_for_statement", "while_statement"):
            body = node.child_by_field_name("body")
            inner = [child for child in body.children if child.type not in ("do", "done", "comment")] if body else []
            return _last_sign_among(inner, script)
        if node.is_named and not _takes_no_time(node, script):
            return None
    return None


def _last_sign_among(nodes: "list[Syntax]", script: str) -> "Syntax | None":
    while nodes:
        node = nodes.pop()
        if node.type == "&":
            return node
        if node.is_named and not _takes_no_time(node, script):
            return None
    return None


def _takes_no_time(node: "Syntax", script: str) -> bool:
    from joblint.checks.reading.shell import text_of, walk

    if node.type == "redirected_statement":
        node = node.child_by_field_name("body") or node
    if node.type in ("variable_assignment", "comment"):
        return "$(" not in text_of(node, script) and "`" not in text_of(node, script)
    name = node.child_by_field_name("name") if node.type == "command" else None
    quick = name is not None and text_of(name, script) in ("echo", "printf", "true", ":", "exit", "disown")
    return quick and not any(child.type == "command_substitution" for child in walk(node))


def _waiting(report: Report, root: "Syntax", value: Value, script: str, ctx: "Context") -> Report:
    """Add the fix to the report, if the `&` is the script's last word."""
    end = len(script.rstrip())
    last = root.descendant_for_byte_range(max(0, end - 1), end)
    if last is None or last.type not in ("&", "done"):
        return report
    between = line_break(value, ctx) or (" " if last.type == "&" else "; ")
    text = f"{script[end - 1]}{between}wait"
    return report.cure(_NO_WAIT, *rewriting(value, [(end - 1, end, text)], ctx), safe=False)
