"""A unified diff of two texts, for `patch`, in a time that grows linearly with their length.

difflib compares every line with all equal ones, and in a file of many Jobs most lines are equal. So it is only given
the lines around a change.
"""

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from io import StringIO
from typing import Literal

from joblint.cli import output
from joblint.cli.call import Call
from joblint.manifests.source import Source
from joblint.report.visible import inert, visible

_NEAR, _AGAIN = 24, 3  # lines compared after a change, and equal lines that end it
_CONTEXT = 3
_MOST = 3_000  # lines compared; a longer change is shown as one
_HEAD = 2  # lines
_COLOURS = {"+": "good", "-": "bad", "@": "frame"}
_Code = tuple[Literal["replace", "delete", "insert", "equal"], int, int, int, int]


class _Compared(SequenceMatcher[str]):
    """A matcher that groups the equal and different lines that `_codes` found."""

    def __init__(self, codes: list[_Code]) -> None:
        super().__init__()
        self._found = codes

    def get_opcodes(self) -> list[_Code]:
        """Return the opcodes, as SequenceMatcher does."""
        return self._found


def show(call: Call, changes: Iterable[tuple[Source, str]]) -> None:
    """Print how files differ from their new texts."""
    paint = output.painter(call.display.colour)
    for source, text in changes:
        for number, line in enumerate(_shown(source, text)):
            colour = "heading" if number < _HEAD else _COLOURS.get(line[:1], "")
            output.write(inert(paint(line, colour) if colour else line) + "\n")


def _shown(source: Source, text: str) -> Iterator[str]:
    """Yield the lines of a unified diff. `patch` applies it if the file has no characters that need an escape."""
    before, after = list(StringIO(source.text, newline="\n")), list(StringIO(text, newline="\n"))
    for line in unified(before, after, source.path):
        body, end = (line[:-2], "\r") if line.endswith("\r\n") else (line.removesuffix("\n"), "")
        yield "\t".join(map(visible, body.split("\t"))) + end
        if not line.endswith("\n"):
            yield "\\ No newline at end of file"


def unified(old: Sequence[str], new: Sequence[str], path: str) -> Iterator[str]:
    """Yield a unified diff of two texts, given in lines with their line breaks."""
    for number, group in enumerate(_Compared(list(_codes(old, new))).get_grouped_opcodes(_CONTEXT)):
        if all(code[0] == "equal" for code in group):
            return
        if not number:
            yield f"--- {path}\n"
            yield f"+++ {path}\n"
        (_, i1, _, j1, _), (_, _, i2, _, j2) = group[0], group[-1]
        yield f"@@ -{_range(i1, i2)} +{_range(j1, j2)} @@\n"
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from (f" {line}" for line in old[a:b])
            else:
                yield from (f"-{line}" for line in old[a:b])
                yield from (f"+{line}" for line in new[c:d])


def _range(start: int, stop: int) -> str:
    """Return a range of lines as in the head of a hunk: the first line, from 1, and the number of lines."""
    count = stop - start
    if count == 1:
        return f"{start + 1}"
    return f"{start + 1 if count else start},{count}"


def _codes(old: Sequence[str], new: Sequence[str]) -> Iterator[_Code]:
    """Yield the equal and different ranges of two texts, in order."""
    i = j = 0
    while i < len(old) or j < len(new):
        a, b = i, j
        while i < len(old) and j < len(new) and old[i] == new[j]:
            i, j = i + 1, j + 1
        if i > a:
            yield "equal", a, i, b, j
        if i < len(old) or j < len(new):
            for tag, a1, a2, b1, b2 in _change(old, new, i, j):
                yield tag, i + a1, i + a2, j + b1, j + b2
                a, b = i + a2, j + b2
            i, j = a, b


def _change(old: Sequence[str], new: Sequence[str], i: int, j: int) -> Iterator[_Code]:
    """Yield the ranges from two places on that differ, up to where some lines are equal again."""
    size = _NEAR
    while True:
        before, after = old[i : i + size], new[j : j + size]
        codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if i + size >= len(old) and j + size >= len(new):
            yield from codes
            return
        ends = [n for n, (tag, a, b, _, _) in enumerate(codes) if tag == "equal" and b - a >= _AGAIN]
        if ends:
            yield from codes[: ends[0]]
            return
        if size > _MOST:
            yield "replace", 0, len(old) - i, 0, len(new) - j
            return
        size *= 2
