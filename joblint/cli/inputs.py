"""The files of a run: what is read of them, and what of it is judged or looked into."""

import os
import sys
from collections.abc import Collection, Container, Iterable, Sequence
from typing import TYPE_CHECKING

from joblint.engine.api import not_text
from joblint.manifests import disk, relevance
from joblint.manifests.corpus import kustomization
from joblint.manifests.corpus.corpus import CONFIG_MAP, MARKS, REFERRED
from joblint.manifests.corpus.kustomization import is_kustomization
from joblint.manifests.languages import HELM, embeds
from joblint.manifests.source import NotText, Source, decode
from joblint.project import kustomize, walk
from joblint.project.charts import NOT_READ, language_in_tree, template_of
from joblint.project.config.inforce import ConfigError, Configuration
from joblint.report import LeftAlone, Note
from joblint.report.stderr import bug
from joblint.rule.finding import Finding
from joblint.rule.settings import Settings

if TYPE_CHECKING:
    from joblint.cli.reach import Reach
    from joblint.manifests.origin import Rendered

STDIN = "-"
STDIN_NAME = "<stdin>"
# Jobs refer to such objects by name; a file that has none but these is read again when a Job mentions one.
DEFINED = REFERRED[0].encode()
_MARKS = tuple(mark.encode() for mark in MARKS)
_NOT_RENDERED = "as a kustomization: its files are judged one by one; --render judges what it makes of them"
_OURS, _HEAD = b"joblint", 1024  # the word that a report or a baseline has in so many bytes
_MAX_OTHERS = 64 << 20  # bytes of such files that are kept


class Silent:
    """Shows nobody how far a run is; joblint/cli/progress.py shows it on a terminal."""

    def tick(self, what: str, done: int, total: int) -> None:
        """Hear what is done with files, with how many, and of how many (0: not known)."""

    def clear(self) -> None:
        """Take away what is shown."""


