"""The search for the files that a change can affect."""

import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from joblint.cli.reach import Reach
from joblint.cli.reach.files import Files, is_named_as_one
from joblint.cli.reach.near import Near
from joblint.cli.reach.words import DEFINED, USED, defined, is_searchable, may_be_referred_to, may_say, may_use, used
from joblint.manifests.corpus.corpus import MARKS
from joblint.manifests.corpus.kustomization import is_kustomization
from joblint.project import walk
from joblint.project.changes import Unknown, changes
from joblint.project.config import PYPROJECT
from joblint.project.config.find import NAMES
from joblint.project.git import Blob, Repository
from joblint.rule.own import OWN

if TYPE_CHECKING:
    from joblint.project.config.inforce import Configuration

_MARKS = tuple(mark.encode() for mark in MARKS)
_CONFIGURATIONS = (*NAMES, PYPROJECT)
_NAMESPACE = b"Namespace"
_DIRECTIVE = b"$patch"
_NAMED = re.compile(rb"name: ([^\n]*)\n")  # joblint/checks/neighbours/references.py looks for these elsewhere
_NAME = re.compile(rb"""name["']?[ \t]*:\s*["']?([\w.-]+)""")


class Search:
    """The files that a change touched, and step by step the files that it can affect."""

    def __init__(
        self, paths: Sequence[str], repository: Repository, commit: str, configuration: "Configuration | None"
    ) -> None:
        """Take the paths to check. Raises GitError and Unknown."""
        self.paths, self.repository, self.commit, self.configuration = paths, repository, commit, configuration
        self.top = os.path.realpath(repository.top)
        self.roots = [root for path in paths if (root := self._root(path)) is not None]
        self.changes = changes(repository, commit)
        self.files = Files(self.top, self.changes.tracked, self.roots)
        self.kustomizations = [path for path in self.files.in_scope if is_kustomization(path)]
        self.within = walk.Within()
        self.judged: set[str] = set()
        self.before: dict[str, bytes] = {}
        self.touched: set[str] = set()
        self.same: set[str] = set()  # files that only git's index considers touched
        self.there: set[str] = set()  # files that may have been touched and still exist
        self.together: set[str] = set()  # files that are in one kustomization with touched files

    def reach(self) -> Reach:
        """Return the files that the change can affect. Raises GitError, and Unknown if that may be all files."""
        self._touch()
        self._beside()
        self._kustomized(judged=True)
        self._named()
        self._elsewhere_named()
        self._namespaces()
        self._kustomized(judged=False)
        for path in self.judged:
            self.within.add_files(os.path.dirname(self.files.real(path)))
        return Reach(
            self.repository,
            self.commit,
            self.within,
            frozenset(self.judged),
            frozenset(self.touched),
            self.before,
            set(self.files.tracked).difference(self.changes.old) | self.same,
            self._has_elsewhere,
            self.files.read,
        )

    # -- what the change touched

    def _touch(self) -> None:
        """Find which files have changed, of those that a walk finds, and which are gone."""
        known = self.changes
        configurations = [path for path in known.tracked if path.endswith(_CONFIGURATIONS)]
        for path in (*known.old, *known.odd, *known.untracked):
            if path.endswith(_CONFIGURATIONS) and posixpath.basename(path) in _CONFIGURATIONS:
                raise Unknown
            self._look_at(path.rstrip("/"))
        for path in configurations:  # mistakes in them are reported
            self.within.add(self.files.real(path))
        walked = self._walked(self.within)
        for shown in walked.values():
            if os.path.islink(shown):  # it is left out if its target is checked
                self.within.add(os.path.realpath(shown))
        tracked = set(known.tracked).difference(known.odd)
        blobs = [
            Blob(path, name) for path, name in known.old.items() if name and (is_named_as_one(path) or path in walked)
        ]
        self.before = dict(self.repository.contents(blobs))
        gone = {path for path in self.before if self._is_gone(path)}
        self.there = {path for path in walked if path in known.old or path not in tracked}
        for path in gone | self.there:
            old, new = self.before.get(path), self.files.read(path) if path in self.there else None
            if old == new:
                self.same.add(path)
            elif self.files.matters(path, old or b"") or self.files.matters(path, new or b"") or new == b"":
                self.touched.add(path)
                self.judged.add(path)

    def _look_at(self, path: str) -> None:
        whole = self.files.real(path)
        self.within.add(whole)
        if os.path.islink(whole):
            self.within.add(os.path.realpath(whole))

    def _walked(self, within: walk.Within) -> dict[str, str]:
        """Return the files that a walk finds, by their path in the repository."""
        found = walk.find(self.paths, _silent, _silent, self.configuration, within)
        return self.repository.located(found)

    def _is_gone(self, path: str) -> bool:
        return is_named_as_one(path) and not os.path.lexists(self.files.real(path))

    def _versions(self, path: str) -> Iterator[bytes]:
        """Yield the old and the new content of a file, if it existed or exists."""
        if path in self.touched and path in self.before:
            yield self.before[path]
        if path not in self.touched or path in self.there:
            yield self.files.read(path)

    def _was(self, path: str) -> bytes:
        return self.before.get(path, b"") if path in self.touched else self.files.read(path)

    def _is(self, path: str) -> bytes:
        return self.files.read(path) if path not in self.touched or path in self.there else b""

    # -- neighbours

    def _beside(self) -> None:
        """Add the Jobs in directories where an object changed that they may refer to, or that may refer to them."""
        for directory in {posixpath.dirname(path) for path in self.touched}:
            here = {*self.files.beside(directory)}
            touched = {path for path in self.touched if posixpath.dirname(path) == directory}
            texts = [data for path in here | touched for data in self._versions(path)]
            marked = any(_is_marked(data) for path in touched for data in self._versions(path))
            if marked or any(map(may_be_referred_to, texts)):
                self.judged |= {path for path in here if self.files.may_hold_job(path, self.files.read(path))}

    def _kustomized(self, judged: bool) -> None:
        """Add the files in one kustomization with checked files, or, with `judged`, check those with touched files."""
        every = {*self.kustomizations, *filter(is_kustomization, self.touched)}
        now = {path: data for path in every if (data := self._is(path))}
        before = {path: data for path in every if (data := self._was(path))}
        if not every:
            return
        from joblint.cli.reach.kustomizations import Groups, matter

        if not matter((*now.values(), *before.values())):
            return
        for path in now:
            self.within.add(self.files.real(path))
        if judged and any((_DIRECTIVE in self._was(path)) != (_DIRECTIVE in self._is(path)) for path in self.touched):
            raise Unknown
        about = self.touched if judged else self.judged
        found = Groups(now).around(about)
        if before != now:
            found |= Groups(before).around(about)
        self.together |= found
        for path in found:
            self.within.add_files(os.path.dirname(self.files.real(path)))
            if (
                judged
                and os.path.isfile(self.files.real(path))
                and self.files.may_hold_job(path, self.files.read(path))
            ):
                self.judged.add(path)

    # -- names

    def _named(self) -> None:
        """Add the Jobs that refer to a touched ConfigMap, and the ConfigMaps that Jobs refer to, by their names."""
        pushed = {
            name
            for path in self.touched
            for data in self._versions(path)
            for name in defined(self.files.real(path), data)
        }
        direct = self._used(self.judged)
        if not pushed and not direct:
            return
        speaking = {path for path, data in self._contents() if may_use(data)}
        users = {path for path in speaking if any(self.files.may_hold_job(path, data) for data in self._versions(path))}
        meaning = self._saying(users, pushed)
        self.judged |= meaning
        sharing = self._saying(users, direct | self._used(meaning))
        self.judged |= sharing
        wanted = DEFINED.encode()
        definers = {path for path in speaking if any(wanted in data for data in self._versions(path))}
        for path in self._saying(definers, direct | pushed | self._used(meaning) | self._used(sharing)):
            self.within.add(self.files.real(path))

    def _used(self, paths: Iterable[str]) -> set[str]:
        return {name for path in paths for data in self._versions(path) for name in used(self.files.real(path), data)}

    def _saying(self, paths: Iterable[str], names: set[str]) -> set[str]:
        """Return those of some files that may have one of some names."""
        if not all(map(is_searchable, names)):
            raise Unknown
        words = [name.encode() for name in names]
        return (
            {path for path in paths if any(may_say(data, words) for data in self._versions(path))} if words else set()
        )

    def _contents(self) -> Iterator[tuple[str, bytes]]:
        """Yield the content of all files in scope, and of touched files also the old content."""
        read = self.files.read
        yield from ((path, read(path)) for path in self._untouched())
        yield from ((path, data) for path in self.touched for data in self._versions(path))

    def _elsewhere_named(self) -> None:
        """Add the directories whose Jobs may refer to a name that a file now has, or no longer has."""
        names: set[bytes] = set()
        counting = False  # whether files begin or cease to matter because a Job is now, or is no longer, next to them
        for path in self.touched:
            old, new = self._was(path), self._is(path)
            names |= set(_NAMED.findall(old)) ^ set(_NAMED.findall(new))
            if self.files.may_hold_job(path, old) != self.files.may_hold_job(path, new):
                counting = True
                names.update(*(_NAMED.findall(self.files.read(one)) for one in self._beside_of(path)))
            if self._uses(path, old) != self._uses(path, new) and not any(
                self._uses(one, self._is(one)) for one in self._untouched()
            ):
                raise Unknown  # all files with ConfigMaps begin or cease to matter
        if counting or any(map(is_kustomization, self.touched)):
            names.update(*(_NAMED.findall(data) for path in self.together for data in self._versions(path)))
        if names:
            self._misnamed({name.decode("utf-8", "replace") for name in names})

    def _beside_of(self, path: str) -> Iterator[str]:
        return self.files.beside(posixpath.dirname(path))

    def _untouched(self) -> Iterator[str]:
        return (path for path in self.files.in_scope if path not in self.touched)

    def _misnamed(self, names: set[str]) -> None:
        """Add the Jobs next to an object whose name is almost one of these."""
        near = Near(names)
        directories: set[str] = set()
        for path, data in self._contents():
            if may_be_referred_to(data) and (
                may_say(data, ()) or any(map(near.has, map(bytes.decode, _NAME.findall(data))))
            ):
                directories.add(posixpath.dirname(path))
        for directory in directories:
            here = self.files.beside(directory)
            self.judged |= {path for path in here if self.files.may_hold_job(path, self.files.read(path))}

    def _namespaces(self) -> None:
        """Add the Namespaces, which users' own rules may check."""
        if not OWN:
            return
        if any(_NAMESPACE in data for path in self.touched for data in self._versions(path)):
            raise Unknown
        for path, data in self._contents():
            if _NAMESPACE in data:
                self.within.add_files(os.path.dirname(self.files.real(path)))

    # -- questions while files are checked

    def _has_elsewhere(self, word: str) -> bool:
        """Return whether a word is elsewhere, as Reach.elsewhere does."""
        sought = word.encode()
        return any(
            sought in self.files.read(path) and self._would_be_read(path)
            for path in self._untouched()
            if not self.within.covers(self.files.real(path))
        )

    def _would_be_read(self, path: str) -> bool:
        """Return whether a check of all files would read and keep a file, as Inputs.other_sources does."""
        data, alone = self.files.read(path), walk.Within()
        alone.add(self.files.real(path))
        if path not in self._walked(alone) or not self.files.matters(path, data):
            return False
        if self.files.may_hold_job(path, data) or is_kustomization(path) or path in self.together:
            return True
        if any(self.files.may_hold_job(one, self.files.read(one)) for one in self._beside_of(path)):
            return True
        return DEFINED.encode() in data and any(self._uses(one, self.files.read(one)) for one in self.files.in_scope)

    def _uses(self, path: str, data: bytes) -> bool:
        """Return whether a file may have a Job that refers to a ConfigMap: then all files with ConfigMaps are read."""
        return USED in data and self.files.may_hold_job(path, data)

    # -- paths

    def _root(self, path: str) -> str | None:
        """Return a directory to check as its path from the top, with a slash at the end."""
        if not os.path.isdir(path):
            return None
        below = os.path.relpath(os.path.realpath(path), self.top).replace(os.sep, "/")
        return "" if below == "." else f"{below}/"


def _is_marked(data: bytes) -> bool:
    return any(mark in data for mark in _MARKS)


def _silent(path: str, what: str) -> None:
    """Ignore what is left out: it is reported when the files are read."""
