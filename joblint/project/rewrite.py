"""Write a changed file back: whole or not at all, in its own encoding, with its own mode."""

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Callable, Iterable

from joblint.manifests.disk import FLAGS
from joblint.manifests.source import BOMS, NotText, decode

_CHANGED = "it has been changed in the meantime; nothing was written"


_MOUNTED = "it is mounted on its own, and cannot be replaced: mount its directory; nothing was written"
_LINKED = "it is a hard link: under its other name it would keep the old text; nothing was written"


class Changed(OSError):
    """The file is no longer what was judged."""


def rewrite(path: str, before: str, after: str) -> None:
    """Replace the text of a file, by its real path: a link that has taken its place since is left alone.

    `before` is the text that was judged, without a byte order mark. Raises OSError, and Changed (one too) where the
    file has another text by now. A file with several names (hard links) is left alone: replaced, it would lose its
    twins, and written in place it could be left half-written.
    """
    data, status = _read(path)
    mark, encoding = next(((mark, name) for mark, name in BOMS if data.startswith(mark)), (b"", "utf-8"))
    if not _holds(data, before):
        raise Changed(_CHANGED)
    if not os.access(path, os.W_OK):
        raise PermissionError(13, "Permission denied", path)

    def unchanged() -> None:
        now, is_now = _read(path)
        if now != data or (is_now.st_dev, is_now.st_ino) != (status.st_dev, status.st_ino):
            raise Changed(_CHANGED)

    replace(path, [mark + after.encode(encoding, "surrogatepass")], status, unchanged)


def _read(path: str) -> tuple[bytes, os.stat_result]:
    """A regular file, and what it is. Raises OSError."""
    if os.path.realpath(path) != path:
        raise Changed(_CHANGED)
    descriptor = os.open(path, FLAGS)  # which waits for nothing: by now it may be a FIFO
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Changed(_CHANGED)
        check_names(status)
        return file.read(), status


def check_names(status: os.stat_result) -> None:
    """That a file has one name only. Raises OSError."""
    if status.st_nlink > 1:
        raise OSError(_LINKED)


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
            _give(part, path, status)
        last()
        os.replace(part, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(part)
        if error.errno == errno.EBUSY and os.path.ismount(path):  # a file can be one in a container
            raise OSError(_MOUNTED) from None
        raise
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise


def _mask() -> int:
    """The process's umask, which can only be asked for by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _give(path: str, before: str, status: os.stat_result) -> None:
    """Give a file the owner, the mode and the extended attributes of another, as far as that is allowed."""
    made = os.stat(path)
    if hasattr(os, "chown") and (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
        with contextlib.suppress(OSError):
            os.chown(path, status.st_uid, status.st_gid)
    os.chmod(path, status.st_mode & 0o7777)  # after the owner: another one takes bits away
    if hasattr(os, "listxattr"):  # Linux: labels of SELinux, access control lists
        with contextlib.suppress(OSError):
            for name in os.listxattr(before):
                with contextlib.suppress(OSError):
                    os.setxattr(path, name, os.getxattr(before, name))
