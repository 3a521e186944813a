"""Which exit codes a shell script can end with, as far as its text shows: a set that is never too small.

A set of codes is an integer with one bit for each, so an unknown command has all bits. Signals are left out: a process
that is killed ends with 128 or more, whatever its script does.
Source: POSIX.1, Shell Command Language, 2.8 and 2.9 (exit status of each kind of command).
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from joblint.checks.reading.expand import as_shell_sees

if TYPE_CHECKING:
    from tree_sitter import Node

OK = 1  # the set of only code 0
FAILED = 1 << 1
ANY = (1 << 256) - 1
FLUSH_FAILED = 120  # Python's exit code if its output cannot be written
_SHELL_ERRORS = FAILED | 1 << 2 | 1 << 127  # exit codes of a shell itself: an unset variable, a bad option
_TEST = OK | FAILED | 1 << 2
_NUMBERS = r"%(?![sb%])|\$|`|\A-"  # in a format of printf: what some words do not match, or what is not known
_DEEPEST = 60  # nested statements
_KNOWN = {"true": OK, ":": OK, "echo": OK, "printf": OK, "break": OK, "continue": OK, "false": FAILED,
          "test": _TEST, "[": _TEST, "sleep": OK | FAILED}  # fmt: skip
# What can end the script in ways that its text does not show; reserved words that the grammar parsed as commands.
_UNSEEN = frozenset(
    ("!", ".", "alias", "builtin", "case", "command", "do", "done", "elif", "else", "esac", "eval", "exec", "fi", "for",
     "if", "kill", "source", "then", "trap", "until", "while", "{", "}")
)  # fmt: skip
_HARMLESS_TARGET = r"\d*>+\s*(?:&\d|/dev/(?:null|stdout|stderr))\s*\Z"
_OWN_ERRORS = r":?\?|\$\(\(|\bset\s+(?:[-+]\w+\s+)*[-+]\w*[uo]|\breadonly\b|\bshift\b"


class Unseen(Exception):
    """Raised if the text does not show the exit code."""


def statuses(script: str, options: str = "") -> int | None:
    """Return the codes that a script can end with; None if not known. `options` are those of the shell (`-ec`)."""
    from joblint.checks.reading import shell

    root = shell.parse(as_shell_sees(script))
    if root is None:
        return None
    try:
        return _Script(script, options).result(root)
    except Unseen:
        return None


def has_errexit(script: str, options: str) -> bool:
    """Return whether a script, or its shell's options, turn on `-e`."""
    if re.search(r"(?:\A|\s)-\w*e|errexit", options):
        return True
    return re.search(r"\bset\s+(?:[-+]\w+\s+)*-\w*e|errexit", script) is not None


def listed(codes: int) -> list[int]:
    """Return the codes of a set, in order."""
    return [code for code in range(256) if codes >> code & 1]


