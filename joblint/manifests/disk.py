"""Reading files: regular files and pipes that are already open, up to a maximum size, without waiting."""

import os
import stat

from joblint.manifests import relevance
from joblint.manifests.languages import language_of

MAX_BYTES = 32 << 20  # a larger file that may have Jobs is an error: this is ten times what the API server reads
TOO_LARGE = f"larger than the {MAX_BYTES >> 20} MiB that joblint reads"
_LARGE = 16 << 20  # a larger file is searched piece by piece before it is read as a whole
_CHUNK = 1 << 20
# Shells pass `<(command)` as such a path; it is a pipe that is already open, so it does not block.
STREAMS = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
KINDS = {stat.S_IFIFO: "a FIFO", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}


class ReadError(Exception):
    """A file that cannot be read; the message says why."""


def read(path: str) -> bytes:
    """Return the bytes of a regular file or of an open pipe from the shell; empty for a large file without any Job.

    Raises OSError and ReadError. Never waits for a FIFO or a device.
    """
    descriptor = os.open(path, FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            if not path.startswith(STREAMS):
                raise ReadError(not_regular(status.st_mode))
            os.set_blocking(descriptor, True)
            return read_stream(descriptor)
        if status.st_size > _LARGE and not _mentions(descriptor, language_of(path)):
            return b""
        return read_stream(descriptor, status.st_size)
    finally:
        os.close(descriptor)


def read_stream(descriptor: int, size: int = 0) -> bytes:
    """Return all that is left to read; `size` is what is expected. Raises OSError, and ReadError beyond MAX_BYTES."""
    if size > MAX_BYTES:
        raise ReadError(TOO_LARGE)
    data = os.read(descriptor, size + 1)
    if len(data) == size > 0:
        return data
    parts, total = [data], len(data)
    while part := os.read(descriptor, _CHUNK):
        parts.append(part)
        total += len(part)
        if total > MAX_BYTES:
            raise ReadError(TOO_LARGE)
    return b"".join(parts)


def read_start(path: str, size: int) -> bytes:
    """Return the first `size` bytes of a regular file or of an open pipe from the shell.

    Raises OSError and ReadError. Never waits for a FIFO or a device.
    """
    descriptor = os.open(path, FLAGS)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            if not path.startswith(STREAMS):
                raise ReadError(not_regular(mode))
            os.set_blocking(descriptor, True)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(size)
    finally:
        os.close(descriptor)


def _mentions(descriptor: int, language: str) -> bool:
    """Return whether a file can have a Job; its pieces are searched one by one."""
    part = os.read(descriptor, _CHUNK)
    mentioned = relevance.file_may_hold_job(part, language)
    while not mentioned and part:
        mentioned = relevance.piece_may_hold_job(part, language)
        more = os.read(descriptor, _CHUNK)
        part = part[-relevance.OVERLAP :] + more if more else b""
    os.lseek(descriptor, 0, os.SEEK_SET)
    return mentioned


def reason(error: OSError) -> str:
    """Return the system's error message, starting in lower case as other messages do."""
    text = error.strerror or str(error)
    return text[:1].lower() + text[1:]


def not_regular(mode: int) -> str:
    """Return the message for something that is not a regular file."""
    kind = KINDS.get(stat.S_IFMT(mode), "not a regular file")
    return f"is {kind}; joblint only reads regular files, and standard input as `-`"
