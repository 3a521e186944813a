"""The files of a commit with the old versions of the Jobs that a change can affect."""

import os
from collections.abc import Iterable, Iterator

from joblint.cli.reach import Reach
from joblint.cli.reach.files import is_named_as_one
from joblint.cli.reach.words import is_searchable, may_say
from joblint.manifests.document import documents, manifests
from joblint.manifests.kinds import kind_of
from joblint.manifests.languages import TEMPLATES
from joblint.manifests.relevance import file_may_hold_job
from joblint.manifests.source import NotText, Source, decode
from joblint.project.charts import NOT_READ, language_in_tree

_Object = tuple[str, str, str, str]  # apiVersion, kind, namespace, name


def as_they_were(reach: Reach, shown: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the files that are read now, all files that changed, and those that a moved object may come from."""
    paths = {*shown, *reach.before}
    names = _moved(reach)
    words = [name.encode() for name in names]
    everywhere = not all(map(is_searchable, names))
    for path in sorted(paths | reach.same if names else paths):
        data = reach.as_it_was(path)
        if data is not None and (path in paths or (is_named_as_one(path) and (everywhere or may_say(data, words)))):
            yield path, data


def _moved(reach: Reach) -> set[str]:
    """Return the names of Jobs that are new in their file, or were in a file that is gone."""
    found: set[str] = set()
    for path in reach.touched:
        before = _objects(reach.real(path), reach.before.get(path, b""))
        if not os.path.lexists(reach.real(path)):
            found.update(one[-1] for one in before)
        else:
            found.update(one[-1] for one in _objects(reach.real(path), reach.read(path)) - before)
    return found - {""}


def _objects(path: str, data: bytes) -> set[_Object]:
    """Return the Jobs and CronJobs of a file; none of a template, whose names are not known."""
    language = language_in_tree(path, data)
    if language == NOT_READ or language in TEMPLATES or not file_may_hold_job(data, language):
        return set()
    try:
        source = Source(path, decode(data), language)
    except NotText:
        return set()
    return {
        (one.api_version, kind_of(one), one.text("metadata", "namespace"), one.text("metadata", "name"))
        for document in documents(source)
        if document.may_hold_job
        for one in manifests(document, document.index)
        if kind_of(one)
    }
