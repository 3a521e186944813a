"""The texts that are open in the editor, changed as it says, with their versions."""

import io
import os
from collections.abc import Sequence
from typing import NamedTuple

from lsprotocol import types
from pygls import uris

from joblint.editor.lsp.positions import Positions, column
from joblint.manifests.languages import BY_EDITOR_ID, BY_SUFFIX
from joblint.manifests.source import Source
from joblint.project.charts import language_of_text, template_of


class Change(NamedTuple):
    """Lines that became others: from line `first` on (from 0), `gone` lines went and `come` lines came."""

    first: int
    gone: int
    come: int


def language_of(identifier: str, path: str) -> str:
    """The language of a text, by what the editor calls it, else by its suffix; empty where it is none of ours.

    Some editors write the kind of a YAML file behind a dot or a hyphen (`yaml.kubernetes`).
    """
    identifier = identifier.lower()
    plain = identifier.replace("-", ".").partition(".")[0]
    found = BY_EDITOR_ID.get(identifier) or BY_EDITOR_ID.get(plain)
    return found or BY_SUFFIX.get(os.path.splitext(path)[1].lower(), "")


def path_of(uri: str) -> str:
    """The path of a file; of what is no file (`untitled:Untitled-1`) the part that could be its name."""
    return uris.to_fs_path(uri) or uris.urlparse(uri)[2] or uri


def uri_of(path: str) -> str:
    """The URI of a path."""
    return uris.from_fs_path(os.path.abspath(path)) or path


def split(text: str) -> list[str]:
    """The lines of a text, with their endings; nothing follows the last ending."""
    return list(io.StringIO(text, newline=""))


class Text:
    """One open text, as lines with their endings."""

    __slots__ = ("_source", "language", "lines", "path", "uri", "version")

    def __init__(self, uri: str, language_id: str, version: int, text: str) -> None:
        self.uri, self.version = uri, version
        self.path = path_of(uri)
        self.language = language_of(language_id, self.path)
        self.lines = split(text)
        self._source: Source | None = None

    @property
    def source(self) -> Source:
        """The text as it is now; the same object until it changes."""
        if self._source is None:
            text = "".join(self.lines)
            language = language_of_text(self.language or "yaml", self.path, text)
            self._source = template_of(Source(self.path, text, language or "yaml"))
        return self._source

    def change(self, event: types.TextDocumentContentChangeEvent, encoding: str) -> Change:
        """Change a range of the text, or all of it, and tell the lines that are others now."""
        self._source = None
        if isinstance(event, types.TextDocumentContentChangeWholeDocument):
            return self._replace(0, len(self.lines), split(event.text))
        start, end = event.range.start, event.range.end
        if (end.line, end.character) < (start.line, start.character):
            start, end = end, start
        positions = Positions(self.lines, encoding)
        head, tail = _cut(positions, start)[0], _cut(positions, end)[1]
        # A line more on both sides: what is written may join a `\r` to a `\n`, or part them.
        first, last = max(min(start.line, len(self.lines)) - 1, 0), min(end.line + 2, len(self.lines))
        before = "".join(self.lines[first : start.line])
        after = "".join(self.lines[end.line + 1 : last])
        return self._replace(first, last, split(f"{before}{head}{event.text}{tail}{after}"))

    def _replace(self, first: int, last: int, new: list[str]) -> Change:
        """Put lines in the place of others, of which those that stay as they are do not count."""
        old = self.lines[first:last]
        self.lines[first:last] = new
        head, tail = same(old, new)
        return Change(first + head, len(old) - head - tail, len(new) - head - tail)


def same(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many lines are the same at the beginning and at the end."""
    limit, head = min(len(old), len(new)), 0
    while head < limit and old[head] == new[head]:
        head += 1
    limit, tail = limit - head, 0
    while tail < limit and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return head, tail


def _cut(positions: Positions, position: types.Position) -> tuple[str, str]:
    """A line before and behind a position; its ending is behind."""
    if position.line >= len(positions.lines):
        return "", ""
    line = positions.lines[position.line]
    at = column(positions.line(position.line), position.character, positions.encoding)
    return line[:at], line[at:]
