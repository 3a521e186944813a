"""Shell scripts, parsed by tree-sitter's grammar of bash, which is only imported if a script must be understood.

Offsets are those of the text: the grammar gets one byte for each character.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from joblint.checks.reading.script import LONGEST

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

LIMIT = LONGEST  # characters: the grammar's error recovery takes quadratic time on hostile text
DEEPEST = 200  # nested nodes: the grammar searches for a node's parent from the root

_parser: "list[Parser]" = []


@lru_cache(maxsize=2)
def parse(script: str) -> "Node | None":
    """Return the root of a script; None if it is too long or too deep, or the grammar cannot parse all of it.

    The last results are kept: several rules ask for the same script in a row.
    """
    if len(script) > LIMIT:
        return None
    if not _parser:
        from tree_sitter import Language, Parser
        from tree_sitter_bash import language

        _parser.append(Parser(Language(language())))
    root = _parser[0].parse(script.encode("ascii", "replace").replace(b"\0", b"?")).root_node
    return None if root.has_error or _is_deep(root) else root


def _is_deep(root: "Node") -> bool:
    """Return whether nodes are nested too deeply to look for what is around them."""
    cursor = root.walk()
    while True:
        if cursor.goto_first_child():
            if cursor.depth > DEEPEST:
                return True
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return False


def walk(root: "Node") -> "Iterator[Node]":
    """Yield all nodes, in the order of the text, without recursion."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.children))


def text_of(node: "Node", script: str) -> str:
    """Return the text of a node."""
    return script[node.start_byte : node.end_byte]


def enclosing(node: "Node", *types: str) -> "Node | None":
    """Return the nearest node around this one that is of one of these types."""
    ancestor = node.parent
    while ancestor is not None and ancestor.type not in types:
        ancestor = ancestor.parent
    return ancestor


def words(command: "Node", script: str) -> list[str]:
    """Return the words of a simple command as written, its name first, without assignments before it."""
    return [text_of(child, script) for child in command.named_children if child.type not in _NO_WORDS]


_NO_WORDS = ("variable_assignment", "file_redirect", "heredoc_redirect", "herestring_redirect", "comment")


def goes_elsewhere(statement: "Node", script: str) -> bool:
    """Return whether a command's output goes to a file or another command, which may be a shell."""
    node = statement
    while (around := node.parent) is not None and around.type != "command_substitution":
        if around.type == "pipeline" and node != around.named_children[-1]:
            return True
        if around.type == "redirected_statement" and any(_to_file(child, script) for child in around.named_children):
            return True
        node = around
    return False


def _to_file(redirect: "Node", script: str) -> bool:
    written = text_of(redirect, script)
    target = written.lstrip("0123456789&>| ")
    return redirect.type == "file_redirect" and ">" in written and target != "" and not target.startswith("/dev/std")