class Inputs:
    """The files of a run: `sources` may hold Jobs, `others` are the paths of files that define what Jobs refer to."""

    def __init__(self, configuration: Configuration | None = None) -> None:
        """`configuration` says what holds for each file, and which are left out; without it the settings given hold."""
        self.configuration = configuration
        self.settings: dict[str, Settings] = {}  # by path, as far as a configuration says it
        self.sources: list[Source] = []
        self.others: list[str] = []
        self.neighbours: list[str] = []
        self.named: Sequence[str] = ()  # files and directories that the user named: in these, files may be changed
        self.whole = False
        self.reach: Reach | None = None  # what is read and judged, where that is not all
        self.walked: list[str] = []
        self.written: Collection[str] = ()  # real paths of files that this run writes
        self.files = 0
        self.findings: list[Finding] = []
        self.errors: list[Note] = []
        self.left_alone: list[LeftAlone] = []
        self.progress = Silent()

    def trouble(self, path: str, message: str) -> None:
        """Something could not be read."""
        self.errors.append(Note(path, message))

    def passed_over(self, path: str, why: str) -> None:
        """Something in a directory was not taken."""
        self.left_alone.append(LeftAlone(path, 0, "", why))

    def read(self, paths: Sequence[str], stdin_name: str) -> None:
        """Read all that the user named."""
        if STDIN in paths:
            self._take(STDIN, stdin_name)
        self.named = named = [path for path in paths if path != STDIN]
        self.whole = all(os.path.isdir(path) for path in named)
        within = None if self.reach is None else self.reach.within
        self.read_files(walk.find(named, self.trouble, self.passed_over, self.configuration, within))
        for path in named:
            if kustomize.is_one(path):
                self.passed_over(path, _NOT_RENDERED)
        self.progress.clear()
        self.sources.sort(key=lambda source: source.path)

    def read_files(self, paths: list[str]) -> None:
        """Read some files."""
        self.walked = paths
        for path in paths:
            self._take(path, path)

    def judged(self) -> list[Source]:
        """The sources that are judged: all, or those that a change can affect."""
        if self.reach is None:
            return self.sources
        here = self.reach.repository.located(source.path for source in self.sources)
        wanted = {shown for path, shown in here.items() if path in self.reach.judged}
        return [source for source in self.sources if source.path in wanted]

    def _take(self, path: str, name: str) -> None:
        self.progress.tick("read", self.files, 0)
        try:
            data = _stdin() if path == STDIN else disk.read(path)
            if path != STDIN and self._is_ours(path, data) and path not in self.named:
                self.passed_over(path, "is a report or a baseline of joblint")
                return
            if self._add(path, name, data):
                self.files += 1
        except OSError as error:
            self.trouble(name, disk.reason(error))
        except disk.ReadError as error:
            self.trouble(name, str(error))
        except Exception as error:  # the other files can still be judged
            self.trouble(name, bug(error))

    def _is_ours(self, path: str, data: bytes) -> bool:
        """Whether this run writes the file, or joblint wrote it before."""
        if self.written and os.path.realpath(path) in self.written:
            return True
        if _OURS not in data[:_HEAD]:
            return False
        from joblint.report.recognize import is_ours

        return is_ours(data)

    def _add(self, path: str, name: str, data: bytes) -> bool:
        """Take a file; give whether it is one that joblint reads."""
        language = language_in_tree(name, data)
        if language == NOT_READ:
            return False
        if not relevance.file_may_hold_job(data, language):
            if DEFINED in data and path != STDIN:
                self.others.append(path)
            elif path != STDIN and not embeds(language):
                self.neighbours.append(path)
            return True
        try:
            if self.configuration is not None:
                place = "" if name.startswith(disk.STREAMS) else name
                self.settings[name] = self.configuration.settings(place)
            text = decode(data)
            source = Source(name, text, language, rendered=_piped(text) if name == STDIN_NAME else None)
            self.sources.append(template_of(source))
        except NotText as error:
            self._not_text(name, data, error)
        except ConfigError as error:
            self.trouble(name, str(error))
        return True

    def add_rendered(self, path: str, data: bytes, rendered: "Rendered", settings: Settings) -> None:
        """Take what helm or kustomize made of a directory, and the settings that hold for it."""
        self.files += 1
        if relevance.file_may_hold_job(data):
            try:
                self.sources.append(Source(path, decode(data), rendered=rendered))
                self.settings[path] = settings
            except NotText as error:
                self._not_text(path, data, error)

    def _not_text(self, name: str, data: bytes, error: NotText) -> None:
        """A file that is no text is broken only if it would hold a Job; a picture would not."""
        text = data.decode("utf-8", "replace").replace("\0", "")  # UTF-16 is every other byte, as far as it matters
        if relevance.resembles_job(text):
            self.findings.append(not_text(name, error))

    def other_sources(self) -> list[Source]:
        """The files with what the Jobs refer to, those beside them that may take their Pods for others, kustomizations.

        Beside are those of its directory, and those that a kustomization puts together with it.
        """
        every = (*self.others, *self.neighbours)
        homes = {os.path.dirname(source.path) for source in self.sources} if self.whole else ()
        wanted = dict.fromkeys(path for path in every if os.path.dirname(path) in homes or self._is_one(path))
        if any(CONFIG_MAP in source.text for source in self.sources):
            wanted = dict.fromkeys((*self.others, *wanted))
        found = self._others(wanted, _MAX_OTHERS)
        together = self._together([*self.sources, *found])
        more = [path for path in every if path not in wanted and kustomization.normal(path) in together]
        return found + self._others(more, _MAX_OTHERS - sum(len(source.text) for source in found))

    def _is_one(self, path: str) -> bool:
        return self.whole and is_kustomization(path)

    def _together(self, sources: list[Source]) -> Container[str]:
        """The files that a kustomization which labels Pods puts together with Jobs."""
        if not any(
            is_kustomization(one.path) and any(word in one.text for word in kustomization.LABELLING) for one in sources
        ):
            return ()
        from joblint.manifests.corpus.kustomized import Kustomized

        return Kustomized(sources).beside(source.path for source in self.sources)

    def content(self, path: str) -> bytes:
        """The content of a file that was read before. Raises OSError and ReadError."""
        return disk.read(path)

    def _others(self, paths: Iterable[str], room: int) -> list[Source]:
        """The texts of files that matter to Jobs, as long as they have less than `room` bytes."""
        found = []
        for path in paths:
            try:
                data = self.content(path)
                if not is_neighbour(path, data):
                    continue
                room -= len(data)
                if room < 0:
                    self.passed_over(
                        path, f"is not read: the files that Jobs may refer to exceed {_MAX_OTHERS >> 20} MiB"
                    )
                    break
                found.append(Source(path, decode(data), language_in_tree(path, data) or HELM))
            except (OSError, disk.ReadError, NotText):  # it has been read before: it is being changed now
                continue
        return found


def is_neighbour(path: str, data: bytes) -> bool:
    """Whether a file has anything that a Job beside it may mean, that may take its Pods for others, or changes it."""
    return is_kustomization(path) or any(word in data for word in _MARKS)


def _piped(text: str) -> "Rendered | None":
    from joblint.manifests.origin import piped

    return piped(text)


def _stdin() -> bytes:
    if sys.stdin is None:
        raise disk.ReadError("standard input is closed")
    data = sys.stdin.buffer.read(disk.MAX_BYTES + 1)
    if len(data) > disk.MAX_BYTES:
        raise disk.ReadError(disk.TOO_LARGE)
    return data
