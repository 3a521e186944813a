"""The named files that cannot be parsed and do not look like a Job: no report has them, and `--verbose` lists them."""

import os
from collections.abc import Iterator, Sequence

from joblint.manifests import disk
from joblint.manifests.document import documents
from joblint.manifests.languages import language_of
from joblint.manifests.source import NotText, Source, decode
from joblint.report import LeftAlone, Run

_LANGUAGES = ("yaml", "json")  # in other languages, text that does not parse is not a manifest


def with_unparsed(run: Run, paths: Sequence[str]) -> Run:
    """Return a run that also lists the files among `paths` that cannot be parsed, among what was left alone."""
    reported = {one.path for each in (run.findings, run.left_alone, run.errors) for one in each}
    found = [one for path in dict.fromkeys(paths) if path not in reported for one in _unparsed(path)]
    return run._replace(left_alone=sorted([*run.left_alone, *found])) if found else run


def _unparsed(path: str) -> Iterator[LeftAlone]:
    """Yield why a file cannot be parsed: the first reason in it."""
    if language_of(path) not in _LANGUAGES or not os.path.isfile(path):
        return
    try:
        source = Source(path, decode(disk.read(path)), language_of(path))
    except NotText as error:
        yield LeftAlone(path, 0, "", f"is not text: line {error.line}, {error.reason}")
        return
    except (OSError, disk.ReadError):  # it was read before: it is being changed now
        return
    for document in documents(source):
        _ = document.root  # parses it
        problem = document.problem
        if problem is not None:
            at = max(0, min(problem.offset, len(document.text)))
            line, _ = source.position(document.outer(at))
            yield LeftAlone(path, line, "", f"cannot be parsed, and does not look like a Job: {problem.message}")
            return
