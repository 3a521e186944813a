"""Annotations of GitHub Actions: a workflow command for each finding, which GitHub shows next to the line.

    ::error title=joblint: unknown-field,file=a.yaml,line=6,endLine=6,col=3,endColumn=13::a.yaml:6:3: ...

The runner reads the properties of a command up to `::`, with `%`, line ends, `:` and `,` as percent codes. The message
repeats the place, because the log of the step shows only the message (actions/runner, ActionCommand.cs).
"""

from collections.abc import Iterator

from joblint.report import PLAIN, Look, Run, counted, counts
from joblint.report.concise import hinted, place, versions
from joblint.report.places import is_option, namer
from joblint.report.visible import visible
from joblint.rule.finding import SEVERITIES, Finding

LEVELS = {"error": "error", "warning": "warning", "info": "notice"}
SHOWN = 10  # annotations of each level that GitHub shows for a step; the log has all of them


def report(run: Run, _: Look = PLAIN) -> Iterator[str]:
    """Yield a command for each finding, the most severe first, and for each error."""
    name = namer()
    yield from _too_many(run)
    for flaw in run.flaws:
        place = visible(name(flaw.path))
        at = {"line": str(flaw.line), "col": str(flaw.column)} if flaw.line else {}
        where = f"{place}:{flaw.line}:{flaw.column}" if flaw.line else place
        yield command("error", f"{where}: {visible(flaw.message)}", title="joblint", file=place, **at)
    for path, message in run.errors:
        place = visible(name(path))
        about = {} if is_option(path) or not path else {"file": place}
        yield command("error", f"{place}: {visible(message)}" if path else visible(message), title="joblint", **about)
    for severity in SEVERITIES:
        for finding in run.findings:
            if finding.severity == severity:
                yield _finding(finding, visible(name(finding.file)), run)


def _too_many(run: Run) -> Iterator[str]:
    """Yield a notice if GitHub will not show all. It comes first, because notices also count."""
    numbers = counts(run.findings)
    numbers["error"] += len(run.errors) + len(run.flaws)
    said = [f"{SHOWN} of {counted(number, severity)}" for severity, number in numbers.items() if number > SHOWN]
    if said:
        message = f"GitHub shows {', '.join(said)} as annotations; the log of this step has all of them"
        yield command("notice", message, title="joblint")


def _finding(finding: Finding, path: str, run: Run) -> str:
    at = {"file": path}
    if not finding.origin:
        at |= {"line": str(finding.line), "endLine": str(finding.end_line)}
    if finding.line == finding.end_line and not finding.origin:  # GitHub accepts columns only within a line
        at |= {"col": str(finding.column), "endColumn": str(finding.end_column)}
    message = f"{place(finding, path)}: {visible(hinted(finding))}{versions(finding, run)}"
    return command(LEVELS[finding.severity], message, title=f"joblint: {finding.rule}", **at)


def command(name: str, message: str, **properties: str) -> str:
    """Return a workflow command as a line."""
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {listed}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
