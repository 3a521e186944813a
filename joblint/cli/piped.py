"""A warning if something was piped to `joblint check` without the `-` that makes it read standard input."""

import os
import stat
import sys

from joblint.manifests.relevance import file_may_hold_job
from joblint.report import stderr

_PEEKED = 1 << 16  # bytes of a file that are looked at
MESSAGE = "this checks the current directory and ignores standard input; to check that, run `joblint check -`"


def warn() -> None:
    """Print a warning if no path was given and standard input has something. This never waits.

    A pipe counts if it has data now, or if a program may still write to it and standard error is a terminal: the output
    of a `helm template` before the `|` comes a second later. Without a terminal, ssh or the program that runs joblint
    may have left the pipe open. A file counts if it may have a Job, because it may be the input of a shell's loop.
    Nothing is printed in CI, where runners give the rest of a script to every command as its standard input.
    """
    if not os.environ.get("CI") and _has_data():
        stderr.complain(MESSAGE)


def _has_data() -> bool:
    try:
        number = sys.stdin.fileno()
        mode = os.fstat(number).st_mode
        if stat.S_ISFIFO(mode):
            return _waiting(number) > 0 or (sys.stderr.isatty() and _has_writer(number))
        return stat.S_ISREG(mode) and _holds_a_job(number)
    except (OSError, ValueError, AttributeError):  # closed, or not a file at all
        return False


def _waiting(number: int) -> int:
    """Return how many bytes are in a pipe, or 0 if the system cannot tell."""
    try:
        import fcntl
        import struct
        import termios
    except ImportError:  # Windows
        return 0
    count: int = struct.unpack("i", fcntl.ioctl(number, termios.FIONREAD, b"\0" * 4))[0]
    return count


def _has_writer(number: int) -> bool:
    """Return whether a program has the other end of a pipe open, or False if the system cannot tell."""
    import select

    if not hasattr(select, "poll"):
        return False
    asked = select.poll()
    asked.register(number, select.POLLIN)
    return not any(events & select.POLLHUP for _, events in asked.poll(0))


def _holds_a_job(number: int) -> bool:
    """Return whether the unread rest of a file may have a Job. The position in the file does not change."""
    if not hasattr(os, "pread"):
        return False
    return file_may_hold_job(os.pread(number, _PEEKED, os.lseek(number, 0, os.SEEK_CUR)))
