"""Compute edits from one text to another, by lines, so that the cursor and folds elsewhere stay where they are."""

from collections.abc import Iterator, Sequence

from joblint.editor.lsp.texts import same, split
from joblint.rule.finding import Edit

_MOST = 2_000  # lines that are compared one by one, which is slow; more are replaced by one edit


def edits(before: str, after: str) -> list[Edit]:
    """Return edits of `before`, in order and without overlaps; none if both texts are equal."""
    if before == after:
        return []
    old, new = split(before), split(after)
    head, tail = same(old, new)
    offset = sum(map(len, old[:head]))
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(old) + len(new) > _MOST:
        return [Edit(offset, offset + sum(map(len, old)), "".join(new))]
    return list(_compared(old, new, offset))


def _compared(old: Sequence[str], new: Sequence[str], offset: int) -> Iterator[Edit]:
    from difflib import SequenceMatcher

    starts = [offset]
    for line in old:
        starts.append(starts[-1] + len(line))
    for tag, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "replace" and b - a == d - c:
            for number in range(b - a):
                yield _within(old[a + number], new[c + number], starts[a + number])
        elif tag != "equal":
            yield Edit(starts[a], starts[b], "".join(new[c:d]))


def _within(old: str, new: str, offset: int) -> Edit:
    """Return the edit for the part of a line that differs; a line ending is never split."""
    limit = min(len(old.rstrip("\r\n")), len(new.rstrip("\r\n")))
    head = 0
    while head < limit and old[head] == new[head]:
        head += 1
    if old[len(old.rstrip("\r\n")) :] != new[len(new.rstrip("\r\n")) :]:
        return Edit(offset + head, offset + len(old), new[head:])
    ending = len(old) - len(old.rstrip("\r\n"))
    tail, most = ending, limit - head + ending
    while tail < most and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return Edit(offset + head, offset + len(old) - tail, new[head : len(new) - tail])
