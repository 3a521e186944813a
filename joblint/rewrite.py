"""Write a changed file back: whole or not at all, in its own encoding, with its own mode."""

import contextlib
import os
import tempfile

from joblint.source import BOMS, NotText, decode


class Changed(OSError):
    """The file is no longer what was judged."""


def rewrite(path: str, before: str, after: str) -> None:
    """Replace the text of a file. A link stays a link: what it leads to is replaced.

    `before` is the text that was judged, without a byte order mark. Raises OSError, and Changed (one too) where the
    file has another text by now.
    """
    real = os.path.realpath(path)
    with open(real, "rb") as file:
        data, mode = file.read(), os.fstat(file.fileno()).st_mode
    mark, encoding = next(((mark, name) for mark, name in BOMS if data.startswith(mark)), (b"", "utf-8"))
    try:
        current = decode(data).removeprefix("\ufeff")
    except NotText:
        current = ""
    if current != before:
        raise Changed("it has been changed in the meantime; nothing was written")
    if not os.access(real, os.W_OK):
        raise PermissionError(13, "Permission denied", path)
    _replace(real, mark + after.encode(encoding, "surrogatepass"), mode)


def _replace(path: str, data: bytes, mode: int) -> None:
    """Write beside the file, then let the new one take its place."""
    handle, name = tempfile.mkstemp(prefix=".joblint-", dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode & 0o7777)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
