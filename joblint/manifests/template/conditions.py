"""The conditions of a template as formulas: which of them can hold at once.

What a condition says is not known, only where two say the same: `.Values.a` here and there, `not .Values.a`,
`eq .Values.kind "Job"` and `eq .Values.kind "CronJob"`. Each thing that may be so or not is an atom.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_TOKEN = re.compile(r'"(?:\\[^\n]|[^"\\\n])*+"|`[^`]*+`|\'(?:\\[^\n]|[^\'\\\n])*+\'|[()|]|[^\s()|"`\']+')
_LITERAL = re.compile(r'["`\'].*["`\']\Z|[-+]?\d[\w.]*\Z|true\Z|false\Z', re.DOTALL)
_DEPTH = 30


class Formula(NamedTuple):
    """`operator` is `and`, `or`, `not` or `atom`; `parts` are formulas, `atom` is the text of one."""

    operator: str
    parts: "tuple[Formula, ...]" = ()
    atom: str = ""

    def atoms(self) -> Iterator[str]:
        """Yield the atoms in it, from left to right."""
        if self.operator == "atom":
            yield self.atom
        for part in self.parts:
            yield from part.atoms()

    def holds(self, truth: Mapping[str, bool]) -> bool:
        """Return whether it is true, if each atom is as `truth` says; one that is not in it is false."""
        if self.operator == "atom":
            return truth.get(self.atom, False)
        if self.operator == "not":
            return not self.parts[0].holds(truth)
        each = (part.holds(truth) for part in self.parts)
        return all(each) if self.operator == "and" else any(each)


def read(condition: str, scope: str) -> Formula:
    """Return the formula of a condition as it is written.

    `scope` tells what `.` and variables are there: the same words mean something else in another scope.
    """
    words = _TOKEN.findall(condition)
    try:
        formula, rest = _pipeline(words, scope, 0)
    except _Unclear:
        return _atom(words, scope)
    return _atom(words, scope) if rest else formula


class _Unclear(Exception):
    """It is not only `and`, `or`, `not`, `eq` and `ne`."""


def _pipeline(words: list[str], scope: str, depth: int) -> tuple[Formula, list[str]]:
    """Read up to a closing parenthesis; also return what follows."""
    if not words or depth > _DEPTH:
        raise _Unclear
    head, rest = words[0], words[1:]
    if head in ("and", "or", "not"):
        parts = []
        while rest and rest[0] != ")":
            part, rest = _operand(rest, scope, depth)
            parts.append(part)
        if not parts or (head == "not" and len(parts) != 1):
            raise _Unclear
        return Formula(head, tuple(parts)), rest
    if head in ("eq", "ne") and len(rest) >= 2 and all(word not in "()|" for word in rest[:2]):
        after = rest[2:]
        if after and after[0] != ")":
            raise _Unclear
        same = _equal(rest[0], rest[1], scope)
        return (same if head == "eq" else Formula("not", (same,))), after
    end = _end(words)
    return _atom(words[:end], scope), words[end:]


def _operand(words: list[str], scope: str, depth: int) -> tuple[Formula, list[str]]:
    if words[0] == "|":
        raise _Unclear
    if words[0] != "(":
        return _atom(words[:1], scope), words[1:]
    inside, rest = _pipeline(words[1:], scope, depth + 1)
    if not rest or rest[0] != ")":
        raise _Unclear
    if len(rest) > 1 and rest[1].startswith("."):  # a field of what the parentheses give
        raise _Unclear
    return inside, rest[1:]


def _end(words: list[str]) -> int:
    """Return where the parenthesis closes that was opened before these words, or their number."""
    depth = 0
    for number, word in enumerate(words):
        depth += (word == "(") - (word == ")")
        if depth < 0:
            return number
    return len(words)


def _equal(one: str, other: str, scope: str) -> Formula:
    """`eq .a "x"`: an atom that shows its two sides, so that another literal excludes it."""
    if _LITERAL.match(one):
        one, other = other, one
    left, right = _scoped(one, scope), _scoped(other, scope)
    return Formula("atom", atom=f"{left} == {right}")


def _atom(words: list[str], scope: str) -> Formula:
    return Formula("atom", atom=" ".join(_scoped(word, scope) for word in words))


def _scoped(word: str, scope: str) -> str:
    """Return a word, with the scope if it means something else in another one."""
    if word.startswith("$."):
        return word[1:]
    if scope and word.startswith(("$", ".")):
        return f"{scope}{word}"
    return word


def subject(atom: str) -> str:
    """Return what an atom says to be equal to a literal; empty for others. Only one of two such atoms is true."""
    left, mark, right = atom.partition(" == ")
    return left if mark and _LITERAL.match(right) else ""
