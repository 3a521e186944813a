"""The expressions of a policy: compiled in their order, with the variables that they may use.

What asks for something that no file shows is left alone: `read` gives None for it, and `left` says why.
"""

from joblint.checks.own import growth
from joblint.checks.own.cel import Expression, compile_
from joblint.checks.own.flaw import NotHere, Wrong
from joblint.checks.own.nodes import struct, text
from joblint.checks.own.reads import ANY, Path
from joblint.kube.names import names
from joblint.manifests.yaml.tree import Node
from joblint.rule.near import near

COMPOSED, PARAMS, REQUEST = "variables", "params", "request"
# What belongs to one request, and not to what is asked for. The API server leaves `uid` empty.
_OF_A_REQUEST = {
    "userInfo": "who makes the request",
    "options": "how the request is made",
    "uid": "one request",
}
# Source: apiserver pkg/admission/plugin/cel/compile.go, BuildRequestType. Another is an error to the API server, too.
_REQUEST = {
    "kind", "resource", "subResource", "requestKind", "requestResource", "requestSubResource", "name", "namespace",
    "operation", "dryRun", *_OF_A_REQUEST,
}  # fmt: skip


class Expressions:
    """Reads the expressions of one policy."""

    def __init__(self, names: tuple[str, ...], has_params: bool) -> None:
        """`names` are the variables of each, beside `variables` and, with `has_params`, `params`."""
        self.names = (*names, COMPOSED, *((PARAMS,) if has_params else ()))
        self.variables: dict[str, Expression] = {}
        self.left: list[tuple[Node, str]] = []
        self._sizes: dict[str, int] = {}
        self._unseen: dict[str, str] = {}  # the variables that are left alone, and why

    def read(self, node: Node, wanted: str = "", key: str = "expression") -> Expression | None:
        """The expression below a node, of the type `wanted`. What it reads through variables counts as read by it.

        Raises Wrong.
        """
        parts = struct(node, key)
        if key not in parts:
            raise Wrong(node, f"needs `{key}`")
        written = parts[key]
        try:
            found = compile_(text(written, key), written, self.names, wanted, self._sizes)
        except NotHere as error:
            self.left.append((written, error.message))
            return None
        why = self._missing(found)
        if why:
            self.left.append((written, why))
            return None
        composed = {name: one.reads for name, one in self.variables.items()}
        return found._replace(reads=found.reads.through(COMPOSED, composed))

    def variable(self, node: Node) -> None:
        """Read a variable; those that follow may use it. Raises Wrong."""
        parts = struct(node, "variables")
        if "name" not in parts:
            raise Wrong(node, "a variable needs a `name`")
        name = text(parts["name"], "name")
        if name in self.variables or name in self._unseen:
            raise Wrong(parts["name"], f"there are two variables `{name}`")
        found = self.read(node)
        if found is None:
            self._unseen[name] = self.left.pop()[1]  # it is told of what uses it
        else:
            self.variables[name] = found
            self._sizes[name] = growth.check(found.tree, self._sizes)

    def _missing(self, found: Expression) -> str:
        """What no file shows of that which an expression reads. Raises Wrong for a variable that there is not."""
        for path in sorted(found.reads.paths):
            if path[0] == COMPOSED and len(path) > 1:
                if path[1] in self._unseen:
                    return f"`variables.{path[1]}`: {self._unseen[path[1]]}"
                if path[1] not in self.variables:
                    at = found.text.find(f".{path[1]}") + 1
                    raise Wrong(found.node, f"there is no variable `{path[1]}` above this", at)
            if path[0] == REQUEST and (len(path) == 1 or path[1] in _OF_A_REQUEST):
                return _request(path)
            if path[0] == REQUEST and path[1] not in (*_REQUEST, ANY):
                at = found.text.find(f"{REQUEST}.{path[1]}")
                raise Wrong(found.node, f"`request` has no field `{names.short(path[1])}`{near(path[1], _REQUEST)}", at)
        return ""


def _request(path: Path) -> str:
    if len(path) == 1:
        return "it reads all of `request`, and no file shows who makes it"
    return f"it reads `{'.'.join(path[:2])}`, and no file shows {_OF_A_REQUEST[path[1]]}"
