"""`joblint lsp`: the language server."""

import gc
import os
import sys

import click

from joblint.cli import output
from joblint.report import stderr

_EPILOG = """\b
Examples:
  joblint lsp                      an editor starts it, over stdin and stdout
  joblint lsp --tcp --port 2087    waits there for one client; then it ends

\b
It needs more than joblint alone:
  pip install 'joblint[lsp]'
"""
_HOST, _PORT = "127.0.0.1", 2087
# In cycles the engine leaves little that is not used any more, but a server lives long.
_GARBAGE = 50_000


@click.command("lsp", epilog=_EPILOG)
@click.option("--stdio", is_flag=True, help="Speak over standard input and output. This is the default.")
@click.option("--tcp", is_flag=True, help="Wait for a client on a port instead.")
@click.option("--host", default=_HOST, show_default=True, metavar="ADDRESS", help="With --tcp: where to wait.")
@click.option("--port", default=_PORT, show_default=True, type=click.IntRange(1, 65535), help="With --tcp: the port.")
def command(stdio: bool, tcp: bool, host: str, port: int) -> int:
    """Serve an editor: findings while you type, fixes, and what fields mean."""
    if stdio and tcp:
        raise click.UsageError("--stdio or --tcp: choose one")
    try:
        import pygls  # noqa: F401
    except ImportError:
        stderr.complain("the language server needs pygls: pip install 'joblint[lsp]'")
        return output.FAILED
    return serve(host, port) if tcp else serve()


def serve(host: str = "", port: int = 0) -> int:
    """Serve one client; without a host over standard input and output. The exit code is 1 if it just went away."""
    import logging

    from joblint.editor.lsp.server import Server

    logging.basicConfig(level=logging.ERROR, stream=sys.stderr, format="joblint: %(message)s")
    server = Server()
    gc.collect()
    gc.freeze()  # what is there now stays
    gc.set_threshold(_GARBAGE)
    if not host:
        # The protocol has the channel for itself: what anything else prints goes to where errors go.
        channel = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)
        if output.is_terminal(sys.stdin):
            stderr.complain("an editor starts this, and speaks with it over standard input and output")
        server.start_io(stdout=channel)
        return int(not server.ended)
    try:
        server.start_tcp(host, port)
    except OSError as error:
        stderr.complain(f"cannot wait on {host}:{port}: {error.strerror or error}")
        return output.FAILED
    return int(not server.ended)
