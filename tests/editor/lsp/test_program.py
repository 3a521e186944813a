"""`joblint lsp` as a program: how it ends, what it needs, and TCP."""

import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from benchmarks.editor import Client
from tests.editor.lsp.session import COMMAND, JOB
from tests.support import HANG

WITHOUT = "import sys; sys.modules['pygls'] = None; from joblint.cli import main; sys.argv = ['joblint', 'lsp']; main()"


def ended(*messages: dict[str, Any]) -> subprocess.CompletedProcess[bytes]:
    """A server that got some messages, and then the end of its input."""
    data = b""
    for message in messages:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        data += b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    return subprocess.run(COMMAND, input=data, capture_output=True, timeout=HANG, check=False)


def test_without_the_extra_it_says_what_to_install() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'joblint[lsp]'" in done.stderr
    assert done.stdout == ""


def test_two_ways_to_speak_are_one_too_many() -> None:
    done = subprocess.run([*COMMAND, "--stdio", "--tcp"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--stdio cannot be combined with --tcp" in done.stderr


def test_it_ends_as_it_is_told() -> None:
    start = {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}}
    done = ended(start, {"id": 2, "method": "shutdown", "params": None}, {"method": "exit", "params": None})
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Content-Length" in done.stdout
    assert ended(start, {"method": "exit", "params": None}).returncode == 1
    gone = ended(start)
    assert (gone.returncode, gone.stderr) == (1, b"")


def test_nonsense_does_not_end_it() -> None:
    client = Client(*COMMAND, errors=subprocess.DEVNULL)
    client.start(Path("/"))
    position = {"line": -1, "character": 10**12}
    for params in (None, {}, {"textDocument": 3}, {"textDocument": {"uri": "x"}, "position": position}):
        client.send("textDocument/didOpen", params)
        client.send("textDocument/didChange", params)
        client.send("textDocument/didClose", params)
        client.send("workspace/didChangeConfiguration", params)
    client.send("no/such/method", {})
    about = {"uri": "untitled:Untitled-1", "languageId": "yaml", "version": 1, "text": JOB}
    client.send("textDocument/didOpen", {"textDocument": about})
    far = {"start": {"line": 999, "character": 9}, "end": {"line": 3, "character": 2_000_000_000}}
    change = {"textDocument": {"uri": about["uri"], "version": 2}, "contentChanges": [{"range": far, "text": "\ud83d"}]}
    client.send("textDocument/didChange", change)
    found = client.ask("textDocument/diagnostic", {"textDocument": {"uri": about["uri"]}})
    assert found["kind"] == "full"
    client.stop()
    assert client.process.returncode == 0


def test_tcp() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([*COMMAND, "--tcp", "--port", str(port)], stderr=subprocess.PIPE)
    try:
        channel = connected(port, process)
        client = Client.__new__(Client)
        client.number, client.process = 0, process
        process.stdin, process.stdout = channel.makefile("wb"), channel.makefile("rb")
        client.start(Path("/"))
        about = {"uri": "file:///job.yaml", "languageId": "yaml", "version": 1, "text": JOB}
        client.send("textDocument/didOpen", {"textDocument": about})
        found = client.ask("textDocument/diagnostic", {"textDocument": {"uri": about["uri"]}})
        assert [one["code"] for one in found["items"]] == ["unfit-restart-policy"]
        client.ask("shutdown", None)
        client.send("exit", None)
        assert process.wait(HANG) == 0
        channel.close()
    finally:
        process.kill()
        process.communicate()


def connected(port: int, process: "subprocess.Popen[bytes]") -> socket.socket:
    """A connection to a server that is about to listen on a port."""
    last = time.monotonic() + HANG
    while process.poll() is None and time.monotonic() < last:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=HANG)
        except ConnectionRefusedError:
            time.sleep(0.05)
    pytest.fail("the server does not listen")


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [*COMMAND, "--tcp", "--port", str(taken.getsockname()[1])]
        done = subprocess.run(command, capture_output=True, text=True, timeout=HANG, check=False)
    assert done.returncode == 2
    assert "cannot listen on 127.0.0.1:" in done.stderr
