"""Write a changed file back: completely or not at all, in its own encoding, with its own mode."""

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Callable, Iterable

from joblint.manifests.disk import FLAGS
from joblint.manifests.source import BOMS, NotText, decode

_CHANGED = "the file has changed in the meantime; nothing was written"


_MOUNTED = "the file is a mount point and cannot be replaced: mount its directory instead; nothing was written"
_LINKED = "the file has hard links, which would keep the old text; nothing was written"


class Changed(OSError):
    """Raised if the file is no longer what was checked."""


def rewrite(path: str, before: str, after: str) -> None:
    """Replace the text of a file, given by its real path; a link that has replaced it since is not followed.

    `before` is the text that was checked, without a byte order mark. Raises OSError, in particular Changed if the file
    has another text by now. A file with hard links is not written: replacing it would separate it from its other names,
    and writing in place could leave it half-written.
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
    """Return the bytes and the status of a regular file. Raises OSError."""
    if os.path.realpath(path) != path:
        raise Changed(_CHANGED)
    descriptor = os.open(path, FLAGS)  # does not block: by now it may be a FIFO
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Changed(_CHANGED)
        check_names(status)
        return file.read(), status


def check_names(status: os.stat_result) -> None:
    """Check that a file has only one name. Raises OSError."""
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
    """Write a new file next to a file, then replace it, with the owner and mode of `status`, if any.

    `last` is called in between: if it raises, the old file stays as it is. Raises OSError.
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
        if error.errno == errno.EBUSY and os.path.ismount(path):  # in a container, a file can be a mount point
            raise OSError(_MOUNTED) from None
        raise
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise


def _mask() -> int:
    """Return the process's umask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _give(path: str, before: str, status: os.stat_result) -> None:
    """Copy the owner, the mode and the extended attributes of a file to another, as far as that is allowed."""
    made = os.stat(path)
    if hasattr(os, "chown") and (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
        with contextlib.suppress(OSError):
            os.chown(path, status.st_uid, status.st_gid)
    os.chmod(path, status.st_mode & 0o7777)  # after the owner: changing that clears bits
    if hasattr(os, "listxattr"):  # Linux: labels of SELinux, access control lists
        with contextlib.suppress(OSError):
            for name in os.listxattr(before):
                with contextlib.suppress(OSError):
                    os.setxattr(path, name, os.getxattr(before, name))
