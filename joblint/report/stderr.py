"""Standard error: lines about the run itself, and what to say when joblint has a bug."""

import os
import sys
from typing import TextIO

from joblint.report.visible import inert, visible

_NO_ROOM = "failed to map segment"  # what the linker says where there is no memory left for a library


def complain(message: str) -> None:
    """Print a line to standard error that says whose it is."""
    say(f"joblint: {message}")


def say(message: str) -> None:
    """Print a line to standard error, if there is one."""
    aside(f"{inert(visible(message))}\n")


def aside(text: str) -> None:
    """Print to standard error, if there is one."""
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
    """What to say when joblint itself is wrong: where, and what to do. JOBLINT_DEBUG asks for the traceback too."""
    if os.environ.get("JOBLINT_DEBUG"):
        import traceback

        for line in "".join(traceback.format_exception(error)).splitlines():
            say(line)
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
    """Make a stream write what its encoding cannot hold as escapes."""
    if stream.errors != "backslashreplace" and hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")
