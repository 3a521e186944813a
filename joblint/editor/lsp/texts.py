"""The texts that are open in the editor, with their versions, kept up to date with its changes."""

import io
import os
from collections.abc import Sequence
from typing import NamedTuple

from lsprotocol import types
from pygls import uris

from joblint.editor.lsp.positions import Positions, column
from joblint.manifests.languages import BY_EDITOR_ID, BY_SUFFIX
from joblint.manifests.source import Source
from joblint.project.chart_values import template_of
from joblint.project.charts import language_of_text


class LineChange(NamedTuple):
    """A change of lines: from line `first` on (from 0), `gone` lines were replaced by `come` lines."""

    first: int
    gone: int
    come: int


def language_of(identifier: str, path: str) -> str:
    """Return the language of a text, by the editor's identifier, else by its suffix; empty if joblint does not read it.

    Some editors add the kind of a YAML file after a dot or a hyphen (`yaml.kubernetes`).
    """
    identifier = identifier.lower()
    plain = identifier.replace("-", ".").partition(".")[0]
    found = BY_EDITOR_ID.get(identifier) or BY_EDITOR_ID.get(plain)
    return found or BY_SUFFIX.get(os.path.splitext(path)[1].lower(), "")


def path_of(uri: str) -> str:
    """Return the path of a file; for anything else (`untitled:Untitled-1`) the part that could be its name."""
    return uris.to_fs_path(uri) or uris.urlparse(uri)[2] or uri


def uri_of(path: str) -> str:
    """Return the URI of a path."""
    return uris.from_fs_path(os.path.abspath(path)) or path


def split(text: str) -> list[str]:
    """Return the lines of a text, with their endings; the last ending is not followed by an empty line."""
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
        """Return the text as it is now; the same object until it changes."""
        if self._source is None:
            text = "".join(self.lines)
            language = language_of_text(self.language or "yaml", self.path, text)
            self._source = template_of(Source(self.path, text, language or "yaml"))
        return self._source

    def change(self, event: types.TextDocumentContentChangeEvent, encoding: str) -> LineChange:
        """Change a range of the text, or all of it, and return the lines that have changed."""
        self._source = None
        if isinstance(event, types.TextDocumentContentChangeWholeDocument):
            return self._replace(0, len(self.lines), split(event.text))
        start, end = event.range.start, event.range.end
        if (end.line, end.character) < (start.line, start.character):
            start, end = end, start
        positions = Positions(self.lines, encoding)
        head, tail = _cut(positions, start)[0], _cut(positions, end)[1]
        # One more line on both sides: the new text may join a `\r` to a `\n`, or separate them.
        first, last = max(min(start.line, len(self.lines)) - 1, 0), min(end.line + 2, len(self.lines))
        before = "".join(self.lines[first : start.line])
        after = "".join(self.lines[end.line + 1 : last])
        return self._replace(first, last, split(f"{before}{head}{event.text}{tail}{after}"))

    def _replace(self, first: int, last: int, new: list[str]) -> LineChange:
        """Replace lines, and return the change without the lines that stay the same."""
        old = self.lines[first:last]
        self.lines[first:last] = new
        head, tail = same(old, new)
        return LineChange(first + head, len(old) - head - tail, len(new) - head - tail)


def same(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """Return how many lines are the same at the beginning and at the end."""
    limit, head = min(len(old), len(new)), 0
    while head < limit and old[head] == new[head]:
        head += 1
    limit, tail = limit - head, 0
    while tail < limit and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return head, tail


def _cut(positions: Positions, position: types.Position) -> tuple[str, str]:
    """Return the parts of a line before and after a position; the second has its ending."""
    if position.line >= len(positions.lines):
        return "", ""
    line = positions.lines[position.line]
    at = column(positions.line(position.line), position.character, positions.encoding)
    return line[:at], line[at:]
