"""ERB templates: holes for `<%= ... %>`, and the statements of Ruby that open and end blocks as control structures.

Source: Ruby 3.4, lib/erb/compiler.rb (TrimScanner, explicit_trim_line). Only so much of Ruby is read as is needed to
find the blocks; what is not clear is a Problem. A line that has only statements is not written, as with Erubi.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from joblint.manifests.template.building import Builder, spaced
from joblint.manifests.template.conditions import Formula
from joblint.manifests.template.dialect import Dialect
from joblint.manifests.template.infix import STRING, Grammar, bound, reassigned
from joblint.manifests.template.infix import read as read_infix
from joblint.manifests.template.lex import ACTION, COMMENT, TEXT, Token
from joblint.manifests.template.parse import IF, OUTPUT, RANGE, SET, Branch, Node
from joblint.manifests.yaml.tree import Problem

_OPEN, _CLOSE = "<%", "%>"
_LITERAL_OPEN = "<%%"
# Strings and comments, which are no code; and what could be a string that is not read here.
_NO_CODE = re.compile(rf"(?s:{STRING})|#[^\n]*")
_WORDS = re.compile(r"(?<![\w.@$:?])(?:if|unless|case|while|until|for|begin|def|class|module|do|end)(?![\w?!:])")
_DO = re.compile(r"(?:\bdo|\{)\s*(?:\|[^|]*\|)?\Z")
_OPENS = re.compile(r"(?:[^=]*=\s*)?(?:if|unless|case|while|until|for|begin|def)\b(?![?!:])")
_ENDS = re.compile(r"(?<![\w.@$:?])(?:end(?![\w?!:])|\}\)?\Z)")
_STATEMENT = re.compile(r"[\n;]")
_PLAIN = re.compile(r'"([^"\\\n#]*)"\Z|\'([^\'\\\n]*)\'\Z')
_VALUE = re.compile(rf"(?:{STRING}|:\w+|\d+)\Z", re.DOTALL)
_ASSIGNED = re.compile(r"(?<![\w.])(@{0,2}[^\W\d]\w*)\s*(?:[-+*/|&]{0,2}=(?![=~>])|<<)")
_NEVER = "false"
_GRAMMAR = Grammar(
    token=re.compile(
        rf"(?s:{STRING})|=~|!~|==|!=|<=|>=|&&|\|\||(?:&\.|::)?@{{0,2}}[^\W\d][\w.]*[?!]?(?!=)|@?\w[\w.]*|:\w+|\S"
    ),
    words={"&&": "and", "||": "or", "!": "not"},
    unclear=frozenset(("and", "or", "not", "if", "unless", "?", "=", "do", "then")),
    tight=True,
)


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a template, which together are all of its text. Raises Problem for a tag without an end."""
    yield from spaced(text, list(_tokens(text)), lambda token: _is_idle(text, token), _trimmed, False)


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        start = text.find(_OPEN, at)
        start = start if start >= 0 else len(text)
        if start > at:
            yield Token(TEXT, at, start, at, start)
        if start == len(text):
            return
        token = action_at(text, start)
        yield token
        at = token.end


def action_at(text: str, start: int) -> Token:
    """Return the comment or action that begins at an offset; `<%%` is one that writes `<%`. Raises Problem."""
    if text.startswith(_LITERAL_OPEN, start):
        return Token(ACTION, start, start + 3, start + 3, start + 3)
    inner = start + 2
    at = inner
    while True:
        close = text.find(_CLOSE, at)
        if close < 0:
            raise Problem("the tag `<%` is not closed", start, "add `%>`")
        if text[close - 1] != "%" or close == inner:
            break
        at = close + 2  # `%%>` is not the end
    sign = text[inner : inner + 1]
    trims, after = sign == "-", text[close - 1] == "-" and close > inner + 1
    inner += sign in ("-", "=", "#")
    inner_end = max(close - after, inner)
    return Token(COMMENT if sign == "#" else ACTION, start, close + 2, inner, inner_end, trims, after)


def _is_idle(text: str, token: Token) -> bool:
    return token.kind == COMMENT or (token.kind == ACTION and text[token.start + 2] not in "=%")


def _trimmed(text: str) -> tuple[int, int]:
    """`-%>` removes the end of the line, and `<%-` the blanks at the start of one."""
    start = 2 if text.startswith("\r\n") else text.startswith("\n")
    bare = text.rstrip(" \t")
    return start, len(text) - len(bare) if not bare or bare.endswith("\n") else 0


def parse(text: str) -> list[Node]:
    """Return the nodes of a template. Raises Problem for what is not understood."""
    builder = Builder()
    for token in tokens(text):
        if token.kind != ACTION:
            builder.leaf(token.kind, token)
        elif text[token.start + 2] in "=%":
            code = _code(token.inside(text)).rstrip()
            if _WORDS.search(code) and (_DO.search(code) or not code.endswith("end")):
                _refuse_open(code, token)
            builder.leaf(OUTPUT, token)
        else:
            _statements(builder, token.inside(text), token)
    return builder.done()


def _code(inside: str) -> str:
    """Return code with blanks in place of its strings and comments."""
    return _NO_CODE.sub(lambda found: " " * len(found[0]), inside)


def _refuse_open(code: str, token: Token) -> None:
    if _DO.search(code):
        raise Problem("a block in a tag that writes is not understood", token.start, "")


