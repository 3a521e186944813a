"""A server over its standard input and output, and a client that holds its messages against the protocol."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from tests.support import GOOD, HANG

COMMAND = [sys.executable, "-m", "joblint", "lsp"]

JOB = GOOD.replace("Never", "Always")
ALWAYS = ("unfit-restart-policy", 7, 21)  # what is found in JOB: rule, line and character from 0


def abilities(name: str = "neovim@v0.11", **more: Any) -> types.ClientCapabilities:
    """What a client can do; `pull`, `refresh`, `watch`, `versions`, `encodings` say more."""
    can = client_capabilities(name)
    assert can.text_document is not None
    assert can.workspace is not None
    can.text_document.diagnostic = types.DiagnosticClientCapabilities() if more.get("pull") else None
    can.workspace.diagnostics = types.DiagnosticWorkspaceClientCapabilities(more.get("refresh", False))
    watch = types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=more.get("watch", False))
    can.workspace.did_change_watched_files = watch
    can.workspace.did_change_configuration = types.DidChangeConfigurationClientCapabilities(more.get("watch", False))
    can.workspace.configuration = more.get("configuration", True)
    if can.text_document.publish_diagnostics is not None:
        can.text_document.publish_diagnostics.code_description_support = True
    if can.workspace.workspace_edit is not None:
        can.workspace.workspace_edit.document_changes = more.get("versions", True)
    if "encodings" in more:
        assert can.general is not None
        can.general.position_encodings = more["encodings"]
    return can


class Editor:
    """What a test does with a client: opens files, types, asks."""

    def __init__(self, client: LanguageClient, folder: Path, result: types.InitializeResult) -> None:
        self.client, self.folder, self.result = client, folder, result
        self.versions: dict[str, int] = {}
        self.registered: list[types.Registration] = []

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def identifier(self, name: str) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri(name))

    def open(self, name: str, text: str, language: str = "yaml") -> None:
        self.versions[name] = 1
        item = types.TextDocumentItem(self.uri(name), language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, name: str, text: str, start: tuple[int, int] | None = None, end: tuple[int, int] = (0, 0)) -> None:
        """Put `text` in the place of a range, or of all."""
        self.versions[name] += 1
        about = types.VersionedTextDocumentIdentifier(self.versions[name], self.uri(name))
        event: types.TextDocumentContentChangeEvent = types.TextDocumentContentChangeWholeDocument(text)
        if start is not None:
            span = types.Range(types.Position(*start), types.Position(*end))
            event = types.TextDocumentContentChangePartial(span, text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(about, [event]))

    def close(self, name: str) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(self.identifier(name)))

    async def pull(self, name: str, previous: str | None = None) -> Any:
        params = types.DocumentDiagnosticParams(self.identifier(name), previous_result_id=previous)
        return await asyncio.wait_for(self.client.text_document_diagnostic_async(params), HANG)

    async def found(self, name: str) -> list[tuple[str, int, int]]:
        """The rules of what is found, with their lines and characters from 0."""
        return places((await self.pull(name)).items)

    async def pushed(self) -> types.PublishDiagnosticsParams:
        """The next diagnostics that the server sends."""
        waiting = self.client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        found: types.PublishDiagnosticsParams = await asyncio.wait_for(waiting, HANG)
        return found

    async def actions(
        self, name: str, line: int, only: Sequence[str] | None = None, shown: Sequence[types.Diagnostic] = ()
    ) -> list[types.CodeAction]:
        """What can be done about a line."""
        at = types.Position(line, 0)
        context = types.CodeActionContext(shown, only)
        params = types.CodeActionParams(self.identifier(name), types.Range(at, at), context)
        found = await asyncio.wait_for(self.client.text_document_code_action_async(params), HANG)
        return [one for one in found or () if isinstance(one, types.CodeAction)]

    async def command(self, name: str, *arguments: Any) -> Any:
        params = types.ExecuteCommandParams(name, list(arguments))
        return await asyncio.wait_for(self.client.workspace_execute_command_async(params), HANG)


def places(found: Sequence[types.Diagnostic]) -> list[tuple[str, int, int]]:
    return [(str(one.code), one.range.start.line, one.range.start.character) for one in found]


@asynccontextmanager
async def session(
    folder: Path,
    can: types.ClientCapabilities | None = None,
    settings: dict[str, Any] | None = None,
    folders: Sequence[Path] | None = None,
    options: Any = None,
) -> AsyncIterator[Editor]:
    """An editor at work in a folder; `settings` are those of the client, by the folder's URI if it has several."""
    client = await ClientServerConfig(server_command=COMMAND).start()
    assert isinstance(client, LanguageClient)
    client.set_configuration({"joblint": settings or {}})
    editor: list[Editor] = []

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        editor[0].registered += params.registrations

    roots = [types.WorkspaceFolder(one.as_uri(), one.name) for one in (folders or [folder])]
    params = types.InitializeParams(can or abilities(), workspace_folders=roots, initialization_options=options)
    editor.append(Editor(client, folder, types.InitializeResult(types.ServerCapabilities())))
    editor[0].result = await asyncio.wait_for(client.initialize_session(params), HANG)
    try:
        yield editor[0]
        await asyncio.wait_for(client.shutdown_session(), HANG)
        assert client.error is None
    finally:
        server = client._server
        if server is not None and server.returncode is None:
            server.kill()  # the test has failed
        await client.stop()  # type: ignore[no-untyped-call]
