"""ytt templates: YAML with Starlark in its comments. `key: #@ x` is a hole, and `#@ if x:` a control structure.

Source: carvel.dev/ytt pkg/yamltemplate/metas.go (extractMetas), pkg/yamltemplate/text_values.go. Overlays are patches
of what other files write: a file with one is not read.
"""

import re
from collections.abc import Iterator

from joblint.manifests.source import indent_of
from joblint.manifests.template import HOLE, MORE
from joblint.manifests.template.building import Builder, spaced
from joblint.manifests.template.conditions import Formula
from joblint.manifests.template.dialect import Dialect
from joblint.manifests.template.infix import STRING, Grammar, bound, reassigned
from joblint.manifests.template.infix import read as read_infix
from joblint.manifests.template.lex import ACTION, COMMENT, TEXT, Token
from joblint.manifests.template.parse import DEFINE, IF, OUTPUT, RANGE, SET, Branch, Node
from joblint.manifests.yaml.tree import Problem

_CODE, _NOTE, _OVERLAY = "#@", "#!", "overlay"
_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
# In a line: a string as a whole, or a comment.
_COMMENT = re.compile(rf"(?<![^\s\[{{,:])(?:{STRING})|(?:(?<=\s)|\A)#[^\r\n]*")
_BLOCK = re.compile(r"(?:^|[\s:-])[|>][-+\d]{0,2}\s*\Z")
_REPLACED = re.compile(r"""["']?_["']?:[ \t]*\Z""")  # the key that `template.replace` takes
_VALUE = re.compile(r"(?:[:-]|\A)[ \t]*\Z")
_IN_TEXT = re.compile(r"\(@(=)?.*?@\)", re.DOTALL)
_TEMPLATED = "#@yaml/text-templated-strings"
_WORD = re.compile(r"[a-z]+(?:/end)?\b")
_KINDS = {"if": IF, "for": RANGE, "def": DEFINE}
_ASSIGNED = re.compile(r"#@[ \t]+([^\W\d]\w*)[ \t]*(?:[-+*/|]?=)(?!=)")
_GRAMMAR = Grammar(
    token=re.compile(rf"(?s:{STRING})|==|!=|<=|>=|//|[^\W\d][\w.]*|\d[\w.]*|\S"),
    words={"and": "and", "or": "or", "not": "not"},
    unclear=frozenset(("if", "else", "lambda")),
)
# What only a ytt template has.
_UNMISTAKABLE = re.compile(
    r"(?m)^[ \t]*#@[ \t]+(?:load\(|(?:if|for|def)(?:/end)?[ \t].*:[ \t\r]*$)|#@[ \t]+data\.values\b"
)


