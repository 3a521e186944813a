"""Write a changed file back: whole or not at all, in its own encoding, with its own mode."""

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterable

from joblint.source import BOMS, NotText, decode

_CHANGED = "it has been changed in the meantime; nothing was written"


class Changed(OSError):
    """The file is no longer what was judged."""


def rewrite(path: str, before: str, after: str) -> None:
    """Replace the text of a file. A link stays a link: what it leads to is replaced.

    `before` is the text that was judged, without a byte order mark. Raises OSError, and Changed (one too) where the
    file has another text by now.
    """
    real = os.path.realpath(path)
    with open(real, "rb") as file:
        data, status = file.read(), os.fstat(file.fileno())
    mark, encoding = next(((mark, name) for mark, name in BOMS if data.startswith(mark)), (b"", "utf-8"))
    if not _holds(data, before):
        raise Changed(_CHANGED)
    if not os.access(real, os.W_OK):
        raise PermissionError(13, "Permission denied", path)

    def unchanged() -> None:
        with open(real, "rb") as file:
            if file.read() != data:
                raise Changed(_CHANGED)

    replace(real, [mark + after.encode(encoding, "surrogatepass")], status, unchanged)


def _holds(data: bytes, text: str) -> bool:
    try:
        return decode(data).removeprefix("\ufeff") == text
    except NotText:
        return False


def replace(
    path: str, pieces: Iterable[bytes], status: os.stat_result | None, last: Callable[[], None] = lambda: None
) -> None:
    """Write beside a file, then let the new one take its place, with the owner and mode of `status`, if any.

    `last` is called in between: what it raises leaves the old file as it is. Raises OSError.
    """
    handle, part = tempfile.mkstemp(prefix=".joblint-", dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        if status is None:
            os.chmod(part, 0o666 & ~_mask())
        else:
            _give(part, status)
        last()
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise


def _mask() -> int:
    """The process's umask, which can only be asked for by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _give(path: str, status: os.stat_result) -> None:
    """Give a file the owner, where that is allowed, and the mode of another."""
    made = os.stat(path)
    if hasattr(os, "chown") and (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
        with contextlib.suppress(OSError):
            os.chown(path, status.st_uid, status.st_gid)
    os.chmod(path, status.st_mode & 0o7777)  # the last: another owner takes bits away
