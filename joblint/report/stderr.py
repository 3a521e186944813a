"""Standard error: lines about the run itself, and the message for a bug in joblint."""

import os
import sys
from typing import TextIO

from joblint.report.visible import inert, visible

_NO_ROOM = "failed to map segment"  # what the linker says if there is no memory left for a library
_WIDEST = 120  # columns of prose: longer rows are hard to read
_INDENT = "  "


def complain(message: str) -> None:
    """Print a line to standard error that begins with the name of the program."""
    say(f"joblint: {message}")


def say(message: str) -> None:
    """Print a line to standard error, if there is one. On a terminal it is wrapped at words."""
    aside("".join(f"{row}\n" for row in rows(visible(message))))


def rows(line: str) -> list[str]:
    """Break a visible line into rows that fit the terminal that standard error is, or return it whole.

    A word that is wider than the terminal, such as a path, stays whole: it can be copied and followed.
    """
    width = terminal_width()
    if not width or len(line) <= width // 2 or line.startswith(" "):  # half: a character has up to two columns
        return [inert(line)]
    from joblint.report.wrap import wrap

    first, *others = wrap(line, min(width, _WIDEST) - len(_INDENT), min(width, _WIDEST), cut=False)
    return [inert(first), *(inert(_INDENT + row) for row in others)]


def terminal_width() -> int:
    """Return how many columns standard error has, or 0 if it is not a terminal."""
    stream = sys.stderr
    try:
        if stream is None or not stream.isatty():
            return 0
        columns = os.environ.get("COLUMNS", "")
        return int(columns) if columns.isdecimal() else os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError, AttributeError):
        return 0


def aside(text: str) -> None:
    """Print a text to standard error, if there is one."""
    stream = sys.stderr
    if stream is None:
        return
    try:
        lenient(stream)
        stream.write(text)
        stream.flush()
    except (OSError, ValueError):
        pass


def bug(error: BaseException, path: str = "") -> str:
    """Return the message for a bug in joblint: where it is, and what to do. With JOBLINT_DEBUG print its traceback."""
    if os.environ.get("JOBLINT_DEBUG"):
        import traceback

        for line in "".join(traceback.format_exception(error)).splitlines():
            aside(f"{inert(visible(line))}\n")
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    about = f"{path}: " if path else ""
    if isinstance(error, MemoryError) or (isinstance(error, ImportError) and _NO_ROOM in str(error)):
        return f"{about}out of memory"
    where = f" at {os.path.basename(at.tb_frame.f_code.co_filename)}:{at.tb_lineno}" if at is not None else ""
    said = " ".join(str(error).split())[:200]
    return f"{about}a bug in joblint, please report it with the file: {type(error).__name__}{where}: {said}"


def lenient(stream: TextIO) -> None:
    """Make a stream write characters that its encoding does not have as escapes."""
    if stream.errors != "backslashreplace" and hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")
