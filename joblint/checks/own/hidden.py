"""What an expression reads that the file does not show."""

from collections.abc import Callable, Mapping

from joblint.checks.own.cel import Expression
from joblint.checks.own.reads import Path


class Hidden:
    """Tells whether an expression reads something that the file does not show."""

    def __init__(self, variables: Mapping[str, Callable[[], list[Path]]]) -> None:
        """`variables` are those that can have hidden parts, each with a function that returns their paths."""
        self._variables = variables
        self._paths: dict[str, list[Path]] = {}

    def from_(self, expression: Expression) -> bool:
        """Return whether an expression reads something hidden."""
        reads = expression.reads
        return any(
            reads.meet((name, *path))
            for name in reads.variables.intersection(self._variables)
            for path in self._below(name)
        )

    def _below(self, name: str) -> list[Path]:
        if name not in self._paths:
            self._paths[name] = self._variables[name]()
        return self._paths[name]
