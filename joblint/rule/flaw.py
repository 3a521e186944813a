"""Mistakes in files that control joblint: configurations and users' own rules."""

from typing import NamedTuple


class Flaw(NamedTuple):
    """A mistake in such a file; line and column count from 1, and are 0 if it has no single place."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        return f"{place}: error: {self.message}"
