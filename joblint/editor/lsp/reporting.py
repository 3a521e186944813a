"""Send diagnostics to the client: it requests them if it can ("pull"), otherwise they are sent ("push"), never both."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from lsprotocol import types

from joblint.editor.lsp.desk import Desk, Item, TextFindings
from joblint.editor.lsp.diagnostics import Maker
from joblint.editor.lsp.texts import uri_of

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

DEBOUNCE = 0.12  # seconds between the last change and sending diagnostics


class FileReport(NamedTuple):
    """The diagnostics of a file, what they were made from, and an id that changes with them."""

    said: TextFindings
    id: str
    items: list[types.Diagnostic]


class Reporting:
    """Sends diagnostics of the texts of a desk, and of the files of its library."""

    def __init__(self, server: "LanguageServer", desk: Desk) -> None:
        self.server, self.desk = server, desk
        self.make = Maker()
        self.pull = self.refreshes = self.lenses = False
        self.ready = asyncio.Event()  # set when the settings of the client are known
        self.stirred = asyncio.Event()  # set when something has changed since it was cleared
        self._reports: dict[str, FileReport] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._walk: asyncio.Task[None] | None = None

    def able(self, capabilities: types.ClientCapabilities) -> None:
        """Set what the client supports."""
        text, workspace = capabilities.text_document, capabilities.workspace
        self.make = Maker(text)
        self.pull = text is not None and text.diagnostic is not None
        self.refreshes = bool(workspace and workspace.diagnostics and workspace.diagnostics.refresh_support)
        self.lenses = bool(workspace and workspace.code_lens and workspace.code_lens.refresh_support)

    # -- something has changed

    def changed(self, item: Item, delay: float = DEBOUNCE) -> None:
        """Send the diagnostics of a text that was changed or opened, after a delay."""
        if not self.pull:
            self._schedule(item, delay)

    def others_changed(self) -> None:
        """Handle that a text has changed that Jobs may refer to."""
        self.stirred.set()
        for item in self.desk.items.values():
            if item.said is not None and not item.said.apart:
                self.changed(item)

    def all_changed(self) -> None:
        """Handle that settings or files have changed."""
        self.stirred.set()
        if not self.pull:
            for item in self.desk.items.values():
                self._schedule(item, DEBOUNCE)
        elif self.refreshes:
            self.server.workspace_diagnostic_refresh(None)
        if self.lenses:
            self.server.workspace_code_lens_refresh(None)

    def closed(self, uri: str) -> None:
        """Handle that a text was closed."""
        self._reports.pop(uri, None)
        task = self._tasks.pop(uri, None)
        if task is not None:
            task.cancel()
        if not self.pull:
            self.server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    # -- push

    def _schedule(self, item: Item, delay: float) -> None:
        before = self._tasks.get(item.text.uri)
        if before is not None:
            before.cancel()
        self._tasks[item.text.uri] = asyncio.ensure_future(self._push(item, delay))

    async def _push(self, item: Item, delay: float) -> None:
        await asyncio.sleep(delay)
        await self.ready.wait()
        report = await self.report(item)
        if self.desk.items.get(item.text.uri) is item:
            about = types.PublishDiagnosticsParams(item.text.uri, report.items, report.said.version)
            self.server.text_document_publish_diagnostics(about)

    # -- pull

    async def one(
        self, params: types.DocumentDiagnosticParams
    ) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
        """Return the report on an open text."""
        item = self.desk.items.get(params.text_document.uri)
        if item is None:
            return types.RelatedFullDocumentDiagnosticReport([])
        report = await self.report(item)
        if params.previous_result_id == report.id:
            return types.RelatedUnchangedDocumentDiagnosticReport(report.id)
        return types.RelatedFullDocumentDiagnosticReport(report.items, result_id=report.id)

    async def report(self, item: Item) -> FileReport:
        """Return the report on a text as it is when this is done."""
        said = await self.desk.said(item)
        report = self._reports.get(item.text.uri)
        if report is None or report.said is not said:
            report = self._reports[item.text.uri] = self.made(said)
        if not said.apart:
            self.explore()
        return report

    def explore(self) -> None:
        """Read the other files of the folders in the background, unless that has been done."""
        if not self.desk.library.read and self._walk is None:
            self._walk = asyncio.ensure_future(self._find_others())

    async def _find_others(self) -> None:
        """Read the folders for what Jobs may refer to, and refresh if something is new."""
        before = self.desk.library.version
        await self.desk.library.walk(self.desk.folders.all())
        self._walk = None
        if self.desk.library.version != before:
            self.all_changed()

    def made(self, said: TextFindings) -> FileReport:
        """Return the report on the findings of a text."""
        path = said.stamp.source.path
        here = next((item.text.uri for item in self.desk.items.values() if item.text.path == path), "")
        items = self.make.diagnostics(said, lambda other: here if here and other == path else uri_of(other))
        return FileReport(said, _word(said, items), items)


def _word(said: TextFindings, items: Iterable[types.Diagnostic]) -> str:
    """Return an id for some diagnostics; it differs between processes, because Python's hashes do."""
    places = tuple((one.range.start.character, one.range.end.character) for one in items)
    findings = tuple(finding._replace(fix=None) for finding in said.findings)
    return f"{hash((places, said.minors, findings, tuple(said.unread))):x}"
