"""Paths as hosts want them: from the top of the repository, with slashes, and as URIs."""

import os
from collections.abc import Callable

_PLAIN = "/-._~!$&'()*+,;=@"  # stand in the path of a URI as they are (RFC 3986); `:` is escaped


def namer() -> Callable[[str], str]:
    """Gives a file's path from the top of the repository that the current directory is in, with slashes.

    Without a repository it is the path from the current directory. A path outside is given as it is; so is what is no
    path (`<stdin>`).
    """
    here = os.path.realpath(os.getcwd())
    top = _top(here)

    def name(path: str) -> str:
        if path.startswith("<"):
            return path
        whole = os.path.normpath(os.path.join(here, path))
        inside = os.path.relpath(whole, top) if _same_drive(whole, top) else ".."
        return (path if inside.split(os.sep, 1)[0] == os.pardir else inside).replace(os.sep, "/")

    return name


def _top(here: str) -> str:
    """The nearest directory upwards that holds `.git`, which is a file in a work tree of its own; else this one."""
    at = here
    while not os.path.exists(os.path.join(at, ".git")):
        above = os.path.dirname(at)
        if above == at:
            return here
        at = above
    return at


def _same_drive(one: str, other: str) -> bool:
    return os.path.splitdrive(one)[0].lower() == os.path.splitdrive(other)[0].lower()


def uri(path: str) -> str:
    """A path with slashes as a URI: relative, or of the scheme `file` where it is absolute. All bytes are escaped."""
    from urllib.parse import quote

    quoted = quote(path.encode("utf-8", "surrogateescape"), safe=_PLAIN)
    if path.startswith("/"):
        return f"file://{quoted}"
    return f"file:///{quoted}" if path[1:3] == ":/" else quoted
