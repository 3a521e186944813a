"""The limits of what a chart or a kustomization may read: its repository, and nothing outside of it."""

import os
import stat
from typing import NamedTuple

from joblint.manifests import disk
from joblint.manifests.boundary import inside, repository, tree_of
from joblint.manifests.source import NotText, Source, decode
from joblint.manifests.yaml.tree import Node
from joblint.project.programs import find_program
from joblint.project.render.contained import RenderError

_GIT = ".git"
_INTO_GIT = "into a `.git` directory, which joblint does not read"
MAX_FILES = 20_000  # files that one rendering reads
MAX_BYTES = 256 << 20  # bytes of all of them


class Past(NamedTuple):
    """A repository as it was at a revision: `tree` is the real path of a directory with the files that are needed.

    `top` is the real path of the repository itself: no program in it is started. `earlier`: the objects of a chart are
    those of an earlier release, and not of the same one.
    """

    revision: str
    tree: str
    top: str
    earlier: bool = True

    def shown(self, real: str) -> str:
        """Return the name that git uses for a file or directory of the tree."""
        path = os.path.relpath(real, self.tree).replace(os.sep, "/")
        return f"{self.revision}:{'' if path == os.curdir else path}"


class Bounds:
    """The limits of one rendering: `path` is what the user named, `real` its real path, `tree` that of its tree.

    Raises RenderError if `path` is a link out of its tree.
    """

    def __init__(self, path: str, past: Past | None = None) -> None:
        """If `past` is given, the path is in the tree of a revision."""
        self.given, self.path, self.real, self.past = path, path, os.path.realpath(path), past
        self.files = self.bytes = 0
        if past is not None:
            self.tree, self.reviewed, self.path = past.tree, past.top, past.shown(self.real)
        else:
            self.tree, top = tree_of(path), repository(self.real)
            self.reviewed = self.real if top is None else os.path.realpath(top)  # no program of it is started
        if self.leaves(self.real):
            raise RenderError(self.link("it", self.real), self.path)

    def anew(self) -> "Bounds":
        """Return the same limits for another rendering. Raises RenderError."""
        return Bounds(self.given, self.past)

    def program(self, *names: str) -> str:
        """Return the first of some programs that is on the PATH. Raises RenderError if there is none."""
        for name in names:
            found = find_program(name, self.reviewed)
            if found:
                return found
        called = " nor ".join(f"`{name}`" for name in names)
        raise RenderError(
            f"cannot be rendered: {f'neither {called} is' if len(names) > 1 else f'{called} is not'} on the PATH"
        )

    def shown(self, real: str) -> str:
        """Return a file or directory of the tree as the user would name it."""
        if self.past is not None:
            return self.past.shown(real)
        try:
            return os.path.normpath(os.path.join(self.path, os.path.relpath(real, self.real)))
        except ValueError:  # another drive
            return real

    def located(self, shown: str) -> str:
        """Return the real path of a file, given what `shown` returns."""
        path = shown if self.past is None else os.path.join(self.tree, shown.removeprefix(f"{self.past.revision}:"))
        return os.path.realpath(path)

    def leaves(self, real: str) -> bool:
        """Check whether a real path is outside of the tree, or in its `.git`, where CI leaves tokens."""
        return not inside(real, self.tree) or _GIT in real[len(self.tree) :].lower().split(os.sep)

    def read(self, path: str) -> bytes:
        """Return the bytes of a regular file, and count them. Raises RenderError."""
        self.count()
        try:
            descriptor = os.open(path, disk.FLAGS)
            try:
                status = os.fstat(descriptor)
                if not stat.S_ISREG(status.st_mode):
                    raise RenderError(disk.not_regular(status.st_mode), self.shown(path))
                self.bytes += status.st_size
                if self.bytes > MAX_BYTES:
                    raise RenderError(f"cannot be rendered: its files are larger than {MAX_BYTES >> 20} MiB")
                return disk.read_stream(descriptor, status.st_size)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise RenderError(f"cannot be read: {disk.reason(error)}", self.shown(path)) from None
        except disk.ReadError as error:
            raise RenderError(str(error), self.shown(path)) from None

    def source(self, path: str) -> Source:
        """Return the text of a file. Raises RenderError."""
        data = self.read(path)
        try:
            return Source(self.shown(path), decode(data))
        except NotText as error:
            raise RenderError(f"line {error.line}, column {error.column}: {error}", self.shown(path)) from None

    def count(self) -> None:
        """Count one more file. Raises RenderError if there are too many."""
        self.files += 1
        if self.files > MAX_FILES:
            raise RenderError(f"cannot be rendered: it has more than {MAX_FILES:,} files")

    def link(self, what: str, real: str) -> str:
        """Return the message for a link whose real path is outside of the tree."""
        way = _INTO_GIT if inside(real, self.tree) else f"out of {self._whole()}; joblint reads only what is inside it"
        return f"{what} is a link {way}"

    def outside(self, what: str, whole: str) -> str:
        """Return the message for a path that is outside of the tree."""
        if inside(whole, self.tree):
            return f"{what} leads {_INTO_GIT}"
        return f"{what} is outside of {self._whole()}; joblint reads only what is inside it"

    def _whole(self) -> str:
        return self.tree if self.past is None else f"the repository at {self.past.revision}"

    def in_words(self, message: str, there: str, here: str) -> str:
        """Return a program's message with the paths that the user knows: `there` is the copy of `here`."""
        if self.past is not None and here == self.tree:
            return message.replace(f"{there}{os.sep}", self.past.shown(here)).replace(there, self.past.shown(here))
        return message.replace(there, here)


def refusal(source: Source, node: Node | int, message: str) -> RenderError:
    """Return an error with the line and column of its cause."""
    line, column = source.position(node if isinstance(node, int) else node.start)
    return RenderError(f"line {line}, column {column}: {message}", source.path)
