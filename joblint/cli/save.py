"""Reports in files, which are written as a whole or not at all."""

import errno
import os
import select
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from joblint.kube.nearest import nearest
from joblint.manifests import disk
from joblint.manifests.boundary import check_link
from joblint.project.rewrite import check_names, replace
from joblint.report import FORMATS, Look, Run, stderr

_OF_THE_SHELL = (*disk.STREAMS, "/dev/stdout", "/dev/stderr")
PATIENCE = 30.0  # seconds in which a program must start, and continue, to read a FIFO
_LOOK = 0.05  # seconds between two attempts to open it
_STREAM = os.O_WRONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def parse(word: str) -> tuple[str, str]:
    """Return the format and the file of `FORMAT=FILE`. Raises ValueError, also if the file's directory is missing."""
    format_, equals, path = word.partition("=")
    if equals and format_ not in FORMATS:
        meant = nearest(format_, FORMATS)
        hint = f"did you mean `{meant}={path}`?" if meant else f"the formats are {', '.join(FORMATS)}"
        raise ValueError(f"{word}: `{format_}` is not a format; {hint}")
    if not path:
        raise ValueError(f"`{word}` is not FORMAT=FILE; the formats are {', '.join(FORMATS)}")
    if path == "-":
        raise ValueError(f"{word}: standard output is for the report of --format; name a file")
    wrong = no_room(path)
    if wrong:
        raise ValueError(f"{word}: {wrong}")
    if _holds_other_text(path):
        raise ValueError(f"{word}: the file exists and is not a joblint report; not overwritten")
    return format_, path


def no_room(path: str) -> str:
    """Return why no file can be written at a path, as far as directories show it, or an empty text."""
    directory = os.path.dirname(path) or os.curdir
    if os.path.isdir(path):
        return "this is a directory; name a file"
    return "" if os.path.isdir(directory) else f"the directory `{directory}` does not exist"


def _holds_other_text(path: str) -> bool:
    """Return whether a file has anything but a report: then it was named by mistake."""
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode) or not status.st_size:
            return False
        from joblint.report.recognize import START, is_report

        start = disk.read_start(path, START)
    except (OSError, ValueError, disk.ReadError):  # what cannot be read is reported when it is written
        return False
    return bool(start.strip()) and not is_report(start.decode("utf-8", "replace"))


def parse_all(words: Sequence[str]) -> list[tuple[str, str]]:
    """Return the formats and files of several words, each with its own file. Raises ValueError."""
    found: list[tuple[str, str]] = []
    taken: set[str] = set()
    for format_, path in map(parse, words):
        real = os.path.realpath(path)
        if real in taken and (os.path.isfile(real) or not os.path.exists(real)):  # a pipe takes several
            raise ValueError(f"{format_}={path}: another report is written to the same file")
        taken.add(real)
        found.append((format_, path))
    return found


def choices(incomplete: str) -> Iterator[str]:
    """Yield the completions of `FORMAT=FILE`: the formats, or files and directories after a format."""
    format_, given, path = incomplete.partition("=")
    if not given:
        yield from (f"{name}=" for name in FORMATS if name.startswith(incomplete))
        return
    directory, start = os.path.split(path)
    try:
        entries = sorted(os.scandir(directory or os.curdir), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(start):
            yield f"{format_}={os.path.join(directory, entry.name)}{'/' if entry.is_dir() else ''}"


def reports(run: Run, outputs: Sequence[tuple[str, str]]) -> bool:
    """Write a report in each format to its file. Print an error for each that fails, and then return False."""
    from joblint.report.rendered import rendered

    saved = True
    for format_, path in outputs:
        try:
            save(path, rendered(run, format_, Look()))
        except OSError as error:
            stderr.complain(f"--output {format_}={path}: {disk.reason(error)}")
            saved = False
    return saved


def save(path: str, pieces: Iterable[str]) -> None:
    """Write text to a file, as UTF-8. An existing file is replaced at once and keeps its mode; a link stays a link.

    A pipe or a terminal is written to if a program reads it. Raises OSError: also for a link out of the tree, a file
    with several names, and a disk.
    """
    try:
        status = os.stat(path)
    except FileNotFoundError:
        status = None
    if status is not None and not stat.S_ISREG(status.st_mode):
        _stream(path, status.st_mode, pieces)
        return
    check_link(path)
    if status is not None:
        if not os.access(path, os.W_OK):
            raise PermissionError(13, "Permission denied", path)
        check_names(status)
    replace(os.path.realpath(path), _bytes(pieces), status)


def _stream(path: str, mode: int, pieces: Iterable[str]) -> None:
    """Write to something that is not a file. Raises OSError if this would have to wait."""
    if stat.S_ISBLK(mode) or stat.S_ISSOCK(mode):
        raise OSError(f"this {disk.not_regular(mode).partition(';')[0]}; name a file")
    descriptor = _opened(path, stat.S_ISFIFO(mode))
    waits = os.name != "posix" or path.startswith(_OF_THE_SHELL)  # the user chose the reader of those
    if waits and os.name == "posix":
        os.set_blocking(descriptor, True)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        for piece in _bytes(pieces):
            _all(file, piece, waits)


def _opened(path: str, fifo: bool) -> int:
    """Open something that is not a file. The reader of a FIFO may come a little later. Raises OSError."""
    last = time.monotonic() + PATIENCE
    while True:
        try:
            return os.open(path, _STREAM)
        except OSError as error:
            if not fifo or error.errno != errno.ENXIO:
                raise
        if time.monotonic() > last:
            raise OSError(f"this is a FIFO, and no program read it for {PATIENCE:g} seconds")
        time.sleep(_LOOK)


def _all(file: IO[bytes], data: bytes, waits: bool) -> None:
    """Write all data. Unless `waits` is set, wait at most PATIENCE for each part. Raises OSError."""
    left = memoryview(data)
    while left:
        if not waits and not select.select([], [file], [], PATIENCE)[1]:
            raise OSError(f"no program read it for {PATIENCE:g} seconds")
        left = left[file.write(left) or 0 :]


def _bytes(pieces: Iterable[str]) -> Iterable[bytes]:
    return (piece.encode("utf-8", "backslashreplace") for piece in pieces)
