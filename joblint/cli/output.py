"""Standard output and standard error: what can go wrong there, and whether it is a terminal with colours."""

import os
import sys
from collections.abc import Callable
from typing import TextIO

from joblint.report import WIDTH, Look, Paint, unpainted
from joblint.report.stderr import bug, complain, lenient

COLOURS = AUTO, ALWAYS, NEVER = "auto", "always", "never"
FAILED, INTERRUPTED, BROKEN_PIPE = 2, 130, 141  # the last two as a shell says it of a program that a signal ended


class ClosedError(Exception):
    """Nobody reads standard output any more: as after `| head`."""


class WriteError(Exception):
    """Standard output takes nothing, for the reason given."""


def write(text: str) -> None:
    """Print to standard output. What its encoding cannot hold is escaped. Raises ClosedError, WriteError."""
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
    """Have what is left in the buffer of standard output go nowhere, so that Python does not fail on it at the end."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError, AttributeError):
        pass


def guarded(work: Callable[[], int]) -> int:
    """The exit code of some work: never a traceback, whatever happens in it."""
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
    """Whether a stream is a terminal; standard output if none is given."""
    stream = stream or sys.stdout
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def painter(choice: str) -> Paint:
    """How to colour, for one of COLOURS."""
    if not coloured(choice):
        return unpainted
    from joblint.cli import colours

    return colours.painter()


def look(choice: str) -> Look:
    """How a report on standard output looks. Rules are links where there are colours and the terminal shows links."""
    if not coloured(choice):
        return Look(width=width(WIDTH))
    from joblint.cli import colours

    links = colours.shows_links(is_terminal())
    return Look(painter(choice), width(WIDTH), colours.linker() if links else str)


def coloured(choice: str) -> bool:
    """Whether to use colours: as `choice` says, and with AUTO as the environment and the terminal say."""
    if choice != AUTO:
        return choice == ALWAYS
    get = os.environ.get
    if get("NO_COLOR"):
        return False
    if get("FORCE_COLOR", "0") not in ("", "0") or get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return get("CLICOLOR") != "0" and get("TERM") != "dumb" and is_terminal()


def width(default: int) -> int:
    """How many columns the terminal has; `default` where standard output is none, whatever COLUMNS says."""
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
