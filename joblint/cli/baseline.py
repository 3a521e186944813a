"""The file of a baseline: its findings are left out of a report, or the findings of a run are written to it."""

import os
from collections import Counter
from collections.abc import Callable, Container, Mapping

from joblint.cli.inputs import Inputs
from joblint.cli.save import no_room, save
from joblint.engine.suppress.settle import elsewhere
from joblint.manifests import disk
from joblint.manifests.source import Source
from joblint.report import Note, Run, counted, stderr
from joblint.report.baseline import MARK, BaselineError, Entry, dump, entry, followed, load, new
from joblint.report.fingerprint import keys
from joblint.rule.finding import EFFECTS
from joblint.rule.settings import Settings

_UNREAD = ("unreadable-document",)  # the rest of such a file is not checked
_SHOWN = 100  # entries that are listed
_MAX_BYTES = 256 << 20


class Baseline:
    """A filter that removes the findings of a baseline from a run."""

    def __init__(
        self, path: str, settings: Settings, inputs: Inputs, verbose: bool = False, strict: bool = False
    ) -> None:
        """Read the file at `path`. Raises BaselineError.

        `settings` are those of the files for which `inputs` have none. With `verbose`, the number of stale entries is
        printed; with `strict`, stale entries fail the run.
        """
        self.path, self.settings, self.inputs, self.verbose, self.strict = path, settings, inputs, verbose, strict
        self.known = _read(path)
        self.base = os.path.dirname(os.path.realpath(path))

    def __call__(self, run: Run) -> Run:
        """Return the run with only the findings that are new."""
        name = namer(self.path)
        entries = _entries(run, name)
        judged = {name(path): path for path in run.paths}
        wanted, left = new(entries, self.known)
        if any(wanted) and left:
            paths = {one.path for one in self.known}
            homes = _homes({shown: run.sources[path] for shown, path in judged.items() if shown not in paths})
            wanted, left = followed(entries, wanted, left, lambda path: self.is_gone(path, judged), paths, homes)
        findings = [finding for finding, is_new in zip(run.findings, wanted, strict=True) if is_new]
        stale: list[Note] = []
        if self.verbose or self.strict:
            unsure = {name(one.path) for one in run.findings if one.rule in _UNREAD}
            stale = self.stale({one: n for one, n in left.items() if self.looked_for(one, judged, unsure)})
        if not self.strict:
            for note in stale[-1:]:
                stderr.complain(f"{note.path}: {note.message}")
        known = run.known + len(entries) - len(findings)
        return run._replace(findings=findings, known=known, stale=stale if self.strict else ())

    def stale(self, left: Mapping[Entry, int]) -> list[Note]:
        """Return a note for each entry that is no longer found, and a last one for all of them."""
        if not left:
            return []
        number = sum(left.values())
        said = ("is no longer found", "it") if number == 1 else ("are no longer found", "them")
        all_of_them = f"{counted(number, 'finding')} {said[0]}; --write-baseline removes {said[1]}"
        return [*(_told(*one) for one in sorted(left.items())[:_SHOWN]), Note(self.path, all_of_them)]

    def is_gone(self, path: str, judged: Mapping[str, str]) -> bool:
        """Return whether a file no longer exists. An escaped name may be that of any file; `<stdin>` is not a file."""
        if path in judged or path.startswith("<") or "\\" in path:
            return False
        return not os.path.lexists(os.path.join(self.base, path))

    def looked_for(self, one: Entry, judged: Mapping[str, str], unsure: Container[str]) -> bool:
        """Return whether this run would have found an entry. Of `unsure` files only a part was checked."""
        if one.path not in judged:
            return self.is_gone(one.path, judged)
        if one.path in unsure or (not self.inputs.whole and one.rule in elsewhere()):
            return False
        settings = self.inputs.settings.get(judged[one.path], self.settings)
        return any(settings.wants(one.rule, effect) for effect in EFFECTS)


class Writer:
    """A filter that writes all findings of a run to a baseline, and leaves none to report."""

    def __init__(self, path: str, quiet: bool = False) -> None:
        """Take the path of the file. Raises BaselineError if it is another file, which was named by mistake."""
        self.path, self.quiet = path, quiet
        wrong = no_room(path)
        if wrong:
            raise BaselineError(wrong)
        try:
            before = _text(path)
        except FileNotFoundError:
            before = ""
        except OSError as error:
            raise BaselineError(disk.reason(error)) from None
        if before.strip() and MARK not in before:
            raise BaselineError("the file exists and is not a baseline; not overwritten")

    def __call__(self, run: Run) -> Run:
        """Return the run without findings, or with an error if the file cannot be written."""
        if run.errors:
            return self.failed(run, "not written: some files could not be read")
        entries = _entries(run, namer(self.path))
        try:
            save(self.path, [dump(entries)])
        except OSError as error:
            return self.failed(run, f"not written: {disk.reason(error)}")
        if not self.quiet:
            stderr.complain(f"wrote {counted(len(entries), 'finding')} to {self.path}")
        return run._replace(findings=[], known=run.known + len(entries))

    def failed(self, run: Run, why: str) -> Run:
        """Return the run with one more error."""
        return run._replace(errors=[*run.errors, Note(self.path, why)])


def namer(baseline: str) -> Callable[[str], str]:
    """Return a function that gives a file's path from the baseline's directory, with slashes on every system."""
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


def _homes(sources: Mapping[str, Source]) -> Callable[[str, str], list[str]]:
    """Return a function that gives the new files that have the name of a deleted file and mention an object of it."""
    by_name: dict[str, list[str]] = {}
    for path in sources:
        by_name.setdefault(path.rpartition("/")[2], []).append(path)
    return lambda path, name: [
        one for one in by_name.get(path.rpartition("/")[2], ()) if name and name in sources[one].text
    ]


def _told(one: Entry, count: int) -> Note:
    """Return the note about an entry that is no longer found."""
    about = " ".join(filter(None, (one.kind, "/".join(filter(None, (one.namespace, one.name))))))
    where = ", ".join(filter(None, (about, one.field)))
    times = f", {count} times" if count > 1 else ""
    return Note(one.path, f"no longer found: {one.rule}{f' ({where})' if where else ''}{times}")


def _entries(run: Run, name: Callable[[str], str]) -> list[Entry]:
    """Return the baseline entries of a run's findings; `name` gives the names of files."""
    return [Entry(*map(_text_of, entry(key))) for key in keys(run.findings, run.sources, name)]


def _text_of(value: str) -> str:
    """Return a text that every JSON reader accepts: bytes of a name that are not UTF-8 are escaped."""
    return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()


def _read(path: str) -> Counter[Entry]:
    try:
        return load(_text(path))
    except FileNotFoundError:
        raise BaselineError(f"no such file; `--write-baseline {path}` creates it") from None
    except OSError as error:
        raise BaselineError(disk.reason(error)) from None
    except BaselineError as error:
        raise BaselineError(f"not a baseline: {error}") from None


def _text(path: str) -> str:
    """Return the content of a baseline. Raises OSError and BaselineError."""
    if os.path.isdir(path):
        raise BaselineError("it is a directory")
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
