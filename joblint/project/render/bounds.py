"""The tree that a chart or a kustomization may read: its repository, and nothing outside of it."""

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
_INTO_GIT = "into a `.git` directory, which --render does not read"
MAX_FILES = 20_000  # that one rendering looks at
MAX_BYTES = 256 << 20  # of all of them


class Past(NamedTuple):
    """A repository as it was at a revision: `tree` is the real path of a directory with the files that are needed.

    `top` is the real path of the repository itself, which programs are not taken from.
    """

    revision: str
    tree: str
    top: str

    def shown(self, real: str) -> str:
        """A file or directory of the tree as git names it."""
        path = os.path.relpath(real, self.tree).replace(os.sep, "/")
        return f"{self.revision}:{'' if path == os.curdir else path}"


class Bounds:
    """What one rendering may read: `path` is what the user named, `real` the real path of it, `tree` that of its tree.

    Raises RenderError where `path` is a link out of its tree.
    """

    def __init__(self, path: str, past: Past | None = None) -> None:
        """`past`: the path is in the tree of a revision."""
        self.path, self.real, self.past = path, os.path.realpath(path), past
        self.files = self.bytes = 0
        if past is not None:
            self.tree, self.reviewed, self.path = past.tree, past.top, past.shown(self.real)
        else:
            self.tree, top = tree_of(path), repository(self.real)
            self.reviewed = self.real if top is None else os.path.realpath(top)  # no program of it is started
        if self.leaves(self.real):
            raise RenderError(self.link("it", self.real), self.path)

    def program(self, *names: str) -> str:
        """The first of some programs that the PATH has. Raises RenderError where there is none."""
        for name in names:
            found = find_program(name, self.reviewed)
            if found:
                return found
        called = " nor ".join(f"`{name}`" for name in names)
        raise RenderError(
            f"cannot be rendered: {f'neither {called}' if len(names) > 1 else f'no {called}'} on the PATH"
        )

    def shown(self, real: str) -> str:
        """A file or directory of the tree as the user would name it."""
        if self.past is not None:
            return self.past.shown(real)
        try:
            return os.path.normpath(os.path.join(self.path, os.path.relpath(real, self.real)))
        except ValueError:  # another drive
            return real

    def leaves(self, real: str) -> bool:
        """Whether a real path is outside of the tree, or in its `.git`, where CI leaves tokens."""
        return not inside(real, self.tree) or _GIT in real[len(self.tree) :].lower().split(os.sep)

    def read(self, path: str) -> bytes:
        """The bytes of a regular file, which counts for what is read in all. Raises RenderError."""
        self.count()
        try:
            descriptor = os.open(path, disk.FLAGS)
            try:
                status = os.fstat(descriptor)
                if not stat.S_ISREG(status.st_mode):
                    raise RenderError(disk.not_regular(status.st_mode), self.shown(path))
                self.bytes += status.st_size
                if self.bytes > MAX_BYTES:
                    raise RenderError(f"cannot be rendered: reads more than {MAX_BYTES >> 20} MiB of files")
                return disk.read_stream(descriptor, status.st_size)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise RenderError(f"cannot be read: {disk.reason(error)}", self.shown(path)) from None
        except disk.ReadError as error:
            raise RenderError(str(error), self.shown(path)) from None

    def source(self, path: str) -> Source:
        """The text of a file. Raises RenderError."""
        data = self.read(path)
        try:
            return Source(self.shown(path), decode(data))
        except NotText as error:
            raise RenderError(f"line {error.line}, column {error.column}: {error}", self.shown(path)) from None

    def count(self) -> None:
        """Count one more file. Raises RenderError where there are too many."""
        self.files += 1
        if self.files > MAX_FILES:
            raise RenderError(f"cannot be rendered: consists of more than {MAX_FILES:,} files")

    def link(self, what: str, real: str) -> str:
        """What to say of a link to a real path that leaves the tree."""
        way = _INTO_GIT if inside(real, self.tree) else f"out of {self._whole()}, which is all that --render reads"
        return f"{what} is a link {way}"

    def outside(self, what: str, whole: str) -> str:
        """What to say of a path that leaves the tree."""
        if inside(whole, self.tree):
            return f"{what} leads {_INTO_GIT}"
        return f"{what} is outside of {self._whole()}, which is all that --render reads"

    def _whole(self) -> str:
        return self.tree if self.past is None else f"the repository at {self.past.revision}"

    def in_words(self, message: str, there: str, here: str) -> str:
        """A program's message, with the paths as the user knows them: `there` is the copy of `here`."""
        if self.past is not None and here == self.tree:
            return message.replace(f"{there}{os.sep}", self.past.shown(here)).replace(there, self.past.shown(here))
        return message.replace(there, here)


def refusal(source: Source, node: Node | int, message: str) -> RenderError:
    """An error that tells where in a file its cause is."""
    line, column = source.position(node if isinstance(node, int) else node.start)
    return RenderError(f"line {line}, column {column}: {message}", source.path)
