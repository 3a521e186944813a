"""Standard output and standard error: errors on writing, and whether they are terminals with colours."""

import os
import sys
from collections.abc import Callable
from typing import TextIO

from joblint.report import WIDTH, Look, Paint, unpainted
from joblint.report.stderr import bug, complain, lenient

COLOURS = AUTO, ALWAYS, NEVER = "auto", "always", "never"
FAILED, INTERRUPTED, BROKEN_PIPE = (
    2,
    130,
    141,
)  # exit codes; the last two are a shell's for a program that a signal ended


class ClosedError(Exception):
    """The reader of standard output has gone away, as after `| head`."""


class WriteError(Exception):
    """Standard output cannot be written to; the text says why."""


def write(text: str) -> None:
    """Print to standard output. What its encoding does not have is escaped. Raises ClosedError and WriteError."""
    if not text:
        return
    stream = sys.stdout
    if stream is None:
        raise WriteError("cannot write: standard output is closed")
    try:
        lenient(stream)
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        raise ClosedError from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise WriteError(f"cannot write to standard output: {said}") from None


def pacify() -> None:
    """Discard what is left in the buffer of standard output, so that Python does not fail on it at exit."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError, AttributeError):
        pass


def guarded(work: Callable[[], int]) -> int:
    """Do some work and return its exit code, without a traceback whatever happens."""
    try:
        code = work()
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        complain("interrupted")
        return INTERRUPTED
    except (ClosedError, BrokenPipeError):
        pacify()
        return BROKEN_PIPE
    except WriteError as error:
        pacify()
        complain(str(error))
        return FAILED
    except Exception as error:
        complain(bug(error))
        return FAILED


def is_terminal(stream: TextIO | None = None) -> bool:
    """Return whether a stream is a terminal; standard output if none is given."""
    stream = stream or sys.stdout
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def painter(choice: str) -> Paint:
    """Return a function that colours texts, or leaves them as they are, for one of COLOURS."""
    if not coloured(choice):
        return unpainted
    from joblint.cli import colours

    return colours.painter()


def look(choice: str) -> Look:
    """Return the look of a report on standard output. Rules are links if the terminal shows colours and links."""
    if not coloured(choice):
        return Look(width=width(WIDTH))
    from joblint.cli import colours

    links = colours.shows_links(is_terminal())
    return Look(painter(choice), width(WIDTH), colours.linker() if links else str)


def coloured(choice: str) -> bool:
    """Return whether to use colours: what `choice` says, or with AUTO the environment and the terminal."""
    if choice != AUTO:
        return choice == ALWAYS
    get = os.environ.get
    if get("NO_COLOR"):
        return False
    if get("FORCE_COLOR", "0") not in ("", "0") or get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return get("CLICOLOR") != "0" and get("TERM") != "dumb" and is_terminal()


def width(default: int) -> int:
    """Return the columns of the terminal, or `default` if standard output is not one, even if COLUMNS is set."""
    if not is_terminal():
        return default
    try:
        told = int(os.environ.get("COLUMNS", ""))
    except ValueError:
        told = 0
    if told > 0:
        return told
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or default
    except (OSError, ValueError, AttributeError):
        return default
