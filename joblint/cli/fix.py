"""`joblint fix`: check, with what has a fix mended."""

from typing import Any

import click

from joblint.cli.check import FIXES, OPTIONS, call, check_fix, with_options
from joblint.cli.run import check

_EPILOG = """\b
Examples:
  joblint fix                              this directory, and all below it
  joblint fix --diff manifests/            what would change
  joblint fix --unsafe-fixes job.yaml      also what may not be meant
  joblint fix - < job.yaml > fixed.yaml    the fixed text; findings on stderr

\b
Exit codes:
  0  nothing is left at or above --fail-on (--diff: nothing would change)
  1  findings remain (--diff: something would change)
  2  a path that cannot be read or written, or wrong usage
"""
_FIX, *_OTHERS = FIXES


@click.command("fix", epilog=_EPILOG)
@with_options(*_OTHERS, *OPTIONS)
def command(**given: Any) -> int:
    """Fix the Jobs and CronJobs in files and directories (default: the current one), and check them.

    As `check --fix`. Only the text that is wrong changes: comments, quotes, anchors and indentation stay, in Markdown
    and shell scripts too. A file is replaced as a whole or not at all. A fix that would bring in another finding is
    undone and told.
    """
    check_fix(given)
    return check(call(given)._replace(fix=True))
