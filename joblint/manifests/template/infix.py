"""Conditions that are written as in Python or Ruby, as formulas: `a and not b`, `@x == "y" || !z`."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from joblint.manifests.template.conditions import Formula

STRING = r'"(?:\\.|[^"\\])*+"|\'(?:\\.|[^\'\\])*+\''
_DEPTH = 30
_MAX_ASSIGNED = 100
_LITERAL = re.compile(r"""["'].*["']\Z|[-+]?\d[\w.]*\Z""", re.DOTALL)
_TRUE, _FALSE = Formula("and"), Formula("or")


class Grammar(NamedTuple):
    """The words of a language: for each of `and`, `or`, `not`, and for what makes a condition unclear.

    `never` are conditions that are taken for false. `tight`: `not` binds more tightly than comparisons.
    """

    token: re.Pattern[str]
    words: dict[str, str]
    unclear: frozenset[str]
    never: frozenset[str] = frozenset()
    tight: bool = False


def bound(outer: str, names: Iterable[str], place: int) -> str:
    """Return the scope in which some more names mean something of their own. See read."""
    return " ".join((outer, *(f"{name}@{place}" for name in names))).strip()


def reassigned(text: str, assigned: re.Pattern[str]) -> frozenset[str]:
    """Return the variables that are set after they were used, or set twice; `assigned` matches where one is set.

    If these are too many, that is the empty name, which is in every condition.
    """
    places: set[str] = set()
    found: set[str] = set()
    for match in assigned.finditer(text):
        name = match[1]
        if name in places or re.compile(rf"(?<![\w@]){name}\b").search(text, 0, match.start(1)):
            found.add(name)
        places.add(name)
        if len(places) > _MAX_ASSIGNED:
            return frozenset(("",))
    return frozenset(found)


class _Unclear(Exception):
    """It is not only `and`, `or`, `not`, `==` and `!=` of things that need no more structure."""


def read(condition: str, scope: str, grammar: Grammar) -> Formula:
    """Return the formula of a condition as it is written.

    `scope` lists the variables that mean something of their own there: `name@place`, and `@place` for all of them.
    """
    words = grammar.token.findall(condition)
    reader = _Reader(words, scope, grammar)
    try:
        formula = reader.either(0)
        if reader.at < len(words):
            raise _Unclear
    except _Unclear:
        return reader.atom(words)
    return formula


class _Reader:
    def __init__(self, words: list[str], scope: str, grammar: Grammar) -> None:
        self.words, self.grammar, self.at = words, grammar, 0
        self.bound = {one.rpartition("@")[0]: one.rpartition("@")[2] for one in scope.split()}
        self.lexed = [grammar.words.get(word, "") for word in words]

    def either(self, depth: int) -> Formula:
        return self._joined("or", depth)

    def _joined(self, operator: str, depth: int) -> Formula:
        if depth > _DEPTH:
            raise _Unclear
        parts = [self._part(operator, depth)]
        while self.at < len(self.words) and self.lexed[self.at] == operator:
            self.at += 1
            parts.append(self._part(operator, depth))
        return parts[0] if len(parts) == 1 else Formula(operator, tuple(parts))

    def _part(self, operator: str, depth: int) -> Formula:
        return self._joined("and", depth) if operator == "or" else self._negated(depth)

    def _negated(self, depth: int) -> Formula:
        negative = 0
        while self.at < len(self.words) and self.lexed[self.at] == "not":
            self.at += 1
            negative += 1
        found = self._comparison(depth, negative > 0)
        return Formula("not", (found,)) if negative % 2 else found

    def _comparison(self, depth: int, negated: bool) -> Formula:
        start = self.at
        if start < len(self.words) and self.words[start] == "(":
            self.at += 1
            inner = self.either(depth + 1)
            if self.at >= len(self.words) or self.words[self.at] != ")":
                raise _Unclear
            self.at += 1
            if self._ends():
                return inner
            raise _Unclear
        nested, negative = 0, False
        words: list[str] = []
        while self.at < len(self.words) and (nested or not self._ends()):
            word = self.words[self.at]
            if not nested and word in self.grammar.unclear:
                raise _Unclear
            if not nested and self.lexed[self.at] == "not":
                if negative or not words:
                    raise _Unclear
                negative = True  # `is not defined`, `not in`
            else:
                words.append(word)
            nested += (word in "([{") - (word in ")]}")
            self.at += 1
        if not words or (self.grammar.tight and negated and len(words) > 1 and _compares(words)):
            raise _Unclear
        found = self._equal(words) if not negative else None
        found = found or self.atom(words)
        return Formula("not", (found,)) if negative else found

    def _ends(self) -> bool:
        return self.at >= len(self.words) or self.words[self.at] == ")" or self.lexed[self.at] in ("and", "or")

    def _equal(self, words: list[str]) -> Formula | None:
        if len(words) != 3 or words[1] not in ("==", "!="):
            return None
        one, _, other = words
        if _LITERAL.match(one):
            one, other = other, one
        same = Formula("atom", atom=f"{self.scoped(one)} == {_plain(other) or self.scoped(other)}")
        return same if words[1] == "==" else Formula("not", (same,))

    def atom(self, words: list[str]) -> Formula:
        said = " ".join(words)
        if said in ("true", "True"):
            return _TRUE
        if said in ("false", "False") or said in self.grammar.never:
            return _FALSE
        return Formula("atom", atom=" ".join(map(self.scoped, words)))

    def scoped(self, word: str) -> str:
        """Return a word, with its place if it means something of its own there."""
        name = re.match(r"@{0,2}[^\W\d]\w*", word)
        if name is None:
            return word
        place = self.bound.get(name[0]) or self.bound.get("")
        return f"@{place} {word}" if place else word


def _compares(words: list[str]) -> bool:
    return any(word in ("==", "!=", "<", ">", "<=", ">=", "=~", "!~") for word in words)


def _plain(word: str) -> str:
    """Return a literal in one spelling; empty for what is none."""
    if not _LITERAL.match(word):
        return ""
    inside = word[1:-1]
    return f'"{inside}"' if word[0] == "'" and '"' not in inside and "\\" not in inside else word
