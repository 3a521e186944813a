"""Connect the methods of the protocol to the server: those that pygls would handle itself, and those that it calls."""

import asyncio
import inspect
from abc import abstractmethod
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams, JsonRpcInvalidRequest
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

_SAID = 200  # characters of an error that are sent to a client
_NOT_ONE = JsonRpcInvalidRequest("not a message of JSON-RPC 2.0")


class Unreadable:
    """A message that cannot be read: its id, if it has a valid one, whether it asks for an answer, and the error."""

    def __init__(self, data: Any, error: JsonRpcException) -> None:
        number = data.get("id") if isinstance(data, dict) else None
        self.id = number if isinstance(number, int | str) and not isinstance(number, bool) else None
        self.asks = not isinstance(data, dict) or "id" in data
        self.error = error


class TextServer(LanguageServer):
    """A server that keeps the texts itself."""

    @abstractmethod
    def opened(self, params: types.DidOpenTextDocumentParams) -> None:
        """Handle that a text was opened."""

    @abstractmethod
    def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """Handle that a text was changed."""

    @abstractmethod
    def closed(self, params: types.DidCloseTextDocumentParams) -> None:
        """Handle that a text was closed."""


class Protocol(LanguageServerProtocol):
    """The protocol with our own texts: those of pygls are slow for many lines, and split lines where editors do not.

    A request that cannot be read is answered with an error; pygls only logs it, and the client would wait forever.
    """

    _server: "TextServer"

    def structure_message(self, data: Any) -> Any:
        """Return a message as an object of the protocol, or as Unreadable if it cannot be read."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            why = str(error.__cause__ or error).split("\n")[0]
            return Unreadable(data, JsonRpcInvalidParams(why[:_SAID]))

    def handle_message(self, message: Any) -> None:
        """Pass a message on to its handler."""
        if getattr(message, "jsonrpc", self.VERSION) != self.VERSION and hasattr(message, "id"):
            message = Unreadable({"id": message.id}, _NOT_ONE)
        elif self._shutdown and hasattr(message, "id") and hasattr(message, "method"):
            message = Unreadable({"id": message.id}, JsonRpcInvalidRequest("the server is shutting down"))
        elif not isinstance(message, Unreadable) and not hasattr(message, "jsonrpc"):
            message = Unreadable(message, _NOT_ONE)
        elif not isinstance(getattr(message, "method", ""), str):
            message = Unreadable({"id": message.id} if hasattr(message, "id") else {}, _NOT_ONE)
        if not isinstance(message, Unreadable):
            super().handle_message(message)
        elif message.asks:
            self.refuse(message.id, message.error)

    def refuse(self, number: int | str | None, error: JsonRpcException) -> None:
        """Answer with an error. `number` is the request's id; None if it is not known, so that null is sent."""
        if number is None:
            self._send_data({"jsonrpc": self.VERSION, "id": None, "error": error.to_response_error()})
        else:
            self._send_response(number, None, error.to_response_error())

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Handle that a text was opened."""
        self._server.opened(params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Handle that a text was changed."""
        self._server.changed(params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Handle that a text was closed."""
        self._server.closed(params)


def serve(
    server: LanguageServer, name: str, work: Any, options: Any = None, ready: asyncio.Event | None = None
) -> None:
    """Register a function for a method of the protocol; its calls wait until `ready` is set, if there is one."""

    async def later(params: Any) -> Any:
        if ready is not None and not ready.is_set():
            await ready.wait()
        found = work(params)
        return await found if inspect.isawaitable(found) else found

    def now(params: Any) -> Any:
        return work(params)

    server.feature(name, options)(later if ready is not None or inspect.iscoroutinefunction(work) else now)
