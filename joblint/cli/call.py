"""The options of one call of `check` or `fix`, and the error that prevents a report."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from joblint.cli import output
from joblint.cli.inputs import STDIN_NAME
from joblint.project.config.inforce import Configuration
from joblint.report import FAIL_ON, Note, Run
from joblint.rule.flaw import Flaw
from joblint.rule.settings import Settings

CLEAN, FOUND = 0, 1  # exit codes


class Call(NamedTuple):
    """The options of one call of `check` or `fix`: what to check, how to report it, and what to change."""

    paths: Sequence[str]
    settings: Settings
    stdin_name: str = STDIN_NAME
    files_from: str | None = None  # the list of paths; they are already in `paths`
    against: str | None = None
    format: str | None = None
    colour: str = output.AUTO
    fail_on: str = FAIL_ON
    fail_on_empty: bool = False
    fail_on_unknown_version: bool = False
    verbose: bool = False
    quiet: bool = False
    statistics: bool = False
    outputs: Sequence[tuple[str, str]] = ()  # formats, each with the file to write
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    show_fixes: bool | None = None  # None: only on a terminal
    exit_zero: bool = False
    render: bool = False
    values: Sequence[str] = ()  # files for --render, and texts of --set and --set-string
    set_values: Sequence[str] = ()
    set_strings: Sequence[str] = ()
    baseline: str | None = None
    strict_baseline: bool = False
    write_baseline: str | None = None
    since: str | None = None
    add_ignore: str | None = None  # the rules to ignore, separated by commas
    reason: str | None = None  # why they are ignored
    until: str | None = None  # the last day on which they are, as 2027-03-01
    sieves: Sequence[Callable[[Run], Run]] = ()  # each removes findings from a run
    configuration: Configuration | None = None  # None: `settings` are for all files


class Refused(Exception):
    """Nothing can be reported, because of errors or mistakes in configurations."""

    def __init__(self, *errors: Note, flaws: Sequence[Flaw] = ()) -> None:
        super().__init__()
        self.errors, self.flaws = errors, flaws