def _statements(builder: Builder, inside: str, token: Token) -> None:
    """Add the statements of a tag: the last of them can open a block, and the first can end one."""
    code = _code(inside)
    bounds = [0, *(found.end() for found in _STATEMENT.finditer(code)), len(code) + 1]
    pieces = [(start, end - 1) for start, end in pairwise(bounds)]
    found = [(inside[start:end].strip(), code[start:end].strip()) for start, end in pieces if code[start:end].strip()]
    if found and _is_whole([bare for _, bare in found]):
        builder.leaf(SET, token)
        return
    if len(found) > 1 and any(map(_is_block, (bare for _, bare in found))):
        first, last = found[0][1], found[-1][1]
        inner = found[:-1] if first == "" or not _is_block(first) else found[1:-1]
        if any(_is_block(bare) for _, bare in inner) or (_is_block(first) and first not in ("end", "}")):
            raise Problem("several statements in a tag that open or end blocks are not understood", token.start, "")
        if _is_block(first):
            _statement(builder, *found[0], token)
        if _is_block(last):
            _statement(builder, *found[-1], token)
        return
    if not found or len(found) > 1:
        builder.leaf(SET, token)
    else:
        _statement(builder, *found[0], token)


def _is_whole(statements: list[str]) -> bool:
    """Return whether statements end all blocks that they open."""
    depth = 0
    for number, bare in enumerate(statements):
        opens = _OPENS.match(bare) is not None
        depth += opens or _DO.search(bare) is not None
        if not number and not depth and _is_block(bare):
            return False
        depth -= len(_ENDS.findall(bare))
    return depth == 0


def _is_block(bare: str) -> bool:
    """Return whether a statement opens or ends a block, or may do so."""
    word = bare.partition(" ")[0]
    bare = bare.rstrip()
    return (
        _DO.search(bare) is not None
        or bare.startswith("}")
        or _OPENS.match(bare) is not None
        or word in ("else", "elsif", "when", "in", "rescue", "ensure", "end", "case", "if", "unless", "while", "until")
        or any(found[0] not in ("if", "unless", "while", "until") for found in _WORDS.finditer(bare))
    )


def _statement(builder: Builder, said: str, bare: str, token: Token) -> None:
    word, rest = bare.partition(" ")[0], said[len(bare.partition(" ")[0]) :].strip()
    rest = re.sub(r"\s+then\Z", "", rest)
    if word in ("if", "unless", "case", "while", "until", "for") and bare.endswith(" end"):
        builder.leaf(SET, token)
    elif word in ("if", "unless"):
        builder.open(IF, "if", token, _needed(rest if word == "if" else f"!({rest})", rest, token))
    elif word == "elsif":
        builder.branch(token, _needed(rest, rest, token), ("if",))
    elif bare == "else":
        builder.branch(token, "", ("if", "case"))
    elif word == "case":
        builder.open(IF, "case", token, _NEVER)
    elif word == "when":
        builder.branch(token, _when(rest, builder), ("case",))
    elif bare in ("end", "}", "})"):
        builder.close(token)
    elif word in ("while", "until", "for") or _DO.search(bare):
        if len(_WORDS.findall(bare)) > 1 + (word in ("while", "until", "for")):
            raise Problem("this statement is not understood", token.start, "")
        builder.open(RANGE, "do", token, said)
    elif _is_block(bare):
        raise Problem("this statement is not understood", token.start, "")
    else:
        builder.leaf(SET, token)


def _needed(condition: str, rest: str, token: Token) -> str:
    if not rest:
        raise Problem("this statement has no condition", token.start, "")
    return condition


def _when(rest: str, builder: Builder) -> str:
    """Return the condition of a `when`; one that says the values of a `case` plainly excludes the others."""
    head = builder.stack[-1].branches[0].head if builder.stack else None
    values = [value.strip() for value in rest.split(",")]
    of = f"case{head.start if head else 0}"
    if all(map(_VALUE.match, values)):
        return " || ".join(f"{of} == {value}" for value in values)
    return f"{of} =~ {rest}"


def read(condition: str, scope: str) -> Formula:
    """Return the formula of a condition as it is written. See infix.read."""
    return read_infix(condition, scope, _GRAMMAR)


def _scope(outer: str, kind: str, branch: Branch, text: str) -> str:
    """The parameters of a block are names of its own."""
    block = re.search(r"\|([^|]*)\|\s*\Z", branch.head.inside(text)) if kind == RANGE else None
    loop = re.match(r"for\s+(.*?)\s+in\s", branch.head.inside(text)) if kind == RANGE else None
    names = re.findall(r"[^\W\d]\w*", (block or loop or [""] * 2)[1])
    return bound(outer, names, branch.head.start)


def _reassigned(text: str) -> frozenset[str]:
    """Of the text, only what is in tags matters."""
    return reassigned("\n".join(text[start:end] for start, end in _spans(text)), _ASSIGNED)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the insides of the tags of a text that can be read."""
    at = text.find(_OPEN)
    while at >= 0:
        token = action_at(text, at)
        yield token.inner_start, token.inner_end
        at = text.find(_OPEN, token.end)


def _plain(inside: str) -> str | None:
    if not inside:
        return _OPEN  # of `<%%`
    literal = _PLAIN.match(inside)
    return None if literal is None else literal[1] or literal[2] or ""


DIALECT = Dialect(
    refusal="cannot be read as an ERB template",
    tokens=tokens,
    action_at=action_at,
    parse=parse,
    read=read,
    scope=_scope,
    reassigned=_reassigned,
    plain=_plain,
    marks=("<%=", "%>"),
    signs=(_OPEN,),
    idle=r"<%(?![=%]).*%>?\Z",
    unsure=r"<%(?![=%#])|-%>",
)
