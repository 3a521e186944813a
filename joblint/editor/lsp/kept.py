"""Keep what is shown for each document of a text until the document changes, and move what is below an edit.

Editors ask for lenses, symbols and folds of the whole text after every edit.
"""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from joblint.editor.lens import Lens
from joblint.editor.lsp.memory import Key, key_of
from joblint.editor.outline import Folding, Symbol
from joblint.manifests.document import Document

Shown = TypeVar("Shown", Lens, Folding, Symbol)


class Kept(Generic[Shown]):
    """The results of a function for the documents of one text; `known` has those for the last version."""

    def __init__(self, say: Callable[..., Iterable[Shown]], move: Callable[[Shown, int], Shown]) -> None:
        self.say: Callable[..., Iterable[Shown]] = say
        self.move: Callable[[Shown, int], Shown] = move
        self.known: dict[tuple[Key, object], tuple[int, list[Shown]]] = {}

    def all(self, documents: Iterable[Document], *more: object, given: object = None) -> list[Shown]:
        """Return the results for all documents. `more` is passed to the function; another `given` calls it again."""
        now: dict[tuple[Key, object], tuple[int, list[Shown]]] = {}
        found: list[Shown] = []
        for document in documents:
            key, start = key_of(document), document.outer(0)
            before = self.known.get((key, given)) if key is not None else None
            if before is None:
                shown = list(self.say(document, *more))
            else:
                shown = before[1] if before[0] == start else [self.move(one, start - before[0]) for one in before[1]]
            if key is not None:
                now[key, given] = start, shown
            found += shown
        self.known = now
        return found


def lens(one: Lens, by: int) -> Lens:
    """Return a lens moved by an offset."""
    return one._replace(at=one.at + by)


def folding(one: Folding, by: int) -> Folding:
    """Return a folding range moved by an offset."""
    return Folding(one.start + by, one.end + by)


def symbol(one: Symbol, by: int) -> Symbol:
    """Return a symbol moved by an offset, with all that is in it."""
    return one._replace(
        start=one.start + by,
        end=one.end + by,
        name_start=one.name_start + by,
        name_end=one.name_end + by,
        children=tuple(symbol(child, by) for child in one.children),
    )
