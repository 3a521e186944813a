"""`joblint lsp`: the language server."""

import gc
import os
import sys

import click

from joblint.cli import output
from joblint.report import stderr

_EPILOG = """\b
Examples:
  joblint lsp                      started by an editor, over stdin and stdout
  joblint lsp --tcp --port 2087    waits for one client, then ends

\b
It requires more packages:
  pip install 'joblint[lsp]'
"""
_HOST, _PORT = "127.0.0.1", 2087
# The engine leaves little garbage in cycles, but a server runs for a long time.
_GARBAGE = 50_000


@click.command("lsp", epilog=_EPILOG)
@click.option("--stdio", is_flag=True, help="Use standard input and output. This is the default.")
@click.option("--tcp", is_flag=True, help="Wait for one client on a TCP port instead.")
@click.option(
    "--host", default=_HOST, show_default=True, metavar="ADDRESS", help="With --tcp: the address to listen on."
)
@click.option("--port", default=_PORT, show_default=True, type=click.IntRange(1, 65535), help="With --tcp: the port.")
def command(stdio: bool, tcp: bool, host: str, port: int) -> int:
    """Run the language server for an editor: findings while you type, fixes, and what fields mean."""
    if stdio and tcp:
        raise click.UsageError("--stdio cannot be combined with --tcp")
    try:
        import pygls  # noqa: F401
    except ImportError:
        stderr.complain("the language server requires pygls: pip install 'joblint[lsp]'")
        return output.FAILED
    return serve(host, port) if tcp else serve()


def serve(host: str = "", port: int = 0) -> int:
    """Serve one client, over standard input and output if no host is given. Return 1 if it just went away."""
    import logging

    from joblint.editor.lsp.server import Server

    logging.basicConfig(level=logging.ERROR, stream=sys.stderr, format="joblint: %(message)s")
    server = Server()
    gc.collect()
    gc.freeze()  # the objects that exist now are never garbage
    gc.set_threshold(_GARBAGE)
    if not host:
        # Only the protocol uses standard output: all other output goes to standard error.
        channel = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)
        if output.is_terminal(sys.stdin):
            stderr.complain("waiting for an editor, which starts this command and uses its standard input and output")
        server.start_io(stdout=channel)
        return int(not server.ended)
    try:
        server.start_tcp(host, port)
    except OSError as error:
        stderr.complain(f"cannot listen on {host}:{port}: {error.strerror or error}")
        return output.FAILED
    return int(not server.ended)
