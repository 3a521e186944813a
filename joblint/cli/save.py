"""A report in a file: whole or not at all."""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence

from joblint import walk
from joblint.cli import output
from joblint.report import FORMATS, Run
from joblint.rewrite import replace


def parse(word: str) -> tuple[str, str]:
    """The format and the file of `FORMAT=FILE`. Raises ValueError, also where there is no directory for the file."""
    format_, _, path = word.partition("=")
    if format_ not in FORMATS or not path:
        raise ValueError(f"`{word}` is not FORMAT=FILE; the formats are {', '.join(FORMATS)}")
    if path == "-":
        raise ValueError(f"{word}: standard output has the report that --format asks for")
    directory = os.path.dirname(path) or os.curdir
    if not os.path.isdir(directory):
        raise ValueError(f"{word}: there is no directory `{directory}`")
    if os.path.isdir(path):
        raise ValueError(f"{word}: that is a directory")
    return format_, path


def parse_all(words: Sequence[str]) -> list[tuple[str, str]]:
    """Several of them, each with a file of its own. Raises ValueError."""
    found: list[tuple[str, str]] = []
    taken: set[str] = set()
    for format_, path in map(parse, words):
        real = os.path.realpath(path)
        if real in taken and (os.path.isfile(real) or not os.path.exists(real)):  # a pipe takes several
            raise ValueError(f"{format_}={path}: another report goes to that file")
        taken.add(real)
        found.append((format_, path))
    return found


def choices(incomplete: str) -> Iterator[str]:
    """What `FORMAT=FILE` may go on with: the formats, and behind one the files and directories."""
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
    """Write each report, a format, into its file; one that cannot be is told, and the answer is False."""
    from joblint.cli.run import rendered

    saved = True
    for format_, path in outputs:
        try:
            save(path, rendered(run, format_, output.painter(output.NEVER)))
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
        status = os.stat(path)
    except FileNotFoundError:
        status = None
    if status is not None and not stat.S_ISREG(status.st_mode):
        with open(path, "wb") as file:
            file.writelines(_bytes(pieces))
        return
    if status is not None and not os.access(path, os.W_OK):
        raise PermissionError(13, "Permission denied", path)
    replace(real, _bytes(pieces), status)


def _bytes(pieces: Iterable[str]) -> Iterable[bytes]:
    return (piece.encode("utf-8", "backslashreplace") for piece in pieces)
