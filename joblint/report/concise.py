"""One line a finding, for grep, editors and logs: `path:line:col: error[rule] message`."""

from collections.abc import Iterator

from joblint.finding import Finding
from joblint.report import Run, limited
from joblint.report.visible import visible


def report(run: Run) -> Iterator[str]:
    """A line for each finding, and nothing else."""
    for finding in run.findings:
        yield f"{place(finding)}: {label(finding)} {visible(finding.message)}{versions(finding, run)}\n"


def place(finding: Finding) -> str:
    """`path:line:col`, as editors and terminals make it a link."""
    return f"{visible(finding.path)}:{finding.line}:{finding.column}"


def label(finding: Finding) -> str:
    """`error[rule]`."""
    return f"{finding.severity}[{finding.rule}]"


def versions(finding: Finding, run: Run) -> str:
    """` (on 1.21-1.24)` where the finding does not hold for every minor that was asked for."""
    held = limited(finding, run.minors)
    return f" (on {held})" if held else ""
