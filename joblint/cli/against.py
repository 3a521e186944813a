"""OLD, the manifests that the objects on the server were created from: files, or a repository as it was."""

import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from joblint.cli.inputs import STDIN, Inputs
from joblint.manifests.boundary import repository as repository_above
from joblint.manifests.document import documents, manifests
from joblint.manifests.kinds import kind_of
from joblint.manifests.languages import HELM
from joblint.manifests.relevance import file_may_hold_job
from joblint.manifests.source import NotText, Source, decode
from joblint.project.charts import NOT_READ, language_in_tree
from joblint.project.git import Repository
from joblint.project.git_process import GitError
from joblint.project.walk import SUFFIXES
from joblint.report import Note

if TYPE_CHECKING:
    from joblint.cli.reach import Reach

GIT = "git:"


class AgainstError(Exception):
    """Why there is no OLD to compare with, in words."""


class Old(NamedTuple):
    """What was read of OLD, and what could not be read."""

    sources: list[Source]
    errors: list[Note]


def read(against: str, paths: Sequence[str], new: Sequence[Source], reach: "Reach | None" = None) -> Old:
    """Read OLD: a file, a directory, or `git:REF`. `new` are the files to judge, read from `paths`.

    `reach`: what a change can affect, if that alone is judged. Raises AgainstError.
    """
    if against.startswith(GIT):
        try:
            return Old(_at_revision(against.removeprefix(GIT), paths, new, reach), [])
        except GitError as error:
            raise AgainstError(str(error)) from None
    if against in ("", STDIN):
        raise AgainstError(f"write a file, a directory or {GIT}REF; standard input can only be what is judged")
    return _in_files(against, paths, new)


# -- files


def _in_files(against: str, paths: Sequence[str], new: Sequence[Source]) -> Old:
    inputs = Inputs()
    inputs.read([against], "")
    inputs.sources = [source for source in inputs.sources if source.language != HELM]
    errors = [*inputs.errors, *(Note(finding.path, finding.message) for finding in inputs.findings)]
    if not any(map(_holds_a_job, inputs.sources)):
        raise AgainstError(_told(errors[0], against) if errors else "no Job or CronJob found there")
    named = _below(paths, new)
    for source in inputs.sources:
        if source.path == against:  # OLD is a file, and so is NEW
            source.counterpart = new[0].path if len(new) == 1 else named.get(os.path.basename(against), against)
        else:
            below = os.path.relpath(source.path, against)
            source.counterpart = named.get(below, source.path)
    return Old(inputs.sources, errors)


def _told(error: Note, against: str) -> str:
    return error.message if error.path == against else f"{error.path}: {error.message}"


def _holds_a_job(source: Source) -> bool:
    return any(
        kind_of(manifest)
        for document in documents(source)
        if document.may_hold_job
        for manifest in manifests(document, 0)
    )


def _below(paths: Sequence[str], new: Sequence[Source]) -> dict[str, str]:
    """The files to judge, by their path below the directory that was named; a file that was named, by its own name."""
    found: dict[str, str] = {}
    bases = [
        ("" if path == os.curdir else os.path.join(path, "")) for path in paths or [os.curdir] if os.path.isdir(path)
    ]
    for source in new:
        for base in bases:
            if source.path.startswith(base):
                found.setdefault(os.path.normpath(source.path[len(base) :]), source.path)
    for source in new:
        found.setdefault(os.path.normpath(source.path), source.path)
        found.setdefault(os.path.basename(source.path), source.path)
    return found


# -- a repository


def _at_revision(ref: str, paths: Sequence[str], new: Sequence[Source], reach: "Reach | None") -> list[Source]:
    """The files of the repositories that `paths` are in, as they were. Raises GitError."""
    found: list[Source] = []
    for repository in repositories(paths):
        named = in_repository(repository, new)
        commit = repository.commit(ref)
        for path, data in _files(repository, commit, named, reach):
            source = _source(f"{ref}:{path}", os.path.join(repository.top, path), data)
            if source is not None:
                source.counterpart = named.get(path, source.path)
                found.append(source)
    return found


def _files(
    repository: Repository, commit: str, named: dict[str, str], reach: "Reach | None"
) -> Iterable[tuple[str, bytes]]:
    if reach is None or reach.commit != commit:
        return repository.contents(repository.files(commit, _wanted(named)))
    from joblint.cli.reach.old import as_they_were

    return as_they_were(reach, named)


def _wanted(named: dict[str, str]) -> Callable[[str], bool]:
    """What a walk takes, and the files that are judged though a walk would not take them."""
    return lambda path: path.lower().endswith(SUFFIXES) or path in named


def _source(shown: str, real: str, data: bytes) -> Source | None:
    """A file as it was; None if it has no Job, or is a template, whose objects are not compared."""
    language = language_in_tree(real, data)
    if language in (NOT_READ, HELM) or not file_may_hold_job(data, language):
        return None
    try:
        return Source(shown, decode(data), language)
    except NotText:  # if it is no better now, that is said of the file itself
        return None


def repositories(paths: Iterable[str]) -> list[Repository]:
    """The repositories that some paths are in. Raises GitError."""
    found: dict[str, Repository] = {}
    for path in paths or [os.curdir]:
        directory = _directory(path)
        top = repository_above(directory) or directory
        if top not in found:
            try:
                found[top] = Repository(top)
            except GitError as error:
                raise GitError(f"{path}: {error}") from None
    return list({repository.top: repository for repository in found.values()}.values())


def _directory(path: str) -> str:
    """The directory in whose repository a path is; the current one for standard input and what a shell makes."""
    real = os.path.realpath(path)
    if os.path.isdir(real):
        return real
    known = os.path.isfile(real) or not os.path.lexists(real)
    return os.path.dirname(real) if path != STDIN and known else os.path.realpath(os.curdir)


def in_repository(repository: Repository, new: Sequence[Source]) -> dict[str, str]:
    """The files to judge, by their path in the repository."""
    return repository.located(source.path for source in new)
