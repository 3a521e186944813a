"""What is wrong with a file that steers joblint (a configuration, a rule of the user's own), and where."""

from typing import NamedTuple


class Flaw(NamedTuple):
    """A mistake in such a file; line and column count from 1, and are 0 where it is not one place's."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        return f"{place}: error: {self.message}"
