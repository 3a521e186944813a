"""OLD for `--render`: rendered directories are also rendered as they were, with the same values."""

import os
import posixpath
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from tempfile import TemporaryDirectory
from typing import NamedTuple

from joblint.cli import against
from joblint.cli.against import GIT, AgainstError, Old
from joblint.cli.inputs import STDIN, Inputs
from joblint.cli.repositories import repositories
from joblint.manifests.corpus import kustomization
from joblint.manifests.relevance import file_may_hold_job
from joblint.manifests.source import NotText, Source, decode
from joblint.project import render
from joblint.project.charts import CHART
from joblint.project.git import Repository
from joblint.project.git_process import GitError
from joblint.project.git_tree import Tree
from joblint.project.render.bounds import Bounds, Past
from joblint.project.render.contained import RenderError
from joblint.project.render.values import Values
from joblint.report import Note
from joblint.report.stderr import complain

_LOCK, _VENDORED = "Chart.lock", "charts"


class _Wanted(NamedTuple):
    """A rendered directory: its path as the user named it, and the minor it was rendered for."""

    path: str
    minor: int


def read(old: str, paths: Sequence[str], inputs: Inputs, values: Values | None, quiet: bool) -> Old:
    """Read OLD for files and directories of which some were rendered. Raises AgainstError.

    A directory that was not a chart or kustomization at a revision is new, which is printed unless `quiet`.
    """
    rendered = {path for path in paths if path != STDIN and render.kind_of(path)}
    wanted = [
        _Wanted(source.path, inputs.settings[source.path].minors[-1])
        for source in inputs.sources
        if source.path in rendered
    ]
    if not old.startswith(GIT):
        kind = render.kind_of(old)
        return _directory(old, kind, wanted, values) if kind else against.read(old, paths, inputs.sources)
    others = [path for path in paths if path not in rendered]
    files = [source for source in inputs.sources if source.path not in rendered]
    found = against.read(old, others, files) if others else Old([], [])
    try:
        for one, then in _then(old.removeprefix(GIT), wanted):
            if then.kind:
                _take(found, one, then, values)
            elif not quiet:
                complain(
                    f"{one.path} is not a chart or kustomization at {then.revision}: all its objects are checked as new"
                )
    except GitError as error:
        raise AgainstError(str(error)) from None
    return found


def _directory(old: str, kind: str, wanted: Sequence[_Wanted], values: Values | None) -> Old:
    """Return OLD if it is a chart or kustomization itself."""
    found = Old([], [])
    if wanted:
        counterpart = wanted[0].path if len(wanted) == 1 else old
        try:
            _add(found, old, counterpart, render.render(old, kind, wanted[0].minor, values))
        except RenderError as error:
            found.errors.append(Note(error.path or old, str(error)))
    return found


class _OldDirectory:
    """A directory of a repository at a revision. `kind` is the program that renders it; empty if it did not exist."""

    def __init__(self, revision: str, tree: Tree, path: str) -> None:
        top = os.path.realpath(tree.repository.top)
        path = os.path.relpath(os.path.realpath(path), top).replace(os.sep, "/")
        self.revision, self.tree, self.top = revision, tree, top
        self.directory = "" if path == os.curdir else path
        real, _ = tree.resolve(self.directory)
        self.kind = "" if real is None else self._kind(f"{real}/" if real else "")

    def _kind(self, directory: str) -> str:
        if directory + CHART in self.tree.names:
            return render.HELM
        return render.KUSTOMIZE if any(directory + name in self.tree.names for name in kustomization.NAMES) else ""

    def write(self, into: str, now: str) -> None:
        """Write the files that rendering needs; `now` is the directory's path now. Raises GitError and RenderError."""
        tree = self.tree
        chart = self.kind == render.HELM
        needed = tree.of_chart(self.directory) if chart else tree.of_kustomization(self.directory)
        tree.write(needed, into)
        if chart and not tree.below(posixpath.join(self.directory, _VENDORED)) and self._has_same_lock(now):
            _copy_vendored(now, os.path.join(into, self.directory))

    def values(self, now: Values) -> Values:
        """Return the values at the revision: files of the repository as they were then. Raises GitError."""
        paths = {path: os.path.relpath(os.path.realpath(path), self.top).replace(os.sep, "/") for path, _ in now.files}
        texts = dict(self.tree.read({path for path in paths.values() if path in self.tree.names}))
        return now._replace(files=tuple((path, texts.get(paths[path], data)) for path, data in now.files))

    def _has_same_lock(self, now: str) -> bool:
        """Return whether the chart had the same dependencies as now: git may ignore its vendored charts."""
        lock = posixpath.join(self.directory, _LOCK)
        if lock not in self.tree.names:
            return False
        try:
            return dict(self.tree.read([lock])).get(lock) == Bounds(now).read(os.path.join(now, _LOCK))
        except RenderError:
            return False


