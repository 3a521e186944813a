"""The lines of a shell text: where a command line ends, and where a here-document ends."""

from bisect import bisect_left, bisect_right
from typing import NamedTuple

_LONGEST_DELIMITER = 200
_METACHARACTERS = " \t\r\n;|&<>()`"


class Word(NamedTuple):
    """The delimiter of a here-document: its text without quotes, whether it is quoted, and its span."""

    text: str
    quoted: bool
    start: int
    end: int


class Ending(NamedTuple):
    """Where a body ends: the first `line` that does not belong to it, the line `after` its end, and what is wrong.

    `prompt` is what a transcript shows before each line of the body.
    """

    line: int
    after: int
    flaw: str = ""
    prompt: str = ""


def read_word(text: str, at: int, end: int) -> Word | None:
    """Return the word after a `<<`, with quotes removed as by bash; None if there is none or a quote is not closed."""
    while at < end and text[at] in " \t":
        at += 1
    start, parts, quoted = at, [], False
    while at < end and text[at] not in _METACHARACTERS:
        if text[at] in "'\"":
            close = text.find(text[at], at + 1, end)
            if close < 0:
                return None
            parts.append(text[at + 1 : close])
            at, quoted = close, True
        elif text[at] == "\\" and at + 1 < end:
            at, quoted = at + 1, True
            parts.append(text[at])
        else:
            parts.append(text[at])
        at += 1
    word = "".join(parts)
    return Word(word, quoted, start, at) if 0 < len(word) <= _LONGEST_DELIMITER and "\n" not in word else None


class Lines:
    """The lines of a text, numbered from 0; `starts` has one more, the end of the text."""

    __slots__ = ("_exact", "_loose", "_tabbed", "count", "starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0]
        at = text.find("\n")
        while at >= 0:
            self.starts.append(at + 1)
            at = text.find("\n", at + 1)
        if self.starts[-1] < len(text):
            self.starts.append(len(text))
        self.count = len(self.starts) - 1
        self._exact: dict[str, list[int]] = {}
        self._tabbed: dict[str, list[int]] = {}
        self._loose: dict[str, list[int]] = {}

    def line_of(self, at: int) -> int:
        """Return the line that an offset is in."""
        return bisect_right(self.starts, at) - 1

    def blank(self, line: int) -> bool:
        """Return whether a line has only blanks."""
        return not self.text[self.starts[line] : self.starts[line + 1]].strip()

    def logical_end(self, line: int) -> int:
        """Return the line after a command line, which continues on the next line if it ends with a backslash."""
        while line + 1 < self.count and self._continues(line):
            line += 1
        return line + 1

    def ending(self, delimiter: str, first: int, *, tabs: bool, joins: bool, prompts: bool) -> Ending:
        """Return where the body that starts at the line `first` ends: as bash reads it, or else as the author meant it.

        `tabs`: the operator is `<<-`. `joins`: a backslash at the end of a line joins it with the next. `prompts`: the
        text may be a transcript with prompts.
        """
        if not self._exact:
            self._index()
        found = self._find(self._tabbed if tabs else self._exact, delimiter, first, joins=joins)
        if found is not None:
            return Ending(found, found + 1)
        found = self._find(self._exact, "> " + delimiter, first, joins=False) if prompts else None
        if found is not None and self.text.startswith(">", self.starts[first]):
            return Ending(found, found + 1, prompt="> ")
        found = self._find(self._loose, delimiter, first, joins=joins)
        if found is None:
            return Ending(self.count, self.count, f"the here-document is not closed: no line is `{delimiter}`")
        if self.text[self.starts[found] : self.starts[found + 1]].rstrip().startswith(delimiter + ")"):
            return Ending(found, found)  # bash accepts this as the end inside `$(`
        message = f"bash does not see the closing `{delimiter}`, because it has blanks around it: remove them"
        return Ending(found, found + 1, message)

    def _continues(self, line: int) -> bool:
        end = self.starts[line + 1]
        content = self.text[max(self.starts[line], end - 1_000) : end].rstrip("\r\n")
        return (len(content) - len(content.rstrip("\\"))) % 2 == 1

    def _find(self, index: dict[str, list[int]], key: str, first: int, *, joins: bool) -> int | None:
        candidates = index.get(key, [])
        for number in range(bisect_left(candidates, first), len(candidates)):
            line = candidates[number]
            if not (joins and line > first and self._continues(line - 1)):
                return line
        return None

    def _index(self) -> None:
        """Index the short lines: each as it is, without its tabs, and without any blanks around it."""
        for line in range(self.count):
            start, end = self.starts[line], self.starts[line + 1]
            if end - start > 2 * _LONGEST_DELIMITER:
                continue
            content = self.text[start:end].rstrip("\r\n")
            self._exact.setdefault(content, []).append(line)
            self._tabbed.setdefault(content.lstrip("\t"), []).append(line)
            self._loose.setdefault(content.strip().partition(")")[0], []).append(line)
