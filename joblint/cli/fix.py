"""`joblint fix`: check files and apply fixes."""

from typing import Any

import click

from joblint.cli.check import FIXES, OPTIONS, call, check_fix, with_options
from joblint.cli.run import check

_EPILOG = """\b
Examples:
  joblint fix                              this directory and all below it
  joblint fix --diff manifests/            only show what would change
  joblint fix --unsafe-fixes job.yaml      also less certain fixes
  joblint fix - < job.yaml > fixed.yaml    the fixed text; findings on stderr

\b
Exit codes:
  0  no finding left at or above --fail-on (--diff: nothing would change)
  1  findings are left (--diff: something would change)
  2  a path cannot be read or written, or the command line or a
     configuration is wrong
"""
_FIX, *_OTHERS = FIXES


@click.command("fix", epilog=_EPILOG)
@with_options(*_OTHERS, *OPTIONS)
def command(**given: Any) -> int:
    """Fix the Jobs and CronJobs in files and directories (default: the current one), and check them.

    This is `check --fix`. Only the text that is wrong changes: comments, quotes, anchors and indentation are kept, also
    in Markdown, reStructuredText and shell scripts. A file is replaced as a whole or not at all. A fix that would cause
    another finding is undone and reported.
    """
    check_fix(given)
    return check(call({**given, "fix": True}))
