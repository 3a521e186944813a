"""From paths to the files that could hold a Job: directories are walked, files are read, nothing is parsed.

What users expect of a walk, and what git, ripgrep and ruff do: `.git` and what git ignores are out; a symbolic link to
a file is followed, one to a directory is not (so there are no loops), unless it was named itself. Hidden files are in.
Nothing but regular files is ever opened.
"""

import os
import stat
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from joblint import gitignore
from joblint.config.find import MARKS
from joblint.disk import KINDS, STREAMS, not_regular, reason
from joblint.source import LANGUAGES

if TYPE_CHECKING:
    from joblint.config.inforce import Configuration
    from joblint.config.patterns import Patterns

SUFFIXES = tuple(LANGUAGES)
_LONGEST = max(map(len, SUFFIXES))

Tell = Callable[[str, str], None]  # takes a path, and what is to be said of it


def find(
    paths: Iterable[str], trouble: Tell, passed_over: Tell, configuration: "Configuration | None" = None
) -> list[str]:
    """The files to read, each once, sorted; named ones whatever their suffix.

    `trouble` is told of what cannot be read, `passed_over` of what was met and not taken: also of what the
    configuration excludes.
    """
    walk = Walk(trouble, passed_over, configuration)
    for path in paths:
        walk.add(path)
    return sorted(walk.files())


class Walk:
    """The files found so far. Each stands under its real path, so that none is there twice."""

    def __init__(self, trouble: Tell, passed_over: Tell, configuration: "Configuration | None") -> None:
        self.trouble, self.passed_over, self.configuration = trouble, passed_over, configuration
        self.found: dict[str, str] = {}
        self.links: list[str] = []

    def files(self) -> Iterable[str]:
        """Each file once."""
        for link in self.links:  # a link to a file that is in the walk too is that file
            self.found.setdefault(os.path.realpath(link), link)
        return self.found.values()

    def add(self, path: str) -> None:
        """A path that the user named."""
        try:
            mode = os.stat(path).st_mode
        except (OSError, ValueError) as error:
            self.trouble(path, reason(error) if isinstance(error, OSError) else str(error))
            return
        excluded = self.configuration.excludes(path) if self.configuration else ""
        if excluded:
            self.passed_over(path, f"is excluded by {excluded}")
        elif stat.S_ISDIR(mode):
            self.directory(path)
        elif stat.S_ISREG(mode):
            self.found.setdefault(os.path.realpath(path), path)
        elif path.startswith(STREAMS):
            self.found.setdefault(path, path)
        else:
            self.trouble(path, not_regular(mode))

    def directory(self, root: str) -> None:
        """All that lies below a directory."""
        base = "" if root in (".", "./") else root.rstrip("/") + "/"
        real = os.path.realpath(root).rstrip("/") + "/"
        todo = [(base, gitignore.above(root, base))]
        while todo:
            here, rules = todo.pop()
            listing = self.listing(here)
            if listing.ignore:
                rules = rules + gitignore.read(here + gitignore.NAME, here)
            if rules:
                listing.leave_out(rules, here)
            if self.configuration is not None:
                excluded = self.configuration.excluded(here[:-1] or here, listing.marked or here == base)
                if excluded:
                    self.exclude(listing, excluded, here)
            todo += [(f"{here}{name}/", rules) for name in listing.directories]
            below = real + here[len(base) :]
            for name in listing.files:
                self.found.setdefault(below + name, here + name)
            self.links += [here + name for name in listing.links]
            for name, why in listing.others:
                self.passed_over(here + name, why)

    def exclude(self, listing: "_Listing", excluded: "Sequence[Patterns]", here: str) -> None:
        """Take out of a directory what the configuration excludes, and say so."""
        from joblint.config.patterns import exclude

        whole = os.path.join(os.path.abspath(here), "")
        for name, origin in exclude(excluded, whole, listing.directories, listing.files, listing.links):
            self.passed_over(here + name, f"is excluded by {origin}")

    def listing(self, here: str) -> "_Listing":
        """What is in one directory."""
        listing = _Listing()
        try:
            with os.scandir(here or ".") as entries:
                for entry in entries:
                    listing.add(entry)
        except OSError as error:
            self.trouble(here, reason(error))
        return listing


class _Listing:
    """The names in one directory, by what the walk does with them.

    `ignore`: whether there is an ignore file; `marked`: whether there may be a configuration.
    """

    __slots__ = ("directories", "files", "ignore", "links", "marked", "others")

    def __init__(self) -> None:
        self.directories: list[str] = []
        self.files: list[str] = []
        self.links: list[str] = []
        self.others: list[tuple[str, str]] = []
        self.ignore = self.marked = False

    def add(self, entry: os.DirEntry[str]) -> None:
        """Raises OSError."""
        name = entry.name
        if name in MARKS:
            self.marked = True
        if entry.is_dir(follow_symlinks=False):
            if name != ".git":
                self.directories.append(name)
        elif name == gitignore.NAME:
            self.ignore = True
        elif name[-_LONGEST:].lower().endswith(SUFFIXES):
            if entry.is_file(follow_symlinks=False):
                self.files.append(name)
            else:
                self._other(entry)

    def _other(self, entry: os.DirEntry[str]) -> None:
        try:
            mode = entry.stat().st_mode
        except OSError:
            self.others.append((entry.name, "a link that leads nowhere"))
            return
        if stat.S_ISREG(mode):
            self.links.append(entry.name)
        else:
            other = {**KINDS, stat.S_IFDIR: "a link to a directory"}
            self.others.append((entry.name, other.get(stat.S_IFMT(mode), "not a regular file")))

    def leave_out(self, rules: Sequence[gitignore.Rules], here: str) -> None:
        """Take out what git ignores."""
        ignored = gitignore.ignored
        self.directories = [d for d in self.directories if not ignored(rules, f"{here}{d}/", f"{d}/")]
        self.files = [f for f in self.files if not ignored(rules, here + f, f)]
        self.links = [f for f in self.links if not ignored(rules, here + f, f)]
        self.others = [o for o in self.others if not ignored(rules, here + o[0], o[0])]
