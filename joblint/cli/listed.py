"""The option --files-from: paths from a file or standard input, used like arguments."""

import os
import re
import sys
from collections.abc import Mapping
from typing import Any

import click

from joblint.cli import terminal
from joblint.cli.inputs import STDIN
from joblint.manifests import disk

_MOST = disk.MAX_BYTES  # half a million paths
# The first line of YAML or JSON: a key, the dash of an item, a document's start, a bracket.
_YAML = re.compile(rb"[\w./-]+:(?:\s|$)|- |---\s*$|[\[{]")
_UTF8, _UTF16 = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")  # marks at the start of a text
OPTIONS = (
    click.option(
        "--files-from",
        metavar="LIST",
        type=click.Path(allow_dash=True),
        help="Also check the paths in a file, one per line or separated by NUL; a dash is standard input.",
    ),
    click.option("-z", "--null", is_flag=True, help="Paths in --files-from end with NUL, even if there is only one."),
)


def with_listed(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the values of the options, with the listed paths after the arguments. Raises click.UsageError."""
    name = given["files_from"]
    if name is None:
        if given["null"]:
            raise click.UsageError("--null requires --files-from")
        return given
    if name == STDIN and STDIN in given["paths"]:
        raise click.UsageError(
            "`-` cannot be combined with `--files-from -`: standard input is either a manifest or a list of paths"
        )
    if name != STDIN and os.path.isdir(name):
        raise click.UsageError(f"--files-from {name}: this is a directory; to check it, pass it without --files-from")
    if name == STDIN and not given["quiet"]:
        terminal.announce("a list of paths")
    try:
        data = _read(name)
        listed = paths(data, given["null"])
    except OSError as error:
        raise click.UsageError(f"--files-from {name}: {disk.reason(error)}") from None
    except (disk.ReadError, ValueError) as error:
        raise click.UsageError(f"--files-from {name}: {error}") from None
    if listed and _is_yaml(data, listed[0]):
        how = "pass `-`" if name == STDIN else "pass it without --files-from"
        raise click.UsageError(f"--files-from {name}: this is YAML and not a list of paths; to check it, {how}")
    return {**given, "paths": (*given["paths"], *listed)}


def _is_yaml(data: bytes, first: str) -> bool:
    """Return whether a list is YAML or JSON: its first line looks like it, and its `first` path does not exist."""
    lines = (line for line in data.removeprefix(_UTF8).splitlines() if line.strip() and not line.startswith(b"#"))
    line = next(lines, b"")
    return b"\0" not in data and _YAML.match(line) is not None and not os.path.lexists(first)


def paths(data: bytes, null: bool = False) -> list[str]:
    """Return the paths in a list: separated by NUL if it has one or `null` is set, or else by lines. Raises ValueError.

    A name that is not text in the encoding of the file system is kept byte for byte.
    """
    if data.startswith(_UTF16):
        raise ValueError("the list is UTF-16; it must be UTF-8 or the encoding of the file system")
    data = data.removeprefix(_UTF8)
    if null or b"\0" in data:
        parts = data.split(b"\0")
    else:
        parts = data.split(b"\n")
        if all(part.endswith(b"\r") for part in parts if part):  # if only some lines have one, it is part of a name
            parts = [part.removesuffix(b"\r") for part in parts]
    return [_path(part) for part in parts if part]


def _path(part: bytes) -> str:
    path = os.fsdecode(part)
    return os.path.join(os.curdir, path) if path == STDIN else path  # in a list, `-` is the name of a file


def _read(name: str) -> bytes:
    """Return the content of the list. Raises OSError and ReadError."""
    if name != STDIN:
        data = disk.read_start(name, _MOST + 1)
    elif sys.stdin is None:
        raise disk.ReadError("standard input is closed")
    else:
        data = sys.stdin.buffer.read(_MOST + 1)
    if len(data) > _MOST:
        raise disk.ReadError(f"the list has more than {_MOST >> 20} MiB")
    return data
