"""Which documents of a run may have an object of a given name; this is decided before they are parsed.

The first few names are searched for in the text, which needs no memory; if there are more, all names are indexed.
"""

import re
from collections.abc import Callable, Iterable

from joblint.manifests.document import Document
from joblint.manifests.source import Source

_JOB = "Job"  # in the kinds that are checked
_MOST = 20  # documents with one name in a file that are kept, and names that are searched for without an index
# What follows `name:`: it may be an object's own name.
_NAME = r"""\bname["']?[ \t]*:\s*(?:[&!]\S*\s+)*["']?([^\s"'#,{}]+)"""


class Named:
    """The names in the texts of a run. `documents` returns the documents of a source."""

    __slots__ = ("_asked", "_documents", "_everywhere", "_names", "_several", "_sought")

    def __init__(self, documents: Callable[[Source], list[Document]]) -> None:
        self._documents = documents
        self.clear()

    def clear(self) -> None:
        """Forget everything, because the texts have changed."""
        self._asked: dict[str, int] = {}
        self._sought = 0
        self._names: dict[str, dict[str, list[Document]]] = {}
        self._everywhere: dict[str, list[Source]] | None = None
        self._several: dict[tuple[str, int], bool] = {}

    def within(self, source: Source) -> dict[str, list[Document]]:
        """Return the documents of a source by the names in them; the first few for each name."""
        names = self._names.get(source.path)
        if names is None:
            names = self._names[source.path] = {}
            for document in self._documents(source):
                for name in re.findall(_NAME, document.text) if "name" in document.text else ():
                    same = names.setdefault(name, [])
                    if len(same) < _MOST and document not in same[-1:]:
                        same.append(document)
        return names

    def documents(self, source: Source, name: str) -> list[Document]:
        """Return the documents of a source in which something may have a name; the first few."""
        if source.path not in self._names:
            asked = self._asked[source.path] = self._asked.get(source.path, 0) + 1
            if asked <= _MOST and name not in source.text:
                return []
        return self.within(source).get(name, [])

    def among(self, name: str, sources: Iterable[Source]) -> Iterable[Source]:
        """Return those of a run's sources that may have a name; pass the same sources in the same order each time."""
        if self._everywhere is None:
            self._sought += 1
            if self._sought <= _MOST:
                return [one for one in sources if name in one.text and name in self.within(one)]
            self._everywhere = {}
            for source in sources:
                for one in self.within(source):
                    self._everywhere.setdefault(one, []).append(source)
        return self._everywhere.get(name, ())

    def is_repeated(self, name: str, near: Document) -> bool:
        """Return whether the file of a document may have two Jobs or CronJobs of a name."""
        key = near.source.path, near.index
        if key not in self._several:
            self._several[key] = near.text.count(_JOB) > 1
        if self._several[key]:
            return True
        return len(self._documents(near.source)) > 1 and len(self.within(near.source).get(name, ())) > 1
