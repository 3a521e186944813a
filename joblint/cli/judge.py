"""What `check` does: read the files, judge what they hold, and say what could not be read or was left alone."""

import sys
from collections.abc import Callable, Sequence

from joblint import walk
from joblint.api import language_of, not_text
from joblint.cli.output import bug
from joblint.corpus import Corpus
from joblint.document import Manifest
from joblint.engine import Run as Engine
from joblint.finding import Finding
from joblint.leave import Leave
from joblint.report import LeftAlone, Note, Run
from joblint.settings import Settings
from joblint.source import NotText, Source, decode

Tick = Callable[[str, int, int], None]  # takes what is done with files, how many are, and of how many (0: not known)
STDIN = "-"
STDIN_NAME = "<stdin>"
# Jobs refer to such objects by name; a file that has none but these is read again when a Job mentions one.
_REFERRED, _REFERENCE = b"ConfigMap", "onfigMap"
_MAX_OTHERS = 64 << 20  # bytes of such files that are kept


def silent(what: str, done: int, total: int) -> None:
    """Tell nobody how far things are."""


class Inputs:
    """The files of a run: `sources` may hold Jobs, `others` are the paths of files that define what Jobs refer to."""

    def __init__(self) -> None:
        self.sources: list[Source] = []
        self.others: list[str] = []
        self.files = 0
        self.findings: list[Finding] = []
        self.errors: list[Note] = []
        self.left_alone: list[LeftAlone] = []
        self.tick: Tick = silent

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
        for path in walk.find([path for path in paths if path != STDIN], self.trouble, self.passed_over):
            self._take(path, path)
        self.sources.sort(key=lambda source: source.path)

    def _take(self, path: str, name: str) -> None:
        self.tick("read", self.files, 0)
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
            return
        try:
            self.sources.append(Source(name, decode(data), language))
        except NotText as error:
            self._not_text(name, data, error)

    def _not_text(self, name: str, data: bytes, error: NotText) -> None:
        """A file that is no text is broken only if it would hold a Job; a picture would not."""
        from joblint.document import Document

        text = data.decode("utf-8", "replace").replace("\0", "")  # UTF-16 is every other byte, as far as it matters
        if Document(Source(name, text), text, 0).speaks_of_jobs:
            self.findings.append(not_text(name, error))

    def other_sources(self) -> list[Source]:
        """The files with what the Jobs refer to; none where no Job refers to anything."""
        if not any(_REFERENCE in source.text for source in self.sources):
            return []
        found, room = [], _MAX_OTHERS
        for path in self.others:
            try:
                data = walk.read(path)
                room -= len(data)
                if room < 0:
                    break
                found.append(Source(path, decode(data), language_of(path)))
            except (OSError, walk.ReadError, NotText):  # it has been read before: it is being changed now
                continue
        return found


def judge(inputs: Inputs, settings: Settings, against: str = "", old: Sequence[Source] | None = None) -> Run:
    """Judge what was read. A bug that one file wakes is reported as that file's; the others are judged all the same.

    `old` are the manifests of the objects that are there already, `against` is how the user named them.
    """
    findings, jobs, applied = list(inputs.findings), 0, 0
    if inputs.sources:
        leave = Leave(lambda manifest, why: inputs.left_alone.append(_described(manifest, why)))
        engine = Engine(leave.settings(settings), Corpus(inputs.sources, inputs.other_sources(), old))
        for number, source in enumerate(inputs.sources):
            inputs.tick("judged", number, len(inputs.sources))
            try:
                engine.source(source)
            except Exception as error:
                inputs.trouble(source.path, bug(error))
        findings += engine.findings
        findings.sort(key=lambda finding: finding.path)
        inputs.left_alone += [LeftAlone(*skipped) for skipped in engine.skipped]
        jobs = engine.judged
        applied = engine.corpus.old.matched if engine.corpus.old else 0
    inputs.left_alone.sort()
    inputs.errors.sort()
    minors = [f"1.{minor}" for minor in settings.minors]
    sources = {source.path: source for source in (*(old or ()), *inputs.sources)}
    paths = [source.path for source in inputs.sources]
    counted = (inputs.files, jobs, minors, against, applied)
    return Run(findings, sources, inputs.errors, inputs.left_alone, *counted, paths=paths)


def judge_one(inputs: Inputs, settings: Settings, source: Source, old: Sequence[Source] | None = None) -> list[Finding]:
    """What is found in one file, whose text may be another than the one that was read, among the others."""
    others = [source if other.path == source.path else other for other in inputs.sources]
    leave = Leave(lambda manifest, why: None)
    engine = Engine(leave.settings(settings), Corpus(others, inputs.other_sources(), old))
    engine.source(source)
    return engine.findings


def _described(manifest: Manifest, why: str) -> LeftAlone:
    document = manifest.document
    line, _ = document.source.position(document.outer(manifest.node.start))
    return LeftAlone(document.source.path, line, manifest.what, why)


def _stdin() -> bytes:
    if sys.stdin is None:
        raise walk.ReadError("standard input is closed")
    data = sys.stdin.buffer.read(walk.MAX_BYTES + 1)
    if len(data) > walk.MAX_BYTES:
        raise walk.ReadError(walk.TOO_LARGE)
    return data
