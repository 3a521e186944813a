"""Whether something was piped to `joblint check` without the `-` that makes it read standard input."""

import os
import stat
import sys

from joblint.manifests.relevance import file_may_hold_job
from joblint.report import stderr

_PEEKED = 1 << 16  # bytes of a file that are looked at
MESSAGE = "this checks the current directory, and not standard input: `joblint check -` reads that"


def warn() -> None:
    """Say so if no path was given, and standard input has something that is not read. Nothing is waited for.

    A pipe counts if data is in it now, or if a program may still write to it and somebody looks at a terminal: what a
    `helm template` before the `|` prints comes a second later. Without a terminal such a pipe may be one that ssh or a
    program that runs joblint left open. A file counts if it may hold a Job, for a shell's loop may be reading it. Not
    in CI: runners give the rest of a script to every command as its standard input.
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
    """Return how many bytes are in a pipe; 0 where the system does not tell."""
    try:
        import fcntl
        import struct
        import termios
    except ImportError:  # Windows
        return 0
    count: int = struct.unpack("i", fcntl.ioctl(number, termios.FIONREAD, b"\0" * 4))[0]
    return count


def _has_writer(number: int) -> bool:
    """Return whether a program has the other end of a pipe open; False where the system does not tell."""
    import select

    if not hasattr(select, "poll"):
        return False
    asked = select.poll()
    asked.register(number, select.POLLIN)
    return not any(events & select.POLLHUP for _, events in asked.poll(0))


def _holds_a_job(number: int) -> bool:
    """Return whether what is left to read of a file may hold a Job. The place of the next read stays."""
    if not hasattr(os, "pread"):
        return False
    return file_may_hold_job(os.pread(number, _PEEKED, os.lseek(number, 0, os.SEEK_CUR)))
