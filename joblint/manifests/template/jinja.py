"""Jinja templates: holes for `{{ ... }}`, and tags such as `if`, `for` and `macro` as control structures.

Source: jinja2 3.1, lexer.py (Lexer.__init__, tokeniter) and parser.py. Line statements are off. A line that has only
tags is not written, as with Ansible's `trim_blocks` and `lstrip_blocks`: for YAML, a blank line is the same.
"""

import re
from collections.abc import Iterator

from joblint.manifests.template.building import Builder, spaced
from joblint.manifests.template.conditions import Formula
from joblint.manifests.template.dialect import Dialect
from joblint.manifests.template.infix import STRING, Grammar, bound, reassigned
from joblint.manifests.template.infix import read as read_infix
from joblint.manifests.template.lex import ACTION, COMMENT, TEXT, Token
from joblint.manifests.template.parse import BLOCK, DEFINE, IF, OUTPUT, RANGE, SET, TEMPLATE, Branch, Node
from joblint.manifests.yaml.tree import Problem

_OPEN = re.compile(r"\{[{%#]")
# The next thing in an action that matters: a string as a whole, a bracket, its end, or a quote that is not closed.
_STOP = re.compile(
    rf"""(?s:{STRING})|(?P<end>(?P<trim>-?)(?P<variable>\}}\}})|(?P<block_trim>[-+]?)%\}})|(?P<open>[(\[{{])"""
    r"""|(?P<close>[)\]}])|(?P<quote>["'])"""
)
_RAW = re.compile(r"\{%[-+]?\s*raw\s*-?%\}")
_END_RAW = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}")
_WORD = re.compile(r"[^\W\d]\w*")
_ASSIGNS = re.compile(r"[\w\s.,()]+=(?!=)")
_SET = re.compile(r"\{%[-+]?\s*set\s+([^\W\d]\w*)")
_LITERAL = re.compile(r"\"(?P<double>[^\"\\\n]*)\"\Z|'(?P<single>[^'\\\n]*)'\Z")

