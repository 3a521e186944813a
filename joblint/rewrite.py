"""Write a changed file back: whole or not at all, in its own encoding, with its own mode."""

import contextlib
import os
import tempfile

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
    _replace(real, data, mark + after.encode(encoding, "surrogatepass"), status)


def _holds(data: bytes, text: str) -> bool:
    try:
        return decode(data).removeprefix("\ufeff") == text
    except NotText:
        return False


def _replace(path: str, old: bytes, new: bytes, status: os.stat_result) -> None:
    """Write beside the file, then let the new one take its place, unless the old one has been changed meanwhile."""
    handle, name = tempfile.mkstemp(prefix=".joblint-", dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        _give(name, status)
        with open(path, "rb") as file:
            if file.read() != old:
                raise Changed(_CHANGED)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _give(path: str, status: os.stat_result) -> None:
    """Give a file the owner, where that is allowed, and the mode of another."""
    made = os.stat(path)
    if hasattr(os, "chown") and (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
        with contextlib.suppress(OSError):
            os.chown(path, status.st_uid, status.st_gid)
    os.chmod(path, status.st_mode & 0o7777)  # the last: another owner takes bits away
