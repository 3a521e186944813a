"""Write a part of a commit's files into a directory: those that a chart or a kustomization there may read.

Git's own commands for that (`checkout`, `archive`) apply attributes, which start filters. Here git lists paths and the
bytes of blobs (joblint/project/git.py), which are written as they are: first the files, then the links, so that no link
is followed. Whoever reads the directory checks each link again (joblint/project/render/bounds.py).
"""

import os
import posixpath
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator

from joblint.manifests.corpus import kustomization
from joblint.manifests.source import NotText, Source, decode
from joblint.manifests.yaml.tree import Mapping, Scalar, Sequence, target
from joblint.project.git import Blob, Repository
from joblint.project.git_process import GitError, running
from joblint.project.render.bounds import MAX_BYTES, MAX_FILES
from joblint.project.render.contained import RenderError
from joblint.project.render.plain import texts

_LINK, _FILES = b"120000", (b"100644", b"100755")
_MAX_LISTED = 1_000_000  # paths of a commit
_MAX_LINKS = 10_000  # of these
_HOPS = 40  # links that a path may lead through, as on Linux
_MAX_READ = 4 << 20  # bytes of a file that is searched for paths
_TEXTS = (".yaml", ".yml", ".json")
_PLUGIN = b"builtin"  # the apiVersion of a plugin's configuration, whose paths count from the kustomization's directory
_LONGEST = 1000  # characters of a path
_LONGEST_LINK = 4096  # bytes of a link's target, as on Linux
_CHUNK = 1 << 20
_WORD = re.compile(r"[^\s\"'`,=\[\]{}]+")


