"""Expressions in CEL: compiled and evaluated in a worker process (joblint/checks/own/worker.py), on plain data.

The engine is Google's cel-expr-python, the C++ implementation, whose limits apply here: 10,000 steps of all loops
together, and a nesting depth of 32. joblint/checks/own/bounds.py limits time and memory, and
joblint/checks/own/growth.py rejects what can grow too large before it is evaluated.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

from joblint.checks.own import bounds, client, growth
from joblint.checks.own.flaw import NotHere, Wrong
from joblint.checks.own.reads import Reads, reads_of
from joblint.checks.own.syntax import Expr, decode
from joblint.checks.own.zones import computed_zone, wrong_zone
from joblint.manifests.yaml.tree import Node

MAX_LENGTH = 10_000  # characters of an expression
_MAX_WORDS = 200  # characters of the reason why there is no value
_PLACE = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*?)(?=\n|$)")
_CODE = re.compile(r"^(?:[A-Z_]+: )?(.*?)(?: \[[A-Z_]+\])?$", re.DOTALL)
_UNDECLARED = re.compile(r"undeclared reference to '([^']*)'")
_TWO_VARIABLES = r"\.(?:all|exists|existsOne)\s*\(\s*{}\s*,\s*[A-Za-z_]\w*\s*,"
_OFFLINE = {
    "authorizer": "asks the cluster for permissions",
    "namespaceObject": "is the namespace as it is in the cluster",
}
_NOT_HERE = {
    **dict.fromkeys(("transformList", "transformMap", "transformMapEntry"), "a macro with two variables"),
    **dict.fromkeys(("jsonpatch", "semver", "isSemver", "format"), "a Kubernetes function"),
}
SPENT = f"all your own rules together used more than {bounds.RUN_SECONDS:.0f} s of CPU time"
_DEEP = "is nested deeper than the 32 levels that joblint evaluates: split it into variables or several rules"


Steps = Sequence[str | int]
_numbers = count()
_stopped: dict[int, str] = {}  # expressions that are not evaluated again, and why


class Expression(NamedTuple):
    """A compiled expression; `node` is where it is written, `reads` what it reads, `result` the type of its value.

    `number` is its name in the worker, `tree` its syntax, `variables` those of its environment.
    """

    number: int
    text: str
    node: Node
    reads: Reads
    result: str
    tree: Expr
    variables: tuple[str, ...]


class Outcome(NamedTuple):
    """The result of an evaluation: a value, if it is a boolean or a string; else its `kind`; or why there is none."""

    value: bool | str | None = None
    kind: str = ""
    trouble: str = ""


def compile_(
    text: str, node: Node, variables: tuple[str, ...], wanted: str = "", sizes: Mapping[str, int] | None = None
) -> Expression:
    """Compile an expression written at a node; `wanted` is the type that it must return: `BOOL` or `STRING`.

    `sizes` are those that the variables of a policy can have. Raises Wrong and OwnError.
    """
    if len(text) > MAX_LENGTH:
        raise NotHere(node, f"the expression is longer than the {MAX_LENGTH} characters that joblint evaluates")
    number = next(_numbers)
    try:
        reply = client.ask(lambda worker: {"compile": [number, text, variables]})
    except client.Stopped as stopped:
        raise Wrong(node, f"the expression cannot be compiled: {stopped}") from None
    except client.Spent:
        raise Wrong(node, f"the expression is not compiled: {SPENT}") from None
    if "error" in reply:
        raise _wrong(node, text, reply["error"])
    result = reply["result"]
    if wanted and result not in (wanted, "DYN"):
        raise Wrong(node, f"the expression must return {wanted.lower()}, not {result.lower()}")
    tree = decode(bytes.fromhex(reply["tree"]))
    if computed_zone(tree):
        raise NotHere(node, "the expression computes the name of a time zone, but joblint only evaluates literal names")
    if wrong := wrong_zone(tree):
        raise Wrong(node, wrong)
    try:
        growth.check(tree, sizes or {})
    except growth.TooLarge as error:
        raise Wrong(node, str(error)) from None
    return Expression(number, text, node, reads_of(tree), result, tree, variables)


def evaluate(expression: Expression, data: Mapping[str, Any], selves: Sequence[Steps] = ((),)) -> list[Outcome]:
    """Return the outcomes of an expression: one for each place in `object` that is `self` in turn, given by its steps.

    An expression that was stopped once is not evaluated again: it only has one outcome, with the same trouble.
    """
    asks = [(expression.number, steps) for steps in selves]
    return _asked(expression, data, {"ask": asks}, len(asks))


def compose(name: str, expression: Expression, data: Mapping[str, Any], first: bool) -> Outcome:
    """Evaluate a variable of a policy, and keep its value in the worker for later expressions.

    `first`: values that were kept before are forgotten.
    """
    return _asked(expression, data, {"compose": [name, expression.number], "forget": first}, 1)[0]


def generation() -> object:
    """Return the current worker: what was composed in an earlier one is lost."""
    return client.at_hand()


def _asked(expression: Expression, data: Mapping[str, Any], what: dict[str, Any], number: int) -> list[Outcome]:
    if expression.number in _stopped:
        return [Outcome(trouble=_stopped[expression.number])]

    def build(worker: client.Worker) -> dict[str, Any]:
        request = dict(what)
        if expression.number not in worker.programs:
            worker.programs.add(expression.number)
            read = sorted(expression.reads.variables)
            request["programs"] = [(expression.number, expression.text, expression.variables, read)]
        used = {name: value for name, value in data.items() if name in expression.reads.variables or name == "object"}
        request["data"] = {
            name: value for name, value in used.items() if name not in worker.data or worker.data[name] is not value
        }
        worker.data |= used
        return request

    try:
        reply = client.ask(build, number)
        if "error" in reply:
            raise client.Stopped(reply["error"])
    except client.Stopped as stopped:
        _stopped[expression.number] = f"{stopped}; it is not evaluated again"
        return [Outcome(trouble=_stopped[expression.number])]
    except client.Spent:
        return [Outcome(trouble=SPENT)]
    return [_outcome(kind, value) for kind, value in reply["answers"]]


def _outcome(kind: str, value: Any) -> Outcome:
    if kind == "trouble":
        return Outcome(trouble=_words(value))
    return Outcome(kind=value) if kind == "other" else Outcome(value)


def forget() -> None:
    """Forget all expressions, and stop the worker."""
    _stopped.clear()
    client.stop()


def _words(message: str) -> str:
    parts = _CODE.match(message)
    text = parts.group(1) if parts else message
    text = text.replace('Key not found in map : "', 'the map has no key "').split("\n")[0]
    return text if len(text) <= _MAX_WORDS else f"{text[:_MAX_WORDS]}…"


def _wrong(node: Node, text: str, message: str) -> Wrong:
    """Return the compiler's error at its place: of several errors the most telling one, else the first."""
    if "recursion" in message:
        return NotHere(node, f"the expression {_DEEP}")
    places = list(_PLACE.finditer(message))
    if not places:
        return Wrong(node, _words(message))
    telling = (one for one in places if (who := _UNDECLARED.search(one[3])) and who[1] in (*_OFFLINE, *_NOT_HERE))
    error = next(telling, places[0])
    line, column, said = int(error[1]), int(error[2]), error[3]
    offset = sum(len(one) + 1 for one in text.split("\n")[: line - 1]) + column - 1 if line > 0 else -1
    unknown = _UNDECLARED.search(said)
    if unknown is None:
        return Wrong(node, said.split(" expecting {")[0], offset)
    name = unknown[1].split(".")[0] if text.startswith(".", offset) else unknown[1]
    # The compiler points after the name.
    at = max(text.rfind(name, 0, offset + len(name)), -1)
    if name in _OFFLINE:
        return NotHere(node, f"`{name}` {_OFFLINE[name]}: joblint does not access a cluster", at)
    if re.search(_TWO_VARIABLES.format(re.escape(name)), text):
        return NotHere(node, "joblint does not evaluate macros with two variables", at)
    if name in _NOT_HERE:
        return NotHere(node, f"`{name}` is {_NOT_HERE[name]} that joblint does not evaluate", at)
    return Wrong(node, f"unknown variable or function `{name}`", at)
