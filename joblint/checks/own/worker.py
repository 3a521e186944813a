"""The process that compiles and evaluates expressions, so that a hostile rule can only crash this, and not joblint.

It reads one request per line and answers each with one line, both in JSON. joblint/checks/own/client.py starts it. A
request is

    {"compile": [id, text, variables]}                  -> {"result": type, "tree": hex} or {"error": message}
    {"programs": [...], "data": {...}, "forget": bool,
     "compose": [name, id], "ask": [[id, steps], ...]}  -> {"answers": [...]}

`programs` are expressions that this process does not have yet, `data` the values of variables that have changed.
`steps` lead from the variable `object` to `self`. `compose` evaluates a variable of a policy, whose value is kept here.
An answer only has a value's kind and, for a string or boolean, the value itself. Every reply has `cpu`, the seconds
that this process has used so far.
"""

import json
import os
import time
from functools import cache
from typing import Any, NamedTuple

from joblint.checks.own import bounds

_SELF, _OBJECT, _COMPOSED = "self", "object", "variables"
_KINDS = {type(None): "null", dict: "a map", list: "a list", int: "a number", float: "a number"}
Answer = tuple[str, Any]  # `bool`, `text`, `other` (with the kind in words) or `trouble`, with the value


class Program(NamedTuple):
    """A compiled expression, and the variables that it reads."""

    compiled: Any
    reads: frozenset[str]


@cache
def environment(variables: tuple[str, ...]) -> Any:
    """Return the environment that has these variables."""
    from cel_expr_python import cel
    from cel_expr_python.ext import ext_optional, ext_strings

    from joblint.checks.own.functions import extension

    return cel.NewEnv(
        variables=dict.fromkeys(variables, cel.Type.DYN),
        # joblint's is the last: it adds to functions that the others have.
        extensions=[ext_strings.ExtStrings(2), ext_optional.ExtOptional(), extension(cel)],
    )


class Session:
    """The programs and values that this process has received so far."""

    def __init__(self) -> None:
        self.programs: dict[int, Program] = {}
        self.data: dict[str, Any] = {}
        self.composed: dict[str, Any] = {}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the reply to a request."""
        if "compile" in request:
            return self.compile(*request["compile"])
        for number, text, variables, reads in request.get("programs", ()):
            bounds.begin()
            self.programs[number] = Program(environment(tuple(variables)).compile(text), frozenset(reads))
        self.data |= request.get("data", {})
        if request.get("forget"):
            self.composed.clear()
        if "compose" in request:
            name, number = request["compose"]
            value, trouble = self.value(number, ())
            if not trouble:
                self.composed[name] = value
            return {"answers": [("trouble", trouble) if trouble else _shown(value)]}
        return {"answers": [self.ask(number, steps) for number, steps in request.get("ask", ())]}

    def compile(self, number: int, text: str, variables: list[str]) -> dict[str, Any]:
        """Compile an expression; return its type and its tree."""
        bounds.begin()
        try:
            program = environment(tuple(variables)).compile(text)
            tree = program.serialize()
        except RuntimeError as error:
            return {"error": str(error)[: bounds.MAX_TREE]}
        if len(tree) > bounds.MAX_TREE:
            return {"error": "the expression is too large once its macros are expanded"}
        self.programs[number] = Program(program, frozenset(variables))
        return {"result": str(program.return_type().name()).upper(), "tree": tree.hex()}

    def ask(self, number: int, steps: list[str | int]) -> Answer:
        """Return the value of an expression, as in an answer."""
        value, trouble = self.value(number, steps)
        return ("trouble", trouble) if trouble else _shown(value)

    def value(self, number: int, steps: Any) -> tuple[Any, str]:
        """Return the value of an expression as plain data, or why it has none."""
        program = self.programs[number]
        bounds.begin()
        data = {name: self.data[name] for name in program.reads if name in self.data}
        if _COMPOSED in program.reads:
            data[_COMPOSED] = self.composed
        if _SELF in program.reads:
            data[_SELF] = _below(self.data[_OBJECT], steps)
        try:
            result = program.compiled.eval(data=data)
            if result.type().name() == "ERROR":
                return None, str(result.value())[: bounds.MAX_TEXT]
            return result.plain_value(), ""
        except TypeError:
            return None, "it returns a CEL value that joblint does not support"
        except MemoryError:
            return None, f"it uses more than {bounds.MEMORY >> 20} MiB of memory"
        except (RuntimeError, ValueError, ArithmeticError, RecursionError) as error:
            return None, str(error)[: bounds.MAX_TEXT]


def _below(value: Any, steps: list[str | int]) -> Any:
    for step in steps:
        value = value[step]
    return value


def _shown(value: Any) -> Answer:
    if isinstance(value, bool):
        return "bool", value
    if isinstance(value, str):
        long = len(value.encode(errors="replace")) > bounds.MAX_TEXT
        return ("other", f"a string of more than {bounds.MAX_TEXT >> 10} KiB") if long else ("text", value)
    return "other", _KINDS.get(type(value), "a value of another type")


def main() -> None:
    """Answer requests until there are no more."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not become a reply
    environment(())  # what every environment needs is loaded before memory is limited
    bounds.confine()
    session = Session()
    replies.write(b'{"ready": true}\n')
    replies.flush()
    for line in requests:
        bounds.begin()
        try:
            reply = session.answer(json.loads(line))
        except MemoryError:
            reply = {"error": f"it uses more than {bounds.MEMORY >> 20} MiB of memory"}
        bounds.end()
        reply["cpu"] = time.process_time()
        replies.write(json.dumps(reply).encode() + b"\n")
        replies.flush()
