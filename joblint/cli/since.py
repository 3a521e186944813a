"""What a change brought in: the findings that are there now and were not at a revision, in a git repository."""

import os
from collections import Counter
from collections.abc import Sequence

from joblint import baseline
from joblint.baseline import Entry
from joblint.cli.against import in_repository, repositories
from joblint.cli.git import Repository
from joblint.cli.git_process import GitError
from joblint.cli.inputs import DEFINED, Inputs, is_neighbour
from joblint.cli.judge import judge
from joblint.document import documents, manifests
from joblint.fingerprint import keys
from joblint.report import Note, Run
from joblint.server import identity
from joblint.settings import Settings
from joblint.source import NotText, Source, decode, language_of
from joblint.walk import SUFFIXES

FORK = "..."  # behind a revision: where the work tree's branch left it, as `git diff main...` has it


class Since:
    """Leaves out of a run what was found at a revision already.

    A finding is new if there are more of its kind in its file than there were (joblint/fingerprint.py says of what
    kind it is). One whose file was renamed, or whose object was moved into another file, is known by all but the path.
    """

    def __init__(
        self, ref: str, paths: Sequence[str], settings: Settings, inputs: Inputs, old: Sequence[Source] | None = None
    ) -> None:
        """`ref` is the revision; the others are what the files as they are now are judged with.

        Raises GitError where there is no such revision, or no repository.
        """
        self.ref, self.settings, self.inputs, self.old = ref, settings, inputs, old
        self.commits = [(repository, _commit(repository, ref)) for repository in repositories(paths)]

    def __call__(self, run: Run) -> Run:
        """The run with what is new in it; all of it, and an error, where the files cannot be read as they were."""
        if not run.findings:
            return run
        was = _Then(self.inputs)
        try:
            for repository, commit in self.commits:
                was.read_commit(repository, commit)
        except GitError as error:
            return run._replace(errors=[*run.errors, Note(f"--since {self.ref}", str(error))])
        then = judge(was, self.settings, run.against, self.old)
        entries = _entries(run)
        wanted, left = baseline.new(entries, Counter(_entries(then)))
        moved = Counter(_somewhere(one) for one in _gone(left, run).elements())
        for number, one in enumerate(entries):
            if wanted[number] and moved[_somewhere(one)] > 0:
                moved[_somewhere(one)] -= 1
                wanted[number] = False
        findings = [finding for finding, is_new in zip(run.findings, wanted, strict=True) if is_new]
        return run._replace(findings=findings, known=run.known + len(entries) - len(findings))


class _Then(Inputs):
    """The files of a run as they were, and those that are there no more; under the paths that they have now."""

    def __init__(self, now: Inputs) -> None:
        super().__init__(now.configuration)
        self.now, self.whole = now, now.whole
        self.kept: list[Source] = []

    def read_commit(self, repository: Repository, commit: str) -> None:
        """Take the files of a commit. Raises GitError."""
        named = in_repository(repository, self.now.sources)
        beside = in_repository(repository, self.now.other_sources())
        blobs = repository.files(commit, lambda path: path in named or path.lower().endswith(SUFFIXES))
        for path, data in repository.contents(blobs):
            whole = os.path.join(repository.top, path)
            if path in named or not os.path.lexists(whole):
                self._add(whole, named.get(path, whole), data)
            elif path in beside or DEFINED in data:
                self.keep(beside.get(path, whole), data)
            if self.others or (self.neighbours and is_neighbour(path, data)):  # a Job may refer to what is in it
                self.keep([*self.others, *self.neighbours][0], data)
            self.others, self.neighbours = [], []

    def keep(self, path: str, data: bytes) -> None:
        """Have a file for what Jobs refer to."""
        try:
            self.kept.append(Source(path, decode(data), language_of(path)))
        except NotText:
            pass

    def other_sources(self) -> list[Source]:
        """The files with what the Jobs refer to, as they were."""
        return self.kept


def _commit(repository: Repository, ref: str) -> str:
    if ref.endswith(FORK):
        return repository.fork(ref.removesuffix(FORK))
    return repository.commit(ref)


def _entries(run: Run) -> list[Entry]:
    return [baseline.entry(key) for key in keys(run.findings, run.sources)]


def _somewhere(one: Entry) -> Entry:
    return one._replace(path="")


def _gone(left: Counter[Entry], run: Run) -> Counter[Entry]:
    """Those findings whose file is gone, or that were of an object which is no longer in it."""
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
    """The kind, namespace and name of each Job and CronJob in a file."""
    found = set()
    for document in documents(source):
        for manifest in manifests(document, document.index) if document.may_hold_job else ():
            name = manifest.text("metadata", "name") or manifest.text("metadata", "generateName")
            found.add((identity.kind_of(manifest), manifest.text("metadata", "namespace"), name))
    return found
