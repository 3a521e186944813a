"""The structure of a Go template: which texts and actions are under which conditions.

Source: Go 1.26, text/template/parse/parse.go (itemList, action, parseControl, parseDefinition). Pipelines are kept as
they are written.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from joblint.manifests.template.lex import ACTION, COMMENT, TEXT, Token, tokens
from joblint.manifests.yaml.tree import Problem

IF, WITH, RANGE, DEFINE, BLOCK = "if", "with", "range", "define", "block"
ELSE, END = "else", "end"
OUTPUT, SET, TEMPLATE, LEAVE = "output", "set", "template", "leave"

MAX_DEPTH = 200  # control structures in each other
_WORD = re.compile(r"[^\W\d]\w*")
_ASSIGNS = re.compile(r"\$\w*\s*(?:,\s*\$\w*\s*)?:?=(?!=)")
_STRING = re.compile(r'"(?:\\[^\n]|[^"\\\n])*+"|`[^`]*+`')
_OPENERS = (IF, WITH, RANGE, DEFINE, BLOCK)


class Leaf(NamedTuple):
    """A text, a comment or an action without a body.

    `kind` is `text`, `comment`, `output` (a pipeline whose value is written), `set` (of a variable: nothing is
    written), `template` (another template is written), or `leave` (`break`, `continue`).
    """

    kind: str
    token: Token


class Branch(NamedTuple):
    """One of the bodies of a control structure: what opens it, the condition as it is written, the nodes in it.

    The condition of a plain `else` is empty. That of `define` and `block` is the name.
    """

    head: Token
    condition: str
    body: "list[Node]"


class Control(NamedTuple):
    """A control structure: `if`, `with`, `range`, `define` or `block`, its branches in order, and its `end`."""

    kind: str
    branches: list[Branch]
    end: Token


Node = Leaf | Control


class _Open(NamedTuple):
    """A control structure whose end is still to come."""

    kind: str
    branches: list[Branch]


def parse(text: str) -> list[Node]:
    """Return the nodes of a template. Raises Problem for what Go refuses, as far as it concerns the structure."""
    root: list[Node] = []
    stack: list[_Open] = []
    body = root
    for token in tokens(text):
        if token.kind != ACTION:
            body.append(Leaf(token.kind, token))
            continue
        inside = token.inside(text)
        word, rest = _first_word(inside)
        if word in _OPENERS:
            if len(stack) >= MAX_DEPTH:
                raise Problem(f"control structures are nested more than {MAX_DEPTH} levels deep", token.start, "")
            if word in (DEFINE, BLOCK):
                _check_name(word, rest, token, bool(stack))
            elif not rest:
                raise Problem(f"`{word}` has no condition", token.start, "")
            stack.append(_Open(word, [Branch(token, rest, [])]))
            body = stack[-1].branches[-1].body
        elif word in (ELSE, END):
            if not stack:
                raise Problem(f"no block is open before this `{word}`", token.start, "remove it")
            if word == ELSE:
                body = _else(stack[-1], token, rest)
                continue
            if rest:
                raise Problem("`end` must be on its own in its action", token.start, "")
            done = stack.pop()
            body = stack[-1].branches[-1].body if stack else root
            body.append(Control(done.kind, done.branches, token))
        else:
            body.append(Leaf(_kind(word, inside, token, stack), token))
    if stack:
        raise Problem(f"this `{stack[-1].kind}` has no `end`", stack[-1].branches[0].head.start, "add `{{ end }}`")
    return root


def _first_word(inside: str) -> tuple[str, str]:
    """Return the keyword that an action begins with, if it does, and what follows it."""
    found = _WORD.match(inside)
    if found is None:
        return "", inside
    return found[0], inside[found.end() :].strip()


def _check_name(word: str, rest: str, token: Token, nested: bool) -> None:
    if word == DEFINE and nested:
        raise Problem("`define` must be at the top of a template", token.start, "")
    named = _STRING.match(rest)
    if named is None or (word == DEFINE and named.end() != len(rest)):
        raise Problem(f"`{word}` needs a name in quotes", token.start, "")


def _else(opened: _Open, token: Token, rest: str) -> "list[Node]":
    """Return the body of a further branch: `else`, `else if x` of an `if`, `else with x` of a `with`."""
    last = opened.branches[-1]
    if opened.kind in (DEFINE, BLOCK) or (len(opened.branches) > 1 and not last.condition):
        raise Problem(f"`else` is not allowed at this point of a `{opened.kind}`", token.start, "")
    word, condition = _first_word(rest)
    if rest and (word != opened.kind or word == RANGE or not condition):
        raise Problem(f"`else` of this `{opened.kind}` cannot be followed by `{rest[:40]}`", token.start, "")
    opened.branches.append(Branch(token, condition, []))
    return opened.branches[-1].body


def _kind(word: str, inside: str, token: Token, stack: list[_Open]) -> str:
    if not inside:
        raise Problem("an action must not be empty", token.start, "")
    if word == TEMPLATE:
        return TEMPLATE
    if inside in ("break", "continue") and any(one.kind == RANGE for one in stack):
        return LEAVE
    return SET if _ASSIGNS.match(inside) else OUTPUT


def walk(nodes: list[Node]) -> Iterator[Node]:
    """Yield all nodes, each before those in it."""
    todo = [iter(nodes)]
    while todo:
        node = next(todo[-1], None)
        if node is None:
            todo.pop()
            continue
        yield node
        if isinstance(node, Control):
            todo.extend(iter(branch.body) for branch in reversed(node.branches))


__all__ = [
    "BLOCK", "COMMENT", "DEFINE", "IF", "LEAVE", "OUTPUT", "RANGE", "SET", "TEMPLATE", "TEXT", "WITH", "Branch",
    "Control", "Leaf", "Node", "Problem", "parse", "walk",
]  # fmt: skip
