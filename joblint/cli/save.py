"""A report in a file: whole or not at all."""

import os
import stat
from collections.abc import Iterable, Sequence

from joblint import walk
from joblint.cli import output
from joblint.report import Run


def reports(run: Run, outputs: Sequence[tuple[str, str]]) -> bool:
    """Write each report, a format, into its file; one that cannot be is told, and the answer is False."""
    from joblint.cli.run import rendered

    saved = True
    for format_, path in outputs:
        try:
            save(path, rendered(run, format_, output.painter("never")))
        except OSError as error:
            output.complain(f"--output {format_}={path}: {walk.reason(error)}")
            saved = False
    return saved


def save(path: str, pieces: Iterable[str]) -> None:
    """Write text, as UTF-8. What stands there before is replaced at once, with its mode kept; a link stays a link.

    What is no file (a pipe, a device) is written to. Raises OSError.
    """
    real = os.path.realpath(path)
    try:
        mode = os.stat(real).st_mode
    except FileNotFoundError:
        mode = None
    if mode is not None and not stat.S_ISREG(mode):
        with open(path, "wb") as file:
            file.writelines(_bytes(pieces))
        return
    if mode is not None and not os.access(real, os.W_OK):
        raise PermissionError(13, "Permission denied", path)
    part = os.path.join(os.path.dirname(real), f".joblint-{os.getpid()}-{os.path.basename(real)}"[:200])
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(handle, "wb") as file:
            file.writelines(_bytes(pieces))
        if mode is not None:
            os.chmod(part, stat.S_IMODE(mode))
        os.replace(part, real)
    except BaseException:
        _remove(part)
        raise


def _bytes(pieces: Iterable[str]) -> Iterable[bytes]:
    return (piece.encode("utf-8", "backslashreplace") for piece in pieces)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass
