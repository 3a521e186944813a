"""How far a long run is, on a line of the terminal that is taken away again."""

import os
import sys
import time
from collections.abc import Callable
from typing import TextIO

from joblint.cli.inputs import Silent
from joblint.report import counted

AFTER = 1.0  # seconds before the first sign: a short run shows nothing
_EVERY = 0.1  # seconds between two signs
_BAR = 24  # columns
_ROOM = 64  # columns that a line may take: in a narrower terminal it would break, and half of it would stay
_ERASE = "\r\x1b[K"


class Progress(Silent):
    """A line of the terminal. `tick` says how far things are; `clear` takes the line away."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self.stream, self.clock = stream, clock
        self.next, self.shown = clock() + AFTER, False

    def tick(self, what: str, done: int, total: int) -> None:
        """Show it, if it is time to."""
        now = self.clock()
        if now >= self.next:
            self.next = now + _EVERY
            self._write(_ERASE + line(what, done, total))
            self.shown = True

    def clear(self) -> None:
        """Take the line away."""
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
    """`[######------------------] 1,000 of 4,000 files judged`; without a bar where the total is not known."""
    if not total:
        return f"{counted(done, 'file')} {what}"
    full = _BAR * min(done, total) // total
    return f"[{'#' * full}{'-' * (_BAR - full)}] {done:,} of {counted(total, 'file')} {what}"


def start() -> Silent:
    """A line on standard error, a terminal; a silent one in CI, and where the terminal cannot erase or is narrow."""
    stream = sys.stderr
    if os.environ.get("CI") or os.environ.get("TERM") in (None, "", "dumb") or _columns(stream) < _ROOM:
        return Silent()
    return Progress(stream)


def _columns(stream: TextIO) -> int:
    """How wide a terminal is; 0 where it does not say."""
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError, AttributeError):
        return 0
