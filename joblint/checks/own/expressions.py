"""The expressions of a policy, compiled in order, with the variables that they may use.

An expression that needs something that no file shows is skipped: `read` returns None for it, and `left` has the reason.
"""

from joblint.checks.own import growth
from joblint.checks.own.cel import Expression, compile_
from joblint.checks.own.flaw import NotHere, Wrong
from joblint.checks.own.nodes import struct, text
from joblint.checks.own.reads import ANY, Path
from joblint.kube.names import names
from joblint.kube.nearest import did_you_mean
from joblint.manifests.yaml.tree import Node

COMPOSED, PARAMS, REQUEST = "variables", "params", "request"
# What depends on the single request, not on its object. The API server leaves `uid` empty.
_OF_A_REQUEST = {
    "userInfo": "who sends the request",
    "options": "how the request is sent",
    "uid": "the request itself",
}
# Source: apiserver pkg/admission/plugin/cel/compile.go, BuildRequestType. Others are errors in the API server as well.
_REQUEST = {
    "kind", "resource", "subResource", "requestKind", "requestResource", "requestSubResource", "name", "namespace",
    "operation", "dryRun", *_OF_A_REQUEST,
}  # fmt: skip


class Expressions:
    """Reads the expressions of one policy."""

    def __init__(self, names: tuple[str, ...], has_params: bool) -> None:
        """`names` are the variables of each, in addition to `variables` and, with `has_params`, `params`."""
        self.names = (*names, COMPOSED, *((PARAMS,) if has_params else ()))
        self.variables: dict[str, Expression] = {}
        self.left: list[tuple[Node, str]] = []
        self._sizes: dict[str, int] = {}
        self._unseen: dict[str, str] = {}  # the variables that are skipped, and why

    def read(self, node: Node, wanted: str = "", key: str = "expression") -> Expression | None:
        """Return the expression below a node, of the type `wanted`. It also reads what its variables read.

        Raises Wrong.
        """
        parts = struct(node, key)
        if key not in parts:
            raise Wrong(node, f"`{key}` is required")
        written = parts[key]
        try:
            expression = compile_(text(written, key), written, self.names, wanted, self._sizes)
        except NotHere as error:
            self.left.append((written, error.message))
            return None
        why = self._missing(expression)
        if why:
            self.left.append((written, why))
            return None
        composed = {name: one.reads for name, one in self.variables.items()}
        return expression._replace(reads=expression.reads.through(COMPOSED, composed))

    def variable(self, node: Node) -> None:
        """Read a variable; later expressions may use it. Raises Wrong."""
        parts = struct(node, "variables")
        if "name" not in parts:
            raise Wrong(node, "`name` is required in a variable")
        name = text(parts["name"], "name")
        if name in self.variables or name in self._unseen:
            raise Wrong(parts["name"], f"the variable `{name}` is defined twice")
        expression = self.read(node)
        if expression is None:
            self._unseen[name] = self.left.pop()[1]  # it is reported for what uses the variable
        else:
            self.variables[name] = expression
            self._sizes[name] = growth.check(expression.tree, self._sizes)

    def _missing(self, expression: Expression) -> str:
        """Return what an expression reads that no file shows. Raises Wrong for a variable that does not exist."""
        for path in sorted(expression.reads.paths):
            if path[0] == COMPOSED and len(path) > 1:
                if path[1] in self._unseen:
                    return f"`variables.{path[1]}`: {self._unseen[path[1]]}"
                if path[1] not in self.variables:
                    at = expression.text.find(f".{path[1]}") + 1
                    raise Wrong(expression.node, f"the variable `{path[1]}` must be defined before this expression", at)
            if path[0] == REQUEST and (len(path) == 1 or path[1] in _OF_A_REQUEST):
                return _request(path)
            if path[0] == REQUEST and path[1] not in (*_REQUEST, ANY):
                at = expression.text.find(f"{REQUEST}.{path[1]}")
                raise Wrong(
                    expression.node,
                    f"`request` has no field `{names.short(path[1])}`{did_you_mean(path[1], _REQUEST)}",
                    at,
                )
        return ""


def _request(path: Path) -> str:
    if len(path) == 1:
        return "the expression reads all of `request`, but no file shows who sends the request"
    return f"the expression reads `{'.'.join(path[:2])}`, but no file shows {_OF_A_REQUEST[path[1]]}"
