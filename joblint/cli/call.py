"""The options of one call of `check` or `fix`, and the error that prevents a report."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from joblint.cli import output
from joblint.cli.inputs import STDIN_NAME
from joblint.project.config.inforce import Configuration
from joblint.report import FAIL_ON, Note, Run
from joblint.rule.flaw import Flaw
from joblint.rule.settings import Settings

CLEAN, FOUND = 0, 1  # exit codes


class Display(NamedTuple):
    """What is printed, and how."""

    format: str | None = None
    colour: str = output.AUTO
    verbose: bool = False
    quiet: bool = False
    statistics: bool = False
    outputs: Sequence[tuple[str, str]] = ()  # formats, each with the file to write
    show_fixes: bool | None = None  # None: only on a terminal


class Exit(NamedTuple):
    """What decides the exit code."""

    fail_on: str = FAIL_ON
    fail_on_empty: bool = False
    fail_on_unknown_version: bool = False
    exit_zero: bool = False


class Editing(NamedTuple):
    """What is changed in the files."""

    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    add_ignore: str | None = None  # the rules to ignore, separated by commas
    reason: str | None = None  # why they are ignored
    until: str | None = None  # the last day on which they are, as 2027-03-01


class Rendering(NamedTuple):
    """What helm and kustomize render, and the values that are given for charts."""

    render: bool = False
    values: Sequence[str] = ()  # files with values, and texts of --set and --set-string
    set_values: Sequence[str] = ()
    set_strings: Sequence[str] = ()


class Comparison(NamedTuple):
    """What the manifests and the findings are compared with."""

    against: str | None = None
    since: str | None = None
    baseline: str | None = None
    strict_baseline: bool = False
    write_baseline: str | None = None


class Call(NamedTuple):
    """The options of one call of `check` or `fix`: what to check, how to report it, and what to change."""

    paths: Sequence[str]
    settings: Settings
    stdin_name: str = STDIN_NAME
    files_from: str | None = None  # the list of paths; they are already in `paths`
    display: Display = Display()
    exit: Exit = Exit()
    editing: Editing = Editing()
    rendering: Rendering = Rendering()
    comparison: Comparison = Comparison()
    sieves: Sequence[Callable[[Run], Run]] = ()  # each removes findings from a run
    configuration: Configuration | None = None  # None: `settings` are for all files

    def with_options(self, given: Mapping[str, Any]) -> "Call":
        """Return the call with some options, by their names; those of another name are ignored."""
        changed: dict[str, Any] = {name: given[name] for name in self._fields if name in given}
        for group in ("display", "exit", "editing", "rendering", "comparison"):
            options = getattr(self, group)
            chosen = {name: given[name] for name in options._fields if name in given}
            if chosen:
                changed[group] = options._replace(**chosen)
        return self._replace(**changed)


class Refused(Exception):
    """Nothing can be reported, because of errors or mistakes in configurations."""

    def __init__(self, *errors: Note, flaws: Sequence[Flaw] = ()) -> None:
        super().__init__()
        self.errors, self.flaws = errors, flaws
