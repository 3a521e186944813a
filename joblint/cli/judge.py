"""What `check` does: read the files, judge what they hold, and say what could not be read or was left alone."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from joblint import kustomize, walk
from joblint.api import not_text
from joblint.cli.output import bug
from joblint.config.inforce import ConfigError, Configuration
from joblint.corpus import Corpus
from joblint.document import Manifest
from joblint.engine import Run as Engine
from joblint.finding import Finding
from joblint.leave import Leave
from joblint.report import LeftAlone, Note, Run
from joblint.rules import TROUBLE
from joblint.settings import Settings
from joblint.source import NotText, Source, decode, language_of

if TYPE_CHECKING:
    from joblint.origin import Rendered

STDIN = "-"
STDIN_NAME = "<stdin>"
# Jobs refer to such objects by name; a file that has none but these is read again when a Job mentions one.
_REFERRED, _REFERENCE = b"ConfigMap", "onfigMap"
# What stands beside a Job in its directory, and may be meant for it or take its Pods for others (checks/neighbours.py).
_NEIGHBOURS = (
    _REFERRED, b"kind: Service", b"kind: Deployment", b"kind: StatefulSet", b"kind: DaemonSet", b"kind: Secret",
    b"kind: PersistentVolumeClaim", b"kind: PriorityClass", b"Generator:",
)  # fmt: skip
_NOT_RENDERED = "as a kustomization: its files are judged one by one; --render judges what it makes of them"
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
        self.whole = False
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
        named = [path for path in paths if path != STDIN]
        self.whole = all(os.path.isdir(path) for path in named)
        for path in walk.find(named, self.trouble, self.passed_over, self.configuration):
            self._take(path, path)
        for path in named:
            if kustomize.is_one(path):
                self.passed_over(path, _NOT_RENDERED)
        self.progress.clear()
        self.sources.sort(key=lambda source: source.path)

    def _take(self, path: str, name: str) -> None:
        self.progress.tick("read", self.files, 0)
        try:
            data = _stdin() if path == STDIN else walk.read(path)
            self.files += 1
            self._add(path, name, data)
        except OSError as error:
            self.trouble(name, walk.reason(error))
        except walk.ReadError as error:
            self.trouble(name, str(error))
        except Exception as error:  # the other files can still be judged
            self.trouble(name, bug(error))

    def _add(self, path: str, name: str, data: bytes) -> None:
        language = language_of(name)
        if not walk.speaks(data, language):
            if _REFERRED in data and path != STDIN:
                self.others.append(path)
            elif path != STDIN and language in ("yaml", "json"):
                self.neighbours.append(path)
            return
        try:
            if self.configuration is not None:
                place = "" if name.startswith(walk.STREAMS) else name
                self.settings[name] = self.configuration.settings(place)
            text = decode(data)
            self.sources.append(Source(name, text, language, rendered=_piped(text) if name == STDIN_NAME else None))
        except NotText as error:
            self._not_text(name, data, error)
        except ConfigError as error:
            self.trouble(name, str(error))

    def add_rendered(self, path: str, data: bytes, rendered: "Rendered", settings: Settings) -> None:
        """Take what helm or kustomize made of a directory, and the settings that hold for it."""
        self.files += 1
        if walk.speaks(data):
            try:
                self.sources.append(Source(path, decode(data), rendered=rendered))
                self.settings[path] = settings
            except NotText as error:
                self._not_text(path, data, error)

    def _not_text(self, name: str, data: bytes, error: NotText) -> None:
        """A file that is no text is broken only if it would hold a Job; a picture would not."""
        from joblint.document import Document

        text = data.decode("utf-8", "replace").replace("\0", "")  # UTF-16 is every other byte, as far as it matters
        if Document(Source(name, text), text, 0).speaks_of_jobs:
            self.findings.append(not_text(name, error))

    def other_sources(self) -> list[Source]:
        """The files with what the Jobs refer to, and those beside them that may take their Pods for others."""
        homes = {os.path.dirname(source.path) for source in self.sources} if self.whole else ()
        wanted = [path for path in (*self.others, *self.neighbours) if os.path.dirname(path) in homes]
        if any(_REFERENCE in source.text for source in self.sources):
            known = frozenset(self.others)
            wanted = [*self.others, *(path for path in wanted if path not in known)]
        found, room = [], _MAX_OTHERS
        for path in wanted:
            try:
                data = walk.read(path)
                if not is_neighbour(data):
                    continue
                room -= len(data)
                if room < 0:
                    break
                found.append(Source(path, decode(data), language_of(path)))
            except (OSError, walk.ReadError, NotText):  # it has been read before: it is being changed now
                continue
        return found


def is_neighbour(data: bytes) -> bool:
    """Whether a file has anything that a Job beside it may mean, or that may take its Pods for others."""
    return any(word in data for word in _NEIGHBOURS)


def judge(inputs: Inputs, settings: Settings, against: str = "", old: Sequence[Source] | None = None) -> Run:
    """Judge what was read. A bug that one file wakes is reported as that file's; the others are judged all the same.

    `old` are the manifests of the objects that are there already, `against` is how the user named them.
    """
    findings, jobs, applied = list(inputs.findings), 0, 0
    suppressed: list[tuple[Finding, str]] = []
    if inputs.sources:
        leave = Leave(lambda manifest, why: inputs.left_alone.append(_described(manifest, why)))
        corpus = Corpus(inputs.sources, inputs.other_sources(), old, whole=inputs.whole)
        engines = _Engines(inputs, settings, leave, corpus)
        for number, source in enumerate(inputs.sources):
            inputs.progress.tick("judged", number, len(inputs.sources))
            try:
                engines.of(source).source(source)
            except Exception as error:
                inputs.trouble(source.path, bug(error))
        inputs.progress.clear()
        for engine in engines.made.values():
            findings += engine.findings
            suppressed += engine.suppressed
            inputs.left_alone += [LeftAlone(*skipped) for skipped in engine.skipped]
            jobs += engine.judged
        findings.sort(key=lambda finding: finding.path)
        suppressed.sort(key=lambda pair: pair[0].path)
        applied = corpus.old.matched if corpus.old else 0
    inputs.errors += [Note(*trouble) for trouble in TROUBLE]
    TROUBLE.clear()
    inputs.left_alone.sort()
    inputs.errors.sort()
    targets = {minor for one in (inputs.settings.values() or [settings]) for minor in one.minors}
    minors = [f"1.{minor}" for minor in sorted(targets)]
    own = {path: [f"1.{minor}" for minor in one.minors] for path, one in inputs.settings.items()}
    sources = {source.path: source for source in (*(old or ()), *inputs.sources)}
    paths = [source.path for source in inputs.sources]
    counted = (inputs.files, jobs, minors, against, applied)
    return Run(findings, sources, inputs.errors, inputs.left_alone, *counted, suppressed, paths, targets=own)


def judge_one(inputs: Inputs, settings: Settings, source: Source, old: Sequence[Source] | None = None) -> list[Finding]:
    """What is found in one file, whose text may be another than the one that was read, among the others."""
    others = [source if other.path == source.path else other for other in inputs.sources]
    leave = Leave(lambda manifest, why: None)
    corpus = Corpus(others, inputs.other_sources(), old, whole=inputs.whole)
    engine = _Engines(inputs, settings, leave, corpus).of(source)
    engine.source(source)
    return engine.findings


class _Engines:
    """An engine for all the files that have the same settings, over one corpus."""

    def __init__(self, inputs: Inputs, settings: Settings, leave: Leave, corpus: Corpus) -> None:
        self.inputs, self.settings, self.leave, self.corpus = inputs, settings, leave, corpus
        self.made: dict[int, Engine] = {}

    def of(self, source: Source) -> Engine:
        """The engine for a file."""
        chosen = self.inputs.settings.get(source.path, self.settings)
        found = self.made.get(id(chosen))
        if found is None:
            settings = chosen._replace(suppress=self.settings.suppress, edits=self.settings.edits)
            found = self.made[id(chosen)] = Engine(self.leave.settings(settings), self.corpus)
        return found


def _described(manifest: Manifest, why: str) -> LeftAlone:
    document = manifest.document
    line, _ = document.source.position(document.outer(manifest.node.start))
    return LeftAlone(document.source.path, line, manifest.what, why)


def _piped(text: str) -> "Rendered | None":
    from joblint.origin import piped

    return piped(text)


def _stdin() -> bytes:
    if sys.stdin is None:
        raise walk.ReadError("standard input is closed")
    data = sys.stdin.buffer.read(walk.MAX_BYTES + 1)
    if len(data) > walk.MAX_BYTES:
        raise walk.ReadError(walk.TOO_LARGE)
    return data
