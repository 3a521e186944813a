"""One line for each finding, for grep, editors and logs: `path:line:col: error[rule] message`."""

from collections.abc import Iterator

from joblint.report import PLAIN, Look, Run, limited
from joblint.report.visible import visible
from joblint.rule.finding import Finding

_SERVER = ("rejected", "dropped")  # effects on the server: the value is wrong, and not only unwise
_WRITE, _MEANT = "write `", "did you mean"  # the words before the right value in descriptions of fixes, and in messages


def report(run: Run, look: Look = PLAIN) -> Iterator[str]:
    """Yield a line for each finding."""
    for finding in run.findings:
        where, what = look.paint(place(finding), "path"), look.paint(label(finding), finding.severity)
        yield f"{where}: {what} {visible(hinted(finding))}{versions(finding, run)}\n"


def hinted(finding: Finding) -> str:
    """Return the message, with the value that was probably meant if only the fix has it."""
    said, fix = finding.message, finding.fix
    if fix is None or finding.effect not in _SERVER or not fix.message.startswith(_WRITE) or _MEANT in said:
        return said
    value = fix.message.removeprefix(_WRITE)
    known = not value.endswith("`") or "`" in value[:-1] or ": " in value or f"`{value}" in said
    return said if known else f"{said}; {_MEANT} `{value}?"


def place(finding: Finding, file: str = "") -> str:
    """Return `path:line:col`, which editors and terminals make a link, or the path of a template and the output's line.

    `file` is a host's name for the finding's file.
    """
    shown = visible(file or finding.file)
    return f"{shown}{rendered(finding)}" if finding.origin else f"{shown}:{finding.line}:{finding.column}"


def rendered(finding: Finding) -> str:
    """Return ` (rendered, line 6 of the output)` if the manifest was rendered: the template's line is not known."""
    return f" (rendered, line {finding.line} of the output)" if finding.origin else ""


def label(finding: Finding) -> str:
    """Return `error[rule]`."""
    return f"{finding.severity}[{finding.rule}]"


def versions(finding: Finding, run: Run) -> str:
    """Return ` (on 1.21-1.24)` if the finding does not hold for all target minors."""
    held = limited(finding, run.asked(finding.path))
    return f" (on {held})" if held else ""
