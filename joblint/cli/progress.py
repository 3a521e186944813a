"""The progress of a long run, on a line of the terminal that is erased at the end."""

import os
import sys
import time
from collections.abc import Callable
from typing import TextIO

from joblint.cli.inputs import Silent
from joblint.report import counted

AFTER = 1.0  # seconds before the line appears: a short run shows nothing
_EVERY = 0.1  # seconds between two updates
_BAR = 24  # columns
_ROOM = 64  # columns that a line may need: in a narrower terminal it would wrap, and half of it would not be erased
_ERASE = "\r\x1b[K"


class Progress(Silent):
    """A line of the terminal. `tick` updates it; `clear` erases it."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self.stream, self.clock = stream, clock
        self.next, self.shown = clock() + AFTER, False

    def tick(self, what: str, done: int, total: int) -> None:
        """Show the progress, if it is time for an update."""
        now = self.clock()
        if now >= self.next:
            self.next = now + _EVERY
            self._write(_ERASE + line(what, done, total))
            self.shown = True

    def clear(self) -> None:
        """Erase the line."""
        if self.shown:
            self._write(_ERASE)
            self.shown = False

    def _write(self, text: str) -> None:
        try:
            self.stream.write(text)
            self.stream.flush()
        except (OSError, ValueError):
            self.next = float("inf")  # the terminal has gone


def line(what: str, done: int, total: int) -> str:
    """Return `[######------------------] 1,000 of 4,000 files checked`, without a bar if the total is not known."""
    if not total:
        return f"{counted(done, 'file')} {what}"
    full = _BAR * min(done, total) // total
    return f"[{'#' * full}{'-' * (_BAR - full)}] {done:,} of {counted(total, 'file')} {what}"


def start() -> Silent:
    """Return the display for standard error, a terminal: a silent one in CI, or if it cannot erase or is narrow."""
    stream = sys.stderr
    if os.environ.get("CI") or os.environ.get("TERM") in (None, "", "dumb") or _columns(stream) < _ROOM:
        return Silent()
    return Progress(stream)


def _columns(stream: TextIO) -> int:
    """Return the width of a terminal, or 0 if it is not known."""
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError, AttributeError):
        return 0
