"""Expressions in CEL: compiled once, evaluated on plain data. The engine is Google's cel-expr-python, an extra.

It is the C++ implementation, whose limits hold here: 10,000 steps of all loops together, expressions nested 32 deep,
regular expressions of RE2, which take no more time than the text is long. joblint/own/growth.py bounds what values can
grow to.
"""

import re
from functools import cache
from typing import Any, NamedTuple

from joblint.own import growth
from joblint.own.flaw import OwnError, Wrong
from joblint.own.reads import Reads, reads_of
from joblint.own.syntax import decode
from joblint.own.tagged import begin
from joblint.tree import Node

MISSING = "rules in CEL need cel-expr-python, which is not installed: `pip install 'joblint[cel]'`"
MAX_LENGTH = 10_000  # characters of an expression
_PLACE = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*?)(?=\n|$)")
_CODE = re.compile(r"^(?:[A-Z_]+: )?(.*?)(?: \[[A-Z_]+\])?$", re.DOTALL)
_UNDECLARED = re.compile(r"undeclared reference to '([^']*)'")
_OFFLINE = {
    "authorizer": "asks the cluster who may do what",
    "namespaceObject": "is the namespace as it is in the cluster",
}
_NOT_HERE = {
    **dict.fromkeys(("transformList", "transformMap", "transformMapEntry"), "a macro with two variables"),
    **dict.fromkeys(("jsonpatch", "semver", "isSemver", "format"), "a function of Kubernetes"),
}
_DEEP = "is nested deeper than the 32 levels that joblint evaluates: split it into variables, or into several rules"


class Trouble(Exception):
    """Why an expression gives no value for an object, in words."""


class Expression(NamedTuple):
    """A compiled expression; `node` is where it is written, `reads` what it looks at, `result` the type it gives."""

    program: Any
    text: str
    node: Node
    reads: Reads
    result: str


@cache
def library() -> Any:
    """The library. Raises OwnError where it is not installed."""
    try:
        from cel_expr_python import cel
    except ImportError:
        raise OwnError(MISSING) from None
    return cel


@cache
def environment(variables: tuple[str, ...]) -> Any:
    """The environment that has these variables. Raises OwnError where CEL is not installed."""
    cel = library()
    from cel_expr_python.ext import ext_optional, ext_strings

    from joblint.own.functions import extension

    return cel.NewEnv(
        variables=dict.fromkeys(variables, cel.Type.DYN),
        # Ours is the last: it adds to functions that the others have.
        extensions=[ext_strings.ExtStrings(2), ext_optional.ExtOptional(), extension(cel)],
    )


def compile_(text: str, node: Node, variables: tuple[str, ...], wanted: str = "") -> Expression:
    """Compile an expression written at a node; `wanted` is the type that it must give: `BOOL` or `STRING`.

    Raises Wrong, OwnError.
    """
    if len(text) > MAX_LENGTH:
        raise Wrong(node, f"an expression has at most {MAX_LENGTH} characters")
    env = environment(variables)
    try:
        program = env.compile(text)
    except RuntimeError as error:
        raise _wrong(node, text, str(error)) from None
    result = str(program.return_type().name()).upper()
    if wanted and result not in (wanted, "DYN"):
        raise Wrong(node, f"the expression gives {result.lower()}, not {wanted.lower()}")
    tree = decode(program.serialize())
    try:
        growth.check(tree)
    except growth.TooLarge as error:
        raise Wrong(node, str(error)) from None
    return Expression(program, text, node, reads_of(tree), result)


def evaluate(expression: Expression, data: dict[str, Any]) -> Any:
    """The value of an expression as plain data. Raises Trouble."""
    begin()
    used = {name: data[name] for name in expression.reads.variables if name in data}
    try:
        value = expression.program.eval(data=used)
        if value.type().name() == "ERROR":
            raise Trouble(_words(str(value.value())))
        return value.plain_value()
    except RuntimeError as error:
        raise Trouble(_words(str(error))) from None
    except TypeError:
        raise Trouble("it gives a value of CEL that joblint cannot hold") from None


def _words(message: str) -> str:
    found = _CODE.match(message)
    text = found.group(1) if found else message
    return text.replace('Key not found in map : "', 'there is no key "').split("\n")[0]


def _wrong(node: Node, text: str, message: str) -> Wrong:
    """What the compiler says, at its place: of several errors the one that tells most, else the first."""
    if "recursion" in message:
        return Wrong(node, f"the expression {_DEEP}")
    places = list(_PLACE.finditer(message))
    if not places:
        return Wrong(node, _words(message))
    telling = (one for one in places if (who := _UNDECLARED.search(one[3])) and who[1] in (*_OFFLINE, *_NOT_HERE))
    found = next(telling, places[0])
    line, column, said = int(found[1]), int(found[2]), found[3]
    offset = sum(len(one) + 1 for one in text.split("\n")[: line - 1]) + column - 1 if line > 0 else -1
    unknown = _UNDECLARED.search(said)
    if unknown is None:
        return Wrong(node, said.split(" expecting {")[0], offset)
    name = unknown[1].split(".")[0] if text.startswith(".", offset) else unknown[1]
    # The compiler points at what follows the name.
    return Wrong(node, _undeclared(name), max(text.rfind(name, 0, offset + len(name)), -1))


def _undeclared(name: str) -> str:
    if name in _OFFLINE:
        return f"`{name}` {_OFFLINE[name]}, and joblint asks no cluster"
    if name in _NOT_HERE:
        return f"`{name}` is {_NOT_HERE[name]} that joblint does not evaluate"
    return f"there is no variable or function `{name}` here"
