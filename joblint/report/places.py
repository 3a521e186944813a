"""Paths for hosts: from the top of the repository, with slashes, and as URIs."""

import os
from collections.abc import Callable

from joblint.manifests.boundary import repository

_PLAIN = "/-._~!$&'()*+,;=@"  # allowed in the path of a URI as they are (RFC 3986); `:` is escaped


def is_option(path: str) -> bool:
    """Return whether an error is about an option with its value (`--since main`), and not about a file."""
    return path.startswith("--")


def namer() -> Callable[[str], str]:
    """Return a function that gives a file's path from the top of the current repository, with slashes.

    Without a repository it is the path from the current directory. Paths outside, and names that are not paths
    (`<stdin>`, an option), are not changed.
    """
    here = _here()
    top = repository(here) or here

    def name(path: str) -> str:
        if not path or path.startswith("<") or is_option(path):
            return path
        whole = os.path.normpath(os.path.join(here, path))
        inside = _inside(whole, top) or _inside(_real(whole), top)  # a link may lead to the repository
        return (inside or path).replace(os.sep, "/")

    return name


def _inside(path: str, top: str) -> str:
    """Return a path relative to a directory, or an empty text if it is not in the directory."""
    return path.removeprefix(os.path.join(top, "")) if path.startswith(os.path.join(top, "")) else ""


def _real(path: str) -> str:
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))


def _here() -> str:
    try:
        return os.path.realpath(os.getcwd())
    except OSError:  # the current directory is gone
        return os.sep


def uri(path: str) -> str:
    """Return a path as a URI, relative, or of the scheme `file` if it is absolute. All bytes are escaped."""
    from urllib.parse import quote

    try:
        raw = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a name on Windows that is not text
        raw = path.encode("utf-8", "surrogatepass")
    quoted = quote(raw, safe=_PLAIN)
    if path.startswith("/"):
        return f"file://{quoted}"
    return f"file:///{quoted}" if path[1:3] == ":/" else quoted
