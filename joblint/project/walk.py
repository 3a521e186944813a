"""Find the files that could contain a Job: directories are walked, nothing is parsed.

The walk does what users expect, and what git, ripgrep and ruff do: it skips `.git` and what git ignores; it follows a
symbolic link to a file, but not one to a directory (so there are no loops), unless that was named itself. It includes
hidden files. Only regular files are ever opened.
"""

import os
import stat
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from joblint.manifests.disk import KINDS, STREAMS, not_regular, reason
from joblint.manifests.languages import BY_SUFFIX
from joblint.project import gitignore
from joblint.project.config.find import MARKS

if TYPE_CHECKING:
    from joblint.project.config.inforce import Configuration
    from joblint.project.config.patterns import Patterns

SUFFIXES = tuple(BY_SUFFIX)
_LONGEST = max(map(len, SUFFIXES))

Tell = Callable[[str, str], None]  # called with a path, and what to report on it


def find(
    paths: Iterable[str],
    trouble: Tell,
    passed_over: Tell,
    configuration: "Configuration | None" = None,
    within: "Within | None" = None,
) -> list[str]:
    """Return the files to read, each once, sorted; files that were named, whatever their suffix.

    `trouble` is called for what cannot be read, `passed_over` for what is skipped, including what the configuration
    excludes. `within` limits the parts of directories that are searched; None: all of them.
    """
    walk = Walk(trouble, passed_over, configuration, within)
    for path in paths:
        walk.add(path)
    return sorted(walk.files())


class Within:
    """The part of a tree that a walk searches: some files, whole directories, and the files of some directories.

    Paths are real ones. This only narrows a walk: it never adds files.
    """

    def __init__(self) -> None:
        self._names: dict[str, set[str]] = {}
        self._whole: set[str] = set()
        self._trees: set[str] = set()

    def add(self, path: str) -> None:
        """Add a file, or a directory with all below it."""
        if path not in self._trees:
            self._trees.add(path)
            self._lead_to(path)

    def add_files(self, directory: str) -> None:
        """Add all files in a directory."""
        if directory not in self._whole:
            self._whole.add(directory)
            self._lead_to(directory)

    def covers(self, path: str) -> bool:
        """Check whether a file is in it."""
        return path in self._trees or os.path.dirname(path) in self._whole

    def holds_all(self, directory: str) -> bool:
        """Check whether a directory was added with all below it."""
        return directory in self._trees

    def narrow(self, listing: "_Listing", directory: str) -> None:
        """Reduce the listing of a directory to what is in this part of the tree, or on the way to it."""
        names: Collection[str] = self._names.get(directory, ())
        listing.directories = [name for name in listing.directories if name in names]
        if directory not in self._whole:
            listing.files = [name for name in listing.files if name in names]
            listing.links = [name for name in listing.links if name in names]
            listing.others = [other for other in listing.others if other[0] in names]

    def _lead_to(self, path: str) -> None:
        above, name = os.path.split(path)
        while name and name not in self._names.setdefault(above, set()):
            self._names[above].add(name)
            above, name = os.path.split(above)


class Walk:
    """Collects the files below some paths, by real path, so that each is there only once."""

    def __init__(
        self, trouble: Tell, passed_over: Tell, configuration: "Configuration | None", within: Within | None
    ) -> None:
        self.trouble, self.passed_over, self.configuration = trouble, passed_over, configuration
        self.within = within
        self.found: dict[str, str] = {}
        self.links: list[str] = []

    def files(self) -> Iterable[str]:
        """Return the files, each once."""
        for link in self.links:  # a link to a file that was also found is that file
            self.found.setdefault(os.path.realpath(link), link)
        return self.found.values()

    def add(self, path: str) -> None:
        """Add a path that the user named."""
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
        """Add all that is below a directory."""
        base = "" if root in (".", "./") else root.rstrip("/") + "/"
        real = os.path.realpath(root).rstrip("/") + "/"
        todo = [(base, gitignore.above(root, base))]
        wholly: set[str] = set()  # directories that are searched completely, if the walk is limited
        while todo:
            here, rules = todo.pop()
            listing = self.listing(here)
            if self.within is not None:
                self.bound(self.within, listing, real + here[len(base) : -1], wholly)
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

    def bound(self, within: Within, listing: "_Listing", directory: str, wholly: set[str]) -> None:
        """Remove from a listing what is not searched; `wholly` are the directories that are searched completely."""
        directory = directory.rstrip("/") or "/"
        if directory in wholly or within.holds_all(directory):
            wholly.update(os.path.join(directory, name) for name in listing.directories)
        else:
            within.narrow(listing, directory)

    def exclude(self, listing: "_Listing", excluded: "Sequence[Patterns]", here: str) -> None:
        """Remove from a listing what the configuration excludes, and report it as skipped."""
        from joblint.project.config.patterns import exclude

        whole = os.path.join(os.path.abspath(here), "")
        for name, origin in exclude(excluded, whole, listing.directories, listing.files, listing.links):
            self.passed_over(here + name, f"is excluded by {origin}")

    def listing(self, here: str) -> "_Listing":
        """Return the listing of one directory."""
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

    `ignore`: there is a .gitignore; `marked`: there may be a configuration.
    """

    __slots__ = ("directories", "files", "ignore", "links", "marked", "others")

    def __init__(self) -> None:
        self.directories: list[str] = []
        self.files: list[str] = []
        self.links: list[str] = []
        self.others: list[tuple[str, str]] = []
        self.ignore = self.marked = False

    def add(self, entry: os.DirEntry[str]) -> None:
        """Add an entry of the directory. Raises OSError."""
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
            self.others.append((entry.name, "is a broken link"))
            return
        if stat.S_ISREG(mode):
            self.links.append(entry.name)
        else:
            other = {**KINDS, stat.S_IFDIR: "a link to a directory"}
            self.others.append((entry.name, f"is {other.get(stat.S_IFMT(mode), 'not a regular file')}"))

    def leave_out(self, rules: Sequence[gitignore.Rules], here: str) -> None:
        """Remove what git ignores."""
        ignored = gitignore.ignored
        self.directories = [d for d in self.directories if not ignored(rules, f"{here}{d}/", f"{d}/")]
        self.files = [f for f in self.files if not ignored(rules, here + f, f)]
        self.links = [f for f in self.links if not ignored(rules, here + f, f)]
        self.others = [o for o in self.others if not ignored(rules, here + o[0], o[0])]