class _Script:
    """Walks the statements in order and collects the codes of `exit` and of `set -e`."""

    __slots__ = ("depth", "errexit", "exits", "pipefail", "script")

    def __init__(self, script: str, options: str) -> None:
        self.script, self.depth = script, 0
        self.errexit = has_errexit(script, options)
        self.pipefail = "pipefail" in script or "pipefail" in options
        self.exits = _SHELL_ERRORS if re.search(_OWN_ERRORS, script) or "u" in options else 0

    def result(self, root: "Node") -> int:
        return self.sequence(root.children) | self.exits

    def text(self, node: "Node") -> str:
        return self.script[node.start_byte : node.end_byte]

    def sequence(self, nodes: "list[Node]") -> int:
        """Return the codes with which the end of some statements is reached, none if it is never reached."""
        status = OK
        for at, node in enumerate(nodes):
            if not node.is_named or node.type in ("comment", "heredoc_body"):
                continue
            behind = nodes[at + 1].type if at + 1 < len(nodes) else ""
            status = OK if behind == "&" else self.statement(node)
            if status == 0:
                return 0
            if self.errexit:
                self.exits |= status & ~OK
        return status

    def statement(self, node: "Node") -> int:
        """Return the codes of one statement; none if it ends the script."""
        method = getattr(self, f"_{node.type}", None)
        if method is None or self.depth > _DEEPEST:
            raise Unseen
        self.depth += 1
        codes: int = method(node)
        self.depth -= 1
        return codes

    def apart(self, nodes: "list[Node]") -> int:
        """Return the codes of a subshell, whose `exit` ends nothing else."""
        before, self.exits = self.exits, 0
        codes = self.sequence(nodes) | self.exits
        self.exits = before
        return codes

    # -- one method for each kind of statement of the grammar

    def _command(self, node: "Node") -> int:
        named = node.child_by_field_name("name")
        name = self.text(named) if named is not None else ""
        if name in _UNSEEN:
            raise Unseen
        words = [self.text(child) for child in node.children_by_field_name("argument")]
        if name == "exit":
            known = len(words) == 1 and re.fullmatch(r"\d{1,3}", words[0]) and int(words[0]) < 256
            self.exits |= 1 << int(words[0]) if known else ANY
            return 0
        if name == "set":
            return OK
        if name == "printf" and re.search(_NUMBERS, words[0] if words else "%"):
            return OK | FAILED  # `printf %d abc`
        return _KNOWN.get(name, ANY)

    def _variable_assignment(self, node: "Node") -> int:
        return ANY if "$(" in self.text(node) or "`" in self.text(node) else OK

    _variable_assignments = _variable_assignment

    def _declaration_command(self, _: "Node") -> int:
        return OK | FAILED

    _unset_command = _declaration_command

    def _test_command(self, _: "Node") -> int:
        return _TEST

    def _list(self, node: "Node") -> int:
        left, right = node.named_children[0], node.named_children[-1]
        codes = self.statement(left)
        goes_on = OK if any(child.type == "&&" for child in node.children) else ANY & ~OK
        return codes & ~goes_on | (self.statement(right) if codes & goes_on else 0)

    def _pipeline(self, node: "Node") -> int:
        codes = [self.apart([child]) for child in node.named_children]
        if not self.pipefail:
            return codes[-1]
        union = 0
        for one in codes:
            union |= one
        return union

    def _negated_command(self, node: "Node") -> int:
        self.statement(node.named_children[-1])
        return OK | FAILED

    def _redirected_statement(self, node: "Node") -> int:
        body = node.child_by_field_name("body")
        redirects = [child for child in node.named_children if child.type.endswith("_redirect")]
        if any(child.type == "heredoc_redirect" and len(child.named_children) > 3 for child in redirects):
            raise Unseen  # `cat <<X | sh`: the rest of the line is in the redirect
        safe = all(re.match(_HARMLESS_TARGET, self.text(redirect)) for redirect in redirects)
        codes = OK if body is None else self.statement(body)
        return codes if safe or not codes else codes | FAILED | 1 << 2

    def _if_statement(self, node: "Node") -> int:
        codes, closed = 0, False
        for part in (node, *(c for c in node.named_children if c.type in ("elif_clause", "else_clause"))):
            condition, body = _split(part)
            self.sequence_of_condition(condition)
            codes |= self.sequence(body)
            closed = closed or part.type == "else_clause"
        return codes if closed else codes | OK

    def sequence_of_condition(self, nodes: "list[Node]") -> None:
        """Walk a condition: its failure does not end the script, its `exit` does."""
        before, self.errexit = self.errexit, False
        self.sequence(nodes)
        self.errexit = before

    def _while_statement(self, node: "Node") -> int:
        body = node.child_by_field_name("body")
        self.sequence_of_condition([c for c in node.children if c != body and c.is_named])
        return OK | (self.sequence(body.children) if body is not None else 0)

    def _for_statement(self, node: "Node") -> int:
        body = node.child_by_field_name("body")
        return OK | (self.sequence(body.children) if body is not None else 0)

    _c_style_for_statement = _for_statement

    def _case_statement(self, node: "Node") -> int:
        codes = OK
        for item in node.named_children:
            if item.type == "case_item":
                patterns = {child.id for child in item.children_by_field_name("value")}
                codes |= self.sequence([child for child in item.children if child.id not in patterns])
        return codes

    def _compound_statement(self, node: "Node") -> int:
        if node.children[0].type != "{":
            return OK | FAILED  # `(( … ))`
        return self.sequence(node.children)

    def _subshell(self, node: "Node") -> int:
        return self.apart(node.children)

    def _function_definition(self, node: "Node") -> int:
        name = node.child_by_field_name("name")
        if name is None or self.text(name) in _KNOWN or self.text(name) in ("exit", "set"):
            raise Unseen
        body = node.child_by_field_name("body")
        if body is not None:
            self.statement(body)
        return OK


def _split(node: "Node") -> "tuple[list[Node], list[Node]]":
    """Return the condition and the statements of one branch of an `if`."""
    children = [child for child in node.children if child.type not in ("elif_clause", "else_clause")]
    at = next((i for i, child in enumerate(children) if child.type == "then"), 0)
    return children[1:at], children[at + 1 :]


def commands(root: "Node", script: str) -> "Iterator[tuple[Node, str]]":
    """Yield all simple commands of a script with their names."""
    from joblint.checks.reading import shell

    for node in shell.walk(root):
        if node.type == "command" and (name := node.child_by_field_name("name")) is not None:
            yield node, shell.text_of(name, script)
