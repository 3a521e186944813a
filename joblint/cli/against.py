"""OLD, the manifests from which the objects on the server were created: files, or a repository at a revision."""

import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from joblint.cli.inputs import STDIN, Inputs
from joblint.cli.repositories import repositories
from joblint.manifests.document import documents, manifests
from joblint.manifests.kinds import kind_of
from joblint.manifests.languages import TEMPLATES
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
    """OLD cannot be read or has no Job; the text says why."""


class Old(NamedTuple):
    """The files of OLD that were read, and errors for those that could not be read."""

    sources: list[Source]
    errors: list[Note]


def read(against: str, paths: Sequence[str], new: Sequence[Source], reach: "Reach | None" = None) -> Old:
    """Read OLD: a file, a directory, or `git:REF`. `new` are the files to check, read from `paths`.

    `reach` is what a change can affect, if only that is checked. Raises AgainstError.
    """
    if against.startswith(GIT):
        try:
            return Old(_at_revision(against.removeprefix(GIT), paths, new, reach), [])
        except GitError as error:
            raise AgainstError(str(error)) from None
    if against in ("", STDIN):
        raise AgainstError(f"OLD must be a file, a directory or {GIT}REF; it cannot be read from standard input")
    return _in_files(against, paths, new)


# -- files


def _in_files(against: str, paths: Sequence[str], new: Sequence[Source]) -> Old:
    inputs = Inputs()
    inputs.read([against], "")
    inputs.sources = [source for source in inputs.sources if source.language not in TEMPLATES]
    errors = [*inputs.errors, *(Note(finding.path, finding.message) for finding in inputs.findings)]
    if not any(map(_holds_a_job, inputs.sources)):
        if errors and not os.path.lexists(against):
            raise AgainstError(f"{errors[0].message}{_meant(against, paths)}")
        raise AgainstError(_told(errors[0], against) if errors else "no Job or CronJob found in it")
    named = _below(paths, new)
    for source in inputs.sources:
        if source.path == against:  # OLD is a file, and so is NEW
            source.counterpart = new[0].path if len(new) == 1 else named.get(os.path.basename(against), against)
        else:
            below = os.path.relpath(source.path, against)
            source.counterpart = named.get(below, source.path)
    return Old(inputs.sources, errors)


def _meant(against: str, paths: Sequence[str]) -> str:
    """Return `; did you mean git:main?` if OLD is not a path but a revision, or an empty text."""
    try:
        for repository in repositories(paths):
            repository.commit(against)
    except GitError:
        return ""
    return f"; did you mean `{GIT}{against}`?"


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
    """Return the files to check by their path below the named directory, and named files by their own name."""
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
    """Return the files at a revision of the repositories that `paths` are in. Raises GitError."""
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
    """Return a filter for the files that a walk finds, and for checked files that a walk does not find."""
    return lambda path: path.lower().endswith(SUFFIXES) or path in named


def _source(shown: str, real: str, data: bytes) -> Source | None:
    """A file as it was; None if it has no Job, or is a template, whose objects are not compared."""
    language = language_in_tree(real, data)
    if language == NOT_READ or language in TEMPLATES or not file_may_hold_job(data, language):
        return None
    try:
        return Source(shown, decode(data), language)
    except NotText:  # if the file is still not text, that is reported for the file itself
        return None


def in_repository(repository: Repository, new: Sequence[Source]) -> dict[str, str]:
    """Return the files to check by their path in the repository."""
    return repository.located(source.path for source in new)
