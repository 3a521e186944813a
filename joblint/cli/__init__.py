"""The command line program. Importing this module costs nothing; each command is loaded when it is called."""

import os
import sys


def main() -> None:
    """Run the program with the arguments of the process, and exit with its code."""
    if sys.argv[1:] == ["--version"]:
        # The whole of click only to print one line would be most of the time that it takes.
        from joblint._version import __version__

        try:
            os.write(1, f"joblint {__version__}\n".encode())
        except OSError:
            sys.exit(2)
        return
    from joblint.cli.app import run

    sys.exit(run())
