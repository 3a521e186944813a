"""What to say when standard input is a terminal: the program waits, and would look as if it hung."""

import sys

from joblint.report.stderr import complain

_END = "Ctrl-Z and Enter" if sys.platform == "win32" else "Ctrl-D"


def announce(what: str) -> None:
    """Print that something is read from standard input, if that is a terminal."""
    try:
        waits = sys.stdin is not None and sys.stdin.isatty()
    except ValueError:  # closed
        waits = False
    if waits:
        complain(f"reading {what} from standard input; {_END} ends it")