# A line that begins with a tag of templates whose marks are not Jinja's own (makejinja), or of another language.
_OTHER = re.compile(r"(?m)^[ \t]*(#%|<%|\[%)")
_CONDITIONAL = ("if", "elif")
# Control structures: what they are in the tree. A `block` may be replaced, and what a `filter` or a macro that is
# called makes of its body is not known.
_KINDS = {
    "if": IF, "for": RANGE, "macro": DEFINE, "block": BLOCK, "filter": BLOCK, "call": BLOCK, "trans": BLOCK,
    "with": IF, "autoescape": IF,
}  # fmt: skip
_SILENT = ("import", "from", "do", "raw", "endraw", "break", "continue", "debug")
_GRAMMAR = Grammar(
    token=re.compile(rf"(?s:{STRING})|==|!=|<=|>=|//|\*\*|[^\W\d][\w.]*|\d[\w.]*|\S"),
    words={"and": "and", "or": "or", "not": "not"},
    unclear=frozenset(("if", "else")),
    never=frozenset(("loop.last",)),  # more may follow what a `for` writes: see render.again
)


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a template, which together are all of its text. Raises Problem for what Jinja cannot lex."""
    yield from spaced(text, list(_tokens(text)), lambda token: _is_idle(text, token), _trimmed, True)


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        opened = _OPEN.search(text, at)
        start = opened.start() if opened else len(text)
        if start > at:
            yield Token(TEXT, at, start, at, start)
        if start == len(text):
            return
        token = action_at(text, start)
        yield token
        at = token.end
        ends = text[at : at + 3] in ("", "\n", "\r\n", "\r")  # Jinja drops the last line break
        if _RAW.match(text, start) and not ends:  # at the end of a text, Jinja wants no `endraw`
            end = _END_RAW.search(text, at)
            if end is None:
                raise Problem("this `raw` has no `endraw`", start, "add `{% endraw %}`")
            if end.start() > at:
                yield Token(TEXT, at, end.start(), at, end.start())
            yield action_at(text, end.start())
            at = end.end()


def action_at(text: str, start: int) -> Token:
    """Return the comment or action that begins at an offset. Raises Problem if it is not closed."""
    what = text[start + 1 : start + 2]
    inner = start + 2
    trims = text.startswith("-", inner)
    if what == "#":
        close = text.find("#}", inner)
        if close < 0:
            raise Problem("the comment `{#` is not closed", start, "add `#}`")
        inner += text[inner] in "-+"
        after = text[close - 1] if close > inner else ""
        return Token(COMMENT, start, close + 2, inner, close - (after in ("-", "+")), trims, after == "-")
    inner += text[inner : inner + 1] in ("-", "+")
    depth, at = 0, inner
    while True:
        stop = _STOP.search(text, at)
        if stop is None or stop["quote"]:
            raise Problem(f"the action `{{{what}` is not closed", start, "add `}}`" if what == "{" else "add `%}`")
        at = stop.end()
        if stop["open"]:
            depth += 1
        elif stop["close"]:
            depth -= 1
        elif stop["end"] and bool(stop["variable"]) != (what == "{"):
            at = stop.start() + len(stop["trim"] or stop["block_trim"] or "") + 1
            depth -= bool(stop["variable"])
        elif stop["end"] and depth:  # `}}` in brackets closes those
            at = stop.start() + len(stop["trim"] or "") + 1
            depth -= bool(stop["variable"])
        elif stop["end"]:
            marked = "-" in (stop["trim"], stop["block_trim"])
            return Token(ACTION, start, stop.end(), inner, stop.start(), trims, marked)
        if depth < 0:
            raise Problem("a bracket is closed that is not open", at - 1, "")


def _is_idle(text: str, token: Token) -> bool:
    return token.kind == COMMENT or (token.kind == ACTION and text[token.start + 1] == "%")


def _trimmed(text: str) -> tuple[int, int]:
    return len(text) - len(text.lstrip()), len(text) - len(text.rstrip())


def parse(text: str) -> list[Node]:
    """Return the nodes of a template. Raises Problem for what Jinja refuses, as far as it concerns the structure."""
    other = _OTHER.search(text)
    if other is not None:
        raise Problem(f"it also has tags between other marks than Jinja's own: `{other[1]}`", other.start(1), "")
    builder = Builder()
    for token in tokens(text):
        if token.kind != ACTION:
            builder.leaf(token.kind, token)
            continue
        inside = token.inside(text)
        if text[token.start + 1] == "{":
            builder.leaf(OUTPUT, token)
            continue
        word = _WORD.match(inside)
        if word is None:
            raise Problem("a tag must begin with its name", token.start, "")
        _tag(builder, word[0], inside[word.end() :].strip(), token)
    return builder.done()


def _tag(builder: Builder, word: str, rest: str, token: Token) -> None:
    if word in _SILENT:
        builder.leaf(SET, token)
    elif word == "include":
        builder.leaf(TEMPLATE, token)
    elif word == "set":
        if _ASSIGNS.match(rest):
            builder.leaf(SET, token)
        else:
            builder.open(DEFINE, word, token, rest)
    elif word in _KINDS:
        builder.open(_KINDS[word], word, token, _condition(word, rest, token))
    elif word == "elif":
        builder.branch(token, _condition(word, rest, token), ("if",))
    elif word == "else":
        builder.branch(token, "", ("if", "for"))
    elif word == "pluralize" and builder.word == "trans":
        builder.leaf(SET, token)
    elif word.startswith("end") and builder.word == word[3:]:
        builder.close(token)
    else:
        raise Problem(f"the tag `{word[:40]}` is not known, or not allowed here", token.start, "")


def _condition(word: str, rest: str, token: Token) -> str:
    """Return the condition of a control structure; empty if its body is always written."""
    if word == "for":
        _, mark, rest = rest.partition(" in ")
        rest = rest if mark else ""
    if word in (*_CONDITIONAL, "for") and not rest.strip():
        raise Problem(f"`{word}` has no condition", token.start, "")
    return rest.strip() if word in (*_CONDITIONAL, "for") else ""


def read(condition: str, scope: str) -> Formula:
    """Return the formula of a condition as it is written. See infix.read."""
    return read_infix(condition, scope, _GRAMMAR)


def _scope(outer: str, kind: str, branch: Branch, text: str) -> str:
    """`for` and `with` bind names."""
    word, _, rest = branch.head.inside(text).partition(" ")
    if word == "for":
        names = [*_WORD.findall(rest.partition(" in ")[0]), "loop"]
    elif word == "with":
        names = re.findall(r"([^\W\d]\w*)\s*=(?!=)", rest)
    else:
        return outer
    return bound(outer, names, branch.head.start)


def _reassigned(text: str) -> frozenset[str]:
    return reassigned(text, _SET)


def _plain(inside: str) -> str | None:
    literal = _LITERAL.match(inside)
    return None if literal is None else literal["double"] or literal["single"] or ""


DIALECT = Dialect(
    refusal="cannot be read as a Jinja template",
    tokens=tokens,
    action_at=action_at,
    parse=parse,
    read=read,
    scope=_scope,
    reassigned=_reassigned,
    plain=_plain,
    marks=("{{", "}}"),
    signs=("{{", "{%", "{#"),
    idle=r"\{%.*%\}\Z|\{#.*#\}\Z",
    unsure=r"\{%",
)
