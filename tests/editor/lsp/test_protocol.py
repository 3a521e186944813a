"""Requests that cannot be read are answered with an error: a client that waits for an answer must get one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygls.exceptions import JsonRpcException

from joblint.editor.lsp.server import Server

INVALID_REQUEST, INVALID_PARAMS, PARSE_ERROR = -32600, -32602, -32700
HUGE = 1 << 31
AT_A_PLACE = ("hover", "completion", "definition", "references")
WRONG: tuple[Any, ...] = (
    -1,
    HUGE,
    1 << 70,
    None,
    [],
    {},
    "x",
    "",
    "-1",
    [1],
    {"line": 1},
    -0.5e300,
    float("inf"),
    float("nan"),
)


class Recorder:
    """What the server would write to its client."""

    def __init__(self) -> None:
        self.answers: list[Any] = []

    def write(self, data: bytes) -> None:
        self.answers.append(json.loads(data.partition(b"\r\n\r\n")[2]))

    def close(self) -> None:
        """Nothing to close."""


def answers(*messages: Any) -> list[Any]:
    """What a server answers that is told some messages, none of which can be read."""
    protocol, recorder = Server().protocol, Recorder()
    protocol.set_writer(recorder)
    for message in messages:
        protocol.handle_message(json.loads(json.dumps(message), object_hook=protocol.structure_message))
    return recorder.answers


def request(method: str, position: Any, number: Any = 7) -> dict[str, Any]:
    params: dict[str, Any] = {"textDocument": {"uri": "file:///a.yaml"}, "position": position}
    if method == "references":
        params["context"] = {"includeDeclaration": True}
    return {"jsonrpc": "2.0", "id": number, "method": f"textDocument/{method}", "params": params}


def codes(found: list[Any]) -> list[tuple[Any, int]]:
    return [(one["id"], one["error"]["code"]) for one in found]


@pytest.mark.parametrize("method", AT_A_PLACE)
@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_a_position_that_is_none(method: str, value: Any) -> None:
    for position in ({"line": value, "character": 0}, {"line": 0, "character": value}, value):
        assert codes(answers(request(method, position))) == [(7, INVALID_PARAMS)]


def test_a_range() -> None:
    at = {"line": -1, "character": 0}
    params = {"textDocument": {"uri": "a"}, "range": {"start": at, "end": at}, "context": {"diagnostics": []}}
    message = {"jsonrpc": "2.0", "id": "x", "method": "textDocument/codeAction", "params": params}
    assert codes(answers(message)) == [("x", INVALID_PARAMS)]


@pytest.mark.parametrize(
    ("message", "number", "code"),
    [
        ({"jsonrpc": "2.0", "id": 1, "method": "textDocument/hover"}, 1, INVALID_PARAMS),
        ({"jsonrpc": "2.0", "id": 1, "method": "textDocument/hover", "params": None}, 1, INVALID_PARAMS),
        ({"jsonrpc": "2.0", "id": 1, "method": "textDocument/hover", "params": []}, 1, INVALID_PARAMS),
        ({"jsonrpc": "2.0", "id": 1, "method": 3, "params": {}}, 1, INVALID_REQUEST),
        ({"jsonrpc": "2.0", "id": 1, "method": [], "params": {}}, 1, INVALID_PARAMS),
        ({"jsonrpc": "1.0", "id": 1, "method": "x", "params": {}}, 1, INVALID_REQUEST),
        ({"id": 1, "method": "textDocument/hover"}, 1, INVALID_REQUEST),
        ({"jsonrpc": "2.0", "id": {}, "method": "textDocument/hover"}, None, INVALID_PARAMS),
        ([], None, INVALID_REQUEST),
        (3, None, INVALID_REQUEST),
        (None, None, INVALID_REQUEST),
    ],
)
def test_no_request(message: Any, number: Any, code: int) -> None:
    assert codes(answers(message)) == [(number, code)]


@pytest.mark.parametrize("body", ["{", "[" * 100_000, '{"jsonrpc": "2.0", "id": 1, "x": ' + "9" * 5000 + "}"])
def test_no_json(body: str) -> None:
    """Nobody knows the id of such a request."""
    server, recorder = Server(), Recorder()
    server.protocol.set_writer(recorder)
    with pytest.raises((ValueError, RecursionError)) as caught:
        json.loads(body, object_hook=server.protocol.structure_message)
    server.report_server_error(caught.value, JsonRpcException)
    assert codes(recorder.answers) == [(None, PARSE_ERROR)]


def test_notifications_get_no_answer() -> None:
    params = {"textDocument": {"uri": "a", "version": 1}, "contentChanges": [{"range": 3, "text": ""}]}
    assert answers({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}) == []


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-HUGE, -1) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["line", "x"]), inner, max_size=2),
    max_leaves=4,
)


@given(st.sampled_from(AT_A_PLACE), _json)
def test_never_silent(method: str, position: Any) -> None:
    """A position that lacks `character` is never one."""
    assert codes(answers(request(method, position))) == [(7, INVALID_PARAMS)]
