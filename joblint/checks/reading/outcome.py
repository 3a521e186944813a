"""Whether a shell script uses the exit code of a command, or ends with it.

Source: POSIX.1, Shell Command Language, 2.8.2 and 2.9. What is not certain counts as used.
"""

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

Blocks = dict[int, "list[Node]"]
_NO_STATEMENTS = ("comment", "heredoc_body", "elif_clause", "else_clause")
_BODIES = ("compound_statement", "subshell", "do_group", "else_clause", "case_item", "program", "command_substitution")
_BRANCHES = ("if_statement", "elif_clause")
_PASSED_ON = (
    "case_statement", "for_statement", "c_style_for_statement", "redirected_statement", "string", "variable_assignment",
)  # fmt: skip
_LOST = ("command", "declaration_command", "variable_assignments", "concatenation", "test_command", "heredoc_body")


def is_seen(command: "Node", script: str, blocks: Blocks | None = None) -> bool:
    """Return whether a script without `-e` uses the exit code of a command, or may end with it.

    `blocks` keeps the statements of each block from one question to the next.
    """
    blocks = {} if blocks is None else blocks
    if command.named_children and command.named_children[0].type == "negated_command":
        return True  # `! a | b`
    node = command
    while (around := node.parent) is not None:
        if around.type in _BRANCHES and not _is_in_body(node, around):
            return True
        if around.type in (*_BODIES, *_BRANCHES):
            seen = _is_heeded_among(node, around, script, blocks)
            if seen is not None:
                return seen
        elif around.type == "while_statement":
            if node != around.child_by_field_name("body"):
                return True
        elif around.type == "list":
            if node == around.named_children[0]:
                return True
        elif around.type in _LOST:
            return False
        elif around.type not in _PASSED_ON:
            return True  # a function, a negation, and what is not known here
        node = around
    return True  # the script ends with it


def _is_in_body(node: "Node", branch: "Node") -> bool:
    """Return whether a node is after the `then` of a branch."""
    then = next((child for child in branch.children if child.type == "then"), None)
    return then is not None and node.start_byte > then.start_byte


def _is_heeded_among(node: "Node", around: "Node", script: str, blocks: Blocks) -> bool | None:
    """Return whether a statement's exit code is used within its block; None if the block ends with it."""
    children = blocks.get(around.id)
    if children is None:
        children = blocks[around.id] = [child for child in around.children if child.is_named or child.type == "&"]
    at = bisect_left(children, node.end_byte, key=lambda child: child.start_byte)
    if at < len(children) and children[at].type == "&":
        return True
    while at < len(children) and children[at].type in _NO_STATEMENTS:
        at += 1
    if at == len(children):
        return None
    words = script[children[at].start_byte : children[at].end_byte].split(None, 1)
    return len(words) == 1 and words[0] in ("exit", "return", "break")