class Tree:
    """The files and links of a commit, by their paths from the top of the repository."""

    def __init__(self, repository: Repository, commit: str) -> None:
        """List the files and links of the commit. Raises GitError."""
        self.repository = repository
        self.names: dict[str, bytes] = {}
        links: list[Blob] = []
        with running(repository.directory, "ls-tree", "-r", "-z", "--full-tree", commit) as listing:
            for mode, name, path in _entries(listing.read):
                if len(self.names) >= _MAX_LISTED or len(links) > _MAX_LINKS:
                    raise GitError(f"the commit {commit} has more files than joblint reads")
                if mode in _FILES or mode == _LINK:
                    self.names[path] = name
                    if mode == _LINK:
                        links.append(Blob(path, name))
        self.links = {
            path: os.fsdecode(data) for path, data in repository.contents(links) if len(data) <= _LONGEST_LINK
        }
        self._paths = sorted(self.names)

    def below(self, directory: str) -> list[str]:
        """Return all paths below a directory."""
        start = directory and f"{directory}/"
        end = directory and f"{directory}0"  # the character after `/`
        first = bisect_left(self._paths, start)
        return self._paths[first : bisect_left(self._paths, end) if end else None]

    def is_directory(self, path: str) -> bool:
        """Check whether any file is below a path."""
        return path in ("", ".") or bool(self.below(path))

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the paths and bytes of files, without those that are too large to read. Raises GitError."""
        return self.repository.contents(Blob(path, self.names[path]) for path in paths)

    def resolve(self, path: str) -> tuple[str | None, set[str]]:
        """Return where a path leads (None if that is outside of the tree), and the links on the way."""
        used: set[str] = set()
        left, done = path.split("/"), ""
        for _ in range(_HOPS * 100):
            if not left:
                return done, used
            part = left.pop(0)
            if part == "..":
                if not done:
                    return None, used
                done = posixpath.dirname(done)
            elif part not in ("", "."):
                done = f"{done}/{part}" if done else part
            target = self.links.get(done)
            if target is not None:
                used.add(done)
                if target.startswith("/") or len(used) > _HOPS:
                    return None, used
                done, left = posixpath.dirname(done), [*target.split("/"), *left]
        return None, used

    # -- the files that are needed

    def of_chart(self, directory: str) -> set[str]:
        """Return all that is in a chart, and what its links lead to."""
        needed: set[str] = set()
        todo = [directory]
        while todo:
            found, links = self.resolve(todo.pop())
            needed |= links
            fresh = [path for path in self._at(found) if path not in needed]
            needed.update(fresh)
            todo += [path for path in fresh if path in self.links]
        return needed

    def of_kustomization(self, directory: str) -> set[str]:
        """Return the files of a kustomization, those they name, and so on; any word may be a path, so maybe too many.

        Raises GitError.
        """
        needed: set[str] = set()
        fresh = self._named(directory, needed)
        while fresh:
            needed |= fresh
            tops = {posixpath.dirname(path) for path in needed if _is_kustomization(path)}
            read = self.read(path for path in fresh if path.lower().endswith(_TEXTS) or _is_kustomization(path))
            fresh = set()
            for path, data in read:
                if not _is_kustomization(path) and _PLUGIN not in data:
                    continue
                above = {posixpath.dirname(path)} if _is_kustomization(path) else {posixpath.dirname(path), *tops}
                for word in _words(path, data) if len(data) <= _MAX_READ else ():
                    for base in above:
                        fresh |= self._named(f"{base}/{word}", needed)
            fresh -= needed
        return needed

    def _named(self, path: str, links: set[str]) -> set[str]:
        """Return the file at a path, or the kustomization in a directory; links on the way are added to `links`."""
        found, used = self.resolve(path)
        if found is None:
            links |= used
            return set()
        names = (found, *(posixpath.join(found, name) for name in kustomization.NAMES))
        inside = {name for name in names if name in self.names}
        if inside:
            links |= used
        for name in [name for name in inside if name in self.links]:
            target, more = self.resolve(name)
            links |= more
            inside |= {target} if target in self.names else set()
        return {name for name in inside if name not in self.links}

    def _at(self, path: str | None) -> list[str]:
        if path is None:
            return []
        return [path] if path in self.names else self.below(path)

    # -- writing

    def write(self, wanted: Iterable[str], into: str) -> None:
        """Write files and links into an empty directory, by its real path.

        Raises GitError, and RenderError if they are too many or too large.
        """
        paths = sorted(path for path in wanted if _is_plain(path))
        if len(paths) > MAX_FILES:
            raise RenderError(f"cannot be rendered: it has more than {MAX_FILES:,} files")
        left = MAX_BYTES
        try:
            for path, data in self.read(path for path in paths if path not in self.links):
                left -= len(data)
                if left < 0:
                    raise RenderError(f"cannot be rendered: its files are larger than {MAX_BYTES >> 20} MiB")
                place = os.path.join(into, *path.split("/"))
                os.makedirs(os.path.dirname(place), exist_ok=True)
                with open(place, "xb") as file:
                    file.write(data)
            for path in paths:
                place = os.path.join(into, *path.split("/"))
                above = os.path.dirname(place)
                # A crafted tree may have something below a link.
                if path in self.links and not os.path.lexists(place) and os.path.realpath(above) == above:
                    os.makedirs(above, exist_ok=True)
                    os.symlink(self.links[path], place)
        except (OSError, ValueError) as error:
            raise RenderError(f"cannot be copied for rendering: {getattr(error, 'strerror', None) or error}") from None


def _entries(read: Callable[[int], bytes]) -> Iterator[tuple[bytes, bytes, str]]:
    """Yield mode, name and path of each entry that `ls-tree -z` lists."""
    rest = b""
    while part := read(_CHUNK):
        *whole, rest = (rest + part).split(b"\0")
        for record in whole:
            about, _, raw = record.partition(b"\t")
            mode, _, name = about.split(b" ")
            yield mode, name, os.fsdecode(raw)


def _is_kustomization(path: str) -> bool:
    return posixpath.basename(path) in kustomization.NAMES


def _words(path: str, data: bytes) -> set[str]:
    """Return what may be a path in a file: its strings, the part after a `=` in them, and the words of longer texts."""
    found: set[str] = set()
    try:
        todo = [root for text in texts(Source(path, decode(data))) if (root := text.root()) is not None]
    except (NotText, RenderError):  # reported when it is rendered
        return found
    seen: set[int] = set()
    while todo:
        node = target(todo.pop())
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Mapping):
            todo += [entry.value for entry in node.entries]
        elif isinstance(node, Sequence):
            todo += node.items
        elif isinstance(node, Scalar) and isinstance(node.value, str):
            found.update((node.value, node.value.partition("=")[2]))
            found.update(_WORD.findall(node.value) if "\n" in node.value else ())
    return {word for word in found if not word.startswith("/") and 0 < len(word) <= _LONGEST}


def _is_plain(path: str) -> bool:
    """Check whether a path of a tree is that of a file below it: a crafted tree may have others."""
    parts = path.split("/")
    return not any(part in ("", ".", "..") or part.lower() == ".git" or "\\" in part or ":" in part for part in parts)
