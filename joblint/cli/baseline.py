"""The file of a baseline: what it has is left out of a report, or what is found is written into it."""

import os
from collections import Counter
from collections.abc import Callable

from joblint import disk
from joblint.baseline import MARK, BaselineError, Entry, dump, entry, load, new
from joblint.cli import output
from joblint.cli.inputs import Inputs
from joblint.cli.save import save
from joblint.finding import EFFECTS
from joblint.fingerprint import keys
from joblint.report import Note, Run, counted
from joblint.settings import Settings

_MAX_BYTES = 256 << 20


class Baseline:
    """Leaves out of a run what a baseline has."""

    def __init__(self, path: str, settings: Settings, inputs: Inputs, verbose: bool = False) -> None:
        """Read the file at `path`. Raises BaselineError.

        `settings` are those of the files for which `inputs` have none; `verbose`: tell how many entries are stale.
        """
        self.path, self.settings, self.inputs, self.verbose = path, settings, inputs, verbose
        self.known = _read(path)

    def __call__(self, run: Run) -> Run:
        """The run with what is new in it."""
        name = namer(self.path)
        entries = _entries(run, name)
        wanted, left = new(entries, self.known)
        findings = [finding for finding, is_new in zip(run.findings, wanted, strict=True) if is_new]
        if self.verbose:
            self.tell(left, {name(path): path for path in run.paths})
        return run._replace(findings=findings, known=run.known + len(entries) - len(findings))

    def tell(self, left: Counter[Entry], judged: dict[str, str]) -> None:
        """Say how much of the baseline is stale; `judged` are the files of the run, by their names in it."""
        stale = sum(count for one, count in left.items() if self.looked_for(one, judged))
        if stale:
            there = "is no longer there" if stale == 1 else "are no longer there"
            output.complain(f"{self.path}: {counted(stale, 'finding')} of it {there}; --write-baseline takes them out")

    def looked_for(self, one: Entry, judged: dict[str, str]) -> bool:
        """Whether this run would have found what an entry stands for."""
        if one.path not in judged:
            return not os.path.lexists(os.path.join(os.path.dirname(self.path), one.path))
        settings = self.inputs.settings.get(judged[one.path], self.settings)
        return any(settings.wants(one.rule, effect) for effect in EFFECTS)


class Writer:
    """Writes all that is found into a baseline, which leaves nothing to report."""

    def __init__(self, path: str, quiet: bool = False) -> None:
        """`path` is the file. Raises BaselineError where what is there now is none: it was named by mistake."""
        self.path, self.quiet = path, quiet
        try:
            before = _text(path)
        except FileNotFoundError:
            before = ""
        except OSError as error:
            raise BaselineError(disk.reason(error)) from None
        if before.strip() and MARK not in before:
            raise BaselineError("this file is there already, and is no baseline; it is not overwritten")

    def __call__(self, run: Run) -> Run:
        """The run with nothing in it, or, where the file cannot be written, with what is to be said of that."""
        if run.errors:
            return self.failed(run, "not written: not all files could be read")
        entries = _entries(run, namer(self.path))
        try:
            save(self.path, [dump(entries)])
        except OSError as error:
            return self.failed(run, f"not written: {disk.reason(error)}")
        if not self.quiet:
            output.complain(f"wrote {counted(len(entries), 'finding')} to {self.path}")
        return run._replace(findings=[], known=run.known + len(entries))

    def failed(self, run: Run, why: str) -> Run:
        """The run with one more error."""
        return run._replace(errors=[*run.errors, Note(self.path, why)])


def namer(baseline: str) -> Callable[[str], str]:
    """Gives a file's path from the directory of the baseline, with slashes: the same wherever joblint is called."""
    base = os.path.dirname(os.path.realpath(baseline))
    known: dict[str, str] = {}

    def name(path: str) -> str:
        if path not in known:
            directory, last = os.path.split(path)
            whole = os.path.join(os.path.realpath(directory), last)
            known[path] = _text_of(path if path.startswith("<") else _relative(whole))
        return known[path]

    def _relative(path: str) -> str:
        try:
            return os.path.relpath(path, base).replace(os.sep, "/")
        except ValueError:  # on another drive
            return path

    return name


def _entries(run: Run, name: Callable[[str], str]) -> list[Entry]:
    """What the findings of a run are known by; `name` gives the names of files."""
    return [Entry(*map(_text_of, entry(key))) for key in keys(run.findings, run.sources, name)]


def _text_of(value: str) -> str:
    """A text that every JSON reader takes: what UTF-8 cannot hold (a name that is no text) is escaped."""
    return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()


def _read(path: str) -> Counter[Entry]:
    try:
        return load(_text(path))
    except FileNotFoundError:
        raise BaselineError(f"there is no such file; --write-baseline {path} makes it") from None
    except OSError as error:
        raise BaselineError(disk.reason(error)) from None
    except BaselineError as error:
        raise BaselineError(f"this is no baseline: {error}") from None


def _text(path: str) -> str:
    """Raises OSError, BaselineError."""
    try:
        data = disk.read_start(path, _MAX_BYTES + 1)
    except disk.ReadError as error:
        raise BaselineError(str(error)) from None
    if len(data) > _MAX_BYTES:
        raise BaselineError(f"it is larger than {_MAX_BYTES >> 20} MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BaselineError("it is not UTF-8") from None
