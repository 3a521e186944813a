"""One line a finding, for grep, editors and logs: `path:line:col: error[rule] message`."""

from collections.abc import Iterator

from joblint.finding import Finding
from joblint.report import Run, limited
from joblint.report.visible import visible


def report(run: Run) -> Iterator[str]:
    """A line for each finding, and nothing else."""
    for finding in run.findings:
        yield f"{place(finding)}: {label(finding)} {visible(finding.message)}{versions(finding, run)}\n"


def place(finding: Finding, file: str = "") -> str:
    """`path:line:col`, as editors and terminals make it a link; of a template its path, and the line of the output.

    `file` is what a host calls the finding's file.
    """
    shown = visible(file or finding.file)
    return f"{shown}{rendered(finding)}" if finding.origin else f"{shown}:{finding.line}:{finding.column}"


def rendered(finding: Finding) -> str:
    """` (rendered, line 6 of the output)` where the manifest was made from a template, of which nobody knows a line."""
    return f" (rendered, line {finding.line} of the output)" if finding.origin else ""


def label(finding: Finding) -> str:
    """`error[rule]`."""
    return f"{finding.severity}[{finding.rule}]"


def versions(finding: Finding, run: Run) -> str:
    """` (on 1.21-1.24)` where the finding does not hold for every minor that was asked for."""
    held = limited(finding, run.asked(finding.path))
    return f" (on {held})" if held else ""
