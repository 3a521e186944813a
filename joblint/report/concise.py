"""One line a finding, for grep, editors and logs: `path:line:col: error[rule] message`."""

from collections.abc import Iterator

from joblint.report import Paint, Run, limited, unpainted
from joblint.report.visible import visible
from joblint.rule.finding import Finding

_SERVER = ("rejected", "dropped")  # effects of what the server does: the value is wrong, and not only unwise
_WRITE, _MEANT = "write `", "did you mean"


def report(run: Run, paint: Paint = unpainted) -> Iterator[str]:
    """A line for each finding, and nothing else."""
    for finding in run.findings:
        where, what = paint(place(finding), "path"), paint(label(finding), finding.severity)
        yield f"{where}: {what} {visible(hinted(finding))}{versions(finding, run)}\n"


def hinted(finding: Finding) -> str:
    """Return the message, with the value that was probably meant where only the fix says it."""
    said, fix = finding.message, finding.fix
    if fix is None or finding.effect not in _SERVER or not fix.message.startswith(_WRITE) or _MEANT in said:
        return said
    value = fix.message.removeprefix(_WRITE)
    known = not value.endswith("`") or "`" in value[:-1] or ": " in value or f"`{value}" in said
    return said if known else f"{said}; {_MEANT} `{value}?"


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
