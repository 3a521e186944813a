"""The command line program. Importing this module is cheap; each command is loaded when it is called.

Importing click takes half of the time of a run. So it is not imported to print the version, or to check paths without
any option, which is how pre-commit and most people call joblint.
"""

import gc
import os
import sys

# New objects between two garbage collections. A run makes little garbage, and Python's 700 cost a fifth of the time.
_GARBAGE = 500_000
ENVIRONMENT = "JOBLINT_KUBE_VERSION"
COMPLETION = "_JOBLINT_COMPLETE"
_STDIN = "-"


def main() -> None:
    """Run the program with the arguments of the process, and exit with its code."""
    gc.set_threshold(_GARBAGE)
    try:
        sys.exit(_run(sys.argv[1:]))
    finally:
        gc.disable()  # otherwise Python looks at all objects once more when it ends


def _run(arguments: list[str]) -> int:
    if arguments == ["--version"]:
        return _print_version()
    if arguments[:1] == ["check"] and _only_paths(arguments[1:]):
        return _check(arguments[1:])
    from joblint.cli.app import run

    return run(completion=COMPLETION)


def _print_version() -> int:
    from joblint.cli.version import version_text

    try:
        os.write(1, version_text().encode())
    except OSError:
        return 2
    return 0


def _only_paths(arguments: list[str]) -> bool:
    """Return whether neither the arguments nor the environment have an option."""
    if os.environ.get(ENVIRONMENT) or os.environ.get(COMPLETION):
        return False
    return all(argument == _STDIN or not argument.startswith("-") for argument in arguments)


def _check(paths: list[str]) -> int:
    from joblint.cli.output import guarded

    def work() -> int:
        from joblint.cli.call import Call
        from joblint.cli.run import check
        from joblint.engine.api import make_settings
        from joblint.project.config.inforce import Configuration

        return check(Call(paths, make_settings(), configuration=Configuration()))

    return guarded(work)
