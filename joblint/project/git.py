"""Read the files of a repository as they were at a revision, with git itself. Nothing is fetched or written."""

import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

from joblint.kube.nearest import similar_words
from joblint.manifests.boundary import inside
from joblint.manifests.disk import MAX_BYTES
from joblint.project.git_process import PARTIAL, GitError, Output, Silent, running

_REGULAR = (b"100644", b"100755")
_HEAD = "HEAD"
FORK = "..."  # after a revision: where the current branch forked from it, as in `git diff main...`
_CHUNK = 1 << 20
_MAX_REFS = 1000  # branches and tags that are read
# A small repository can list huge trees: ten levels that each contain the next ten times, or one blob a million times.
_MAX_ENTRIES = 5_000_000  # entries of a commit that are listed
_MAX_WANTED = 500_000  # of them, those that may contain Jobs
_MAX_TOTAL = 2 << 30  # bytes of these
_T = TypeVar("_T")
_HASH = re.compile(r"[0-9a-f]{40,64}")


class Blob(NamedTuple):
    """A file of a tree: its path from the top of the repository, and git's hash of its content."""

    path: str
    name: bytes


class Repository:
    """A repository with a work tree; `top` is the work tree's directory, `directory` where git is run."""

    def __init__(self, directory: str) -> None:
        """Find the repository that `directory` is in. Raises GitError."""
        self.directory = directory
        self.top = os.fsdecode(_output(directory, "rev-parse", "--show-toplevel").removesuffix(b"\n"))
        if not inside(*(os.path.normcase(os.path.realpath(one)) for one in (directory, self.top))):
            raise GitError(f"the repository's work tree is set to {self.top}, which does not contain this directory")

    def commit(self, ref: str) -> str:
        """Return the commit that `ref` names: a branch, a tag, `HEAD~2`, a hash. Raises GitError."""
        # Not commits: `:x` is a file of the index (which would run core.fsmonitor), `:/x` a search, `HEAD:x` a file,
        # `^x` all commits but x, and `x..y` a range.
        if not ref.strip() or ref.startswith(("-", "^")) or ":" in ref or ".." in ref or not ref.isprintable():
            raise GitError(f"`{ref}` is not a valid revision: write a branch, a tag or a commit")
        try:
            found = _output(self.directory, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").decode().strip()
        except Silent:
            raise
        except GitError:
            raise GitError(f"unknown revision `{ref}`{self._meant(ref)}") from None
        if _HASH.fullmatch(found) is None:
            raise GitError(f"`{ref}` does not name a single commit")
        return found

    def fork(self, ref: str) -> str:
        """Return the commit at which `HEAD` forked from what `ref` names. Raises GitError."""
        commit = self.commit(ref)
        try:
            found = _output(self.directory, "merge-base", commit, _HEAD)
        except Silent:
            raise
        except GitError:
            raise GitError(
                f"`{ref}` and `{_HEAD}` have no common commit in this clone; in CI, `fetch-depth: 0` may be needed"
            ) from None
        return found.decode("ascii").strip()

    def revision(self, ref: str) -> str:
        """Return the commit that `ref` names or, if it ends in FORK, where `HEAD` forked from it. Raises GitError."""
        return self.fork(ref.removesuffix(FORK)) if ref.endswith(FORK) else self.commit(ref)

    def names(self) -> list[str]:
        """Return the short names of branches and tags, at most 1000. Raises GitError."""
        found = _output(self.directory, "for-each-ref", "--format=%(refname:short)", f"--count={_MAX_REFS}")
        return [_HEAD, *os.fsdecode(found).splitlines()]

    def located(self, paths: Iterable[str]) -> dict[str, str]:
        """Return those of some files that are in the work tree, by their path from its top."""
        top, real, found = os.path.realpath(self.top), {}, {}
        for one in paths:
            directory, name = os.path.split(one)
            if directory not in real:
                real[directory] = os.path.realpath(directory)
            path = os.path.join(real[directory], name)
            if path.startswith(os.path.join(top, "")):
                found[os.path.relpath(path, top).replace(os.sep, "/")] = one
        return found

    def _meant(self, ref: str) -> str:
        """Return what to do about a revision that does not exist, to follow the message."""
        names, start = self.names(), re.split(r"[~^@:]", ref)[0]
        shallow = _output(self.directory, "rev-parse", "--is-shallow-repository") == b"true\n"
        if shallow:
            cure = "; this clone is shallow: run `git fetch --unshallow` to get the history (in CI: `fetch-depth: 0`)"
        elif len(names) == 1:
            cure = ": the repository has no commits yet"
        else:
            cure = "; run `git fetch` to get what others have pushed"
        if start in names:  # `main~9`, and main does not have so many commits
            return cure if shallow or len(names) == 1 else ""
        close = [name for name in names if name.endswith(f"/{start}")] or similar_words(start, names, 3)
        if not close:
            return cure
        meant = f"; did you mean {' or '.join(f'`{name}`' for name in close[:3])}?"
        return f"{meant} Or{cure[1:]}" if shallow else meant  # in CI it usually exists, but was not fetched

    def files(self, commit: str, wanted: Callable[[str], bool]) -> list[Blob]:
        """Return the regular files of a commit whose path is wanted, without submodules. Raises GitError."""
        found: list[Blob] = []
        with running(self.directory, "ls-tree", "-r", "-z", "--full-tree", commit) as listing:
            for number, record in enumerate(_records(listing)):
                if number >= _MAX_ENTRIES or len(found) > _MAX_WANTED:
                    raise GitError(f"the commit {commit} has more files than joblint reads")
                about, _, raw = record.partition(b"\t")
                mode, _, name = about.split(b" ")
                path = os.fsdecode(raw)
                if mode in _REGULAR and wanted(path):
                    found.append(Blob(path, name))
        return found

    def contents(self, blobs: Iterable[Blob]) -> Iterator[tuple[str, bytes]]:
        """Yield the path and the bytes of each blob, without those that are too large to read. Raises GitError.

        The sizes are asked first: git would unpack a blob of any size, and as often as a tree names it.
        """
        paths: dict[bytes, list[str]] = {}
        for blob in blobs:
            paths.setdefault(blob.name, []).append(blob.path)
        names, left = [], _MAX_TOTAL
        for name, size in self._objects("--batch-check", paths, lambda _, size: size):
            if size <= MAX_BYTES:
                names.append(name)
                left -= size * len(paths[name])
        if left < 0:
            raise GitError(f"the files of the commit are larger than {_MAX_TOTAL >> 30} GiB, the limit of joblint")
        for name, data in self._objects("--batch", {name: paths[name] for name in names}, _content):
            for path in paths[name]:
                yield path, data

    def _objects(
        self, option: str, paths: dict[bytes, list[str]], take: Callable[[Output, int], _T]
    ) -> Iterator[tuple[bytes, _T]]:
        """Yield what `cat-file` prints for objects; `take` gets its output and a size. Raises GitError."""
        with tempfile.TemporaryFile() as asked:  # not a pipe: git and joblint could block each other
            asked.writelines(name + b"\n" for name in paths)
            asked.seek(0)
            with running(self.directory, "cat-file", option, stdin=asked) as answers:
                for name in paths:
                    words = answers.readline().split()
                    if not words:  # git failed; the reason is reported when it has ended
                        break
                    if len(words) != 3:
                        raise GitError(f"cannot read {paths[name][0]}: {PARTIAL}")
                    yield name, take(answers, int(words[2]))


def _content(answers: Output, size: int) -> bytes:
    """Return the content after a header line of `cat-file --batch`."""
    data = answers.read(size)
    answers.read(1)  # a line feed
    return data


def _records(listing: Output) -> Iterator[bytes]:
    """Yield NUL-separated records."""
    rest = b""
    while part := listing.read(_CHUNK):
        *whole, rest = (rest + part).split(b"\0")
        yield from whole


def _output(directory: str, *arguments: str) -> bytes:
    """Return what a git command prints. Raises GitError."""
    with running(directory, *arguments) as output:
        return output.read()
