"""Regular expressions that find, in a time that grows with the text and not with what it is full of.

CEL's `find` is RE2's, and the library gives out nothing of it but `matches`. So patterns are read by Python, and run as
RE2 runs them: all ways at once (Thompson's and Pike's machine), the first way that the pattern names wins.
"""

import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from joblint.own.tagged import spend

_MAX_PROGRAM = 2000  # instructions
_MAX_REPEAT = 1000  # as RE2 has it
_POSIX = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "digit": "0-9", "lower": "a-z", "upper": "A-Z", "space": r"\t\n\v\f\r ",
    "blank": r"\t ", "xdigit": "0-9A-Fa-f", "word": "0-9A-Za-z_", "punct": "!-/:-@\\[-`{-~",
}  # fmt: skip
_CHARACTER = ("LITERAL", "NOT_LITERAL", "ANY", "IN")
_END = object()
_CHARACTERS, _FORK, _JUMP, _AT, _DONE = range(5)


class Step(NamedTuple):
    """An instruction: what it does, what it tests, and where it goes on."""

    kind: int
    test: Any
    next: tuple[int, ...]


class Program:
    """A compiled pattern."""

    def __init__(self, steps: list[Step]) -> None:
        self._steps = steps

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """The start and end of each match, from the left, none within another."""
        at, last = 0, -1
        while at <= len(text):
            found = self._match(text, at)
            if found is None:
                return
            if found != (last, last):  # nothing is found directly behind what was found
                yield found
            last = found[1]
            at = found[1] if found[1] > found[0] else found[1] + 1

    def _match(self, text: str, start: int) -> tuple[int, int] | None:
        best: tuple[int, int] | None = None
        threads: list[tuple[int, int]] = []
        for at in range(start, len(text) + 1):
            seen: set[int] = set()
            waiting: list[tuple[int, int]] = []
            for step, begun in [*threads, *([(0, at)] if best is None else [])]:
                done = self._follow(step, begun, text, at, seen, waiting)
                if done:
                    best = (begun, at)
                    break  # what comes after is of lower rank
            if at == len(text):
                break
            spend(1 + len(seen))
            threads = [(s.next[0], begun) for s, begun in ((self._steps[i], b) for i, b in waiting) if s.test(text[at])]
            if not threads and best is not None:
                break
        return best

    def _follow(
        self, step: int, begun: int, text: str, at: int, seen: set[int], waiting: list[tuple[int, int]]
    ) -> bool:
        """Go on to the characters that are waited for; whether the end of the pattern is reached first."""
        stack = [step]
        while stack:
            number = stack.pop()
            if number in seen:
                continue
            seen.add(number)
            one = self._steps[number]
            if one.kind == _DONE:
                return True
            if one.kind == _CHARACTERS:
                waiting.append((number, begun))
            elif one.kind != _AT or one.test.match(text, at) is not None:
                stack.extend(reversed(one.next))
        return False


@lru_cache(256)
def compile_(pattern: str) -> Program:
    """Compile a pattern. Raises ValueError for what is none, or is none of RE2's."""
    from re import _parser as parser  # type: ignore[attr-defined]

    for name, characters in _POSIX.items():
        pattern = pattern.replace(f"[:{name}:]", characters)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Python's word for what it may read in another way some day
            parsed = parser.parse(pattern, re.ASCII)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        raise ValueError(f"a regular expression that is none: {error}") from None
    steps: list[Step] = []
    _emit(list(parsed), parsed.state, steps)
    steps.append(Step(_DONE, None, ()))
    return Program(steps)


def _emit(items: list[Any], state: Any, steps: list[Step]) -> None:
    """Add the instructions for a sequence; each goes on to the one behind its last."""
    for operation, argument in items:
        if len(steps) > _MAX_PROGRAM:
            raise ValueError("a regular expression that is too large")
        name = str(operation)
        if name in _CHARACTER:
            steps.append(Step(_CHARACTERS, _alone(operation, argument, state), (len(steps) + 1,)))
        elif name == "AT":
            # In RE2 `$` is the end, even behind a last line break.
            argument = _END if str(argument) == "AT_END" and not state.flags & re.MULTILINE else argument
            steps.append(Step(_AT, _alone(operation, argument, state).__self__, (len(steps) + 1,)))
        elif name == "SUBPATTERN" and not argument[1] and not argument[2]:
            _emit(list(argument[3]), state, steps)
        elif name == "BRANCH":
            _branch([list(one) for one in argument[1]], state, steps)
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            _repeat(argument, name == "MAX_REPEAT", state, steps)
        else:
            raise ValueError("a regular expression with what RE2 has not, or joblint does not follow")


def _alone(operation: Any, argument: Any, state: Any) -> Any:
    """What tests one character, or one place."""
    from re import _compiler as compiler  # type: ignore[attr-defined]
    from re import _constants as constants  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]

    if argument is _END:
        argument = constants.AT_END_STRING
    return compiler.compile(parser.SubPattern(state, [(operation, argument)]), state.flags).match


def _branch(branches: list[list[Any]], state: Any, steps: list[Step]) -> None:
    fork = len(steps)
    steps.append(Step(_FORK, None, ()))
    starts, ends = [], []
    for branch in branches:
        starts.append(len(steps))
        _emit(branch, state, steps)
        ends.append(len(steps))
        steps.append(Step(_JUMP, None, ()))
    steps[fork] = Step(_FORK, None, tuple(starts))
    for end in ends:
        steps[end] = Step(_JUMP, None, (len(steps),))


def _repeat(argument: Any, greedy: bool, state: Any, steps: list[Step]) -> None:
    least, most, inner = int(argument[0]), argument[1], list(argument[2])
    if least > _MAX_REPEAT or (str(most) != "MAXREPEAT" and int(most) > _MAX_REPEAT):
        raise ValueError(f"a regular expression that repeats something more than {_MAX_REPEAT} times")
    for _ in range(least):
        _emit(inner, state, steps)
    if str(most) == "MAXREPEAT":
        fork = len(steps)
        steps.append(Step(_FORK, None, ()))
        _emit(inner, state, steps)
        steps.append(Step(_JUMP, None, (fork,)))
        ways = (fork + 1, len(steps))
        steps[fork] = Step(_FORK, None, ways if greedy else ways[::-1])
        return
    forks = []
    for _ in range(int(most) - least):
        forks.append(len(steps))
        steps.append(Step(_FORK, None, ()))
        _emit(inner, state, steps)
    for fork in forks:
        ways = (fork + 1, len(steps))
        steps[fork] = Step(_FORK, None, ways if greedy else ways[::-1])
