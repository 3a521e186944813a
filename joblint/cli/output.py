"""Standard output and standard error: what can go wrong there, and whether it is a terminal with colours."""

import os
import sys
from typing import TextIO

from joblint.report.visible import visible


class Closed(Exception):
    """Nobody reads standard output any more: as after `| head`."""


class CannotWrite(Exception):
    """Standard output takes nothing, for the reason given."""


def write(text: str) -> None:
    """Print to standard output. A character that its encoding cannot hold is escaped. Raises Closed and CannotWrite."""
    if not text:
        return
    stream = sys.stdout
    if stream is None:
        raise CannotWrite("cannot write: standard output is closed")
    try:
        _lenient(stream)
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        raise Closed from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise CannotWrite(f"cannot write to standard output: {said}") from None


def complain(message: str) -> None:
    """Print a line to standard error, if there is one."""
    stream = sys.stderr
    if stream is None:
        return
    try:
        _lenient(stream)
        stream.write(f"joblint: {visible(message)}\n")
        stream.flush()
    except (OSError, ValueError):
        pass


def pacify() -> None:
    """Have what is left in the buffer of standard output go nowhere, so that Python does not fail on it at the end."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError, AttributeError):
        pass


def bug(error: BaseException, path: str = "") -> str:
    """What to say when joblint itself is wrong: where, and what to do about it. With JOBLINT_DEBUG the traceback too."""
    if os.environ.get("JOBLINT_DEBUG"):
        import traceback

        traceback.print_exception(error)
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    about = f"{path}: " if path else ""
    if isinstance(error, MemoryError):
        return f"{about}out of memory"
    where = f" at {os.path.basename(at.tb_frame.f_code.co_filename)}:{at.tb_lineno}" if at is not None else ""
    said = " ".join(str(error).split())[:200]
    return f"{about}a bug in joblint, please report it with the file: {type(error).__name__}{where}: {said}"


def is_terminal() -> bool:
    """Whether standard output is a terminal."""
    try:
        return sys.stdout is not None and sys.stdout.isatty()
    except ValueError:
        return False


def coloured(choice: str) -> bool:
    """Whether to use colours: as `choice` says, and with "auto" as the environment and the terminal say."""
    if choice != "auto":
        return choice == "always"
    get = os.environ.get
    if get("NO_COLOR"):
        return False
    if get("FORCE_COLOR", "0") not in ("", "0") or get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return get("CLICOLOR") != "0" and get("TERM") != "dumb" and is_terminal()


def enable_colours() -> None:
    """Windows' own console has to be asked to understand colours."""
    if sys.platform == "win32":
        import colorama  # click brings it there

        colorama.just_fix_windows_console()


def width(default: int) -> int:
    """How many columns the terminal has."""
    try:
        return int(os.environ.get("COLUMNS", "")) or default
    except ValueError:
        pass
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or default
    except (OSError, ValueError, AttributeError):
        return default


def _lenient(stream: TextIO) -> None:
    if stream.errors != "backslashreplace" and hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")
