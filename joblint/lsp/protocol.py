"""How the methods of the protocol come to the server: those that pygls would do itself, and those that it calls."""

import asyncio
import inspect
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

if TYPE_CHECKING:
    from joblint.lsp.server import Server


class Protocol(LanguageServerProtocol):
    """The protocol with our own texts: those of pygls cost more with every line, and part lines that editors do not."""

    _server: "Server"

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """A text is opened."""
        self._server.opened(params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """A text changes."""
        self._server.changed(params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """A text is closed."""
        self._server.closed(params)


def serve(
    server: LanguageServer, name: str, work: Any, options: Any = None, ready: asyncio.Event | None = None
) -> None:
    """Have a method of the protocol done by a function of its parameters, not before something is `ready`."""

    async def later(params: Any) -> Any:
        if ready is not None and not ready.is_set():
            await ready.wait()
        found = work(params)
        return await found if inspect.isawaitable(found) else found

    def now(params: Any) -> Any:
        return work(params)

    server.feature(name, options)(later if ready is not None or inspect.iscoroutinefunction(work) else now)
