"""The files of a repository as they were at a revision, read with git itself. Nothing is fetched or written."""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from joblint.cli.git_process import PARTIAL, GitError, Output, Silent, running
from joblint.disk import MAX_BYTES

_REGULAR = (b"100644", b"100755")
_HEAD = "HEAD"
_CHUNK = 1 << 20
_MAX_REFS = 1000  # that are looked at


class Blob(NamedTuple):
    """A file of a tree: its path from the top of the repository, and git's name of its content."""

    path: str
    name: bytes


class Repository:
    """A repository with a work tree; `top` is the work tree's directory."""

    def __init__(self, directory: str) -> None:
        """The repository that `directory` is in. Raises GitError."""
        self.top = os.fsdecode(_output(directory, "rev-parse", "--show-toplevel").removesuffix(b"\n"))

    def commit(self, ref: str) -> str:
        """The commit that `ref` names: a branch, a tag, `HEAD~2`, a hash. Raises GitError."""
        # `:x` is a file of the index, `:/x` a search, `HEAD:x` a file: no commits. The index would ask core.fsmonitor.
        if not ref or ref.startswith("-") or ":" in ref or not ref.isprintable():
            raise GitError(f"`{ref}` is not a valid revision: write a branch, a tag or a commit")
        try:
            found = _output(self.top, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
        except Silent:
            raise
        except GitError:
            raise GitError(f"there is no revision `{ref}`{self._meant(ref)}") from None
        return found.decode("ascii").strip()

    def fork(self, ref: str) -> str:
        """The commit at which `HEAD` left what `ref` names. Raises GitError."""
        commit = self.commit(ref)
        try:
            found = _output(self.top, "merge-base", commit, _HEAD)
        except Silent:
            raise
        except GitError:
            raise GitError(
                f"`{ref}` and `{_HEAD}` have no commit in common here; CI may need `fetch-depth: 0`"
            ) from None
        return found.decode("ascii").strip()

    def names(self) -> list[str]:
        """The short names of its branches and tags, some of them where there are many. Raises GitError."""
        found = _output(self.top, "for-each-ref", "--format=%(refname:short)", f"--count={_MAX_REFS}")
        return [_HEAD, *os.fsdecode(found).splitlines()]

    def _meant(self, ref: str) -> str:
        """What to do about a revision that is not there."""
        import re
        from difflib import get_close_matches

        names, start = self.names(), re.split(r"[~^@:]", ref)[0]
        if _output(self.top, "rev-parse", "--is-shallow-repository") == b"true\n":
            cure = "; this is a shallow clone: `git fetch --unshallow` brings the history (in CI: `fetch-depth: 0`)"
        elif len(names) == 1:
            cure = ": nothing is committed yet"
        else:
            cure = "; `git fetch` brings what others have pushed"
        if start in names:  # there are not as many commits behind it
            return cure if "shallow" in cure or len(names) == 1 else ""
        close = [name for name in names if name.endswith(f"/{start}")] or get_close_matches(start, names, 3)
        return f"; did you mean {' or '.join(f'`{name}`' for name in close[:3])}?" if close else cure

    def files(self, commit: str, wanted: Callable[[str], bool]) -> list[Blob]:
        """The regular files of a commit whose path is wanted; not those of submodules. Raises GitError."""
        found = []
        with running(self.top, "ls-tree", "-r", "-z", "--full-tree", commit) as listing:
            for record in _records(listing):
                about, _, raw = record.partition(b"\t")
                mode, _, name = about.split(b" ")
                path = os.fsdecode(raw)
                if mode in _REGULAR and wanted(path):
                    found.append(Blob(path, name))
        return found

    def contents(self, blobs: Iterable[Blob]) -> Iterator[tuple[str, bytes]]:
        """The path and the bytes of each; those that joblint would not read are left out. Raises GitError."""
        blobs = list(blobs)
        with tempfile.TemporaryFile() as asked:  # a pipe that nobody empties would stop git, and joblint with it
            asked.writelines(blob.name + b"\n" for blob in blobs)
            asked.seek(0)
            with running(self.top, "cat-file", "--batch", stdin=asked) as answers:
                for blob in blobs:
                    words = answers.readline().split()
                    if not words:  # git has given up, and says why when it is waited for
                        break
                    data = _content(answers, words, blob)
                    if data is not None:
                        yield blob.path, data


def _content(answers: Output, words: list[bytes], blob: Blob) -> bytes | None:
    """What comes after a line of `cat-file --batch`; None where it is too large. Raises GitError."""
    if len(words) != 3:
        raise GitError(f"cannot read {blob.path}: {PARTIAL}")
    size = int(words[2])
    small = size <= MAX_BYTES
    data = answers.read(size) if small else b""
    left = size - len(data) + 1  # a line feed comes after each
    while left and (part := answers.read(min(left, _CHUNK))):
        left -= len(part)
    return data if small else None


def _records(listing: Output) -> Iterator[bytes]:
    """What is between the zero bytes."""
    rest = b""
    while part := listing.read(_CHUNK):
        *whole, rest = (rest + part).split(b"\0")
        yield from whole


def _output(directory: str, *arguments: str) -> bytes:
    """What a git command prints. Raises GitError."""
    with running(directory, *arguments) as output:
        return output.read()
