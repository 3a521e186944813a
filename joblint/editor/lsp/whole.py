"""Diagnostics of the files of the workspace that are not open, for a client that requests them.

A client asks again as soon as it has an answer. So the answer is delayed until something has changed.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, NamedTuple

from lsprotocol import types

from joblint.editor.lsp.desk import Stamp, TextFindings
from joblint.editor.lsp.library import SLICE, File
from joblint.editor.lsp.positions import Positions
from joblint.editor.lsp.reporting import FileReport, Reporting
from joblint.editor.lsp.texts import path_of, uri_of
from joblint.engine.api import not_text
from joblint.manifests.disk import ReadError, read
from joblint.manifests.source import NotText, Source, decode
from joblint.project.chart_values import template_of
from joblint.project.charts import language_in_tree

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

_POLL = 10  # seconds between two checks of files that the client does not watch
_BATCH = 20  # reports in a partial result
_NOTHING = "nothing"  # the id for no diagnostics

Changed = types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport


class Known(NamedTuple):
    """The report on a file, and what it depends on: the file's version, and the generations of settings and library."""

    file: File
    generation: int
    library: tuple[int, int]
    report: FileReport | None


class Whole:
    """Reports on the files of the library. `watching`: the client reports when a file changes."""

    def __init__(self, server: "LanguageServer", reporting: Reporting) -> None:
        self.server, self.reporting, self.desk = server, reporting, reporting.desk
        self.watching = False
        self._known: dict[str, Known] = {}

    async def diagnostics(self, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        """Return the reports that differ from those the client has; wait until there are any."""
        known = {one.uri: one.value for one in params.previous_result_ids}
        first = not known
        while True:
            self.reporting.stirred.clear()
            found = await self._all(known, params.partial_result_token)
            if found or first:
                return types.WorkspaceDiagnosticReport(found)
            try:
                await asyncio.wait_for(self.reporting.stirred.wait(), None if self.watching else _POLL)
            except TimeoutError:
                for path in list(self.desk.library.files):
                    self.desk.library.look(path)

    async def _all(self, known: dict[str, str], token: int | str | None) -> list[Changed]:
        """Return all reports that differ, without those already sent as a partial result."""
        await self.desk.library.walk(self.desk.folders.all())
        found: list[Changed] = []
        async for report in self._changed(known):
            found.append(report)
            if token is not None and len(found) >= _BATCH:
                part = types.WorkspaceDiagnosticReportPartialResult(found)
                self.server.progress(types.ProgressParams(token, part))
                found = []
        return found

    async def _changed(self, known: dict[str, str]) -> AsyncIterator[Changed]:
        seen = {item.text.uri for item in self.desk.items.values()}
        began = time.monotonic()
        for path in self._paths():
            report, uri = self._report(path), uri_of(path)
            if time.monotonic() - began > SLICE:
                await asyncio.sleep(0)
                began = time.monotonic()
            if report is not None and report.items:
                seen.add(uri)
                if known.get(uri) != report.id:
                    yield types.WorkspaceFullDocumentDiagnosticReport(uri, report.items, result_id=report.id)
        for uri, word in known.items():
            if uri not in seen and word != _NOTHING and path_of(uri) not in self._open():
                yield types.WorkspaceFullDocumentDiagnosticReport(uri, [], result_id=_NOTHING)

    def _paths(self) -> Iterator[str]:
        """Yield the files that are reported on."""
        library, opened = self.desk.library, self._open()
        for path in [path for path, file in library.files.items() if file.speaks]:
            if path not in opened and self.desk.folders.of(path).whole:
                yield path
        for path in [path for path in self._known if path not in library.files]:
            del self._known[path]

    def _open(self) -> set[str]:
        return {item.text.path for item in self.desk.items.values()}

    def _report(self, path: str) -> FileReport | None:
        """Return the report on a file; None if there is nothing to report, or it cannot be read."""
        file = self.desk.library.files.get(path)
        if file is None:
            return None
        generation = self.desk.generation
        library = (self.desk.library.version, self.desk.library.kustomizations)
        known = self._known.get(path)
        if known is not None and known.file == file and known.generation == generation:
            apart = known.report is None or known.report.said.apart
            if known.library == library or (apart and known.library[1] == library[1]):
                return known.report
        try:
            report = self.reporting.made(self._said(path, read(path)))
        except (OSError, ReadError):
            return None
        # Without its text, which is read again when it is needed.
        self._known[path] = Known(file, generation, library, report if report.items or not report.said.apart else None)
        return report

    def _said(self, path: str, data: bytes) -> TextFindings:
        try:
            return self.desk.closed(template_of(Source(path, decode(data), language_in_tree(path, data))))
        except NotText as error:
            source = Source(path, "")
            found = [not_text(path, error)]
            return TextFindings(Stamp(source, 0, 0), 0, Positions((), self.desk.encoding), findings=found)
