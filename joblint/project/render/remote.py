"""Recognize what kustomize would fetch: the spellings of remote resources, in the releases from 2.0 (kubectl 1.14) on.

Source: sigs.k8s.io/kustomize/api v0.21.3, internal/git/repospec.go (a base) and internal/loader/fileloader.go (a file),
and the longer lists of before 5.0 (`gh:`, `git::`, `host/path//sub`). More is remote here than there: a path that is
local is written with `./` in front of it before kustomize sees it, which every release reads as a file.
"""

import re

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")  # of two letters at least: `C:` is a drive
_USER = re.compile(r"[A-Za-z0-9._-]+@[^/\\]*[/:]")  # user@host:path, user@host/path
_HOST = re.compile(r"(?:www\.)?(?:github\.com|bitbucket\.org|gitlab\.com)[/:]", re.IGNORECASE)
_HTTP = re.compile(r"\s*https?:", re.IGNORECASE)


def is_remote(path: str) -> bool:
    """Check whether a path names something on another machine, or uses git or HTTP to read what is on this one.

    This includes a file whose name has a colon in its first part: write `./` in front of it.
    """
    path = path.strip()
    return any(pattern.match(path) for pattern in (_SCHEME, _USER, _HOST))


def is_remote_text(text: str) -> bool:
    """Check the same for a text that may also be a patch instead of the path of one: `kind: Job` is not a URL."""
    return _HTTP.match(text) is not None or (": " not in text and "\n" not in text and is_remote(text))
