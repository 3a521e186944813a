"""The values that charts are rendered with in addition to their own: files, and settings of the command line.

helm would fetch a file from a URL, and read `-` from standard input (pkg/cli/values/options.go); it gets copies of the
files read here. `--set` and `--set-string` cannot name files (pkg/strvals); `--set-file` can, so joblint lacks it.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from joblint.manifests import disk
from joblint.project.render.bounds import Bounds
from joblint.project.render.contained import RenderError, write_copy
from joblint.project.render.remote import is_remote


class Values(NamedTuple):
    """Files, each with its path as the user named it, and the texts for helm's `--set` and `--set-string`."""

    files: tuple[tuple[str, bytes], ...] = ()
    settings: tuple[str, ...] = ()
    strings: tuple[str, ...] = ()


def load(paths: Sequence[str], settings: Sequence[str], strings: Sequence[str]) -> Values:
    """Read each file once, because it may be a pipe from a shell. Raises RenderError, which names the file."""
    return Values(tuple((path, _read(path)) for path in paths), tuple(settings), tuple(strings))


def arguments(values: Values, made: str) -> tuple[list[str], dict[str, str]]:
    """Return the arguments for helm, and the name of each file by the path of its copy in the workplace of a run.

    Each argument has its value after a `=`, so that no value is read as another option. Raises RenderError.
    """
    copies = {os.path.join(made, f"values-{number}.yaml"): one for number, one in enumerate(values.files)}
    for copy, (path, data) in copies.items():
        write_copy(copy, data, path)
    return list(_words(values, copies)), {copy: path for copy, (path, _) in copies.items()}


def _words(values: Values, copies: dict[str, tuple[str, bytes]]) -> Iterator[str]:
    for copy in copies:
        quoted = copy.replace('"', '""')  # helm reads a list as CSV
        yield f'--values="{quoted}"'
    yield from (f"--set={text}" for text in values.settings)
    yield from (f"--set-string={text}" for text in values.strings)


def _read(path: str) -> bytes:
    if path == "-":
        raise RenderError("values cannot be read from standard input: write them to a file", path)
    piped = path.startswith(disk.STREAMS)
    if not piped and is_remote(path):
        raise RenderError("is remote: joblint works without a network; keep a copy of it in the repository", path)
    if not piped:
        Bounds(path)  # a committed link must not lead to any file of the machine
    try:
        descriptor = os.open(path, disk.FLAGS)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                if not piped:
                    raise RenderError(disk.not_regular(status.st_mode), path)
                os.set_blocking(descriptor, True)
            return disk.read_stream(descriptor, status.st_size)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise RenderError(disk.reason(error), path) from None
    except disk.ReadError as error:
        raise RenderError(str(error), path) from None
