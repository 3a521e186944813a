"""A fix as edits of the text, which keep comments, quotes, anchors, indentation and line endings.

If an operation cannot be written reliably (into the target of an alias, into text that a shell expands, over a complex
key), there is no fix at all rather than a doubtful one.
"""

from joblint.manifests.document import Document
from joblint.rule.cure.cure import (
    Add,
    Cure,
    Cut,
    Delete,
    Insert,
    Move,
    MoveItem,
    Operation,
    Put,
    Quote,
    Rename,
    Restyle,
    Write,
)
from joblint.rule.cure.edit import entries, items, places, render, shared, words
from joblint.rule.cure.edit.text import Impossible, Patch
from joblint.rule.finding import Edit, Fix


def fix(document: Document, cure: Cure) -> Fix | None:
    """Return the fix as edits of the document's file, in order; None if it cannot be written there."""
    try:
        if "*" in document.text:
            shared.check_aliases(document, cure.operations)
        patches = sorted(patch for operation in cure.operations for patch in _patches(document.text, operation))
        if document.holes and _moves_expansion(document, patches):
            return None
        edits = tuple(outer(document, patch) for patch in patches)
    except Impossible:
        return None
    apart = all(edits[i].end <= edits[i + 1].start for i in range(len(edits) - 1))
    return Fix(cure.safe, cure.message, edits) if edits and apart else None


def _patches(text: str, operation: Operation) -> list[Patch]:
    if isinstance(operation, Write):
        return [Patch(operation.start, operation.end, operation.text)]
    if isinstance(operation, Quote):
        return [render.quote_scalar(text, operation.node)]
    if isinstance(operation, Put):
        return [render.replace_scalar(text, operation.node, operation.data)]
    if isinstance(operation, (Restyle, Insert, Cut)):
        return [words.patch_words(text, operation)]
    if isinstance(operation, Rename):
        return [render.rename_key(text, operation.key, operation.name)]
    if isinstance(operation, Add):
        return places.add_field(text, operation)
    if isinstance(operation, Delete):
        return [entries.delete_member(text, operation.owner, operation.item)]
    if isinstance(operation, MoveItem):
        return items.move_item(text, operation)
    assert isinstance(operation, Move)
    return places.move_entry(text, operation)


def _moves_expansion(document: Document, patches: list[Patch]) -> bool:
    """Return whether text that a shell expands is moved: it would be escaped there, and no longer be expanded."""
    if document.block is None or not document.block.segments.escapes:
        return False
    taken = [document.text[a:b] for a, b in document.holes for patch in patches if patch.start < b and a < patch.end]
    return any(text in patch.text for text in taken for patch in patches)


def outer(document: Document, patch: Patch) -> Edit:
    """Return a patch of the document as an edit of the file around it."""
    start, end = document.base + patch.start, document.base + patch.end
    if document.block is not None:
        written = document.block.segments.edit(start, end, patch.text)
        if written is None:
            raise Impossible
        return Edit(*written)
    if document.holes and any(a < patch.end and patch.start < b for a, b in document.holes):
        raise Impossible
    line = document.text.find("\n")
    windows = line > 0 and document.text[line - 1] == "\r"
    return Edit(start, end, patch.text.replace("\n", "\r\n") if windows else patch.text)
