"""The texts that are open in the editor, and their findings.

The work is done in slices, so that messages from the editor are handled in between. If the text has changed by then,
what was found in unchanged documents is kept, and the rest is done for the new text.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from lsprotocol import types

from joblint.editor.lsp import held
from joblint.editor.lsp.folders import Folders
from joblint.editor.lsp.judging import Bench, Outcome, speaks
from joblint.editor.lsp.library import SLICE, Library
from joblint.editor.lsp.memory import Memory
from joblint.editor.lsp.positions import UTF16, Positions
from joblint.editor.lsp.texts import Text, split
from joblint.engine.harm import UNREADABLE
from joblint.manifests.source import Source
from joblint.rule.finding import Finding
from joblint.rule.settings import Settings, Skipped

_UNREADABLE = (UNREADABLE, "oversized-object")


class Stamp(NamedTuple):
    """What an answer depends on: a text, the settings, and the texts that Jobs refer to."""

    source: Source
    settings: int
    library: int


class TextFindings(NamedTuple):
    """The findings of one version of a text, for some minors, in order.

    `fresh` are those found in the text as it is; the others are kept from before. `apart`: other files do not matter.
    `unread`: from which line on a limit left something out, and why.
    """

    stamp: Stamp
    version: int
    positions: Positions
    minors: tuple[str, ...] = ()
    findings: list[Finding] = []  # noqa: RUF012 (never changed)
    fresh: list[Finding] = []  # noqa: RUF012
    apart: bool = True
    unread: Sequence[Skipped] = ()


class Item:
    """One open text, what was found in its documents, and the last answer."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.memory = Memory()
        self.held: list[Finding] = []
        self.said: TextFindings | None = None
        self.shown: object = None  # what features.py keeps


class Desk:
    """All open texts, by URI."""

    def __init__(self, folders: Folders, library: Library) -> None:
        self.folders, self.library = folders, library
        self.items: dict[str, Item] = {}
        self.encoding = UTF16
        self.generation = 0  # of the settings
        self._benches: dict[int, Bench] = {}

    # -- changes from the editor

    def open(self, text: Text) -> Item:
        """Add a text that was opened."""
        item = self.items[text.uri] = Item(text)
        self.library.edited(text.path, text.source)
        return item

    def change(self, item: Item, changes: Sequence[types.TextDocumentContentChangeEvent], version: int) -> bool:
        """Change a text, and return whether other texts have to be checked again."""
        for event in changes:
            change = item.text.change(event, self.encoding)
            item.held = held.moved(item.held, change)
        item.text.version = version
        return self.library.edited(item.text.path, item.text.source)

    def close(self, uri: str) -> bool:
        """Remove a text that was closed, and return whether other texts have to be checked again."""
        item = self.items.pop(uri, None)
        return item is not None and self.library.edited(item.text.path, None)

    def reset(self) -> None:
        """Forget all findings, because settings or configurations have changed."""
        self.generation += 1
        self.folders.reset()
        self._benches.clear()
        for item in self.items.values():
            item.memory, item.held = Memory(), []

    # -- findings

    def stamp(self, item: Item) -> Stamp:
        """Return the stamp that an answer would have now."""
        return Stamp(item.text.source, self.generation, self.library.version)

    def settings(self, item: Item) -> Settings | None:
        """Return the settings for a text; None if it is not checked."""
        return self.folders.of(item.text.path).settings(item.text.path) if item.text.language else None

    def bench(self, settings: Settings) -> Bench:
        """Return the engine for some settings."""
        found = self._benches.get(id(settings))
        if found is None:
            found = self._benches[id(settings)] = Bench(settings, self.folders.tell)
        return found

    async def said(self, item: Item) -> TextFindings:
        """Return the findings of a text as it is when this is done."""
        while True:
            stamp = self.stamp(item)
            if item.said is not None and item.said.stamp == stamp:
                return item.said
            settings = self.settings(item) if speaks(stamp.source) else None
            if settings is None:
                item.memory, item.held = Memory(), []
                item.said = TextFindings(stamp, item.text.version, self.positions(item))
                return item.said
            if await self._learnt(item, stamp, settings):
                outcome = self.bench(settings).judge(stamp.source, self._others(item), item.memory)
                item.said = self._said(item, stamp, outcome, _minors(settings))
                return item.said

    def closed(self, source: Source) -> TextFindings:
        """Return the findings of a file that is not open."""
        stamp = Stamp(source, self.generation, self.library.version)
        positions = Positions(split(source.text), self.encoding)
        settings = self.folders.of(source.path).settings(source.path) if speaks(source) else None
        if settings is None:
            return TextFindings(stamp, 0, positions)
        outcome = self.bench(settings).judge(source, self.library.others(source.path), None)
        found = outcome.findings
        return TextFindings(stamp, 0, positions, _minors(settings), found, found, outcome.apart, outcome.unread)

    def judge(self, item: Item) -> Callable[[Source], list[Finding]]:
        """Return a function that checks variants of a text; it also uses the text's memory."""
        settings = self.settings(item)
        if settings is None:
            return lambda source: []
        bench, others = self.bench(settings), self._others(item)
        return lambda source: bench.judge(source, others, item.memory).findings

    def positions(self, item: Item) -> Positions:
        """Return the positions in a text as it is now."""
        return Positions(tuple(item.text.lines), self.encoding)

    def _others(self, item: Item) -> Sequence[Source]:
        return self.library.others(item.text.path)

    async def _learnt(self, item: Item, stamp: Stamp, settings: Settings) -> bool:
        """Check the new documents of a text one by one; return False if it has changed in the meantime."""
        bench = self.bench(settings)
        unknown = bench.unknown(stamp.source, item.memory)
        began = time.monotonic()
        for document in unknown if len(unknown) > 1 else ():
            bench.learn(stamp.source, document, self._others(item), item.memory)
            if time.monotonic() - began > SLICE:
                await asyncio.sleep(0)
                if self.stamp(item) != stamp:
                    return False
                began = time.monotonic()
        return True

    def _said(self, item: Item, stamp: Stamp, outcome: Outcome, minors: tuple[str, ...]) -> TextFindings:
        stays = held.still(item.held, outcome.broken, outcome.findings) if outcome.broken else []
        findings = outcome.findings
        if stays:
            findings = sorted([*findings, *stays], key=lambda one: (one.line, one.column, one.rule, one.field))
        item.held = [finding for finding in findings if finding.rule not in _UNREADABLE]
        version, positions = item.text.version, self.positions(item)
        return TextFindings(
            stamp, version, positions, minors, findings, outcome.findings, outcome.apart, outcome.unread
        )


def _minors(settings: Settings) -> tuple[str, ...]:
    return tuple(f"1.{minor}" for minor in settings.minors)
