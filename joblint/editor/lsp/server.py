"""The server: its capabilities, its handlers for messages from the editor, and its requests to the editor."""

import asyncio
import os
from collections.abc import Mapping
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInternalError, JsonRpcParseError
from pygls.protocol import default_converter

from joblint._version import __version__
from joblint.checks import own
from joblint.editor.lsp import features, folders
from joblint.editor.lsp.actions import KINDS, Actions, ActionSupport
from joblint.editor.lsp.commands import Commands
from joblint.editor.lsp.desk import Desk
from joblint.editor.lsp.library import Library
from joblint.editor.lsp.protocol import Protocol, TextServer, serve
from joblint.editor.lsp.reporting import Reporting
from joblint.editor.lsp.texts import Text, path_of, uri_of
from joblint.editor.lsp.whole import Whole
from joblint.project.config.find import MARKS
from joblint.project.walk import SUFFIXES
from joblint.report.stderr import bug, complain
from joblint.report.visible import visible

_PATIENCE = 2  # seconds that a client may take to send its settings
_CONFIGURATION, _FILES = "workspace/didChangeConfiguration", "workspace/didChangeWatchedFiles"


class Server(TextServer):
    """The language server of joblint."""

    def __init__(self) -> None:
        super().__init__("joblint", __version__, protocol_cls=Protocol, converter_factory=default_converter)
        self.ended = False  # the client has sent a shutdown request
        self.told: set[str] = set()
        self.initial: Mapping[str, Any] = {}
        self.desk = Desk(folders.Folders(self.tell), Library())
        self.reporting = Reporting(self, self.desk)
        self.whole = Whole(self, self.reporting)
        self.actions = Actions(self.desk)
        self.features = features.Features(self.desk, self.reporting)
        self._serve()
        Commands(self, self.desk, self.actions, self.settings_changed).register()

    def _serve(self) -> None:
        """Register what pygls does not handle itself."""
        serve(self, types.INITIALIZE, self.initialize)
        serve(self, types.INITIALIZED, self.initialized)
        serve(self, types.SHUTDOWN, self.ending)
        serve(self, types.WORKSPACE_DID_CHANGE_CONFIGURATION, self.configuration_changed)
        serve(self, types.WORKSPACE_DID_CHANGE_WATCHED_FILES, self.files_changed)
        serve(self, types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, self.folders_changed)
        serve(self, types.TEXT_DOCUMENT_DID_SAVE, self.saved)
        pulled = types.DiagnosticOptions(True, True, identifier="joblint")
        offered = types.CodeActionOptions(list(KINDS), resolve_provider=True)
        triggers = types.CompletionOptions(trigger_characters=list(features.TRIGGERS))
        shown = self.features
        asked = (
            (types.TEXT_DOCUMENT_DIAGNOSTIC, self.reporting.one, pulled),
            (types.WORKSPACE_DIAGNOSTIC, self.whole.diagnostics, None),
            (types.TEXT_DOCUMENT_CODE_ACTION, self.actions.offered, offered),
            (types.CODE_ACTION_RESOLVE, self.actions.resolve, None),
            (types.TEXT_DOCUMENT_HOVER, shown.hovered, None),
            (types.TEXT_DOCUMENT_COMPLETION, shown.completions, triggers),
            (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, shown.symbols, None),
            (types.TEXT_DOCUMENT_FOLDING_RANGE, shown.foldings, None),
            (types.TEXT_DOCUMENT_CODE_LENS, shown.lenses, None),
            (types.TEXT_DOCUMENT_DEFINITION, shown.definition, None),
            (types.TEXT_DOCUMENT_REFERENCES, shown.references, None),
        )
        for name, work, options in asked:
            serve(self, name, work, options, self.reporting.ready)

    # -- errors

    def tell(self, message: str) -> None:
        """Show the user a mistake in the settings, once."""
        if message not in self.told:
            self.told.add(message)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, visible(f"joblint: {message}")))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log a bug in joblint to standard error, or answer a message that is not JSON with an error."""
        if isinstance(error, RecursionError | ValueError) and source is JsonRpcException:  # not JSON, or too much of it
            if isinstance(self.protocol, Protocol):
                self.protocol.refuse(None, JsonRpcParseError(str(error)[:200]))
        elif not isinstance(error, JsonRpcException) or isinstance(error, JsonRpcInternalError):
            complain(bug(error))

    # -- start

    def initialize(self, params: types.InitializeParams) -> None:
        """Set what the client supports, and its folders."""
        can = params.capabilities
        self.reporting.able(can)
        if not self.reporting.pull:
            for name in (types.TEXT_DOCUMENT_DIAGNOSTIC, types.WORKSPACE_DIAGNOSTIC):
                self.protocol.fm.features.pop(name)
        self.actions.can, self.features.can = ActionSupport.of(can), features.FeatureSupport.of(can)
        self.desk.encoding = str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding))
        self.initial = folders.section(params.initialization_options)
        self.desk.folders.take({"": self.initial})
        roots = [folder.uri for folder in params.workspace_folders or ()]
        if not roots and params.root_uri:
            roots = [params.root_uri]
        self.desk.folders.replace(map(path_of, roots))
        asyncio.get_running_loop().call_later(2 * _PATIENCE, self.reporting.ready.set)  # even if it sends no settings

    async def initialized(self, params: types.InitializedParams) -> None:
        """Request the settings, and notifications of changes."""
        try:
            await asyncio.wait_for(self.configure(), _PATIENCE)
        except Exception as error:
            if not isinstance(error, TimeoutError):
                self.report_server_error(error, Exception)
        self.reporting.ready.set()
        registrations = list(self._registrations())
        if registrations:
            self.client_register_capability(types.RegistrationParams(registrations))

    def ending(self, params: None) -> None:
        """Note that the client is about to end the server."""
        self.ended = True

    def _registrations(self) -> "list[types.Registration]":
        workspace = self.client_capabilities.workspace
        found = []
        changes = workspace.did_change_configuration if workspace else None
        if changes and changes.dynamic_registration:
            about = types.DidChangeConfigurationRegistrationOptions(folders.SECTION)
            found.append(types.Registration("settings", _CONFIGURATION, about))
        files = workspace.did_change_watched_files if workspace else None
        if files and files.dynamic_registration:
            suffixes = ",".join(sorted(suffix.removeprefix(".") for suffix in SUFFIXES))
            names = ",".join(sorted(MARKS - {".git"}))
            patterns = (f"**/*.{{{suffixes}}}", f"**/{{{names}}}")
            watchers = [types.FileSystemWatcher(pattern) for pattern in patterns]
            about_files = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            found.append(types.Registration("files", _FILES, about_files))
            self.whole.watching = True
        return found

    async def configure(self) -> None:
        """Request the settings of every folder, and those for files in none."""
        workspace = self.client_capabilities.workspace
        if not workspace or not workspace.configuration:
            return
        paths = ["", *self.desk.folders.paths]
        items = [types.ConfigurationItem(uri_of(path) if path else None, folders.SECTION) for path in paths]
        found = await self.workspace_configuration_async(types.ConfigurationParams(items))
        said = [one if isinstance(one, Mapping) else {} for one in found or ()]
        self.desk.folders.take({path: {**self.initial, **one} for path, one in zip(paths, said, strict=False)})
        self.settings_changed()

    # -- texts

    def opened(self, params: types.DidOpenTextDocumentParams) -> None:
        """Handle that a text was opened."""
        about = params.text_document
        item = self.desk.open(Text(about.uri, about.language_id, about.version, about.text))
        self.unwatched()
        self.reporting.changed(item, 0)
        self.reporting.others_changed()

    def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """Handle that a text was changed. One that is not open is ignored."""
        item = self.desk.items.get(params.text_document.uri)
        if item is None:
            return
        others = self.desk.change(item, params.content_changes, params.text_document.version)
        self.reporting.changed(item)
        if others:
            self.reporting.others_changed()

    def closed(self, params: types.DidCloseTextDocumentParams) -> None:
        """Handle that a text was closed."""
        others = self.desk.close(params.text_document.uri)
        self.reporting.closed(params.text_document.uri)
        if self.desk.library.read:
            self.desk.library.closed(path_of(params.text_document.uri))
        if others:
            self.reporting.others_changed()
        self.reporting.stirred.set()

    def saved(self, params: types.DidSaveTextDocumentParams) -> None:
        """Handle that a text was saved; it may be a configuration that the client does not watch."""
        if self.unwatched():
            self.reporting.all_changed()

    def unwatched(self) -> bool:
        """Read configurations again if the client does not report changes of files; return whether it does not."""
        if not self.whole.watching:
            self.desk.reset()
        return not self.whole.watching

    # -- settings, files and folders

    def settings_changed(self) -> None:
        """Check everything again, with other settings."""
        self.told.clear()
        self.desk.reset()
        self.reporting.all_changed()

    async def configuration_changed(self, params: types.DidChangeConfigurationParams) -> None:
        """Handle new settings, or request them if the client supports that."""
        workspace = self.client_capabilities.workspace
        if workspace and workspace.configuration:
            await self.configure()
            return
        said = {**self.initial, **folders.section(params.settings)}
        self.desk.folders.take({"": said})
        self.settings_changed()

    def files_changed(self, params: types.DidChangeWatchedFilesParams) -> None:
        """Handle that files have changed on disk: configurations, own rules, or what the library has read."""
        library, stirred, anew = self.desk.library, False, False
        for event in params.changes:
            path = path_of(event.uri)
            name = os.path.basename(path)
            anew = anew or name in MARKS or own.holds(path)
            if library.read and path in library.files:
                stirred = library.look(path) or stirred
            elif library.read and name.lower().endswith(SUFFIXES):
                library.read = False  # git may ignore it, or a configuration exclude it: a walk will tell
                stirred = True
        if anew:
            library.read = False
            self.settings_changed()
        elif stirred:
            self.reporting.others_changed()

    async def folders_changed(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        """Handle that folders were added or removed."""
        paths = [path_of(folder.uri) for folder in self.workspace.folders.values()]
        self.desk.folders.replace(paths)
        self.desk.library.forget(self.desk.folders.all())
        self.settings_changed()
        await self.configure()
