"""A line for a user at a terminal from which joblint reads: without it, the program would seem to hang."""

import sys

from joblint.cli.output import is_terminal
from joblint.report.stderr import complain

_END = "Ctrl-Z and Enter" if sys.platform == "win32" else "Ctrl-D"


def announce(what: str) -> None:
    """Print that something is read from standard input, if that is a terminal."""
    if sys.stdin is not None and is_terminal(sys.stdin):
        complain(f"reading {what} from standard input; press {_END} to end it")
