"""The files of a run: which are read, and which of them are checked or only referred to."""

import os
import sys
from collections.abc import Collection, Container, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from joblint.engine.api import not_text
from joblint.manifests import disk, relevance
from joblint.manifests.corpus import kustomization
from joblint.manifests.corpus.corpus import CONFIG_MAP, MARKS, REFERRED
from joblint.manifests.corpus.kustomization import is_kustomization
from joblint.manifests.languages import HELM, embeds
from joblint.manifests.source import NotText, Source, decode
from joblint.project import kustomize, walk
from joblint.project.charts import NOT_READ, language_in_tree
from joblint.project.config.inforce import ConfigError, Configuration
from joblint.report import LeftAlone, Note
from joblint.report.stderr import bug
from joblint.rule.finding import Finding
from joblint.rule.settings import Settings

if TYPE_CHECKING:
    from joblint.cli.reach import Reach
    from joblint.manifests.origin import Rendered
    from joblint.manifests.template.values import Layer
    from joblint.project.render import Output
    from joblint.project.render.values import Values

STDIN = "-"
STDIN_NAME = "<stdin>"
# Jobs refer to such objects by name. A file with only such objects is read again if a Job mentions one.
DEFINED = REFERRED[0].encode()
_MARKS = tuple(mark.encode() for mark in MARKS)
_NOT_RENDERED = "as a kustomization: its files are checked one by one; --render checks what kustomize makes of them"
_OURS, _HEAD = b"joblint", 1024  # a word that each report and baseline has in its first bytes
_MAX_OTHERS = 64 << 20  # bytes of such files that are kept


class Rendering(NamedTuple):
    """How an output of helm or kustomize was made: from which directory, and with which values."""

    directory: str
    values: "Values | None"


class Silent:
    """A display of progress that shows nothing. joblint/cli/progress.py has the one for a terminal."""

    def tick(self, what: str, done: int, total: int) -> None:
        """Note what is done with files, with how many so far, and of how many (0: not known)."""

    def clear(self) -> None:
        """Erase what is shown."""


class Inputs:
    """The files of a run: `sources` may have Jobs, `others` are paths of files with objects that Jobs refer to."""

    def __init__(self, configuration: Configuration | None = None) -> None:
        """Take the configuration, which has the settings of each file and says which files are left out."""
        self.configuration = configuration
        self.settings: dict[str, Settings] = {}  # by path, for files that have a configuration
        self.sources: list[Source] = []
        self.given: tuple[Layer, ...] = ()  # the values that the command line gives for charts, the highest first
        self.renderings: list[Source] = []  # of charts that are among the sources, with other values
        self.rendered: dict[str, Rendering] = {}  # how each output of helm or kustomize was made, by its path
        self.others: list[str] = []
        self.neighbours: list[str] = []
        self.named: Sequence[str] = ()  # files and directories that the user named; only files in these may be changed
        self.whole = False
        self.reach: Reach | None = None  # what is read and checked, if that is not everything
        self.walked: list[str] = []
        self.written: Collection[str] = ()  # real paths of files that this run writes
        self.files = 0
        self.findings: list[Finding] = []
        self.errors: list[Note] = []
        self.left_alone: list[LeftAlone] = []
        self.progress = Silent()

    def trouble(self, path: str, message: str) -> None:
        """Note that something could not be read."""
        self.errors.append(Note(path, message))

    def passed_over(self, path: str, why: str) -> None:
        """Note that something in a directory was not checked."""
        self.left_alone.append(LeftAlone(path, 0, "", why))

    def read(self, paths: Sequence[str], stdin_name: str) -> None:
        """Read all files and directories that the user named."""
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
        """Return the sources to check: all of them, or those that a change can affect."""
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
                self.passed_over(path, "is a report or baseline of joblint")
                return
            if self._add(path, name, data):
                self.files += 1
        except OSError as error:
            self.trouble(name, disk.reason(error))
        except disk.ReadError as error:
            self.trouble(name, str(error))
        except Exception as error:  # the other files can still be checked
            self.trouble(name, bug(error))

    def _is_ours(self, path: str, data: bytes) -> bool:
        """Return whether this run writes the file, or joblint wrote it before."""
        if self.written and os.path.realpath(path) in self.written:
            return True
        if _OURS not in data[:_HEAD]:
            return False
        from joblint.report.recognize import is_ours

        return is_ours(data)

    def _add(self, path: str, name: str, data: bytes) -> bool:
        """Take a file, and return whether joblint reads such files."""
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
            if language == HELM:
                from joblint.project.chart_values import template_of

                template_of(source)
            self.sources.append(source)
        except NotText as error:
            self._not_text(name, data, error)
        except ConfigError as error:
            self.trouble(name, str(error))
        return True

    def add_rendered(
        self, path: str, output: "Output", settings: Settings, made: "Rendering", *, again: bool = False
    ) -> None:
        """Take the output of helm or kustomize for a directory, its settings, and how it was made.

        `again`: it is another rendering of a chart that is taken already, with other values.
        """
        data, rendered = output
        self.files += not again
        if relevance.file_may_hold_job(data):
            try:
                source = Source(path, decode(data), rendered=rendered)
                (self.renderings if again else self.sources).append(source)
                self.settings[path], self.rendered[path] = settings, made
            except NotText as error:
                self._not_text(path, data, error)

    def _not_text(self, name: str, data: bytes, error: NotText) -> None:
        """Report a file that is not text if it looks like a Job; a picture does not."""
        text = data.decode("utf-8", "replace").replace(
            "\0", ""
        )  # in UTF-16 every second byte is 0, as far as it matters
        if relevance.resembles_job(text):
            self.findings.append(not_text(name, error))

    def other_sources(self) -> list[Source]:
        """Return the files with objects that Jobs refer to, neighbours that may select their Pods, and kustomizations.

        The neighbours of a Job are in its directory, or in the same kustomization.
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
        """Return the files that are in one kustomization with Jobs, if that labels Pods."""
        if not any(
            is_kustomization(one.path) and any(word in one.text for word in kustomization.LABELLING) for one in sources
        ):
            return ()
        from joblint.manifests.corpus.kustomized import Kustomized

        return Kustomized(sources).beside(source.path for source in self.sources)

    def content(self, path: str) -> bytes:
        """Return the content of a file that was read before. Raises OSError and ReadError."""
        return disk.read(path)

    def _others(self, paths: Iterable[str], room: int) -> list[Source]:
        """Return the files that matter to Jobs, up to `room` bytes."""
        found = []
        for path in paths:
            try:
                data = self.content(path)
                if not is_neighbour(path, data):
                    continue
                room -= len(data)
                if room < 0:
                    self.passed_over(
                        path, f"is not read: the files that Jobs may refer to have more than {_MAX_OTHERS >> 20} MiB"
                    )
                    break
                found.append(Source(path, decode(data), language_in_tree(path, data) or HELM))
            except (OSError, disk.ReadError, NotText):  # it was read before: it is being changed now
                continue
        return found


def is_neighbour(path: str, data: bytes) -> bool:
    """Return whether a file may have an object that a Job refers to, that selects its Pods, or that changes it."""
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