def is_template(text: str) -> bool:
    """Return whether a YAML text is a template of ytt beyond doubt."""
    return _UNMISTAKABLE.search(text) is not None


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a template, which together are all of its text. Raises Problem for what is not understood."""
    yield from spaced(text, list(_tokens(text)), lambda token: _is_idle(text, token), lambda _: (0, 0), False)


def _tokens(text: str) -> Iterator[Token]:
    lines = [(found.start(), found[0].rstrip("\r\n")) for found in _LINE.finditer(text)]
    templated = _TEMPLATED in text
    ends = sorted(_ends(lines), reverse=True)
    at, block = 0, -1
    for start, line in lines:
        while ends and ends[-1] <= start:
            yield from _text(text, at, start, templated)
            yield Token(ACTION, start, start, start, start)  # the end of `if/end`
            at = start
            ends.pop()
        indent = indent_of(line)
        if block >= 0 and (indent > block or not line.strip()):
            continue
        comment = next((found for found in _COMMENT.finditer(line) if found[0].startswith("#")), None)
        bare = line if comment is None else line[: comment.start()]
        block = indent if _BLOCK.search(bare) else -1
        if comment is None or comment[0][:2] not in (_CODE, _NOTE):
            continue
        begin = start + comment.start()
        replaced = _REPLACED.search(bare) if comment[0].startswith(f"{_CODE} ") else None
        if replaced is not None:
            begin = start + replaced.start()
        yield from _text(text, at, begin, templated)
        at = start + len(line)
        inner = begin if replaced is not None else begin + 2
        yield Token(COMMENT if comment[0].startswith(_NOTE) else ACTION, begin, at, inner, at)
    for end in reversed(ends):
        yield from _text(text, at, end, templated)
        yield Token(ACTION, end, end, end, end)
        at = end
    yield from _text(text, at, len(text), templated)


def _text(text: str, start: int, end: int, templated: bool) -> Iterator[Token]:
    """Yield the tokens of a text, which may have values in it."""
    for found in _IN_TEXT.finditer(text, start, end) if templated else ():
        if not found[1]:
            raise Problem("a text with code in it is not understood", found.start(), "")
        if found.start() > start:
            yield Token(TEXT, start, found.start(), start, found.start())
        yield Token(ACTION, found.start(), found.end(), found.start() + 3, found.end() - 2)
        start = found.end()
    if end > start:
        yield Token(TEXT, start, end, start, end)


def _ends(lines: list[tuple[int, str]]) -> Iterator[int]:
    """Yield where the nodes end that `if/end` and `for/end` are about."""
    for number, (_, line) in enumerate(lines):
        if re.match(r"[ \t]*#@[ \t]+(?:if|for)/end\b", line):
            yield _end_of_node(lines, number + 1)


def _end_of_node(lines: list[tuple[int, str]], number: int) -> int:
    first, last = "", number - 1
    for position in range(number, len(lines)):
        line = lines[position][1]
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        if not first:
            first = line
        elif indent_of(line) < indent_of(first) or (
            indent_of(line) == indent_of(first) and not _continues(first, bare)
        ):
            break
        last = position
    return lines[last][0] + len(lines[last][1]) + 1 if last + 1 < len(lines) else lines[-1][0] + len(lines[-1][1])


def _continues(first: str, bare: str) -> bool:
    """Return whether a line that is indented as the first of a node is an item of its list."""
    return bare.startswith("- ") and not first.lstrip().startswith("- ") and not first.startswith("---")


def action_at(text: str, start: int) -> Token:
    """Return the comment or action that begins at an offset."""
    if text.startswith("(@", start):
        found = _IN_TEXT.match(text, start)
        if found is None:
            raise Problem("the value `(@` is not closed", start, "add `@)`")
        return Token(ACTION, start, found.end(), start + 3, found.end() - 2)
    newline = text.find("\n", start)
    end = newline if newline >= 0 else len(text)
    kind = COMMENT if text.startswith(_NOTE, start) else ACTION
    return Token(kind, start, end, start + 2, end)


def _is_idle(text: str, token: Token) -> bool:
    """Return whether a comment is on a line of its own."""
    if token.kind == TEXT or (token.start < token.end and text[token.start] != "#"):
        return False
    before = text[text.rfind("\n", max(0, token.start - 200), token.start) + 1 : token.start]
    return token.start == token.end or not before.strip(" \t")


def parse(text: str) -> list[Node]:
    """Return the nodes of a template. Raises Problem for what is not understood."""
    for found in _LINE.finditer(text) if _OVERLAY in text else ():
        code = found[0].find(_CODE)
        if code >= 0 and _OVERLAY in found[0][code:]:
            raise Problem("an overlay is a patch of what other files write", found.start() + code, "")
    builder = Builder()
    single: list[bool] = []  # of the open control structures: it ends after one node
    for token in tokens(text):
        inside = token.inside(text)
        if token.kind != ACTION:
            builder.leaf(token.kind, token)
        elif token.start == token.end:
            if not single or not single.pop():
                raise Problem("the structure around this node is not understood", token.start, "")
            builder.close(token)
        elif text.startswith("(@", token.start):
            builder.leaf(OUTPUT, token)
        elif text[token.inner_start : token.inner_start + 1] not in (" ", "\t", "_", '"', "'"):
            builder.leaf(SET, token)  # an annotation
        elif _is_idle(text, token):
            _code(builder, single, inside, token)
        else:
            _value(builder, inside, text, token)
    return builder.done()


def _value(builder: Builder, inside: str, text: str, token: Token) -> None:
    """Add the code on the line of a node."""
    before = text[text.rfind("\n", 0, token.start) + 1 : token.start]
    word = _WORD.match(inside)
    if word is not None and word[0].partition("/")[0] in (*_KINDS, "else", "elif", "end"):
        raise Problem("a control structure on the line of a node is not understood", token.start, "")
    if before.startswith("---"):
        raise Problem("a document that is inserted as a whole is not understood", token.start, "")
    replaces = text[token.start] != "#"
    builder.leaf(OUTPUT if replaces or _VALUE.search(before) else SET, token)


def _code(builder: Builder, single: list[bool], inside: str, token: Token) -> None:
    """Add the code of a line of its own."""
    found = _WORD.match(inside)
    word = found[0] if found is not None else ""
    keyword, _, whole = word.partition("/")
    rest = inside[len(word) :].strip()
    if keyword in _KINDS and (not whole or keyword != "def") and (rest[:1] not in "=.,)" or not rest):
        if not rest.endswith(":"):
            raise Problem(f"`{keyword}` must end with a colon", token.start, "")
        condition = rest[:-1].strip()
        if keyword == "for":
            condition = condition.partition(" in ")[2].strip() or condition
        builder.open(_KINDS[keyword], keyword, token, condition)
        single.append(bool(whole))
    elif word == "elif":
        builder.branch(token, rest.rstrip(":").strip(), ("if",))
    elif word == "else" and rest == ":":
        builder.branch(token, "", ("if",))
    elif word == "end" and not rest:
        if single and single.pop():
            raise Problem("the structure around this `end` is not understood", token.start, "")
        builder.close(token)
    elif whole:
        raise Problem(f"`{word}` is not understood", token.start, "")
    else:
        builder.leaf(SET, token)


def read(condition: str, scope: str) -> Formula:
    """Return the formula of a condition as it is written. See infix.read."""
    return read_infix(condition, scope, _GRAMMAR)


def _scope(outer: str, kind: str, branch: Branch, text: str) -> str:
    """`for` binds names."""
    if kind != RANGE:
        return outer
    names = re.findall(r"[^\W\d]\w*", branch.head.inside(text).partition("for")[2].partition(" in ")[0])
    return bound(outer, (name for name in names if name != "end"), branch.head.start)


def _reassigned(text: str) -> frozenset[str]:
    return reassigned(text, _ASSIGNED)


def _plain(inside: str) -> str | None:
    return f"{MORE}: {HOLE}" if _REPLACED.match(inside.partition(":")[0] + ":") else None


DIALECT = Dialect(
    refusal="cannot be read as a ytt template",
    tokens=tokens,
    action_at=action_at,
    parse=parse,
    read=read,
    scope=_scope,
    reassigned=_reassigned,
    plain=_plain,
    marks=("#@", ""),
    signs=("#@", "#!", "(@"),
    idle=r"#",
    unsure="#@",
)
