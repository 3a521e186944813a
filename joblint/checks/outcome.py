"""Find out whether a shell script looks at the exit code of a command, or ends with it.

Source: POSIX.1, Shell Command Language, 2.8.2 and 2.9. What is not certain counts as looked at.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

_BODIES = ("compound_statement", "subshell", "do_group", "else_clause", "case_item", "program", "command_substitution")
_BRANCHES = ("if_statement", "elif_clause")
_PASSED_ON = (
    "case_statement", "for_statement", "c_style_for_statement", "redirected_statement", "string", "variable_assignment",
)  # fmt: skip
_LOST = ("command", "declaration_command", "variable_assignments", "concatenation", "test_command", "heredoc_body")


def is_seen(command: "Node", script: str) -> bool:
    """Return whether a script without `-e` looks at the exit code of a command, or may end with it."""
    if command.named_children and command.named_children[0].type == "negated_command":
        return True  # `! a | b`
    node = command
    while (around := node.parent) is not None:
        if around.type in _BRANCHES and not _is_in_body(node, around):
            return True
        if around.type in (*_BODIES, *_BRANCHES):
            seen = _is_heeded_among(node, around, script)
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
    """Whether a node stands after the `then` of a branch."""
    then = next((child for child in branch.children if child.type == "then"), None)
    return then is not None and node.start_byte > then.start_byte


def _is_heeded_among(node: "Node", around: "Node", script: str) -> bool | None:
    """Whether a statement's exit code is used within its block; None if the block ends with it."""
    following = [child for child in around.children if child.start_byte >= node.end_byte]
    if following and following[0].type == "&":
        return True
    rest = [child for child in following if child.is_named and child.type not in ("comment", "heredoc_body")]
    rest = [child for child in rest if child.type not in ("elif_clause", "else_clause")]
    if not rest:
        return None
    words = script[rest[0].start_byte : rest[0].end_byte].split()
    return len(words) == 1 and words[0] in ("exit", "return", "break")
