"""The findings that a change added: those that exist now and did not exist at a git revision."""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from joblint.cli.inputs import Inputs, is_neighbour
from joblint.cli.judge import judge
from joblint.cli.repositories import repositories
from joblint.manifests.document import documents, manifests
from joblint.manifests.kinds import kind_of
from joblint.manifests.source import Source
from joblint.project.git import Repository
from joblint.project.git_process import GitError
from joblint.project.walk import SUFFIXES
from joblint.report import Note, Run, baseline
from joblint.report.baseline import Entry
from joblint.report.fingerprint import keys
from joblint.rule.settings import Settings

if TYPE_CHECKING:
    from joblint.cli.reach import Reach


class Since:
    """A filter that removes the findings from a run that existed at a revision.

    A finding is new if its file has more findings of its kind than before (joblint/report/fingerprint.py defines the
    kind). If its file was renamed, or its object was moved to another file, the path is not compared.
    """

    def __init__(
        self, ref: str, paths: Sequence[str], settings: Settings, inputs: Inputs, old: Sequence[Source] | None = None
    ) -> None:
        """Take the revision `ref`, and what the files were checked with.

        Raises GitError if there is no such revision or no repository.
        """
        self.ref, self.settings, self.inputs, self.old = ref, settings, inputs, old
        self.commits: list[tuple[Repository, str]] = []
        if inputs.reach is None:
            self.commits = [(repository, repository.revision(ref)) for repository in repositories(paths)]

    def __call__(self, run: Run) -> Run:
        """Return the run with only new findings, or with all and an error if the old files cannot be read."""
        if not run.findings:
            return run
        was = _OldInputs(self.inputs)
        try:
            for repository, commit in self.commits:
                was.read_commit(repository, commit)
        except GitError as error:
            return run._replace(errors=[*run.errors, Note(f"--since {self.ref}", str(error))])
        if self.inputs.reach is not None:
            was.read_reach(self.inputs.reach)
        with ExitStack() as stack:
            name: Callable[[str], str] = str
            if self.inputs.rendered:
                from joblint.cli.render_old import add_then

                try:
                    name = add_then(self.commits, self.inputs, was, stack)
                except GitError as error:
                    return run._replace(errors=[*run.errors, Note(f"--since {self.ref}", str(error))])
            then = judge(was, self.settings, run.against, self.old)
        entries = _entries(run)
        wanted, left = baseline.new(entries, Counter(_entries(then, name)))
        moved = Counter(_somewhere(one) for one in _gone(left, run).elements())
        for number, one in enumerate(entries):
            if wanted[number] and moved[_somewhere(one)] > 0:
                moved[_somewhere(one)] -= 1
                wanted[number] = False
        findings = [finding for finding, is_new in zip(run.findings, wanted, strict=True) if is_new]
        return run._replace(findings=findings, older=run.older + len(entries) - len(findings))


class _OldInputs(Inputs):
    """The files of a run as they were, under the paths that they have now, and files that are gone.

    Only files that are read now are read as they were.
    """

    def __init__(self, now: Inputs) -> None:
        super().__init__(now.configuration)
        self.now, self.whole, self.given = now, now.whole, now.given
        self.contents: dict[str, bytes] = {}  # of files without Jobs

    def read_commit(self, repository: Repository, commit: str) -> None:
        """Read the files of a commit. Raises GitError."""
        walked = repository.located(self.now.walked)
        piped = repository.located(source.path for source in self.now.sources)
        shown = {**piped, **walked}
        blobs = repository.files(commit, lambda path: path in shown or path.lower().endswith(SUFFIXES))
        for path, data in repository.contents(blobs):
            if path in shown or not os.path.lexists(os.path.join(repository.top, path)):
                self.put(shown.get(path) or self._gone(repository, path), data)
        self._sort()

    def read_reach(self, reach: "Reach") -> None:
        """Read the files that a change can affect, as they were."""
        self.reach = reach
        shown = reach.repository.located(self.now.walked)
        for path in (*shown, *(path for path in reach.touched if path not in shown)):
            data = reach.as_it_was(path)
            if data is not None:
                self.put(shown.get(path) or self._gone(reach.repository, path), data)
        self._sort()

    def put(self, path: str, data: bytes) -> None:
        """Add a file."""
        self._add(path, path, data)
        if is_neighbour(path, data):
            self.contents[path] = data

    def content(self, path: str) -> bytes:
        """Return the content of a file, as in Inputs."""
        return self.contents.get(path, b"")

    def _sort(self) -> None:
        """Sort the files in the order in which they are read from a disk."""
        self.sources.sort(key=lambda source: source.path)
        self.others.sort()
        self.neighbours.sort()

    def _gone(self, repository: Repository, path: str) -> str:
        """Return a path for a file that is gone: in the directory it was in, if that is checked."""
        whole = os.path.join(os.path.realpath(repository.top), path)
        for root in self.now.named:
            real = os.path.join(os.path.realpath(root), "")
            if whole.startswith(real):
                base = "" if root in (".", "./") else root.rstrip("/") + "/"
                return base + whole[len(real) :]
        return whole


def _entries(run: Run, name: Callable[[str], str] = str) -> list[Entry]:
    return [baseline.entry(key) for key in keys(run.findings, run.sources, name)]


def _somewhere(one: Entry) -> Entry:
    return one._replace(path="")


def _gone(left: Counter[Entry], run: Run) -> Counter[Entry]:
    """Return the findings whose file is gone, or whose object is no longer in the file."""
    objects: dict[str, set[tuple[str, str, str]]] = {}
    found: Counter[Entry] = Counter()
    for one, count in left.items():
        source = run.sources.get(one.path)
        if source is None:
            found[one] = count
            continue
        if one.path not in objects:
            objects[one.path] = _objects(source)
        if one.kind and (one.kind, one.namespace, one.name) not in objects[one.path]:
            found[one] = count
    return found


def _objects(source: Source) -> set[tuple[str, str, str]]:
    """Return the kind, namespace and name of each Job and CronJob in a file."""
    found = set()
    for document in documents(source):
        for manifest in manifests(document, document.index) if document.may_hold_job else ():
            name = manifest.shown("metadata", "name") or manifest.shown("metadata", "generateName")
            found.add((kind_of(manifest), manifest.shown("metadata", "namespace"), name))
    return found