def _then(revision: str, wanted: Sequence[_Wanted]) -> Iterator[tuple[_Wanted, _OldDirectory]]:
    """Yield each rendered directory, and the same directory at a revision. Raises GitError."""
    trees: dict[str, Tree] = {}
    for one in wanted:
        repository: Repository = repositories([one.path])[0]
        if repository.top not in trees:
            trees[repository.top] = Tree(repository, repository.commit(revision))
        yield one, _OldDirectory(revision, trees[repository.top], one.path)


def _take(found: Old, one: _Wanted, then: _OldDirectory, values: Values | None) -> None:
    """Render a directory as it was, in a temporary directory. Raises GitError."""
    named = f"{then.revision}:{then.directory}"
    with TemporaryDirectory(prefix="joblint-", ignore_cleanup_errors=True) as into:
        into = os.path.realpath(into)
        try:
            past = Past(then.revision, into, then.top)
            _add(found, named, one.path, _rendered(then, past, one.path, one.minor, values))
        except RenderError as error:
            found.errors.append(Note(error.path or named, str(error)))


def _rendered(then: _OldDirectory, past: Past, now: str, minor: int, values: Values | None) -> render.Output:
    """Write a directory as it was, and render it; `now` is its path now. Raises GitError and RenderError."""
    then.write(past.tree, now)
    given = None if values is None else then.values(values)
    return render.render(os.path.join(past.tree, then.directory), then.kind, minor, given, past)


Names = Callable[[str], str]


def add_then(commits: Sequence[tuple[Repository, str]], now: Inputs, was: Inputs, stack: ExitStack) -> Names:
    """Render what was rendered in `now` as it was at the commits, and add the outputs to `was`.

    Returns what turns the name of a file at a commit into that of the user. What could not be rendered then is new.
    The places in the outputs can be found until the stack is closed. Raises GitError.
    """
    directories: dict[str, str] = {}  # those of the user, by their names at a commit
    trees: dict[str, Tree] = {}
    for source in (*now.sources, *now.renderings):
        made = now.rendered.get(source.path)
        if made is None:
            continue
        repository: Repository = repositories([made.directory])[0]
        commit = next(commit for one, commit in commits if one.top == repository.top)
        tree = trees.setdefault(repository.top, Tree(repository, commit))
        then = _OldDirectory(commit, tree, made.directory)
        if not then.kind:
            continue
        directories[f"{commit}:{then.directory}"] = made.directory
        into = os.path.realpath(stack.enter_context(TemporaryDirectory(prefix="joblint-", ignore_cleanup_errors=True)))
        settings = now.settings[source.path]
        try:
            past = Past(commit, into, then.top, earlier=False)
            output = _rendered(then, past, made.directory, settings.minors[-1], made.values)
        except RenderError:
            continue
        if source.rendered is not None:
            output.rendered.values = source.rendered.values
        was.add_rendered(f"{commit}:{source.path}", output, settings, made, again=source in now.renderings)

    def name(path: str) -> str:
        """Return the user's name of a file, which may be outside of the directory that was rendered."""
        commit, colon, file = path.partition(":")
        for old, directory in directories.items() if colon else ():
            if old.startswith(f"{commit}:"):
                above = old.partition(":")[2] or os.curdir
                return os.path.normpath(os.path.join(directory, os.path.relpath(file.lstrip("/"), above)))
        return path

    return name


def _add(found: Old, path: str, counterpart: str, output: render.Output) -> None:
    if not file_may_hold_job(output.data):
        return
    try:
        found.sources.append(Source(path, decode(output.data), counterpart=counterpart, rendered=output.rendered))
    except NotText as error:
        found.errors.append(Note(path, f"line {error.line}, column {error.column} of the output: {error}"))


def _copy_vendored(chart: str, into: str) -> None:
    """Copy the regular files of a chart's vendored charts. Raises RenderError."""
    bounds = Bounds(chart)
    for directory, _, names in os.walk(os.path.join(bounds.real, _VENDORED)):  # follows no links
        copy = os.path.join(into, os.path.relpath(directory, bounds.real))
        os.makedirs(copy, exist_ok=True)
        for name in names:
            if os.path.isfile(path := os.path.join(directory, name)) and not os.path.islink(path):
                with open(os.path.join(copy, name), "xb") as file:
                    file.write(bounds.read(path))
